#include "store/groups.h"
#include "store/models.h"
#include "store/options.h"
#include "store/seed.h"
#include "store/store_fixture.h"

// Groups, model owners and infos, options, facts about the database, and what a fresh one holds.
namespace tollgate::store {
namespace {

using Groups = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Groups);

GroupRow group(const std::string& symbol) {
  GroupRow row;
  row.symbol = symbol;
  row.name = symbol;
  return row;
}

TEST_P(Groups, KeepEveryField) {
  GroupRow row = group("gold");
  row.name = "Gold \xE9\x87\x91";
  row.ratio = "0.123456789012";
  row.api_rate = 0;
  row.is_public = true;
  row.promotion = true;
  row.min_usd = 10;
  row.max_usd = 100;
  row.enabled = false;
  row.fallback = "default";
  row.created_at = kNow;
  row.updated_at = kNow + 1;
  const auto id = VALUE(create_group(db(), row));
  const GroupRow found = *VALUE(find_group(db(), id));
  EXPECT_EQ(found.symbol, "gold");
  EXPECT_EQ(found.name, row.name);
  EXPECT_EQ(found.ratio, row.ratio);
  EXPECT_EQ(found.api_rate, 0);
  EXPECT_TRUE(found.is_public);
  EXPECT_TRUE(found.promotion);
  EXPECT_EQ(found.min_usd, 10);
  EXPECT_EQ(found.max_usd, 100);
  EXPECT_FALSE(found.enabled);
  EXPECT_EQ(found.fallback, "default");
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_EQ(found.updated_at, kNow + 1);
  EXPECT_EQ(VALUE(find_group_by_symbol(db(), "gold"))->id, id);
  EXPECT_FALSE(VALUE(find_group_by_symbol(db(), "Gold")));
  EXPECT_FALSE(VALUE(find_group(db(), id + 1)));
}

TEST_P(Groups, HaveUniqueSymbolsAndRatiosThatAreNumbers) {
  VALUE(create_group(db(), group("gold")));
  EXPECT_CODE(create_group(db(), group("gold")), ErrorCode::conflict);
  for (const char* bad : {"", "x", "-1", "1.2.3", "nan", "1e999"}) {
    GroupRow row = group("bad");
    row.ratio = bad;
    EXPECT_CODE(create_group(db(), row), ErrorCode::invalid_request);
  }
  GroupRow row = group("plain");
  row.ratio = "1.50";
  EXPECT_EQ(VALUE(find_group(db(), VALUE(create_group(db(), row))))->ratio, "1.5");
}

TEST_P(Groups, KeepTheirSymbolThroughAnUpdate) {
  const auto id = VALUE(create_group(db(), group("gold")));
  GroupRow row = *VALUE(find_group(db(), id));
  const GroupRow stale = row;
  row.symbol = "silver";
  row.ratio = "2";
  VALUE(update_group(db(), row));
  EXPECT_EQ(VALUE(find_group(db(), id))->symbol, "gold");
  EXPECT_EQ(VALUE(find_group(db(), id))->ratio, "2");
  EXPECT_CODE(update_group(db(), stale), ErrorCode::conflict);
  row.id = id + 1;
  EXPECT_CODE(update_group(db(), row), ErrorCode::not_found);
}

TEST_P(Groups, AlwaysHaveTheDefaultOne) {
  const auto id = VALUE(create_group(db(), group("default")));
  GroupRow row = *VALUE(find_group(db(), id));
  row.enabled = false;
  EXPECT_CODE(update_group(db(), row), ErrorCode::conflict);
  EXPECT_CODE(delete_group(db(), id), ErrorCode::conflict);
  const auto other = VALUE(create_group(db(), group("gold")));
  VALUE(delete_group(db(), other));
  EXPECT_CODE(delete_group(db(), other), ErrorCode::not_found);
  EXPECT_EQ(VALUE(load_groups(db())).size(), 1u);
}

TEST_P(Groups, AreListedByPageFilterAndOrder) {
  for (const char* name : {"a1", "a2", "b1"}) {
    GroupRow row = group(name);
    row.enabled = name[0] == 'a';
    VALUE(create_group(db(), row));
  }
  GroupFilter filter;
  filter.name = "A";
  EXPECT_EQ(VALUE(list_groups(db(), filter, {})).total, 2);
  filter = {};
  filter.enabled = false;
  EXPECT_EQ(VALUE(list_groups(db(), filter, {})).rows.front().symbol, "b1");
  const auto page = VALUE(list_groups(db(), {}, {.offset = 1, .limit = 1, .order = "name"}));
  EXPECT_EQ(page.total, 3);
  EXPECT_EQ(page.rows.front().name, "a2");
}

using Models = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Models);

