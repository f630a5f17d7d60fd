#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate {

/// What may be done with a call that failed this way, as long as no byte of an answer has reached the client.
enum class Retry : std::uint8_t {
  never,          ///< the request itself is at fault, or nothing may be tried again
  other_channel,  ///< another candidate may succeed
};

/// Whom the failure counts against: health cells listen to `channel` only.
enum class Blame : std::uint8_t { client, account, channel, gateway };

/// Every way a call can fail. What a code means stands in kErrorTraits and nowhere else.
enum class ErrorCode : std::uint8_t {
  invalid_request,
  invalid_json,
  request_too_large,
  unsupported_parameter,
  not_found,
  model_not_found,
  method_not_allowed,
  missing_api_key,
  invalid_api_key,
  expired_api_key,
  disabled_api_key,
  account_disabled,
  ip_not_allowed,
  model_not_allowed,
  group_not_allowed,
  channel_pin_not_allowed,
  permission_denied,
  password_needed,
  insufficient_user_quota,
  insufficient_token_quota,
  rate_limit_exceeded,
  model_price_missing,
  no_available_channel,
  channel_not_usable,
  upstream_connect_failed,
  upstream_tls_failed,
  upstream_timeout,
  upstream_reset,
  upstream_bad_answer,
  upstream_stream_broken,
  upstream_rejected_request,
  upstream_auth_failed,
  upstream_no_credit,
  upstream_model_missing,
  upstream_rate_limited,
  upstream_server_error,
  client_gone,
  overloaded,
  storage_unavailable,
  conflict,
  shutting_down,
  not_supported,
  internal,
};

struct ErrorTraits {
  ErrorCode code;
  std::string_view name;  ///< stable: clients match it, logs and metrics carry it
  std::uint16_t http;
  Retry retry;
  Blame blame;
};

// clang-format off
inline constexpr std::array kErrorTraits{
    //          code                                 name                         http retry                 blame
    ErrorTraits{ErrorCode::invalid_request,           "invalid_request",           400, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::invalid_json,              "invalid_json",              400, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::request_too_large,         "request_too_large",         413, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::unsupported_parameter,     "unsupported_parameter",     400, Retry::other_channel, Blame::client},
    ErrorTraits{ErrorCode::not_found,                 "not_found",                 404, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::model_not_found,           "model_not_found",           404, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::method_not_allowed,        "method_not_allowed",        405, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::missing_api_key,           "missing_api_key",           401, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::invalid_api_key,           "invalid_api_key",           401, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::expired_api_key,           "expired_api_key",           401, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::disabled_api_key,          "disabled_api_key",          401, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::account_disabled,          "account_disabled",          403, Retry::never,         Blame::account},
    ErrorTraits{ErrorCode::ip_not_allowed,            "ip_not_allowed",            403, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::model_not_allowed,         "model_not_allowed",         403, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::group_not_allowed,         "group_not_allowed",         403, Retry::never,         Blame::account},
    ErrorTraits{ErrorCode::channel_pin_not_allowed,   "channel_pin_not_allowed",   403, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::permission_denied,         "permission_denied",         403, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::password_needed,           "password_needed",           403, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::insufficient_user_quota,   "insufficient_user_quota",   402, Retry::never,         Blame::account},
    ErrorTraits{ErrorCode::insufficient_token_quota,  "insufficient_token_quota",  402, Retry::never,         Blame::account},
    ErrorTraits{ErrorCode::rate_limit_exceeded,       "rate_limit_exceeded",       429, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::model_price_missing,       "model_price_missing",       503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::no_available_channel,      "no_available_channel",      503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::channel_not_usable,        "channel_not_usable",        503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::upstream_connect_failed,   "upstream_connect_failed",   502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_tls_failed,       "upstream_tls_failed",       502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_timeout,          "upstream_timeout",          504, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_reset,            "upstream_reset",            502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_bad_answer,       "upstream_bad_answer",       502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_stream_broken,    "upstream_stream_broken",    502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_rejected_request, "upstream_rejected_request", 400, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::upstream_auth_failed,      "upstream_auth_failed",      502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_no_credit,        "upstream_no_credit",        502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_model_missing,    "upstream_model_missing",    502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_rate_limited,     "upstream_rate_limited",     429, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::upstream_server_error,     "upstream_server_error",     502, Retry::other_channel, Blame::channel},
    ErrorTraits{ErrorCode::client_gone,               "client_gone",               499, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::overloaded,                "overloaded",                503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::storage_unavailable,       "storage_unavailable",       503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::conflict,                  "conflict",                  409, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::shutting_down,             "shutting_down",             503, Retry::never,         Blame::gateway},
    ErrorTraits{ErrorCode::not_supported,             "not_supported",             501, Retry::never,         Blame::client},
    ErrorTraits{ErrorCode::internal,                  "internal",                  500, Retry::never,         Blame::gateway},
};
// clang-format on

