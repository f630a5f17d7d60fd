#include <gtest/gtest.h>

#include "dialects/openai_chat/openai_chat.h"
#include "dialects/testing.h"

namespace tollgate::dialects::openai_chat {
namespace {

namespace event = llm::event;

std::string chunk(std::string_view delta, std::string_view finish = "null") {
  std::string out =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":)";
  out.append(delta).append(",\"finish_reason\":").append(finish).append("}]}\n\n");
  return out;
}

/// What a parser says, one line an event.
class Transcript final : public llm::EventSink {
 public:
  explicit Transcript(std::string_view input, const llm::Conversion& conversion) {
    auto parser = make_parser(conversion);
    parser->feed(input, *this);
    parser->finish(*this);
    parser->feed(chunk(R"({"content":"late"})"), *this);
    parser->finish(*this);
  }
  void on(const llm::StreamEvent& one) override {
    std::visit([this](const auto& it) { lines.push_back(line(it)); }, one);
  }
  std::vector<std::string> lines;

 private:
  using S = std::string;
  static S line(const event::Start& e) {
    return "start " + S(e.id) + " " + S(e.model) + " " + std::to_string(e.created_unix_s);
  }
  static S line(const event::BlockStart& e) {
    return "block " + std::to_string(e.block) + " " + std::to_string(static_cast<int>(e.kind)) + " " + S(e.tool_id) +
           " " + S(e.tool_name);
  }
  static S line(const event::TextDelta& e) { return "text " + std::to_string(e.block) + " " + S(e.text.raw); }
  static S line(const event::ReasoningDelta& e) { return "thought " + std::to_string(e.block) + " " + S(e.text.raw); }
  static S line(const event::SignatureDelta& e) { return "signature " + S(e.signature); }
  static S line(const event::ToolArgumentsDelta& e) {
    return "arguments " + std::to_string(e.block) + " " + S(e.json_piece.raw);
  }
  static S line(const event::BlockStop& e) { return "stop " + std::to_string(e.block); }
  static S line(const event::UsageReport& e) { return "usage " + std::to_string(e.usage.total()); }
  static S line(const event::Finish& e) { return "finish " + S(finish_name(e.reason)); }
  static S line(const event::End&) { return "end"; }
  static S line(const event::Failure& e) { return "failure " + S(e.error.name()); }
  static S line(const event::Ping&) { return "ping"; }
  static S line(const event::OpaqueEvent&) { return "opaque"; }
};

std::vector<std::string> events(std::string_view input) {
  const llm::Conversion conversion = test::fixed_conversion(DialectId::claude, DialectId::openai_chat);
  return Transcript(input, conversion).lines;
}
using Lines = std::vector<std::string>;

TEST(OpenAiStream, GivesOneTextBlock) {
  EXPECT_EQ(
      events(chunk(R"({"role":"assistant","content":""})") + chunk(R"({"content":"a"})") +
             chunk(R"({"content":"b\n"})") + chunk(R"({"content":"c"})") + chunk("{}", "\"stop\"") +
             "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n"),
      (Lines{"start c m 5", "block 0 0  ", "text 0 a", "text 0 b\\n", "text 0 c", "stop 0", "finish stop", "usage 5",
             "end"}));
}

TEST(OpenAiStream, ForwardsTextAsItIsEscaped) {
  const std::string first = chunk(R"({"content":"x"})");
  EXPECT_EQ(
      events(first + chunk(R"({"content":"\u00e4\ud83d\ude00\/"})") + chunk("{}", "\"stop\"") + "data: [DONE]\n\n"),
      (Lines{"start c m 5", "block 0 0  ", "text 0 x", R"(text 0 \u00e4\ud83d\ude00\/)", "stop 0", "finish stop",
             "end"}));
}

TEST(OpenAiStream, SeparatesThoughtsTextAndCalls) {
  EXPECT_EQ(events(chunk(R"({"reasoning_content":"hm","reasoning":"hm"})") + chunk(R"({"content":"a"})") +
                   chunk(R"({"tool_calls":[{"index":0,"id":"t1","function":{"name":"f","arguments":""}}]})") +
                   chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"q\":"}}]})") +
                   chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]})") +
                   chunk(R"({"tool_calls":[{"index":1,"id":"t2","function":{"name":"g"}}]})") +
                   chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"),
            (Lines{"start c m 5", "block 0 2  ", "thought 0 hm", "stop 0", "block 1 0  ", "text 1 a", "stop 1",
                   "block 2 3 t1 f", R"(arguments 2 {\"q\":)", "arguments 2 1}", "block 3 3 t2 g", "stop 2", "stop 3",
                   "finish tool_calls", "end"}));
}

