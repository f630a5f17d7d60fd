#include "store/tokens.h"

#include "store/grants.h"
#include "store/store_fixture.h"
#include "store/totals.h"

namespace tollgate::store {
namespace {

class Tokens : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ada_ = add_user("ada", "Ada L.");
    bob_ = add_user("bob", "");
  }
  UserId add_user(const std::string& name, const std::string& display_name) {
    UserRow row;
    row.username = name;
    row.display_name = display_name;
    row.group = "vip";
    row.role = Role::reliable;
    return VALUE(create_user(db(), row));
  }
  TokenRow token(UserId user, const std::string& key, const std::string& name = "t") {
    TokenRow row;
    row.user = user;
    row.key_hash = key;
    row.name = name;
    row.created_at = row.updated_at = kNow;
    return row;
  }
  TokenId add(const TokenRow& row) { return VALUE(create_token(db(), row)); }
  void grant(AccountKind kind, std::int64_t account, Quota amount) {
    GrantRow change;
    change.kind = kind;
    change.account = account;
    change.amount = amount;
    change.reference = "grant" + std::to_string(++grants_);
    VALUE(change_grant(db(), change));
  }

  UserId ada_, bob_;
  int grants_ = 0;
};
TOLLGATE_ON_ALL_ENGINES(Tokens);

TEST_P(Tokens, KeepEveryField) {
  TokenRow row = token(ada_, "ab12", "my \"key\" \xF0\x9F\x94\x91");
  row.key_sealed = "sealed==";
  row.key_hint = "wxyz";
  row.status = TokenStatus::disabled;
  row.expires_at = kNow + 5;
  row.unlimited = true;
  row.group = "vip";
  row.backup_group = "default";
  row.models_limited = true;
  row.models = R"(["gpt-4o","claude"])";
  row.ips_limited = true;
  row.ips = R"(["10.0.0.0/8"])";
  row.heartbeat = true;
  row.heartbeat_seconds = 45;
  row.billing_tag = "team-a";
  row.settings = R"({"x":1})";
  row.used = 99;  // not taken
  const TokenId id = add(row);
  const TokenRow found = *VALUE(find_token(db(), id));
  EXPECT_EQ(found.id, id);
  EXPECT_EQ(found.user, ada_);
  EXPECT_EQ(found.name, row.name);
  EXPECT_EQ(found.key_hash, row.key_hash);
  EXPECT_EQ(found.key_sealed, row.key_sealed);
  EXPECT_EQ(found.key_hint, row.key_hint);
  EXPECT_EQ(found.status, row.status);
  EXPECT_EQ(found.expires_at, row.expires_at);
  EXPECT_TRUE(found.unlimited);
  EXPECT_EQ(found.group, row.group);
  EXPECT_EQ(found.backup_group, row.backup_group);
  EXPECT_TRUE(found.models_limited);
  EXPECT_EQ(found.models, row.models);
  EXPECT_TRUE(found.ips_limited);
  EXPECT_EQ(found.ips, row.ips);
  EXPECT_TRUE(found.heartbeat);
  EXPECT_EQ(found.heartbeat_seconds, 45);
  EXPECT_EQ(found.billing_tag, row.billing_tag);
  EXPECT_EQ(found.settings, row.settings);
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_EQ(found.used, 0);
  EXPECT_EQ(found.version, 1);
}

TEST_P(Tokens, AreFoundByTheirKeyWithTheirOwner) {
  const TokenId id = add(token(ada_, "ab12"));
  grant(AccountKind::user, ada_.value, 1000);
  grant(AccountKind::token, id.value, 300);
  const auto access = VALUE(find_token_access(db(), "ab12"));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->token.id, id);
  EXPECT_EQ(access->token.granted, 300);
  EXPECT_EQ(access->username, "ada");
  EXPECT_EQ(access->user_role, Role::reliable);
  EXPECT_EQ(access->user_status, UserStatus::enabled);
  EXPECT_EQ(access->user_group, "vip");
  EXPECT_EQ(access->user_granted, 1000);
  EXPECT_EQ(access->user_used, 0);
  EXPECT_EQ(access->user_version, 1);
  EXPECT_EQ(VALUE(find_token_access(db(), id))->token.key_hash, "ab12");
  EXPECT_FALSE(VALUE(find_token_access(db(), "AB12")));
  EXPECT_FALSE(VALUE(find_token_access(db(), "")));
  EXPECT_FALSE(VALUE(find_token_access(db(), TokenId{id.value + 1})));
}

