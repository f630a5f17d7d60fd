#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

/// Reading a document without building a tree. Stage one (UTF-8, quotes, the index of structural characters) is
/// simdjson's, chosen at run time for the processor; a walk of that index by ours checks the structure.
namespace tollgate::json {

/// Readable bytes that callers leave after a body, for vector loads. Their content does not matter.
inline constexpr std::size_t kScanPadding = 64;

/// A piece of the scanned text. Length 0 means "not there".
struct Span {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  [[nodiscard]] constexpr explicit operator bool() const { return length != 0; }
  [[nodiscard]] constexpr std::uint32_t end() const { return offset + length; }
  [[nodiscard]] constexpr std::string_view of(std::string_view text) const { return text.substr(offset, length); }
  friend constexpr bool operator==(Span, Span) = default;
};

/// One member of the outermost object.
struct MemberSpan {
  Span key;      ///< with its quotes
  Span value;    ///< without surrounding blanks
  Span removal;  ///< what to cut so that the member is gone: it and one comma
  [[nodiscard]] constexpr explicit operator bool() const { return static_cast<bool>(value); }
};

/// What a relay must know of a JSON body that it may forward untouched.
struct Envelope {
  std::uint32_t after_brace = 0;  ///< right after the opening brace: where members may be inserted
  bool empty_object = false;      ///< nothing follows the inserted member, so no comma either

  bool has_model = false;
  std::string model;  ///< unescaped
  MemberSpan model_member;

  bool stream = false;
  MemberSpan stream_member;

  MemberSpan stream_options;  ///< an object or null
  Span include_usage;         ///< the value of stream_options.include_usage
  bool asks_usage = false;    ///< it is true

  std::optional<std::int64_t> max_tokens;             ///< 0..2^30-1; null counts as absent
  std::optional<std::int64_t> max_completion_tokens;  ///< the same
  std::optional<std::int64_t> max_output_tokens;      ///< the same; Responses
  std::optional<std::int64_t> n;                      ///< 1..128
  MemberSpan max_tokens_member;
  MemberSpan max_completion_tokens_member;

  bool has_tools = false;  ///< a non-empty `tools` or `functions`
  Span messages, input, prompt, system;
  char messages_kind = 0, input_kind = 0, prompt_kind = 0;  ///< first character of the value: [ { " digit n t f
};

/// Scans the body of any JSON POST.
///
/// Checked: valid UTF-8; quotes closed; no raw control character inside a string; brackets match; commas and colons
/// stand where the grammar wants them; literals and the shape of numbers; exactly one document, an object; depth at
/// most kMaxDepth. Not checked: escapes inside strings (other than keys and `model`), number ranges, duplicate keys
/// other than those read here.
/// A member read here may occur once: a second one is refused also when spelled with escapes, and a second `model`
/// also in another letter case, since gateway and upstream could each believe another one.
///
/// @param body  At least kScanPadding readable bytes must follow it.
/// Errors: invalid_json (not an object, empty, truncated, bad UTF-8, trailing text, too deep), invalid_request
/// (duplicate or wrongly typed member; `param` names it).
[[nodiscard]] Result<Envelope> scan_envelope(std::string_view body);

/// Span of a top-level member's value in an object; not there if the document is broken. For answers: cheaper than a
/// tree when only one member matters. No padding needed.
[[nodiscard]] Span find_member(std::string_view document, std::string_view key);

/// Spans of several top-level members at once. @return false if the document is not a well-formed object.
struct WantedMember {
  std::string_view key;
  Span value{};
};
[[nodiscard]] bool find_members(std::string_view document, WantedMember* wanted, std::size_t count);

/// Name of the kernel in use, for the start-up log: "icelake", "haswell", "westmere", "fallback".
[[nodiscard]] std::string_view scan_kernel();

/// How much of a request's body is text a model will read.
struct PromptSize {
  std::uint64_t text_bytes = 0;  ///< the body less base64 payloads
  std::uint32_t media = 0;       ///< images, files and recordings found
};

/// Estimating high, for reservations: bytes / 3 rounded up (real text has 3.5 to 4.5 bytes a token, the envelope's own
/// punctuation counts too), and a flat price for each medium instead of its base64.
inline constexpr std::uint64_t kBytesPerToken = 3;
inline constexpr std::uint64_t kTokensPerMedium = 1600;
inline constexpr std::uint64_t kTokensPerRequest = 16;

/// Finds base64 payloads (`;base64,` data URLs, and `"data":"` strings longer than kLongPayload) by memory search.
/// A media URL costs its few bytes and counts as a medium too.
inline constexpr std::size_t kLongPayload = 1024;
[[nodiscard]] PromptSize measure_prompt(std::string_view body);

[[nodiscard]] constexpr std::uint64_t estimate_prompt_tokens(PromptSize size) {
  return (size.text_bytes + kBytesPerToken - 1) / kBytesPerToken + size.media * kTokensPerMedium + kTokensPerRequest;
}

}  // namespace tollgate::json
