#include "http/client.h"

#include <algorithm>
#include <utility>

#include "http/client_pool.h"

namespace tollgate::http {
namespace {

using net::IoStatus;
using net::Readiness;
using net::WaitStatus;

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
  if (total_.passed(client_.worker_.now_ns())) what = "the provider's answer took longer than the call may take";
  return Error(ErrorCode::upstream_timeout, what).detail(endpoint_ != nullptr ? endpoint_->host_header : std::string{});
}

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
      co_return fail(timeout_error("the provider did not take the request in time"));
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
