#include "app/operations.h"

#include <algorithm>
#include <string>

#include "app/parts.h"
#include "crypto/encoding.h"
#include "crypto/hash.h"
#include "dialects/registry.h"
#include "json/value.h"
#include "relay/answer.h"
#include "store/options.h"

namespace tollgate::app {
namespace {

using telemetry::Metric;
using telemetry::SampleSink;

http::Route get_route(std::string pattern, http::Handler handler) {
  return {.method = http::Method::get,
          .pattern = std::move(pattern),
          .handler = std::move(handler),
          .render_error = {},
          .name = {}};
}

/// Alive: the loop turns. Says nothing of databases, so that a restart is not the answer to their absence.
net::Task<void> answer_health(http::Exchange& exchange) {
  (void)co_await exchange.respond(http::json_response(200, R"({"status":"ok"})"));
}

/// Ready: it admits calls and the database answers. That it takes no charges is only a warning, since calls go on as
/// long as the journal has room, and then they are admitted no more.
net::Task<void> answer_ready(Gateway::Parts& parts, http::Exchange& exchange) {
  std::string trouble = parts.server->draining() ? "shutting down" : parts.ledger->trouble();
  if (trouble.empty()) {
    const auto answered =
        co_await parts.storage->read([](store::Session& db) { return store::meta_value(db, store::kMetaLedgerUuid); },
                                     exchange.worker().in_ms(2'000));
    if (!answered) trouble = "the database does not answer";
  }
  json::object body{{"status", trouble.empty() ? "ready" : "not ready"}};
  if (!trouble.empty()) {
    body["reason"] = trouble;
  } else if (parts.ledger->snapshot().flush_fails) {
    body["warning"] = "the database takes no charges: they wait in the journal";
  }
  (void)co_await exchange.respond(http::json_response(trouble.empty() ? 200 : 503, json::serialize(body)));
}

/// `Authorization: Bearer <metrics.token>` or Basic metrics.user:metrics.password; with neither set, this machine only.
bool may_see_metrics(const config::Settings& settings, const http::Exchange& exchange) {
  const std::string_view authorization = exchange.head().headers.get("authorization");
  if (settings.metrics_token.empty() && (settings.metrics_user.empty() || settings.metrics_password.empty())) {
    return exchange.peer().is_loopback();
  }
  if (!settings.metrics_token.empty() &&
      crypto::equal_constant_time(authorization, "Bearer " + settings.metrics_token.reveal())) {
    return true;
  }
  if (settings.metrics_user.empty() || settings.metrics_password.empty()) return false;
  const std::string basic = "Basic " + crypto::base64(settings.metrics_user + ":" + settings.metrics_password.reveal());
  return crypto::equal_constant_time(authorization, basic);
}

net::Task<void> answer_metrics(Gateway::Parts& parts, http::Exchange& exchange) {
  if (!may_see_metrics(*parts.settings(), exchange)) {
    (void)co_await exchange.respond(401, {{"WWW-Authenticate", "Basic realm=\"metrics\""}}, std::string_view());
    co_return;
  }
  const auto text = co_await parts.offload->run([&parts](net::NoContext&) { return parts.metrics->render(); },
                                                exchange.worker().in_ms(10'000));
  if (!text) {
    (void)co_await exchange.respond_error(text.error());
    co_return;
  }
  (void)co_await exchange.respond(200, {{"Content-Type", telemetry::Metrics::kContentType}}, *text);
}

/// 0 closed, 1 half open, 2 open, 3 disabled automatically.
double breaker_value(const catalog::Health::Stats& channel) {
  if (channel.off) return 3;
  switch (channel.state.breaker) {
    case catalog::ChannelCell::Breaker::closed:
      return 0;
    case catalog::ChannelCell::Breaker::trial:
      return 1;
    case catalog::ChannelCell::Breaker::open:
      return 2;
  }
  return 0;
}

}  // namespace

std::vector<http::Route> operations_routes(Gateway::Parts& parts) {
  std::vector<http::Route> routes;
  routes.push_back(get_route("/healthz", answer_health));
  routes.push_back(get_route("/readyz", [&parts](http::Exchange& exchange) { return answer_ready(parts, exchange); }));
  for (const char* path : {"/metrics", "/api/metrics"}) {
    routes.push_back(get_route(path, [&parts](http::Exchange& exchange) { return answer_metrics(parts, exchange); }));
  }
  return routes;
}

std::vector<telemetry::Metrics::Registration> register_scrapes(Gateway::Parts& parts) {
  std::vector<telemetry::Metrics::Registration> out;
  const auto number = [](auto value) { return static_cast<double>(value); };
  const auto health = [&](Metric metric, auto value) {
    out.push_back(parts.metrics->on_scrape(metric, [&parts, value](const SampleSink& sink) {
      for (const catalog::Health::Stats& channel : parts.health->stats()) {
        sink({std::to_string(channel.channel.value)}, value(channel));
      }
    }));
  };
  health(Metric::channel_state, breaker_value);
  health(Metric::channel_in_flight, [=](const catalog::Health::Stats& c) { return number(c.in_flight); });
  health(Metric::channel_cooldowns, [=](const catalog::Health::Stats& c) { return number(c.limited); });

  out.push_back(parts.metrics->on_scrape(Metric::upstream_connections, [&parts, number](const SampleSink& sink) {
    std::vector<http::PoolStats> each(parts.workers->size());  // the workers run at the same time
    parts.workers->on_each([&](net::Worker& worker) {
      const auto& relay = parts.relays[worker.index()];
      if (relay) each[worker.index()] = relay->client.stats();
    });
    std::size_t idle = 0, active = 0;
    for (const http::PoolStats& stats : each) {
      idle += stats.idle;
      active += stats.active;
    }
    sink({"idle"}, number(idle));
    sink({"active"}, number(active));
  }));
  out.push_back(parts.metrics->on_scrape(Metric::client_connections, [&parts, number](const SampleSink& sink) {
    sink({}, number(parts.server->stats().connections_open));
  }));
  out.push_back(parts.metrics->on_scrape(Metric::body_budget_used, [&parts, number](const SampleSink& sink) {
    sink({}, number(parts.server->stats().body_bytes));
  }));
  out.push_back(parts.metrics->on_scrape(Metric::storage_queue, [&parts, number](const SampleSink& sink) {
    sink({}, number(parts.storage->stats().waiting));
  }));
  out.push_back(parts.metrics->on_scrape(Metric::storage_jobs, [&parts, number](const SampleSink& sink) {
    const net::OffloadStats jobs = parts.storage->stats();
    sink({"ok"}, number(jobs.ok));
    sink({"failed"}, number(jobs.failed));
    sink({"expired"}, number(jobs.expired));
    sink({"refused"}, number(jobs.refused));
  }));
  out.push_back(parts.metrics->on_scrape(Metric::catalog_rebuilds, [&parts, number](const SampleSink& sink) {
    sink({"ok"}, number(parts.publisher->builds()));
    sink({"failed"}, number(parts.publisher->failed_builds()));
  }));
  return out;
}

http::ErrorRenderer unknown_path_renderer() {
  return [](const Error& error, const http::RequestHead& head) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::method_not_allowed) {
      const llm::Dialect& dialect = *dialects::find(llm::DialectId::openai_chat);
      static thread_local telemetry::RequestIdGenerator ids;
      const telemetry::RequestId id = ids.next();
      http::Response response = http::json_response(error.http_status(), dialect.render_error(error, id.view(), false));
      response.headers.add(relay::kRequestIdHeader, id.view());
      return response;
    }
    // As the predecessors say it: a wrong method is an unknown path.
    const json::object body{{"error", json::object{{"message", "Invalid URL (" + std::string(head.method_text) + " " +
                                                                   std::string(head.path) + ")"},
                                                   {"type", "invalid_request_error"},
                                                   {"code", ""}}}};
    return http::json_response(404, json::serialize(body));
  };
}

}  // namespace tollgate::app
