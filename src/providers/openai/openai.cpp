#include "providers/descriptor.h"

namespace tollgate::providers::openai {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat};
constexpr std::string_view kModels[] = {"gpt-4o-mini",
                                        "gpt-4o",
                                        "gpt-4.1",
                                        "gpt-4.1-mini",
                                        "gpt-5",
                                        "gpt-5-mini",
                                        "o3",
                                        "o4-mini",
                                        "text-embedding-3-small",
                                        "text-embedding-3-large",
                                        "omni-moderation-latest"};
constexpr OptionField kOptions[] = {
    {.name = "organization",
     .title = "Organization",
     .help = "Sent as OpenAI-Organization, for keys that belong to several organizations.",
     .header = "OpenAI-Organization"},
    {.name = "project",
     .title = "Project",
     .help = "Sent as OpenAI-Project, for keys that may use several projects.",
     .header = "OpenAI-Project"},
};

constexpr llm::SearchWords kSearchWords{"web_search_options", "{}"};

/// o1, o3-mini, gpt-5 ...: `max_tokens` is refused. A vendor's prefix (`openai/`) does not matter.
bool reasons(std::string_view model) {
  if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos) model.remove_prefix(slash + 1);
  if (model.starts_with("gpt-5")) return true;
  return model.size() >= 2 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9' &&
         (model.size() == 2 || model[2] == '-');
}

void facts_of_model(std::string_view model, llm::UpstreamFacts& facts) { facts.max_completion_tokens = reasons(model); }

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 1,
    .slug = "openai",
    .title = "OpenAI",
    .site = "https://platform.openai.com",
    .default_base_url = "https://api.openai.com",
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::completions, Operation::embeddings, Operation::moderations),
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::images,
                                 Capability::reasoning, Capability::json_schema, Capability::completions,
                                 Capability::embeddings, Capability::moderations, Capability::models),
    .models = kModels,
    .options = kOptions,
    .facts = {.search_words = kSearchWords},
    .facts_of_model = &facts_of_model,
};

}  // namespace tollgate::providers::openai
