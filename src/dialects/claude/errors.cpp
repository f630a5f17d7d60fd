#include <array>

#include "dialects/claude/claude.h"
#include "dialects/upstream_error.h"

namespace tollgate::dialects::claude {
namespace {

struct TypeName {
  ErrorCode code;
  std::string_view type;
};

constexpr std::string_view kRequest = "invalid_request_error", kAuthentication = "authentication_error",
                           kPermission = "permission_error", kNotFound = "not_found_error", kBilling = "billing_error",
                           kRate = "rate_limit_error", kOverloaded = "overloaded_error", kApi = "api_error",
                           kTimeout = "timeout_error";

// clang-format off
constexpr std::array kTypes{
    TypeName{ErrorCode::invalid_request,           kRequest},
    TypeName{ErrorCode::invalid_json,              kRequest},
    TypeName{ErrorCode::request_too_large,         "request_too_large"},
    TypeName{ErrorCode::unsupported_parameter,     kRequest},
    TypeName{ErrorCode::not_found,                 kNotFound},
    TypeName{ErrorCode::model_not_found,           kNotFound},
    TypeName{ErrorCode::method_not_allowed,        kRequest},
    TypeName{ErrorCode::missing_api_key,           kAuthentication},
    TypeName{ErrorCode::invalid_api_key,           kAuthentication},
    TypeName{ErrorCode::expired_api_key,           kAuthentication},
    TypeName{ErrorCode::disabled_api_key,          kAuthentication},
    TypeName{ErrorCode::account_disabled,          kPermission},
    TypeName{ErrorCode::ip_not_allowed,            kPermission},
    TypeName{ErrorCode::model_not_allowed,         kPermission},
    TypeName{ErrorCode::group_not_allowed,         kPermission},
    TypeName{ErrorCode::channel_pin_not_allowed,   kPermission},
    TypeName{ErrorCode::permission_denied,         kPermission},
    TypeName{ErrorCode::password_needed,           kPermission},
    TypeName{ErrorCode::insufficient_user_quota,   kBilling},
    TypeName{ErrorCode::insufficient_token_quota,  kBilling},
    TypeName{ErrorCode::rate_limit_exceeded,       kRate},
    TypeName{ErrorCode::model_price_missing,       kApi},
    TypeName{ErrorCode::no_available_channel,      kOverloaded},
    TypeName{ErrorCode::channel_not_usable,        kOverloaded},
    TypeName{ErrorCode::upstream_connect_failed,   kApi},
    TypeName{ErrorCode::upstream_tls_failed,       kApi},
    TypeName{ErrorCode::upstream_timeout,          kTimeout},
    TypeName{ErrorCode::upstream_reset,            kApi},
    TypeName{ErrorCode::upstream_bad_answer,       kApi},
    TypeName{ErrorCode::upstream_stream_broken,    kApi},
    TypeName{ErrorCode::upstream_rejected_request, kRequest},
    TypeName{ErrorCode::upstream_auth_failed,      kApi},
    TypeName{ErrorCode::upstream_no_credit,        kApi},
    TypeName{ErrorCode::upstream_model_missing,    kApi},
    TypeName{ErrorCode::upstream_rate_limited,     kRate},
    TypeName{ErrorCode::upstream_server_error,     kApi},
    TypeName{ErrorCode::client_gone,               kRequest},
    TypeName{ErrorCode::overloaded,                kOverloaded},
    TypeName{ErrorCode::storage_unavailable,       kApi},
    TypeName{ErrorCode::conflict,                  kRequest},
    TypeName{ErrorCode::shutting_down,             kOverloaded},
    TypeName{ErrorCode::not_supported,             kRequest},
    TypeName{ErrorCode::internal,                  kApi},
};
// clang-format on
static_assert(rows_match_enum(kTypes), "every ErrorCode has one row, in enum order");

}  // namespace

std::string render_error(const Error& error, std::string_view request_id, bool in_stream) {
  std::string_view type = kTypes[static_cast<std::size_t>(error.code())].type;
  // An overloaded provider: clients wait and come back on this type.
  if (error.code() == ErrorCode::upstream_server_error && error.http_status() == 503) type = kOverloaded;
  if (error.code() == ErrorCode::upstream_rejected_request && error.http_status() == 413) type = "request_too_large";

  // Agents know by these words that their conversation must be shortened.
  constexpr std::string_view kTooLongWords = "prompt is too long";
  const bool too_long = error.upstream_code() == kTooLong && !error.message().starts_with(kTooLongWords);

  std::string out = in_stream ? "event: error\ndata: " : "";
  out += R"({"type":"error","error":{"type":)";
  json::quote_to(type, out);
  out += ",\"message\":";
  json::quote_to(too_long ? std::string(kTooLongWords) + ": " + error.message() : error.message(), out);
  out += '}';
  if (!request_id.empty()) {
    out += ",\"request_id\":";
    json::quote_to(request_id, out);
  }
  out += in_stream ? "}\n\n" : "}";
  return out;
}

Error parse_error(int status, std::string_view body) { return upstream_error(status, body); }

}  // namespace tollgate::dialects::claude
