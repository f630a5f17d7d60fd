#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/connection.h"

/// How a connection sends its answers.
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

void append_hex(std::string& out, std::uint64_t value) {
  char digits[16];
  std::size_t at = sizeof digits;
  do {
    digits[--at] = "0123456789abcdef"[value & 15];
    value >>= 4;
  } while (value != 0);
  out.append(digits + at, sizeof digits - at);
}

/// Text and pieces of one write, reused by all connections of a thread: nothing suspends while they are in use.
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

}  // namespace

void Connection::decide_keep_alive() {
  if (local_.draining) keep_alive_ = false;
  if (body_done_ || !keep_alive_) return;
  // An unread body is in the way of the next request. A client that waits for "continue" may or may not send it.
  const bool small = head_.framing == Framing::chunked || body_left_ <= kWorthSkipping;
  if (!small || (head_.expects_continue && !continued_)) keep_alive_ = false;
}

void Connection::append_head(std::string& out, std::int64_t length) {
  decide_keep_alive();
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status_));
  out += ' ';
  out.append(reason_phrase(status_)).append("\r\n").append(local_.date_line()).append(start_fields_);
  const bool bodiless = status_ < 200 || status_ == 204 || status_ == 304;
  if (bodiless) {
    chunked_answer_ = false;
  } else if (length >= 0) {
    out.append("Content-Length: ");
    append_number(out, static_cast<std::uint64_t>(length));
    out.append("\r\n");
  } else if (head_.http10) {
    keep_alive_ = false;  // the body ends with the connection
  } else {
    chunked_answer_ = true;
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (!keep_alive_) {
    out.append("Connection: close\r\n");
  } else if (head_.http10) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

net::MaybeTask<Result<void>> Connection::respond(int status, std::string_view fields,
                                                 std::span<const std::string_view> body) {
  if (answer_ != Answer::none) {
    return Result<void>(fail(Error(ErrorCode::internal, "internal error").detail("a second answer to one request")));
  }
  status_ = status;
  start_fields_.assign(fields);
  start_length_ = -1;
  answer_ = Answer::streaming;
  return write(body, true);
}

net::MaybeTask<Result<void>> Connection::respond_error(const Error& error) {
  if (answer_ != Answer::none) {
    abort();
    return Result<void>(fail(gone()));
  }
  Response response = shared_.render(route_, error, head_);
  if (error.retry_after_ms() && !response.headers.has("Retry-After")) {
    response.headers.add("Retry-After", std::to_string((*error.retry_after_ms() + 999) / 1000));
  }
  if (allowed_ != 0) response.headers.set("Allow", allow_header(allowed_));
  const std::string_view body = response.body;
  // What is not sent at once is copied: the response may go.
  return respond(response.status, response.headers.bytes(), std::span(&body, 1));
}

void Connection::start(int status, const HeaderBlock& headers, std::int64_t length) {
  if (answer_ != Answer::none) return;
  status_ = status;
  start_fields_.assign(headers.bytes());
  start_length_ = length;
  answer_ = Answer::streaming;
}

net::MaybeTask<Result<void>> Connection::write(std::span<const std::string_view> pieces, bool last) {
  if (failed_) return Result<void>(fail(gone()));
  if (answer_ != Answer::streaming) {
    return Result<void>(fail(Error(ErrorCode::internal, "internal error").detail("a write outside of an answer")));
  }
  std::size_t total = 0;
  for (const std::string_view piece : pieces) total += piece.size();
  Outgoing& out = outgoing();
  // The text grows before views of it are made.
  if (!head_sent_) {
    append_head(out.text, start_length_ >= 0 ? start_length_ : last ? static_cast<std::int64_t>(total) : -1);
  }
  const bool with_body = head_.method != Method::head && status_ != 204 && status_ != 304;
  if (with_body && total > 0 && chunked_answer_) {
    append_hex(out.text, total);
    out.text.append("\r\n");
  }
  if (!out.text.empty()) out.pieces.emplace_back(out.text);
  if (with_body && total > 0) {
    for (const std::string_view piece : pieces) {
      if (!piece.empty()) out.pieces.push_back(piece);
    }
  }
  if (with_body && chunked_answer_) {
    if (total > 0) out.pieces.emplace_back(last ? "\r\n0\r\n\r\n" : "\r\n");
    if (total == 0 && last) out.pieces.emplace_back("0\r\n\r\n");
  }
  head_sent_ = true;
  body_sent_ += total;
  if (last) {
    if (with_body && start_length_ >= 0 && body_sent_ != static_cast<std::uint64_t>(start_length_)) {
      // The client was promised another length: it must see that this is not the whole.
      abort();
      return Result<void>(fail(Error(ErrorCode::internal, "internal error").detail("the answer has another length")));
    }
    answer_ = Answer::finished;
    stream_->watch_peer(nullptr);
  }
  return send(out.pieces);
}

net::MaybeTask<Result<void>> Connection::send(std::span<const std::string_view> pieces) {
  std::size_t offset = 0;  // into the first piece
  std::string_view first;
  for (;;) {
    while (!pieces.empty() && offset >= pieces.front().size()) {
      offset -= pieces.front().size();
      pieces = pieces.subspan(1);
    }
    if (pieces.empty()) return Result<void>{};
    net::IoResult wrote;
    if (offset == 0) {
      wrote = stream_->try_write(pieces);
    } else {
      first = pieces.front().substr(offset);
      wrote = stream_->try_write(first);
    }
    if (wrote.status == IoStatus::ok) {
      bytes_sent_ += wrote.bytes;
      offset += wrote.bytes;
      continue;
    }
    if (wrote.status != IoStatus::would_block) {
      failed_ = true;
      signal_.trigger(ErrorCode::client_gone);
      return Result<void>(fail(gone()));
    }
    std::string rest;
    for (const std::string_view piece : pieces) {
      rest.append(piece.substr(offset));
      offset = 0;
    }
    return send_rest(std::move(rest));
  }
}

net::Task<Result<void>> Connection::send_rest(std::string rest) {
  const std::int64_t began = worker_.now_ns();
  std::string_view left = rest;
  Deadline deadline = worker_.in_ms(shared_.options.write_timeout_ms);
  while (!left.empty()) {
    const WaitStatus waited = co_await stream_->wait(Readiness::writable, deadline);
    if (waited == WaitStatus::timeout || (waited == WaitStatus::interrupted && failed_)) {
      failed_ = true;
      signal_.trigger(ErrorCode::client_gone);
      break;
    }
    const net::IoResult wrote = stream_->try_write(left);
    if (wrote.status == IoStatus::ok) {
      left.remove_prefix(wrote.bytes);
      bytes_sent_ += wrote.bytes;
      deadline = worker_.in_ms(shared_.options.write_timeout_ms);
    } else if (wrote.status != IoStatus::would_block) {
      failed_ = true;
      signal_.trigger(ErrorCode::client_gone);
      break;
    }
  }
  blocked_ns_ += worker_.now_ns() - began;
  if (!left.empty()) co_return fail(gone());
  co_return Result<void>{};
}

Error Connection::gone() const {
  return signal_.canceled() ? signal_.error() : Error(ErrorCode::client_gone, "the client closed the connection");
}

void Connection::abort() {
  answer_ = Answer::aborted;
  keep_alive_ = false;
  failed_ = true;
}

}  // namespace tollgate::http
