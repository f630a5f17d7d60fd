#include "load_generator.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mock_provider.h"

namespace tollgate::bench {
namespace {

/// A provider on a thread of its own, ended with the test.
class ServedProvider {
 public:
  explicit ServedProvider(const Shape& shape) : provider_({.address = parse_address("127.0.0.1:0"), .shape = shape}) {
    thread_ = std::thread([this] { provider_.run(stop_); });
  }
  ~ServedProvider() {
    stop_ = true;
    const int knock = start_connecting(parse_address("127.0.0.1:" + std::to_string(provider_.port())));  // wakes it
    thread_.join();
    close(knock);
  }

  LoadResult load(const std::string& body, std::uint32_t connections, std::uint64_t requests) {
    LoadOptions options = to_provider(body);
    options.connections = connections;
    options.requests = requests;
    return LoadGenerator(options).run();
  }

  LoadOptions to_provider(const std::string& body) {
    LoadOptions options;
    options.target = parse_address("127.0.0.1:" + std::to_string(provider_.port()));
    options.heads = {"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n\r\n"};
    options.body = body;
    options.drain_seconds = 5;
    return options;
  }

 private:
  std::atomic<bool> stop_ = false;
  Provider provider_;
  std::thread thread_;
};

Shape four_events() {
  Shape shape;
  shape.events = 4;
  return shape;
}

const std::string kPlain = R"({"model":"m","messages":[]})";
const std::string kStream = R"({"model":"m","stream":true,"messages":[]})";

TEST(LoadGenerator, CountsEveryAnswer) {
  ServedProvider provider(four_events());
  const LoadResult result = provider.load(kPlain, 8, 1000);
  EXPECT_EQ(result.ok, 1000u);
  EXPECT_EQ(result.latency.size(), 1000u);
  EXPECT_EQ(result.broken + result.unfinished + result.lost_streams + result.refused.size(), 0u);
  EXPECT_TRUE(std::ranges::is_sorted(result.latency));
}

TEST(LoadGenerator, CountsEventsNotChunks) {
  ServedProvider provider(four_events());
  const LoadResult result = provider.load(kStream, 4, 20);
  EXPECT_EQ(result.ok, 20u);
  EXPECT_EQ(result.events, 20u * 7);  // role, four deltas, finish, [DONE]
  EXPECT_EQ(result.lost_streams, 0u);
}

TEST(LoadGenerator, ReadsPacedStreamsToTheirEnd) {
  Shape shape = four_events();
  shape.interval_ms = 1;
  ServedProvider provider(shape);
  const LoadResult result = provider.load(kStream, 4, 8);
  EXPECT_EQ(result.ok, 8u);
  EXPECT_EQ(result.events, 8u * 7);
  EXPECT_GE(percentile(result.latency, 0.5), 6'000'000);  // six pauses of a millisecond
}

TEST(LoadGenerator, SendsBodiesThatNoSocketTakesAtOnce) {
  ServedProvider provider(four_events());
  const std::string body = R"({"model":"m","pad":")" + std::string(8 << 20, 'x') + R"(","stream":true})";
  const LoadResult result = provider.load(body, 2, 6);
  EXPECT_EQ(result.ok, 6u);
  EXPECT_EQ(result.events, 6u * 7);
}

TEST(LoadGenerator, ReportsRefusalsWithTheirText) {
  ServedProvider provider(four_events());
  const LoadResult result = provider.load(R"({"model":"fault-429"})", 2, 10);
  EXPECT_EQ(result.ok, 0u);
  EXPECT_EQ(result.refused.at(429), 10u);
  EXPECT_TRUE(result.first_refusal.contains("mock failure 429"));
  EXPECT_TRUE(to_json(result).contains(R"("refused":{"429":10})"));
}

TEST(LoadGenerator, CountsBrokenAnswersAndGoesOn) {
  ServedProvider provider(four_events());
  for (const char* fault : {"fault-cut", "fault-reset"}) {
    const LoadResult result = provider.load(std::string(R"({"stream":true,"model":")") + fault + "\"}", 2, 10);
    EXPECT_EQ(result.broken, 10u) << fault;
    EXPECT_EQ(result.ok, 0u) << fault;
  }
}

TEST(LoadGenerator, GivesUpOnAnswersThatStall) {
  ServedProvider provider(four_events());
  LoadOptions options = provider.to_provider(R"({"model":"fault-stall-half","stream":true})");
  options.connections = 2;
  options.requests = 2;
  options.seconds = 0.01;
  options.drain_seconds = 0.01;
  EXPECT_EQ(LoadGenerator(options).run().unfinished, 2u);
}

TEST(LoadGenerator, CountsStreamsWithMissingEventsAsLost) {
  ServedProvider provider(four_events());
  LoadOptions options = provider.to_provider(kStream);
  options.connections = 1;
  options.requests = 3;
  options.expect_events = 9;
  EXPECT_EQ(LoadGenerator(options).run().lost_streams, 3u);
}

TEST(LoadGenerator, ChargesAnOpenLoopForTheWaitBehindASlowAnswer) {
  Shape shape = four_events();
  shape.delay_ms = 4;
  ServedProvider provider(shape);
  LoadOptions options = provider.to_provider(kPlain);
  options.connections = 1;  // ten requests are due at once or nearly so, one can be under way
  options.rate = 10000;
  options.requests = 10;
  const LoadResult result = LoadGenerator(options).run();
  EXPECT_EQ(result.ok, 10u);
  EXPECT_GE(result.latency.back(), 9 * 4'000'000);
  EXPECT_LT(result.latency.front(), 5 * 4'000'000);
}

TEST(Percentile, IsTheNearestRank) {
  const std::vector<std::int64_t> values{10, 20, 30, 40};
  EXPECT_EQ(percentile(values, 0.5), 20);
  EXPECT_EQ(percentile(values, 0.51), 30);
  EXPECT_EQ(percentile(values, 0.99), 40);
  EXPECT_EQ(percentile(values, 0), 10);
  EXPECT_EQ(percentile({}, 0.5), 0);
}

}  // namespace
}  // namespace tollgate::bench
