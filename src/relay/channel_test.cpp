#include "relay/channel_test.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "base/strings.h"
#include "catalog/overrides.h"
#include "dialects/registry.h"
#include "json/value.h"
#include "providers/target.h"
#include "relay/upstream_call.h"
#include "relay/worker_relay.h"
#include "telemetry/redact.h"

namespace tollgate::relay {
namespace {

constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr std::size_t kAnswerBytes = std::size_t{1} << 20;
constexpr std::size_t kModelListBytes = std::size_t{8} << 20;
constexpr std::size_t kDetailBytes = 1'000;
constexpr std::int64_t kTestOutputTokens = 16;

/// Those of the channel, but none longer than a person waits.
http::CallDeadlines deadlines_of(const catalog::Channel& channel, const config::Settings& settings) {
  const auto bounded = [](std::int64_t own, std::int64_t general) {
    const std::int64_t chosen = own > 0 ? own : general;
    return chosen > 0 ? std::min(chosen, kLongestWaitMs) : kLongestWaitMs;
  };
  const catalog::ChannelTimeouts& own = channel.timeouts;
  return {.connect_ms = bounded(own.connect_ms, settings.connect_timeout_ms),
          .tls_ms = bounded(own.tls_ms, settings.tls_timeout_ms),
          .first_byte_ms = bounded(own.first_byte_ms, settings.first_byte_timeout_ms),
          .between_bytes_ms = bounded(own.idle_ms, settings.between_bytes_timeout_ms),
          .total_ms = kLongestWaitMs};
}

const catalog::ChannelKey* usable_key(const catalog::Channel& channel) {
  for (const catalog::ChannelKey& key : channel.keys) {
    if (key.health == nullptr || !key.health->off()) return &key;
  }
  return channel.keys.empty() ? nullptr : &channel.keys.front();
}

/// The answer is from outside: nothing of a secret that it may repeat goes on.
Error sanitized(const Error& error) {
  return Error(error.code(), telemetry::redacted(error.message()))
      .detail(telemetry::redacted(clip_utf8(error.detail(), kDetailBytes)))
      .http(error.http_status())
      .upstream(error.upstream_type(), error.upstream_code());
}

Error failure_of(const catalog::Channel& channel, const llm::Dialect& dialect, int status, std::string_view body) {
  if (channel.provider->classify_error != nullptr) {
    if (auto known = channel.provider->classify_error(status, body)) return std::move(*known);
  }
  return dialect.parse_error(status, body);
}

Result<json::object> chat_body(const catalog::Channel& channel, std::string_view model, std::string_view prompt,
                               TestRequest& out) {
  const auto& provider = *channel.provider;
  const llm::Dialect* openai = dialects::find(llm::DialectId::openai_chat);
  json::object asked{{"model", model},
                     {"messages", json::array{json::object{{"role", "user"}, {"content", prompt}}}},
                     {"max_tokens", kTestOutputTokens}};
  const bool before = channel.overrides && channel.overrides->before_conversion();
  if (before) channel.overrides->apply(asked, model);
  auto request = openai->parse_request(asked);
  if (!request) return std::unexpected(std::move(request.error()));
  request->model = out.upstream_model;
  llm::Conversion conversion;
  conversion.client = openai->id;
  conversion.upstream = out.dialect->id;
  conversion.upstream_model = out.upstream_model;
  conversion.facts = providers::facts_for(provider, out.upstream_model);
  auto body = out.dialect->render_request(*request, conversion);
  if (!body) return body;
  if (!channel.system_prompt.empty()) {
    out.dialect->add_system_prompt(*body, channel.system_prompt,
                                   channel.prompt_mode == catalog::PromptMode::only_if_absent);
  }
  return body;
}

/// What the answer to a test must hold to be one.
Result<void> check_answer(const catalog::Channel& channel, const TestRequest& request, int status,
                          std::string_view body) {
  if (status < 200 || status > 299) return fail(failure_of(channel, *request.dialect, status, body));
  if (channel.provider->errors_with_status_200 && channel.provider->classify_error != nullptr) {
    if (auto known = channel.provider->classify_error(status, body)) return fail(std::move(*known));
  }
  const auto bad = [&](std::string_view why) {
    return fail(
        Error(ErrorCode::upstream_bad_answer, "the provider's answer is not what was asked for: " + std::string(why))
            .detail(std::string(clip_utf8(body, kDetailBytes))));
  };
  const auto document = json::parse_object(body);
  if (!document) return bad("no JSON object");
  if (request.operation == llm::Operation::embeddings) {
    const auto* data = json::find_array(*document, "data");
    if (data == nullptr || data->empty()) return bad("no embeddings");
    return {};
  }
  llm::Conversion conversion;
  conversion.upstream = request.dialect->id;
  conversion.upstream_model = request.upstream_model;
  const auto answer = request.dialect->parse_response(*document, conversion);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

struct Answer {
  int status = 0;
  std::string body;
};

/// Sends to the channel and reads the whole answer.
net::Task<Result<Answer>> ask(WorkerRelay& relay, const catalog::Channel& channel, const catalog::ChannelKey& key,
                              http::Method method, std::string_view target, llm::DialectId dialect,
                              std::string_view body, const http::CallDeadlines& deadlines, net::CancelSignal& signal,
                              std::size_t limit) {
  const catalog::UpstreamHeaders* own = key.headers_for(dialect);
  if (own == nullptr || key.endpoint == nullptr) {
    co_return fail(ErrorCode::channel_not_usable, "the channel has no address to send this to");
  }
  const std::shared_ptr<const net::Endpoint> endpoint = key.endpoint;
  const std::array<std::string_view, 1> pieces{body};
  const http::OutgoingRequest request{
      .endpoint = endpoint.get(),
      .method = method,
      .target = target,
      .headers = &own->ready,
      .body = body.empty() ? std::span<const std::string_view>() : std::span<const std::string_view>(pieces),
      .deadlines = deadlines};
  UpstreamCall call(relay.client, signal);
  const auto head = co_await call.send(request);
  if (!head) co_return std::unexpected(head.error());
  Answer out{.status = channel.mapped_status(head->status), .body = {}};
  const auto whole = co_await call.read_whole(limit);
  if (!whole) co_return std::unexpected(whole.error());
  if (!whole->complete) co_return fail(ErrorCode::upstream_bad_answer, "the provider's answer is too long");
  out.body = whole->bytes;
  co_return out;
}

net::Task<Result<Answer>> play(WorkerRelay& relay, const catalog::Channel& channel, const TestRequest& request,
                               const http::CallDeadlines& deadlines, net::CancelSignal& signal) {
  UpstreamCall call(relay.client, signal);
  const auto id = relay.ids.next();
  const auto head = co_await call.play(channel.provider->local({.dialect = request.dialect->id,
                                                                .operation = request.operation,
                                                                .body = request.body,
                                                                .now_unix_s = relay.worker.now_unix_ms() / 1000,
                                                                .id = id.view()}),
                                       deadlines);
  if (!head) co_return std::unexpected(head.error());
  Answer out{.status = channel.mapped_status(head->status), .body = {}};
  const auto whole = co_await call.read_whole(kAnswerBytes);
  if (!whole) co_return std::unexpected(whole.error());
  out.body = whole->bytes;
  co_return out;
}

net::Task<Result<void>> run_test(WorkerRelay& relay, const catalog::Channel& channel, const config::Settings& settings,
                                 const TestRequest& request, net::CancelSignal& signal) {
  const http::CallDeadlines deadlines = deadlines_of(channel, settings);
  if (channel.local()) {
    const auto answer = co_await play(relay, channel, request, deadlines, signal);
    if (!answer) co_return std::unexpected(answer.error());
    co_return check_answer(channel, request, answer->status, answer->body);
  }
  const catalog::ChannelKey* key = usable_key(channel);
  const catalog::UpstreamPath* path = channel.path_for(request.dialect->id, request.operation);
  if (key == nullptr || path == nullptr) {
    co_return fail(ErrorCode::channel_not_usable, "the channel does not offer this kind of call");
  }
  std::string target = path->path;
  if (path->needs_model) {
    auto filled = providers::path_for_model(path->path, request.upstream_model);
    if (!filled) co_return std::unexpected(std::move(filled.error()));
    target = std::move(*filled);
  }
  const auto answer = co_await ask(relay, channel, *key, http::Method::post, target, request.dialect->id, request.body,
                                   deadlines, signal, kAnswerBytes);
  if (!answer) co_return std::unexpected(answer.error());
  co_return check_answer(channel, request, answer->status, answer->body);
}

}  // namespace

Result<llm::Operation> test_operation(std::string_view model) {
  constexpr std::array<std::string_view, 14> kUntested{
      "rerank", "whisper", "tts-", "dall-e",           "gpt-image", "midjourney", "mj_",
      "suno",   "chirp",   "flux", "stable-diffusion", "sora",      "transcribe", "-tts"};
  for (const std::string_view word : kUntested) {
    if (icontains(model, word)) {
      return fail(ErrorCode::not_supported, "models of this kind cannot be tested: name a chat or embedding model");
    }
  }
  if (icontains(model, "embed") || icontains(model, "bge-")) return llm::Operation::embeddings;
  return llm::Operation::chat;
}

std::string test_model_of(const catalog::Channel& channel, std::string_view models) {
  if (!channel.test_model.empty()) return channel.test_model;
  for (const std::string_view model : split_list(models)) {
    if (!model.ends_with('*') && test_operation(model)) return std::string(model);
  }
  return channel.provider->models.empty() ? std::string() : std::string(channel.provider->models.front());
}

Result<TestRequest> make_test_request(const catalog::Channel& channel, std::string_view model,
                                      std::string_view prompt) {
  const auto operation = test_operation(model);
  if (!operation) return std::unexpected(operation.error());
  TestRequest out;
  out.operation = *operation;
  const auto offered = channel.dialects_for(out.operation);
  if (offered.empty()) {
    return fail(ErrorCode::not_supported, "the channel's provider does not offer this kind of call");
  }
  out.dialect = offered.front();
  std::string buffer;
  out.upstream_model = channel.mapping.map(model, buffer).upstream;
  Result<json::object> body = json::object{{"model", out.upstream_model}, {"input", prompt}};
  if (out.operation == llm::Operation::chat) {
    body = chat_body(channel, model, prompt, out);
    if (!body) return std::unexpected(std::move(body.error()));
  }
  if (channel.provider->adjust != nullptr && providers::needs_adjusting(*channel.provider, json::serialize(*body))) {
    channel.provider->adjust(*body);
  }
  if (channel.overrides && !channel.overrides->before_conversion()) channel.overrides->apply(*body, out.upstream_model);
  out.body = json::serialize(*body);
  return out;
}

net::Task<ChannelTestOutcome> test_channel(WorkerRelay& relay, const catalog::Channel& channel,
                                           const config::Settings& settings, std::string model,
                                           net::CancelSignal& signal) {
  ChannelTestOutcome out;
  const auto request = make_test_request(channel, model, settings.test_prompt);
  if (!request) {
    out.failure = request.error();
    co_return out;
  }
  out.upstream_model = request->upstream_model;
  const std::int64_t began_ns = relay.worker.now_ns();
  const auto answered = co_await run_test(relay, channel, settings, *request, signal);
  out.latency_ms = (relay.worker.now_ns() - began_ns) / 1'000'000;
  if (!answered) out.failure = sanitized(answered.error());
  co_return out;
}

net::Task<Result<std::vector<std::string>>> fetch_models(WorkerRelay& relay, const catalog::Channel& channel,
                                                         const config::Settings& settings, std::string path,
                                                         net::CancelSignal& signal) {
  const catalog::ChannelKey* key = usable_key(channel);
  if (key == nullptr) co_return fail(ErrorCode::channel_not_usable, "the channel has no key");
  const llm::Dialect* dialect = dialects::find(channel.provider->dialects.front());
  const auto answer = co_await ask(relay, channel, *key, http::Method::get, path, dialect->id, {},
                                   deadlines_of(channel, settings), signal, kModelListBytes);
  if (!answer) co_return std::unexpected(sanitized(answer.error()));
  if (answer->status < 200 || answer->status > 299) {
    co_return std::unexpected(sanitized(failure_of(channel, *dialect, answer->status, answer->body)));
  }
  const auto document = json::parse(answer->body);
  const json::array* list = nullptr;
  if (document && document->is_object()) list = json::find_array(document->get_object(), "data");
  if (document && document->is_object() && list == nullptr) list = json::find_array(document->get_object(), "models");
  if (document && document->is_array()) list = &document->get_array();
  if (list == nullptr) {
    co_return fail(ErrorCode::upstream_bad_answer, "the provider's answer is no list of models");
  }
  std::vector<std::string> out;
  std::unordered_set<std::string> seen;
  for (const json::value& entry : *list) {
    std::string_view name;
    if (const auto* text = entry.if_string()) name = json::view(*text);
    if (const auto* object = entry.if_object()) {
      name = json::find_string(*object, "id");
      if (name.empty()) name = json::find_string(*object, "name");
    }
    if (name.empty() || name.size() > 256) continue;
    if (seen.emplace(name).second) out.emplace_back(name);
  }
  co_return out;
}

}  // namespace tollgate::relay
