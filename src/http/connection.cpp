#include "http/connection.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

namespace tollgate::http {
namespace {

using net::IoStatus;
using net::Readiness;
using net::WaitStatus;

// A body up to this size lives behind its head: one allocation, which the connection keeps for the next request.
constexpr std::size_t kSmallBody = 2 * 1024;
constexpr std::size_t kKeptBlock = 8 * 1024;
constexpr std::int64_t kSkipMs = 5'000;
// How long, and how much, is read from a client that is being refused, so that it sees the answer and not a reset.
constexpr std::int64_t kLingerMs = 2'000;
constexpr std::size_t kLingerBytes = 1024 * 1024;
// What a connection without a request is given when draining begins: a new one's may be under way.
constexpr std::int64_t kDrainFreshMs = 1'000;
constexpr std::int64_t kDrainIdleMs = 50;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void bump(auto& counter, auto by) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

Connection::Connection(ServerLocal& local, const net::IpAddress& peer)
    : local_(local), shared_(local.shared), worker_(local.worker), peer_(peer), next_(local.connections) {
  if (next_ != nullptr) next_->prev_ = this;
  local_.connections = this;
  big_body_.use(shared_.bodies);
  bump(local_.open, std::size_t{1});
}

Connection::~Connection() {
  worker_.release_read_buffer(*this);
  (prev_ != nullptr ? prev_->next_ : local_.connections) = next_;
  if (next_ != nullptr) next_->prev_ = prev_;
  if (!idle_) bump(local_.active, std::size_t(-1));
  bump(local_.open, std::size_t(-1));
  shared_.open.fetch_sub(1, std::memory_order_relaxed);
}

net::Task<void> Connection::serve(ServerLocal& local, int fd, net::IpAddress peer) {
  Connection connection(local, peer);
  if (local.shared.tls) {
    auto stream = co_await net::tls_accept(local.worker, fd, local.shared.tls,
                                           local.worker.in_ms(local.shared.options.tls_timeout_ms));
    if (!stream) co_return;
    connection.stream_ = std::move(*stream);
  } else {
    connection.stream_ = net::make_tcp_stream(local.worker, fd);
    if (!connection.stream_) co_return;
  }
  co_await connection.run();
}

net::Task<void> Connection::run() {
  while (co_await next_head()) {
    stream_->watch_peer(this);
    co_await handle();
    stream_->watch_peer(nullptr);
    signal_.reset();
    if (failed_ || answer_ != Answer::finished) co_return;
    if (!keep_alive_) {
      if (!body_done_) co_await linger();
      co_return;
    }
    if (!body_done_ && !co_await skip_body()) co_return;
    big_body_.clear();
    if (block_.capacity() > kKeptBlock) block_ = {};
    idle_ = true;
    bump(local_.active, std::size_t(-1));
  }
}

bool Connection::fill() {
  const std::span<char> buffer = worker_.read_buffer(*this);
  if (unread_.empty()) {
    const net::IoResult got = stream_->try_read(buffer);
    last_read_ = got.status;
    if (got.status != IoStatus::ok) return false;
    stash_.clear();
    unread_ = {buffer.data(), got.bytes};
    return true;
  }
  // Something is left from before: it and what comes go to the stash.
  if (unread_.data() != stash_.data() || unread_.size() != stash_.size()) stash_ = std::string(unread_);
  const net::IoResult got = stream_->try_read(buffer);
  last_read_ = got.status;
  if (got.status == IoStatus::ok) stash_.append(buffer.data(), got.bytes);
  unread_ = stash_;
  return got.status == IoStatus::ok;
}

void Connection::on_read_buffer_taken() { keep_unread(unread_); }

void Connection::keep_unread(std::string_view bytes) {
  if (bytes.empty()) {
    stash_.clear();
    unread_ = {};
    return;
  }
  if (bytes.data() >= stash_.data() && bytes.data() < stash_.data() + stash_.size()) {
    unread_ = bytes;
    return;
  }
  stash_.assign(bytes);
  unread_ = stash_;
}

net::Task<bool> Connection::next_head() {
  const ServerOptions& options = shared_.options;
  Deadline deadline = worker_.in_ms(options.idle_timeout_ms);
  std::size_t seen = 0;
  bool drain_noticed = false;
  for (;;) {
    if (unread_.size() > seen) {
      if (seen == 0) deadline = worker_.in_ms(options.head_timeout_ms);
      const ParseResult parsed = parse_request_head(unread_, options.head, head_, seen);
      if (parsed.status == ParseStatus::done) {
        begin_request(unread_, parsed.head_bytes);
        co_return true;
      }
      if (parsed.status == ParseStatus::bad) {
        co_await refuse_malformed(parsed);
        co_return false;
      }
      seen = unread_.size();
    }
    if (fill()) continue;
    if (last_read_ != IoStatus::would_block) co_return false;
    if (local_.draining && !drain_noticed && seen == 0) {
      drain_noticed = true;
      deadline = deadline.sooner(worker_.in_ms(served_ == 0 ? kDrainFreshMs : kDrainIdleMs));
    }
    switch (co_await stream_->wait(Readiness::readable, deadline)) {
      case WaitStatus::ready:
        break;
      case WaitStatus::interrupted:
        if (failed_) co_return false;
        break;
      case WaitStatus::timeout:
        if (seen > 0) {
          head_.headers.clear();
          co_await refuse_malformed({ParseStatus::bad, 0, 408, "the head did not arrive in time"});
        }
        co_return false;
    }
  }
}

void Connection::begin_request(std::string_view input, std::size_t head_bytes) {
  idle_ = false;
  ++served_;
  bump(local_.active, std::size_t{1});
  bump(local_.requests, std::uint64_t{1});
  received_ns_ = worker_.now_ns();

  const std::string_view rest = input.substr(head_bytes);
  const bool small =
      head_.framing == Framing::length && head_.content_length <= kSmallBody && head_.content_length <= rest.size();
  const std::size_t body_bytes = small ? static_cast<std::size_t>(head_.content_length) : 0;
  block_.clear();
  block_.reserve(head_bytes + body_bytes + net::Worker::kReadPadding);
  block_.append(input.substr(0, head_bytes + body_bytes));
  block_.append(net::Worker::kReadPadding, '\0');
  const auto moved = [from = input.data(), to = block_.data()](std::string_view& view) {
    if (view.data() == nullptr) return;
    view = {to + (view.data() - from), view.size()};
  };
  moved(head_.method_text);
  // The path of an absolute target may be a text of ours.
  if (head_.target.data() >= input.data() && head_.target.data() < input.data() + head_bytes) {
    moved(head_.target);
    moved(head_.path);
    moved(head_.query);
  }
  head_.headers.rebase(input.data(), block_.data());

  body_ = std::string_view(block_).substr(head_bytes, body_bytes);
  body_done_ = small || head_.framing == Framing::none;
  body_left_ = body_done_ ? 0 : head_.content_length;
  chunks_.reset();
  unread_ = rest.substr(body_bytes);
  if (unread_.empty()) worker_.release_read_buffer(*this);

  start_fields_.clear();
  start_length_ = -1;
  blocked_ns_ = 0;
  bytes_sent_ = body_sent_ = 0;
  status_ = 0;
  answer_ = Answer::none;
  continued_ = head_sent_ = chunked_answer_ = false;
  keep_alive_ = head_.keep_alive;
  exchange_.user_data = nullptr;

  const RouteTable::Match match = shared_.match(head_);
  params_ = match.params;
  route_ = match.outcome == RouteTable::Outcome::no_path ? nullptr : &shared_.routes[match.route];
  allowed_ = match.outcome == RouteTable::Outcome::no_method ? match.allowed : std::uint16_t{0};
}

net::Task<void> Connection::handle() {
  std::string problem;
  if (route_ == nullptr) {
    co_await respond_error(Error(ErrorCode::not_found, "unknown path: " + std::string(head_.path.substr(0, 200))));
  } else if (allowed_ != 0) {
    co_await respond_error(Error(ErrorCode::method_not_allowed,
                                 "this path does not take " + std::string(head_.method_text.substr(0, 32))));
  } else {
    try {
      co_await route_->handler(exchange_);
    } catch (const std::exception& e) {
      problem = e.what();
    } catch (...) {
      problem = "an exception of unknown type";
    }
  }
  if (answer_ == Answer::none && !failed_) {
    Error error(ErrorCode::internal, "internal error");
    if (shared_.options.on_handler_failure) {
      shared_.options.on_handler_failure(exchange_, problem.empty() ? "the handler gave no answer" : problem);
    }
    co_await respond_error(error);
  } else if (answer_ == Answer::streaming) {
    if (!problem.empty() && shared_.options.on_handler_failure) {
      shared_.options.on_handler_failure(exchange_, problem);
    }
    abort();
  }
  if (shared_.options.on_exchange_end) shared_.options.on_exchange_end(exchange_);
}

net::Task<void> Connection::refuse_malformed(ParseResult problem) {
  bump(local_.malformed, std::uint64_t{1});
  // As much of the head as could be read tells the dialect.
  const RouteTable::Match match = shared_.match(head_);
  route_ = match.outcome == RouteTable::Outcome::no_path ? nullptr : &shared_.routes[match.route];
  allowed_ = 0;
  head_.headers.clear();
  keep_alive_ = false;
  answer_ = Answer::none;
  body_done_ = false;
  const ErrorCode code = problem.http_status == 413 || problem.http_status == 431 || problem.http_status == 414
                             ? ErrorCode::request_too_large
                             : ErrorCode::invalid_request;
  auto sent = co_await respond_error(
      Error(code, std::string("malformed request: ") + problem.problem).http(problem.http_status));
  if (sent) co_await linger();
}

net::Task<bool> Connection::skip_body() {
  const Deadline deadline = worker_.in_ms(kSkipMs);
  std::uint64_t skipped = 0;
  for (;;) {
    if (head_.framing == Framing::length) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, unread_.size()));
      unread_.remove_prefix(taken);
      body_left_ -= taken;
      if (body_left_ == 0) break;
    } else {
      std::string_view piece;
      auto status = ChunkReader::Status::need_more;
      while ((status = chunks_.next(unread_, piece)) == ChunkReader::Status::data) skipped += piece.size();
      if (status == ChunkReader::Status::end) break;
      if (status == ChunkReader::Status::bad || skipped > kWorthSkipping) co_return false;
    }
    auto more = co_await read_more(deadline);
    if (!more) co_return false;
  }
  body_done_ = true;
  co_return true;
}

