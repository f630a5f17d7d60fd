#include "store/statistics.h"

#include <initializer_list>
#include <tuple>

#include <fmt/format.h>

#include "store/audit.h"
#include "store/query.h"
#include "store/sessions.h"
#include "store/store_fixture.h"

namespace tollgate::store {
namespace {

constexpr std::int64_t kZone = 8 * 3600;
constexpr std::int64_t kDay = 86'400;
/// Midnight in the zone.
constexpr std::int64_t kMidnight = 1'800'000'000 - (1'800'000'000 + kZone) % kDay;

StatisticRow delta(std::int64_t bucket, std::int64_t user, std::int64_t channel, std::int64_t model, Quota quota) {
  StatisticRow row;
  row.bucket = bucket;
  row.user = UserId{user};
  row.channel = ChannelId{channel};
  row.model = model;
  row.requests = 1;
  row.errors = 2;
  row.quota = quota;
  row.prompt_tokens = 3;
  row.completion_tokens = 4;
  row.cache_read_tokens = 5;
  row.duration_ms = 6;
  return row;
}

class Statistics : public StoreTest {
 protected:
  std::vector<StatisticRow> sum(std::uint8_t groups, const StatisticFilter& filter = {}) {
    return VALUE(sum_statistics(db(), filter, groups, kZone));
  }
};
TOLLGATE_ON_ALL_ENGINES(Statistics);

TEST_P(Statistics, AddUpPerKey) {
  VALUE(add_statistics(db(), std::vector{delta(kMidnight, 1, 2, 3, 10), delta(kMidnight, 1, 2, 3, 5)}));
  VALUE(add_statistics(db(), std::vector{delta(kMidnight, 1, 2, 3, 100), delta(kMidnight, 1, 2, 4, 1)}));
  VALUE(add_statistics(db(), {}));
  const auto rows = sum(kByDay | kByUser | kByChannel | kByModel);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].bucket, kMidnight);
  EXPECT_EQ(rows[0].user, UserId{1});
  EXPECT_EQ(rows[0].channel, ChannelId{2});
  EXPECT_EQ(rows[0].model, 3);
  EXPECT_EQ(rows[0].requests, 3);
  EXPECT_EQ(rows[0].errors, 6);
  EXPECT_EQ(rows[0].quota, 115);
  EXPECT_EQ(rows[0].prompt_tokens, 9);
  EXPECT_EQ(rows[0].completion_tokens, 12);
  EXPECT_EQ(rows[0].cache_read_tokens, 15);
  EXPECT_EQ(rows[0].duration_ms, 18);
  EXPECT_EQ(rows[1].model, 4);
}

TEST_P(Statistics, TakeManyRowsAtOnce) {
  std::vector<StatisticRow> rows;
  for (int i = 0; i < 1700; ++i) rows.push_back(delta(kMidnight + i % 24 * 3600, i, 1, 1, 1));
  VALUE(add_statistics(db(), rows));
  VALUE(add_statistics(db(), rows));
  EXPECT_EQ(sum(0)[0].quota, 3400);
  EXPECT_EQ(sum(kByUser).size(), 1700u);
}

TEST_P(Statistics, GroupByDaysOfTheZone) {
  VALUE(add_statistics(
      db(), std::vector{delta(kMidnight - 3600, 1, 1, 1, 1), delta(kMidnight, 1, 1, 1, 10),
                        delta(kMidnight + 23 * 3600, 2, 1, 1, 100), delta(kMidnight + kDay, 1, 1, 1, 1000)}));
  const auto days = sum(kByDay);
  ASSERT_EQ(days.size(), 3u);
  EXPECT_EQ(days[0].bucket, kMidnight - kDay);
  EXPECT_EQ(days[0].quota, 1);
  EXPECT_EQ(days[1].bucket, kMidnight);
  EXPECT_EQ(days[1].quota, 110);
  EXPECT_EQ(days[2].quota, 1000);
  EXPECT_EQ(sum(kByHour).size(), 4u);
  EXPECT_EQ(sum(kByHour)[0].bucket, kMidnight - 3600);
  EXPECT_EQ(VALUE(sum_statistics(db(), {}, kByDay, 0)).size(), 2u);  // in UTC all but one lie in one day
}

