#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::bench {

/// What these tools need of a message's head. The views point into the text that was parsed.
struct Head {
  std::string_view first_line;
  std::size_t content_length = 0;
  bool has_length = false;
  bool chunked = false;
  bool close = false;         ///< "Connection: close"
  bool event_stream = false;  ///< "Content-Type: text/event-stream"
  std::size_t size = 0;       ///< bytes of the head, with its empty line
};

/// Parses a head that stands whole at the start of `text`; nothing if its empty line has not come yet.
/// The peers are the gateway, nginx and these tools: it is quick rather than strict.
std::optional<Head> parse_head(std::string_view text);

/// The status code of an answer's first line; 0 if it is not one.
int status_of(std::string_view first_line);

/// Follows a body through whatever pieces it comes in, without keeping any of it.
class BodyDecoder {
 public:
  /// Begins a body as the head announces it.
  void start(const Head& head) {
    failed_ = false;
    left_ = head.chunked ? 0 : head.content_length;
    state_ = head.chunked ? State::size : (left_ > 0 ? State::plain : State::done);
  }

  /// Takes what belongs to the body from `input` and hands payload to `on_data(std::string_view)`.
  /// @return how many bytes were taken; fewer than all only when the body is done or failed.
  template <typename OnData>
  std::size_t feed(std::string_view input, OnData&& on_data);

  [[nodiscard]] bool done() const { return state_ == State::done; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::uint64_t chunks() const { return chunks_; }

 private:
  enum class State : std::uint8_t { plain, size, size_end, data, data_end, trailer, trailer_line, done };

  void step(char c);

  std::size_t left_ = 0;
  std::uint64_t chunks_ = 0;
  State state_ = State::done;
  bool failed_ = false;
};

template <typename OnData>
std::size_t BodyDecoder::feed(std::string_view input, OnData&& on_data) {
  std::size_t at = 0;
  while (at < input.size() && state_ != State::done && !failed_) {
    if (state_ == State::plain || state_ == State::data) {
      const std::string_view piece = input.substr(at, left_);
      on_data(piece);
      at += piece.size();
      left_ -= piece.size();
      if (left_ == 0) state_ = state_ == State::plain ? State::done : State::data_end;
    } else {
      step(input[at++]);
    }
  }
  return at;
}

/// Counts server-sent events, however their bytes are cut: an event ends with an empty line. Comments are none.
class EventCounter {
 public:
  void reset() { *this = EventCounter{}; }

  void feed(std::string_view piece);

  [[nodiscard]] std::uint64_t events() const { return events_; }

  /// Whether the stream ended as one that succeeded: OpenAI's "[DONE]", or Claude's "message_stop".
  [[nodiscard]] bool finished() const;

 private:
  static constexpr std::size_t kTail = 48;

  std::uint64_t events_ = 0;
  bool line_is_empty_ = true;
  bool line_is_comment_ = false;
  bool event_has_lines_ = false;
  char tail_[kTail] = {};
  std::size_t tail_size_ = 0;
};

}  // namespace tollgate::bench
