#include "catalog/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/overrides.h"
#include "catalog/testing.h"
#include "providers/descriptor.h"

namespace tollgate::catalog {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Building : public ::testing::Test {
 protected:
  // The reason for which the one channel is left out, with nothing else harmed.
  std::string reason() {
    const Built built = rows.build();
    EXPECT_THAT(built.catalog->channels(), ::testing::SizeIs(1)) << "the healthy one";
    EXPECT_EQ(built.problems.size(), 1U);
    const UnusableChannel* unusable = built.catalog->find_unusable(ChannelId{1});
    if (unusable == nullptr) return "(usable)";
    EXPECT_TRUE(unusable->broken);
    EXPECT_EQ(built.problems.at(0).what, "channel 1 (channel-1)");
    EXPECT_EQ(built.problems.at(0).reason, unusable->reason);
    return unusable->reason;
  }

  testing::Rows rows;
};

class BuildingBrokenRows : public Building {
 protected:
  void SetUp() override { rows.channel(2, "healthy"); }
  store::ChannelRow& broken = rows.channel(1, "m", "sk-secret");
};

TEST_F(Building, MakesAChannelReadyToUse) {
  auto& row = rows.channel(1, "gpt-4o, gpt-4o-mini", " sk-one \n\nsk-two\nsk-one\n");
  row.base_url = "https://example.com:8443/base/";
  row.model_mapping = R"({"gpt-4o": "big"})";
  row.parameters = R"({"temperature": 1})";
  row.headers_sealed = rows.seal(R"({"X-Team": "blue", "authorization": "mine"})", sealed::kChannelHeaders);
  row.proxy_sealed = rows.seal("socks5://user:secret@proxy:1080", sealed::kChannelProxy);
  row.status_mapping = R"({"500": "503", "404": 429})";
  row.disabled_stream = R"(["gpt-4o"])";
  row.system_prompt = "Be brief.";
  row.options =
      R"({"gateway": {"key_rotation": "random", "system_prompt_mode": "only_if_absent", "first_byte_timeout_ms": 5}})";
  row.priority = 7;
  row.weight = 0;
  const Built built = rows.build();
  EXPECT_THAT(built.problems, IsEmpty());
  const Channel* channel = built.catalog->find_channel(ChannelId{1});
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(channel->provider->number, testing::kOpenAi);
  EXPECT_EQ(channel->base_url, "https://example.com:8443/base");
  EXPECT_EQ(channel->weight, 1U);
  EXPECT_EQ(channel->rotation, Rotation::random);
  EXPECT_EQ(channel->prompt_mode, PromptMode::only_if_absent);
  EXPECT_EQ(channel->timeouts.first_byte_ms, 5);
  EXPECT_EQ(channel->mapped_status(500), 503);
  EXPECT_EQ(channel->mapped_status(404), 429);
  EXPECT_EQ(channel->mapped_status(200), 200);
  EXPECT_FALSE(channel->streams("gpt-4o"));
  EXPECT_TRUE(channel->streams("gpt-4o-mini"));
  ASSERT_NE(channel->overrides, nullptr);
  std::string buffer;
  EXPECT_EQ(channel->mapping.map("gpt-4o", buffer).upstream, "big");

  ASSERT_EQ(channel->keys.size(), 2U);
  EXPECT_EQ(channel->keys[0].value.reveal(), "sk-one");
  EXPECT_EQ(channel->keys[1].value.reveal(), "sk-two");
  EXPECT_EQ(channel->keys[0].endpoint, channel->keys[1].endpoint);
  EXPECT_EQ(channel->keys[0].endpoint->host, "example.com");
  EXPECT_EQ(channel->keys[0].endpoint->port, 8443);
  EXPECT_EQ(channel->keys[0].endpoint->proxy.kind, net::ProxyKind::socks5);
  EXPECT_NE(channel->keys[0].health, channel->keys[1].health);
}

TEST_F(Building, SpeaksWhatTheProviderSpeaks) {
  rows.channel(1, "m");
  auto& claude = rows.channel(2, "c");
  claude.type = testing::kAnthropic;
  const auto catalog = rows.catalog();
  const Channel& openai = *catalog->find_channel(ChannelId{1});
  const auto dialects = openai.dialects_for(llm::Operation::chat);
  ASSERT_FALSE(dialects.empty());
  EXPECT_EQ(dialects[0]->id, llm::DialectId::openai_chat);
  const UpstreamPath* path = openai.path_for(llm::DialectId::openai_chat, llm::Operation::chat);
  ASSERT_NE(path, nullptr);
  EXPECT_EQ(path->path, "/v1/chat/completions");
  EXPECT_TRUE(openai.supports(llm::Operation::embeddings));

  const Channel& anthropic = *catalog->find_channel(ChannelId{2});
  ASSERT_FALSE(anthropic.dialects_for(llm::Operation::chat).empty());
  EXPECT_EQ(anthropic.dialects_for(llm::Operation::chat)[0]->id, llm::DialectId::claude);
  EXPECT_FALSE(anthropic.supports(llm::Operation::embeddings));
  EXPECT_TRUE(anthropic.dialects_for(llm::Operation::embeddings).empty());
}

TEST_F(Building, TheProvidersHeadersWinOverTheChannels) {
  auto& row = rows.channel(1, "m");
  row.headers_sealed = rows.seal(R"({"X-Team": "blue", "authorization": "mine"})", sealed::kChannelHeaders);
  const auto catalog = rows.catalog();
  const UpstreamHeaders* headers =
      catalog->find_channel(ChannelId{1})->keys[0].headers_for(llm::DialectId::openai_chat);
  ASSERT_NE(headers, nullptr);
  std::vector<std::string> names;
  for (const auto& [name, value] : headers->fixed) {
    names.push_back(name);
    if (name == "Authorization") EXPECT_EQ(value.reveal(), "Bearer sk-one");
  }
  EXPECT_THAT(names, ::testing::IsSupersetOf({"Authorization", "X-Team"}));
  EXPECT_THAT(names, Not(::testing::Contains("authorization")));
}

TEST_F(Building, IndexesModelsByGroupAndLeavesUnknownGroupsOut) {
  rows.group("vip");
  rows.group("off").enabled = false;
  rows.channel(1, "a, b ,a,, gpt-*").groups = "default,vip,off,nowhere";
  rows.channel(2, "c").groups = "vip";
  const auto catalog = rows.catalog();
  EXPECT_THAT(catalog->models_of(*catalog->find_group("default")), ElementsAre("a", "b"));
  EXPECT_THAT(catalog->models_of(*catalog->find_group("vip")), ElementsAre("a", "b", "c"));
  EXPECT_EQ(catalog->find_group("off"), nullptr);
  EXPECT_FALSE(catalog->candidates(*catalog->find_group("default"), "gpt-4o").empty());
}

TEST_F(Building, ADisabledChannelIsNotUsedAndSaysWhy) {
  rows.channel(1, "m").status = store::ChannelStatus::disabled;
  auto& automatic = rows.channel(2, "m");
  automatic.status = store::ChannelStatus::auto_disabled;
  automatic.disabled_reason = "invalid_api_key";
  automatic.keys_sealed = "rubbish";  // not looked at
  const Built built = rows.build();
  EXPECT_THAT(built.problems, IsEmpty());
  EXPECT_THAT(built.catalog->channels(), IsEmpty());
  EXPECT_EQ(built.catalog->find_unusable(ChannelId{1})->reason, "disabled");
  EXPECT_EQ(built.catalog->find_unusable(ChannelId{2})->reason, "disabled automatically: invalid_api_key");
  EXPECT_FALSE(built.catalog->find_unusable(ChannelId{2})->broken);
}

TEST_F(BuildingBrokenRows, UnknownProvider) {
  broken.type = 987'654;
  EXPECT_EQ(reason(), "there is no provider number 987654");
}

TEST_F(BuildingBrokenRows, KeyThatDoesNotDecrypt) {
  broken.keys_sealed = crypto::MasterKey::generate().sealer().seal_text("sk-secret", sealed::kChannelKeys);
  EXPECT_THAT(reason(), HasSubstr("the key cannot be decrypted"));
}

TEST_F(BuildingBrokenRows, KeyThatCannotBeAHeader) {
  broken.keys_sealed = rows.seal("sk-secret\x01tail", sealed::kChannelKeys);
  EXPECT_THAT(reason(), Not(HasSubstr("secret")));
}

TEST_F(BuildingBrokenRows, MalformedJson) {
  for (std::string store::ChannelRow::* column :
       {&store::ChannelRow::model_mapping, &store::ChannelRow::parameters, &store::ChannelRow::status_mapping,
        &store::ChannelRow::disabled_stream, &store::ChannelRow::options, &store::ChannelRow::plugin}) {
    auto& text = broken.*column;
    text = "{\"x\":";
    EXPECT_THAT(reason(), Not(HasSubstr("(usable)")));
    text.clear();
  }
}

TEST_F(BuildingBrokenRows, WrongValues) {
  broken.status_mapping = R"({"500": 99999})";
  EXPECT_THAT(reason(), HasSubstr("status_code_mapping"));
  broken.status_mapping.clear();
  broken.disabled_stream = "[1]";
  EXPECT_THAT(reason(), HasSubstr("disabled_stream"));
  broken.disabled_stream.clear();
  broken.options = R"({"gateway": {"key_rotation": "sideways"}})";
  EXPECT_THAT(reason(), HasSubstr("key_rotation"));
  broken.options = R"({"gateway": {"colour": 1}})";
  EXPECT_THAT(reason(), HasSubstr("options.gateway.colour is unknown"));
  broken.options = R"({"gateway": {"idle_timeout_ms": -1}})";
  EXPECT_THAT(reason(), HasSubstr("idle_timeout_ms"));
}

TEST_F(BuildingBrokenRows, BadAddresses) {
  for (const char* url : {"not a url", "ftp://host", "https://", "https://host:99999", "https://user:secret@host"}) {
    broken.base_url = url;
    EXPECT_THAT(reason(), AllOf(HasSubstr("base URL"), Not(HasSubstr("secret")))) << url;
  }
  broken.base_url.clear();
  broken.proxy_sealed = rows.seal("gopher://user:secret@proxy", sealed::kChannelProxy);
  EXPECT_THAT(reason(), AllOf(HasSubstr("proxy"), Not(HasSubstr("secret"))));
}

TEST_F(BuildingBrokenRows, AuthoritiesThatCannotBeReadKeepTlsChannelsOut) {
  rows.settings.upstream_ca_file = "/nonexistent/ca.pem";
  rows.rows.channels[1].base_url = "http://plain";
  EXPECT_THAT(rows.build().problems, ::testing::SizeIs(1));
  rows.rows.channels.erase(rows.rows.channels.begin());
}

TEST_F(Building, AProxyMayTellKeysApart) {
  auto& row = rows.channel(1, "m", "sk-one\nsk-two");
  row.proxy_sealed = rows.seal("http://user-%s:pass@proxy:8080", sealed::kChannelProxy);
  const auto catalog = rows.catalog();
  const Channel* channel = catalog->find_channel(ChannelId{1});
  ASSERT_NE(channel, nullptr);
  EXPECT_NE(channel->keys[0].endpoint, channel->keys[1].endpoint);
  EXPECT_NE(channel->keys[0].endpoint->proxy.user, channel->keys[1].endpoint->proxy.user);
  EXPECT_EQ(channel->keys[0].endpoint->proxy.user.size(), std::string("user-").size() + 32);
}

TEST_F(Building, GroupsHaveRatioRateAndFallback) {
  auto& vip = rows.group("vip");
  vip.ratio = "0.85";
  vip.api_rate = 0;
  vip.fallback = "default";
  rows.group("broken").ratio = "many";
  rows.group("lost").fallback = "nowhere";
  rows.group("own").fallback = "own";
  const Built built = rows.build();
  const Group* group = built.catalog->find_group("vip");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->ratio.to_string(), "0.85");
  EXPECT_EQ(group->rate.per_minute, 0);
  EXPECT_EQ(group->fallback, built.catalog->find_group("default"));
  EXPECT_EQ(built.catalog->find_group("broken"), nullptr);
  EXPECT_EQ(built.catalog->find_group("lost")->fallback, nullptr);
  EXPECT_THAT(built.problems,
              UnorderedElementsAre(Field(&BuildProblem::what, "group broken"), Field(&BuildProblem::what, "group lost"),
                                   Field(&BuildProblem::what, "group own")));
}

