#include "relay/models.h"

#include <algorithm>

#include "config/settings.h"
#include "dialects/registry.h"
#include "json/scan.h"
#include "json/value.h"
#include "llm/operation.h"
#include "relay/answer.h"
#include "relay/caller.h"
#include "relay/worker_relay.h"

namespace tollgate::relay {
namespace {

/// When the predecessors say that every model was made.
constexpr std::int64_t kCreated = 1'677'649'963;
constexpr std::string_view kCreatedText = "2023-03-01T05:52:43Z";

json::object model_object(ModelListStyle style, const catalog::Catalog& catalog, std::string_view model) {
  if (style == ModelListStyle::claude) {
    return {{"type", "model"}, {"id", model}, {"display_name", model}, {"created_at", kCreatedText}};
  }
  const std::string_view owner = catalog.owner_of(model);
  return {{"id", model},
          {"object", "model"},
          {"created", kCreated},
          {"owned_by", owner.empty() ? std::string_view("unknown") : owner}};
}

const llm::Dialect& dialect_of(ModelListStyle style) {
  return *dialects::find(style == ModelListStyle::claude ? llm::DialectId::claude : llm::DialectId::openai_chat);
}

}  // namespace

std::vector<std::string_view> visible_models(const catalog::Catalog& catalog, const catalog::TokenFacts& caller,
                                             const catalog::GroupChain& groups) {
  std::vector<std::string_view> models;
  for (std::size_t i = 0; i < groups.size; ++i) {
    const auto served = catalog.models_of(*groups.groups[i]);
    models.insert(models.end(), served.begin(), served.end());
  }
  std::sort(models.begin(), models.end());
  models.erase(std::unique(models.begin(), models.end()), models.end());
  std::erase_if(models, [&](std::string_view model) { return !catalog::check_model(caller, model); });
  return models;
}

std::string render_model_list(ModelListStyle style, const catalog::Catalog& catalog,
                              const std::vector<std::string_view>& models) {
  json::array data;
  data.reserve(models.size());
  for (const std::string_view model : models) data.push_back(model_object(style, catalog, model));
  json::object body{{"data", std::move(data)}};
  if (style == ModelListStyle::claude) {
    body["has_more"] = false;
    body["first_id"] = models.empty() ? json::value(nullptr) : json::value(models.front());
    body["last_id"] = models.empty() ? json::value(nullptr) : json::value(models.back());
  } else {
    body["object"] = "list";
  }
  return json::serialize(body);
}

std::string render_model(ModelListStyle style, const catalog::Catalog& catalog, std::string_view model) {
  return json::serialize(model_object(style, catalog, model));
}

net::Task<void> serve_models(WorkerRelay& relay, http::Exchange& exchange, ModelListStyle style) {
  const http::RequestHead& head = exchange.head();
  const telemetry::RequestId id = relay.ids.next(relay.worker.now_unix_ms() * 1'000'000);
  if (head.headers.has("anthropic-version")) style = ModelListStyle::claude;
  const auto credentials =
      style == ModelListStyle::claude ? catalog::CredentialStyle::claude : catalog::CredentialStyle::openai;
  const auto catalog = relay.catalog();
  const auto answer = [&](std::string body) {
    answer_headers(relay.answer_headers, head, id.view(), "application/json", catalog->settings().cors_origins);
    return http::Response{.status = 200, .headers = relay.answer_headers, .body = std::move(body)};
  };
  const auto refuse = [&](const Error& error) {
    return error_answer(dialect_of(style), error, head, id.view(), catalog->settings().cors_origins);
  };

  auto caller = co_await identify_caller(relay, exchange, credentials);
  if (!caller) {
    (void)co_await exchange.respond(refuse(caller.error()));
    co_return;
  }
  const auto groups = catalog::resolve_groups(*catalog, *caller->facts);
  if (!groups) {
    (void)co_await exchange.respond(refuse(groups.error()));
    co_return;
  }
  const auto models = visible_models(*catalog, *caller->facts, *groups);
  const std::string_view escaped = exchange.params().get("model");
  if (escaped.empty()) {
    (void)co_await exchange.respond(answer(render_model_list(style, *catalog, models)));
    co_return;
  }
  const auto wanted = http::percent_decode(escaped, false);
  if (!wanted || !std::binary_search(models.begin(), models.end(), std::string_view(*wanted))) {
    (void)co_await exchange.respond(
        refuse(Error(ErrorCode::model_not_found,
                     "The model '" + wanted.value_or(std::string(escaped)) + "' does not exist, or you may not use it")
                   .param("model")));
    co_return;
  }
  (void)co_await exchange.respond(answer(render_model(style, *catalog, *wanted)));
}

net::Task<void> serve_count_tokens(WorkerRelay& relay, http::Exchange& exchange) {
  const http::RequestHead& head = exchange.head();
  const telemetry::RequestId id = relay.ids.next(relay.worker.now_unix_ms() * 1'000'000);
  const auto catalog = relay.catalog();
  const auto& origins = catalog->settings().cors_origins;
  const llm::Dialect& dialect = dialect_of(ModelListStyle::claude);

  const auto count = [&]() -> net::Task<Result<std::uint64_t>> {
    const auto caller = co_await identify_caller(relay, exchange, catalog::CredentialStyle::claude);
    if (!caller) co_return std::unexpected(caller.error());
    const auto rate = catalog::take_rate(*catalog, *caller->facts, relay.worker.now_ns());
    if (!rate) co_return std::unexpected(rate.error());
    if (!rate->allowed) co_return fail(catalog::rate_error(*rate));
    const auto body = co_await exchange.read_body(static_cast<std::size_t>(catalog->settings().max_body_bytes));
    if (!body) co_return std::unexpected(body.error());
    const auto envelope = json::scan_envelope(*body);
    if (!envelope) co_return std::unexpected(envelope.error());
    if (auto complete = llm::check_required(llm::Operation::count_tokens, *envelope); !complete) {
      co_return std::unexpected(complete.error());
    }
    if (auto allowed = catalog::check_model(*caller->facts, envelope->model); !allowed) {
      co_return std::unexpected(allowed.error());
    }
    co_return json::estimate_prompt_tokens(json::measure_prompt(*body));
  };
  const auto tokens = co_await count();
  if (!tokens) {
    (void)co_await exchange.respond(error_answer(dialect, tokens.error(), head, id.view(), origins));
    co_return;
  }
  answer_headers(relay.answer_headers, head, id.view(), "application/json", origins);
  (void)co_await exchange.respond(
      http::Response{.status = 200,
                     .headers = relay.answer_headers,
                     .body = json::serialize(json::object{{"input_tokens", static_cast<std::int64_t>(*tokens)}})});
}

}  // namespace tollgate::relay
