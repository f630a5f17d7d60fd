#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

/// Reading failed answers. Providers copy each other's error bodies and mix them, so dialects share this reading; a
/// dialect or provider that knows better looks first.
namespace tollgate::dialects {

/// The words of a failed answer; empty where it has none.
struct ErrorBody {
  std::string message, type, code, param;
  int status = 0;        ///< stated inside the body; 0 if not
  bool is_json = false;  ///< an object, or an array that begins with one
  bool is_html = false;
};

/// The `upstream_code` of a request that is longer than its model can read, whatever the provider calls it.
inline constexpr std::string_view kTooLong = "context_length_exceeded";

/// Finds them wherever providers put them: `error.message`, `error` as a text, `message`, `msg`, `detail`, ...
[[nodiscard]] ErrorBody read_error_body(std::string_view body);

/// What the failure means, by status and words: one of the upstream_* codes, or upstream_bad_answer for an answer that
/// no API gives. Only a rejected request keeps the provider's (scrubbed) message; every other message is ours, so that
/// an operator's balance, keys and limits stay his own. The detail has the body, without keys.
/// @param status  The HTTP status; 200 for an error inside a stream or in an answer that claims success.
[[nodiscard]] Error upstream_error(int status, std::string_view body);

/// A provider's text made fit for a caller: keys, ids of organisations and requests, addresses and mail addresses are
/// replaced, control characters become blanks, and the length is bounded.
[[nodiscard]] std::string public_text(std::string_view text);

/// A text for the log: only what looks like a key is replaced; bounded.
[[nodiscard]] std::string log_text(std::string_view text);

}  // namespace tollgate::dialects
