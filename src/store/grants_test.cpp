#include "store/grants.h"

#include <atomic>
#include <thread>

#include "store/store_fixture.h"
#include "store/tokens.h"
#include "store/totals.h"

namespace tollgate::store {
namespace {

class Grants : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    UserRow user;
    user.username = "ada";
    ada_ = VALUE(create_user(db(), user));
    TokenRow token;
    token.user = ada_;
    token.key_hash = "k";
    token_ = VALUE(create_token(db(), token));
  }
  GrantRow change(Quota amount, const std::string& reference) {
    GrantRow row;
    row.account = ada_.value;
    row.amount = amount;
    row.reference = reference;
    row.created_at = kNow;
    return row;
  }

  UserId ada_;
  TokenId token_;
};
TOLLGATE_ON_ALL_ENGINES(Grants);

TEST_P(Grants, ChangeTheTotalTogetherWithTheirRow) {
  GrantRow row = change(500, "order 1");
  row.reason = GrantReason::recharge;
  row.remark = "for \"you\"";
  row.actor = UserId{9};
  auto outcome = VALUE(change_grant(db(), row));
  EXPECT_TRUE(outcome.applied);
  EXPECT_EQ(outcome.granted, 500);
  outcome = VALUE(change_grant(db(), change(-700, "order 2")));
  EXPECT_EQ(outcome.granted, -200);
  EXPECT_EQ(VALUE(find_user(db(), ada_))->granted, -200);
  EXPECT_EQ(VALUE(sum_grants(db(), AccountKind::user, ada_.value)), -200);

  const GrantRow found = *VALUE(find_grant(db(), "order 1"));
  EXPECT_EQ(found.kind, AccountKind::user);
  EXPECT_EQ(found.account, ada_.value);
  EXPECT_EQ(found.amount, 500);
  EXPECT_EQ(found.reason, GrantReason::recharge);
  EXPECT_EQ(found.remark, row.remark);
  EXPECT_EQ(found.actor, UserId{9});
  EXPECT_EQ(found.created_at, kNow);
  const auto page = VALUE(list_grants(db(), AccountKind::user, ada_.value, {.offset = 0, .limit = 1, .order = ""}));
  EXPECT_EQ(page.total, 2);
  EXPECT_EQ(page.rows.front().reference, "order 2");
}

TEST_P(Grants, HappenOncePerReference) {
  const auto first = VALUE(change_grant(db(), change(500, "r")));
  const auto again = VALUE(change_grant(db(), change(500, "r")));
  EXPECT_FALSE(again.applied);
  EXPECT_EQ(again.granted, 500);
  EXPECT_EQ(again.grant, first.grant);
  EXPECT_CODE(change_grant(db(), change(501, "r")), ErrorCode::conflict);
  GrantRow other = change(500, "r");
  other.kind = AccountKind::token;
  other.account = token_.value;
  EXPECT_CODE(change_grant(db(), other), ErrorCode::conflict);
  EXPECT_EQ(VALUE(find_user(db(), ada_))->granted, 500);
}

TEST_P(Grants, AreRefusedWithoutTrace) {
  EXPECT_CODE(change_grant(db(), change(0, "r")), ErrorCode::invalid_request);
  EXPECT_CODE(change_grant(db(), change(5, "")), ErrorCode::invalid_request);
  GrantRow row = change(5, "r");
  row.account = ada_.value + 99;
  EXPECT_CODE(change_grant(db(), row), ErrorCode::not_found);
  EXPECT_CODE(change_grant(db(), change(kQuotaLimit + 1, "r")), ErrorCode::invalid_request);
  EXPECT_CODE(change_grant(db(), change(std::numeric_limits<Quota>::min(), "r")), ErrorCode::invalid_request);
  VALUE(change_grant(db(), change(kQuotaLimit, "max")));
  EXPECT_CODE(change_grant(db(), change(1, "r")), ErrorCode::invalid_request);
  VALUE(change_grant(db(), change(-2 * kQuotaLimit, "min")));
  EXPECT_EQ(VALUE(find_user(db(), ada_))->granted, -kQuotaLimit);
  EXPECT_FALSE(VALUE(find_grant(db(), "r")));
  VALUE(delete_token(db(), ada_, token_, kNow));
  row = change(5, "r");
  row.kind = AccountKind::token;
  row.account = token_.value;
  EXPECT_CODE(change_grant(db(), row), ErrorCode::not_found);
}

