#include "net/timer.h"

#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::net {
namespace {

constexpr std::int64_t kMs = 1'000'000;

struct Alarm final : TimerNode {
  void on_timer() override {
    ++rang;
    if (then) then();
  }
  int rang = 0;
  std::function<void()> then;
};

TEST(TimerWheel, RingsWhenDueAndNeverEarly) {
  TimerWheel wheel(0);
  Alarm alarm;
  wheel.arm(alarm, 100 * kMs);
  wheel.advance(99 * kMs);
  EXPECT_EQ(alarm.rang, 0);
  wheel.advance(108 * kMs);
  EXPECT_EQ(alarm.rang, 1);
  EXPECT_FALSE(alarm.armed());
  wheel.advance(10'000 * kMs);
  EXPECT_EQ(alarm.rang, 1);
}

TEST(TimerWheel, KeepsDeadlinesFartherThanItsRound) {
  TimerWheel wheel(0);
  Alarm alarm;
  wheel.arm(alarm, 60'000 * kMs);
  for (std::int64_t ms = 0; ms < 60'000; ms += 100) wheel.advance(ms * kMs);
  EXPECT_EQ(alarm.rang, 0);
  wheel.advance(60'010 * kMs);
  EXPECT_EQ(alarm.rang, 1);
}

TEST(TimerWheel, MovesADeadlineLaterAndSooner) {
  TimerWheel wheel(0);
  Alarm alarm;
  wheel.arm(alarm, 100 * kMs);
  wheel.arm(alarm, 300 * kMs);
  wheel.advance(200 * kMs);
  EXPECT_EQ(alarm.rang, 0);
  wheel.arm(alarm, 250 * kMs);
  wheel.advance(260 * kMs);
  EXPECT_EQ(alarm.rang, 1);
}

TEST(TimerWheel, ForgetsWhatIsDisarmedOrDestroyed) {
  TimerWheel wheel(0);
  Alarm disarmed;
  auto destroyed = std::make_unique<Alarm>();
  wheel.arm(disarmed, 50 * kMs);
  wheel.arm(*destroyed, 50 * kMs);
  disarmed.disarm();
  destroyed.reset();
  wheel.advance(100 * kMs);
  EXPECT_EQ(disarmed.rang, 0);
}

TEST(TimerWheel, LetsAnAlarmRearmAndDestroyOthersWhileRinging) {
  TimerWheel wheel(0);
  Alarm first;
  auto second = std::make_unique<Alarm>();
  auto third = std::make_unique<Alarm>();
  wheel.arm(*third, 50 * kMs);
  wheel.arm(first, 50 * kMs);
  wheel.arm(*second, 50 * kMs);
  const auto drop_others = [&] {
    second.reset();
    third.reset();
  };
  first.then = [&] {
    drop_others();
    wheel.arm(first, 0);  // already due: rings in the next advance, not in this one
  };
  second->then = [&] { first.then = {}; };
  third->then = [&] { first.then = {}; };
  wheel.advance(60 * kMs);
  EXPECT_EQ(first.rang, 1);
  first.then = {};
  wheel.advance(80 * kMs);
  EXPECT_LE(first.rang, 2);
}

TEST(TimerWheel, TellsWhenToLookNext) {
  TimerWheel wheel(0);
  EXPECT_EQ(wheel.next_ns(), std::numeric_limits<std::int64_t>::max());
  Alarm alarm;
  wheel.arm(alarm, 1'000 * kMs);
  EXPECT_GE(wheel.next_ns(), 1'000 * kMs);
  EXPECT_LT(wheel.next_ns(), 1'016 * kMs);
  Alarm sooner;
  wheel.arm(sooner, 20 * kMs);
  EXPECT_LE(wheel.next_ns(), 32 * kMs);
}

TEST(TimerWheel, RingsEverythingOnceInRandomUse) {
  std::mt19937 random(20261125);
  TimerWheel wheel(0);
  std::vector<std::unique_ptr<Alarm>> alarms;
  std::vector<std::int64_t> due;
  for (int i = 0; i < 500; ++i) {
    alarms.push_back(std::make_unique<Alarm>());
    due.push_back(static_cast<std::int64_t>(random() % 20'000) * kMs);
    wheel.arm(*alarms.back(), due.back());
  }
  for (std::int64_t now = 0; now < 21'000 * kMs;) {
    const std::int64_t next = wheel.next_ns();
    now += static_cast<std::int64_t>(random() % 900) * kMs;
    wheel.advance(now);
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      EXPECT_EQ(alarms[i]->rang, due[i] + TimerWheel::kTickNs <= now ? 1 : alarms[i]->rang);
      if (alarms[i]->rang == 1) {
        EXPECT_LE(due[i], now);
      }
    }
    EXPECT_GT(wheel.next_ns(), next == std::numeric_limits<std::int64_t>::max() ? 0 : -1);
  }
}

}  // namespace
}  // namespace tollgate::net
