#include "providers/descriptor.h"

namespace tollgate::providers::anthropic {
namespace {

constexpr DialectId kDialects[] = {DialectId::claude};
constexpr std::string_view kModels[] = {"claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-opus-4-5",
                                        "claude-opus-4-6"};
constexpr std::string_view kForwarded[] = {"anthropic-version", "anthropic-beta"};

/// Tenths of the version in a name: 37 of `claude-3-7-sonnet-20250219`, 45 of `claude-haiku-4-5`, 40 of
/// `claude-sonnet-4-20250514`; 0 if there is none.
int version_of(std::string_view model) {
  int numbers[2] = {0, 0};
  int count = 0;
  while (!model.empty() && count < 2) {
    const std::size_t end = model.find('-');
    const std::string_view part = model.substr(0, end);
    const bool number = !part.empty() && part.size() <= 2 && part.find_first_not_of("0123456789") == part.npos;
    if (number) {
      for (const char c : part) numbers[count] = numbers[count] * 10 + (c - '0');
      ++count;
    } else if (count > 0) {
      break;
    }
    if (end == std::string_view::npos) break;
    model.remove_prefix(end + 1);
  }
  return numbers[0] * 10 + (numbers[1] < 10 ? numbers[1] : 9);
}

void facts_of_model(std::string_view model, llm::UpstreamFacts& facts) {
  const int version = version_of(model);
  // A name without a version is an alias of something current.
  facts.adaptive_thinking = version == 0 || version >= 46;
  facts.structured_output = version == 0 || version >= 45 || (version == 41 && model.find("opus") != model.npos);
  // Not the model's own ceiling: a plain answer of that length would take longer than connections live.
  facts.default_max_output_tokens = version == 30 ? 4096 : 8192;
}

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 14,
    .slug = "anthropic",
    .title = "Anthropic",
    .site = "https://console.anthropic.com",
    .default_base_url = "https://api.anthropic.com",
    .auth = Auth::x_api_key,
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::count_tokens),
    .forwarded_headers = kForwarded,
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::images,
                                 Capability::reasoning, Capability::count_tokens, Capability::models),
    .models = kModels,
    .facts = {.search_tool = true},
    .facts_of_model = &facts_of_model,
};

}  // namespace tollgate::providers::anthropic
