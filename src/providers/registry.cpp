#include "providers/registry.h"

#include <algorithm>
#include <array>
#include <vector>

#include "providers/compatible/table.h"
#include "registry_table.inc"

namespace tollgate::providers {
namespace {

struct Missing {
  std::int32_t number;
  std::string_view title;
};

/// One-hub's channel types without a provider here yet. Whoever builds one takes its line out.
constexpr std::array kMissing{
    Missing{3, "Azure OpenAI"},      Missing{11, "PaLM"},
    Missing{15, "Baidu Wenxin"},     Missing{18, "Xunfei Spark"},
    Missing{23, "Tencent"},          Missing{24, "Azure Speech"},
    Missing{25, "Gemini"},           Missing{32, "AWS Bedrock"},
    Missing{34, "Midjourney"},       Missing{35, "Cloudflare AI"},
    Missing{37, "Stability AI"},     Missing{38, "Coze"},
    Missing{40, "Tencent Hunyuan"},  Missing{41, "Suno"},
    Missing{42, "Vertex AI"},        Missing{51, "Recraft"},
    Missing{52, "Replicate"},        Missing{53, "Kling"},
    Missing{54, "Azure Databricks"}, Missing{55, "Azure OpenAI v1"},
};

std::vector<const ProviderDescriptor*> collect() {
  std::vector<const ProviderDescriptor*> out(kAll.begin(), kAll.end());
  for (const ProviderDescriptor& row : compatible::rows()) out.push_back(&row);
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  return out;
}

}  // namespace

std::span<const ProviderDescriptor* const> all() {
  static const std::vector<const ProviderDescriptor*> providers = collect();
  return providers;
}

const ProviderDescriptor* find(std::int32_t number) {
  const auto providers = all();
  const auto found =
      std::lower_bound(providers.begin(), providers.end(), number,
                       [](const auto* provider, std::int32_t wanted) { return provider->number < wanted; });
  return found != providers.end() && (*found)->number == number ? *found : nullptr;
}

const ProviderDescriptor* find(std::string_view slug) {
  for (const ProviderDescriptor* provider : all()) {
    if (provider->slug == slug) return provider;
  }
  return nullptr;
}

std::string_view find_missing(std::int32_t number) {
  for (const Missing& missing : kMissing) {
    if (missing.number == number) return missing.title;
  }
  return {};
}

}  // namespace tollgate::providers
