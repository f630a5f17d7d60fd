#include "base/decimal.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace tollgate {
namespace {

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, ReadsWhatPeopleAndJsonWrite) {
  EXPECT_EQ(d("3").to_string(), "3");
  EXPECT_EQ(d("-0.5").to_string(), "-0.5");
  EXPECT_EQ(d(".25").to_string(), "0.25");
  EXPECT_EQ(d("5.").to_string(), "5");
  EXPECT_EQ(d("1e-05").to_string(), "0.00001");
  EXPECT_EQ(d("1.5E+3").to_string(), "1500");
  EXPECT_EQ(d("2.50000").to_string(), "2.5");
  EXPECT_EQ(d("000100.00100").to_string(), "100.001");
  EXPECT_EQ(d("0.000000000001").to_string(), "0.000000000001");
  EXPECT_EQ(d("0.10000000000000000000").to_string(), "0.1");
  EXPECT_EQ(d("-0").to_string(), "0");
  EXPECT_EQ(d("0e5").to_string(), "0");
  EXPECT_EQ(d("1e18").mantissa(), 1'000'000'000'000'000'000);
}

TEST(Decimal, RefusesWhatItCannotHoldExactly) {
  for (const std::string_view text : {"",
                                      "-",
                                      ".",
                                      "e5",
                                      "1e",
                                      "1e+",
                                      "1e5x",
                                      "0x10",
                                      "1,5",
                                      " 1",
                                      "1 ",
                                      "nan",
                                      "inf",
                                      "1..2",
                                      "1.2.3",
                                      "--1",
                                      "1e+-5",
                                      "0.0000000000001",
                                      "9223372036854775808",
                                      "1e19",
                                      "1e1001",
                                      "9999999999.999999999999",
                                      "123456789012345678901234567890123456789012345"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_FALSE(Decimal::parse(std::string(100, '1')));
  EXPECT_NE(Decimal::parse("0.0000000000001").error().message().find("12 fractional digits"), std::string::npos);
}

TEST(Decimal, ReadsTheLimits) {
  EXPECT_EQ(d("9223372036854775807").to_string(), "9223372036854775807");
  EXPECT_EQ(d("-9223372036854775808").to_string(), "-9223372036854775808");
  EXPECT_EQ(d("9223372.036854775807").to_string(), "9223372.036854775807");
}

TEST(Decimal, ComparesByValue) {
  EXPECT_EQ(d("1.50"), d("1.5"));
  EXPECT_LT(d("-1"), d("-0.999999999999"));
  EXPECT_LT(d("0.1"), d("0.10001"));
  EXPECT_GT(d("9223372036854775807"), d("9223372.036854775807"));
  EXPECT_LT(d("-9223372036854775808"), d("0"));
}

TEST(Decimal, CalculatesExactlyOrNotAtAll) {
  EXPECT_EQ(Decimal::add(d("0.1"), d("0.2")), d("0.3"));
  EXPECT_EQ(Decimal::sub(d("1"), d("0.000000000001")), d("0.999999999999"));
  EXPECT_EQ(Decimal::mul(d("1.25"), d("0.8")), d("1"));
  EXPECT_EQ(Decimal::mul(d("0.000001"), d("0.0000001")), std::nullopt);
  EXPECT_EQ(Decimal::add(d("9223372036854775807"), d("1")), std::nullopt);
}

TEST(Decimal, RoundsUpAndDown) {
  EXPECT_EQ(d("1.1").ceil(), 2);
  EXPECT_EQ(d("-1.1").ceil(), -1);
  EXPECT_EQ(d("-1.1").floor(), -2);
  EXPECT_EQ(d("2").ceil(), 2);
  EXPECT_EQ(d("0.15").times_ceil(10), 2);
  EXPECT_EQ(d("0.15").times_ceil(20), 3);
  EXPECT_EQ(d("9223372036854775807").times_ceil(2), std::nullopt);
  EXPECT_EQ(d("0.000000000001").times_ceil(std::numeric_limits<std::int64_t>::max()), 9'223'373);
}

TEST(Decimal, TakesFromADoubleTheNumberThatItsShortestSpellingShows) {
  EXPECT_EQ(Decimal::from_double(0.1), d("0.1"));
  EXPECT_EQ(Decimal::from_double(0.1 + 0.2), d("0.3"));  // 0.30000000000000004
  EXPECT_EQ(Decimal::from_double(-7.3), d("-7.3"));
  EXPECT_EQ(Decimal::from_double(1e15), d("1000000000000000"));
  EXPECT_EQ(Decimal::from_double(1e-30), d("0"));
  EXPECT_EQ(Decimal::from_double(0), d("0"));
  EXPECT_EQ(Decimal::from_double(5e-13), d("0.000000000001"));
  EXPECT_EQ(Decimal::from_double(1e300), std::nullopt);
  EXPECT_EQ(Decimal::from_double(std::nan("")), std::nullopt);
  EXPECT_EQ(Decimal::from_double(std::numeric_limits<double>::infinity()), std::nullopt);
}

TEST(Decimal, SurvivesTextAndDouble) {
  std::mt19937_64 random(20260131);
  for (int i = 0; i < 20'000; ++i) {
    const auto mantissa = static_cast<std::int64_t>(random()) >> (random() % 60);
    const auto value = Decimal::from_parts(mantissa, static_cast<int>(random() % 13));
    ASSERT_TRUE(value);
    ASSERT_EQ(d(value->to_string()), *value) << value->to_string();
    if (std::abs(value->mantissa()) < (std::int64_t{1} << 49)) {  // within a double's 15 digits
      ASSERT_EQ(Decimal::from_double(value->to_double()), *value) << value->to_string();
    }
  }
}

TEST(Int128, DivisionRoundsAsNamed) {
  EXPECT_EQ(static_cast<int>(ceil_div(7, 2)), 4);
  EXPECT_EQ(static_cast<int>(ceil_div(-7, 2)), -3);
  EXPECT_EQ(static_cast<int>(floor_div(-7, 2)), -4);
  EXPECT_EQ(static_cast<int>(floor_div(6, 2)), 3);
  EXPECT_FALSE(checked_mul(std::int64_t{1} << 62, std::int64_t{4}));
  EXPECT_EQ(checked_add(std::int64_t{1}, std::int64_t{2}), 3);
}

}  // namespace
}  // namespace tollgate