TEST_F(Building, PricesAreFoundExactlyThenByTheLongestPattern) {
  rows.rows.prices.clear();
  rows.price("gpt-*", "1").owner = 1;
  rows.price("gpt-4*", "2").owner = 2;
  rows.price("gpt-4o", "3").owner = 3;
  rows.price("bad", "x");
  rows.price("extra").extra_ratios = R"({"cached_tokens": 0.5, "no_such_key": 1})";
  rows.rows.owners = {{3, "OpenAI", ""}, {1, "Somebody", ""}};
  const Built built = rows.build();
  const Catalog& catalog = *built.catalog;
  EXPECT_EQ(catalog.find_price("gpt-4o")->owner, 3);
  EXPECT_EQ(catalog.find_price("gpt-4o-mini")->owner, 2);
  EXPECT_EQ(catalog.find_price("gpt-3")->owner, 1);
  EXPECT_EQ(catalog.find_price("claude"), nullptr);
  EXPECT_EQ(catalog.find_price("bad"), nullptr);
  EXPECT_EQ(catalog.owner_of("gpt-4o"), "OpenAI");
  EXPECT_EQ(catalog.owner_of("gpt-3"), "Somebody");
  EXPECT_EQ(catalog.owner_of("gpt-4"), "");
  EXPECT_EQ(catalog.find_price("gpt-4o")->price.version(), 3);
  EXPECT_THAT(built.problems,
              UnorderedElementsAre(Field(&BuildProblem::what, "price bad"), Field(&BuildProblem::what, "price extra")));
}

