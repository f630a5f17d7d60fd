#include <gtest/gtest.h>

#include "dialects/claude/claude.h"

namespace tollgate::dialects::claude {
namespace {

using Kind = llm::Tap::Kind;

std::string sse(std::string_view type, std::string_view data) {
  std::string out = "event: ";
  out.append(type).append("\ndata: ").append(data).append("\n\n");
  return out;
}
std::string delta(std::string_view inner) {
  return sse("content_block_delta", R"({"type":"content_block_delta","index":0,"delta":)" + std::string(inner) + "}");
}

void expect(std::string_view event, Kind kind, std::uint32_t bytes = 0) {
  const llm::Tap read = tap(event, nullptr);
  EXPECT_EQ(static_cast<int>(read.kind), static_cast<int>(kind)) << event;
  EXPECT_EQ(read.delivered_bytes, bytes) << event;
}

TEST(ClaudeTap, CountsTheTextOfADelta) {
  expect(delta(R"({"type":"text_delta","text":"Hello"})"), Kind::content, 5);
  expect(delta(R"({"type":"text_delta","text":"a\"\n\u00e4\\"}     )"), Kind::content, 6);
  expect(delta(R"({"type":"thinking_delta","thinking":"hm"})"), Kind::content, 2);
  expect(delta(R"({"type":"input_json_delta","partial_json":"{\"a\":"})"), Kind::content, 5);
  expect(delta(R"({"type":"input_json_delta","partial_json":""})"), Kind::ignore);
  expect(delta(R"({"type":"signature_delta","signature":"abc"})"), Kind::ignore);
  expect(
      "data: "
      "{\"delta\":{\"text\":\"abc\",\"type\":\"text_delta\"},\"index\":0,\"type\":\"content_block_delta\"}\r\n\r\n",
      Kind::content, 3);
  expect(
      "event:content_block_delta\ndata:{ \"type\" : \"content_block_delta\", \"delta\" : { \"text\" : \"abc\" } }\n\n",
      Kind::content, 3);
}

TEST(ClaudeTap, IgnoresWhatDeliversNothing) {
  expect(sse("ping", R"({"type":"ping"})"), Kind::ignore);
  expect(sse("content_block_start",
             R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"),
         Kind::ignore);
  expect(sse("content_block_stop", R"({"type":"content_block_stop","index":0})"), Kind::ignore);
  expect(sse("something_new", R"({"type":"something_new","text":"x"})"), Kind::ignore);
  expect(": keep-alive\n\n", Kind::ignore);
}

TEST(ClaudeTap, ReadsUsageAtBothEnds) {
  const llm::Tap start = tap(
      sse("message_start",
          R"({"type":"message_start","message":{"id":"m","type":"message","stop_reason":null,"usage":{"input_tokens":25,"cache_read_input_tokens":7,"output_tokens":1}}})"),
      nullptr);
  EXPECT_EQ(start.kind, Kind::ignore);
  EXPECT_TRUE(start.has_usage);
  EXPECT_EQ(start.usage.input_uncached, 25);
  EXPECT_EQ(start.usage.cache_read, 7);
  const llm::Tap end = tap(
      sse("message_delta",
          R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":12}})"),
      nullptr);
  EXPECT_EQ(end.kind, Kind::finish);
  EXPECT_TRUE(end.has_usage);
  EXPECT_EQ(end.usage.output, 12);
  EXPECT_EQ(end.usage.input_uncached, std::nullopt);
  expect(sse("message_delta", R"({"type":"message_delta","delta":{},"usage":{"output_tokens":12}})"), Kind::ignore);
}

TEST(ClaudeTap, SeesTheEndErrorsAndStrangers) {
  expect(sse("message_stop", R"({"type":"message_stop"})"), Kind::terminal);
  expect(sse("error", R"({"type":"error","error":{"type":"overloaded_error","message":"x"}})"), Kind::error);
  expect("data: {\"error\":{\"message\":\"x\"}}\n\n", Kind::error);
  expect("data: {\"choices\":[]}\n\n", Kind::malformed);
  expect("data: <html>\n\n", Kind::malformed);
  expect("data: [DONE]\n\n", Kind::ignore);
  expect("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"te\n\n",
         Kind::malformed);
}

TEST(ClaudePlainTap, ReadsUsageOrCountsTheText) {
  const auto read = tap_plain(
      R"({"type":"message","content":[{"type":"text","text":"Hi"}],"usage":{"input_tokens":3,"output_tokens":2}})",
      nullptr);
  EXPECT_TRUE(read.well_formed);
  EXPECT_TRUE(read.has_usage);
  EXPECT_EQ(read.usage.input_uncached, 3);
  const auto bare = tap_plain(
      R"({"type":"message","content":[{"type":"text","text":"Hi"},{"type":"thinking","thinking":"hm"},{"type":"tool_use","input":{"a":1}}]})",
      nullptr);
  EXPECT_TRUE(bare.well_formed);
  EXPECT_EQ(bare.delivered_bytes, 11u);
  EXPECT_TRUE(tap_plain(R"({"input_tokens":14})", nullptr).well_formed);
}

TEST(ClaudePlainTap, SeesErrorsAndStrangers) {
  EXPECT_TRUE(tap_plain(R"({"type":"error","error":{"type":"api_error","message":"x"}})", nullptr).is_error);
  for (const std::string_view body :
       {"", "<html>", "{}", "[]", R"({"choices":[]})", R"({"content":"x"})", R"({"content":[)"}) {
    EXPECT_FALSE(tap_plain(body, nullptr).well_formed) << body;
  }
}

}  // namespace
}  // namespace tollgate::dialects::claude
