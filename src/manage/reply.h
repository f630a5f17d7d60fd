#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "json/value.h"

namespace tollgate::manage {

inline constexpr std::string_view kJsonType = "application/json; charset=utf-8";

/// An answer of the management API. Usually the predecessors' envelope: `{"success", "message", "data"}`.
struct Reply {
  int status = 200;
  std::string body;
  std::string content_type{kJsonType};
  http::HeaderBlock headers;  ///< beside Content-Type and what every answer carries
  bool sent = false;          ///< the handler has answered through the exchange itself (files, event streams)
};

/// Success without data.
[[nodiscard]] Reply ok();
/// Success with `data`.
[[nodiscard]] Reply ok(const json::value& data);
/// Success with `data` whose words are in the caller's language (Context::language): caches keep one for each.
[[nodiscard]] Reply ok_in_language(const json::value& data);
/// Success with `data` and members beside it, such as `time`.
[[nodiscard]] Reply ok(const json::value& data, const json::object& beside);
/// Success with a message, which some routes have.
[[nodiscard]] Reply ok_saying(std::string_view message);
/// A failure with another status than its error would have, such as the 400 of some routes.
[[nodiscard]] Reply refused(int status, std::string_view message);
/// A document of its own, without the envelope.
[[nodiscard]] Reply raw(const json::value& document, int status = 200);
/// The handler has answered already.
[[nodiscard]] Reply already_sent();

/// The failure envelope of an error: HTTP 200 as the predecessors have it, except for what is not the caller's doing or
/// what a script should wait for: 413 too large, 429 too often (with Retry-After), 500 internal, 503 overloaded,
/// storage away, shutting down. A refused member of the body is named by `field`, for forms; that the password is
/// needed once more by `code`, for front-ends that then ask for it.
[[nodiscard]] Reply failure(const Error& error);

}  // namespace tollgate::manage
