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
    routes.push_back(
        {.method = http::Method::post,
         .pattern = std::string(row.path),
         .handler = [relay_of,
                     facts](http::Exchange& exchange) { return serve(relay_of(exchange.worker()), exchange, facts); },
         .render_error = renderer_of(row.dialect),
         .name = {}});
    routes.push_back(preflight(row.path, relay_of));
  }
  const auto models = [&](std::string_view path, ModelListStyle style) {
    routes.push_back(
        {.method = http::Method::get,
         .pattern = std::string(path),
         .handler =
             [relay_of, style](http::Exchange& exchange) {
               return serve_models(relay_of(exchange.worker()), exchange, style);
             },
         .render_error = renderer_of(style == ModelListStyle::claude ? DialectId::claude : DialectId::openai_chat),
         .name = {}});
    routes.push_back(preflight(path, relay_of));
  };
  models("/v1/models", ModelListStyle::openai);
  models("/v1/models/*model", ModelListStyle::openai);
  models("/claude/v1/models", ModelListStyle::claude);
  models("/claude/v1/models/*model", ModelListStyle::claude);
  for (const std::string_view path : {"/v1/messages/count_tokens", "/claude/v1/messages/count_tokens"}) {
    routes.push_back(
        {.method = http::Method::post,
         .pattern = std::string(path),
         .handler =
             [relay_of](http::Exchange& exchange) { return serve_count_tokens(relay_of(exchange.worker()), exchange); },
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