TEST(OpenAiStream, WaitsForAToolsNameAndMakesUpIds) {
  EXPECT_EQ(events(chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{"}}]})") +
                   chunk(R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"}"}}]})") +
                   chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"),
            (Lines{"start c m 5", "block 0 3 call_fixed_0 f", "arguments 0 {", "arguments 0 }", "stop 0",
                   "finish tool_calls", "end"}));
}

TEST(OpenAiStream, TellsCallsApartByIdWhereTheNumberDoesNot) {
  EXPECT_EQ(events(chunk(R"({"tool_calls":[{"index":0,"id":"t1","function":{"name":"f","arguments":"{}"}}]})") +
                   chunk(R"({"tool_calls":[{"index":0,"id":"t2","function":{"name":"f","arguments":"{\"a\":1}"}}]})") +
                   chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n"),
            (Lines{"start c m 5", "block 0 3 t1 f", "arguments 0 {}", "block 1 3 t2 f", R"(arguments 1 {\"a\":1})",
                   "stop 0", "stop 1", "finish tool_calls", "end"}));
}

TEST(OpenAiStream, ThatSaidWhyItEndedMayLeaveOutItsLastEvent) {
  EXPECT_EQ(events(chunk(R"({"content":"a"})") + chunk("{}", "\"length\"")).back(), "end");
  EXPECT_EQ(events(chunk(R"({"content":"a"})") + "data: [DONE]\n\n").back(), "end");
  // The last event without its blank line.
  EXPECT_EQ(events(chunk(R"({"content":"a"})") + chunk("{}", "\"length\"") + "data: [DONE]").back(), "end");
}

TEST(OpenAiStream, IsAFailureWhenItIsBroken) {
  const std::string good = chunk(R"({"content":"a"})") + chunk(R"({"content":"b"})");
  const auto fails = [&](std::string_view rest, std::string_view name) {
    const Lines lines = events(good + std::string(rest));
    EXPECT_EQ(lines.back(), "failure " + std::string(name)) << rest;
  };
  fails("", "upstream_stream_broken");
  fails("data: {\"choices\":[{\"delta\":{\"content\":\"x", "upstream_bad_answer");
  fails("data: <html>\n\n", "upstream_bad_answer");
  fails("data: []\n\n", "upstream_bad_answer");
  fails("data: {}\n\n", "upstream_bad_answer");
  fails("data: {\"choices\":[7]}\n\n", "upstream_bad_answer");
  fails("data: {\"choices\":[{\"delta\":7}]}\n\n", "upstream_bad_answer");
  fails("data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\n", "upstream_bad_answer");
  fails("data: {\"choices\":[{\"delta\":{\"tool_calls\":[7]}}]}\n\n", "upstream_bad_answer");
  fails("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"x\"}}]}}]}\n\n",
        "upstream_bad_answer");
  fails(chunk(R"({"tool_calls":[{"index":3,"id":"x"}]})") + chunk("{}", "\"tool_calls\""), "upstream_bad_answer");
  fails("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n", "upstream_server_error");
  fails("event: error\ndata: {\"message\":\"slow down\",\"code\":429}\n\n", "upstream_rate_limited");
  fails(chunk("{\"content\":\"bad \xff utf8\"}"), "upstream_bad_answer");
  fails(chunk(R"({"content":"bad \x escape"})"), "upstream_bad_answer");
  fails(chunk("{\"content\":\"raw \x01 control\"}"), "upstream_bad_answer");
  EXPECT_EQ(events("data: [DONE]\n\n"), (Lines{"failure upstream_bad_answer"}));
  EXPECT_EQ(events(""), (Lines{"failure upstream_stream_broken"}));
  EXPECT_EQ(events("{\"id\":\"x\",\"choices\":[]}"), (Lines{"ping", "failure upstream_stream_broken"}))
      << "a plain answer instead of a stream";
}

