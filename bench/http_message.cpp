#include "http_message.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <strings.h>

namespace tollgate::bench {

namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

void note_field(Head& head, std::string_view name, std::string_view value) {
  // The lengths alone rule out nearly every other field.
  switch (name.size()) {
    case 10:
      if (same(name, "connection")) head.close = same(value, "close");
      break;
    case 12:
      if (same(name, "content-type")) head.event_stream = value.starts_with("text/event-stream");
      break;
    case 14:
      if (same(name, "content-length")) {
        head.has_length = true;
        std::from_chars(value.data(), value.data() + value.size(), head.content_length);
      }
      break;
    case 17:
      if (same(name, "transfer-encoding")) head.chunked = same(value, "chunked");
      break;
    default:
      break;
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Head> parse_head(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  Head head;
  head.size = end + 4;
  std::size_t line_end = text.find("\r\n");
  head.first_line = text.substr(0, line_end);
  while (line_end < end) {
    const std::size_t begin = line_end + 2;
    line_end = text.find("\r\n", begin);
    const std::string_view line = text.substr(begin, line_end - begin);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) note_field(head, line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return head;
}

int status_of(std::string_view first_line) {
  int status = 0;
  if (first_line.starts_with("HTTP/1.") && first_line.size() >= 12) {
    std::from_chars(first_line.data() + 9, first_line.data() + 12, status);
  }
  return status;
}

void BodyDecoder::step(char c) {
  switch (state_) {
    case State::size: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        left_ = left_ * 16 + static_cast<std::size_t>(digit);
      } else if (c == '\n') {
        ++chunks_;
        state_ = left_ > 0 ? State::data : State::trailer;
      } else if (c == '\r' || c == ';') {
        state_ = State::size_end;
      } else {
        failed_ = true;
      }
      break;
    }
    case State::size_end:  // an extension, then the line's end
      if (c == '\n') {
        ++chunks_;
        state_ = left_ > 0 ? State::data : State::trailer;
      }
      break;
    case State::data_end:
      if (c == '\n') {
        state_ = State::size;
      } else if (c != '\r') {
        failed_ = true;
      }
      break;
    case State::trailer:
      if (c == '\n') {
        state_ = State::done;
      } else if (c != '\r') {
        state_ = State::trailer_line;
      }
      break;
    case State::trailer_line:
      if (c == '\n') state_ = State::trailer;
      break;
    case State::plain:
    case State::data:
    case State::done:
      break;
  }
}

void EventCounter::feed(std::string_view piece) {
  if (piece.empty()) return;
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (at < end) {
    const char* const newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const char* const line_end = newline ? newline : end;
    if (line_end > at && *at != '\r') {
      if (line_is_empty_) line_is_comment_ = *at == ':';
      line_is_empty_ = false;
    }
    if (!newline) break;
    if (!line_is_empty_) {
      event_has_lines_ = event_has_lines_ || !line_is_comment_;
    } else if (event_has_lines_) {
      ++events_;
      event_has_lines_ = false;
    }
    line_is_empty_ = true;
    at = newline + 1;
  }

  if (piece.size() >= kTail) {
    std::memcpy(tail_, piece.data() + piece.size() - kTail, kTail);
    tail_size_ = kTail;
    return;
  }
  const std::size_t keep = std::min(tail_size_, kTail - piece.size());
  std::memmove(tail_, tail_ + tail_size_ - keep, keep);
  std::memcpy(tail_ + keep, piece.data(), piece.size());
  tail_size_ = keep + piece.size();
}

bool EventCounter::finished() const {
  const std::string_view tail(tail_, tail_size_);
  return tail.contains("[DONE]") || tail.contains("\"message_stop\"");
}

}  // namespace tollgate::bench