consteval bool rows_match_enum(const auto& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].code) != i) return false;
  }
  return rows.size() == static_cast<std::size_t>(ErrorCode::internal) + 1;
}
static_assert(rows_match_enum(kErrorTraits), "every ErrorCode has one row, in enum order");

constexpr const ErrorTraits& traits_of(ErrorCode code) { return kErrorTraits[static_cast<std::size_t>(code)]; }

/// A failure as a value. `message` may be shown to the caller; `detail` is for the log alone (upstream bodies, SQL,
/// addresses). Neither ever holds a secret.
///
/// Two words in size, since every Result has room for one: what it tells lies apart. One that was moved from may only
/// be destroyed or assigned to.
class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), facts_(std::make_unique<Facts>(std::move(message))) {}
  Error(const Error& other) : code_(other.code_), http_(other.http_), facts_(std::make_unique<Facts>(*other.facts_)) {}
  Error(Error&&) noexcept = default;
  Error& operator=(const Error& other) { return *this = Error(other); }
  Error& operator=(Error&&) noexcept = default;
  ~Error() = default;

  // Each fact may be set on an error that has a name, or on one that is just being made.

  Error& detail(std::string text) & {
    facts_->detail = std::move(text);
    return *this;
  }
  [[nodiscard]] Error detail(std::string text) && { return std::move(detail(std::move(text))); }
  /// The request field at fault, as a path such as `messages[2].content`.
  Error& param(std::string path) & {
    facts_->param = std::move(path);
    return *this;
  }
  [[nodiscard]] Error param(std::string path) && { return std::move(param(std::move(path))); }
  /// An HTTP status that replaces the code's own: an upstream's 4xx that is the caller's to see.
  Error& http(int status) & {
    http_ = static_cast<std::uint16_t>(status);
    return *this;
  }
  [[nodiscard]] Error http(int status) && { return std::move(http(status)); }
  /// When it makes sense to come again.
  Error& retry_after_ms(std::int64_t ms) & {
    facts_->retry_after_ms = ms;
    return *this;
  }
  [[nodiscard]] Error retry_after_ms(std::int64_t ms) && { return std::move(retry_after_ms(ms)); }
  /// The upstream's own words for the kind of failure (`type` and `code` of its error body).
  Error& upstream(std::string type, std::string code) & {
    facts_->upstream_type = std::move(type);
    facts_->upstream_code = std::move(code);
    return *this;
  }
  [[nodiscard]] Error upstream(std::string type, std::string code) && {
    return std::move(upstream(std::move(type), std::move(code)));
  }

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] std::string_view name() const { return traits_of(code_).name; }
  [[nodiscard]] int http_status() const { return http_ ? http_ : traits_of(code_).http; }
  [[nodiscard]] Retry retry() const { return traits_of(code_).retry; }
  [[nodiscard]] Blame blame() const { return traits_of(code_).blame; }
  [[nodiscard]] const std::string& message() const { return facts_->message; }
  [[nodiscard]] const std::string& detail() const { return facts_->detail; }
  [[nodiscard]] const std::string& param() const { return facts_->param; }
  [[nodiscard]] const std::string& upstream_type() const { return facts_->upstream_type; }
  [[nodiscard]] const std::string& upstream_code() const { return facts_->upstream_code; }
  [[nodiscard]] std::optional<std::int64_t> retry_after_ms() const { return facts_->retry_after_ms; }

 private:
  struct Facts {
    std::string message, detail, param, upstream_type, upstream_code;
    std::optional<std::int64_t> retry_after_ms;
  };

  ErrorCode code_;
  std::uint16_t http_ = 0;
  std::unique_ptr<Facts> facts_;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected(Error(code, std::move(message)));
}

}  // namespace tollgate