TEST(OpenAiStream, BoundsWhatItKeeps) {
  std::string calls, nameless;
  for (int i = 0; i < 2000; ++i) {
    calls += chunk(R"({"tool_calls":[{"index":)" + std::to_string(i) + R"(,"id":"t","function":{"name":"f"}}]})");
  }
  EXPECT_EQ(events(calls).back(), "failure upstream_bad_answer");
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 12; ++i) {
    nameless += chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":")" + piece + "\"}}]}");
  }
  EXPECT_EQ(events(nameless).back(), "failure upstream_bad_answer");
}

TEST(OpenAiStream, DoesNotMistakeAnotherShapeForALearnedOne) {
  // The same beginning and end as the delta before, with more in between.
  const std::string learned = chunk(R"({"content":"a"})");
  const std::string trick = chunk(R"({"content":"b","refusal":"c"})");
  const Lines lines = events(learned + learned + trick + chunk("{}", "\"stop\"") + "data: [DONE]\n\n");
  EXPECT_EQ(lines, (Lines{"start c m 5", "block 0 0  ", "text 0 a", "text 0 a", "text 0 b", "stop 0", "block 1 1  ",
                          "text 1 c", "stop 1", "finish stop", "end"}));
}

std::string rendered(const std::vector<llm::StreamEvent>& all, bool include_usage) {
  llm::Conversion conversion = test::fixed_conversion(DialectId::openai_chat, DialectId::claude);
  conversion.include_usage = include_usage;
  auto renderer = make_renderer(conversion);
  std::string out;
  for (const llm::StreamEvent& one : all) renderer->render(one, out);
  return out;
}

constexpr std::string_view kHead =
    R"(data: {"id":"chatcmpl-x","object":"chat.completion.chunk","created":7,"model":"shown","choices":[{"index":0,"delta":)";
constexpr std::string_view kTail = R"(,"logprobs":null,"finish_reason":null}]})";
std::string sent(std::string_view delta) {
  return std::string(kHead) + std::string(delta) + std::string(kTail) + "\n\n";
}

TEST(OpenAiRenderer, WritesTheOfficialSequence) {
  llm::Usage usage;
  usage.input_uncached = 2;
  usage.output = 3;
  const std::vector<llm::StreamEvent> all{event::Start{"x", "m", 7, {}},
                                          event::BlockStart{0, event::BlockKind::text, {}, {}, {}},
                                          event::TextDelta{0, {"a\\n"}},
                                          event::BlockStop{0},
                                          event::BlockStart{1, event::BlockKind::tool_call, "t\"1", "f", {}},
                                          event::ToolArgumentsDelta{1, {"{\\\"a\\\":1}"}},
                                          event::BlockStop{1},
                                          event::Finish{llm::FinishReason::tool_calls, {}},
                                          event::UsageReport{usage},
                                          event::End{}};
  EXPECT_EQ(
      rendered(all, false),
      sent(R"({"role":"assistant","content":"","refusal":null})") + sent(R"({"content":"a\n"})") +
          sent(R"({"tool_calls":[{"index":0,"id":"t\"1","type":"function","function":{"name":"f","arguments":""}}]})") +
          sent(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]})") + std::string(kHead) +
          "{},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]}\n\n" + "data: [DONE]\n\n");
  const std::string with_usage = rendered(all, true);
  EXPECT_TRUE(with_usage.ends_with(
      "data: "
      "{\"id\":\"chatcmpl-x\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"shown\",\"choices\":[],"
      "\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5}}\n\ndata: [DONE]\n\n"))
      << with_usage;
}

TEST(OpenAiRenderer, BeginsEvenIfTheStartIsMissing) {
  EXPECT_TRUE(rendered({event::TextDelta{0, {"a"}}}, false).starts_with("data: {\"id\":\"chatcmpl-fixed\""));
  EXPECT_TRUE(
      rendered({event::Failure{Error(ErrorCode::upstream_timeout, "late")}}, false).starts_with("data: {\"error\":"));
}

}  // namespace
}  // namespace tollgate::dialects::openai_chat