TEST_P(Models, HaveOwners) {
  VALUE(create_model_owner(db(), {.id = 1001, .name = "Mine", .icon = "https://x/i.svg"}));
  EXPECT_CODE(create_model_owner(db(), {.id = 1001, .name = "Again", .icon = ""}), ErrorCode::conflict);
  VALUE(update_model_owner(db(), {.id = 1001, .name = "Ours", .icon = ""}));
  EXPECT_EQ(VALUE(find_model_owner(db(), 1001))->name, "Ours");
  EXPECT_EQ(VALUE(load_model_owners(db())).size(), 1u);
  EXPECT_CODE(update_model_owner(db(), {.id = 5, .name = "x", .icon = ""}), ErrorCode::not_found);
  VALUE(delete_model_owner(db(), 1001));
  EXPECT_CODE(delete_model_owner(db(), 1001), ErrorCode::not_found);
  EXPECT_FALSE(VALUE(find_model_owner(db(), 1001)));
}

TEST_P(Models, HaveInfos) {
  ModelInfoRow row;
  row.model = "gpt-4o";
  row.name = "GPT-4o";
  row.description = "words";
  row.context_length = 128'000;
  row.max_tokens = 16'384;
  row.input_modalities = R"(["text","image"])";
  row.output_modalities = R"(["text"])";
  row.tags = "[]";
  row.support_url = R"(["https://x"])";
  row.created_at = row.updated_at = kNow;
  row.id = VALUE(create_model_info(db(), row));
  EXPECT_CODE(create_model_info(db(), row), ErrorCode::conflict);
  const ModelInfoRow found = *VALUE(find_model_info(db(), row.id));
  EXPECT_EQ(found.model, row.model);
  EXPECT_EQ(found.name, row.name);
  EXPECT_EQ(found.description, row.description);
  EXPECT_EQ(found.context_length, row.context_length);
  EXPECT_EQ(found.max_tokens, row.max_tokens);
  EXPECT_EQ(found.input_modalities, row.input_modalities);
  EXPECT_EQ(found.output_modalities, row.output_modalities);
  EXPECT_EQ(found.tags, row.tags);
  EXPECT_EQ(found.support_url, row.support_url);
  EXPECT_EQ(found.created_at, kNow);
  row.model = "gpt-5";
  row.created_at = 1;
  VALUE(update_model_info(db(), row));
  EXPECT_EQ(VALUE(load_model_infos(db()))[0].model, "gpt-5");
  EXPECT_EQ(VALUE(load_model_infos(db()))[0].created_at, kNow);
  ModelInfoRow other = row;
  other.model = "o1";
  other.id = VALUE(create_model_info(db(), other));
  other.model = "gpt-5";
  EXPECT_CODE(update_model_info(db(), other), ErrorCode::conflict);
  VALUE(delete_model_info(db(), row.id));
  EXPECT_CODE(delete_model_info(db(), row.id), ErrorCode::not_found);
  EXPECT_CODE(update_model_info(db(), row), ErrorCode::not_found);
}

using Options = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Options);

TEST_P(Options, AreSetReplacedAndForgotten) {
  VALUE(set_option(db(), {.name = "SystemName", .value = "One", .sealed = false, .updated_at = kNow}));
  VALUE(set_option(db(), {.name = "SystemName", .value = "Two", .sealed = true, .updated_at = kNow + 1}));
  const OptionRow row = *VALUE(find_option(db(), "SystemName"));
  EXPECT_EQ(row.value, "Two");
  EXPECT_TRUE(row.sealed);
  EXPECT_EQ(row.updated_at, kNow + 1);
  EXPECT_FALSE(VALUE(find_option(db(), "systemname")));
  EXPECT_TRUE(VALUE(delete_option(db(), "SystemName")));
  EXPECT_FALSE(VALUE(delete_option(db(), "SystemName")));
  EXPECT_TRUE(VALUE(load_options(db())).empty());
}

