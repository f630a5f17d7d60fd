#include "relay/estimate.h"

#include <gtest/gtest.h>

namespace tollgate::relay {
namespace {

TEST(Estimate, ReservesMoreThanItWouldBill) {
  EXPECT_EQ(reserved_prompt_tokens(300, 0), 100);
  EXPECT_EQ(billed_tokens(300), 75);
  EXPECT_EQ(reserved_prompt_tokens(1, 2), 1 + 2 * kTokensPerImage);
  EXPECT_EQ(reserved_prompt_tokens(0, 0), 0);
}

TEST(Estimate, DeclaredLimitCountsOncePerChoice) {
  EXPECT_EQ(output_limit(100, 3, 2048).tokens, 300);
  EXPECT_TRUE(output_limit(100, 3, 2048).declared);
  EXPECT_EQ(output_limit(std::nullopt, std::nullopt, 2048).tokens, 2048);
  EXPECT_FALSE(output_limit(0, 1, 2048).declared);
}

TEST(Estimate, HostileLimitsDoNotOverflow) {
  EXPECT_LE(output_limit(INT64_MAX, INT64_MAX, 2048).tokens, (std::int64_t{1} << 32) * 128);
  EXPECT_EQ(output_limit(10, -5, 2048).tokens, 10);
}

TEST(Estimate, HoldGrowsInStepsAndStopsAtADeclaredLimit) {
  const OutputLimit open{2048, false};
  EXPECT_EQ(tokens_to_hold(300, 2048, open), 2048);
  const std::int64_t grown = tokens_to_hold(2049 * 3, 2048, open);
  EXPECT_GE(grown, 3072);
  EXPECT_EQ(tokens_to_hold(4000, 100, {.tokens = 200, .declared = true}), 200);
  // A model that writes longer tokens than the rule assumes never lowers what is held.
  EXPECT_EQ(tokens_to_hold(100'000, 200, {.tokens = 200, .declared = true}), 200);
}

}  // namespace
}  // namespace tollgate::relay
