#include "catalog/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint32_t> channels(const Candidates& found) {
  std::vector<std::uint32_t> out;
  for (std::size_t tier = 0; tier < found.tiers(); ++tier) {
    for (const Slot& slot : found.tier(tier)) out.push_back(slot.channel);
  }
  return out;
}

TEST(Index, KnowsNothingWhenEmpty) {
  const Index index = IndexBuilder().build();
  EXPECT_TRUE(index.find(0, "gpt-4o").empty());
  EXPECT_TRUE(index.find(7, "").empty());
  EXPECT_THAT(index.models_of(0), IsEmpty());
}

TEST(Index, OrdersByPriorityThenChannel) {
  IndexBuilder builder;
  builder.add(0, "m", 3, 0, 1);
  builder.add(0, "m", 1, 10, 1);
  builder.add(0, "m", 2, -5, 1);
  builder.add(0, "m", 0, 10, 1);
  const Index index = std::move(builder).build();
  const Candidates found = index.find(0, "m");
  EXPECT_THAT(channels(found), ElementsAre(0, 1, 3, 2));
  ASSERT_EQ(found.tiers(), 3U);
  EXPECT_EQ(found.tier(0).size(), 2U);
}

TEST(Index, AddsUpWeightsWithinATierAndReadsZeroAsOne) {
  IndexBuilder builder;
  builder.add(0, "m", 0, 1, 0);
  builder.add(0, "m", 1, 1, 5);
  builder.add(0, "m", 2, 0, 9'000'000'000);
  const Index index = std::move(builder).build();
  const Candidates found = index.find(0, "m");
  EXPECT_THAT(found.tier(0), ElementsAre(Slot{0, 1}, Slot{1, 6}));
  EXPECT_THAT(found.tier(1), ElementsAre(Slot{2, 1'000'000}));
}

TEST(Index, PrefersAnExactNameThenTheLongestPatternOfTheGroup) {
  IndexBuilder builder;
  builder.add(0, "gpt-4o", 1, 0, 1);
  builder.add(0, "gpt-*", 2, 0, 1);
  builder.add(0, "gpt-4*", 3, 0, 1);
  builder.add(0, "*", 4, 0, 1);
  builder.add(1, "gpt-4o-mini*", 5, 0, 1);
  const Index index = std::move(builder).build();
  EXPECT_THAT(channels(index.find(0, "gpt-4o")), ElementsAre(1));
  EXPECT_THAT(channels(index.find(0, "gpt-4o-mini-2024")), ElementsAre(3));
  EXPECT_THAT(channels(index.find(0, "gpt-4")), ElementsAre(3));
  EXPECT_THAT(channels(index.find(0, "gpt-3.5")), ElementsAre(2));
  EXPECT_THAT(channels(index.find(0, "claude")), ElementsAre(4));
  EXPECT_THAT(channels(index.find(1, "gpt-4o-mini-2024")), ElementsAre(5));
  EXPECT_THAT(channels(index.find(1, "gpt-4o")), IsEmpty());
}

TEST(Index, ListsNamesButNotPatterns) {
  IndexBuilder builder;
  builder.add(1, "b", 0, 0, 1);
  builder.add(1, "a", 0, 0, 1);
  builder.add(1, "gpt-*", 0, 0, 1);
  builder.add(0, "z", 0, 0, 1);
  builder.add(2, "y", 0, 0, 1);
  const Index index = std::move(builder).build();
  EXPECT_THAT(index.models_of(1), ElementsAre("a", "b"));
  EXPECT_THAT(index.patterns_of(1), ElementsAre("gpt-"));
}

TEST(Index, CountsAChannelOnceHoweverOftenItNamesAModel) {
  IndexBuilder builder;
  builder.add(0, "m", 0, 0, 2);
  builder.add(0, "m", 0, 0, 2);
  const Index index = std::move(builder).build();
  EXPECT_THAT(index.find(0, "m").tier(0), ElementsAre(Slot{0, 2}));
}

TEST(Index, IgnoresNamesThatAreEmptyOrTooLong) {
  IndexBuilder builder;
  builder.add(0, "", 0, 0, 1);
  builder.add(0, std::string(257, 'x'), 0, 0, 1);
  builder.add(0, std::string(256, 'x'), 0, 0, 1);
  const Index index = std::move(builder).build();
  EXPECT_THAT(index.models_of(0), ElementsAre(std::string(256, 'x')));
}

TEST(Index, StoresEqualListsOnceSoThatAThousandChannelsAreCheap) {
  IndexBuilder builder;
  for (std::uint32_t channel = 0; channel < 1'000; ++channel) {
    for (std::uint32_t group = 0; group < 3; ++group) {
      for (int model = 0; model < 50; ++model) {
        builder.add(group, "model-" + std::to_string(model), channel, 0, 1);
      }
    }
  }
  const Index index = std::move(builder).build();
  EXPECT_EQ(index.find(2, "model-49").tier(0).size(), 1'000U);
  EXPECT_LT(index.bytes(), 32'000U);
}

TEST(Index, FindsEachOfManyNames) {
  IndexBuilder builder;
  for (std::uint32_t i = 0; i < 5'000; ++i) builder.add(i % 7, "model-" + std::to_string(i), i, i % 3, 1 + (i % 5));
  const Index index = std::move(builder).build();
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    EXPECT_THAT(channels(index.find(i % 7, "model-" + std::to_string(i))), ElementsAre(i));
    EXPECT_TRUE(index.find((i + 1) % 7, "model-" + std::to_string(i)).empty());
  }
}

TEST(Index, ModelTagsTellModelsApart) {
  EXPECT_NE(model_tag("gpt-4o"), model_tag("gpt-4o-mini"));
  EXPECT_NE(model_tag(""), 0U);
}

}  // namespace
}  // namespace tollgate::catalog
