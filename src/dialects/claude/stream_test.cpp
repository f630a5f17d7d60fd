#include <gtest/gtest.h>

#include "dialects/claude/claude.h"
#include "dialects/testing.h"

namespace tollgate::dialects::claude {
namespace {

namespace event = llm::event;

std::string sse(std::string_view data) {
  std::string out = "data: ";
  out.append(data).append("\n\n");
  return out;
}

constexpr std::string_view kStart =
    R"({"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":3,"output_tokens":1}}})";
constexpr std::string_view kText =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";

class Transcript final : public llm::EventSink {
 public:
  Transcript(std::string_view input, const llm::Conversion& conversion) {
    auto parser = make_parser(conversion);
    parser->feed(input, *this);
    parser->finish(*this);
    parser->feed(sse(kStart), *this);
    parser->finish(*this);
  }
  void on(const llm::StreamEvent& one) override {
    if (const auto* failure = std::get_if<event::Failure>(&one)) failure_name = failure->error.name();
    if (const auto* text = std::get_if<event::TextDelta>(&one)) texts += text->text.raw;
    ended = ended || std::holds_alternative<event::End>(one);
    if (const auto* done = std::get_if<event::Finish>(&one)) finish = done->reason;
    ++count;
  }
  std::string failure_name, texts;
  llm::FinishReason finish = llm::FinishReason::unknown;
  bool ended = false;
  int count = 0;
};

Transcript read(const std::vector<std::string_view>& data) {
  const llm::Conversion conversion = test::fixed_conversion(DialectId::openai_chat, DialectId::claude);
  std::string input;
  for (const std::string_view one : data) input += sse(one);
  return Transcript(input, conversion);
}

TEST(ClaudeStream, DoesNotCareAboutEventLinesOrKeyOrder) {
  const Transcript got =
      read({kStart, kText, R"({"delta":{"text":"a\u00e4","type":"text_delta"},"index":0,"type":"content_block_delta"})",
            R"({"type":"content_block_stop","index":0})",
            R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"}})", R"({"type":"message_stop"})"});
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.texts, "aä");
  EXPECT_EQ(got.finish, llm::FinishReason::length);
}

TEST(ClaudeStream, SkipsEventsOfLaterVersions) {
  const Transcript got =
      read({kStart, R"({"type":"brand_new","x":1})", R"({"type":"ping"})", kText,
            R"({"type":"content_block_delta","index":0,"delta":{"type":"new_delta","x":1}})",
            R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})", R"({"type":"message_stop"})"});
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.failure_name, "");
}

TEST(ClaudeStream, IsAFailureWhenItIsBroken) {
  const auto fails = [](const std::vector<std::string_view>& data, std::string_view name) {
    const Transcript got = read(data);
    EXPECT_EQ(got.failure_name, name) << testing::PrintToString(data);
    EXPECT_FALSE(got.ended);
  };
  fails({}, "upstream_stream_broken");
  fails({kStart, kText}, "upstream_stream_broken");
  fails({R"({"type":"message_stop"})"}, "upstream_bad_answer");
  fails({kText}, "upstream_bad_answer");
  fails({kStart, kStart}, "upstream_bad_answer");
  fails({R"({"type":"message_start"})"}, "upstream_bad_answer");
  fails({kStart, kText, kText}, "upstream_bad_answer");
  fails({kStart, R"({"type":"content_block_start","index":0})"}, "upstream_bad_answer");
  fails({kStart, R"({"type":"content_block_start","index":-1,"content_block":{"type":"text"}})"},
        "upstream_bad_answer");
  fails({kStart, R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x"}})"},
        "upstream_bad_answer");
  fails({kStart, R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}})"},
        "upstream_bad_answer");
  fails({kStart, kText,
         R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"x"}})"},
        "upstream_bad_answer");
  fails({kStart, kText, R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":7}})"},
        "upstream_bad_answer");
  fails({kStart, kText, R"({"type":"content_block_delta","index":0})"}, "upstream_bad_answer");
  fails({kStart, R"({"type":"content_block_stop","index":0})"}, "upstream_bad_answer");
  fails({kStart, "<html>"}, "upstream_bad_answer");
  fails({kStart, "[DONE]"}, "upstream_bad_answer");
  fails({kStart, "{\"type\":\"content_blo"}, "upstream_bad_answer");
  fails({R"({"id":"x","choices":[]})"}, "upstream_bad_answer");
  fails({kStart, R"({"type":"error","error":{"type":"overloaded_error","message":"x"}})"}, "upstream_server_error");
  fails({R"({"error":{"message":"rate limit"}})"}, "upstream_rate_limited");
  std::vector<std::string> starts;
  std::vector<std::string_view> many{kStart};
  for (int i = 0; i < 1500; ++i) {
    starts.push_back(R"({"type":"content_block_start","index":)" + std::to_string(i) +
                     R"(,"content_block":{"type":"text"}})");
  }
  many.insert(many.end(), starts.begin(), starts.end());
  fails(many, "upstream_bad_answer");
}

