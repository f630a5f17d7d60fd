#include "providers/compatible/table.h"

#include <array>

namespace tollgate::providers::compatible {
namespace {

using llm::ThinkingWords;

constexpr DialectId kChatOnly[] = {DialectId::openai_chat};
constexpr DialectId kChatAndClaude[] = {DialectId::openai_chat, DialectId::claude};

/// What a few rows have beyond the ordinary. A row without any points to kNothing.
struct Extra {
  std::span<const DialectId> dialects = kChatOnly;
  std::span<const PathRow> paths{};
  std::span<const OptionField> options{};
  std::span<const std::string_view> models{};
  void (*adjust)(json::object&) = nullptr;
  std::span<const std::string_view> adjust_when{};
  llm::UpstreamFacts facts{};
  std::string_view models_path{};
  Auth auth = Auth::bearer;
  bool lists_models = true;
};
constexpr Extra kNothing{};

/// Takes out members that a provider refuses and that nothing depends on.
template <const auto& kNames>
void remove_members(json::object& body) {
  for (const std::string_view name : kNames) body.erase({name.data(), name.size()});
}

constexpr llm::UpstreamFacts kNoUsageOption{.include_usage = false};
constexpr Extra kUsageUnasked{.facts = kNoUsageOption};
constexpr Extra kWithoutModelList{.lists_models = false};

constexpr OptionField kOpenRouterOptions[] = {
    {.name = "referer",
     .title = "Site address",
     .help = "Sent as HTTP-Referer: names this gateway in OpenRouter's rankings.",
     .header = "HTTP-Referer"},
    {.name = "app_title", .title = "Site name", .help = "Sent as X-Title.", .header = "X-Title"},
};
constexpr PathRow kNoClaudeCounting[] = {{DialectId::claude, Operation::count_tokens, ""}};
constexpr std::string_view kOpenRouterModels[] = {"openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5",
                                                  "google/gemini-2.5-flash"};
constexpr Extra kOpenRouter{.dialects = kChatAndClaude,
                            .paths = kNoClaudeCounting,
                            .options = kOpenRouterOptions,
                            .models = kOpenRouterModels,
                            .facts = {.search_words = {"plugins", R"([{"id":"web"}])"}}};

constexpr PathRow kFireworksPaths[] = {{DialectId::claude, Operation::chat, "/messages"},
                                       {DialectId::claude, Operation::count_tokens, ""}};
constexpr Extra kFireworks{.dialects = kChatAndClaude, .paths = kFireworksPaths};

constexpr std::string_view kGroqRefuses[] = {"logit_bias", "logprobs", "top_logprobs"};
constexpr std::string_view kGroqModels[] = {"llama-3.1-8b-instant", "llama-3.3-70b-versatile", "openai/gpt-oss-120b"};
constexpr Extra kGroq{.models = kGroqModels,
                      .adjust = &remove_members<kGroqRefuses>,
                      .adjust_when = kGroqRefuses,
                      .facts = {.max_completion_tokens = true}};

constexpr std::string_view kCerebrasRefuses[] = {"frequency_penalty", "presence_penalty", "logit_bias", "service_tier"};
constexpr Extra kCerebras{.adjust = &remove_members<kCerebrasRefuses>, .adjust_when = kCerebrasRefuses};

constexpr std::string_view kPerplexityRefuses[] = {"logit_bias", "logprobs", "top_logprobs", "n", "stop"};
constexpr std::string_view kPerplexityModels[] = {"sonar", "sonar-pro", "sonar-reasoning-pro"};
constexpr Extra kPerplexity{.models = kPerplexityModels,
                            .adjust = &remove_members<kPerplexityRefuses>,
                            .adjust_when = kPerplexityRefuses,
                            .facts = {.search_words = {"web_search_options", "{}"}},
                            .lists_models = false};

constexpr std::string_view kNscaleRefuses[] = {"user", "seed"};
constexpr Extra kNscale{
    .adjust = &remove_members<kNscaleRefuses>, .adjust_when = kNscaleRefuses, .facts = kNoUsageOption};

constexpr std::string_view kLemonfoxRefuses[] = {"n", "seed"};
constexpr Extra kLemonfox{
    .adjust = &remove_members<kLemonfoxRefuses>, .adjust_when = kLemonfoxRefuses, .facts = kNoUsageOption};

constexpr OptionField kDashScopeOptions[] = {
    {.name = kOtherField,
     .title = "Plugins",
     .help = "Sent as X-DashScope-Plugin: a JSON text.",
     .header = "X-DashScope-Plugin"},
};
constexpr std::string_view kDashScopeModels[] = {"qwen-turbo", "qwen-plus", "qwen-max", "text-embedding-v3"};
constexpr Extra kDashScope{
    .options = kDashScopeOptions,
    .models = kDashScopeModels,
    .facts = {.thinking_words = ThinkingWords::enable_thinking, .search_words = {"enable_search", "true"}}};

constexpr OptionField kQianfanOptions[] = {
    {.name = "app_id",
     .title = "Application",
     .help = "Sent as appid, for accounting by application.",
     .header = "appid"},
};
constexpr Extra kQianfan{
    .options = kQianfanOptions,
    .facts = {.thinking_words = ThinkingWords::enable_thinking, .search_words = {"web_search", R"({"enable":true})"}}};

constexpr OptionField kOllamaOptions[] = {
    {.name = "headers",
     .title = "Header fields",
     .help = "For a server behind an access proxy, such as CF-Access-Client-Id and CF-Access-Client-Secret.",
     .kind = OptionField::Kind::map},
};
constexpr Extra kOllama{.options = kOllamaOptions};

constexpr OptionField kGitHubOptions[] = {
    {.name = "api_version",
     .title = "API version",
     .help = "Sent as X-GitHub-Api-Version.",
     .header = "X-GitHub-Api-Version"},
};
constexpr Extra kGitHub{.options = kGitHubOptions, .lists_models = false};

constexpr Extra kMoonshot{.facts = {.include_usage = false, .thinking_words = ThinkingWords::thinking_object}};
constexpr Extra kSiliconFlow{.facts = {.include_usage = false, .thinking_words = ThinkingWords::enable_thinking}};
constexpr Extra kArk{.facts = {.thinking_words = ThinkingWords::thinking_object}, .lists_models = false};
constexpr Extra kZhipu{.facts = {.accepts_reasoning = true,
                                 .thinking_words = ThinkingWords::thinking_object,
                                 .search_words = {"tools", R"([{"type":"web_search","web_search":{"enable":true}}])"}}};

constexpr Operations kChat = operations(Operation::chat);
constexpr Operations kText = operations(Operation::completions);
constexpr Operations kEmbed = operations(Operation::embeddings);
constexpr Operations kModerate = operations(Operation::moderations);
constexpr Operations kEverything = kChat | kText | kEmbed | kModerate;

struct Row {
  std::int32_t number;
  std::string_view slug;
  std::string_view title;
  std::string_view base_url;  ///< empty: the operator must give one
  std::string_view version;   ///< empty: the base URL has it
  Operations operations;
  const Extra* extra = &kNothing;
};

// Numbers below 1000 are one-hub's. From 1000 on they are ours: 1001-1099 for providers that only its siblings know,
// 1100 and up for the rest. Numbers are stored with channels: never change one, never use one again.
// clang-format off
constexpr Row kRows[] = {
    {16,   "zhipu",          "Zhipu GLM",            "https://open.bigmodel.cn/api/paas/v4",              "",                    kChat | kEmbed, &kZhipu},
    {17,   "dashscope",      "Alibaba DashScope",    "https://dashscope.aliyuncs.com",                    "/compatible-mode/v1", kChat | kText | kEmbed, &kDashScope},
    {19,   "zhinao",         "360 Zhinao",           "https://api.360.cn",                                "/v1",                 kChat | kEmbed},
    {20,   "openrouter",     "OpenRouter",           "https://openrouter.ai/api",                         "/v1",                 kChat | kText | kEmbed, &kOpenRouter},
    {26,   "baichuan",       "Baichuan",             "https://api.baichuan-ai.com",                       "/v1",                 kChat | kEmbed, &kUsageUnasked},
    {29,   "moonshot",       "Moonshot AI (Kimi)",   "https://api.moonshot.cn",                           "/v1",                 kChat, &kMoonshot},
    {31,   "groq",           "Groq",                 "https://api.groq.com/openai",                       "/v1",                 kChat, &kGroq},
    {33,   "lingyi",         "01.AI (Lingyiwanwu)",  "https://api.lingyiwanwu.com",                       "/v1",                 kChat, &kUsageUnasked},
    {36,   "cohere",         "Cohere",               "https://api.cohere.ai",                             "/compatibility/v1",   kChat | kEmbed, &kWithoutModelList},
    {39,   "ollama",         "Ollama",               "https://ollama.com",                                "/v1",                 kChat | kText | kEmbed, &kOllama},
    {43,   "llama",          "Meta Llama (generic)", "",                                                  "/v1",                 kEverything},
    {44,   "ideogram",       "Ideogram (generic)",   "",                                                  "/v1",                 kEverything},
    {45,   "siliconflow",    "SiliconFlow",          "https://api.siliconflow.cn",                        "/v1",                 kChat | kText | kEmbed, &kSiliconFlow},
    {46,   "flux",           "Flux (generic)",       "",                                                  "/v1",                 kEverything},
    {47,   "jina",           "Jina AI",              "https://api.jina.ai",                               "/v1",                 kEmbed, &kWithoutModelList},
    {48,   "rerank",         "Rerank (generic)",     "",                                                  "/v1",                 kEverything},
    {49,   "github",         "GitHub Models",        "https://models.inference.ai.azure.com",             "",                    kChat | kEmbed, &kGitHub},

    {1001, "qianfan",        "Baidu Qianfan",        "https://qianfan.baidubce.com",                      "/v2",                 kChat | kEmbed, &kQianfan},
    {1002, "spark",          "Xunfei Spark (HTTP)",  "https://spark-api-open.xf-yun.com",                 "/v1",                 kChat, &kWithoutModelList},
    {1003, "doubao",         "Volcengine Ark (Doubao)", "https://ark.cn-beijing.volces.com",              "/api/v3",             kChat | kEmbed, &kArk},
    {1004, "stepfun",        "StepFun",              "https://api.stepfun.com",                           "/v1",                 kChat},
    {1005, "together",       "Together AI",          "https://api.together.xyz",                          "/v1",                 kChat | kText | kEmbed},
    {1006, "novita",         "Novita AI",            "https://api.novita.ai/v3/openai",                   "",                    kChat | kText | kEmbed},
    {1007, "perplexity",     "Perplexity",           "https://api.perplexity.ai",                         "",                    kChat, &kPerplexity},
    {1008, "hunyuan",        "Tencent Hunyuan (OpenAI-compatible)", "https://api.hunyuan.cloud.tencent.com", "/v1",              kChat | kEmbed, &kWithoutModelList},
    {1009, "fastgpt",        "FastGPT",              "https://fastgpt.run/api/openapi",                   "/v1",                 kChat, &kWithoutModelList},
    {1010, "api2d",          "API2D",                "https://oa.api2d.net",                              "/v1",                 kEverything},
    {1011, "closeai",        "CloseAI",              "https://api.closeai-proxy.xyz",                     "/v1",                 kEverything},
    {1012, "openai-sb",      "OpenAI-SB",            "https://api.openai-sb.com",                         "/v1",                 kEverything},
    {1013, "openaimax",      "OpenAI Max",           "https://api.openaimax.com",                         "/v1",                 kEverything},
    {1014, "ohmygpt",        "OhMyGPT",              "https://api.ohmygpt.com",                           "/v1",                 kEverything},
    {1015, "ails",           "AILS",                 "https://api.caipacity.com",                         "/v1",                 kEverything},
    {1016, "aiproxy",        "AI Proxy",             "https://api.aiproxy.io",                            "/v1",                 kEverything},
    {1017, "api2gpt",        "API2GPT",              "https://api.api2gpt.com",                           "/v1",                 kEverything},
    {1018, "aigc2d",         "AIGC2D",               "https://api.aigc2d.com",                            "/v1",                 kEverything},
    {1019, "submodel",       "Submodel",             "https://llm.submodel.ai",                           "/v1",                 kChat},
    {1020, "xinference",     "Xinference",           "",                                                  "/v1",                 kChat | kText | kEmbed},

    {1100, "fireworks",      "Fireworks AI",         "https://api.fireworks.ai/inference/v1",             "",                    kChat | kText | kEmbed, &kFireworks},
    {1101, "huggingface",    "Hugging Face",         "https://router.huggingface.co",                     "/v1",                 kChat},
    {1102, "nvidia",         "NVIDIA NIM",           "https://integrate.api.nvidia.com",                  "/v1",                 kChat | kText | kEmbed},
    {1103, "cerebras",       "Cerebras",             "https://api.cerebras.ai",                           "/v1",                 kChat | kText, &kCerebras},
    {1104, "sambanova",      "SambaNova",            "https://api.sambanova.ai",                          "/v1",                 kChat | kEmbed},
    {1105, "deepinfra",      "DeepInfra",            "https://api.deepinfra.com/v1/openai",               "",                    kChat | kText | kEmbed},
    {1106, "baseten",        "Baseten",              "https://inference.baseten.co",                      "/v1",                 kChat},
    {1107, "hyperbolic",     "Hyperbolic",           "https://api.hyperbolic.xyz",                        "/v1",                 kChat | kText},
    {1108, "nebius",         "Nebius",               "https://api.studio.nebius.ai",                      "/v1",                 kChat | kText | kEmbed},
    {1109, "nscale",         "Nscale",               "https://inference.api.nscale.com",                  "/v1",                 kChat, &kNscale},
    {1110, "inference-net",  "inference.net",        "https://api.inference.net",                         "/v1",                 kChat},
    {1111, "featherless",    "Featherless",          "https://api.featherless.ai",                        "/v1",                 kChat | kText},
    {1112, "upstage",        "Upstage",              "https://api.upstage.ai/v1/solar",                   "",                    kChat | kEmbed, &kWithoutModelList},
    {1113, "ai21",           "AI21",                 "https://api.ai21.com/studio",                       "/v1",                 kChat, &kWithoutModelList},
    {1114, "io-net",         "io.net",               "https://api.intelligence.io.solutions/api",         "/v1",                 kChat | kEmbed},
    {1115, "kluster",        "kluster.ai",           "https://api.kluster.ai",                            "/v1",                 kChat | kEmbed},
    {1116, "lemonfox",       "Lemonfox",             "https://api.lemonfox.ai",                           "/v1",                 kChat, &kLemonfox},
    {1117, "ovhcloud",       "OVHcloud",             "https://oai.endpoints.kepler.ai.cloud.ovh.net",     "/v1",                 kChat | kEmbed},
    {1118, "zai",            "Z.ai",                 "https://api.z.ai/api/paas/v4",                      "",                    kChat, &kZhipu},
    {1119, "krutrim",        "Krutrim",              "https://cloud.olakrutrim.com",                      "/v1",                 kChat},
    {1120, "monsterapi",     "MonsterAPI",           "https://llm.monsterapi.ai",                         "/v1",                 kChat},
    {1121, "modal",          "Modal",                "https://api.modal.com",                             "/v1",                 kChat},
    {1122, "302ai",          "302.AI",               "https://api.302.ai",                                "/v1",                 kChat | kEmbed},
    {1123, "cometapi",       "CometAPI",             "https://api.cometapi.com",                          "/v1",                 kChat | kEmbed},
    {1124, "nextbit",        "NextBit",              "https://api.nextbit256.com",                        "/v1",                 kChat},
    {1125, "ncompass",       "nCompass",             "https://api.ncompass.tech",                         "/v1",                 kChat},
    {1126, "matterai",       "MatterAI",             "https://api.matterai.so",                           "/v1",                 kChat},
    {1127, "deepbricks",     "Deepbricks",           "https://api.deepbricks.ai",                         "/v1",                 kChat},
    {1128, "aibadgr",        "AI Badgr",             "https://aibadgr.com/api",                           "/v1",                 kChat},
    {1129, "self-hosted",    "vLLM, SGLang, LM Studio, llama.cpp", "",                                    "/v1",                 kChat | kText | kEmbed},
    {1130, "voyage",         "Voyage AI",            "https://api.voyageai.com",                          "/v1",                 kEmbed, &kWithoutModelList},
};
// clang-format on

constexpr Capabilities capabilities_of(const Row& row) {
  Capabilities out = 0;
  if (has(row.operations, Operation::chat)) {
    out |= capabilities(Capability::chat, Capability::stream, Capability::tools);
  }
  if (has(row.operations, Operation::completions)) out |= capabilities(Capability::completions);
  if (has(row.operations, Operation::embeddings)) out |= capabilities(Capability::embeddings);
  if (has(row.operations, Operation::moderations)) out |= capabilities(Capability::moderations);
  if (row.extra->lists_models) out |= capabilities(Capability::models);
  return out;
}

constexpr ProviderDescriptor descriptor_of(const Row& row) {
  return {
      .number = row.number,
      .slug = row.slug,
      .title = row.title,
      .default_base_url = row.base_url,
      .version = row.version,
      .auth = row.extra->auth,
      .dialects = row.extra->dialects,
      .operations = row.operations,
      .paths = row.extra->paths,
      .models_path = row.extra->models_path,
      .capabilities = capabilities_of(row),
      .models = row.extra->models,
      .options = row.extra->options,
      .facts = row.extra->facts,
      .adjust = row.extra->adjust,
      .adjust_when = row.extra->adjust_when,
  };
}

constexpr auto kDescriptors = [] {
  std::array<ProviderDescriptor, std::size(kRows)> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = descriptor_of(kRows[i]);
  return out;
}();

}  // namespace

std::span<const ProviderDescriptor> rows() { return kDescriptors; }

}  // namespace tollgate::providers::compatible
