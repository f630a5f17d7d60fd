#include "store/channels.h"

#include "store/store_fixture.h"
#include "store/totals.h"

namespace tollgate::store {
namespace {

class Channels : public StoreTest {
 protected:
  ChannelRow channel(const std::string& name) {
    ChannelRow row;
    row.type = 1;
    row.name = name;
    row.groups = "default";
    row.models = "gpt-4o";
    row.created_at = row.updated_at = kNow;
    return row;
  }
  ChannelId add(const ChannelRow& row) { return VALUE(create_channel(db(), row)); }
  std::vector<std::string> names(const ChannelFilter& filter, const std::string& order = "id") {
    std::vector<std::string> out;
    for (const auto& row : VALUE(list_channels(db(), filter, {.offset = 0, .limit = 100, .order = order})).rows)
      out.push_back(row.name);
    return out;
  }
};
TOLLGATE_ON_ALL_ENGINES(Channels);
using Names = std::vector<std::string>;

TEST_P(Channels, KeepEveryField) {
  ChannelRow row = channel("main");
  row.type = 1'000'001;
  row.key_hash = "kh";
  row.keys_sealed = "sealed";
  row.status = ChannelStatus::auto_disabled;
  row.disabled_reason = "quota exceeded: \"x\"";
  row.disabled_at = kNow;
  row.weight = 7;
  row.priority = -3;
  row.base_url = "https://api.example.org/v1";
  row.other = "2024-02-01";
  row.models = std::string(5000, 'm') + ",gpt-*";
  row.groups = "default,vip";
  row.tag = "blue";
  row.model_mapping = R"({"a":"+b"})";
  row.headers_sealed = "h";
  row.parameters = R"({"overwrite":true})";
  row.status_mapping = R"({"429":"503"})";
  row.system_prompt = "be brief\nplease";
  row.proxy_sealed = "p";
  row.test_model = "gpt-4o-mini";
  row.tested_at = kNow - 1;
  row.response_ms = 321;
  row.balance_micros = -5;
  row.balance_updated_at = kNow - 2;
  row.only_chat = true;
  row.prompt_counting = 3;
  row.compatible_response = true;
  row.allow_extra_body = true;
  row.auto_disable = false;
  row.disabled_stream = R"(["o1"])";
  row.plugin = R"({"customize":{"1":"/x"}})";
  row.options = R"({"region":"eu"})";
  const ChannelId id = add(row);
  const ChannelRow found = *VALUE(find_channel(db(), id));
  EXPECT_EQ(found.id, id);
  EXPECT_EQ(found.type, row.type);
  EXPECT_EQ(found.name, row.name);
  EXPECT_EQ(found.key_hash, row.key_hash);
  EXPECT_EQ(found.keys_sealed, row.keys_sealed);
  EXPECT_EQ(found.status, row.status);
  EXPECT_EQ(found.disabled_reason, row.disabled_reason);
  EXPECT_EQ(found.disabled_at, row.disabled_at);
  EXPECT_EQ(found.weight, row.weight);
  EXPECT_EQ(found.priority, row.priority);
  EXPECT_EQ(found.base_url, row.base_url);
  EXPECT_EQ(found.other, row.other);
  EXPECT_EQ(found.models, row.models);
  EXPECT_EQ(found.groups, row.groups);
  EXPECT_EQ(found.tag, row.tag);
  EXPECT_EQ(found.model_mapping, row.model_mapping);
  EXPECT_EQ(found.headers_sealed, row.headers_sealed);
  EXPECT_EQ(found.parameters, row.parameters);
  EXPECT_EQ(found.status_mapping, row.status_mapping);
  EXPECT_EQ(found.system_prompt, row.system_prompt);
  EXPECT_EQ(found.proxy_sealed, row.proxy_sealed);
  EXPECT_EQ(found.test_model, row.test_model);
  EXPECT_EQ(found.tested_at, row.tested_at);
  EXPECT_EQ(found.response_ms, row.response_ms);
  EXPECT_EQ(found.balance_micros, row.balance_micros);
  EXPECT_EQ(found.balance_updated_at, row.balance_updated_at);
  EXPECT_TRUE(found.only_chat);
  EXPECT_EQ(found.prompt_counting, 3);
  EXPECT_TRUE(found.compatible_response);
  EXPECT_TRUE(found.allow_extra_body);
  EXPECT_FALSE(found.auto_disable);
  EXPECT_EQ(found.disabled_stream, row.disabled_stream);
  EXPECT_EQ(found.plugin, row.plugin);
  EXPECT_EQ(found.options, row.options);
  EXPECT_EQ(found.version, 1);
}

TEST_P(Channels, AreLoadedAllAtOnceInOrder) {
  std::vector<ChannelRow> rows(30, channel("c"));
  const auto ids = VALUE(create_channels(db(), rows));
  VALUE(delete_channels(db(), {ids[4]}, kNow));
  const auto loaded = VALUE(load_channels(db()));
  ASSERT_EQ(loaded.size(), 29u);
  EXPECT_TRUE(std::is_sorted(loaded.begin(), loaded.end(), [](auto& a, auto& b) { return a.id < b.id; }));
}

TEST_P(Channels, AreCreatedAllOrNone) {
  ChannelRow bad = channel("bad");
  bad.name = std::string("zero\0byte", 9);
  EXPECT_CODE(create_channels(db(), {channel("good"), bad}), ErrorCode::invalid_request);
  EXPECT_TRUE(VALUE(load_channels(db())).empty());
}

TEST_P(Channels, AreUpdatedOnlyFromTheVersionSeen) {
  const ChannelId id = add(channel("a"));
  ChannelRow row = *VALUE(find_channel(db(), id));
  const ChannelRow stale = row;
  row.name = "b";
  row.used = 5;  // not taken
  VALUE(update_channel(db(), row));
  EXPECT_CODE(update_channel(db(), stale), ErrorCode::conflict);
  EXPECT_EQ(VALUE(find_channel(db(), id))->name, "b");
  EXPECT_EQ(VALUE(find_channel(db(), id))->used, 0);
  row.id = ChannelId{id.value + 1};
  EXPECT_CODE(update_channel(db(), row), ErrorCode::not_found);
}

TEST_P(Channels, ChangeStatusOnlyFromTheOneExpected) {
  const ChannelId id = add(channel("a"));
  EXPECT_TRUE(VALUE(set_channel_status(db(), id, ChannelStatus::enabled, ChannelStatus::auto_disabled, "401", kNow)));
  ChannelRow row = *VALUE(find_channel(db(), id));
  EXPECT_EQ(row.status, ChannelStatus::auto_disabled);
  EXPECT_EQ(row.disabled_reason, "401");
  EXPECT_EQ(row.disabled_at, kNow);
  EXPECT_EQ(row.version, 2);
  // Somebody disabled it by hand in the meantime: an automatic change must not undo that.
  EXPECT_FALSE(VALUE(set_channel_status(db(), id, ChannelStatus::enabled, ChannelStatus::auto_disabled, "x", kNow)));
  EXPECT_TRUE(VALUE(set_channel_status(db(), id, ChannelStatus::auto_disabled, ChannelStatus::enabled, "", kNow)));
  row = *VALUE(find_channel(db(), id));
  EXPECT_EQ(row.disabled_reason, "");
  EXPECT_EQ(row.disabled_at, 0);
}

TEST_P(Channels, NoteTestsAndBalances) {
  const ChannelId id = add(channel("a"));
  VALUE(note_channel_test(db(), id, 250, kNow));
  VALUE(note_channel_balance(db(), id, 1'500'000, kNow + 1));
  const ChannelRow row = *VALUE(find_channel(db(), id));
  EXPECT_EQ(row.response_ms, 250);
  EXPECT_EQ(row.tested_at, kNow);
  EXPECT_EQ(row.balance_micros, 1'500'000);
  EXPECT_EQ(row.balance_updated_at, kNow + 1);
  EXPECT_EQ(row.version, 1);
  EXPECT_CODE(note_channel_test(db(), ChannelId{id.value + 1}, 1, kNow), ErrorCode::not_found);
}

TEST_P(Channels, AreFilteredAndOrdered) {
  ChannelRow row = channel("Alpha one");
  row.groups = "default, vip";
  row.models = "gpt-4o,o1";
  row.other = "2024-02";
  row.test_model = "gpt-4o";
  row.key_hash = "k1";
  const ChannelId first = add(row);
  row = channel("beta");
  row.type = 14;
  row.groups = "vip2";
  row.models = "claude";
  row.status = ChannelStatus::disabled;
  row.priority = 9;
  add(row);

  ChannelFilter filter;
  filter.type = 14;
  EXPECT_EQ(names(filter), Names{"beta"});
  filter = {};
  filter.status = ChannelStatus::enabled;
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter = {};
  filter.name = "PHA";
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter = {};
  filter.group = "vip";
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter.group = "vi_";
  EXPECT_EQ(names(filter), Names{});
  filter = {};
  filter.models = "laud";
  EXPECT_EQ(names(filter), Names{"beta"});
  filter = {};
  filter.other = "2024";
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter = {};
  filter.test_model = "gpt";
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter = {};
  filter.key_hash = "k1";
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  filter = {};
  filter.keyword = std::to_string(first.value);
  EXPECT_EQ(names(filter), Names{"Alpha one"});
  EXPECT_EQ(names({}, "-priority"), (Names{"beta", "Alpha one"}));
  EXPECT_EQ(names({}, "group"), (Names{"Alpha one", "beta"}));
  EXPECT_EQ(names({}, ""), (Names{"beta", "Alpha one"}));
  EXPECT_CODE(list_channels(db(), {}, {.offset = 0, .limit = 1, .order = "key"}), ErrorCode::invalid_request);
}

TEST_P(Channels, ShowOneOfEachTag) {
  for (const char* tag : {"", "red", "red", "blue"}) {
    ChannelRow row = channel(std::string("c-") + tag);
    row.tag = tag;
    row.name += std::to_string(VALUE(load_channels(db())).size());
    add(row);
  }
  ChannelFilter filter;
  filter.filter_tag = 0;
  EXPECT_EQ(names(filter), (Names{"c-0", "c-red2", "c-blue3"}));
  filter.filter_tag = 1;
  EXPECT_EQ(names(filter), (Names{"c-0"}));
  filter.filter_tag = 2;
  EXPECT_EQ(names(filter), (Names{"c-red2", "c-blue3"}));
  filter = {};
  filter.tag = "red";
  EXPECT_EQ(names(filter), (Names{"c-red1", "c-red2"}));
  EXPECT_EQ(VALUE(list_channel_tags(db())), (Names{"blue", "red"}));
  EXPECT_EQ(VALUE(load_channels_by_tag(db(), "red")).size(), 2u);
  EXPECT_EQ(VALUE(load_channels_by_tag(db(), "none")).size(), 0u);
}

TEST_P(Channels, AreDeletedByIdAndByStatus) {
  const ChannelId a = add(channel("a"));
  ChannelRow row = channel("b");
  row.status = ChannelStatus::disabled;
  add(row);
  row.status = ChannelStatus::auto_disabled;
  add(row);
  const auto counts = VALUE(count_channels_by_status(db()));
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts[2].status, ChannelStatus::auto_disabled);
  EXPECT_EQ(counts[2].channels, 1);
  EXPECT_EQ(VALUE(delete_disabled_channels(db(), kNow)), 2);
  EXPECT_EQ(VALUE(delete_channels(db(), {a, ChannelId{a.value + 100}}, kNow)), 1);
  EXPECT_EQ(VALUE(delete_channels(db(), {}, kNow)), 0);
  EXPECT_FALSE(VALUE(find_channel(db(), a)));
  EXPECT_EQ(VALUE(find_channel_names(db(), {a}))[0].name, "a");
}

TEST_P(Channels, AreChangedSeveralAtATime) {
  ChannelRow row = channel("a");
  row.status = ChannelStatus::auto_disabled;
  row.disabled_reason = "no credit";
  row.disabled_at = kNow;
  const ChannelId a = add(row), b = add(channel("b")), untouched = add(channel("c"));
  const std::vector<ChannelId> ids{a, b, ChannelId{b.value + 100}};
  EXPECT_EQ(VALUE(load_channels(db(), ids)).size(), 2u);
  EXPECT_TRUE(VALUE(load_channels(db(), {})).empty());
  EXPECT_EQ(VALUE(set_channels_status(db(), ids, ChannelStatus::disabled, kNow + 5)), 2);
  EXPECT_EQ(VALUE(set_channels_tag(db(), ids, "pool", kNow + 5)), 2);
  const ChannelRow now = *VALUE(find_channel(db(), a));
  EXPECT_EQ(now.status, ChannelStatus::disabled);
  EXPECT_EQ(now.disabled_reason, "");
  EXPECT_EQ(now.disabled_at, 0);
  EXPECT_EQ(now.tag, "pool");
  EXPECT_EQ(now.updated_at, kNow + 5);
  EXPECT_EQ(now.version, 3);
  EXPECT_EQ(VALUE(find_channel(db(), untouched))->version, 1);
  EXPECT_EQ(VALUE(set_channels_tag(db(), {b}, "", kNow)), 1);
  EXPECT_EQ(VALUE(load_channels_by_tag(db(), "pool")).size(), 1u);
}

TEST_P(Channels, ComeBackAsTheyWereUnlessTheyWereDeletedTooLongAgo) {
  ChannelRow row = channel("a");
  row.keys_sealed = "sealed";
  row.tag = "pool";
  const ChannelId old = add(channel("old")), a = add(row), alive = add(channel("alive"));
  VALUE(delete_channels(db(), {old}, kNow - 1));
  VALUE(delete_channels(db(), {a}, kNow));
  EXPECT_EQ(VALUE(restore_channels(db(), {old, a, alive}, kNow, kNow + 9)), 1);
  const ChannelRow back = *VALUE(find_channel(db(), a));
  EXPECT_EQ(back.keys_sealed, "sealed");
  EXPECT_EQ(back.tag, "pool");
  EXPECT_EQ(back.deleted_at, 0);
  EXPECT_EQ(back.updated_at, kNow + 9);
  EXPECT_EQ(back.version, 3);
  EXPECT_FALSE(VALUE(find_channel(db(), old)));
  EXPECT_EQ(VALUE(find_channel(db(), alive))->version, 1);
  EXPECT_EQ(VALUE(load_channels(db())).size(), 2u);
}

TEST_P(Channels, MayBeImportedWithTheirIdsAndCountUse) {
  ChannelRow row = channel("old");
  row.id = ChannelId{70'000};
  EXPECT_EQ(add(row), row.id);
  EXPECT_GT(add(channel("new")), row.id);
  const std::vector<UsageDelta> deltas{{.id = row.id.value, .used = 12, .requests = 3, .accessed_at = 0}};
  EXPECT_EQ(VALUE(add_channel_usage(db(), deltas)), 1);
  EXPECT_EQ(VALUE(find_channel(db(), row.id))->used, 12);
  EXPECT_EQ(VALUE(find_channel(db(), row.id))->request_count, 3);
}

}  // namespace
}  // namespace tollgate::store
