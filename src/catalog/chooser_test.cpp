#include "catalog/chooser.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/testing.h"

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kMs = 1'000'000;

class Choosing : public ::testing::Test {
 protected:
  void build() {
    catalog = rows.catalog();
    groups = {};
    groups.add(catalog->find_group("default"));
  }
  Chooser chooser(std::string_view model = "m") { return chooser_for({.model = model}); }
  Chooser chooser_for(const Wanted& wanted) { return {*catalog, groups, wanted}; }
  std::int64_t next_id(Chooser& chooser) {
    auto choice = chooser.next(rng, now);
    return choice ? choice->channel->id.value : 0;
  }
  Error error_of(Chooser& chooser) {
    auto choice = chooser.next(rng, now);
    return choice ? Error(ErrorCode::internal, "chosen") : choice.error();
  }
  // Fails a fresh attempt on the channel that is chosen.
  void fail_one(const Error& error) {
    Chooser one = chooser();
    auto choice = one.next(rng, now);
    ASSERT_TRUE(choice);
    choice->attempt.failed(error, now, catalog->health_policy());
  }
  std::map<std::int64_t, int> draw(int times) {
    std::map<std::int64_t, int> out;
    for (int i = 0; i < times; ++i) {
      Chooser one = chooser();
      ++out[next_id(one)];
    }
    return out;
  }

  testing::Rows rows;
  std::shared_ptr<const Catalog> catalog;
  GroupChain groups;
  Rng rng{1};
  std::int64_t now = 1'000'000 * kMs;
};

Error server_error() { return {ErrorCode::upstream_server_error, "it broke"}; }

TEST_F(Choosing, TakesTheHighestPriorityAndGoesDownAsTheyFail) {
  rows.channel(1, "m").priority = 1;
  rows.channel(2, "m").priority = 9;
  rows.channel(3, "m").priority = 5;
  build();
  Chooser one = chooser();
  for (const std::int64_t expected : {2, 3, 1}) {
    auto choice = one.next(rng, now);
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->channel->id.value, expected);
    EXPECT_FALSE(choice->backup_group);
    one.exclude(*choice, server_error());
  }
  const Error error = error_of(one);
  EXPECT_EQ(error.code(), ErrorCode::no_available_channel);
  EXPECT_FALSE(error.retry_after_ms());
  EXPECT_FALSE(one.has_more(now));
}

