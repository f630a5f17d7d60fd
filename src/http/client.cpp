#include "http/client.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "http/client_pool.h"

namespace tollgate::http {
namespace {

using net::IoStatus;
using net::Readiness;
using net::WaitStatus;

// Interim answers before the real one.
constexpr int kMaxInterim = 8;

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  out.append(digits + at, sizeof digits - at);
}

/// What a request is written from, reused by all calls of a thread: nothing suspends while it is in use.
struct Outgoing {
  std::string text;
  std::vector<std::string_view> pieces;
};
Outgoing& outgoing() {
  thread_local Outgoing out;
  out.text.clear();
  out.pieces.clear();
  return out;
}

void append_head(const OutgoingRequest& request, std::size_t body_bytes, std::string& out) {
  const HeaderBlock none;
  const HeaderBlock& headers = request.headers != nullptr ? *request.headers : none;
  out.append(method_name(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  if (!headers.has("Host")) out.append("Host: ").append(request.endpoint->host_header).append("\r\n");
  out.append(headers.bytes());
  if (!headers.has("Accept-Encoding")) out.append("Accept-Encoding: identity\r\n");
  const bool may_have_body = request.method != Method::get && request.method != Method::head;
  if ((body_bytes > 0 || may_have_body) && !headers.has("Content-Length")) {
    out.append("Content-Length: ");
    append_number(out, body_bytes);
    out.append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace

Client::Client(net::Worker& worker, net::Dialer& dialer, ClientOptions options, ConnectCounts counts)
    : worker_(worker),
      dialer_(dialer),
      options_(options),
      counts_(counts),
      pool_(std::make_unique<Pool>(worker, options_)) {}

Client::~Client() = default;

PoolStats Client::stats() const {
  PoolStats out = stats_;
  out.idle = pool_->size();
  return out;
}

void Client::close_idle() { pool_->clear(); }

// --- a call ---

Call::Call(Client& client, net::CancelSignal* signal) : client_(client), signal_(signal) {}

Call::~Call() { close(); }

void Call::close() {
  client_.worker_.release_read_buffer(*this);
  detach();
  if (stream_) {
    stream_.reset();
    --client_.stats_.active;
  }
  unread_ = {};
  if (state_ != State::complete) state_ = State::failed;
}

void Call::on_cancel() {
  if (stream_) stream_->interrupt();
}

void Call::on_read_buffer_taken() {
  if (unread_.empty() || in_stash()) return;
  stash_.assign(unread_);
  unread_ = stash_;
}

bool Call::in_stash() const {
  return unread_.data() >= stash_.data() && unread_.data() < stash_.data() + stash_.size();
}

Error Call::timeout_error(const char* what) const {
  return Error(ErrorCode::upstream_timeout, what).detail(endpoint_ != nullptr ? endpoint_->host_header : std::string{});
}

namespace {

constexpr const char* kTotalTimeout = "the provider's answer took longer than the call may take";
constexpr const char* kFirstByteTimeout = "the provider did not begin to answer in time";
constexpr const char* kBetweenTimeout = "the provider stopped in the middle of its answer";
constexpr const char* kSendTimeout = "the provider did not take the request in time";

}  // namespace

net::Task<Result<const ResponseHead*>> Call::send(const OutgoingRequest& request) {
  close();
  detach();
  net::Worker& worker = client_.worker_;
  endpoint_ = request.endpoint;
  deadlines_ = request.deadlines;
  total_ = worker.in_ms(deadlines_.total_ms);
  failure_.reset();
  signal_ignored_ = signal_failure_ = false;
  received_ = 0;
  if (signal_ != nullptr) {
    if (signal_->canceled()) co_return fail(signal_->error());
    attach(*signal_);
  }
  bool fresh = false;
  for (;;) {
    state_ = State::sending;
    reused_ = false;
    if (!fresh) stream_ = client_.pool_->take(*endpoint_);
    if (stream_) {
      reused_ = true;
      ++client_.stats_.reused;
    } else {
      net::DialDeadlines limits{deadlines_.connect_ms, deadlines_.tls_ms};
      if (!total_.is_never()) {
        // The total deadline bounds the others; 0 would mean none.
        const std::int64_t left = std::max<std::int64_t>(1, (total_.ns() - worker.now_ns()) / 1'000'000);
        for (std::int64_t* limit : {&limits.connect_ms, &limits.tls_ms}) {
          if (*limit <= 0 || *limit > left) *limit = left;
        }
      }
      auto dialed = co_await client_.dialer_.dial(*endpoint_, limits, signal_);
      if (!dialed) {
        // Where the caller lost patience, the connection did not fail.
        if (signal_ == nullptr || !signal_->canceled()) client_.counts_.failed.add();
        state_ = State::failed;
        co_return std::unexpected(std::move(dialed.error()));
      }
      stream_ = std::move(*dialed);
      ++client_.stats_.opened;
      (net::tls_session_reused(*stream_) ? client_.counts_.resumed : client_.counts_.ok).add();
    }
    ++client_.stats_.active;
    last_byte_ns_ = worker.now_ns();

    bool stale = false;
    Error error(ErrorCode::upstream_reset, "the provider closed the connection without an answer");
    // The request: head and body in one write; what the socket does not take follows as it does.
    {
      Outgoing& out = outgoing();
      std::size_t body_bytes = 0;
      for (const std::string_view piece : request.body) body_bytes += piece.size();
      append_head(request, body_bytes, out.text);
      out.pieces.emplace_back(out.text);
      for (const std::string_view piece : request.body) {
        if (!piece.empty()) out.pieces.push_back(piece);
      }
      const std::size_t total = out.text.size() + body_bytes;
      const net::IoResult wrote = stream_->try_write(out.pieces);
      if (wrote.status == IoStatus::ok && wrote.bytes == total) {
        // All gone at once, as nearly always.
      } else if (wrote.status == IoStatus::ok || wrote.status == IoStatus::would_block) {
        std::string head_rest;
        if (wrote.bytes < out.text.size()) head_rest = out.text.substr(wrote.bytes);
        const std::size_t body_sent = wrote.bytes > out.text.size() ? wrote.bytes - out.text.size() : 0;
        if (auto sent = co_await send_rest(request, std::move(head_rest), body_sent); !sent) {
          error = std::move(sent.error());
          stale = error.code() == ErrorCode::upstream_reset;
          if (!stale) {
            close();
            co_return std::unexpected(std::move(error));
          }
        }
      } else {
        error.detail(stream_->last_error());
        stale = true;
      }
    }
    if (!stale) {
      auto got = co_await receive_head(request, stale, error);
      if (got) co_return got;
      error = std::move(got.error());
    }
    close();
    if (!stale || !reused_ || (signal_ != nullptr && signal_->canceled())) {
      co_return std::unexpected(std::move(error));
    }
    // The pooled connection had died unnoticed; the request cannot have been answered.
    ++client_.stats_.stale_retries;
    fresh = true;
    if (signal_ != nullptr) attach(*signal_);
  }
}

net::Task<Result<void>> Call::send_rest(const OutgoingRequest& request, std::string head_rest, std::size_t body_sent) {
  net::Worker& worker = client_.worker_;
  std::vector<std::string_view> pieces;
  if (!head_rest.empty()) pieces.emplace_back(head_rest);
  for (std::string_view piece : request.body) {
    const std::size_t skip = std::min(body_sent, piece.size());
    body_sent -= skip;
    piece.remove_prefix(skip);
    if (!piece.empty()) pieces.push_back(piece);
  }
  std::span<std::string_view> left(pieces);
  while (!left.empty()) {
    const net::IoResult wrote = stream_->try_write(left);
    if (wrote.status == IoStatus::ok) {
      std::size_t n = wrote.bytes;
      while (!left.empty() && n >= left.front().size()) {
        n -= left.front().size();
        left = left.subspan(1);
      }
      if (n > 0) left.front().remove_prefix(n);
      last_byte_ns_ = worker.now_ns();
      continue;
    }
    if (wrote.status != IoStatus::would_block) {
      co_return fail(Error(ErrorCode::upstream_reset, "the provider closed the connection without an answer")
                         .detail(stream_->last_error()));
    }
    if (signal_ != nullptr && signal_->canceled()) co_return fail(signal_->error());
    const Deadline between = Deadline::after_ms(last_byte_ns_, deadlines_.between_bytes_ms);
    const WaitStatus waited = co_await stream_->wait(Readiness::writable, between.sooner(total_));
    if (waited == WaitStatus::timeout) {
      co_return fail(timeout_error(total_.passed(worker.now_ns()) ? kTotalTimeout : kSendTimeout));
    }
    if (waited == WaitStatus::interrupted && signal_ != nullptr && signal_->canceled()) {
      co_return fail(signal_->error());
    }
    // A provider that refuses a large body early: its answer is worth more than the rest.
    if (stream_->peer_gone()) co_return Result<void>{};
  }
  last_byte_ns_ = worker.now_ns();
  co_return Result<void>{};
}

net::Task<Result<const ResponseHead*>> Call::receive_head(const OutgoingRequest& request, bool& stale, Error closed) {
  net::Worker& worker = client_.worker_;
  state_ = State::head;
  unread_ = {};
  stash_.clear();
  const Deadline first_byte = Deadline::after_ms(last_byte_ns_, deadlines_.first_byte_ms).sooner(total_);
  std::size_t seen = 0;
  int interim = 0;
  bool anything = false;
  for (;;) {
    const std::span<char> buffer = worker.read_buffer(*this);
    // Part of a head is there: it leaves the buffer that is about to be read into.
    if (!unread_.empty() && (unread_.data() != stash_.data() || unread_.size() != stash_.size())) {
      stash_ = std::string(unread_);
      unread_ = stash_;
    }
    const net::IoResult got = stream_->try_read(buffer);
    if (got.status == IoStatus::ok) {
      anything = true;
      if (unread_.empty()) {
        unread_ = {buffer.data(), got.bytes};
      } else {
        stash_.append(buffer.data(), got.bytes);
        unread_ = stash_;
      }
      for (;;) {
        const ParseResult parsed = parse_response_head(unread_, client_.options_.head, request.method, head_, seen);
        if (parsed.status == ParseStatus::bad) {
          co_return fail(
              Error(ErrorCode::upstream_bad_answer, "the provider's answer is malformed").detail(parsed.problem));
        }
        if (parsed.status == ParseStatus::need_more) {
          seen = unread_.size();
          break;
        }
        if (head_.status >= 200) {
          take_head(parsed.head_bytes);
          co_return &head_;
        }
        if (head_.status == 101 || ++interim > kMaxInterim) {
          co_return fail(Error(ErrorCode::upstream_bad_answer, "the provider's answer is malformed")
                             .detail("unexpected interim answers"));
        }
        unread_.remove_prefix(parsed.head_bytes);
        seen = 0;
        if (unread_.empty()) break;
      }
      continue;
    }
    if (got.status != IoStatus::would_block) {
      stale = !anything;
      if (anything) {
        co_return fail(
            Error(ErrorCode::upstream_reset, "the provider closed the connection in the head of its answer"));
      }
      closed.detail(got.status == IoStatus::failed ? stream_->last_error() : "end of stream");
      co_return fail(std::move(closed));
    }
    if (signal_ != nullptr && signal_->canceled()) co_return fail(signal_->error());
    const WaitStatus waited = co_await stream_->wait(Readiness::readable, first_byte);
    if (waited == WaitStatus::timeout) {
      co_return fail(timeout_error(total_.passed(worker.now_ns()) ? kTotalTimeout : kFirstByteTimeout));
    }
  }
}

void Call::take_head(std::size_t head_bytes) {
  const char* const from = unread_.data();
  head_bytes_.assign(unread_.substr(0, head_bytes));
  head_.headers.rebase(from, head_bytes_.data());
  if (!head_.reason.empty()) head_.reason = {head_bytes_.data() + (head_.reason.data() - from), head_.reason.size()};
  unread_.remove_prefix(head_bytes);
  chunks_.reset();
  left_ = head_.content_length;
  at_eof_ = false;
  last_byte_ns_ = client_.worker_.now_ns();
  state_ = State::body;
  if (head_.framing == Framing::none) finish_body();
}

void Call::finish_body() {
  state_ = State::complete;
  detach();
  --client_.stats_.active;
  std::unique_ptr<net::ByteStream> stream = std::move(stream_);
  // Bytes behind the body were not asked for: such a connection is not to be trusted with another request.
  if (!head_.keep_alive || !unread_.empty() || at_eof_) return;
  client_.pool_->give(*endpoint_, std::move(stream));
}

BodyPiece Call::fail_read(Error error) {
  failure_ = std::move(error);
  if (stream_) close();
  state_ = State::failed;
  return {BodyPiece::Status::failed, {}};
}

/// Providers send each event in a chunk of its own: what came in one read is handed on in pieces of some size, and the
/// end with the last. The payloads move together over the framing between them, in the buffer they were received in.
/// Not everything at once: a caller who pays as it goes forwards a piece or nothing of it.
void Call::join_chunks(std::string_view& piece) {
  constexpr std::size_t kJoinedBytes = 4096;
  auto* const begin = const_cast<char*>(piece.data());
  while (!unread_.empty()) {
    std::string_view ahead = unread_, more;
    ChunkReader probe = chunks_;
    const auto status = probe.next(ahead, more);
    if (status != ChunkReader::Status::data && status != ChunkReader::Status::end) return;
    if (piece.size() + more.size() > kJoinedBytes) return;
    chunks_ = probe;
    unread_ = ahead;
    if (status == ChunkReader::Status::end) return finish_body();
    std::memmove(begin + piece.size(), more.data(), more.size());
    piece = {begin, piece.size() + more.size()};
  }
}

BodyPiece Call::deliver() {
  std::string_view piece;
  switch (head_.framing) {
    case Framing::length:
      piece = unread_.substr(0, left_);
      unread_.remove_prefix(piece.size());
      left_ -= piece.size();
      if (left_ == 0) finish_body();
      break;
    case Framing::chunked: {
      const auto status = chunks_.next(unread_, piece);
      if (status == ChunkReader::Status::bad) {
        return fail_read(
            Error(ErrorCode::upstream_bad_answer, "the provider's answer is malformed").detail(chunks_.problem()));
      }
      if (status == ChunkReader::Status::end) {
        finish_body();
        return {BodyPiece::Status::end, {}};
      }
      if (status == ChunkReader::Status::need_more) return {};
      join_chunks(piece);
      break;
    }
    case Framing::until_close:
    case Framing::none:
      piece = std::exchange(unread_, {});
      break;
  }
  received_ += piece.size();
  return {BodyPiece::Status::data, piece};
}

BodyPiece Call::try_read() {
  if (state_ == State::complete) return {BodyPiece::Status::end, {}};
  if (state_ != State::body) return {BodyPiece::Status::failed, {}};
  for (;;) {
    if (!unread_.empty()) {
      const BodyPiece piece = deliver();
      if (piece.status != BodyPiece::Status::would_block) return piece;
    }
    if (failure_) return fail_wait();
    const std::span<char> buffer = client_.worker_.read_buffer(*this);
    const net::IoResult got = stream_->try_read(buffer);
    if (got.status == IoStatus::ok) {
      unread_ = {buffer.data(), got.bytes};
      last_byte_ns_ = client_.worker_.now_ns();
      continue;
    }
    client_.worker_.release_read_buffer(*this);
    if (got.status == IoStatus::would_block) return {};
    at_eof_ = true;
    if (got.status == IoStatus::closed && head_.framing == Framing::until_close) {
      finish_body();
      return {BodyPiece::Status::end, {}};
    }
    return fail_read(Error(ErrorCode::upstream_reset, "the provider closed the connection in the middle of its answer")
                         .detail(got.status == IoStatus::failed ? stream_->last_error() : "end of stream"));
  }
}

BodyPiece Call::fail_wait() {
  if (!signal_failure_) return fail_read(std::move(*failure_));
  // The connection is as good as before: whether to go on is the caller's to say.
  return {BodyPiece::Status::failed, {}};
}

net::Task<BodyPiece> Call::read() {
  for (;;) {
    const BodyPiece piece = try_read();
    if (piece.status != BodyPiece::Status::would_block) co_return piece;
    co_await readable();
  }
}

Call::Readable::Readable(Call& call, Deadline wake) : call_(call) {
  if (call.state_ != State::body) return;
  hard_ = Deadline::after_ms(call.last_byte_ns_, call.deadlines_.between_bytes_ms).sooner(call.total_);
  wait_.emplace(*call.stream_, Readiness::readable, hard_.sooner(wake));
}

bool Call::Readable::await_ready() const {
  return !wait_ || wait_->await_ready() ||
         (call_.signal_ != nullptr && !call_.signal_ignored_ && call_.signal_->canceled());
}

void Call::Readable::await_resume() {
  if (!wait_ || call_.state_ != State::body) return;
  const WaitStatus waited = wait_->await_resume();
  const bool canceled = call_.signal_ != nullptr && !call_.signal_ignored_ && call_.signal_->canceled();
  if (canceled) {
    call_.failure_ = call_.signal_->error();
    call_.signal_failure_ = true;
  } else if (waited == WaitStatus::timeout && hard_.passed(call_.client_.worker_.now_ns())) {
    call_.failure_ =
        call_.timeout_error(call_.total_.passed(call_.client_.worker_.now_ns()) ? kTotalTimeout : kBetweenTimeout);
  }
}

Call::Readable Call::readable(Deadline wake) { return {*this, wake}; }

void Call::ignore_signal(Deadline deadline) {
  signal_ignored_ = true;
  signal_failure_ = false;
  failure_.reset();
  detach();
  total_ = total_.sooner(deadline);
}

void Call::postpone(std::int64_t ns) { last_byte_ns_ += ns; }

net::MaybeTask<Result<Call::Whole>> Call::read_whole(std::size_t limit) {
  gathered_.clear();
  if (state_ == State::complete) return Result<Whole>(Whole{{}, true});
  // In the worker's buffer the padding is there; elsewhere the body is moved to where it is.
  if (state_ == State::body && !unread_.empty() && !in_stash()) {
    const bool fits = head_.framing == Framing::length ? left_ <= limit && left_ <= unread_.size()
                                                       : head_.framing == Framing::chunked && unread_.size() <= limit;
    if (fits) {
      const BodyPiece piece = deliver();
      if (state_ == State::complete) return Result<Whole>(Whole{piece.bytes, true});
      if (piece.status == BodyPiece::Status::data) gathered_.assign(piece.bytes);
    }
  }
  return gather(limit);
}

net::Task<Result<Call::Whole>> Call::gather(std::size_t limit) {
  if (head_.framing == Framing::length) {
    gathered_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(left_, limit)) + net::Worker::kReadPadding);
  }
  const auto whole = [this](bool complete) {
    const std::size_t size = gathered_.size();
    gathered_.append(net::Worker::kReadPadding, '\0');
    return Whole{std::string_view(gathered_).substr(0, size), complete};
  };
  for (;;) {
    const BodyPiece piece = try_read();
    switch (piece.status) {
      case BodyPiece::Status::data:
        gathered_.append(piece.bytes);
        if (state_ == State::complete && gathered_.size() <= limit) co_return whole(true);
        if (gathered_.size() > limit) co_return whole(state_ == State::complete);
        break;
      case BodyPiece::Status::end:
        co_return whole(true);
      case BodyPiece::Status::failed:
        if (failure_) co_return std::unexpected(*failure_);
        co_return fail(Error(ErrorCode::internal, "internal error").detail("there is no body to read"));
      case BodyPiece::Status::would_block:
        co_await readable();
        break;
    }
  }
}

net::Task<Result<FetchedAnswer>> fetch(Client& client, OutgoingRequest request, std::size_t limit,
                                       net::CancelSignal* signal) {
  Call call(client, signal);
  auto head = co_await call.send(request);
  if (!head) co_return std::unexpected(std::move(head.error()));
  FetchedAnswer out;
  out.status = (*head)->status;
  out.content_type = (*head)->headers.get("Content-Type");
  auto whole = co_await call.read_whole(limit);
  if (!whole) co_return std::unexpected(std::move(whole.error()));
  out.body = whole->bytes.substr(0, limit);
  out.truncated = !whole->complete || whole->bytes.size() > limit;
  co_return out;
}

}  // namespace tollgate::http
