#include "catalog/token.h"

#include <gtest/gtest.h>

#include "catalog/testing.h"
#include "store/tokens.h"

namespace tollgate::catalog {
namespace {

net::IpAddress ip(std::string_view text) { return *net::IpAddress::parse(text); }

store::TokenAccess access() {
  store::TokenAccess out;
  out.token.id = TokenId{5};
  out.token.user = UserId{3};
  out.token.name = "mine";
  out.username = "alice";
  out.user_group = "default";
  return out;
}

TEST(TokenFacts, AreReadFromTheRows) {
  auto rows = access();
  rows.token.models_limited = true;
  rows.token.models = R"(["b", "a"])";
  rows.token.billing_tag = "team";
  rows.user_role = store::Role::admin;
  const TokenFacts facts = facts_from(rows);
  EXPECT_EQ(facts.token, TokenId{5});
  EXPECT_EQ(facts.user, UserId{3});
  EXPECT_EQ(facts.models, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(facts.billing_tag, "team");
  EXPECT_EQ(facts.role, store::Role::admin);
}

TEST(TokenChecks, NameWhatIsWrong) {
  TokenFacts facts = facts_from(access());
  EXPECT_TRUE(check_usable(facts, 1'000));
  facts.expires_at = 1'000;
  EXPECT_TRUE(check_usable(facts, 1'000));
  EXPECT_EQ(check_usable(facts, 1'001).error().code(), ErrorCode::expired_api_key);
  facts.token_enabled = false;
  EXPECT_EQ(check_usable(facts, 0).error().code(), ErrorCode::disabled_api_key);
  facts.user_enabled = false;
  EXPECT_EQ(check_usable(facts, 0).error().code(), ErrorCode::account_disabled);
}

TEST(TokenChecks, AddressesMayBeSingleOrNetworksOfEitherFamily) {
  auto rows = access();
  rows.token.ips_limited = true;
  rows.token.ips = R"(["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"])";
  const TokenFacts facts = facts_from(rows);
  for (const char* good : {"192.0.2.1", "10.255.0.1", "2001:db8:1::1"})
    EXPECT_TRUE(check_address(facts, ip(good))) << good;
  for (const char* bad : {"192.0.2.2", "11.0.0.1", "::1"}) {
    EXPECT_EQ(check_address(facts, ip(bad)).error().code(), ErrorCode::ip_not_allowed) << bad;
  }
}

TEST(TokenChecks, AnEmptyAddressListIsNoLimitButAnUnreadableOneKeepsEverybodyOut) {
  auto rows = access();
  rows.token.ips_limited = true;
  for (const char* open : {"", "[]", "null"}) {
    rows.token.ips = open;
    EXPECT_TRUE(check_address(facts_from(rows), ip("192.0.2.1"))) << open;
  }
  for (const char* shut : {R"(["rubbish"])", "{", "text"}) {
    rows.token.ips = shut;
    EXPECT_FALSE(check_address(facts_from(rows), ip("192.0.2.1"))) << shut;
  }
  rows.token.ips_limited = false;
  EXPECT_TRUE(check_address(facts_from(rows), ip("192.0.2.1")));
}

TEST(TokenChecks, OnlyAdministratorsMayPin) {
  TokenFacts facts = facts_from(access());
  EXPECT_TRUE(check_pin(facts, {}));
  for (const auto kind : {Pin::Kind::use, Pin::Kind::exclude, Pin::Kind::pass_through_use}) {
    facts.role = store::Role::reliable;
    EXPECT_EQ(check_pin(facts, {kind, ChannelId{1}}).error().code(), ErrorCode::channel_pin_not_allowed);
    facts.role = store::Role::admin;
    EXPECT_TRUE(check_pin(facts, {kind, ChannelId{1}}));
  }
}

TEST(TokenChecks, AModelListIsExactAndKnowsArguments) {
  TokenFacts facts = facts_from(access());
  EXPECT_TRUE(check_model(facts, "anything"));
  facts.models_limited = true;
  EXPECT_EQ(check_model(facts, "anything").error().code(), ErrorCode::model_not_allowed);
  facts.models = {"a", "o3"};
  EXPECT_TRUE(check_model(facts, "o3"));
  EXPECT_TRUE(check_model(facts, "o3#high"));
  EXPECT_FALSE(check_model(facts, "o3-mini"));
  EXPECT_EQ(check_model(facts, "x").error().param(), "model");
}

class TokenGroups : public ::testing::Test {
 protected:
  TokenGroups() {
    rows.group("vip");
    rows.group("open").is_public = true;
    rows.group("closed").enabled = false;
    auto& last = rows.group("with-fallback");
    last.is_public = true;
    last.fallback = "vip";
    catalog = rows.catalog();
  }
  std::string chain() {
    const auto groups = resolve_groups(*catalog, facts);
    if (!groups) return std::string(groups.error().name());
    std::string out;
    for (std::size_t i = 0; i < groups->size; ++i) (out += i == 0 ? "" : " ") += groups->groups[i]->symbol;
    return out;
  }

  testing::Rows rows;
  std::shared_ptr<const Catalog> catalog;
  TokenFacts facts = facts_from(access());
};

TEST_F(TokenGroups, TheTokensComesBeforeItsBackupBeforeTheUsers) {
  EXPECT_EQ(chain(), "default");
  facts.backup_group = "open";
  EXPECT_EQ(chain(), "open");
  facts.group = "default";
  EXPECT_EQ(chain(), "default open");
  facts.backup_group = "default";
  EXPECT_EQ(chain(), "default");
}

TEST_F(TokenGroups, AGroupsFallbackComesLastAndNeedNotBePublic) {
  facts.group = "with-fallback";
  facts.backup_group = "open";
  EXPECT_EQ(chain(), "with-fallback open vip");
}

TEST_F(TokenGroups, APrivateGroupIsForItsOwnUsersAlsoAtRequestTime) {
  facts.group = "vip";
  EXPECT_EQ(chain(), "group_not_allowed");
  facts.user_group = "vip";
  EXPECT_EQ(chain(), "vip");
  facts.user_group = "default";
  facts.role = store::Role::admin;
  EXPECT_EQ(chain(), "vip");
}

TEST_F(TokenGroups, AMissingOrDisabledGroupIsNamed) {
  facts.group = "closed";
  EXPECT_EQ(resolve_groups(*catalog, facts).error().message(), "group 'closed' does not exist or is disabled");
  facts.group = "nowhere";
  EXPECT_EQ(chain(), "group_not_allowed");
  facts.group.clear();
  facts.user_group = "gone";
  EXPECT_EQ(chain(), "group_not_allowed");
  facts.group = "open";
  facts.backup_group = "closed";
  EXPECT_EQ(chain(), "open");
}

TEST_F(TokenGroups, TheRateIsThatOfTheUsersOwnGroup) {
  rows.rows.groups[0].api_rate = 1;
  catalog = rows.catalog();
  facts.group = "open";
  facts.rate = std::make_shared<RateCell>();
  EXPECT_TRUE(take_rate(*catalog, facts, 1'000'000'000)->allowed);
  const auto refused = take_rate(*catalog, facts, 1'000'000'000);
  EXPECT_FALSE(refused->allowed);
  const Error error = rate_error(*refused);
  EXPECT_EQ(error.code(), ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(error.retry_after_ms(), 60'000);
  EXPECT_FALSE(rate_error({.allowed = false}).retry_after_ms());
}

TEST_F(TokenGroups, CallsAtOnceAreLimitedByTheSettings) {
  rows.settings.user_concurrency = 2;
  rows.settings.token_concurrency = 1;
  catalog = rows.catalog();
  facts.user_calls = std::make_shared<ConcurrencyCell>();
  facts.token_calls = std::make_shared<ConcurrencyCell>();
  TokenFacts other = facts;
  other.token_calls = std::make_shared<ConcurrencyCell>();

  auto first = take_slots(*catalog, facts);
  ASSERT_TRUE(first);
  EXPECT_EQ(take_slots(*catalog, facts).error().code(), ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(facts.user_calls->in_flight(), 1) << "what was taken before the refusal is given back";
  const auto second = take_slots(*catalog, other);
  EXPECT_TRUE(second);
  TokenFacts third = facts;
  third.token_calls = std::make_shared<ConcurrencyCell>();
  EXPECT_FALSE(take_slots(*catalog, third));
  first = std::unexpected(Error(ErrorCode::internal, "ended"));
  EXPECT_TRUE(take_slots(*catalog, third));
}

}  // namespace
}  // namespace tollgate::catalog
