#include "catalog/credential.h"

#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

const std::string kKey = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";                 // 48
const std::string kLongKey = "kQKMTKyEQA7X6eZ_FRGwDKiA_cq2jSR2zdAme8wN-kNG6vOf5AWD1pKwdwg";  // 59, with a dash

ErrorCode code_of(std::string_view text) {
  const auto parsed = parse_key(text);
  return parsed ? ErrorCode::internal : parsed.error().code();
}

TEST(Credential, TakesOffBearerAndPrefixOnce) {
  for (const std::string& text : {kKey, "sk-" + kKey, "Bearer " + kKey, "Bearer sk-" + kKey, "bearer sk-" + kKey,
                                  "  Bearer   sk-" + kKey + " "}) {
    const auto parsed = parse_key(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->key, kKey) << text;
    EXPECT_EQ(parsed->pin.kind, Pin::Kind::none) << text;
  }
  EXPECT_EQ(parse_key("sk-sk-" + kKey)->key, "sk-" + kKey);
  EXPECT_EQ(parse_key("Bearerless")->key, "Bearerless");
}

TEST(Credential, ReadsSuffixes) {
  struct Case {
    std::string text;
    Pin::Kind kind;
  };
  for (const Case& c : {Case{"sk-" + kKey + "#12", Pin::Kind::use}, Case{kKey + "-12", Pin::Kind::use},
                        Case{kKey + "#!12", Pin::Kind::exclude}, Case{kKey + "#12#ignore", Pin::Kind::pass_through_use},
                        Case{kLongKey + "#12", Pin::Kind::use}}) {
    const auto parsed = parse_key(c.text);
    ASSERT_TRUE(parsed) << c.text;
    EXPECT_EQ(parsed->pin.kind, c.kind) << c.text;
    EXPECT_EQ(parsed->pin.channel, ChannelId{12}) << c.text;
    EXPECT_TRUE(parsed->key == kKey || parsed->key == kLongKey) << c.text;
  }
}

TEST(Credential, ADashBelongsToKeysThatAreNotFortyEightLettersAndDigits) {
  EXPECT_EQ(parse_key(kLongKey)->key, kLongKey);
  EXPECT_EQ(parse_key("my-own-key-1")->key, "my-own-key-1");
  EXPECT_EQ(parse_key(kKey + "-x")->key, kKey + "-x");
}

TEST(Credential, RefusesSuffixesThatNameNoChannel) {
  for (const std::string suffix :
       {"#", "#0", "#x", "#!", "#!0", "#12#", "#12#other", "#-1", "#99999999999999999999", "#12#ignore#", "-0"}) {
    EXPECT_EQ(code_of(kKey + suffix), ErrorCode::channel_pin_not_allowed) << suffix;
  }
}

TEST(Credential, RefusesWhatCanBeNoKey) {
  for (const std::string_view text : {"", "   ", "Bearer", "Bearer ", "sk-", "Bearer sk-", "#12"}) {
    EXPECT_EQ(code_of(text), ErrorCode::missing_api_key) << text;
  }
  EXPECT_EQ(code_of("two words"), ErrorCode::invalid_api_key);
  EXPECT_EQ(code_of(std::string("nul\0inside", 10)), ErrorCode::invalid_api_key);
  EXPECT_EQ(code_of("schlüssel"), ErrorCode::invalid_api_key);
  EXPECT_EQ(code_of(std::string(257, 'x')), ErrorCode::invalid_api_key);
  EXPECT_EQ(code_of(std::string(100'000, '#')), ErrorCode::missing_api_key);
}

TEST(Credential, LooksWhereEachDialectPutsItFirst) {
  const CredentialSources all{.authorization = "Bearer authorization",
                              .x_api_key = "x-api-key",
                              .x_goog_api_key = "goog",
                              .api_key = "azure",
                              .mj_api_secret = "mj",
                              .query_key = "query",
                              .websocket_protocol = "realtime, openai-insecure-api-key.sk-socket, other"};
  EXPECT_EQ(parse_credential(all, CredentialStyle::openai)->key, "authorization");
  EXPECT_EQ(parse_credential(all, CredentialStyle::claude)->key, "x-api-key");
  EXPECT_EQ(parse_credential(all, CredentialStyle::gemini)->key, "goog");
  EXPECT_EQ(parse_credential(all, CredentialStyle::midjourney)->key, "mj");

  CredentialSources some = all;
  some.authorization = "Bearer ";
  EXPECT_EQ(parse_credential(some, CredentialStyle::openai)->key, "socket");
  some.websocket_protocol = {};
  EXPECT_EQ(parse_credential(some, CredentialStyle::openai)->key, "azure");
  some.x_goog_api_key = {};
  EXPECT_EQ(parse_credential(some, CredentialStyle::gemini)->key, "query");
}

TEST(Credential, AKeyInTheAddressCountsOnGeminisRoutesOnly) {
  const CredentialSources only_query{.query_key = "sk-x"};
  EXPECT_TRUE(parse_credential(only_query, CredentialStyle::gemini));
  EXPECT_EQ(parse_credential(only_query, CredentialStyle::openai).error().code(), ErrorCode::missing_api_key);
}

}  // namespace
}  // namespace tollgate::catalog
