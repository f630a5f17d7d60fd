#include "relay/routes.h"

#include <array>
#include <string_view>
#include <utility>

#include "config/settings.h"
#include "dialects/registry.h"
#include "relay/answer.h"
#include "relay/models.h"
#include "relay/relay_call.h"
#include "relay/worker_relay.h"

namespace tollgate::relay {
namespace {

using llm::DialectId;
using llm::Operation;

struct RouteRow {
  std::string_view path;
  DialectId dialect;
  Operation operation;
};

/// Calls that reach a channel.
constexpr std::array kCalls{
    RouteRow{"/v1/chat/completions", DialectId::openai_chat, Operation::chat},
    RouteRow{"/v1/completions", DialectId::openai_chat, Operation::completions},
    RouteRow{"/v1/embeddings", DialectId::openai_chat, Operation::embeddings},
    RouteRow{"/v1/engines/:model/embeddings", DialectId::openai_chat, Operation::embeddings},
    RouteRow{"/v1/moderations", DialectId::openai_chat, Operation::moderations},
    RouteRow{"/v1/messages", DialectId::claude, Operation::chat},
    RouteRow{"/claude/v1/messages", DialectId::claude, Operation::chat},
};

catalog::CredentialStyle credentials_of(DialectId dialect) {
  return dialect == DialectId::claude ? catalog::CredentialStyle::claude : catalog::CredentialStyle::openai;
}

/// Errors that the server finds before a handler runs still speak the route's dialect.
http::ErrorRenderer renderer_of(DialectId dialect) {
  return [dialect](const Error& error, const http::RequestHead& head) {
    static thread_local telemetry::RequestIdGenerator ids;
    static const std::vector<std::string> kAnyOrigin{"*"};
    return error_answer(*dialects::find(dialect), error, head, ids.next().view(), kAnyOrigin);
  };
}

/// Whether the operator has the dialect's routes open.
bool is_open(const WorkerRelay& relay, DialectId dialect) {
  return dialect != DialectId::claude || relay.catalog()->settings().claude_api_enabled;
}

net::Task<void> refuse_closed(WorkerRelay& relay, http::Exchange& exchange, DialectId dialect) {
  const auto catalog = relay.catalog();
  const telemetry::RequestId id = relay.ids.next(relay.worker.now_unix_ms() * 1'000'000);
  const Error closed(ErrorCode::not_found, "the operator of this gateway has switched the Messages routes off");
  (void)co_await exchange.respond(
      error_answer(*dialects::find(dialect), closed, exchange.head(), id.view(), catalog->settings().cors_origins));
}

/// The handler of a route that the operator may close.
template <class Serve>
http::Handler open_route(const RelayOf& relay_of, DialectId dialect, Serve serve_open) {
  return [relay_of, dialect, serve_open](http::Exchange& exchange) -> net::Task<void> {
    WorkerRelay& relay = relay_of(exchange.worker());
    return is_open(relay, dialect) ? serve_open(relay, exchange) : refuse_closed(relay, exchange, dialect);
  };
}

http::Route preflight(std::string_view path, const RelayOf& relay_of) {
  return {.method = http::Method::options,
          .pattern = std::string(path),
          .handler = [relay_of](http::Exchange& exchange) -> net::Task<void> {
            const auto catalog = relay_of(exchange.worker()).catalog();
            http::HeaderBlock headers;
            add_cors(headers, exchange.head(), catalog->settings().cors_origins);
            headers.add("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE,OPTIONS");
            // Not `*`: with credentials a browser would take that for a header of this name.
            const std::string_view asked = exchange.head().headers.get("access-control-request-headers");
            headers.add("Access-Control-Allow-Headers", asked.empty() ? std::string_view("*") : asked);
            headers.add("Access-Control-Max-Age", "43200");
            (void)co_await exchange.respond(204, headers, std::string_view());
          },
          .render_error = {},
          .name = {}};
}

}  // namespace

std::vector<http::Route> relay_routes(const RelayOf& relay_of) {
  std::vector<http::Route> routes;
  for (const RouteRow& row : kCalls) {
    const RouteFacts facts{
        .dialect = dialects::find(row.dialect), .operation = row.operation, .credentials = credentials_of(row.dialect)};
    routes.push_back({.method = http::Method::post,
                      .pattern = std::string(row.path),
                      .handler = open_route(relay_of, row.dialect,
                                            [facts](WorkerRelay& relay, http::Exchange& exchange) {
                                              return serve(relay, exchange, facts);
                                            }),
                      .render_error = renderer_of(row.dialect),
                      .name = {}});
    routes.push_back(preflight(row.path, relay_of));
  }
  const auto models = [&](std::string_view path, ModelListStyle style) {
    const DialectId dialect = style == ModelListStyle::claude ? DialectId::claude : DialectId::openai_chat;
    routes.push_back({.method = http::Method::get,
                      .pattern = std::string(path),
                      .handler = open_route(relay_of, dialect,
                                            [style](WorkerRelay& relay, http::Exchange& exchange) {
                                              return serve_models(relay, exchange, style);
                                            }),
                      .render_error = renderer_of(dialect),
                      .name = {}});
    routes.push_back(preflight(path, relay_of));
  };
  models("/v1/models", ModelListStyle::openai);
  models("/v1/models/*model", ModelListStyle::openai);
  models("/claude/v1/models", ModelListStyle::claude);
  models("/claude/v1/models/*model", ModelListStyle::claude);
  for (const std::string_view path : {"/v1/messages/count_tokens", "/claude/v1/messages/count_tokens"}) {
    routes.push_back({.method = http::Method::post,
                      .pattern = std::string(path),
                      .handler = open_route(relay_of, DialectId::claude, &serve_count_tokens),
                      .render_error = renderer_of(DialectId::claude),
                      .name = {}});
    routes.push_back(preflight(path, relay_of));
  }
  return routes;
}

net::Task<void> serve_chat_for(WorkerRelay& relay, http::Exchange& exchange, Caller caller, std::string_view body) {
  RelayCall call(relay, exchange, {.dialect = dialects::find(DialectId::openai_chat), .operation = Operation::chat});
  co_await call.run_for(std::move(caller), body);
}

}  // namespace tollgate::relay
