#include "http_message.h"

#include <string>

#include <gtest/gtest.h>

namespace tollgate::bench {
namespace {

constexpr std::string_view kChunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(Head, IsReadFieldByField) {
  const auto head = parse_head("POST /v1/x HTTP/1.1\r\nhost: a\r\nCONTENT-LENGTH: 12\r\nConnection: close\r\n\r\nrest");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->first_line, "POST /v1/x HTTP/1.1");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->has_length);
  EXPECT_TRUE(head->close);
  EXPECT_FALSE(head->chunked);
  EXPECT_EQ(head->size, 71u);
}

TEST(Head, IsNotThereBeforeItsEmptyLine) {
  for (std::size_t cut = 0; cut < kChunkedHead.size(); ++cut) EXPECT_FALSE(parse_head(kChunkedHead.substr(0, cut)));
  const auto head = parse_head(kChunkedHead);
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->chunked);
  EXPECT_TRUE(head->event_stream);
  EXPECT_EQ(status_of(head->first_line), 200);
}

TEST(Head, WithoutFieldsEndsAtOnce) {
  const auto head = parse_head("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(status_of(head->first_line), 204);
  EXPECT_FALSE(head->has_length);
}

TEST(BodyDecoder, GivesTheSamePayloadForAnyCut) {
  const std::string wire = "5\r\nhello\r\n1;ext=1\r\n \r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nHTTP/1.1 next";
  Head head;
  head.chunked = true;
  for (std::size_t first = 0; first <= wire.size(); ++first) {
    BodyDecoder decoder;
    decoder.start(head);
    std::string payload;
    const auto keep = [&](std::string_view piece) { payload += piece; };
    std::size_t taken = decoder.feed(std::string_view(wire).substr(0, first), keep);
    if (!decoder.done()) {
      ASSERT_EQ(taken, first);
      taken += decoder.feed(std::string_view(wire).substr(first), keep);
    }
    EXPECT_TRUE(decoder.done());
    EXPECT_FALSE(decoder.failed());
    EXPECT_EQ(payload, "hello 0123456789");
    EXPECT_EQ(wire.substr(taken), "HTTP/1.1 next");
  }
}

TEST(BodyDecoder, StopsAtTheAnnouncedLength) {
  Head head;
  head.content_length = 3;
  BodyDecoder decoder;
  decoder.start(head);
  EXPECT_EQ(decoder.feed("abcdef", [](std::string_view piece) { EXPECT_EQ(piece, "abc"); }), 3u);
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, IsDoneAtOnceWithoutABody) {
  BodyDecoder decoder;
  decoder.start(Head{});
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, RefusesAChunkThatIsNone) {
  Head head;
  head.chunked = true;
  BodyDecoder decoder;
  decoder.start(head);
  decoder.feed("zz\r\n", [](std::string_view) {});
  EXPECT_TRUE(decoder.failed());
}

TEST(EventCounter, CountsTheSameForAnyCut) {
  const std::string stream =
      ": comment\n\ndata: {\"a\":\"x\"}\n\nevent: e\r\ndata: {}\r\n\r\ndata: 1\ndata: 2\n\n\n\ndata: [DONE]\n\n";
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    EventCounter counter;
    counter.feed(std::string_view(stream).substr(0, first));
    counter.feed(std::string_view(stream).substr(first));
    EXPECT_EQ(counter.events(), 4u) << "cut at " << first;
    EXPECT_TRUE(counter.finished());
  }
}

TEST(EventCounter, KnowsAStreamThatWasCut) {
  EventCounter counter;
  counter.feed("data: {\"choices\":[]}\n\ndata: {\"cho");
  EXPECT_EQ(counter.events(), 1u);
  EXPECT_FALSE(counter.finished());
}

TEST(EventCounter, RemembersTheEndAcrossSingleBytes) {
  EventCounter counter;
  for (const char c : std::string_view("data: {\"choices\":[]}\n\ndata: {\"type\":\"message_stop\"}\n\n")) {
    counter.feed(std::string_view(&c, 1));
  }
  EXPECT_EQ(counter.events(), 2u);
  EXPECT_TRUE(counter.finished());
}

}  // namespace
}  // namespace tollgate::bench
