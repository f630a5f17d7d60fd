// What stands behind a model's name (`name#high`), in each dialect's words: within one dialect and across two.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dialects/registry.h"
#include "dialects/testing.h"

namespace tollgate::dialects {
namespace {

using llm::ThinkingWords;

constexpr llm::UpstreamFacts kOpenai{.max_completion_tokens = true, .search_words = {"web_search_options", "{}"}};
constexpr llm::UpstreamFacts kSwitch{.thinking_words = ThinkingWords::thinking_object,
                                     .search_words = {"tools", R"([{"type":"web_search"}])"}};
constexpr llm::UpstreamFacts kFlag{.thinking_words = ThinkingWords::enable_thinking,
                                   .search_words = {"enable_search", "true"}};
constexpr llm::UpstreamFacts kBudgets{.default_max_output_tokens = 4096, .search_tool = true};
constexpr llm::UpstreamFacts kAdaptive{
    .default_max_output_tokens = 4096, .search_tool = true, .adaptive_thinking = true};
constexpr llm::UpstreamFacts kPlain{};

constexpr std::string_view kQuestion = R"("messages":[{"role":"user","content":"hi"}])";

struct Case {
  const char* name;
  DialectId client, upstream;
  const llm::UpstreamFacts* facts;
  llm::ModelArgument argument;
  std::string_view members;  ///< of the client's request, beside the question
  std::string_view wanted;   ///< of the upstream's; "refused"
};

constexpr DialectId kChat = DialectId::openai_chat, kClaude = DialectId::claude;
constexpr llm::ModelArgument kThinking{.thinking = true}, kSearch{.search = true}, kNone{.effort = "none"},
    kMinimal{.effort = "minimal"}, kHigh{.effort = "high"}, kHighSearch{.effort = "high", .search = true};

// clang-format off
const Case kCases[] = {
    {"effort", kChat, kChat, &kOpenai, kHigh, R"({"reasoning_effort":"low","n":2})", R"({"reasoning_effort":"high","n":2})"},
    {"thinking_as_effort", kChat, kChat, &kOpenai, kThinking, "{}", R"({"reasoning_effort":"medium"})"},
    {"thinking_keeps_the_callers_effort", kChat, kChat, &kOpenai, kThinking, R"({"reasoning_effort":"low"})", R"({"reasoning_effort":"low"})"},
    {"search", kChat, kChat, &kOpenai, kSearch, "{}", R"({"web_search_options":{}})"},
    {"search_keeps_the_callers_options", kChat, kChat, &kOpenai, kSearch, R"({"web_search_options":{"search_context_size":"low"}})", R"({"web_search_options":{"search_context_size":"low"}})"},
    {"both", kChat, kChat, &kOpenai, kHighSearch, "{}", R"({"reasoning_effort":"high","web_search_options":{}})"},
    {"object", kChat, kChat, &kSwitch, kHigh, "{}", R"({"thinking":{"type":"enabled"}})"},
    {"object_off", kChat, kChat, &kSwitch, kNone, R"({"thinking":{"type":"enabled"}})", R"({"thinking":{"type":"disabled"}})"},
    {"search_as_a_tool", kChat, kChat, &kSwitch, kSearch, R"({"tools":[{"type":"function"}]})", R"({"tools":[{"type":"function"},{"type":"web_search"}]})"},
    {"flag", kChat, kChat, &kFlag, kThinking, "{}", R"({"enable_thinking":true})"},
    {"flag_off", kChat, kChat, &kFlag, kNone, "{}", R"({"enable_thinking":false})"},
    {"search_as_a_flag", kChat, kChat, &kFlag, kSearch, "{}", R"({"enable_search":true})"},
    {"no_search", kChat, kChat, &kPlain, kSearch, "{}", "refused"},

    {"budget", kClaude, kClaude, &kBudgets, kHigh, R"({"max_tokens":64000,"temperature":0.5,"top_k":4,"metadata":{"user_id":"u"}})", R"({"max_tokens":64000,"metadata":{"user_id":"u"},"thinking":{"type":"enabled","budget_tokens":16384}})"},
    {"budget_leaves_room", kClaude, kClaude, &kBudgets, kThinking, R"({"max_tokens":5000})", R"({"max_tokens":5000,"thinking":{"type":"enabled","budget_tokens":4000}})"},
    {"no_room", kClaude, kClaude, &kBudgets, kThinking, R"({"max_tokens":100,"temperature":0.5})", R"({"max_tokens":100,"temperature":0.5})"},
    {"forced_tool", kClaude, kClaude, &kBudgets, kThinking, R"({"max_tokens":5000,"tools":[{"name":"t","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})", R"({"max_tokens":5000,"tools":[{"name":"t","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}})"},
    {"adaptive", kClaude, kClaude, &kAdaptive, kMinimal, R"({"max_tokens":100,"output_config":{"effort":"max"}})", R"({"max_tokens":100,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}})"},
    {"adaptive_by_itself", kClaude, kClaude, &kAdaptive, kThinking, R"({"max_tokens":100})", R"({"max_tokens":100,"thinking":{"type":"adaptive"}})"},
    {"off", kClaude, kClaude, &kAdaptive, kNone, R"({"max_tokens":100,"thinking":{"type":"adaptive"}})", R"({"max_tokens":100,"thinking":{"type":"disabled"}})"},
    {"server_tool", kClaude, kClaude, &kBudgets, kSearch, R"({"max_tokens":9})", R"({"max_tokens":9,"tools":[{"type":"web_search_20250305","name":"web_search"}]})"},
    {"own_search_tool", kClaude, kClaude, &kBudgets, kSearch, R"({"max_tokens":9,"tools":[{"name":"web_search"}]})", R"({"max_tokens":9,"tools":[{"name":"web_search"}]})"},
    {"no_server_tool", kClaude, kClaude, &kPlain, kSearch, R"({"max_tokens":9})", "refused"},

    {"budget_across", kChat, kClaude, &kBudgets, kHigh, R"({"temperature":0.5})", R"({"max_tokens":20480,"thinking":{"type":"enabled","budget_tokens":16384}})"},
    {"adaptive_across", kChat, kClaude, &kAdaptive, kHighSearch, R"({"reasoning_effort":"low"})", R"({"max_tokens":4096,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"tools":[{"type":"web_search_20250305","name":"web_search"}]})"},
    {"options_across", kChat, kClaude, &kBudgets, {}, R"({"web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Bonn"}}}})", R"({"max_tokens":4096,"tools":[{"type":"web_search_20250305","name":"web_search","user_location":{"type":"approximate","city":"Bonn"}}]})"},
    {"no_options_across", kChat, kClaude, &kPlain, {}, R"({"web_search_options":{}})", "refused"},
    {"effort_across", kClaude, kChat, &kOpenai, kHigh, R"({"max_tokens":9,"thinking":{"type":"enabled","budget_tokens":1024}})", R"({"max_completion_tokens":9,"reasoning_effort":"high"})"},
    {"object_across", kClaude, kChat, &kSwitch, kThinking, R"({"max_tokens":9})", R"({"max_tokens":9,"thinking":{"type":"enabled"}})"},
    {"own_thinking_as_object", kClaude, kChat, &kSwitch, {}, R"({"max_tokens":9,"thinking":{"type":"adaptive"}})", R"({"max_tokens":9,"thinking":{"type":"enabled"}})"},
    {"own_thinking_off", kClaude, kChat, &kSwitch, {}, R"({"max_tokens":9,"thinking":{"type":"disabled"}})", R"({"max_tokens":9,"thinking":{"type":"disabled"}})"},
    {"own_thinking_as_flag", kClaude, kChat, &kFlag, {}, R"({"max_tokens":9,"thinking":{"type":"enabled","budget_tokens":1024}})", R"({"max_tokens":9,"enable_thinking":true})"},
    {"own_thinking_unsaid", kClaude, kChat, &kFlag, {}, R"({"max_tokens":9})", R"({"max_tokens":9})"},
    {"search_across", kClaude, kChat, &kFlag, kSearch, R"({"max_tokens":9})", R"({"max_tokens":9,"enable_search":true})"},
    {"no_search_across", kClaude, kChat, &kPlain, kSearch, R"({"max_tokens":9})", "refused"},
};
// clang-format on

Result<json::object> upstream_body(const Case& one, json::object body) {
  const llm::Dialect& upstream = *find(one.upstream);
  if (one.client == one.upstream) {
    if (auto said = upstream.apply_argument(body, one.argument, *one.facts); !said)
      return std::unexpected(said.error());
    return body;
  }
  llm::Conversion conversion = test::fixed_conversion(one.client, one.upstream);
  conversion.facts = *one.facts;
  conversion.argument = one.argument;
  return upstream.render_request(find(one.client)->parse_request(body).value(), conversion);
}

class ModelArguments : public testing::TestWithParam<Case> {};

TEST_P(ModelArguments, AreSaidInTheUpstreamsWords) {
  const Case& one = GetParam();
  json::object body = json::parse_object(one.members).value();
  const json::object question = json::parse_object("{" + std::string(kQuestion) + R"(,"model":"m"})").value();
  body.insert(question.begin(), question.end());
  auto sent = upstream_body(one, std::move(body));
  if (one.wanted == "refused") {
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code(), ErrorCode::unsupported_parameter);
    EXPECT_EQ(sent.error().param(), one.argument.empty() ? "web_search_options" : "model");
    return;
  }
  ASSERT_TRUE(sent) << sent.error().message();
  json::object wanted = json::parse_object(one.wanted).value();
  wanted.insert(question.begin(), question.end());
  EXPECT_EQ(*sent, wanted) << json::serialize(*sent);
}
INSTANTIATE_TEST_SUITE_P(Table, ModelArguments, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tollgate::dialects