TEST_P(Statistics, AreFiltered) {
  VALUE(add_statistics(db(), std::vector{delta(kMidnight, 1, 1, 1, 1), delta(kMidnight, 2, 1, 2, 10),
                                         delta(kMidnight + kDay, 3, 2, 2, 100)}));
  StatisticFilter filter;
  filter.from = kMidnight;
  filter.to = kMidnight + kDay;
  EXPECT_EQ(sum(0, filter)[0].quota, 11);
  filter = {};
  filter.users = {UserId{1}, UserId{3}};
  EXPECT_EQ(sum(0, filter)[0].quota, 101);
  filter = {};
  filter.channel = ChannelId{2};
  EXPECT_EQ(sum(0, filter)[0].quota, 100);
  filter = {};
  filter.model = 2;
  EXPECT_EQ(sum(kByModel, filter)[0].quota, 110);
  filter.model = 9;
  EXPECT_TRUE(sum(kByModel, filter).empty());
}

TEST_P(Statistics, AreFoldedIntoDaysWithoutLoss) {
  constexpr std::int64_t kUtcMidnight = kMidnight - kMidnight % kDay;
  const auto totals = [&] {
    std::vector<std::tuple<std::int64_t, std::int64_t, Quota, std::int64_t>> out;
    for (const StatisticRow& row : VALUE(sum_statistics(db(), {}, kByDay | kByUser, 0))) {
      out.emplace_back(row.bucket, row.user.value, row.quota, row.requests);
    }
    return out;
  };
  std::vector<StatisticRow> rows;
  for (int i = 0; i < 96; ++i) {
    if (i / 24 == 1) continue;  // a day without calls
    rows.push_back(delta(kUtcMidnight + i * 3600, 1 + i % 2, 1, 1, i));
  }
  VALUE(add_statistics(db(), rows));
  const auto before = totals();
  int calls = 0;
  while (VALUE(fold_statistics(db(), kUtcMidnight + 3 * kDay, 10))) ASSERT_LT(++calls, 20);
  EXPECT_EQ(calls, 6);
  EXPECT_EQ(totals(), before);
  EXPECT_EQ(sum(kByHour).size(), 2u + 24u);

  // What is folded is not looked at again, and a day that is over now is folded next.
  VALUE(add_statistics(db(), std::vector{delta(kUtcMidnight + 3600, 1, 1, 1, 1)}));
  EXPECT_FALSE(VALUE(fold_statistics(db(), kUtcMidnight + 3 * kDay, 10)));
  EXPECT_EQ(sum(kByHour).size(), 3u + 24u);
  while (VALUE(fold_statistics(db(), kUtcMidnight + 4 * kDay, 10))) ASSERT_LT(++calls, 20);
  EXPECT_EQ(sum(kByHour).size(), 3u + 1u);
}