TEST_P(Tokens, AreTheirOwnersOnly) {
  const TokenId id = add(token(ada_, "ab12", "mine"));
  EXPECT_TRUE(VALUE(find_token(db(), ada_, id)));
  EXPECT_FALSE(VALUE(find_token(db(), bob_, id)));
  EXPECT_TRUE(VALUE(find_token_by_name(db(), ada_, "mine")));
  EXPECT_FALSE(VALUE(find_token_by_name(db(), bob_, "mine")));
  EXPECT_FALSE(VALUE(find_token_by_name(db(), ada_, "other")));
}

TEST_P(Tokens, HaveUniqueKeysAlsoBeyondDeletion) {
  const TokenId id = add(token(ada_, "ab12"));
  EXPECT_CODE(create_token(db(), token(bob_, "ab12")), ErrorCode::conflict);
  VALUE(delete_token(db(), ada_, id, kNow));
  EXPECT_CODE(create_token(db(), token(bob_, "ab12")), ErrorCode::conflict);
}

TEST_P(Tokens, MayBeImportedWithTheirIds) {
  TokenRow row = token(ada_, "ab12");
  row.id = TokenId{500'000};
  EXPECT_EQ(add(row), row.id);
  EXPECT_GT(add(token(ada_, "cd34")), row.id);
}

TEST_P(Tokens, AreUpdatedOnlyFromTheVersionSeen) {
  const TokenId id = add(token(ada_, "ab12"));
  TokenRow row = *VALUE(find_token(db(), id));
  const TokenRow stale = row;
  row.name = "renamed";
  row.user = bob_;
  row.key_hash = "changed";  // a key cannot be changed
  VALUE(update_token(db(), row));
  EXPECT_CODE(update_token(db(), stale), ErrorCode::conflict);
  const auto access = VALUE(find_token_access(db(), "ab12"));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->token.name, "renamed");
  EXPECT_EQ(access->username, "bob");
  EXPECT_EQ(access->token.version, 2);
  row.id = TokenId{id.value + 1};
  EXPECT_CODE(update_token(db(), row), ErrorCode::not_found);
}

TEST_P(Tokens, AreGoneWhenDeletedButKeepTheirName) {
  const TokenId id = add(token(ada_, "ab12", "old"));
  EXPECT_CODE(delete_token(db(), bob_, id, kNow), ErrorCode::not_found);
  VALUE(delete_token(db(), ada_, id, kNow));
  EXPECT_CODE(delete_token(db(), UserId{}, id, kNow), ErrorCode::not_found);
  EXPECT_FALSE(VALUE(find_token(db(), id)));
  EXPECT_FALSE(VALUE(find_token_access(db(), "ab12")));
  EXPECT_EQ(VALUE(count_tokens(db(), ada_)), 0);
  const auto names = VALUE(find_token_names(db(), {id}));
  ASSERT_EQ(names.size(), 1u);
  EXPECT_EQ(names[0].name, "old");
  EXPECT_EQ(names[0].user, ada_);
  EXPECT_EQ(VALUE(find_token_ids_by_name(db(), UserId{}, "old", 10)), std::vector{id});
}

