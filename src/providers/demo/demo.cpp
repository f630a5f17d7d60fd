#include <array>

#include <fmt/format.h>

#include "providers/demo/answers.h"
#include "providers/descriptor.h"

namespace tollgate::providers::demo {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat};

enum class Does : std::uint8_t { talks, embeds, moderates, fails };

struct Model {
  std::string_view name;
  Does does;
  Behaviour behaviour;
  int status = 200;  ///< of one that fails
};

using Way = Behaviour::Way;
constexpr std::array kTable{
    Model{"demo", Does::talks, {.first_ms = 180, .word_ms = 45}},
    Model{"demo-fast", Does::talks, {}},
    Model{"demo-slow", Does::talks, {.first_ms = 3'000, .word_ms = 500}},
    Model{"demo-embedding", Does::embeds, {}},
    Model{"demo-moderation", Does::moderates, {}},
    Model{"demo-401", Does::fails, {}, 401},
    Model{"demo-429", Does::fails, {}, 429},
    Model{"demo-500", Does::fails, {}, 500},
    Model{"demo-stall", Does::talks, {.way = Way::stall}},
    Model{"demo-broken-stream", Does::talks, {.way = Way::break_off}},
    Model{"demo-stream-error", Does::talks, {.way = Way::fail_in_stream}},
};

constexpr auto kModels = [] {
  std::array<std::string_view, kTable.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kTable[i].name;
  return out;
}();

LocalAnswer fail_as(int status) {
  switch (status) {
    case 401:
      return failed(401, "invalid_request_error", "invalid_api_key",
                    "Incorrect API key provided: the model demo-401 refuses every key.");
    case 429: {
      LocalAnswer out =
          failed(429, "requests", "rate_limit_exceeded", "Rate limit reached: the model demo-429 has none to spare.");
      out.headers.emplace_back("Retry-After", "2");
      return out;
    }
    default:
      return failed(500, "server_error", "", "The server had an error: the model demo-500 always has.");
  }
}

LocalAnswer not_found(std::string_view model) {
  return failed(404, "invalid_request_error", "model_not_found",
                fmt::format("The model '{}' does not exist here.", model.substr(0, 200)));
}

LocalAnswer answer(const LocalCall& call) {
  const auto request = json::parse_object(call.body);
  if (!request) return failed(400, "invalid_request_error", "", request.error().message());
  const std::string_view name = json::find_string(*request, "model");
  const Model* model = nullptr;
  for (const Model& row : kTable) {
    if (row.name == name) model = &row;
  }
  if (model == nullptr) return not_found(name);
  if (model->does == Does::fails) return fail_as(model->status);
  switch (call.operation) {
    case Operation::chat:
      return model->does == Does::talks ? answer_chat(call, *request, model->behaviour) : not_found(name);
    case Operation::completions:
      return model->does == Does::talks ? answer_completions(call, *request, model->behaviour) : not_found(name);
    case Operation::embeddings:
      return model->does == Does::embeds ? answer_embeddings(call, *request) : not_found(name);
    case Operation::moderations:
      return model->does == Does::moderates ? answer_moderations(call, *request) : not_found(name);
    case Operation::count_tokens:
      break;
  }
  return failed(404, "invalid_request_error", "", "There is no such operation here.");
}

}  // namespace

LocalAnswer failed(int status, std::string_view type, std::string_view code, std::string_view message) {
  LocalAnswer out = json_answer(
      json::object{{"error", json::object{{"message", message},
                                          {"type", type},
                                          {"param", nullptr},
                                          {"code", code.empty() ? json::value(nullptr) : json::value(code)}}}});
  out.status = status;
  return out;
}

LocalAnswer json_answer(const json::object& body) {
  LocalAnswer out;
  out.headers = {{"Content-Type", "application/json"}};
  out.steps.push_back({.delay_ms = 0, .bytes = json::serialize(body)});
  return out;
}

std::vector<std::string> texts_of(const json::value& from) {
  std::vector<std::string> out;
  const auto of_tokens = [](const json::array& tokens) {
    std::string text;
    for (const json::value& token : tokens) text += (text.empty() ? "" : " ") + json::serialize(token);
    return text;
  };
  if (const json::string* text = from.if_string()) {
    out.emplace_back(json::view(*text));
  } else if (const json::array* list = from.if_array()) {
    const bool tokens = !list->empty() && list->front().is_number();
    if (tokens) {
      out.push_back(of_tokens(*list));
    } else {
      for (const json::value& item : *list) {
        if (const json::string* each = item.if_string()) out.emplace_back(json::view(*each));
        if (const json::array* inner = item.if_array()) out.push_back(of_tokens(*inner));
      }
    }
  }
  return out;
}

extern constinit const ProviderDescriptor kDescriptor{
    .number = 1000,
    .slug = "demo",
    .title = "Demo",
    .auth = Auth::none,
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::completions, Operation::embeddings, Operation::moderations),
    .capabilities =
        capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::images,
                     Capability::json_schema, Capability::completions, Capability::embeddings, Capability::moderations),
    .models = kModels,
    .local = &answer,
};

}  // namespace tollgate::providers::demo
