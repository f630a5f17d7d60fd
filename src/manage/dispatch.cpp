#include "manage/dispatch.h"

#include <exception>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "dialects/registry.h"
#include "identity/cookie.h"
#include "identity/cross_site.h"
#include "manage/context.h"
#include "relay/answer.h"
#include "relay/client_address.h"
#include "relay/client_limiter.h"
#include "relay/worker_relay.h"
#include "telemetry/log.h"
#include "telemetry/request_id.h"

namespace tollgate::manage {
namespace {

constexpr std::string_view kUnattendedHeader = "x-tollgate-unattended";
constexpr std::int64_t kCriticalWindowMs = 1'200'000;  // 20 minutes, as the setting's sentence says

/// What all routes of a server share beside their services.
struct Shared {
  explicit Shared(Services& all) : services(all) {}
  Services& services;
  relay::ClientLimiter calls, critical_calls;
};

std::string_view new_request_id() {
  static thread_local telemetry::RequestIdGenerator ids;
  static thread_local telemetry::RequestId id;
  id = ids.next();
  return id.view();
}

/// The site of an address: `https://host:port` of `https://host:port/path`.
std::string origin_of(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(address.substr(0, address.find('/', scheme + 3)));
}

Result<void> check_origin(const Context& ctx) {
  const http::RequestHead& head = ctx.exchange.head();
  const bool reads = head.method == http::Method::get || head.method == http::Method::head;
  const std::string trusted[] = {origin_of(ctx.settings->server_address)};
  return identity::check_provenance({.changes_state = !reads || ctx.row.traits.acts,
                                     .host = head.headers.get("host"),
                                     .origin = head.headers.get("origin"),
                                     .sec_fetch_site = head.headers.get("sec-fetch-site")},
                                    trusted);
}

bool within_limits(Shared& shared, const Context& ctx) {
  if (ctx.row.traits.unlimited) return true;
  const std::int64_t now = ctx.services.clock.mono_ns();
  const config::Settings& settings = *ctx.settings;
  if (!shared.calls.take(ctx.address, settings.api_rate_limit, settings.rate_window_ms, now)) return false;
  return !ctx.row.traits.critical ||
         shared.critical_calls.take(ctx.address, settings.critical_rate_limit, kCriticalWindowMs, now);
}

/// As model routes refuse.
Reply model_failure(const Context& ctx, const Error& error) {
  Reply reply;
  reply.status = error.http_status();
  reply.body = dialects::find(llm::DialectId::openai_chat)->render_error(error, ctx.request_id, false);
  if (const auto wait = error.retry_after_ms()) reply.headers.add("Retry-After", std::to_string((*wait + 999) / 1000));
  return reply;
}

Reply failure_of(const Context& ctx, const Error& error) {
  return ctx.row.traits.model_call ? model_failure(ctx, error) : failure(error);
}

/// A failure with a status of its own.
Reply refusal_of(const Context& ctx, int status, const Error& error) {
  return ctx.row.traits.model_call ? model_failure(ctx, error) : refused(status, error.message());
}

identity::Role role_for(Permission permission) {
  return permission == Permission::root    ? identity::Role::root
         : permission == Permission::admin ? identity::Role::admin
                                           : identity::Role::common;
}

/// Finds out who is calling, and whether they may. @return an answer if not.
net::Task<std::optional<Reply>> admit(Context& ctx) {
  const http::Headers& headers = ctx.exchange.head().headers;
  const Permission permission = ctx.row.permission;
  if (ctx.row.traits.own_site) {
    if (const auto own = check_origin(ctx); !own) co_return refusal_of(ctx, 403, own.error());
  }
  if (permission == Permission::open) co_return std::nullopt;
  if (permission == Permission::key) {
    auto caller = co_await relay::identify_caller(ctx.services.relay_of(ctx.exchange.worker()), ctx.exchange,
                                                  catalog::CredentialStyle::openai);
    if (!caller) co_return model_failure(ctx, caller.error());
    ctx.set_key_caller(std::move(*caller));
    co_return std::nullopt;
  }

  const bool visitor = permission == Permission::visitor;
  const identity::Presented shown{.cookie_header = headers.get("cookie"),
                                  .authorization = visitor ? std::string_view() : headers.get("authorization"),
                                  .user_header = visitor ? std::string_view() : headers.get("new-api-user"),
                                  .unattended = headers.has(kUnattendedHeader)};
  auto principal = co_await ctx.services.accounts.authenticate(shown, ctx.accounts_options(), ctx.deadline);
  if (!principal) {
    const bool unknown = principal.error().code() == ErrorCode::invalid_api_key;
    if (visitor && (unknown || principal.error().code() == ErrorCode::account_disabled)) co_return std::nullopt;
    if (unknown && shown.authorization.empty()) co_return refusal_of(ctx, 401, principal.error());
    co_return failure_of(ctx, principal.error());
  }
  if (principal->via == identity::Principal::Via::session) {
    if (const auto own = check_origin(ctx); !own) co_return refusal_of(ctx, 403, own.error());
  }
  ctx.set_caller(std::move(*principal));
  if (!visitor) {
    if (const auto may = identity::require(ctx.principal(), role_for(permission)); !may)
      co_return failure_of(ctx, may.error());
  }
  co_return std::nullopt;
}

Reply reply_of(const Context& ctx, Result<Reply> result) {
  if (result) return std::move(*result);
  const Error& error = result.error();
  Reply reply = failure_of(ctx, error);
  if (reply.status >= 500) {
    log::failure(log::Level::error, "a management call failed", error,
                 {{"request_id", ctx.request_id}, {"route", ctx.row.path}});
  }
  return reply;
}

net::Task<Reply> answer(Shared& shared, Context& ctx) {
  if (!within_limits(shared, ctx)) {
    if (ctx.row.traits.model_call) {
      co_return model_failure(ctx, Error(ErrorCode::rate_limit_exceeded, "too many calls from this address"));
    }
    Reply reply;
    reply.status = 429;
    co_return reply;
  }
  try {
    if (auto refusal = co_await admit(ctx)) co_return std::move(*refusal);
    co_return reply_of(ctx, co_await ctx.row.handler(ctx));
  } catch (const std::exception& failure) {
    co_return reply_of(ctx, fail(Error(ErrorCode::internal, "internal error").detail(failure.what())));
  }
}

void fill_headers(http::HeaderBlock& out, const Reply& reply, std::string_view request_id) {
  if (!reply.body.empty()) out.add("Content-Type", reply.content_type);
  out.add(relay::kRequestIdHeader, request_id);
  out.add(relay::kLegacyRequestIdHeader, request_id);
  if (!reply.headers.has("Cache-Control")) out.add("Cache-Control", "no-store");
  out.add("X-Content-Type-Options", "nosniff");
}

http::Response response_of(Reply reply, std::string_view request_id) {
  fill_headers(reply.headers, reply, request_id);
  return {.status = reply.status, .headers = std::move(reply.headers), .body = std::move(reply.body)};
}

net::Task<void> serve(Shared& shared, const Row& row, http::Exchange& exchange) {
  Context ctx(shared.services, exchange, row, new_request_id());
  Reply reply = co_await answer(shared, ctx);
  if (reply.sent) co_return;
  if (row.traits.any_origin) relay::add_cors(reply.headers, exchange.head(), ctx.settings->cors_origins);
  exchange.release_body();
  (void)co_await exchange.respond(response_of(std::move(reply), ctx.request_id));
}

/// Errors that the server finds before the handler runs, such as a body that is too large. A method that a path does
/// not have makes it an unknown path, as with the predecessors.
http::Response render_error(const Error& error, const http::RequestHead& head) {
  if (error.code() != ErrorCode::method_not_allowed) return response_of(failure(error), new_request_id());
  const std::string message = "Invalid URL (" + std::string(head.method_text) + " " + std::string(head.path) + ")";
  json::object body{{"error", json::object{{"message", message}, {"type", "invalid_request_error"}, {"code", ""}}}};
  return response_of(raw(body, 404), new_request_id());
}

http::Response render_model_error(const Error& error, const http::RequestHead& head) {
  if (error.code() == ErrorCode::method_not_allowed) return render_error(error, head);
  return relay::error_answer(*dialects::find(llm::DialectId::openai_chat), error, head, new_request_id(), {});
}

/// The path in its other form, and the query as it was.
net::Task<void> redirect(http::Exchange& exchange) {
  const http::RequestHead& head = exchange.head();
  std::string location(head.path);
  if (location.ends_with('/')) {
    location.pop_back();
  } else {
    location += '/';
  }
  if (!head.query.empty()) location.append("?").append(head.query);
  const bool get = head.method == http::Method::get || head.method == http::Method::head;
  (void)co_await exchange.respond(get ? 301 : 307, {{"Location", location}}, std::string_view());
}

net::Task<void> preflight(Services& services, http::Exchange& exchange) {
  http::HeaderBlock headers;
  relay::add_cors(headers, exchange.head(), services.settings.current()->cors_origins);
  headers.add("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE,OPTIONS");
  const std::string_view asked = exchange.head().headers.get("access-control-request-headers");
  headers.add("Access-Control-Allow-Headers", asked.empty() ? std::string_view("*") : asked);
  headers.add("Access-Control-Max-Age", "43200");
  (void)co_await exchange.respond(204, headers, std::string_view());
}

std::string other_form(std::string_view path) {
  return path.ends_with('/') ? std::string(path.substr(0, path.size() - 1)) : std::string(path) + "/";
}

}  // namespace

std::string_view permission_name(Permission permission) {
  switch (permission) {
    case Permission::open:
      return "open";
    case Permission::visitor:
      return "visitor";
    case Permission::key:
      return "key";
    case Permission::user:
      return "user";
    case Permission::admin:
      return "admin";
    case Permission::root:
      return "root";
  }
  return "root";
}

std::vector<http::Route> manage_routes(Services& services) {
  const auto shared = std::make_shared<Shared>(services);
  std::set<std::pair<http::Method, std::string>> taken;
  for (const Row& row : all_rows()) taken.emplace(row.method, row.path);

  std::vector<http::Route> routes;
  const auto add = [&](http::Method method, std::string pattern, http::Handler handler, bool model_call = false) {
    routes.push_back({.method = method,
                      .pattern = std::move(pattern),
                      .handler = std::move(handler),
                      .render_error = model_call ? render_model_error : render_error,
                      .name = {}});
  };
  for (const Row& row : all_rows()) {
    add(
        row.method, std::string(row.path),
        [shared, &row](http::Exchange& exchange) { return serve(*shared, row, exchange); }, row.traits.model_call);
    // What takes the rest of the path takes its last slash too.
    const bool takes_rest = row.path.find("/*") != std::string_view::npos;
    if (std::string other = other_form(row.path); !takes_rest && taken.emplace(row.method, other).second) {
      add(row.method, std::move(other), redirect);
    }
    if (row.traits.any_origin && taken.emplace(http::Method::options, row.path).second) {
      add(http::Method::options, std::string(row.path),
          [&services](http::Exchange& exchange) { return preflight(services, exchange); });
    }
  }
  return routes;
}

}  // namespace tollgate::manage
