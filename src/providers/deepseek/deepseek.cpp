#include "providers/descriptor.h"

namespace tollgate::providers::deepseek {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat, DialectId::claude};
constexpr DialectAuth kDialectAuth[] = {{DialectId::claude, Auth::x_api_key}};
constexpr PathRow kPaths[] = {{DialectId::claude, Operation::chat, "/anthropic/v1/messages"},
                              {DialectId::claude, Operation::count_tokens, ""}};
constexpr std::string_view kModels[] = {"deepseek-chat", "deepseek-reasoner"};
constexpr std::string_view kAdjustWhen[] = {"response_format", "max_completion_tokens"};

/// There is no json_schema: the schema goes into the prompt, and the answer is asked for as a JSON object.
void put_schema_into_prompt(json::object& body) {
  const json::object* format = json::find_object(body, "response_format");
  if (format == nullptr || json::find_string(*format, "type") != "json_schema") return;
  std::string words = "Answer with a JSON object";
  if (const json::object* wrapped = json::find_object(*format, "json_schema")) {
    if (const json::object* schema = json::find_object(*wrapped, "schema")) {
      words += " that follows this JSON schema: ";
      json::serialize_to(*schema, words);
    }
  }
  body["response_format"] = json::object{{"type", "json_object"}};
  if (json::array* messages = body["messages"].if_array()) {
    messages->insert(messages->begin(), json::object{{"role", "system"}, {"content", words}});
  }
}

void adjust(json::object& body) {
  put_schema_into_prompt(body);
  if (const json::value* limit = json::find(body, "max_completion_tokens")) {
    if (json::find(body, "max_tokens") == nullptr) body["max_tokens"] = *limit;
    body.erase("max_completion_tokens");
  }
}

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 28,
    .slug = "deepseek",
    .title = "DeepSeek",
    .site = "https://platform.deepseek.com",
    .default_base_url = "https://api.deepseek.com",
    .dialect_auth = kDialectAuth,
    .dialects = kDialects,
    .operations = operations(Operation::chat),
    .paths = kPaths,
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::reasoning,
                                 Capability::models),
    .models = kModels,
    // A tool loop of the thinking mode demands its own thoughts back.
    .facts = {.accepts_reasoning = true, .thinking_words = llm::ThinkingWords::thinking_object},
    .adjust = &adjust,
    .adjust_when = kAdjustWhen,
};

}  // namespace tollgate::providers::deepseek