TEST_F(Building, ChargesTheBilledNameElseTheRequestedOneElseTheDefault) {
  rows.rows.prices.clear();
  rows.price("upstream", "5");
  rows.price("asked", "7");
  const auto version = [](const Catalog& catalog, std::string_view billed, std::string_view requested) {
    const auto price = catalog.price_of({billed, billed, true}, requested);
    return price ? (*price)->version() : -1;
  };
  auto catalog = rows.catalog();
  EXPECT_EQ(version(*catalog, "upstream", "asked"), 1);
  EXPECT_EQ(version(*catalog, "other", "asked"), 2);
  const auto missing = catalog->price_of({"other", "other", false}, "other");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::model_price_missing);

  rows.settings.default_price = "2.50";
  catalog = rows.catalog();
  const auto fallback = catalog->price_of({"other", "other", false}, "other");
  ASSERT_TRUE(fallback);
  llm::Usage usage;
  usage.input_uncached = 1'000'000;
  EXPECT_EQ(ledger::cost(usage, **fallback, Decimal(1)), 1'250'000);  // $2.50 at 500,000 a dollar
}

TEST_F(Building, KeepsHealthAcrossRebuildsUntilTheRowChanges) {
  auto& row = rows.channel(1, "m");
  auto catalog = rows.catalog();
  const KeyCell* key = catalog->find_channel(ChannelId{1})->keys[0].health;
  const_cast<KeyCell*>(key)->cool_down(5, 0, 1'000'000, true);

  catalog = rows.catalog();
  EXPECT_EQ(catalog->find_channel(ChannelId{1})->keys[0].health, key);
  EXPECT_NE(key->pause(5, 0).until_ms, 0);
  row.version = 2;
  catalog = rows.catalog();
  EXPECT_EQ(key->pause(5, 0).until_ms, 0);
}