TEST_F(Choosing, DrawsByWeightWithinATier) {
  rows.channel(1, "m").weight = 1;
  rows.channel(2, "m").weight = 3;
  rows.channel(3, "m").weight = 6;
  build();
  auto drawn = draw(10'000);
  EXPECT_NEAR(drawn[1], 1'000, 150);
  EXPECT_NEAR(drawn[2], 3'000, 200);
  EXPECT_NEAR(drawn[3], 6'000, 200);
}

TEST_F(Choosing, KeepsTheProportionsOfThoseThatAreLeft) {
  rows.channel(1, "m").weight = 1;
  rows.channel(2, "m").weight = 3;
  rows.channel(3, "m").weight = 96;
  build();
  const Channel& heavy = *catalog->find_channel(ChannelId{3});
  heavy.keys[0].health->cool_down(0, now / kMs, (now / kMs) + 10'000, true);
  auto drawn = draw(4'000);
  EXPECT_EQ(drawn[3], 0);
  EXPECT_NEAR(drawn[1], 1'000, 150);
  EXPECT_NEAR(drawn[2], 3'000, 150);
}

TEST_F(Choosing, TellsAnUnknownModelFromOneThatIsOut) {
  rows.channel(1, "m");
  build();
  Chooser unknown = chooser("nothing");
  const Error error = error_of(unknown);
  EXPECT_EQ(error.code(), ErrorCode::model_not_found);
  EXPECT_EQ(error.message(), "model 'nothing' does not exist in group 'default'");
  EXPECT_EQ(error.param(), "model");
}

TEST_F(Choosing, ClipsHostileNamesInItsMessage) {
  rows.channel(1, "m");
  build();
  const std::string name(100'000, 'x');
  Chooser unknown = chooser(name);
  EXPECT_LT(error_of(unknown).message().size(), 300U);
}

TEST_F(Choosing, PassesOverALimitedChannelAndWaitsWhenItIsTheOnlyOne) {
  rows.channel(1, "m");
  build();
  fail_one(Error(ErrorCode::upstream_rate_limited, "slow down").retry_after_ms(30'000));
  Chooser one = chooser();
  const Error error = error_of(one);
  EXPECT_EQ(error.code(), ErrorCode::upstream_rate_limited);
  EXPECT_EQ(error.retry_after_ms(), 30'000);
  now += 30'000 * kMs;
  EXPECT_EQ(next_id(one), 1);
}

TEST_F(Choosing, SaysWhichLimitEndsFirstWhoeverMetIt) {
  rows.channel(1, "m").priority = 2;
  rows.channel(2, "m").priority = 1;
  build();
  fail_one(Error(ErrorCode::upstream_rate_limited, "slow down").retry_after_ms(50'000));
  Chooser one = chooser();
  auto choice = one.next(rng, now);
  ASSERT_TRUE(choice);
  const Error limit = Error(ErrorCode::upstream_rate_limited, "slow down").retry_after_ms(20'000);
  choice->attempt.failed(limit, now, catalog->health_policy());
  one.exclude(*choice, limit);
  now += 5'000 * kMs;
  const Error error = error_of(one);
  EXPECT_EQ(error.code(), ErrorCode::upstream_rate_limited);
  EXPECT_EQ(error.retry_after_ms(), 15'000);
  EXPECT_FALSE(one.has_more(now));
}

// Not the callers' doing: a program that waits for its own rate would be misled.
TEST_F(Choosing, DoesNotBlameTheLimitWhereABreakerIsOpenToo) {
  rows.channel(1, "m").priority = 1;
  rows.channel(2, "m");
  build();
  fail_one(Error(ErrorCode::upstream_rate_limited, "slow down").retry_after_ms(60'000));
  for (std::uint32_t i = 0; i < catalog->health_policy().breaker_failures; ++i) fail_one(server_error());
  Chooser one = chooser();
  const Error error = error_of(one);
  EXPECT_EQ(error.code(), ErrorCode::no_available_channel);
  EXPECT_EQ(error.retry_after_ms(), catalog->health_policy().breaker_open_ms);
}

TEST_F(Choosing, UsesAGuessedCooldownAsALastResortTheSoonestFirst) {
  rows.channel(1, "m");
  rows.channel(2, "m");
  build();
  const std::int64_t ms = now / kMs;
  const std::uint32_t tag = model_tag("m");
  catalog->find_channel(ChannelId{1})->keys[0].health->cool_down(tag, ms, ms + 9'000, false);
  EXPECT_EQ(draw(20)[2], 20);
  catalog->find_channel(ChannelId{2})->keys[0].health->cool_down(tag, ms, ms + 5'000, false);
  EXPECT_EQ(draw(20)[2], 20);
  Chooser one = chooser();
  EXPECT_TRUE(one.has_more(now));
  auto choice = one.next(rng, now);
  ASSERT_TRUE(choice);
  one.exclude(*choice, server_error());
  EXPECT_EQ(next_id(one), 1);
}

TEST_F(Choosing, ACooldownOfOneModelLeavesTheOthers) {
  rows.channel(1, "m,other");
  build();
  fail_one(Error(ErrorCode::upstream_rate_limited, "slow down").retry_after_ms(30'000));
  Chooser other = chooser("other");
  EXPECT_EQ(next_id(other), 1);
}

TEST_F(Choosing, LeavesABrokenChannelAloneUntilItsTrial) {
  rows.channel(1, "m").priority = 1;
  rows.channel(2, "m");
  build();
  const auto failures = catalog->health_policy().breaker_failures;
  for (std::uint32_t i = 0; i < failures; ++i) fail_one(server_error());
  EXPECT_EQ(draw(10)[2], 10);
  now += catalog->health_policy().breaker_open_ms * kMs;
  Chooser first = chooser();
  auto trial = first.next(rng, now);
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->channel->id.value, 1);
  EXPECT_TRUE(trial->attempt.is_trial());
  EXPECT_EQ(draw(10)[2], 10);
  trial->attempt.answered(now);
  EXPECT_EQ(draw(10)[1], 10);
}

TEST_F(Choosing, SaysWhenABrokenChannelIsTriedAgain) {
  rows.channel(1, "m");
  build();
  for (std::uint32_t i = 0; i < catalog->health_policy().breaker_failures; ++i) fail_one(server_error());
  Chooser one = chooser();
  const Error error = error_of(one);
  EXPECT_EQ(error.code(), ErrorCode::no_available_channel);
  EXPECT_EQ(error.retry_after_ms(), catalog->health_policy().breaker_open_ms);
}

TEST_F(Choosing, FallsBackToTheNextGroupAndChargesThatOnesRatio) {
  rows.group("vip").ratio = "2";
  rows.channel(1, "m");
  rows.channel(2, "m,only-vip").groups = "vip";
  build();
  groups.add(catalog->find_group("vip"));
  Chooser one = chooser();
  auto choice = one.next(rng, now);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->group->symbol, "default");
  one.exclude(*choice, server_error());
  choice = one.next(rng, now);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->channel->id.value, 2);
  EXPECT_EQ(choice->group->symbol, "vip");
  EXPECT_TRUE(choice->backup_group);

  Chooser only = chooser("only-vip");
  EXPECT_EQ(next_id(only), 2);
}

TEST_F(Choosing, PassesOverChannelsThatCannotServeTheCall) {
  rows.channel(1, "m").type = testing::kAnthropic;
  rows.channel(2, "m").only_chat = true;
  rows.channel(3, "m").disabled_stream = R"(["m"])";
  build();
  for (int i = 0; i < 20; ++i) {
    Chooser embeddings = chooser_for({.model = "m", .operation = llm::Operation::embeddings});
    EXPECT_NE(next_id(embeddings), 1);
    Chooser tools = chooser_for({.model = "m", .has_tools = true});
    EXPECT_NE(next_id(tools), 2);
    Chooser streams = chooser_for({.model = "m", .streams = true});
    EXPECT_NE(next_id(streams), 3);
  }
}

TEST_F(Choosing, SaysWhenNobodyCanServeTheCall) {
  rows.channel(1, "m").type = testing::kAnthropic;
  rows.channel(2, "chat").only_chat = true;
  build();
  Chooser embeddings = chooser_for({.model = "m", .operation = llm::Operation::embeddings});
  const Error error = error_of(embeddings);
  EXPECT_EQ(error.code(), ErrorCode::not_supported);
  EXPECT_EQ(error.message(), "no channel of model 'm' can do embeddings");
  Chooser tools = chooser_for({.model = "chat", .streams = true, .has_tools = true});
  EXPECT_EQ(error_of(tools).message(), "no channel of model 'chat' can do streamed chat with tools");
}

TEST_F(Choosing, AFailedKeyLeavesTheChannelsOtherKeys) {
  rows.channel(1, "m", "sk-one\nsk-two");
  build();
  Chooser one = chooser();
  auto first = one.next(rng, now);
  ASSERT_TRUE(first);
  one.exclude(*first, Error(ErrorCode::upstream_auth_failed, "no"));
  auto second = one.next(rng, now);
  ASSERT_TRUE(second);
  EXPECT_NE(second->key, first->key);
  one.exclude(*second, Error(ErrorCode::upstream_rate_limited, "no"));
  EXPECT_EQ(error_of(one).code(), ErrorCode::no_available_channel);

  Chooser other = chooser();
  auto choice = other.next(rng, now);
  other.exclude(*choice, server_error());
  EXPECT_FALSE(other.has_more(now));
}

TEST_F(Choosing, UsesKeysInTurn) {
  rows.channel(1, "m", "sk-one\nsk-two\nsk-three");
  build();
  std::map<std::string, int> used;
  for (int i = 0; i < 9; ++i) {
    Chooser one = chooser();
    ++used[one.next(rng, now)->key->value.reveal()];
  }
  EXPECT_THAT(used, ::testing::ElementsAre(::testing::Pair("sk-one", 3), ::testing::Pair("sk-three", 3),
                                           ::testing::Pair("sk-two", 3)));
}

TEST_F(Choosing, PassesOverAKeyThatCoolsDownOrIsOff) {
  rows.channel(1, "m", "sk-one\nsk-two");
  build();
  const Channel& channel = *catalog->find_channel(ChannelId{1});
  channel.keys[0].health->cool_down(0, now / kMs, (now / kMs) + 1'000, true);
  for (int i = 0; i < 5; ++i) {
    Chooser one = chooser();
    EXPECT_EQ(one.next(rng, now)->key->value.reveal(), "sk-two");
  }
}

TEST_F(Choosing, APinnedChannelIsUsedWhateverItsStateAndOnce) {
  rows.channel(1, "m");
  rows.channel(2, "something else").groups = "";
  build();
  catalog->find_channel(ChannelId{2})->keys[0].health->cool_down(0, now / kMs, (now / kMs) + 1'000, true);
  Chooser one = chooser_for({.model = "m", .pin = {Pin::Kind::use, ChannelId{2}}});
  EXPECT_EQ(next_id(one), 2);
  EXPECT_FALSE(one.has_more(now));
  EXPECT_EQ(error_of(one).code(), ErrorCode::channel_not_usable);
}

TEST_F(Choosing, APinnedChannelThatCannotBeUsedSaysWhy) {
  rows.channel(1, "m").status = store::ChannelStatus::disabled;
  rows.channel(2, "m").type = 987'654;
  rows.channel(3, "m").type = testing::kAnthropic;
  build();
  const auto message = [&](std::int64_t id, llm::Operation operation = llm::Operation::chat) {
    Chooser one = chooser_for({.model = "m", .operation = operation, .pin = {Pin::Kind::use, ChannelId{id}}});
    return error_of(one).message();
  };
  EXPECT_EQ(message(1), "channel 1: disabled");
  EXPECT_EQ(message(2), "channel 2: there is no provider number 987654");
  EXPECT_EQ(message(3, llm::Operation::embeddings), "channel 3 cannot do embeddings");
  EXPECT_EQ(message(99), "channel 99 does not exist");
}

TEST_F(Choosing, AnExcludedChannelIsNotUsed) {
  rows.channel(1, "m").priority = 9;
  rows.channel(2, "m");
  build();
  Chooser one = chooser_for({.model = "m", .pin = {Pin::Kind::exclude, ChannelId{1}}});
  EXPECT_EQ(next_id(one), 2);
  Chooser other = chooser_for({.model = "m", .pin = {Pin::Kind::pass_through_use, ChannelId{2}}});
  EXPECT_EQ(next_id(other), 1);
}

TEST_F(Choosing, FindsTheOneUsableChannelOfAThousand) {
  for (int i = 1; i <= 1'000; ++i) rows.channel(i, "m");
  build();
  for (const Channel& channel : catalog->channels()) {
    if (channel.id.value != 777) channel.keys[0].health->cool_down(0, now / kMs, (now / kMs) + 1'000, true);
  }
  EXPECT_EQ(draw(5)[777], 5);
}

}  // namespace
}  // namespace tollgate::catalog
