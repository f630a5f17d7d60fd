#include "relay/answer.h"

#include <algorithm>

#include "base/strings.h"

namespace tollgate::relay {
namespace {

/// `https://host` of another origin than the one that was called.
bool is_foreign(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || !iequals(origin.substr(scheme + 3), host);
}

bool is_allowed(std::string_view origin, const std::vector<std::string>& allowed) {
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& entry) { return entry == "*" || iequals(entry, origin); });
}

}  // namespace

void add_cors(http::HeaderBlock& out, const http::RequestHead& request, const std::vector<std::string>& allowed) {
  const std::string_view origin = request.headers.get("origin");
  if (origin.empty() || !is_foreign(origin, request.headers.get("host")) || !is_allowed(origin, allowed)) return;
  const bool any = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
  out.add("Access-Control-Allow-Origin", any ? std::string_view("*") : origin);
  if (!any) out.add("Vary", "Origin");
  out.add("Access-Control-Allow-Credentials", "true");
  out.add("Access-Control-Expose-Headers", "X-Request-Id, X-Oneapi-Request-Id, Retry-After");
}

void answer_headers(http::HeaderBlock& out, const http::RequestHead& request, std::string_view request_id,
                    std::string_view content_type, const std::vector<std::string>& cors_origins) {
  out.clear();
  out.add("Content-Type", content_type);
  out.add(kRequestIdHeader, request_id);
  out.add(kLegacyRequestIdHeader, request_id);
  add_cors(out, request, cors_origins);
}

void stream_headers(http::HeaderBlock& out, const http::RequestHead& request, std::string_view request_id,
                    const std::vector<std::string>& cors_origins) {
  answer_headers(out, request, request_id, "text/event-stream", cors_origins);
  out.add("Cache-Control", "no-cache");
  out.add("X-Accel-Buffering", "no");
}

http::Response error_answer(const llm::Dialect& dialect, const Error& error, const http::RequestHead& request,
                            std::string_view request_id, const std::vector<std::string>& cors_origins) {
  http::Response response;
  response.status = error.http_status();
  answer_headers(response.headers, request, request_id, "application/json", cors_origins);
  if (const auto ms = error.retry_after_ms()) {
    response.headers.add("Retry-After", std::to_string((*ms + 999) / 1000));
  }
  response.body = dialect.render_error(error, request_id, false);
  return response;
}

}  // namespace tollgate::relay
