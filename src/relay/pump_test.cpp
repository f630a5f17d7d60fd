#include "relay/pump.h"

#include <gtest/gtest.h>

#include "dialects/registry.h"

namespace tollgate::relay {
namespace {

const llm::Dialect& chat() { return *dialects::find(DialectId::openai_chat); }
const llm::Dialect& claude() { return *dialects::find(DialectId::claude); }

std::string chunk(std::string_view delta, std::string_view finish = "null", std::string_view more = "") {
  std::string out =
      R"(data: {"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":)";
  out.append(delta).append(",\"finish_reason\":").append(finish).append("}]").append(more).append("}\n\n");
  return out;
}
const std::string kUsage =
    "data: "
    "{\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}\n\n";
const std::string kDone = "data: [DONE]\n\n";
const std::string kText =
    chunk(R"({"role":"assistant","content":""})") + chunk(R"({"content":"Hel"})") + chunk(R"({"content":"lo"})");
const std::string kAnswer = kText + chunk("{}", "\"stop\"");

/// What a client gets of a stream that arrives in two pieces.
struct Outcome {
  std::string now, last;
  std::optional<Error> failure;
  std::uint64_t delivered = 0;
  llm::Usage usage;
  bool ended = false, finish_seen = false;
};
Outcome run(StreamPump& pump, std::string_view input, std::size_t cut) {
  Outcome out;
  Flow flow;
  const auto take = [&] {
    for (const std::string_view piece : flow.now) out.now += piece;
    out.last += flow.last;
  };
  pump.feed(input.substr(0, cut), flow);
  take();
  pump.feed(input.substr(cut), flow);
  take();
  if (!pump.ended() && !pump.failure()) {
    pump.finish(flow);
    take();
  }
  out.failure = pump.failure();
  out.delivered = pump.delivered_bytes();
  out.usage = pump.usage();
  out.ended = pump.ended();
  out.finish_seen = pump.finish_seen();
  return out;
}

template <class Make>
Outcome for_any_cut(Make&& make, const std::string& input) {
  const Outcome whole = run(*make(), input, input.size());
  for (std::size_t cut = 0; cut < input.size(); ++cut) {
    const Outcome parts = run(*make(), input, cut);
    EXPECT_EQ(parts.now, whole.now) << "cut at byte " << cut;
    EXPECT_EQ(parts.last, whole.last) << "cut at byte " << cut;
    EXPECT_EQ(parts.delivered, whole.delivered);
    EXPECT_EQ(parts.usage, whole.usage);
    EXPECT_EQ(parts.ended, whole.ended);
    EXPECT_EQ(parts.failure.has_value(), whole.failure.has_value());
  }
  EXPECT_NE(whole.ended, whole.failure.has_value()) << "either an end or a failure";
  return whole;
}
Outcome passed(const std::string& input, bool keep_usage = false, const llm::Dialect& dialect = chat()) {
  return for_any_cut([&] { return make_pass_pump(dialect, nullptr, keep_usage); }, input);
}
Outcome converted(const std::string& input) {
  static llm::Conversion conversion;
  conversion.client = DialectId::claude;
  conversion.upstream = DialectId::openai_chat;
  conversion.shown_model = "shown";
  constexpr json::PromptSize kPrompt{.text_bytes = 401, .media = 0};
  return for_any_cut([&] { return make_convert_pump(claude(), chat(), conversion, kPrompt); }, input);
}

TEST(PassPump, ForwardsByteForByteAndHoldsTheEndBack) {
  const Outcome got = passed(": hello\n\n" + kAnswer + kDone);
  EXPECT_EQ(got.now, ": hello\n\n" + kAnswer);
  EXPECT_EQ(got.last, kDone);
  EXPECT_EQ(got.delivered, 5u);
  EXPECT_TRUE(got.finish_seen);
}

TEST(PassPump, KeepsUsageBackUnlessItWasAskedFor) {
  const Outcome unasked = passed(kAnswer + kUsage + kDone, false);
  EXPECT_EQ(unasked.now, kAnswer);
  EXPECT_EQ(unasked.usage.input_total(), 7);
  EXPECT_EQ(unasked.usage.output_total(), 3);
  EXPECT_EQ(passed(kAnswer + kUsage + kDone, true).now, kAnswer + kUsage);
}

TEST(PassPump, ForwardsABurstAsOnePiece) {
  const auto pump = make_pass_pump(chat(), nullptr, true);
  Flow flow;
  const std::string input = kAnswer + kUsage + kDone;
  pump->feed(input, flow);
  EXPECT_EQ(flow.now.size(), 1u);
  EXPECT_EQ(flow.now.front().data(), input.data()) << "without a copy";
}

TEST(PassPump, ClosesAStreamThatOnlyForgotItsLastEvent) {
  const Outcome got = passed(kAnswer);
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.last, kDone);
  EXPECT_EQ(passed(kAnswer + "data: [DONE]").last, "data: [DONE]\n\n") << "its blank line";
  const Outcome without_blank =
      passed(kText + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
  EXPECT_TRUE(without_blank.ended);
}

TEST(PassPump, FailsWhereTheAnswerIsIncomplete) {
  const Outcome cut = passed(kText);
  ASSERT_TRUE(cut.failure.has_value());
  EXPECT_EQ(cut.failure->code(), ErrorCode::upstream_stream_broken);
  EXPECT_EQ(cut.now, kText);
  EXPECT_EQ(cut.delivered, 5u) << "what was delivered is billed";
  EXPECT_EQ(passed("").failure->code(), ErrorCode::upstream_stream_broken);
  EXPECT_EQ(passed(": hello\n\n" + kDone).failure->code(), ErrorCode::upstream_bad_answer);
  EXPECT_TRUE(passed("<html>\n\n").failure.has_value());
  EXPECT_TRUE(passed(kText + "data: <html>\n\n" + kDone).failure.has_value());
  EXPECT_TRUE(passed("{\"choices\":[]}").failure.has_value()) << "a plain answer instead of a stream";
}

TEST(PassPump, WaitsForTheEndOfEveryChoice) {
  const auto of_two = [](const std::string& input) {
    return for_any_cut([] { return make_pass_pump(chat(), nullptr, false, 2); }, input);
  };
  const std::string second =
      R"(data: {"id":"c","choices":[{"index":1,"delta":{"content":"Hi"},"finish_reason":"stop"}]})"
      "\n\n";
  const Outcome cut = of_two(kAnswer);
  EXPECT_FALSE(cut.finish_seen);
  ASSERT_TRUE(cut.failure.has_value());
  EXPECT_EQ(cut.failure->code(), ErrorCode::upstream_stream_broken);
  const Outcome twice = of_two(kAnswer + chunk("{}", "\"stop\""));
  EXPECT_TRUE(twice.failure.has_value()) << "the same choice once more is not the other";
  const Outcome whole = of_two(kAnswer + second);
  EXPECT_TRUE(whole.finish_seen);
  EXPECT_EQ(whole.last, kDone);
  EXPECT_TRUE(of_two(kAnswer + kDone).ended) << "what the provider itself calls the end";
}

TEST(PassPump, TurnsAnErrorEventIntoAFailureAndForwardsNothingOfIt) {
  const Outcome got =
      passed(kText + "data: {\"error\":{\"message\":\"slow\",\"type\":\"rate_limit_error\"}}\n\n" + kDone);
  ASSERT_TRUE(got.failure.has_value());
  EXPECT_EQ(got.failure->code(), ErrorCode::upstream_rate_limited);
  EXPECT_EQ(got.now, kText);
  EXPECT_EQ(got.last, "");
}

TEST(PassPump, IgnoresWhatFollowsTheEnd) {
  const Outcome got = passed(kAnswer + kDone + chunk(R"({"content":"late"})"));
  EXPECT_EQ(got.now, kAnswer);
  EXPECT_EQ(got.delivered, 5u);
}

TEST(PassPump, SpeaksClaudeToo) {
  const std::string start =
      "event: message_start\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n";
  const std::string text =
      "event: content_block_delta\ndata: "
      "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n";
  const std::string end =
      "event: message_delta\ndata: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":4}}\n\n";
  const std::string stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  const Outcome got = passed(start + text + end + stop, false, claude());
  EXPECT_EQ(got.now, start + text + end);
  EXPECT_EQ(got.last, stop);
  EXPECT_EQ(got.usage.input_total(), 9);
  EXPECT_EQ(got.usage.output_total(), 4) << "cumulative, not added";
  EXPECT_EQ(passed(start + text + end, false, claude()).last, stop);
  EXPECT_TRUE(passed(start + text, false, claude()).failure.has_value());
}

