#include "catalog/health.h"

#include <array>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr ChannelId kChannel{7};

Error server_error() { return {ErrorCode::upstream_server_error, "it broke"}; }
Error limited(std::int64_t retry_after_ms = 0) {
  Error error(ErrorCode::upstream_rate_limited, "slow down");
  if (retry_after_ms > 0) error.retry_after_ms(retry_after_ms);
  return error;
}

class HealthCells : public testing::Test {
 protected:
  Attempt begin(bool force = false) {
    auto attempt = health.begin(channel, key, tag, now, force);
    return attempt ? std::move(*attempt) : Attempt{};
  }
  void fail_with(const Error& error) {
    Attempt attempt = begin();
    ASSERT_TRUE(attempt);
    attempt.failed(error, now, policy);
  }
  void fail_until_open() {
    for (std::uint32_t i = 0; i < policy.breaker_failures; ++i) fail_with(server_error());
  }
  [[nodiscard]] bool usable() const { return channel.blocked_until_ms(now / kMs) == 0; }
  [[nodiscard]] Pause pause(std::uint32_t of) const { return key.pause(of, now / kMs); }

  std::vector<DisableDecision> decisions;
  Health health{[this](DisableDecision decision) { decisions.push_back(std::move(decision)); }};
  ChannelCell& channel = health.channel(kChannel);
  KeyCell& key = health.key(kChannel, 1);
  HealthPolicy policy;
  std::uint32_t tag = 42;
  std::int64_t now = 1'000'000 * kMs;
};

TEST_F(HealthCells, CountsCallsInFlightUntilTheyEnd) {
  {
    Attempt one = begin();
    Attempt two = begin();
    EXPECT_EQ(channel.in_flight(), 2);
    one.finish();
    one.finish();
    EXPECT_EQ(channel.in_flight(), 1);
    Attempt moved = std::move(two);
    EXPECT_EQ(channel.in_flight(), 1);
  }
  EXPECT_EQ(channel.in_flight(), 0);
}

TEST_F(HealthCells, OpensAfterSoManyFailuresInARow) {
  for (int i = 0; i < 4; ++i) fail_with(server_error());
  EXPECT_TRUE(usable());
  fail_with(server_error());
  EXPECT_FALSE(usable());
  EXPECT_FALSE(begin());
  EXPECT_EQ(channel.blocked_until_ms(now / kMs), (now / kMs) + policy.breaker_open_ms);
  EXPECT_EQ(channel.opened(), 1U);
}

TEST_F(HealthCells, ASuccessInBetweenStartsTheCountAnew) {
  for (int i = 0; i < 4; ++i) fail_with(server_error());
  begin().answered(now);
  for (int i = 0; i < 4; ++i) fail_with(server_error());
  EXPECT_TRUE(usable());
}

TEST_F(HealthCells, LetsOneTrialThroughWhenItsTimeHasCome) {
  fail_until_open();
  now += policy.breaker_open_ms * kMs;
  EXPECT_TRUE(usable());
  Attempt trial = begin();
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial.is_trial());
  EXPECT_FALSE(usable());
  EXPECT_FALSE(begin());
  trial.answered(now);
  EXPECT_TRUE(usable());
  EXPECT_EQ(channel.state().breaker, ChannelCell::Breaker::closed);
}

TEST_F(HealthCells, AFailedTrialOpensItForTwiceAsLongUpToTheLongest) {
  fail_until_open();
  std::int64_t wait = policy.breaker_open_ms;
  for (int i = 0; i < 10; ++i) {
    now += wait * kMs;
    Attempt trial = begin();
    ASSERT_TRUE(trial.is_trial()) << i;
    trial.failed(server_error(), now, policy);
    wait = std::min(wait * 2, policy.breaker_max_open_ms);
    EXPECT_EQ(channel.blocked_until_ms(now / kMs), (now / kMs) + wait) << i;
  }
}

TEST_F(HealthCells, ATrialWhoseClientLeftGoesToTheNextCaller) {
  fail_until_open();
  now += policy.breaker_open_ms * kMs;
  {
    Attempt trial = begin();
  }
  EXPECT_TRUE(begin().is_trial());
}

TEST_F(HealthCells, ACallThatBeganBeforeTheBreakerOpenedDoesNotCloseIt) {
  Attempt old = begin();
  fail_until_open();
  old.answered(now);
  EXPECT_FALSE(usable());
  old.failed(server_error(), now, policy);
  EXPECT_EQ(channel.opened(), 1U);
}

