#include "telemetry/request_id.h"

#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tollgate::telemetry {
namespace {

constexpr std::int64_t kNewYear = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z

TEST(RequestId, HasThePredecessorsForm) {
  RequestIdGenerator generator(0, 1);
  EXPECT_EQ(generator.next(kNewYear + 7).view(), "2026010100000000000000700000001");
  EXPECT_EQ(generator.next(kNewYear + 1'999'999'999).view(), "2026010100000199999999900000002");
  EXPECT_EQ(RequestIdGenerator().next().view().size(), RequestId::kSize);
}

TEST(RequestId, NeverRepeatsEvenWhenTheClockStands) {
  RequestIdGenerator generator;
  std::set<std::string> seen;
  for (int i = 0; i < 50'000; ++i) {
    const RequestId id = generator.next(kNewYear);
    EXPECT_TRUE(seen.emplace(id.view()).second);
    for (const char c : id.view()) ASSERT_TRUE(std::isalnum(static_cast<unsigned char>(c)));
  }
}

TEST(RequestId, EveryStepWalksThroughAllValues) {
  // 31 and 2 are the factors of 62: a step that shared one would come back early.
  for (const std::uint64_t step : {0ULL, 31ULL, 62ULL, 1ULL << 40, 29ULL}) {
    RequestIdGenerator generator(5, step);
    const std::string first(generator.next(kNewYear).view());
    for (int i = 0; i < 1000; ++i) ASSERT_NE(generator.next(kNewYear).view(), first) << step;
  }
}

TEST(RequestId, GeneratorsDiffer) {
  RequestIdGenerator a, b;
  EXPECT_NE(a.next(kNewYear).view(), b.next(kNewYear).view());
}

TEST(RequestId, ATimeBefore1970IsTheEpoch) {
  EXPECT_TRUE(RequestIdGenerator(0, 1).next(-5).view().starts_with("19700101000000"));
}

TEST(RequestId, HoldsItsTime) {
  const RequestId id = RequestIdGenerator().next(kNewYear);
  EXPECT_EQ(time_of_request_id(id.view()), kNewYear / 1'000'000'000);
  EXPECT_EQ(time_of_request_id("req_123"), std::nullopt);
  EXPECT_EQ(time_of_request_id(""), std::nullopt);
  std::string wrong(id.view());
  wrong[5] = '0';
  wrong[4] = '0';  // there is no month 0
  EXPECT_EQ(time_of_request_id(wrong), std::nullopt);
  wrong[0] = 'x';
  EXPECT_EQ(time_of_request_id(wrong), std::nullopt);
}

TEST(ForeignRequestId, IsTakenOnlyWhenHarmless) {
  EXPECT_EQ(clean_foreign_id("req_123-abc.DEF"), "req_123-abc.DEF");
  EXPECT_EQ(clean_foreign_id("a b"), "");
  EXPECT_EQ(clean_foreign_id("a\nb"), "");
  EXPECT_EQ(clean_foreign_id("<script>"), "");
  EXPECT_EQ(clean_foreign_id("\""), "");
  EXPECT_EQ(clean_foreign_id(std::string(65, 'a')), "");
  EXPECT_EQ(clean_foreign_id("é"), "");
}

}  // namespace
}  // namespace tollgate::telemetry
