#include <ostream>

#include <gtest/gtest.h>

#include "dialects/claude/claude.h"

namespace tollgate::dialects::claude {
namespace {

using llm::Feature;

Result<llm::ChatRequest> parse(std::string_view text) { return parse_request(json::parse_object(text).value()); }

struct Bad {
  std::string_view body, param;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.body; }

class ClaudeBadRequest : public testing::TestWithParam<Bad> {};
TEST_P(ClaudeBadRequest, IsRefusedWithItsPath) {
  const auto parsed = parse(GetParam().body);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_request);
  EXPECT_EQ(parsed.error().param(), GetParam().param);
  EXPECT_TRUE(parsed.error().message().starts_with(GetParam().param)) << parsed.error().message();
}

#define USER R"("model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}])"
#define BLOCK(block) R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":[)" block "]}]}"
INSTANTIATE_TEST_SUITE_P(
    Table, ClaudeBadRequest,
    testing::Values(
        Bad{R"({"messages":[{"role":"user","content":"x"}]})", "model"}, Bad{R"({"model":"m"})", "messages"},
        Bad{R"({"model":"m","messages":[]})", "messages"}, Bad{R"({"model":"m","messages":[7]})", "messages[0]"},
        Bad{R"({"model":"m","messages":[{"role":"tool","content":"x"}]})", "messages[0].role"},
        Bad{R"({"model":"m","messages":[{"role":"user"}]})", "messages[0].content"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":7}]})", "messages[0].content"},
        Bad{R"({"model":"m","system":7,"messages":[{"role":"user","content":"x"}]})", "system"},
        Bad{R"({"model":"m","system":[{"type":"text"}],"messages":[{"role":"user","content":"x"}]})", "system[0].text"},
        Bad{BLOCK(R"({"text":"x"})"), "messages[0].content[0].type"},
        Bad{BLOCK(R"({"type":"image"})"), "messages[0].content[0].source"},
        Bad{BLOCK(R"({"type":"image","source":{"type":"ftp"}})"), "messages[0].content[0].source.type"},
        Bad{BLOCK(R"({"type":"image","source":{"type":"base64","data":"x"}})"),
            "messages[0].content[0].source.media_type"},
        Bad{BLOCK(R"({"type":"tool_use","name":"f","input":{}})"), "messages[0].content[0].id"},
        Bad{BLOCK(R"({"type":"tool_use","id":"t","name":"f","input":"x"})"), "messages[0].content[0].input"},
        Bad{BLOCK(R"({"type":"tool_result","content":"x"})"), "messages[0].content[0].tool_use_id"},
        Bad{BLOCK(R"({"type":"tool_result","tool_use_id":"t","content":[{"type":"text"}]})"),
            "messages[0].content[0].content[0].text"},
        Bad{BLOCK(R"({"type":"redacted_thinking"})"), "messages[0].content[0].data"},
        Bad{"{" USER R"(,"temperature":3})", "temperature"}, Bad{"{" USER R"(,"top_k":-1})", "top_k"},
        Bad{"{" USER R"(,"tools":[{"description":"x"}]})", "tools[0].name"},
        Bad{"{" USER R"(,"tools":[{"name":"f","input_schema":7}]})", "tools[0].input_schema"},
        Bad{"{" USER R"(,"tool_choice":{"type":"maybe"}})", "tool_choice.type"},
        Bad{"{" USER R"(,"tool_choice":{"type":"tool"}})", "tool_choice.name"},
        Bad{"{" USER R"(,"tool_choice":"auto"})", "tool_choice"},
        Bad{"{" USER R"(,"thinking":{"type":"hard"}})", "thinking.type"},
        Bad{"{" USER R"(,"thinking":{"type":"enabled","budget_tokens":"x"}})", "thinking.budget_tokens"},
        Bad{"{" USER R"(,"output_config":{"format":{"type":"xml"}}})", "output_config.format.type"},
        Bad{"{" USER R"(,"stop_sequences":"x"})", "stop_sequences"},
        Bad{"{" USER R"(,"stop_sequences":[7]})", "stop_sequences"}, Bad{"{" USER R"(,"stream":1})", "stream"},
        Bad{R"({"model":"m","max_tokens":"5","messages":[{"role":"user","content":"x"}]})", "max_tokens"}));

TEST(ClaudeRequest, FindsWhatADialectMustBeAbleToSay) {
  const auto needs = [](std::string_view body, Feature feature) {
    return parse(body).value().features == llm::Features(feature);
  };
  EXPECT_TRUE(parse("{" USER "}").value().features.empty());
  EXPECT_TRUE(needs("{" USER R"(,"tools":[{"name":"f","input_schema":{}}]})", Feature::tools));
  EXPECT_TRUE(needs("{" USER R"(,"tools":[{"type":"bash_20250124","name":"bash"}]})", Feature::server_tools));
  EXPECT_TRUE(needs("{" USER R"(,"mcp_servers":[{"url":"https://x.test"}]})", Feature::server_tools));
  EXPECT_TRUE(needs("{" USER R"(,"thinking":{"type":"adaptive"}})", Feature::reasoning));
  EXPECT_TRUE(
      needs("{" USER R"(,"output_config":{"format":{"type":"json_schema","schema":{}}}})", Feature::json_schema));
  EXPECT_TRUE(
      needs(BLOCK(R"({"type":"image","source":{"type":"url","url":"https://x.test/a.png"}})"), Feature::images));
  EXPECT_TRUE(
      needs(BLOCK(R"({"type":"web_search_tool_result","tool_use_id":"s","content":[]})"), Feature::server_tools));
}

TEST(ClaudeRequest, ComesBackAsItWas) {
  const std::string_view text =
      R"({"model":"m","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1500,"display":"omitted"},)"
      R"("output_config":{"effort":"high","x":1},"tools":[{"name":"f","input_schema":{"type":"object"},"defer_loading":true},)"
      R"({"type":"web_search_20250305","name":"web_search","max_uses":3}],"tool_choice":{"type":"auto","disable_parallel_tool_use":false},)"
      R"("system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b"}],)"
      R"("messages":[{"role":"user","content":[{"type":"search_result","title":"t","content":[]},{"type":"text","text":"q"}]},)"
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"h","signature":"s"},{"type":"redacted_thinking","data":"d"},)"
      R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"no"}]}],)"
      R"("top_k":3,"stop_sequences":["x"],"metadata":{"user_id":"u","k":1},"stream":true,"service_tier":"auto",)"
      R"("context_management":{"edits":[]}})";
  llm::Conversion conversion;
  const json::object body = render_request(parse(text).value(), conversion).value();
  const json::object expected = json::parse_object(text).value();
  for (const auto& member : expected) {
    ASSERT_TRUE(body.contains(member.key())) << std::string(member.key());
    EXPECT_TRUE(body.at(member.key()) == member.value())
        << std::string(member.key()) << json::serialize(body.at(member.key()));
  }
  EXPECT_EQ(body.size(), expected.size());
  EXPECT_TRUE(conversion.notes.empty());
}

}  // namespace
}  // namespace tollgate::dialects::claude
