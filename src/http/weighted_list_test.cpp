#include "http/weighted_list.h"

#include <string>

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

std::string shown(std::string_view list) {
  std::string out;
  for (const WeightedItem& item : weighted_items(list)) {
    out += std::string(item.name) + "=" + std::to_string(item.weight) + " ";
  }
  return out;
}

TEST(WeightedList, ItemsHaveTheirWeights) {
  EXPECT_EQ(shown("gzip, br;q=0.5"), "gzip=1000 br=500 ");
  EXPECT_EQ(shown(" zh-CN ; q=0.9 , en;Q=0.375, *;q=0"), "zh-CN=900 en=375 *=0 ");
  EXPECT_EQ(shown("a;level=1;q=0.25,b;q=1.000"), "a=250 b=1000 ");
}

TEST(WeightedList, WhatIsWrongCountsAsNothing) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(",, ;q=1,"), "");
  EXPECT_EQ(shown("a;q=x, b;q=0.x, c;q="), "a=0 b=0 c=0 ");
}

}  // namespace
}  // namespace tollgate::http
