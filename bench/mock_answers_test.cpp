#include "mock_answers.h"

#include <string>

#include <gtest/gtest.h>

#include "http_message.h"

namespace tollgate::bench {
namespace {

Shape three_events() {
  Shape shape;
  shape.events = 3;
  shape.text_bytes = 8;
  return shape;
}

std::uint64_t events_in(const std::string& message) {
  const auto head = parse_head(message);
  EXPECT_TRUE(head && head->event_stream);
  BodyDecoder body;
  EventCounter counter;
  body.start(*head);
  body.feed(std::string_view(message).substr(head->size), [&](std::string_view piece) { counter.feed(piece); });
  EXPECT_TRUE(body.done());
  EXPECT_TRUE(counter.finished());
  return counter.events();
}

TEST(ScanBody, FindsWhatAnAnswerDependsOn) {
  const std::string body = R"({"model": "gpt-x","stream": true,"stream_options":{"include_usage":true},"messages":[]})";
  const Wanted wanted = scan_body(body, body);
  EXPECT_EQ(wanted.model, "gpt-x");
  EXPECT_TRUE(wanted.stream);
  EXPECT_TRUE(wanted.usage);
}

TEST(ScanBody, TakesFalseForFalse) {
  const std::string body = R"({"stream":false,"stream_options":{"include_usage":false},"model":"m"})";
  const Wanted wanted = scan_body(body, body);
  EXPECT_EQ(wanted.model, "m");
  EXPECT_FALSE(wanted.stream);
  EXPECT_FALSE(wanted.usage);
}

TEST(ScanBody, LooksAtBothEndsOfALongBody) {
  const Wanted wanted = scan_body(R"({"messages":[)", R"(],"model":"m","stream":true})");
  EXPECT_EQ(wanted.model, "m");
  EXPECT_TRUE(wanted.stream);
}

TEST(AnswerBook, CountsOfAStreamAreThoseOfItsShape) {
  AnswerBook book(three_events());
  // role, three deltas, finish, [DONE]; usage is an event more
  EXPECT_EQ(events_in(book.find(Operation::chat, {.model = "m"})->stream), 6u);
  EXPECT_EQ(events_in(book.find(Operation::chat, {.model = "m", .usage = true})->stream), 7u);
  EXPECT_EQ(events_in(book.find(Operation::completions, {.model = "m", .usage = true})->stream), 6u);
  // message_start, block start, three deltas, block stop, message_delta, message_stop
  EXPECT_EQ(events_in(book.find(Operation::messages, {.model = "m"})->stream), 8u);
  EXPECT_EQ(book.find(Operation::chat, {.model = "m"})->completion_tokens, 3u);
}

TEST(AnswerBook, PartsAreTheStreamEventByEvent) {
  AnswerBook book(three_events());
  const auto answer = book.find(Operation::chat, {.model = "m", .usage = true});
  std::string joined;
  for (const std::string_view part : answer->stream_parts) joined += part;
  EXPECT_EQ(joined, answer->stream);
  EXPECT_EQ(answer->stream_parts.size(), 7u);
  EXPECT_TRUE(answer->stream_parts.front().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(answer->stream_parts.back().ends_with("0\r\n\r\n"));
}

TEST(AnswerBook, JoinsTheEventsOfABurstIntoOneChunkWhenAsked) {
  Shape shape = three_events();
  AnswerBook book(shape);
  const auto apart = book.find(Operation::chat, {.model = "m"});
  ASSERT_TRUE(shape.set("one_chunk", "1"));
  book.reshape(shape);
  const auto together = book.find(Operation::chat, {.model = "m"});
  EXPECT_EQ(together->stream_parts.size(), 1u);
  EXPECT_EQ(events_in(together->stream), events_in(apart->stream));
  EXPECT_LT(together->stream.size(), apart->stream.size());
}

TEST(AnswerBook, ReshapesLaterAnswersAndLeavesEarlierOnesAlone) {
  AnswerBook book(three_events());
  const auto before = book.find(Operation::chat, {.model = "m"});
  Shape shape = three_events();
  ASSERT_TRUE(shape.set("events", "5"));
  book.reshape(shape);
  EXPECT_EQ(events_in(book.find(Operation::chat, {.model = "m"})->stream), 8u);
  EXPECT_EQ(events_in(before->stream), 6u);
}

TEST(AnswerBook, PlainAnswersAnnounceTheirLength) {
  AnswerBook book(three_events());
  for (const auto operation : {Operation::chat, Operation::messages, Operation::completions, Operation::embeddings}) {
    const auto answer = book.find(operation, {.model = "m"});
    const auto head = parse_head(answer->plain);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->size + head->content_length, answer->plain.size());
    EXPECT_TRUE(answer->plain.contains(R"("model":"m")"));
  }
}

TEST(Shape, RefusesUnknownNamesAndValues) {
  Shape shape;
  EXPECT_FALSE(shape.set("evnets", "1"));
  EXPECT_FALSE(shape.set("events", "many"));
  EXPECT_FALSE(shape.set("events", "1x"));
  EXPECT_FALSE(shape.set("interval_ms", "-1"));
  EXPECT_TRUE(shape.set("interval_ms", "40"));
  EXPECT_EQ(shape.interval_ms, 40);
}

TEST(Fault, IsNamedByTheModel) {
  EXPECT_EQ(fault_of("gpt-4o"), Fault::none);
  EXPECT_EQ(fault_of("fault-429"), Fault::status_429);
  EXPECT_EQ(fault_of("gpt-fault-stall-half"), Fault::stall_half);
  EXPECT_EQ(fault_of("fault-stall"), Fault::stall);
  EXPECT_TRUE(fault_message(Fault::status_429, Operation::chat).contains("Retry-After: 1\r\n"));
  EXPECT_TRUE(fault_message(Fault::status_500, Operation::messages).contains(R"("type":"error")"));
  EXPECT_TRUE(fault_message(Fault::stall, Operation::chat).empty());
}

}  // namespace
}  // namespace tollgate::bench
