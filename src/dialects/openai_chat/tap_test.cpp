#include <gtest/gtest.h>

#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {
namespace {

using Kind = llm::Tap::Kind;

std::string chunk(std::string_view delta, std::string_view finish = "null", std::string_view more = "") {
  std::string out =
      R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":)";
  out.append(delta).append(",\"finish_reason\":").append(finish).append("}]").append(more).append("}\n\n");
  return out;
}

void expect(std::string_view event, Kind kind, std::uint32_t bytes = 0) {
  const llm::Tap tap_ = tap(event, nullptr);
  EXPECT_EQ(static_cast<int>(tap_.kind), static_cast<int>(kind)) << event;
  EXPECT_EQ(tap_.delivered_bytes, bytes) << event;
}

TEST(OpenAiTap, CountsTheTextOfADelta) {
  expect(chunk(R"({"content":"Hello"})"), Kind::content, 5);
  expect(chunk(R"({"role":"assistant","content":"Hi"})"), Kind::content, 2);
  expect(chunk(R"({"content":"a\"\n\u00e4\ud83d\ude00\\"})"), Kind::content, 10);
  expect(chunk(R"({"content":"\\"})"), Kind::content, 1);
  expect(chunk(R"({"reasoning_content":"hm"})"), Kind::content, 2);
  expect(chunk(R"({"content":null,"reasoning":"hm"})"), Kind::content, 2);
  expect(chunk(R"({"refusal":"no"})"), Kind::content, 2);
  expect(chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]})"), Kind::content, 5);
  expect(chunk(R"({"content":[{"type":"text","text":"abc"}]})"), Kind::content, 3);
  expect(chunk(R"({"content":"x"})", "null", R"(,"usage":null,"obfuscation":"aaaa")"), Kind::content, 1);
  expect(
      "data: "
      "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"abcd\",\"index\":0,\"logprobs\":null,"
      "\"finish_reason\":null}]}\n\n",
      Kind::content, 4);
}

TEST(OpenAiTap, DoesNotCareHowAnEventIsSpelled) {
  expect("data:{ \"choices\" : [ { \"delta\" : { \"content\" : \"abc\" } } ] }\r\n\r\n", Kind::content, 3);
  expect("id: 7\nevent: message\ndata: {\"choices\":[{\"delta\":{\"content\":\"abc\"},\"index\":0}]}\n\n",
         Kind::content, 3);
  expect("data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"abc\"}}]}\n\n", Kind::content, 3);
  expect("data: {\"choices\":[{\"index\":0,\"finish_reason\":null,\"delta\":{\"content\":\"abc\"}}],\"id\":\"x\"}\n\n",
         Kind::content, 3);
  expect(chunk(R"({"content":"\"finish_reason\":\"stop\""})"), Kind::content, 22);
  expect(chunk(R"({"content":"\"delta\":{\"content\":\"zz\"}"})"), Kind::content, 24);
}

TEST(OpenAiTap, IgnoresWhatDeliversNothing) {
  expect(": ping\n\n", Kind::ignore);
  expect("\n", Kind::ignore);
  expect(chunk(R"({"role":"assistant","content":""})"), Kind::ignore);
  expect(chunk("{}"), Kind::ignore);
  expect(chunk("{}", "\"\""), Kind::ignore);
  expect(chunk(R"({"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]})"),
         Kind::ignore);
  expect("data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n", Kind::ignore);
}

TEST(OpenAiTap, SeesTheEnd) {
  expect(chunk("{}", "\"stop\""), Kind::finish);
  expect(chunk(R"({"content":"x"})", "\"length\""), Kind::finish, 1);
  expect("data: {\"choices\":[{\"finish_reason\":\"stop\",\"text\":\"\"}]}\n\n", Kind::finish);
  expect("data: [DONE]\n\n", Kind::terminal);
  expect("data:[DONE]\r\n\r\n", Kind::terminal);
}

TEST(OpenAiTap, SaysWhichChoicesEnd) {
  const auto finished = [](const std::string& choices) {
    const llm::Tap read = tap("data: {\"id\":\"x\",\"choices\":[" + choices + "]}\n\n", nullptr);
    std::string out;
    for (std::size_t i = 0; i < read.finished.size(); ++i) {
      if (read.finished.test(i)) out += std::to_string(i) + " ";
    }
    return out;
  };
  EXPECT_EQ(finished(R"({"index":0,"delta":{},"finish_reason":"stop"})"), "0 ");
  EXPECT_EQ(finished(R"({"index":12,"delta":{"content":"x"},"finish_reason":"length"})"), "12 ");
  EXPECT_EQ(finished(R"({"finish_reason":"stop","text":""})"), "0 ");
  EXPECT_EQ(finished(R"({"index":2,"delta":{"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"})"), "2 ");
  EXPECT_EQ(
      finished(R"( {"index":0,"delta":{},"finish_reason":null} , {"delta":{},"finish_reason":"stop","index":1} )"),
      "1 ");
  EXPECT_EQ(finished(R"({"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":"stop"})"), "0 1 ");
  EXPECT_EQ(finished(R"({"index":9999999,"delta":{},"finish_reason":"stop"})"), "127 ");
  EXPECT_EQ(finished(R"({"index":0,"delta":{},"finish_reason":null})"), "");
}

