#include "store/deleted.h"

#include <string>

#include "store/channels.h"
#include "store/columns.h"
#include "store/store_fixture.h"
#include "store/tokens.h"
#include "store/totals.h"
#include "store/users.h"

namespace tollgate::store {
namespace {

/// Rows that were deleted, some of them long ago.
class Deleted : public StoreTest {
 protected:
  UserId add_user(const std::string& name) {
    UserRow row;
    row.username = name;
    row.display_name = "Dr. " + name;
    row.password_hash = "hash";
    row.email = name + "@example.org";
    row.last_login_ip = "192.0.2.1";
    return VALUE(create_user(db(), row));
  }
  TokenId add_token(const std::string& key, std::int64_t deleted_at) {
    TokenRow row;
    row.user = owner_;
    row.name = "of " + key;
    row.key_hash = key;
    row.key_sealed = "sealed";
    row.key_hint = "hint";
    row.ips = R"(["192.0.2.1"])";
    const TokenId id = VALUE(create_token(db(), row));
    if (deleted_at != 0) VALUE(delete_token(db(), owner_, id, deleted_at));
    return id;
  }
  ChannelId add_channel(const std::string& name, std::int64_t deleted_at) {
    ChannelRow row;
    row.type = 7;
    row.name = name;
    row.keys_sealed = "keys";
    row.headers_sealed = "headers";
    row.proxy_sealed = "proxy";
    row.base_url = "https://internal.example";
    const ChannelId id = VALUE(create_channel(db(), row));
    if (deleted_at != 0) VALUE(delete_channels(db(), {id}, deleted_at));
    return id;
  }
  std::int64_t count(const std::string& sql) {
    std::int64_t out = 0;
    VALUE(guarded(db(), "count", [&]() -> Result<void> {
      Query(db(), sql).into(out).next();
      return {};
    }));
    return out;
  }
  std::int64_t empty(Deletable what, std::int64_t limit = 100) { return VALUE(empty_deleted(db(), what, kNow, limit)); }

  UserId owner_;

 private:
  void SetUp() override {
    StoreTest::SetUp();
    owner_ = add_user("ada");
  }
};
TOLLGATE_ON_ALL_ENGINES(Deleted);

TEST_P(Deleted, ChannelsKeepNoSecretsButTheirNameAndTotals) {
  const ChannelId id = add_channel("old", kNow - 1);
  VALUE(add_channel_usage(db(), std::vector<UsageDelta>{{.id = id.value, .used = 5, .requests = 1}}));
  EXPECT_EQ(empty(Deletable::channel), 1);
  const auto names = VALUE(find_channel_names(db(), {id}));
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].name, "old");
  EXPECT_EQ(names[0].type, 7);
  EXPECT_EQ(count("SELECT used FROM channels"), 5);
  EXPECT_EQ(count("SELECT COUNT(*) FROM channels WHERE keys_sealed <> '' OR headers_sealed <> '' OR "
                  "proxy_sealed <> '' OR base_url <> ''"),
            0);
  EXPECT_EQ(empty(Deletable::channel), 0) << "once is enough";
}

TEST_P(Deleted, TokensKeepTheirNameAndLetTheKeyGo) {
  const TokenId id = add_token("ab12", kNow - 1), other = add_token("cd34", kNow - 1);
  EXPECT_EQ(empty(Deletable::token), 2);
  const auto names = VALUE(find_token_names(db(), {id, other}));
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "of ab12");
  EXPECT_EQ(names[0].user, owner_);
  EXPECT_EQ(VALUE(find_token_ids_by_name(db(), owner_, "of ab12", 10)), std::vector{id});
  EXPECT_EQ(count("SELECT COUNT(*) FROM tokens WHERE key_sealed <> '' OR key_hint <> '' OR ips <> '' OR "
                  "key_hash IN ('ab12', 'cd34')"),
            0);
  EXPECT_EQ(empty(Deletable::token), 0);
  EXPECT_NE(add_token("ab12", 0), id) << "the key may be somebody's again";
}

TEST_P(Deleted, UsersKeepTheirNameOnly) {
  const UserId id = add_user("bob");
  VALUE(delete_user(db(), id, "x", kNow - 1));
  EXPECT_EQ(empty(Deletable::user), 1);
  const auto names = VALUE(find_user_names(db(), {id}));
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].display_name, "Dr. bob");
  EXPECT_EQ(count("SELECT COUNT(*) FROM users WHERE password_hash = 'hash'"), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM users WHERE last_login_ip <> ''"), 1);
  EXPECT_EQ(empty(Deletable::user), 0);
}

TEST_P(Deleted, StayWholeWhileTheyMayComeBackAndWhileTheyLive) {
  const ChannelId late = add_channel("late", kNow);
  add_channel("living", 0);
  const TokenId token = add_token("ab12", kNow);
  add_token("cd34", 0);
  for (const Deletable what : {Deletable::user, Deletable::token, Deletable::channel}) EXPECT_EQ(empty(what), 0);
  EXPECT_EQ(VALUE(restore_channels(db(), {late}, kNow, kNow)), 1);
  EXPECT_EQ(VALUE(find_channel(db(), late))->keys_sealed, "keys");
  EXPECT_EQ(VALUE(restore_tokens(db(), owner_, {token}, kNow, kNow)), 1);
  EXPECT_TRUE(VALUE(find_token_access(db(), "ab12")));
}

TEST_P(Deleted, AreEmptiedInSlices) {
  for (const char* name : {"a", "b", "c"}) add_channel(name, kNow - 1);
  EXPECT_EQ(empty(Deletable::channel, 2), 2);
  EXPECT_EQ(empty(Deletable::channel, 2), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM channels WHERE keys_sealed <> ''"), 0);
}

}  // namespace
}  // namespace tollgate::store
