#include "relay/metering.h"

#include <gtest/gtest.h>

namespace tollgate::relay {
namespace {

constexpr json::PromptSize kPrompt{.text_bytes = 401, .media = 1};

llm::Usage usage_of(std::optional<std::int64_t> input, std::optional<std::int64_t> output) {
  llm::Usage usage;
  usage.input_uncached = input;
  usage.output = output;
  return usage;
}

TEST(Metering, TakesAReportAsItIs) {
  const Metered got = meter(usage_of(10, 3), kPrompt, 4000, true);
  EXPECT_EQ(got.usage, usage_of(10, 3));
  EXPECT_FALSE(got.estimated);
}

TEST(Metering, AReportedZeroIsAReport) {
  const Metered got = meter(usage_of(0, 0), kPrompt, 4000, true);
  EXPECT_EQ(got.usage, usage_of(0, 0));
  EXPECT_FALSE(got.estimated);
}

TEST(Metering, CountsWhatNobodyReported) {
  const Metered got = meter({}, kPrompt, 9, true);
  EXPECT_EQ(got.usage, usage_of(101 + kTokensPerImage, 3));
  EXPECT_TRUE(got.estimated);
}

TEST(Metering, CachedPromptIsAReportOfThePrompt) {
  llm::Usage reported;
  reported.cache_read = 7;
  const Metered got = meter(reported, kPrompt, 0, true);
  EXPECT_FALSE(got.usage.input_uncached.has_value());
  EXPECT_EQ(got.usage.output, 0);
}

TEST(Metering, ABrokenStreamIsBilledForWhatWasDelivered) {
  EXPECT_EQ(meter(usage_of(10, 1), kPrompt, 400, false).usage, usage_of(10, 100));
  EXPECT_TRUE(meter(usage_of(10, 1), kPrompt, 400, false).estimated);
  EXPECT_EQ(meter(usage_of(10, 150), kPrompt, 400, false).usage, usage_of(10, 150));
  EXPECT_FALSE(meter(usage_of(10, 150), kPrompt, 400, false).estimated);
}

ledger::Price price(int input, int output) {
  return ledger::Price::from({.input = Decimal(input), .output = Decimal(output)}, 1).value();
}

TEST(Metering, ADeclaredLimitIsHeldInFull) {
  const CallShape call{.prompt = {.text_bytes = 300, .media = 0}, .output = {100, true}};
  const ledger::Bounds bounds = bounds_of(call, price(1, 2), Decimal(1), 2048);
  EXPECT_EQ(bounds.estimate, 100 + static_cast<Quota>(json::kTokensPerRequest) + 200);
  EXPECT_EQ(bounds.maximum, 0);
}

TEST(Metering, AnUndeclaredPlainAnswerNamesItsMaximum) {
  const CallShape call{.prompt = {.text_bytes = 300, .media = 0}, .output = {2048, false}};
  const ledger::Bounds bounds = bounds_of(call, price(1, 1), Decimal(1), 2048);
  EXPECT_EQ(bounds.maximum - bounds.estimate, kLongestUndeclaredOutput - 2048);
}

TEST(Metering, AStreamHoldsTheSettingAtFirst) {
  const CallShape call{.prompt = {.text_bytes = 0, .media = 0}, .output = {100'000, true}, .stream = true};
  const ledger::Bounds bounds = bounds_of(call, price(1, 1), Decimal(1), 2048);
  EXPECT_EQ(bounds.estimate, 2048 + static_cast<Quota>(json::kTokensPerRequest));
  EXPECT_EQ(bounds.maximum, 0);
}

}  // namespace
}  // namespace tollgate::relay