std::string rendered(const std::vector<llm::StreamEvent>& all) {
  const llm::Conversion conversion = test::fixed_conversion(DialectId::claude, DialectId::openai_chat);
  auto renderer = make_renderer(conversion);
  std::string out;
  for (const llm::StreamEvent& one : all) renderer->render(one, out);
  return out;
}

TEST(ClaudeRenderer, WritesAnthropicsSequence) {
  llm::Usage usage;
  usage.input_uncached = 2;
  usage.output = 3;
  const std::string out =
      rendered({event::Start{"x", "m", 7, {}}, event::BlockStart{0, event::BlockKind::text, {}, {}, {}},
                event::TextDelta{0, {"a\\n"}}, event::BlockStop{0}, event::Ping{},
                event::BlockStart{1, event::BlockKind::tool_call, "t\"1", "f", {}},
                event::ToolArgumentsDelta{1, {"{\\\"a\\\":1}"}}, event::BlockStop{1},
                event::Finish{llm::FinishReason::stop, {}}, event::UsageReport{usage}, event::End{}});
  EXPECT_EQ(out, R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_x","type":"message","role":"assistant","model":"shown","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":77,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\n"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: ping
data: {"type":"ping"}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t\"1","name":"f","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":2,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":3}}

event: message_stop
data: {"type":"message_stop"}

)");
}

TEST(ClaudeRenderer, OpensOneBlockAtATime) {
  const auto call = [](int block) { return event::BlockStart{block, event::BlockKind::tool_call, "t", "f", {}}; };
  const std::string out =
      rendered({event::Start{"x", "m", 7, {}}, call(0), event::ToolArgumentsDelta{0, {R"({\"a\":\"{\")"}}, call(1),
                event::ToolArgumentsDelta{1, {"{"}}, call(2), event::ToolArgumentsDelta{0, {"}"}},
                event::ToolArgumentsDelta{2, {"{}"}}, event::ToolArgumentsDelta{1, {"}"}}, event::BlockStop{0},
                event::BlockStop{1}, event::BlockStop{2}, event::End{}});
  std::string order;
  for (std::size_t at = 0; (at = out.find("data: {\"type\":\"content_block_", at)) != std::string::npos; ++at) {
    const std::size_t index = out.find("\"index\":", at);
    order += out[at + 29] == 'd' ? 'd' : out[at + 31] == 'a' ? '<' : '>';
    order += out[index + 8];
  }
  EXPECT_EQ(order, "<0d0d0>0<1d1d1>1<2d2>2");
  EXPECT_TRUE(out.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

TEST(ClaudeRenderer, NeverLosesABlockThatWaits) {
  const auto call = [](int block) { return event::BlockStart{block, event::BlockKind::tool_call, "t", "f", {}}; };
  // The first call has no arguments at all, so it is complete only when it stops.
  const std::string out =
      rendered({event::Start{"x", "m", 7, {}}, call(0), call(1), event::ToolArgumentsDelta{1, {"{}"}},
                event::BlockStart{2, event::BlockKind::text, {}, {}, {}}, event::TextDelta{2, {"after"}},
                event::BlockStop{2}, event::BlockStop{0}, event::BlockStop{1}, event::End{}});
  EXPECT_NE(out.find(R"("index":1,"delta":{"type":"input_json_delta","partial_json":"{}"})"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("index":2,"delta":{"type":"text_delta","text":"after"})"), std::string::npos) << out;
}

TEST(ClaudeRenderer, BreaksOffWhenTooMuchWaits) {
  const auto call = [](int block) { return event::BlockStart{block, event::BlockKind::tool_call, "t", "f", {}}; };
  const std::string piece(1'000'000, 'x');
  std::vector<llm::StreamEvent> all{event::Start{"x", "m", 7, {}}, call(0), call(1)};
  for (int i = 0; i < 6; ++i) all.emplace_back(event::ToolArgumentsDelta{1, {piece}});
  all.emplace_back(event::End{});
  const std::string out = rendered(all);
  EXPECT_LT(out.size(), 10'000u);
  EXPECT_NE(out.find("event: error\n"), std::string::npos);
  EXPECT_EQ(out.find("message_stop"), std::string::npos) << "no false success";
}

TEST(ClaudeRenderer, ReturnsSignaturesOfItsOwnKindOnly) {
  const auto with = [](DialectId origin) {
    return rendered({event::Start{"x", "m", 7, {}}, event::BlockStart{0, event::BlockKind::reasoning, {}, {}, {}},
                     event::ReasoningDelta{0, {"hm"}}, event::SignatureDelta{0, "sig==", origin}, event::BlockStop{0}});
  };
  EXPECT_NE(with(DialectId::claude).find(R"({"type":"signature_delta","signature":"sig=="})"), std::string::npos);
  EXPECT_EQ(with(DialectId::openai_chat).find("sig=="), std::string::npos);
}

}  // namespace
}  // namespace tollgate::dialects::claude
