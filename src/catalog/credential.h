#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/chooser.h"

namespace tollgate::catalog {

/// Where a request may carry its key: the values as they came, empty if absent. Views into the request.
struct CredentialSources {
  std::string_view authorization = {};
  std::string_view x_api_key = {};
  std::string_view x_goog_api_key = {};
  std::string_view api_key = {};  ///< Azure's clients
  std::string_view mj_api_secret = {};
  std::string_view query_key = {};           ///< `?key=`, unescaped
  std::string_view websocket_protocol = {};  ///< Sec-WebSocket-Protocol, only of an upgrade to a WebSocket
};

/// Which source counts first when several are there. All the others follow, so that a client of one dialect works on a
/// route of another; a key in the query counts only on Gemini's routes, since addresses end up in logs.
enum class CredentialStyle : std::uint8_t { openai, claude, gemini, midjourney };

/// A key as the caller sent it, taken apart. Views into the sources.
struct Credential {
  std::string_view key;  ///< without `Bearer `, `sk-` and suffixes
  Pin pin;               ///< what a suffix asks for; check that its owner may
};

/// Finds and parses the key: one leading `Bearer ` (in any case) and one leading `sk-` are taken off; then `#id`,
/// `#!id`, `#id#ignore`, and, behind 48 letters or digits only, `-id`. Pure; nothing is looked up.
///
/// Errors: missing_api_key (no source has one), invalid_api_key (longer than 256 bytes, or holds blanks or control
/// characters), channel_pin_not_allowed (a suffix that names no channel).
[[nodiscard]] Result<Credential> parse_credential(const CredentialSources& sources, CredentialStyle style);

/// The same for one text, such as `sk-...#12`.
[[nodiscard]] Result<Credential> parse_key(std::string_view text);

}  // namespace tollgate::catalog