TEST_P(Statistics, OfFoldedDaysAreReadFromTheirSums) {
  constexpr std::int64_t kUtcMidnight = kMidnight - kMidnight % kDay;
  std::vector<StatisticRow> rows;
  for (int i = 0; i < 96; ++i) rows.push_back(delta(kUtcMidnight + i * 3600, i % 3, i % 4, i % 5 + 1, i));
  VALUE(add_statistics(db(), rows));
  const auto reports = [&](const StatisticFilter& filter) {
    std::vector<std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, Quota, std::int64_t>>>
        out;
    for (const std::uint8_t groups : std::initializer_list<std::uint8_t>{
             0, kByDay, kByUser, kByChannel, kByModel, kByDay | kByUser, kByDay | kByModel, kByUser | kByChannel}) {
      auto& report = out.emplace_back();
      for (const StatisticRow& row : VALUE(sum_statistics(db(), filter, groups, 0))) {
        report.emplace_back(row.bucket, row.user.value, row.channel.value, row.model, row.quota, row.duration_ms);
      }
    }
    return out;
  };
  StatisticFilter all, since, until, within_a_day;
  since.from = kUtcMidnight + kDay;
  until.to = kUtcMidnight + kDay;
  within_a_day.from = kUtcMidnight + 3600;
  const std::vector<StatisticFilter> filters{all, since, until};
  std::vector<decltype(reports(all))> before;
  for (const StatisticFilter& filter : filters) before.push_back(reports(filter));
  while (VALUE(fold_statistics(db(), kUtcMidnight + 2 * kDay, 1000))) {
  }
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(reports(filters[i]), before[i]) << i;

  // What comes late is in both, and reports of one key need no more than the sums.
  const std::vector<StatisticRow> late{delta(kUtcMidnight + 7200, 9, 1, 1, 1'000),
                                       delta(kUtcMidnight + 3 * kDay, 9, 1, 1, 10)};
  VALUE(add_statistics(db(), late));
  VALUE(add_statistics(db(), late));
  const auto by_user = [&] { return VALUE(sum_statistics(db(), {}, kByUser, 0)); };
  EXPECT_EQ(by_user().back().quota, 2'020);
  EXPECT_EQ(VALUE(sum_statistics(db(), {}, kByUser | kByModel, 0)).back().quota, 2'020);
  EXPECT_EQ(VALUE(sum_statistics(db(), within_a_day, kByUser, 0)).back().quota, 2'020);
  VALUE(guarded(db(), "test", [&]() -> Result<void> {
    execute(db(), fmt::format("DELETE FROM statistics WHERE bucket_at < {}", kUtcMidnight + 2 * kDay));
    return {};
  }));
  EXPECT_EQ(by_user().back().quota, 2'020);
  EXPECT_EQ(VALUE(sum_statistics(db(), {}, 0, 0))[0].quota, 95 * 96 / 2 + 2'020);
  EXPECT_EQ(VALUE(sum_statistics(db(), until, kByModel, 0)).size(), 5u);
}

TEST_P(Statistics, NeedNoFoldingWhileThereAreNone) { EXPECT_FALSE(VALUE(fold_statistics(db(), kMidnight, 10))); }

using SignIns = StoreTest;
TOLLGATE_ON_ALL_ENGINES(SignIns);

SignInRow sign_in(const std::string& id, std::int64_t user, std::int64_t created_at = StoreTest::kNow) {
  SignInRow row;
  row.id_hash = id;
  row.user = UserId{user};
  row.created_at = row.seen_at = created_at;
  row.expires_at = StoreTest::kNow + 100;
  return row;
}

TEST_P(SignIns, LastUntilTheyExpire) {
  SignInRow row = sign_in("a", 1);
  row.ip = "10.0.0.1";
  row.user_agent = "Mozilla/5.0 (X; \xE2\x9C\x93)";
  row.data = R"({"x":1})";
  VALUE(create_sign_in(db(), row));
  EXPECT_CODE(create_sign_in(db(), row), ErrorCode::conflict);
  const SignInRow found = *VALUE(find_sign_in(db(), "a", kNow));
  EXPECT_EQ(found.user, UserId{1});
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_EQ(found.expires_at, kNow + 100);
  EXPECT_EQ(found.ip, row.ip);
  EXPECT_EQ(found.user_agent, row.user_agent);
  EXPECT_EQ(found.data, row.data);
  EXPECT_FALSE(VALUE(find_sign_in(db(), "a", kNow + 100)));
  EXPECT_FALSE(VALUE(find_sign_in(db(), "A", kNow)));
  VALUE(touch_sign_in(db(), "a", kNow + 50, kNow + 150));
  EXPECT_EQ(VALUE(find_sign_in(db(), "a", kNow + 100))->seen_at, kNow + 50);
  VALUE(set_sign_in_data(db(), "a", "{}"));
  EXPECT_EQ(VALUE(find_sign_in(db(), "a", kNow))->data, "{}");
  EXPECT_CODE(touch_sign_in(db(), "b", 1, 2), ErrorCode::not_found);
  EXPECT_CODE(set_sign_in_data(db(), "b", ""), ErrorCode::not_found);
}

TEST_P(SignIns, EndOneByOneOrAllOfAUser) {
  for (const char* id : {"a", "b", "c"}) VALUE(create_sign_in(db(), sign_in(id, 1, kNow + id[0])));
  VALUE(create_sign_in(db(), sign_in("d", 2)));
  EXPECT_EQ(VALUE(list_sign_ins(db(), UserId{1}, kNow)).front().id_hash, "c");
  EXPECT_TRUE(VALUE(delete_sign_in(db(), "a")));
  EXPECT_FALSE(VALUE(delete_sign_in(db(), "a")));
  EXPECT_EQ(VALUE(delete_sign_ins(db(), UserId{1}, "b")), 1);
  EXPECT_EQ(VALUE(list_sign_ins(db(), UserId{1}, kNow)).size(), 1u);
  EXPECT_EQ(VALUE(delete_sign_ins(db(), UserId{1}, "")), 1);
  EXPECT_TRUE(VALUE(find_sign_in(db(), "d", kNow)));
}

TEST_P(SignIns, AreClearedAwayInSlices) {
  for (const char* id : {"a", "b", "c"}) VALUE(create_sign_in(db(), sign_in(id, 1)));
  EXPECT_EQ(VALUE(delete_expired_sign_ins(db(), kNow + 99, 10)), 0);
  EXPECT_EQ(VALUE(delete_expired_sign_ins(db(), kNow + 100, 2)), 2);
  EXPECT_EQ(VALUE(delete_expired_sign_ins(db(), kNow + 100, 2)), 1);
}

using Audit = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Audit);

TEST_P(Audit, KeepsWhoDidWhat) {
  AuditRow row;
  row.created_at = kNow;
  row.actor = UserId{7};
  row.action = "channel.update";
  row.target = "channel";
  row.target_id = 12;
  row.summary = "name, weight";
  row.ip = "10.0.0.1";
  row.request_id = "req";
  const auto id = VALUE(add_audit(db(), row));
  row.created_at = kNow + 10;
  row.action = "user.delete";
  row.target = "user";
  row.actor = UserId{8};
  VALUE(add_audit(db(), row));
  const auto all = VALUE(list_audit(db(), {}, {}));
  ASSERT_EQ(all.rows.size(), 2u);
  const AuditRow& found = all.rows[1];
  EXPECT_EQ(found.id, id);
  EXPECT_EQ(found.created_at, kNow);
  EXPECT_EQ(found.actor, UserId{7});
  EXPECT_EQ(found.action, "channel.update");
  EXPECT_EQ(found.target, "channel");
  EXPECT_EQ(found.target_id, 12);
  EXPECT_EQ(found.summary, "name, weight");
  EXPECT_EQ(found.ip, "10.0.0.1");
  EXPECT_EQ(found.request_id, "req");
  const auto total = [&](auto set) {
    AuditFilter filter;
    set(filter);
    return VALUE(list_audit(db(), filter, {})).total;
  };
  EXPECT_EQ(total([](auto& f) { f.actor = UserId{8}; }), 1);
  EXPECT_EQ(total([](auto& f) { f.action = "user.delete"; }), 1);
  EXPECT_EQ(total([](auto& f) { f.target = "channel"; }), 1);
  EXPECT_EQ(total([](auto& f) { f.target_id = 12; }), 2);
  EXPECT_EQ(total([](auto& f) { f.from = kNow + 1; }), 1);
  EXPECT_EQ(total([](auto& f) { f.to = kNow; }), 1);
}

}  // namespace
}  // namespace tollgate::store
