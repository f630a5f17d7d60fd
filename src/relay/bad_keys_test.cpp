#include "relay/bad_keys.h"

#include <gtest/gtest.h>

namespace tollgate::relay {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(BadKeys, AreRefusedUnseenFromAnAddressWithTooMany) {
  const auto one = *net::IpAddress::parse("192.0.2.1"), other = *net::IpAddress::parse("192.0.2.2");
  BadKeys keys;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(keys.refusing(0));
    EXPECT_TRUE(keys.check(one, 3, 0));
    keys.note(one, 3, 0);
  }
  EXPECT_TRUE(keys.refusing(0));
  const auto refused = keys.check(one, 3, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(refused.error().retry_after_ms(), 20'000);
  EXPECT_TRUE(keys.check(other, 3, 0));

  EXPECT_FALSE(keys.check(one, 3, 20 * kSecond - 1));
  EXPECT_TRUE(keys.check(one, 3, 20 * kSecond));
  keys.note(one, 3, 20 * kSecond);
  EXPECT_FALSE(keys.check(one, 3, 20 * kSecond));
  EXPECT_TRUE(keys.refusing(80 * kSecond - 1));
  EXPECT_FALSE(keys.refusing(80 * kSecond));
}

TEST(BadKeys, AreNotCountedWithoutALimit) {
  const auto one = *net::IpAddress::parse("192.0.2.1");
  BadKeys keys;
  for (int i = 0; i < 1'000; ++i) keys.note(one, 0, 0);
  EXPECT_FALSE(keys.refusing(0));
  EXPECT_TRUE(keys.check(one, 0, 0));
}

}  // namespace
}  // namespace tollgate::relay