TEST_P(Tokens, ComeBackToTheirOwnerUnlessTheyWereDeletedTooLongAgo) {
  const TokenId old = add(token(ada_, "k1", "old")), a = add(token(ada_, "k2", "a")), b = add(token(bob_, "k3", "b"));
  VALUE(delete_token(db(), ada_, old, kNow - 1));
  VALUE(delete_token(db(), ada_, a, kNow));
  VALUE(delete_token(db(), bob_, b, kNow));
  EXPECT_EQ(VALUE(restore_tokens(db(), ada_, {old, a, b}, kNow, kNow + 9)), 1);
  EXPECT_EQ(VALUE(find_token_ids(db(), ada_, {old, a, b})), std::vector{a});
  const auto access = VALUE(find_token_access(db(), "k2"));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->token.updated_at, kNow + 9);
  EXPECT_EQ(access->token.version, 3);
  EXPECT_FALSE(VALUE(find_token_access(db(), "k1")));
  EXPECT_FALSE(VALUE(find_token_access(db(), "k3")));
  EXPECT_EQ(VALUE(restore_tokens(db(), ada_, {a}, kNow, kNow)), 0);
}

TEST_P(Tokens, AreListedByPageFilterAndOrder) {
  std::vector<TokenId> ids;
  for (int i = 0; i < 12; ++i) {
    TokenRow row = token(i < 8 ? ada_ : bob_, "k" + std::to_string(i), "Name" + std::to_string(i));
    if (i == 2) row.status = TokenStatus::disabled;
    ids.push_back(add(row));
  }
  grant(AccountKind::token, ids[5].value, 900);
  TokenFilter filter;
  filter.user = ada_;
  auto page = VALUE(list_tokens(db(), filter, {.offset = 5, .limit = 5, .order = ""}));
  EXPECT_EQ(page.total, 8);
  ASSERT_EQ(page.rows.size(), 3u);
  EXPECT_EQ(page.rows.front().name, "Name2");
  page = VALUE(list_tokens(db(), filter, {.offset = 0, .limit = 1, .order = "-remain_quota"}));
  EXPECT_EQ(page.rows.front().id, ids[5]);
  filter.keyword = "name1";
  EXPECT_EQ(VALUE(list_tokens(db(), filter, {})).total, 1);
  filter = {};
  filter.keyword = "name1";
  EXPECT_EQ(VALUE(list_tokens(db(), filter, {})).total, 3);
  filter = {};
  filter.status = TokenStatus::disabled;
  EXPECT_EQ(VALUE(list_tokens(db(), filter, {})).rows.front().id, ids[2]);
  filter = {};
  filter.id = ids[9];
  const auto owned = VALUE(list_owned_tokens(db(), filter, {}));
  ASSERT_EQ(owned.rows.size(), 1u);
  EXPECT_EQ(owned.rows[0].owner_name, "bob");
  filter.id = ids[0];
  EXPECT_EQ(VALUE(list_owned_tokens(db(), filter, {})).rows[0].owner_name, "Ada L.");
  EXPECT_CODE(list_tokens(db(), {}, {.offset = 0, .limit = 1, .order = "key"}), ErrorCode::invalid_request);
  EXPECT_EQ(VALUE(find_token_ids_by_name(db(), ada_, "Name9", 10)).size(), 0u);
  EXPECT_EQ(VALUE(find_token_ids_by_name(db(), bob_, "Name9", 10)).size(), 1u);
}

TEST_P(Tokens, CountWhatWasUsed) {
  const TokenId id = add(token(ada_, "ab12"));
  const std::vector<UsageDelta> deltas{{.id = id.value, .used = 30, .requests = 2, .accessed_at = kNow + 7}};
  VALUE(add_token_usage(db(), deltas));
  const std::vector<UsageDelta> older{{.id = id.value, .used = 5, .requests = 1, .accessed_at = kNow + 3}};
  VALUE(add_token_usage(db(), older));
  const TokenRow row = *VALUE(find_token(db(), id));
  EXPECT_EQ(row.used, 35);
  EXPECT_EQ(row.request_count, 3);
  EXPECT_EQ(row.accessed_at, kNow + 7);
  EXPECT_EQ(row.version, 1);
}

}  // namespace
}  // namespace tollgate::store
