#include <algorithm>
#include <cstring>
#include <utility>

#include "http/client.h"
#include "http/client_pool.h"

/// The second half of a call: the answer's head and body.
namespace tollgate::http {
namespace {

using net::IoStatus;
using net::Readiness;
using net::WaitStatus;

// Interim answers before the real one.
constexpr int kMaxInterim = 8;

}  // namespace

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
      co_return fail(timeout_error("the provider did not begin to answer in time"));
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
    call_.failure_ = call_.timeout_error("the provider stopped in the middle of its answer");
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

}  // namespace tollgate::http
