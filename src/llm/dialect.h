#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"
#include "llm/chat.h"
#include "llm/conversion.h"
#include "llm/features.h"
#include "llm/ids.h"
#include "llm/stream.h"
#include "llm/usage.h"

namespace tollgate::llm {

/// Choices of one request (OpenAI's `n`) at most.
inline constexpr std::size_t kMostChoices = 128;

/// What one SSE event of a forwarded stream is, found without building a tree for the common ones.
struct Tap {
  enum class Kind : std::uint8_t {
    ignore,      ///< comments, pings, role and block starts
    content,     ///< delivers text
    usage_only,  ///< carries usage and nothing else: kept back if the client did not ask for it
    finish,      ///< states why the answer, or some of its choices, ended (may also carry content and usage)
    terminal,    ///< the stream's last event: waits for the settlement
    error,       ///< the upstream failed inside the stream
    malformed,   ///< not this dialect: a stream of such events is a broken upstream
  };
  Kind kind = Kind::ignore;
  bool has_usage = false;
  std::uint32_t delivered_bytes = 0;   ///< decoded text, reasoning and tool arguments in this event
  Usage usage;                         ///< cumulative; overlay on what came before
  std::bitset<kMostChoices> finished;  ///< the choices whose end a `finish` states
};

/// What a forwarded plain answer says.
struct PlainTap {
  bool well_formed = false;  ///< an object of this dialect, or an error of it
  bool is_error = false;     ///< an error object in spite of a 200
  bool has_usage = false;
  Usage usage;
  std::uint64_t delivered_bytes = 0;  ///< set only if there is no usage: text, reasoning and tool arguments
};

/// One wire format as pure functions, in both directions. Only chat is converted; the other operations of a dialect
/// share its errors, its taps and its usage.
struct Dialect {
  DialectId id;
  std::string_view name;  ///< stable: configuration, logs, fixture files
  Features features;      ///< what its requests can express

  // As the client's dialect.
  Result<ChatRequest> (*parse_request)(const json::object& body);
  json::object (*render_response)(const ChatResponse& response, const Conversion& conversion);
  std::unique_ptr<StreamRenderer> (*make_renderer)(const Conversion& conversion);
  /// The body of a failed answer, or, `in_stream`, the SSE event that ends a stream as a failure.
  std::string (*render_error)(const Error& error, std::string_view request_id, bool in_stream);
  /// Bytes that keep an idle stream alive.
  std::string_view ping;
  /// The event that ends a stream in good order (`data: [DONE]`, `event: message_stop` ...), with its blank line.
  std::string_view terminal = {};

  // As the upstream's dialect.
  /// Refuses, with the path, what can be neither said nor dropped. Errors: unsupported_parameter, invalid_request.
  Result<json::object> (*render_request)(const ChatRequest& request, Conversion& conversion);
  Result<ChatResponse> (*parse_response)(const json::object& body, const Conversion& conversion);
  std::unique_ptr<StreamParser> (*make_parser)(const Conversion& conversion);
  /// What a failed answer means: one of the upstream_* codes. The public message keeps what helps a caller mend the
  /// request and hides the operator's own affairs (balance, keys, organisation, addresses); the detail has the body.
  Error (*parse_error)(int status, std::string_view body);
  /// The request's own edits for same-dialect forwarding that needs a tree: puts the operator's system prompt first.
  void (*add_system_prompt)(json::object& body, std::string_view prompt, bool only_if_absent);

  /// The same for what stands behind the model's name.
  /// Errors: unsupported_parameter where the provider has no such thing; invalid_request.
  Result<void> (*apply_argument)(json::object& body, const ModelArgument& argument, const UpstreamFacts& facts);

  // For the pass-through tap.
  /// @param event  One whole SSE event, its lines included. `read_usage` may be null: the dialect's own reading.
  Tap (*tap)(std::string_view event, UsageReader read_usage);
  PlainTap (*tap_plain)(std::string_view body, UsageReader read_usage);
  UsageReader read_usage;

  /// A stream reports usage only when the request's `stream_options.include_usage` asks for it.
  bool usage_on_request = false;
};

}  // namespace tollgate::llm
