#include "catalog/rate_limit.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 5'000 * kSecond;

// Requests that pass between two moments, asked for every millisecond.
int passed(RateCell& cell, Rate rate, std::int64_t from, std::int64_t to) {
  int out = 0;
  for (std::int64_t now = from; now < to; now += 1'000'000) out += cell.take(rate, now).allowed ? 1 : 0;
  return out;
}

TEST(RateLimit, LetsTheWholeOfASmallRateThroughAtOnce) {
  RateCell cell;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(cell.take(Rate{3}, kStart).allowed);
  const RateDecision refused = cell.take(Rate{3}, kStart);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after_ms, 20'000);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.limit, 3);
  EXPECT_EQ(refused.reset_ms, 60'000);
  EXPECT_FALSE(cell.take(Rate{3}, kStart + (20 * kSecond) - 1'000'000).allowed);
  EXPECT_TRUE(cell.take(Rate{3}, kStart + (20 * kSecond)).allowed);
}

TEST(RateLimit, IsExactInTheLongRun) {
  for (const std::int64_t rate : {1, 7, 59, 60, 119, 120, 599, 6'000}) {
    RateCell cell;
    const int first = passed(cell, Rate{rate}, kStart, kStart + (60 * kSecond));
    EXPECT_LE(first, rate + Rate{rate}.burst()) << rate;
    const int later = passed(cell, Rate{rate}, kStart + (60 * kSecond), kStart + (660 * kSecond));
    EXPECT_GE(later, (rate * 10) - 1) << rate;
    EXPECT_LE(later, rate * 10) << rate;
  }
}

TEST(RateLimit, BurstGrowsWithTheRateAndNeverShrinks) {
  std::int64_t before = 0;
  for (std::int64_t rate = 1; rate < 2'000; ++rate) {
    EXPECT_GE(Rate{rate}.burst(), before);
    before = Rate{rate}.burst();
  }
  EXPECT_EQ(Rate{59}.burst(), 59);
  EXPECT_EQ(Rate{200}.burst(), 60);
  EXPECT_EQ(Rate{600}.burst(), 100);
}

TEST(RateLimit, ZeroAllowsNothingAndWaitingDoesNotHelp) {
  RateCell cell;
  const RateDecision decision = cell.take(Rate{0}, kStart);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.retry_after_ms, 0);
  EXPECT_FALSE(cell.take(Rate{-5}, kStart).allowed);
}

TEST(RateLimit, UnlimitedRemembersNothing) {
  RateCell cell;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(cell.take(Rate{Rate::kUnlimited}, kStart).allowed);
  EXPECT_TRUE(cell.at_rest(kStart));
}

TEST(RateLimit, TellsWhatRemains) {
  RateCell cell;
  EXPECT_EQ(cell.take(Rate{10}, kStart).remaining, 9);
  EXPECT_EQ(cell.take(Rate{10}, kStart).remaining, 8);
  EXPECT_EQ(cell.take(Rate{10}, kStart + (600 * kSecond)).remaining, 9);
}

TEST(RateLimit, ARateThatWasRaisedHoldsAtOnceAndALoweredOneLocksNobodyOut) {
  RateCell cell;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(cell.take(Rate{2}, kStart).allowed);
  EXPECT_FALSE(cell.take(Rate{2}, kStart).allowed);
  EXPECT_TRUE(cell.take(Rate{6'000}, kStart + (1 * kSecond)).allowed);
  EXPECT_FALSE(cell.take(Rate{1}, kStart + (1 * kSecond)).allowed);
  EXPECT_TRUE(cell.take(Rate{1}, kStart + (61 * kSecond)).allowed);
}

TEST(RateLimit, ManyThreadsTogetherPassNoMoreThanTheBurst) {
  RateCell cell;
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) allowed += cell.take(Rate{600}, kStart).allowed ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(allowed.load(), 100);
}

TEST(RateCells, ShareOneCellAUserAndForgetThoseAtRest) {
  RateCells cells;
  const auto held = cells.of(UserId{1}, kStart);
  EXPECT_EQ(held, cells.of(UserId{1}, kStart));
  EXPECT_TRUE(held->take(Rate{1}, kStart).allowed);
  EXPECT_TRUE(cells.of(UserId{2}, kStart)->take(Rate{1}, kStart).allowed);  // busy, though nobody holds it
  for (int i = 3; i < 3'000; ++i) static_cast<void>(cells.of(UserId{i}, kStart));
  EXPECT_LE(cells.size(), 1'500U);
  EXPECT_EQ(held, cells.of(UserId{1}, kStart));
  EXPECT_FALSE(cells.of(UserId{2}, kStart)->take(Rate{1}, kStart).allowed);
}

TEST(Concurrency, RefusesBeyondTheLimitAndGivesPlacesBack) {
  const auto cell = std::make_shared<ConcurrencyCell>();
  auto first = ConcurrencyCell::enter(cell, 2);
  {
    const auto second = ConcurrencyCell::enter(cell, 2);
    EXPECT_TRUE(second);
    EXPECT_FALSE(ConcurrencyCell::enter(cell, 2));
    EXPECT_EQ(cell->in_flight(), 2);
  }
  EXPECT_TRUE(ConcurrencyCell::enter(cell, 2));
  first = {};
  EXPECT_EQ(cell->in_flight(), 0);
  EXPECT_TRUE(ConcurrencyCell::enter(cell, 0));
}

}  // namespace
}  // namespace tollgate::catalog
