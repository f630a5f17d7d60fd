#include "base/strings.h"
#include "providers/descriptor.h"

namespace tollgate::providers::xai {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat, DialectId::claude};
constexpr PathRow kPaths[] = {{DialectId::claude, Operation::count_tokens, ""}};
constexpr std::string_view kModels[] = {"grok-4", "grok-3-mini", "grok-3"};
constexpr std::string_view kAdjustWhen[] = {"stop", "frequency_penalty", "presence_penalty"};

/// The reasoning models refuse these.
void adjust(json::object& body) {
  const std::string_view model = json::find_string(body, "model");
  if (!model.starts_with("grok-4") && !model.starts_with("grok-3-mini")) return;
  body.erase("stop");
  body.erase("frequency_penalty");
  body.erase("presence_penalty");
}

/// A wrong key is reported as a bad request.
std::optional<Error> classify_error(int status, std::string_view body) {
  if (status != 400 || !icontains(body, "incorrect api key")) return std::nullopt;
  return Error(ErrorCode::upstream_auth_failed, "the provider refused the channel's credentials");
}

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 56,
    .slug = "xai",
    .title = "xAI",
    .site = "https://console.x.ai",
    .default_base_url = "https://api.x.ai",
    .dialects = kDialects,
    .operations = operations(Operation::chat, Operation::embeddings),
    .paths = kPaths,
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools, Capability::reasoning,
                                 Capability::embeddings, Capability::models),
    .models = kModels,
    .adjust = &adjust,
    .adjust_when = kAdjustWhen,
    .classify_error = &classify_error,
};

}  // namespace tollgate::providers::xai