net::Task<void> Connection::linger() {
  if (failed_) co_return;
  stream_->close_write();
  const Deadline deadline = worker_.in_ms(kLingerMs);
  unread_ = {};
  for (std::size_t dropped = 0; dropped < kLingerBytes;) {
    const net::IoResult got = stream_->try_read(worker_.read_buffer(*this));
    worker_.release_read_buffer(*this);
    if (got.status == IoStatus::ok) {
      dropped += got.bytes;
      continue;
    }
    if (got.status != IoStatus::would_block) co_return;
    if (co_await stream_->wait(Readiness::readable, deadline) != WaitStatus::ready) co_return;
  }
}

// --- the body ---

Deadline Connection::body_deadline(std::uint64_t received) const {
  // What has arrived buys time at the slowest rate that is put up with.
  const ServerOptions& options = shared_.options;
  std::int64_t ms = options.body_timeout_ms;
  if (ms <= 0) return Deadline::never();
  if (options.min_body_rate > 0) {
    ms += static_cast<std::int64_t>(received) * 1000 / options.min_body_rate;
  }
  return Deadline::after_ms(received_ns_, ms);
}

net::Task<Result<void>> Connection::read_more(Deadline deadline) {
  for (;;) {
    if (fill()) co_return Result<void>{};
    if (last_read_ != IoStatus::would_block) {
      failed_ = true;
      signal_.trigger(ErrorCode::client_gone);
      co_return fail(gone());
    }
    switch (co_await stream_->wait(Readiness::readable, deadline)) {
      case WaitStatus::ready:
        break;
      case WaitStatus::interrupted:
        if (failed_) co_return fail(gone());
        break;
      case WaitStatus::timeout:
        keep_alive_ = false;
        co_return fail(Error(ErrorCode::invalid_request, "the request's body did not arrive in time").http(408));
    }
  }
}

