#include "store/users.h"

#include "store/grants.h"
#include "store/sessions.h"
#include "store/store_fixture.h"
#include "store/tokens.h"

namespace tollgate::store {
namespace {

class Users : public StoreTest {
 protected:
  UserRow user(const std::string& name) {
    UserRow row;
    row.username = name;
    row.created_at = row.updated_at = kNow;
    return row;
  }
  UserId add(const UserRow& row) { return VALUE(create_user(db(), row)); }
};
TOLLGATE_ON_ALL_ENGINES(Users);

TEST_P(Users, KeepEveryField) {
  UserRow row = user("ada");
  row.password_hash = "$2b$10$abc";
  row.display_name = "Ada \xC3\xA4\xF0\x9F\x98\x80 'quoted' \\ \"x\" :colon";
  row.role = Role::admin;
  row.status = UserStatus::disabled;
  row.email = "ada@example.org";
  row.avatar_url = "https://example.org/a.png";
  row.github_id = "ada-gh";
  row.github_number = 9'007'199'254'740'993;
  row.oidc_id = "oidc";
  row.wechat_id = "wx";
  row.lark_id = "lark";
  row.telegram_id = -100123;
  row.linux_do_id = "ld";
  row.access_token_hash = "aa11";
  row.access_token_sealed = "sealed";
  row.group = "vip";
  row.invite_code = "ABCD";
  row.invite_count = 3;
  row.invite_quota = 5;
  row.invite_quota_history = 8;
  row.inviter = UserId{77};
  row.last_login_at = kNow - 5;
  row.last_login_ip = "2001:db8::1";
  row.settings = R"({"a":[1,2]})";
  row.granted = 12345;  // not taken: a first balance is a grant
  const UserId id = add(row);

  const auto found = VALUE(find_user(db(), id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id);
  EXPECT_EQ(found->username, row.username);
  EXPECT_EQ(found->password_hash, row.password_hash);
  EXPECT_EQ(found->display_name, row.display_name);
  EXPECT_EQ(found->role, row.role);
  EXPECT_EQ(found->status, row.status);
  EXPECT_EQ(found->email, row.email);
  EXPECT_EQ(found->avatar_url, row.avatar_url);
  EXPECT_EQ(found->github_id, row.github_id);
  EXPECT_EQ(found->github_number, row.github_number);
  EXPECT_EQ(found->oidc_id, row.oidc_id);
  EXPECT_EQ(found->wechat_id, row.wechat_id);
  EXPECT_EQ(found->lark_id, row.lark_id);
  EXPECT_EQ(found->telegram_id, row.telegram_id);
  EXPECT_EQ(found->linux_do_id, row.linux_do_id);
  EXPECT_EQ(found->access_token_hash, row.access_token_hash);
  EXPECT_EQ(found->access_token_sealed, row.access_token_sealed);
  EXPECT_EQ(found->group, row.group);
  EXPECT_EQ(found->invite_code, row.invite_code);
  EXPECT_EQ(found->invite_count, row.invite_count);
  EXPECT_EQ(found->invite_quota, row.invite_quota);
  EXPECT_EQ(found->invite_quota_history, row.invite_quota_history);
  EXPECT_EQ(found->inviter, row.inviter);
  EXPECT_EQ(found->last_login_at, row.last_login_at);
  EXPECT_EQ(found->last_login_ip, row.last_login_ip);
  EXPECT_EQ(found->settings, row.settings);
  EXPECT_EQ(found->created_at, row.created_at);
  EXPECT_EQ(found->updated_at, row.updated_at);
  EXPECT_EQ(found->deleted_at, 0);
  EXPECT_EQ(found->version, 1);
  EXPECT_EQ(found->granted, 0);
  EXPECT_EQ(found->used, 0);
  EXPECT_EQ(found->request_count, 0);
}

TEST_P(Users, AreFoundByWhatIdentifiesThem) {
  UserRow row = user("ada");
  row.email = "ada@example.org";
  row.access_token_hash = "aa11";
  row.invite_code = "ABCD";
  row.github_id = "gh";
  row.github_number = 42;
  row.oidc_id = "oidc";
  row.wechat_id = "wx";
  row.lark_id = "lark";
  row.telegram_id = 43;
  row.linux_do_id = "ld";
  const UserId id = add(row);
  add(user("bob"));  // has none of these

  EXPECT_EQ(VALUE(find_user_by_name(db(), "ada"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_email(db(), "ada@example.org"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_access_token(db(), "aa11"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_invite_code(db(), "ABCD"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::github_id, "gh"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::github_number, "42"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::oidc_id, "oidc"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::wechat_id, "wx"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::lark_id, "lark"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::telegram_id, "43"))->id, id);
  EXPECT_EQ(VALUE(find_user_by_identity(db(), Identity::linux_do_id, "ld"))->id, id);
}

TEST_P(Users, AreNotFoundByNothing) {
  add(user("ada"));
  EXPECT_FALSE(VALUE(find_user(db(), UserId{0})));
  EXPECT_FALSE(VALUE(find_user_by_name(db(), "")));
  EXPECT_FALSE(VALUE(find_user_by_name(db(), "ADA")));
  EXPECT_FALSE(VALUE(find_user_by_email(db(), "")));
  EXPECT_FALSE(VALUE(find_user_by_access_token(db(), "")));
  EXPECT_FALSE(VALUE(find_user_by_invite_code(db(), "")));
  EXPECT_FALSE(VALUE(find_user_by_identity(db(), Identity::github_id, "")));
  EXPECT_FALSE(VALUE(find_user_by_identity(db(), Identity::github_number, "0")));
  EXPECT_FALSE(VALUE(find_user_by_identity(db(), Identity::telegram_id, "0 OR 1=1")));
}

TEST_P(Users, HaveUniqueNamesTokensAndCodes) {
  UserRow row = user("ada");
  row.access_token_hash = "aa11";
  row.invite_code = "ABCD";
  add(row);
  EXPECT_CODE(create_user(db(), user("ada")), ErrorCode::conflict);
  UserRow other = user("bob");
  other.access_token_hash = "aa11";
  EXPECT_CODE(create_user(db(), other), ErrorCode::conflict);
  other = user("bob");
  other.invite_code = "ABCD";
  EXPECT_CODE(create_user(db(), other), ErrorCode::conflict);
  // Having none is no clash.
  add(user("bob"));
  add(user("Ada"));
}

TEST_P(Users, MayBeImportedWithTheirIds) {
  UserRow row = user("old");
  row.id = UserId{1'000'000};
  EXPECT_EQ(add(row), row.id);
  EXPECT_GT(add(user("new")), row.id);
}

TEST_P(Users, AreUpdatedOnlyFromTheVersionSeen) {
  const UserId id = add(user("ada"));
  UserRow mine = *VALUE(find_user(db(), id));
  UserRow theirs = mine;
  mine.display_name = "mine";
  theirs.display_name = "theirs";
  VALUE(update_user(db(), mine));
  EXPECT_CODE(update_user(db(), theirs), ErrorCode::conflict);
  const UserRow now = *VALUE(find_user(db(), id));
  EXPECT_EQ(now.display_name, "mine");
  EXPECT_EQ(now.version, 2);

  mine.id = UserId{id.value + 1};
  EXPECT_CODE(update_user(db(), mine), ErrorCode::not_found);
}

TEST_P(Users, KeepTheirTotalsThroughAnUpdate) {
  const UserId id = add(user("ada"));
  GrantRow grant;
  grant.account = id.value;
  grant.amount = 500;
  grant.reference = "first";
  VALUE(change_grant(db(), grant));
  UserRow row = *VALUE(find_user(db(), id));
  row.granted = 1;
  row.used = 2;
  VALUE(update_user(db(), row));
  EXPECT_EQ(VALUE(find_user(db(), id))->granted, 500);
  EXPECT_EQ(VALUE(find_user(db(), id))->used, 0);
}

TEST_P(Users, NoteTheirSignIn) {
  const UserId id = add(user("ada"));
  VALUE(touch_user(db(), id, kNow + 9, "10.0.0.1"));
  const UserRow row = *VALUE(find_user(db(), id));
  EXPECT_EQ(row.last_login_at, kNow + 9);
  EXPECT_EQ(row.last_login_ip, "10.0.0.1");
  EXPECT_EQ(row.version, 1);
  EXPECT_CODE(touch_user(db(), UserId{id.value + 1}, kNow, ""), ErrorCode::not_found);
}

TEST_P(Users, FreeTheirNameWhenDeletedAndTakeTheirTokensAlong) {
  UserRow row = user("ada");
  row.access_token_hash = "aa11";
  row.github_id = "gh";
  const UserId id = add(row);
  TokenRow token;
  token.user = id;
  token.key_hash = "k1";
  const TokenId token_id = VALUE(create_token(db(), token));
  SignInRow sign_in;
  sign_in.id_hash = "s1";
  sign_in.user = id;
  sign_in.expires_at = kNow + 100;
  VALUE(create_sign_in(db(), sign_in));

  VALUE(delete_user(db(), id, "x1y2z3", kNow));
  EXPECT_FALSE(VALUE(find_user(db(), id)));
  EXPECT_FALSE(VALUE(find_user_by_identity(db(), Identity::github_id, "gh")));
  EXPECT_FALSE(VALUE(find_token(db(), token_id)));
  EXPECT_FALSE(VALUE(find_token_access(db(), "k1")));
  EXPECT_FALSE(VALUE(find_sign_in(db(), "s1", kNow)));
  const auto names = VALUE(find_user_names(db(), {id}));
  ASSERT_EQ(names.size(), 1u);
  EXPECT_EQ(names[0].username, "ada_del_x1y2z3");
  EXPECT_EQ(names[0].deleted_at, kNow);
  EXPECT_NE(add(row), id);
  EXPECT_CODE(delete_user(db(), id, "x", kNow), ErrorCode::not_found);
}

TEST_P(Users, ThatWereDeletedComeBackWithTheTokensThatWentWithThem) {
  const UserId id = add(user("ada_del_b"));
  const auto add_token = [&](const std::string& key) {
    TokenRow row;
    row.user = id;
    row.key_hash = key;
    return VALUE(create_token(db(), row));
  };
  const TokenId before = add_token("k1"), with = add_token("k2");
  VALUE(delete_token(db(), id, before, kNow - 1));
  VALUE(delete_user(db(), id, "x1y2z3", kNow));

  EXPECT_FALSE(VALUE(find_deleted_user(db(), id, kNow + 1))) << "too long ago";
  const auto deleted = VALUE(find_deleted_user(db(), id, kNow));
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->username, "ada_del_b");
  EXPECT_EQ(VALUE(restore_user(db(), *deleted, kNow + 9)), std::vector{with});
  EXPECT_EQ(VALUE(find_user(db(), id))->username, "ada_del_b");
  EXPECT_EQ(VALUE(find_user(db(), id))->updated_at, kNow + 9);
  EXPECT_TRUE(VALUE(find_token(db(), with)));
  EXPECT_FALSE(VALUE(find_token(db(), before))) << "was deleted by itself";
  EXPECT_FALSE(VALUE(find_deleted_user(db(), id, kNow))) << "is not deleted any more";
  EXPECT_CODE(restore_user(db(), *deleted, kNow), ErrorCode::not_found);
}

TEST_P(Users, DoNotComeBackToANameThatIsTaken) {
  const UserId id = add(user("ada"));
  VALUE(delete_user(db(), id, "x1y2z3", kNow));
  add(user("ada"));
  EXPECT_CODE(restore_user(db(), *VALUE(find_deleted_user(db(), id, kNow)), kNow), ErrorCode::conflict);
  EXPECT_FALSE(VALUE(find_user(db(), id)));
}

TEST_P(Users, AreListedByPageFilterAndOrder) {
  for (int i = 0; i < 25; ++i) {
    UserRow row = user("user" + std::to_string(i));
    row.email = "u" + std::to_string(i) + "@example.org";
    row.group = i % 2 == 0 ? "even" : "odd";
    row.role = i == 3 ? Role::admin : Role::common;
    row.status = i == 4 ? UserStatus::disabled : UserStatus::enabled;
    add(row);
  }
  auto page = VALUE(list_users(db(), {}, {.offset = 0, .limit = 10, .order = ""}));
  EXPECT_EQ(page.total, 25);
  ASSERT_EQ(page.rows.size(), 10u);
  EXPECT_EQ(page.rows.front().username, "user24");
  page = VALUE(list_users(db(), {}, {.offset = 20, .limit = 10, .order = "id"}));
  ASSERT_EQ(page.rows.size(), 5u);
  EXPECT_EQ(page.rows.back().username, "user24");
  page = VALUE(list_users(db(), {}, {.offset = 0, .limit = 3, .order = "group,-username"}));
  EXPECT_EQ(page.rows.front().username, "user8");

  UserFilter filter;
  filter.keyword = "USER1";
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 11);  // user1, user10..user19
  filter.keyword = "odd";
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 12);
  filter.keyword = std::to_string(page.rows.front().id.value);
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).rows.front().id, page.rows.front().id);
  filter.keyword = "%";
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 0);
  filter = {};
  filter.role = Role::admin;
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 1);
  filter = {};
  filter.status = UserStatus::disabled;
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 1);
  filter = {};
  filter.group = "even";
  EXPECT_EQ(VALUE(list_users(db(), filter, {})).total, 13);
}

