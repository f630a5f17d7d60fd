#include "llm/sse.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::llm {
namespace {

std::vector<std::string> split(std::string_view stream, std::size_t step, std::string& rest) {
  SseSplitter splitter;
  std::vector<std::string> events;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    // A copy of the piece, freed at once: nothing may be kept by reference.
    const std::string piece(stream.substr(at, step));
    EXPECT_TRUE(splitter.feed(piece, [&](std::string_view event) {
      events.emplace_back(event);
      return true;
    }));
  }
  rest = splitter.rest();
  return events;
}

TEST(SseSplitter, FindsTheSameEventsForAnyCut) {
  struct Case {
    std::string_view stream;
    std::vector<std::string> events;
    std::string_view rest;
  };
  const Case cases[] = {
      {"data: a\n\ndata: b\n\n", {"data: a\n\n", "data: b\n\n"}, ""},
      {"data: a\r\n\r\ndata: b\r\n\r\n", {"data: a\r\n\r\n", "data: b\r\n\r\n"}, ""},
      {"event: x\ndata: a\n\n: ping\n\ndata: [DONE]\n\n",
       {"event: x\ndata: a\n\n", ": ping\n\n", "data: [DONE]\n\n"},
       ""},
      {"data: a\r\rdata: b\r\rx", {"data: a\r\r", "data: b\r\r"}, "x"},
      {"data: a\n\r\ndata: b\r\n\n", {"data: a\n\r\n", "data: b\r\n\n"}, ""},
      {"data: a\n\n\n\ndata: b\n\n", {"data: a\n\n", "\n", "\n", "data: b\n\n"}, ""},
      {"\n\r\ndata: a\n\n", {"\n", "\r\n", "data: a\n\n"}, ""},
      {"data: a\n\ndata: b\n", {"data: a\n\n"}, "data: b\n"},
      {"data: a", {}, "data: a"},
      {"data: a\r\n\r", {}, "data: a\r\n\r"},
      {"", {}, ""},
  };
  for (const Case& c : cases) {
    for (std::size_t step = 1; step <= c.stream.size() + 1; ++step) {
      std::string rest;
      EXPECT_EQ(split(c.stream, step, rest), c.events) << "step " << step;
      EXPECT_EQ(rest, c.rest) << "step " << step;
    }
  }
}

TEST(SseSplitter, RandomStreamsAndCutsLoseNothing) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::string stream;
    for (int i = 0; i < 60; ++i) stream += "\n\n\r\r d:a"[random() % 8];
    std::string whole_rest;
    const auto whole = split(stream, stream.size(), whole_rest);
    SseSplitter splitter;
    std::vector<std::string> events;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t step = 1 + random() % 9;
      const std::string piece = stream.substr(at, step);
      ASSERT_TRUE(splitter.feed(piece, [&](std::string_view event) {
        events.emplace_back(event);
        return true;
      }));
      at += step;
    }
    ASSERT_EQ(events, whole) << "seed " << seed << " round " << round;
    ASSERT_EQ(splitter.rest(), whole_rest) << "seed " << seed << " round " << round;
    std::string joined;
    for (const std::string& event : events) joined += event;
    ASSERT_EQ(joined + whole_rest, stream) << "seed " << seed << " round " << round;
  }
}

TEST(SseSplitter, WholeEventsAreViewsIntoTheBytesFed) {
  const std::string bytes = "data: a\n\ndata: b\n\ndata: c";
  SseSplitter splitter;
  std::size_t at = 0;
  ASSERT_TRUE(splitter.feed(bytes, [&](std::string_view event) {
    EXPECT_EQ(event.data(), bytes.data() + at);
    at += event.size();
    return true;
  }));
  EXPECT_EQ(at, 18u);
}

TEST(SseSplitter, StopsWhenItsUserDoes) {
  SseSplitter splitter;
  int seen = 0;
  EXPECT_TRUE(splitter.feed("a\n\nb\n\nc\n\n", [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST(SseSplitter, AnEndlessEventIsAFailure) {
  SseSplitter splitter(100);
  const auto ignore = [](std::string_view) { return true; };
  EXPECT_TRUE(splitter.feed(std::string(60, 'x'), ignore));
  EXPECT_FALSE(splitter.feed(std::string(60, 'x'), ignore));
  SseSplitter fresh(100);
  EXPECT_FALSE(fresh.feed(std::string(101, 'x'), ignore));
  // A long burst of short events is none.
  SseSplitter busy(100);
  std::string burst;
  for (int i = 0; i < 1000; ++i) burst += "data: x\n\n";
  EXPECT_TRUE(busy.feed(burst, ignore));
}

TEST(ReadSseEvent, UnderstandsEveryForm) {
  struct Case {
    std::string_view event, name, data;
  };
  for (const Case& c : {
           Case{"data: {\"a\":1}\n\n", "", "{\"a\":1}"},
           Case{"data:{\"a\":1}\n\n", "", "{\"a\":1}"},
           Case{"data:  two blanks\n\n", "", " two blanks"},
           Case{"event: message_stop\ndata: {}\n\n", "message_stop", "{}"},
           Case{"data: {}\r\nevent:x\r\n\r\n", "x", "{}"},
           Case{"event: x\rdata: y\r\r", "x", "y"},
           Case{"data: a\ndata: b\ndata:\ndata: c\n\n", "", "a\nb\n\nc"},
           Case{": comment\nid: 7\nretry: 3\ndata: a\n\n", "", "a"},
           Case{": keep-alive\n\n", "", ""},
           Case{"data\n\n", "", ""},
           Case{"datum: x\nevents: y\n\n", "", ""},
           Case{"\xEF\xBB\xBF"
                "data: a\n\n",
                "", "a"},
           Case{"data: no end", "", "no end"},
           Case{"\n", "", ""},
           Case{"", "", ""},
       }) {
    std::string scratch = "old";
    const SseEvent got = read_sse_event(c.event, scratch);
    EXPECT_EQ(got.name, c.name) << c.event;
    EXPECT_EQ(got.data, c.data) << c.event;
  }
}

TEST(ReadSseEvent, OneLineOfDataIsNotCopied) {
  const std::string event = "data: abc\n\n";
  std::string scratch;
  EXPECT_EQ(read_sse_event(event, scratch).data.data(), event.data() + 6);
}

}  // namespace
}  // namespace tollgate::llm
