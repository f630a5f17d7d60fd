#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/exchange.h"
#include "http/message.h"
#include "llm/dialect.h"

/// The heads of answers to model requests, and answers that are errors.
namespace tollgate::relay {

/// The request id goes out under both names: ours and the predecessors'.
inline constexpr std::string_view kRequestIdHeader = "X-Request-Id";
inline constexpr std::string_view kLegacyRequestIdHeader = "X-Oneapi-Request-Id";

/// Cross-origin fields as the predecessors send them on model routes: only to a browser on another origin.
/// @param allowed  Setting cors.origins: `*` or a list.
void add_cors(http::HeaderBlock& out, const http::RequestHead& request, const std::vector<std::string>& allowed);

/// Fills `out` anew with what every answer carries.
void answer_headers(http::HeaderBlock& out, const http::RequestHead& request, std::string_view request_id,
                    std::string_view content_type, const std::vector<std::string>& cors_origins);
/// The same for an event stream.
void stream_headers(http::HeaderBlock& out, const http::RequestHead& request, std::string_view request_id,
                    const std::vector<std::string>& cors_origins);

/// An error as the dialect's clients expect it.
[[nodiscard]] http::Response error_answer(const llm::Dialect& dialect, const Error& error,
                                          const http::RequestHead& request, std::string_view request_id,
                                          const std::vector<std::string>& cors_origins);

}  // namespace tollgate::relay
