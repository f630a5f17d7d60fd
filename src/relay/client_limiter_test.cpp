#include "relay/client_limiter.h"

#include <gtest/gtest.h>

namespace tollgate::relay {
namespace {

TEST(ClientLimiter, AllowsTheWholeLimitAtOnceAndThenItsRate) {
  ClientLimiter limiter;
  const auto one = *net::IpAddress::parse("192.0.2.1");
  constexpr std::int64_t kWindowMs = 60'000;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(limiter.full(one, 3, kWindowMs, 0));
    EXPECT_TRUE(limiter.take(one, 3, kWindowMs, 0));
  }
  EXPECT_FALSE(limiter.take(one, 3, kWindowMs, 0));
  EXPECT_TRUE(limiter.full(one, 3, kWindowMs, 19'999'999'999));
  EXPECT_FALSE(limiter.full(one, 3, kWindowMs, 20'000'000'000));
  EXPECT_FALSE(limiter.take(one, 3, kWindowMs, 19'999'999'999));
  EXPECT_TRUE(limiter.take(one, 3, kWindowMs, 20'000'000'000));
  EXPECT_FALSE(limiter.take(one, 3, kWindowMs, 20'000'000'000));
  EXPECT_TRUE(limiter.take(*net::IpAddress::parse("192.0.2.2"), 3, kWindowMs, 0));
  EXPECT_TRUE(limiter.take(one, 0, kWindowMs, 0)) << "0 is no limit";
}

TEST(ClientLimiter, ForgetsRatherThanGrows) {
  ClientLimiter limiter(100);
  for (std::uint8_t a = 0; a < 10; ++a) {
    for (std::uint8_t b = 0; b < 100; ++b) {
      EXPECT_TRUE(limiter.take(net::IpAddress::v4({10, 0, a, b}), 5, 60'000, 1'000 * a + b));
      EXPECT_LE(limiter.size(), 100U);
    }
  }
}

}  // namespace
}  // namespace tollgate::relay
