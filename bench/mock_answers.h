#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tollgate::bench {

/// What an answer looks like. Set when the provider starts and by POST /shape; holds for requests that come after.
struct Shape {
  std::uint64_t events = 32;     ///< deltas of a stream; a plain answer has the text of as many
  std::int64_t interval_ms = 0;  ///< between two events of a stream; 0: all in one write
  std::int64_t delay_ms = 0;     ///< before the answer's first byte
  std::uint64_t text_bytes = 6;  ///< of each delta
  std::uint64_t prompt_tokens = 19;
  bool one_chunk = false;  ///< a stream that goes out in one write is one HTTP chunk, rather than one for each event

  /// Sets one member by its name; false if there is none of that name or the value is no number.
  bool set(std::string_view name, std::string_view value);
};

enum class Operation : std::uint8_t { chat, messages, completions, embeddings };

/// How a request is to fail, named by its model: "fault-429", "any-name-fault-cut", ...
enum class Fault : std::uint8_t {
  none,
  status_400,
  status_401,
  status_429,  ///< with Retry-After: 1
  status_500,
  status_503,
  stall,       ///< no byte ever comes
  stall_half,  ///< half an answer comes, then nothing
  reset,       ///< the connection is reset instead of an answer
  cut,         ///< half an answer comes, then the connection ends
  html,        ///< 200, and a page of HTML
  bad_json,    ///< 200, and no JSON
};

Fault fault_of(std::string_view model);

/// What the provider needs of a request's body, found by scanning its first and last bytes.
struct Wanted {
  std::string_view model;
  bool stream = false;
  bool usage = false;  ///< "include_usage": true
};

/// @param first, last  The start and the end of the body; the same text where the body is short.
Wanted scan_body(std::string_view first, std::string_view last);

/// One answer, written once and sent many times: complete HTTP messages.
struct Answer {
  std::string plain;
  std::string stream;                          ///< the whole stream, for sending in one write
  std::vector<std::string_view> stream_parts;  ///< `stream` cut after each event; the head is with the first
  std::uint64_t completion_tokens = 0;
};

/// Renders answers and keeps them: requests of one shape cost one look-up.
class AnswerBook {
 public:
  explicit AnswerBook(const Shape& shape) : shape_(shape) {}

  /// Changes the shape of later answers.
  void reshape(const Shape& shape);
  [[nodiscard]] const Shape& shape() const { return shape_; }

  std::shared_ptr<const Answer> find(Operation operation, const Wanted& wanted);

 private:
  Shape shape_;
  std::string key_;
  std::unordered_map<std::string, std::shared_ptr<const Answer>> answers_;
};

/// A complete HTTP message with a JSON body.
std::string json_message(int status, std::string_view body, std::string_view extra_fields = "");

/// The complete answer to a request that is to fail with a body; empty for faults of other kinds.
std::string fault_message(Fault fault, Operation operation);

}  // namespace tollgate::bench
