#include <ostream>

#include <gtest/gtest.h>

#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {
namespace {

using llm::Feature;

Result<llm::ChatRequest> parse(std::string_view text) { return parse_request(json::parse_object(text).value()); }

struct Bad {
  std::string_view body, param;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.body; }

class OpenAiBadRequest : public testing::TestWithParam<Bad> {};
TEST_P(OpenAiBadRequest, IsRefusedWithItsPath) {
  const auto parsed = parse(GetParam().body);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_request);
  EXPECT_EQ(parsed.error().param(), GetParam().param);
  EXPECT_TRUE(parsed.error().message().starts_with(GetParam().param)) << parsed.error().message();
}

#define USER R"("model":"m","messages":[{"role":"user","content":"x"}])"
INSTANTIATE_TEST_SUITE_P(
    Table, OpenAiBadRequest,
    testing::Values(
        Bad{R"({"messages":[{"role":"user","content":"x"}]})", "model"}, Bad{R"({"model":7,"messages":[]})", "model"},
        Bad{R"({"model":"m"})", "messages"}, Bad{R"({"model":"m","messages":{}})", "messages"},
        Bad{R"({"model":"m","messages":[]})", "messages"}, Bad{R"({"model":"m","messages":["x"]})", "messages[0]"},
        Bad{R"({"model":"m","messages":[{"content":"x"}]})", "messages[0].role"},
        Bad{R"({"model":"m","messages":[{"role":"king","content":"x"}]})", "messages[0].role"},
        Bad{R"({"model":"m","messages":[{"role":"user"}]})", "messages[0].content"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":7}]})", "messages[0].content"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":["x"]}]})", "messages[0].content[0]"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"text":"x"}]}]})", "messages[0].content[0].type"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]})", "messages[0].content[0].text"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"ftp://x"}}]}]})",
            "messages[0].content[0].image_url"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]})",
            "messages[0].content[0].image_url"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]})",
            "messages[0].content[0].input_audio.data"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{}}]}]})",
            "messages[0].content[0].file"},
        Bad{R"({"model":"m","messages":[{"role":"tool","content":"x"}]})", "messages[0].tool_call_id"},
        Bad{R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"c","function":{}}]}]})",
            "messages[0].tool_calls[0].function.name"},
        Bad{R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]})",
            "messages[0].tool_calls[0].id"},
        Bad{R"({"model":"m","messages":[{"role":"assistant","tool_calls":{}}]})", "messages[0].tool_calls"},
        Bad{"{" USER R"(,"temperature":3})", "temperature"}, Bad{"{" USER R"(,"temperature":"hot"})", "temperature"},
        Bad{"{" USER R"(,"top_p":-0.1})", "top_p"}, Bad{"{" USER R"(,"max_tokens":-1})", "max_tokens"},
        Bad{"{" USER R"(,"max_completion_tokens":1.5})", "max_completion_tokens"}, Bad{"{" USER R"(,"n":0})", "n"},
        Bad{"{" USER R"(,"n":129})", "n"}, Bad{"{" USER R"(,"stop":7})", "stop"},
        Bad{"{" USER R"(,"stop":["a",7]})", "stop"}, Bad{"{" USER R"(,"stream":"yes"})", "stream"},
        Bad{"{" USER R"(,"tools":[{"type":"function"}]})", "tools[0].function"},
        Bad{"{" USER R"(,"tools":[{"type":"function","function":{"name":"f","parameters":"x"}}]})",
            "tools[0].function.parameters"},
        Bad{"{" USER R"(,"tools":7})", "tools"}, Bad{"{" USER R"(,"tool_choice":"maybe"})", "tool_choice"},
        Bad{"{" USER R"(,"tool_choice":{"type":"function"}})", "tool_choice"},
        Bad{"{" USER R"(,"tool_choice":{"type":"allowed_tools","allowed_tools":{"tools":[{}]}}})", "tool_choice"},
        Bad{"{" USER R"(,"response_format":{"type":"yaml"}})", "response_format.type"},
        Bad{"{" USER R"(,"response_format":{"type":"json_schema"}})", "response_format.json_schema"},
        Bad{"{" USER R"(,"functions":[]})", "functions"}, Bad{"{" USER R"(,"stream_options":7})", "stream_options"},
        Bad{"{" USER R"(,"reasoning":{"max_tokens":"x"}})", "reasoning.max_tokens"}));

TEST(OpenAiRequest, FindsWhatADialectMustBeAbleToSay) {
  const auto needs = [](std::string_view body, Feature feature) {
    return parse(body).value().features == llm::Features(feature);
  };
  EXPECT_TRUE(parse("{" USER "}").value().features.empty());
  EXPECT_TRUE(needs("{" USER R"(,"n":2})", Feature::several_choices));
  EXPECT_TRUE(needs("{" USER R"(,"logprobs":true})", Feature::token_logprobs));
  EXPECT_TRUE(needs("{" USER R"(,"modalities":["text","audio"]})", Feature::audio_output));
  EXPECT_TRUE(needs("{" USER R"(,"tools":[{"type":"function","function":{"name":"f"}}]})", Feature::tools));
  EXPECT_TRUE(needs("{" USER R"(,"tools":[{"type":"custom","custom":{"name":"f"}}]})", Feature::custom_tools));
  EXPECT_TRUE(needs("{" USER R"(,"web_search_options":{}})", Feature::server_tools));
  EXPECT_TRUE(needs("{" USER R"(,"response_format":{"type":"json_object"}})", Feature::json_object));
  EXPECT_TRUE(
      needs("{" USER R"(,"response_format":{"type":"json_schema","json_schema":{"name":"x"}}})", Feature::json_schema));
  EXPECT_TRUE(needs("{" USER R"(,"reasoning_effort":"low"})", Feature::reasoning));
  EXPECT_TRUE(parse("{" USER R"(,"reasoning_effort":"none"})").value().features.empty());
}

TEST(OpenAiRequest, KeepsWhatItDoesNotKnow) {
  const llm::ChatRequest request =
      parse(
          "{" USER
          R"(,"verbosity":"low","service_tier":"flex","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}})")
          .value();
  EXPECT_TRUE(request.include_usage);
  EXPECT_EQ(request.extras.size(), 3u);
  llm::Conversion conversion;
  const json::object body = render_request(request, conversion).value();
  EXPECT_EQ(json::serialize(body.at("verbosity")), "\"low\"");
  EXPECT_EQ(json::serialize(body.at("stream_options")), R"({"include_usage":true,"include_obfuscation":false})");
}

TEST(OpenAiRequest, TakesNullForAbsent) {
  const auto parsed =
      parse("{" USER
            R"(,"temperature":null,"stop":null,"tools":null,"max_tokens":null,"response_format":null,"stream":null})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->sampling.temperature, std::nullopt);
  EXPECT_TRUE(parsed->extras.empty());
}

}  // namespace
}  // namespace tollgate::dialects::openai_chat