TEST_P(Grants, AreUndoneWithTheTransactionAround) {
  const auto undone = transaction(db(), "test", [&]() -> Result<void> {
    VALUE(change_grant(db(), change(500, "r")));
    return fail(ErrorCode::permission_denied, "no");
  });
  EXPECT_CODE(Result<void>(undone), ErrorCode::permission_denied);
  EXPECT_EQ(VALUE(find_user(db(), ada_))->granted, 0);
  EXPECT_FALSE(VALUE(find_grant(db(), "r")));
}

TEST_P(Grants, OfManyAtOnceLoseNothing) {
  constexpr int kThreads = 4, kEach = 15;
  std::atomic<int> applied = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto session = connect();
      for (int i = 0; i < kEach; ++i) {
        // One reference of their own, and one that all try.
        VALUE(change_grant(*session, change(3, std::to_string(t) + "." + std::to_string(i))));
        applied += VALUE(change_grant(*session, change(1000, "shared " + std::to_string(i)))).applied ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(applied, kEach);
  EXPECT_EQ(VALUE(find_user(db(), ada_))->granted, kThreads * kEach * 3 + kEach * 1000);
  EXPECT_EQ(VALUE(sum_grants(db(), AccountKind::user, ada_.value)), kThreads * kEach * 3 + kEach * 1000);
}

using Totals = Grants;
TOLLGATE_ON_ALL_ENGINES(Totals);

TEST_P(Totals, GrowByWhatWasUsed) {
  std::vector<UsageDelta> deltas;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 2300; ++i) {  // more than one statement holds
    UserRow user;
    user.username = "u" + std::to_string(i);
    ids.push_back(i < 3 ? VALUE(create_user(db(), user)).value : 10'000'000 + i);
    deltas.push_back({.id = ids.back(), .used = 10 + i, .requests = 1, .accessed_at = 0});
  }
  EXPECT_EQ(VALUE(add_user_usage(db(), deltas)), 3);  // the others do not exist
  EXPECT_EQ(VALUE(add_user_usage(db(), deltas)), 3);
  const auto totals = VALUE(find_totals(db(), AccountKind::user, ids));
  ASSERT_EQ(totals.size(), 3u);
  for (const AccountTotals& row : totals) {
    const auto index = std::find(ids.begin(), ids.end(), row.id) - ids.begin();
    EXPECT_EQ(row.used, 2 * (10 + index));
    EXPECT_EQ(row.granted, 0);
  }
  EXPECT_EQ(VALUE(find_user(db(), UserId{ids[1]}))->request_count, 2);
  EXPECT_EQ(VALUE(add_user_usage(db(), {})), 0);
  EXPECT_TRUE(VALUE(find_totals(db(), AccountKind::user, {})).empty());
}

TEST_P(Totals, CountOnForDeletedAccounts) {
  VALUE(delete_user(db(), ada_, "x", kNow));
  const std::vector<UsageDelta> user{{.id = ada_.value, .used = 7, .requests = 1, .accessed_at = 0}};
  const std::vector<UsageDelta> token{{.id = token_.value, .used = 7, .requests = 1, .accessed_at = kNow}};
  EXPECT_EQ(VALUE(add_user_usage(db(), user)), 1);
  EXPECT_EQ(VALUE(add_token_usage(db(), token)), 1);
  EXPECT_EQ(VALUE(find_totals(db(), AccountKind::user, {ada_.value}))[0].used, 7);
  EXPECT_EQ(VALUE(find_totals(db(), AccountKind::token, {token_.value}))[0].used, 7);
}

}  // namespace
}  // namespace tollgate::store