TEST_F(Building, ForgetsWhatWasHeldAgainstAChannelWhenItIsEnabledNotWhenItIsDisabled) {
  auto& row = rows.channel(1, "m");
  KeyCell& key = *rows.catalog()->find_channel(ChannelId{1})->keys[0].health;
  key.cool_down(5, 0, 1'000'000, true);
  row.status = store::ChannelStatus::auto_disabled;
  row.version = 2;
  const auto without = rows.catalog();
  EXPECT_NE(key.pause(5, 0).until_ms, 0);
  row.status = store::ChannelStatus::enabled;
  row.version = 3;
  const auto with = rows.catalog();
  EXPECT_EQ(key.pause(5, 0).until_ms, 0);
}

TEST_F(Building, AChannelCanBeBuiltForATestWhateverItsStatus) {
  auto& row = rows.channel(1, "m");
  row.status = store::ChannelStatus::disabled;
  EXPECT_TRUE(rows.builder.build_channel(row, rows.settings));
  row.type = 987'654;
  EXPECT_EQ(rows.builder.build_channel(row, rows.settings).error().code(), ErrorCode::channel_not_usable);
}

TEST_F(Building, AThousandChannelsStaySmall) {
  std::string models;
  for (int i = 0; i < 50; ++i) models += "model-" + std::to_string(i) + ",";
  for (int i = 1; i <= 1'000; ++i) rows.channel(i, models, "sk-" + std::to_string(i));
  const auto catalog = rows.catalog();
  EXPECT_EQ(catalog->channels().size(), 1'000U);
  EXPECT_LT(catalog->bytes(), 2'500'000U);
  EXPECT_EQ(catalog->channels().front().keys[0].endpoint, catalog->channels().back().keys[0].endpoint);
}

TEST(Keys, AreTakenApart) {
  EXPECT_EQ(split_keys(Secret("")).size(), 0U);
  EXPECT_EQ(split_keys(Secret("\n \r\n")).size(), 0U);
  EXPECT_EQ(split_keys(Secret("a\r\nb\na")).size(), 2U);
}

}  // namespace
}  // namespace tollgate::catalog