TEST_P(Users, CannotBeOrderedByWhatIsNoField) {
  const auto refused = list_users(db(), {}, {.offset = 0, .limit = 10, .order = "id,password"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_request);
  EXPECT_NE(refused.error().message().find("\"password\""), std::string::npos);
}

TEST_P(Users, AreCountedWithTheirMoney) {
  UserRow row = user("ada");
  row.inviter = UserId{5};
  const UserId id = add(row);
  add(user("bob"));
  GrantRow grant;
  grant.account = id.value;
  grant.amount = 700;
  grant.reference = "r";
  VALUE(change_grant(db(), grant));
  const UserTotals totals = VALUE(user_totals(db()));
  EXPECT_EQ(totals.users, 2);
  EXPECT_EQ(totals.invited_users, 1);
  EXPECT_EQ(totals.balance, 700);
  EXPECT_EQ(totals.used, 0);
}

TEST_P(Users, AreCountedByTheDayTheyCame) {
  constexpr std::int64_t kDay = 86'400, kMidnight = kNow - kNow % kDay;
  const auto add_at = [&](const std::string& name, std::int64_t at, UserId inviter = {}) {
    UserRow row = user(name);
    row.created_at = at;
    row.inviter = inviter;
    return add(row);
  };
  add_at("first", kMidnight);
  add_at("last", kMidnight + kDay - 1, UserId{5});
  add_at("next", kMidnight + kDay);
  add_at("later", kMidnight + 3 * kDay);
  ASSERT_TRUE(delete_user(db(), add_at("gone", kMidnight + 5), "x", kNow));
  const auto days = VALUE(count_new_users(db(), kMidnight, kMidnight + 2 * kDay));
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, kMidnight);
  EXPECT_EQ(days[0].users, 2);
  EXPECT_EQ(days[0].invited_users, 1);
  EXPECT_EQ(days[1].day, kMidnight + kDay);
  EXPECT_EQ(days[1].users, 1);
}

TEST_P(Users, KnowWhetherThereIsARoot) {
  EXPECT_FALSE(VALUE(any_user_with_role(db(), Role::root)));
  EXPECT_EQ(VALUE(user_totals(db())).balance, 0);
  UserRow row = user("root");
  row.role = Role::root;
  const UserId id = add(row);
  EXPECT_TRUE(VALUE(any_user_with_role(db(), Role::root)));
  EXPECT_EQ(VALUE(find_user_ids_by_name(db(), "root")), std::vector{id});
}

}  // namespace
}  // namespace tollgate::store
