#include "manage/token_json.h"

#include <gtest/gtest.h>

namespace tollgate::manage {
namespace {

TokenChange change(std::string_view body) { return read_token_change(json::parse_object(body).value()).value(); }

TEST(TokenJson, WhatIsLeftIsSetUnlessItIsOnlyEchoed) {
  EXPECT_EQ(granted_for(change("{}"), 1'000, 300), 1'000);
  EXPECT_EQ(granted_for(change(R"({"remain_quota":50})"), 1'000, 300), 350);
  // Shown: 800 left, 200 used. Meanwhile 100 more were used.
  EXPECT_EQ(granted_for(change(R"({"remain_quota":800,"used_quota":200})"), 1'000, 300), 1'000);
  EXPECT_EQ(granted_for(change(R"({"remain_quota":900,"used_quota":200})"), 1'000, 300), 1'200);
  EXPECT_EQ(granted_for(change(R"({"remain_quota":-5})"), 0, 0), -5);
}

TEST(TokenJson, StatusIsComputed) {
  store::TokenRow token;
  token.granted = 10;
  EXPECT_EQ(shown_token_status(token, 9, 100), 1);
  EXPECT_EQ(shown_token_status(token, 10, 100), 4);
  token.unlimited = true;
  EXPECT_EQ(shown_token_status(token, 10, 100), 1);
  token.expires_at = 99;
  EXPECT_EQ(shown_token_status(token, 0, 100), 3);
  token.status = store::TokenStatus::disabled;
  EXPECT_EQ(shown_token_status(token, 0, 100), 2);
}

TEST(TokenJson, AbsentMembersStayAndASettingIsTakenWhole) {
  store::TokenRow token;
  token.name = "a";
  token.group = "vip";
  token.models_limited = true;
  token.billing_tag = "x";
  apply_token_change(change(R"({"name":"b"})"), true, token);
  EXPECT_EQ(token.name, "b");
  EXPECT_EQ(token.group, "vip");
  EXPECT_TRUE(token.models_limited);
  apply_token_change(change(R"({"group":"","setting":{}})"), false, token);
  EXPECT_EQ(token.group, "");
  EXPECT_FALSE(token.models_limited);
  EXPECT_EQ(token.billing_tag, "x");
  apply_token_change(change(R"({"setting":{}})"), true, token);
  EXPECT_EQ(token.billing_tag, "");
}

TEST(TokenJson, NeverIsSpelledInTwoWays) {
  EXPECT_EQ(change(R"({"expired_time":-1})").expires_at, 0);
  EXPECT_EQ(change(R"({"expired_time":0})").expires_at, 0);
  EXPECT_EQ(change(R"({"expired_time":77})").expires_at, 77);
  EXPECT_EQ(change(R"({"expired_time":null})").expires_at, std::nullopt);
}

}  // namespace
}  // namespace tollgate::manage
