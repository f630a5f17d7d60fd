#include "providers/descriptor.h"

namespace tollgate::providers::custom {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat};

/// The predecessor's numbers of the endpoints, keys of `plugin.customize`.
std::string_view endpoint_number(Operation operation) {
  switch (operation) {
    case Operation::chat:
      return "1";
    case Operation::completions:
      return "2";
    case Operation::embeddings:
      return "3";
    case Operation::moderations:
      return "4";
    case Operation::count_tokens:
      break;
  }
  return {};
}

/// The channel's own paths: options `chat_path` and so on, else `plugin.customize`.
std::optional<std::string> path_of_channel(const ChannelFacts& channel, Operation operation) {
  std::string_view set;
  if (channel.options != nullptr) {
    switch (operation) {
      case Operation::chat:
        set = json::find_string(*channel.options, "chat_path");
        break;
      case Operation::completions:
        set = json::find_string(*channel.options, "completions_path");
        break;
      case Operation::embeddings:
        set = json::find_string(*channel.options, "embeddings_path");
        break;
      case Operation::moderations:
        set = json::find_string(*channel.options, "moderations_path");
        break;
      case Operation::count_tokens:
        break;
    }
  }
  if (set.empty() && channel.plugin != nullptr) {
    if (const json::object* customize = json::find_object(*channel.plugin, "customize")) {
      set = json::find_string(*customize, endpoint_number(operation));
    }
  }
  if (set.empty()) return std::nullopt;
  if (set == "disable") return std::string();
  return set.starts_with('/') ? std::string(set) : "/" + std::string(set);
}

constexpr std::string_view kPathHelp =
    "Appended to the base URL as it is; {model} stands for the model. Empty: the usual path; disable: switched off.";
constexpr OptionField kOptions[] = {
    {.name = "chat_path", .title = "Path of chat completions", .help = kPathHelp},
    {.name = "completions_path", .title = "Path of completions", .help = kPathHelp},
    {.name = "embeddings_path", .title = "Path of embeddings", .help = kPathHelp},
    {.name = "moderations_path", .title = "Path of moderations", .help = kPathHelp},
};

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 8,
    .slug = "custom",
    .title = "Custom (OpenAI-compatible)",
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::completions, Operation::embeddings, Operation::moderations),
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::completions,
                                 Capability::embeddings, Capability::moderations, Capability::models),
    .options = kOptions,
    .facts = {.search_words = {"web_search_options", "{}"}},
    .path_of_channel = &path_of_channel,
};

}  // namespace tollgate::providers::custom