TEST(ConvertPump, ShowsTheUsageThatIsCharged) {
  EXPECT_NE(converted(kAnswer + kUsage + kDone).last.find(R"("input_tokens":7,)"), std::string::npos);
  const Outcome counted = converted(kAnswer + kDone);
  EXPECT_NE(counted.last.find(R"("input_tokens":101,)"), std::string::npos) << counted.last;
  EXPECT_NE(counted.last.find(R"("output_tokens":2})"), std::string::npos) << counted.last;
  EXPECT_TRUE(counted.usage.empty());
}

TEST(ConvertPump, HoldsTheEndBack) {
  const Outcome got = converted(kAnswer + kUsage + kDone);
  EXPECT_TRUE(got.ended);
  EXPECT_TRUE(got.finish_seen);
  EXPECT_EQ(got.delivered, 5u);
  EXPECT_EQ(got.usage.output_total(), 3);
  EXPECT_TRUE(got.now.starts_with("event: message_start\n"));
  EXPECT_TRUE(got.now.ends_with("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"));
  EXPECT_TRUE(got.last.starts_with("event: message_delta\n"));
  EXPECT_TRUE(got.last.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

TEST(ConvertPump, FailsWhereTheAnswerIsIncomplete) {
  EXPECT_TRUE(converted(kAnswer).ended) << "the reason was there";
  const Outcome cut = converted(kText);
  ASSERT_TRUE(cut.failure.has_value());
  EXPECT_EQ(cut.failure->code(), ErrorCode::upstream_stream_broken);
  EXPECT_EQ(cut.delivered, 5u);
  EXPECT_EQ(cut.last, "");
  EXPECT_EQ(converted(kText + "data: {\"error\":{\"code\":429,\"message\":\"slow\"}}\n\n").failure->code(),
            ErrorCode::upstream_rate_limited);
  EXPECT_TRUE(converted(kText + "data: {\"choices\"\n\n").failure.has_value());
}

}  // namespace
}  // namespace tollgate::relay