TEST_P(Options, AreSetTogetherOrNotAtAll) {
  const std::string bad("\xC3\x28");
  EXPECT_CODE(set_options(db(), {{.name = "A", .value = "1", .sealed = false, .updated_at = 0},
                                 {.name = "B", .value = bad, .sealed = false, .updated_at = 0}}),
              ErrorCode::invalid_request);
  EXPECT_TRUE(VALUE(load_options(db())).empty());
  VALUE(set_options(db(), {{.name = "B", .value = "2", .sealed = false, .updated_at = 0},
                           {.name = "A", .value = std::string(200'000, 'x'), .sealed = false, .updated_at = 0}}));
  const auto all = VALUE(load_options(db()));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "A");
  EXPECT_EQ(all[0].value.size(), 200'000u);
}

TEST_P(Options, KeepFactsAboutTheDatabase) {
  EXPECT_EQ(VALUE(meta_value(db(), kMetaLedgerUuid)), "");
  EXPECT_EQ(VALUE(claim_meta_value(db(), kMetaLedgerUuid, "one")), "one");
  EXPECT_EQ(VALUE(claim_meta_value(db(), kMetaLedgerUuid, "two")), "one");
  VALUE(set_meta_value(db(), kMetaLedgerUuid, "three"));
  VALUE(set_meta_value(db(), "other", "four"));
  EXPECT_EQ(VALUE(meta_value(db(), kMetaLedgerUuid)), "three");
}

using Seed = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Seed);

TEST_P(Seed, FillsAFreshDatabaseOnce) {
  EXPECT_TRUE(VALUE(seed_database(db(), kNow)));
  const auto groups = VALUE(load_groups(db()));
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].symbol, "default");
  EXPECT_TRUE(groups[0].is_public);
  EXPECT_FALSE(groups[1].is_public);
  EXPECT_EQ(VALUE(find_model_owner(db(), 28))->name, "Deepseek");
  EXPECT_EQ(VALUE(load_prices(db())).size(), built_in_prices().size());
  // What an operator deletes stays deleted.
  VALUE(delete_group(db(), groups[2].id));
  VALUE(delete_price(db(), "gpt-4o"));
  EXPECT_FALSE(VALUE(seed_database(db(), kNow)));
  EXPECT_EQ(VALUE(load_groups(db())).size(), 2u);
  EXPECT_FALSE(VALUE(find_price(db(), "gpt-4o")));
}

TEST(BuiltInPrices, AreThoseOfThePredecessor) {
  const auto prices = built_in_prices();
  std::map<std::string, PriceRow> by_model;
  for (const PriceRow& row : prices) EXPECT_TRUE(by_model.emplace(row.model, row).second) << row.model;
  std::size_t tokens = 0;
  for (const PriceRow& row : prices) tokens += row.type == PriceType::tokens ? 1 : 0;
  EXPECT_EQ(tokens, 129u + 1u);  // and the demonstration models
  EXPECT_EQ(prices.size() - tokens, 16u * 3u + 3u);
  EXPECT_EQ(by_model.at("gpt-4o").input, "2.5");
  EXPECT_EQ(by_model.at("gpt-4o").output, "7.5");
  EXPECT_EQ(by_model.at("gpt-4o").owner, 1);
  EXPECT_EQ(by_model.at("davinci-002").output, "1");
  EXPECT_EQ(by_model.at("hunyuan-pro").output, "7.1429");
  EXPECT_EQ(by_model.at("mj_relax_imagine").input, "50");
  EXPECT_EQ(by_model.at("mj_turbo_upload").input, "0");
  EXPECT_EQ(by_model.at("mj_describe").type, PriceType::times);
  EXPECT_EQ(by_model.at("suno_lyrics").input, "5");
  EXPECT_EQ(by_model.at("demo-*").input, "0");
}

}  // namespace
}  // namespace tollgate::store
