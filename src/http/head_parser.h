#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/message.h"

/// Reading heads and chunked bodies, without I/O. Strict: what two parsers could read differently is refused.
namespace tollgate::http {

struct HeadLimits {
  std::size_t max_head_bytes = 64 * 1024;
  std::size_t max_fields = 128;
};

enum class ParseStatus : std::uint8_t { done, need_more, bad };

struct ParseResult {
  ParseStatus status = ParseStatus::need_more;
  std::size_t head_bytes = 0;  ///< done: how long the head is, with its blank line
  int http_status = 400;       ///< bad: 400, 414, 431, 501 or 505
  const char* problem = "";    ///< bad: what was wrong, in words that quote nothing
};

/// Reads a request's head from the front of `bytes`. On success the views of `out` point into `bytes`.
/// @param seen  How many of these bytes an earlier call has looked at without finding the end: only a hint.
/// Refused: bare CR or LF, obs-fold, blanks before the colon, control characters, bad tokens, Content-Length that is
/// duplicated with another value, not digits, or beside Transfer-Encoding, Transfer-Encoding other than `chunked` or in
/// HTTP/1.0, no or two Hosts in HTTP/1.1, other versions.
ParseResult parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& out,
                               std::size_t seen = 0);

/// The same for an answer to a request of `method`. 1xx heads are returned like others (framing none).
ParseResult parse_response_head(std::string_view bytes, const HeadLimits& limits, Method method, ResponseHead& out,
                                std::size_t seen = 0);

/// A chunked body's decoder: bytes go in cut anywhere, body bytes come out as views into them.
class ChunkReader {
 public:
  enum class Status : std::uint8_t {
    data,       ///< `out` has body bytes
    need_more,  ///< everything was used up
    end,        ///< the body is over; what is left of the input belongs to the next message
    bad,
  };
  /// Takes from the front of `bytes` (which is advanced) until there is something to say.
  Status next(std::string_view& bytes, std::string_view& out);
  [[nodiscard]] bool ended() const { return state_ == State::end; }
  void reset() { *this = {}; }
  [[nodiscard]] const char* problem() const { return problem_; }

 private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_line,
    trailer_lf,
    end_lf,
    end,
    bad
  };
  Status fail(const char* problem);

  std::uint64_t left_ = 0;
  std::uint32_t overhead_ = 0;  ///< bytes of extensions and trailers, bounded
  State state_ = State::size;
  std::uint8_t digits_ = 0;
  const char* problem_ = "";
};

}  // namespace tollgate::http