TEST(OpenAiTap, ReadsUsageWhereverItStands) {
  const std::string_view usage = R"({"prompt_tokens":19,"completion_tokens":4,"total_tokens":23})";
  const auto has = [&](const std::string& event, Kind kind) {
    const llm::Tap read = tap(event, nullptr);
    EXPECT_EQ(static_cast<int>(read.kind), static_cast<int>(kind)) << event;
    EXPECT_TRUE(read.has_usage) << event;
    EXPECT_EQ(read.usage.input_total(), 19) << event;
    EXPECT_EQ(read.usage.output_total(), 4) << event;
  };
  const std::string u(usage);
  has("data: {\"id\":\"x\",\"choices\":[],\"usage\":" + u + "}\n\n", Kind::usage_only);
  has("data: {\"id\":\"x\",\"choices\" : [ ],\"usage\":" + u + "}\n\n", Kind::usage_only);
  has("data: {\"usage\":" + u + "}\n\n", Kind::usage_only);
  has(chunk("{}", "\"stop\"", ",\"usage\":" + u), Kind::finish);
  has(chunk(R"({"content":"x"})", "null", ",\"usage\":" + u), Kind::content);
  has("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"usage\":" + u + "}]}\n\n", Kind::finish);
  has("data: {\"id\":\"x\",\"choices\":[],\"x_groq\":{\"usage\":" + u + "}}\n\n", Kind::usage_only);
}

TEST(OpenAiTap, DoesNotTakeNonsenseForUsage) {
  for (const std::string_view usage :
       {"null", "{}", "[]", "7", R"({"prompt_tokens":-1})", R"({"prompt_tokens":"9"})", R"({"prompt_tokens":1e300})"}) {
    const llm::Tap read = tap("data: {\"choices\":[],\"usage\":" + std::string(usage) + "}\n\n", nullptr);
    EXPECT_FALSE(read.has_usage) << usage;
  }
}

TEST(OpenAiTap, LetsAProviderReadItsOwnUsage) {
  const llm::UsageReader own = [](const json::object& usage) {
    llm::Usage out;
    out.output = llm::count_at(usage, "mine");
    return out;
  };
  EXPECT_EQ(tap("data: {\"choices\":[],\"usage\":{\"mine\":5}}\n\n", own).usage.output, 5);
}

TEST(OpenAiTap, SeesErrorsAndStrangers) {
  expect("data: {\"error\":{\"message\":\"boom\"}}\n\n", Kind::error);
  expect("data: {\"error\":\"boom\"}\n\n", Kind::error);
  expect("event: error\ndata: {\"message\":\"boom\"}\n\n", Kind::error);
  expect(
      "data: "
      "{\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\",\"error\":{\"code\":502}}]}"
      "\n\n",
      Kind::error);
  expect(chunk(R"({"content":"x"})", "null", R"(,"error":null)"), Kind::content, 1);
  expect("data: <html>\n\n", Kind::malformed);
  expect("data: {\"choices\":[{\"delta\":{\"content\":\"x\n\n", Kind::malformed);
  expect("data: \"text\"\n\n", Kind::malformed);
  expect("data: {}\n\n", Kind::malformed);
  expect("data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}\n\n",
         Kind::malformed);
}

TEST(OpenAiPlainTap, ReadsUsage) {
  const auto read = tap_plain(
      R"({"id":"x","choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":3,"completion_tokens":2}})",
      nullptr);
  EXPECT_TRUE(read.well_formed);
  EXPECT_FALSE(read.is_error);
  EXPECT_TRUE(read.has_usage);
  EXPECT_EQ(read.usage.input_total(), 3);
  EXPECT_EQ(read.usage.output_total(), 2);
  EXPECT_EQ(read.delivered_bytes, 0u);
}

TEST(OpenAiPlainTap, CountsTheTextIfThereIsNoUsage) {
  const auto read = tap_plain(
      R"({"choices":[{"message":{"content":"Hi\n","reasoning_content":"hm","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}},{"message":{"content":"x"}}]})",
      nullptr);
  EXPECT_TRUE(read.well_formed);
  EXPECT_FALSE(read.has_usage);
  EXPECT_EQ(read.delivered_bytes, 8u);
  EXPECT_EQ(
      tap_plain(R"({"object":"text_completion","choices":[{"text":"abc"}],"usage":null})", nullptr).delivered_bytes,
      3u);
}

TEST(OpenAiPlainTap, KnowsTheOtherOperationsAnswers) {
  const auto embeddings = tap_plain(
      R"({"object":"list","data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":5,"total_tokens":5}})", nullptr);
  EXPECT_TRUE(embeddings.well_formed);
  EXPECT_EQ(embeddings.usage.input_total(), 5);
  EXPECT_TRUE(tap_plain(R"({"id":"modr-1","model":"m","results":[{"flagged":false}]})", nullptr).well_formed);
}

TEST(OpenAiPlainTap, SeesErrorsAndStrangers) {
  EXPECT_TRUE(tap_plain(R"({"error":{"message":"boom"}})", nullptr).is_error);
  EXPECT_TRUE(tap_plain(R"({"error":"boom"})", nullptr).is_error);
  for (const std::string_view body :
       {"", "<html>", "{}", "[]", R"({"choices":[)", R"({"choices":7})", R"({"content":[]})", "null"}) {
    EXPECT_FALSE(tap_plain(body, nullptr).well_formed) << body;
  }
}

}  // namespace
}  // namespace tollgate::dialects::openai_chat
