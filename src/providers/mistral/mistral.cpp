#include <cstdint>

#include "providers/descriptor.h"

namespace tollgate::providers::mistral {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat};
constexpr std::string_view kModels[] = {"mistral-small-latest", "mistral-medium-latest", "mistral-large-latest",
                                        "codestral-latest", "mistral-embed"};
// Tools are here because of the ids of their calls in the history.
constexpr std::string_view kAdjustWhen[] = {
    "seed",     "max_completion_tokens", "tool_choice",  "tools",     "user",          "logit_bias",
    "logprobs", "top_logprobs",          "service_tier", "verbosity", "stream_options"};
constexpr std::string_view kUnknownHere[] = {"user",         "logit_bias", "logprobs",      "top_logprobs",
                                             "service_tier", "verbosity",  "stream_options"};

void rename(json::object& body, std::string_view from, std::string_view to) {
  const json::value* value = json::find(body, from);
  if (value != nullptr && json::find(body, to) == nullptr)
    body[boost::json::string_view(to.data(), to.size())] = *value;
  body.erase(boost::json::string_view(from.data(), from.size()));
}

/// Ids of calls must be nine letters or digits. Others are replaced by what a hash makes of them, so that a call and
/// its result keep the same one.
void shorten(json::object& holder, std::string_view key) {
  const std::string_view id = json::find_string(holder, key);
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  bool fits = id.size() == 9;
  for (const char c : id) fits = fits && letter_or_digit(c);
  if (id.empty() || fits) return;
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string made;
  for (int i = 0; i < 9; ++i, hash /= kLetters.size()) made += kLetters[hash % kLetters.size()];
  holder[boost::json::string_view(key.data(), key.size())] = made;
}

void shorten_call_ids(json::object& body) {
  json::value* messages = body.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) return;
  for (json::value& item : messages->get_array()) {
    json::object* message = item.if_object();
    if (message == nullptr) continue;
    shorten(*message, "tool_call_id");
    json::value* calls = message->if_contains("tool_calls");
    if (calls == nullptr || !calls->is_array()) continue;
    for (json::value& call : calls->get_array()) {
      if (json::object* inner = call.if_object()) shorten(*inner, "id");
    }
  }
}

void adjust(json::object& body) {
  rename(body, "seed", "random_seed");
  rename(body, "max_completion_tokens", "max_tokens");
  if (json::find_string(body, "tool_choice") == "required") body["tool_choice"] = "any";
  for (const std::string_view name : kUnknownHere) body.erase(boost::json::string_view(name.data(), name.size()));
  shorten_call_ids(body);
}

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 30,
    .slug = "mistral",
    .title = "Mistral AI",
    .site = "https://console.mistral.ai",
    .default_base_url = "https://api.mistral.ai",
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::embeddings, Operation::moderations),
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::embeddings,
                                 Capability::models),
    .models = kModels,
    // Usage stands in the last chunk unasked; the option is refused.
    .facts = {.include_usage = false},
    .adjust = &adjust,
    .adjust_when = kAdjustWhen,
};

}  // namespace tollgate::providers::mistral