net::MaybeTask<Result<std::string_view>> Connection::read_body(std::size_t max_bytes) {
  max_bytes = std::min(max_bytes, shared_.options.max_body_bytes);
  if (head_.content_length > max_bytes || body_.size() > max_bytes) {
    if (!body_done_) keep_alive_ = false;
    return Result<std::string_view>(fail(Error(
        ErrorCode::request_too_large, "the request's body is larger than " + std::to_string(max_bytes) + " bytes")));
  }
  if (body_done_) return Result<std::string_view>(body_);
  return receive_body(max_bytes);
}

net::Task<Result<std::string_view>> Connection::receive_body(std::size_t max_bytes) {
  const auto overloaded = [this] {
    keep_alive_ = false;
    return fail(Error(ErrorCode::overloaded, "the gateway holds too many request bodies at the moment, try again later")
                    .retry_after_ms(1000));
  };
  if (head_.expects_continue && !continued_ && unread_.empty()) {
    continued_ = true;
    if (auto sent = co_await send(std::span(&kContinue, 1)); !sent) co_return std::unexpected(std::move(sent.error()));
  }
  continued_ = true;
  if (head_.framing == Framing::length) {
    const auto length = static_cast<std::size_t>(head_.content_length);
    big_body_.reserve(length - big_body_.size(), true);
    for (;;) {
      if (!unread_.empty()) {
        const std::string_view taken = unread_.substr(0, length - big_body_.size());
        unread_.remove_prefix(taken.size());
        if (!big_body_.append(taken)) co_return overloaded();
      }
      body_left_ = length - big_body_.size();
      if (body_left_ == 0) break;
      // The rest goes where it belongs without a copy.
      const net::IoResult got = stream_->try_read({big_body_.free_space(), static_cast<std::size_t>(body_left_)});
      if (got.status == IoStatus::ok) {
        if (!big_body_.grow(got.bytes)) co_return overloaded();
        continue;
      }
      last_read_ = got.status;
      if (got.status == IoStatus::would_block) {
        worker_.release_read_buffer(*this);
        const WaitStatus waited = co_await stream_->wait(Readiness::readable, body_deadline(big_body_.size()));
        if (waited == WaitStatus::ready || (waited == WaitStatus::interrupted && !failed_)) continue;
        if (waited == WaitStatus::timeout) {
          keep_alive_ = false;
          co_return fail(Error(ErrorCode::invalid_request, "the request's body did not arrive in time").http(408));
        }
      }
      failed_ = true;
      signal_.trigger(ErrorCode::client_gone);
      co_return fail(gone());
    }
  } else {
    for (;;) {
      std::string_view piece;
      auto status = ChunkReader::Status::need_more;
      while ((status = chunks_.next(unread_, piece)) == ChunkReader::Status::data) {
        if (big_body_.size() + piece.size() > max_bytes) {
          keep_alive_ = false;
          co_return fail(Error(ErrorCode::request_too_large,
                               "the request's body is larger than " + std::to_string(max_bytes) + " bytes"));
        }
        if (!big_body_.append(piece)) co_return overloaded();
      }
      if (status == ChunkReader::Status::end) break;
      if (status == ChunkReader::Status::bad) {
        keep_alive_ = false;
        bump(local_.malformed, std::uint64_t{1});
        co_return fail(Error(ErrorCode::invalid_request, std::string("malformed request: ") + chunks_.problem()));
      }
      if (auto more = co_await read_more(body_deadline(big_body_.size())); !more) {
        co_return std::unexpected(std::move(more.error()));
      }
    }
  }
  if (unread_.empty()) worker_.release_read_buffer(*this);
  body_done_ = true;
  body_ = big_body_.finish();
  co_return body_;
}

void Connection::release_body() {
  if (!body_done_) return;
  body_ = {};
  big_body_.clear();
}

void Connection::on_peer_gone() { signal_.trigger(ErrorCode::client_gone); }

void Connection::notice_draining() {
  if (idle_ && stream_) stream_->interrupt();
}

void Connection::give_up() { signal_.trigger(ErrorCode::shutting_down); }

void Connection::cut() {
  failed_ = true;
  signal_.trigger(ErrorCode::shutting_down);
  if (stream_) stream_->close();
}

}  // namespace tollgate::http