TEST_F(HealthCells, ForceIgnoresTheBreakerAndMendsItWhenItSucceeds) {
  fail_until_open();
  Attempt forced = begin(/*force=*/true);
  ASSERT_TRUE(forced);
  forced.answered(now);
  EXPECT_TRUE(usable());
}

TEST_F(HealthCells, ABreakerOfZeroNeverOpens) {
  policy.breaker_failures = 0;
  for (int i = 0; i < 100; ++i) fail_with(server_error());
  EXPECT_TRUE(usable());
}

TEST_F(HealthCells, WhatTheCallerDidCountsAgainstNobody) {
  for (int i = 0; i < 20; ++i) {
    Attempt attempt = begin();
    attempt.failed(Error(ErrorCode::upstream_rejected_request, "Permission denied"), now, policy);
    Attempt gone = begin();
    gone.failed(Error(ErrorCode::client_gone, "left"), now, policy);
  }
  EXPECT_TRUE(usable());
  EXPECT_EQ(channel.failed(), 0U);
}

TEST_F(HealthCells, ALimitThatNamesItsTimeIsHonouredFirmlyAndBounded) {
  fail_with(limited(30'000));
  EXPECT_EQ(pause(tag).until_ms, (now / kMs) + 30'000);
  EXPECT_TRUE(pause(tag).firm);
  EXPECT_TRUE(usable());  // the breaker has nothing to do with it
  now += 30'000 * kMs;
  EXPECT_EQ(pause(tag).until_ms, 0);

  fail_with(limited(std::int64_t{1} << 50));
  EXPECT_EQ(pause(tag).until_ms, (now / kMs) + policy.max_cooldown_ms);
}

TEST_F(HealthCells, ALimitConcernsItsModelOnly) {
  fail_with(limited(30'000));
  EXPECT_EQ(pause(tag + 1).until_ms, 0);
}

TEST_F(HealthCells, ALimitWithoutATimeDoublesUntilAnAnswer) {
  std::int64_t wait = policy.cooldown_ms;
  for (int i = 0; i < 4; ++i) {
    fail_with(limited());
    EXPECT_EQ(pause(tag).until_ms, (now / kMs) + wait) << i;
    EXPECT_FALSE(pause(tag).firm);
    now += wait * kMs;
    wait *= 2;
  }
  begin().answered(now);
  fail_with(limited());
  EXPECT_EQ(pause(tag).until_ms, (now / kMs) + policy.cooldown_ms);
}

TEST_F(HealthCells, WithoutCooldownsOnlyANamedTimeCounts) {
  policy.cooldown_ms = 0;
  fail_with(limited());
  EXPECT_EQ(pause(tag).until_ms, 0);
  fail_with(limited(1'000));
  EXPECT_EQ(pause(tag).until_ms, (now / kMs) + 1'000);
}

TEST_F(HealthCells, CooldownsAreRearmedAndOnlyEverLonger) {
  const std::int64_t ms = now / kMs;
  key.cool_down(1, ms, ms + 100, false);
  key.cool_down(1, ms, ms + 50, true);
  EXPECT_EQ(key.pause(1, ms).until_ms, ms + 100);
  key.cool_down(1, ms + 200, ms + 300, true);
  EXPECT_EQ(key.pause(1, ms + 200).until_ms, ms + 300);
  EXPECT_TRUE(key.pause(1, ms + 200).firm);
}

TEST_F(HealthCells, OfMoreModelsThanItHoldsItForgetsTheOneThatEndsFirst) {
  const std::int64_t ms = now / kMs;
  for (std::uint32_t model = 1; model <= 9; ++model) key.cool_down(model, ms, ms + (model * 1'000), false);
  EXPECT_EQ(key.pause(1, ms).until_ms, 0);
  for (std::uint32_t model = 2; model <= 9; ++model) EXPECT_EQ(key.pause(model, ms).until_ms, ms + (model * 1'000));
}

TEST_F(HealthCells, ACooldownOfTheWholeKeyHoldsForEveryModel) {
  const std::int64_t ms = now / kMs;
  key.cool_down(0, ms, ms + 500, true);
  EXPECT_EQ(key.pause(1, ms).until_ms, ms + 500);
  EXPECT_EQ(key.pause(99, ms).until_ms, ms + 500);
}

TEST_F(HealthCells, AMissingModelIsPassedOverForThatModelOnly) {
  fail_with(Error(ErrorCode::upstream_model_missing, "no such model"));
  EXPECT_GT(pause(tag).until_ms, now / kMs);
  EXPECT_FALSE(pause(tag).firm);
  EXPECT_EQ(pause(tag + 1).until_ms, 0);
  EXPECT_EQ(channel.state().failures_in_row, 0U);
}

TEST_F(HealthCells, SmoothsTheTimeToTheAnswersHead) {
  Attempt first = begin();
  first.answered(now + (80 * kMs));
  EXPECT_EQ(channel.latency_us(), 80'000U);
  Attempt second = begin();
  second.answered(now + (160 * kMs));
  EXPECT_EQ(channel.latency_us(), 90'000U);
}

TEST_F(HealthCells, AnInvalidKeySwitchesOffAtOnceAndOnce) {
  policy.automatic_disable = true;
  health.use_keys(kChannel, std::array<std::uint64_t, 1>{1});
  const Error error =
      Error(ErrorCode::upstream_auth_failed, "the provider refused the key").upstream("", "invalid_api_key");
  Attempt one = begin();
  Attempt two = begin();
  one.failed(error, now, policy);
  two.failed(error, now, policy);
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].channel, kChannel);
  EXPECT_EQ(decisions[0].key, 1U);
  EXPECT_TRUE(decisions[0].whole_channel);
  EXPECT_EQ(decisions[0].reason, "upstream_auth_failed: invalid_api_key: the provider refused the key");
  EXPECT_TRUE(channel.off());
}

TEST_F(HealthCells, NothingIsSwitchedOffUnlessTheOptionSaysSo) {
  const Error error = Error(ErrorCode::upstream_auth_failed, "no").upstream("", "invalid_api_key");
  for (int i = 0; i < 4; ++i) fail_with(error);
  EXPECT_TRUE(decisions.empty());
  EXPECT_FALSE(key.off());
}

TEST_F(HealthCells, AChannelThatTheOperatorKeepsOnStaysOn) {
  policy.automatic_disable = true;
  health.use_keys(kChannel, std::array<std::uint64_t, 1>{1}, /*may_disable=*/false);
  for (int i = 0; i < 4; ++i) fail_with(Error(ErrorCode::upstream_auth_failed, "no").upstream("", "invalid_api_key"));
  EXPECT_TRUE(decisions.empty());
  EXPECT_FALSE(key.off());
}

TEST_F(HealthCells, ASuspicionNeedsToRepeatWithoutAnAnswerInBetween) {
  policy.automatic_disable = true;
  policy.disable_keywords = {"credit balance is too low"};
  const Error error(ErrorCode::upstream_server_error, "Your Credit Balance is too low today");
  fail_with(error);
  fail_with(error);
  begin().answered(now);
  fail_with(error);
  fail_with(error);
  EXPECT_TRUE(decisions.empty());
  fail_with(error);
  EXPECT_EQ(decisions.size(), 1U);
}

TEST_F(HealthCells, OneOfSeveralKeysLeavesTheChannelOn) {
  policy.automatic_disable = true;
  KeyCell& other = health.key(kChannel, 2);
  static_cast<void>(health.key(kChannel, 3));  // an old one, no longer in use
  health.use_keys(kChannel, std::array<std::uint64_t, 2>{1, 2});
  const Error error = Error(ErrorCode::upstream_no_credit, "empty").upstream("insufficient_quota", "");
  fail_with(error);
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_FALSE(decisions[0].whole_channel);
  EXPECT_FALSE(channel.off());
  EXPECT_FALSE(other.off());

  Attempt second = *health.begin(channel, other, tag, now);
  second.failed(error, now, policy);
  ASSERT_EQ(decisions.size(), 2U);
  EXPECT_TRUE(decisions[1].whole_channel);
  EXPECT_TRUE(channel.off());
}

TEST_F(HealthCells, ResettingForgetsWhatWasHeldAgainstIt) {
  policy.automatic_disable = true;
  health.use_keys(kChannel, std::array<std::uint64_t, 1>{1});
  fail_until_open();
  key.cool_down(tag, now / kMs, (now / kMs) + 1'000, true);
  Attempt forced = begin(true);
  forced.failed(Error(ErrorCode::upstream_auth_failed, "no").upstream("", "invalid_api_key"), now, policy);
  EXPECT_TRUE(channel.off());

  health.reset(kChannel, /*keep_cooldowns=*/true);
  EXPECT_FALSE(channel.off());
  EXPECT_FALSE(key.off());
  EXPECT_FALSE(usable());
  EXPECT_NE(pause(tag).until_ms, 0);
  health.reset(kChannel, /*keep_cooldowns=*/false);
  EXPECT_TRUE(usable());
  EXPECT_EQ(pause(tag).until_ms, 0);
  health.reset(ChannelId{99}, false);
}

TEST_F(HealthCells, CellsStayTheSameAcrossRebuilds) {
  EXPECT_EQ(&health.channel(kChannel), &channel);
  EXPECT_EQ(&health.key(kChannel, 1), &key);
  EXPECT_NE(&health.key(ChannelId{8}, 1), &key);
  EXPECT_TRUE(health.note_version(kChannel, 1));
  EXPECT_FALSE(health.note_version(kChannel, 1));
  EXPECT_TRUE(health.note_version(kChannel, 2));
}

TEST_F(HealthCells, TellsFiguresById) {
  static_cast<void>(health.channel(ChannelId{3}));
  Attempt running = begin();
  fail_with(limited(5'000));
  const auto all = health.stats();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].channel, ChannelId{3});
  EXPECT_EQ(all[1].in_flight, 1);
  EXPECT_EQ(all[1].limited, 1U);
  EXPECT_EQ(all[1].cooling_until_ms, (now / kMs) + 5'000);
  EXPECT_EQ(all[1].keys, 0U);  // nobody said which ones it has
  static_cast<void>(health.key(kChannel, 2));
  health.use_keys(kChannel, std::array<std::uint64_t, 2>{1, 2});
  const auto one = health.stats(kChannel);
  EXPECT_EQ(one->keys, 2U);
  EXPECT_EQ(one->keys_off, 0U);
  EXPECT_THAT(one->cooled_keys_ms, ::testing::ElementsAre((now / kMs) + 5'000));
  EXPECT_FALSE(health.stats(ChannelId{99}));
}

TEST(HealthVerdict, BlamesTheChannelOnly) {
  HealthPolicy policy;
  policy.disable_keywords = {"Permission denied"};
  const auto verdict = [&](const Error& error) { return verdict_of(error, policy); };
  EXPECT_EQ(verdict(Error(ErrorCode::upstream_rejected_request, "Permission denied")), Verdict::keep);
  EXPECT_EQ(verdict(Error(ErrorCode::insufficient_user_quota, "x").upstream("insufficient_quota", "")), Verdict::keep);
  EXPECT_EQ(verdict(Error(ErrorCode::upstream_timeout, "late")), Verdict::keep);
  EXPECT_EQ(verdict(Error(ErrorCode::upstream_server_error, "x").detail("PERMISSION DENIED")), Verdict::suspect);
  EXPECT_EQ(verdict(Error(ErrorCode::upstream_auth_failed, "x")), Verdict::suspect);
  EXPECT_EQ(verdict(Error(ErrorCode::upstream_no_credit, "x").upstream("", "billing_not_active")), Verdict::off);
}

// What the thread sanitizer is to see: workers, building and metrics at once.
TEST(HealthThreads, OnlyOneOfManyGetsTheTrial) {
  Health health;
  ChannelCell& channel = health.channel(kChannel);
  KeyCell& key = health.key(kChannel, 1);
  const HealthPolicy policy;
  std::int64_t now = 1'000 * kMs;
  for (std::uint32_t i = 0; i < policy.breaker_failures; ++i) {
    health.begin(channel, key, 1, now)->failed(server_error(), now, policy);
  }
  now += policy.breaker_open_ms * kMs;
  std::atomic<int> trials{0};
  std::vector<std::vector<Attempt>> kept(4);  // under way until the end: nobody else may get the trial
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kept.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::uint32_t i = 0; i < 200; ++i) {
        if (auto attempt = health.begin(channel, key, 1, now)) {
          trials += attempt->is_trial() ? 1 : 0;
          kept[t].push_back(std::move(*attempt));
        }
        key.cool_down(i, now / kMs, (now / kMs) + i, i % 2 == 0);
        static_cast<void>(key.pause(i, now / kMs));
        static_cast<void>(health.stats());
        static_cast<void>(health.key(kChannel, i % 3));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(trials.load(), 1);
}

TEST(HealthThreads, NothingIsLostWhenManyCallAtOnce) {
  Health health;
  ChannelCell& channel = health.channel(kChannel);
  KeyCell& key = health.key(kChannel, 1);
  HealthPolicy policy;
  policy.breaker_failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        auto attempt = health.begin(channel, key, 1, kMs);
        if (t % 2 == 0) {
          attempt->answered(kMs * i);
        } else {
          attempt->failed(server_error(), kMs, policy);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(channel.in_flight(), 0);
  EXPECT_EQ(channel.answered(), 1'000U);
  EXPECT_EQ(channel.failed(), 1'000U);
}

}  // namespace
}  // namespace tollgate::catalog
