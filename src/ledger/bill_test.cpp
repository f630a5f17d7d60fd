#include "ledger/bill.h"

#include <gtest/gtest.h>

namespace tollgate::ledger {
namespace {

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

Price price(PriceSpec spec) { return Price::from(spec, 1).value(); }

TEST(Bill, ShowsEachFactorExactly) {
  llm::Usage usage;
  usage.input_uncached = 6;
  usage.cache_read = 4;
  usage.output = 5;
  usage.reasoning = 2;
  const Bill bill =
      bill_of(usage, price({.input = d("1.25"), .output = Decimal(2), .cache_read = d("0.000000000001")}), d("0.35"));
  ASSERT_EQ(bill.lines.size(), 4U);
  EXPECT_EQ(bill.lines[0].kind, "input");
  EXPECT_EQ(bill.lines[0].price, "1.25");
  EXPECT_EQ(bill.lines[0].amount, "7.5");
  EXPECT_EQ(bill.lines[1].amount, "0.000000000004");
  EXPECT_EQ(bill.lines[2].count, 3);
  EXPECT_EQ(bill.lines[3].kind, "reasoning");
  EXPECT_EQ(bill.sum, "17.500000000004");
  EXPECT_EQ(bill.quota, 7);  // 6.125... rounded up once
  EXPECT_EQ(
      bill.quota,
      cost(usage, price({.input = d("1.25"), .output = Decimal(2), .cache_read = d("0.000000000001")}), d("0.35")));
}

TEST(Bill, OfACallHasOneLine) {
  const Bill bill = bill_of({}, price({.per_call = true, .call = d("20.5")}), Decimal(2), 3);
  ASSERT_EQ(bill.lines.size(), 1U);
  EXPECT_EQ(bill.lines[0].kind, "call");
  EXPECT_EQ(bill.sum, "61.5");
  EXPECT_EQ(bill.quota, 123);
}

TEST(Bill, OfNothingIsEmpty) {
  const Bill bill = bill_of({}, price({.input = Decimal(1)}), Decimal(1));
  EXPECT_TRUE(bill.lines.empty());
  EXPECT_EQ(bill.sum, "0");
  EXPECT_EQ(bill.quota, 0);
}

TEST(Bill, CountsThatAreNoUsageAreNotBilled) {
  llm::Usage usage;
  usage.input_uncached = -5;
  usage.output = 3;
  usage.reasoning = 9;
  const Bill bill = bill_of(usage, price({.input = Decimal(1), .output = Decimal(1)}), Decimal(1));
  ASSERT_EQ(bill.lines.size(), 1U);
  EXPECT_EQ(bill.lines[0].kind, "reasoning");
  EXPECT_EQ(bill.lines[0].count, 3);
}

}  // namespace
}  // namespace tollgate::ledger
