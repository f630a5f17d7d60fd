#include <array>

#include "dialects/openai_chat/openai_chat.h"
#include "dialects/upstream_error.h"

namespace tollgate::dialects::openai_chat {
namespace {

struct TypeName {
  ErrorCode code;
  std::string_view type;
  std::string_view name;  ///< the body's `code`; empty: the error's own name
};

constexpr std::string_view kRequest = "invalid_request_error", kPermission = "permission_error",
                           kQuota = "insufficient_quota", kRate = "rate_limit_error", kServer = "server_error",
                           kUpstream = "upstream_error";

// clang-format off
constexpr std::array kTypes{
    TypeName{ErrorCode::invalid_request,           kRequest,    {}},
    TypeName{ErrorCode::invalid_json,              kRequest,    {}},
    TypeName{ErrorCode::request_too_large,         kRequest,    {}},
    TypeName{ErrorCode::unsupported_parameter,     kRequest,    {}},
    TypeName{ErrorCode::not_found,                 kRequest,    {}},
    TypeName{ErrorCode::model_not_found,           kRequest,    {}},
    TypeName{ErrorCode::method_not_allowed,        kRequest,    {}},
    TypeName{ErrorCode::missing_api_key,           kRequest,    {}},
    TypeName{ErrorCode::invalid_api_key,           kRequest,    {}},
    TypeName{ErrorCode::expired_api_key,           kRequest,    {}},
    TypeName{ErrorCode::disabled_api_key,          kRequest,    {}},
    TypeName{ErrorCode::account_disabled,          kPermission, {}},
    TypeName{ErrorCode::ip_not_allowed,            kPermission, {}},
    TypeName{ErrorCode::model_not_allowed,         kPermission, {}},
    TypeName{ErrorCode::group_not_allowed,         kPermission, {}},
    TypeName{ErrorCode::channel_pin_not_allowed,   kPermission, {}},
    TypeName{ErrorCode::permission_denied,         kPermission, {}},
    TypeName{ErrorCode::password_needed,         kPermission, {}},
    TypeName{ErrorCode::insufficient_user_quota,   kQuota,      {}},
    TypeName{ErrorCode::insufficient_token_quota,  kQuota,      {}},
    TypeName{ErrorCode::rate_limit_exceeded,       kRate,       {}},
    TypeName{ErrorCode::model_price_missing,       kServer,     {}},
    TypeName{ErrorCode::no_available_channel,      kServer,     {}},
    TypeName{ErrorCode::channel_not_usable,        kServer,     {}},
    TypeName{ErrorCode::upstream_connect_failed,   kUpstream,   {}},
    TypeName{ErrorCode::upstream_tls_failed,       kUpstream,   {}},
    TypeName{ErrorCode::upstream_timeout,          kUpstream,   {}},
    TypeName{ErrorCode::upstream_reset,            kUpstream,   {}},
    TypeName{ErrorCode::upstream_bad_answer,       kUpstream,   {}},
    TypeName{ErrorCode::upstream_stream_broken,    kUpstream,   {}},
    TypeName{ErrorCode::upstream_rejected_request, kRequest,    {}},
    TypeName{ErrorCode::upstream_auth_failed,      kUpstream,   {}},
    TypeName{ErrorCode::upstream_no_credit,        kUpstream,   {}},
    TypeName{ErrorCode::upstream_model_missing,    kUpstream,   {}},
    TypeName{ErrorCode::upstream_rate_limited,     kRate,       "rate_limit_exceeded"},
    TypeName{ErrorCode::upstream_server_error,     kUpstream,   {}},
    TypeName{ErrorCode::client_gone,               kRequest,    {}},
    TypeName{ErrorCode::overloaded,                kServer,     {}},
    TypeName{ErrorCode::storage_unavailable,       kServer,     {}},
    TypeName{ErrorCode::conflict,                  kRequest,    {}},
    TypeName{ErrorCode::shutting_down,             kServer,     {}},
    TypeName{ErrorCode::not_supported,             kRequest,    {}},
    TypeName{ErrorCode::internal,                  kServer,     {}},
};
// clang-format on
static_assert(rows_match_enum(kTypes), "every ErrorCode has one row, in enum order");

}  // namespace

std::string render_error(const Error& error, std::string_view request_id, bool in_stream) {
  const TypeName& row = kTypes[static_cast<std::size_t>(error.code())];
  std::string_view code = row.name.empty() ? error.name() : row.name;
  // What a provider calls a mistake in the request helps its caller: `context_length_exceeded`.
  if (error.code() == ErrorCode::upstream_rejected_request && !error.upstream_code().empty()) {
    code = error.upstream_code();
  }
  std::string message = error.message();
  if (!request_id.empty()) message.append(" (request id: ").append(request_id).append(")");

  std::string out = in_stream ? "data: {\"error\":{\"message\":" : "{\"error\":{\"message\":";
  json::quote_to(message, out);
  out += ",\"type\":";
  json::quote_to(row.type, out);
  out += ",\"param\":";
  if (error.param().empty()) {
    out += "null";
  } else {
    json::quote_to(error.param(), out);
  }
  out += ",\"code\":";
  json::quote_to(code, out);
  out += in_stream ? "}}\n\n" : "}}";
  return out;
}

Error parse_error(int status, std::string_view body) { return upstream_error(status, body); }

}  // namespace tollgate::dialects::openai_chat
