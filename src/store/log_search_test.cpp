#include <functional>
#include <string>
#include <vector>

#include "store/logs_fixture.h"
#include "store/names.h"
#include "store/query.h"
#include "telemetry/request_id.h"

namespace tollgate::store {
namespace {

using LogSearch = LogsTest;
TOLLGATE_ON_ALL_ENGINES(LogSearch);

TEST_P(LogSearch, ArePagedByNumberAndByWhereOneWas) {
  fill(1203);  // more than one statement holds
  const auto first = VALUE(list_logs(db(), of_user(2), {.before_id = 0, .offset = 0, .limit = 100, .order = ""}));
  EXPECT_EQ(first.total, 241);
  EXPECT_TRUE(first.total_is_exact);
  ASSERT_EQ(first.rows.size(), 100u);
  EXPECT_EQ(first.rows.front().quota, 1201);
  EXPECT_EQ(first.next_before_id, first.rows.back().id);
  const auto by_number = VALUE(list_logs(db(), of_user(2), {.before_id = 0, .offset = 200, .limit = 100, .order = ""}));
  EXPECT_EQ(by_number.rows.size(), 41u);
  EXPECT_EQ(by_number.next_before_id, 0);

  std::size_t seen = first.rows.size();
  std::int64_t before = first.next_before_id;
  while (before != 0) {
    const auto next = VALUE(list_logs(db(), of_user(2), {.before_id = before, .offset = 0, .limit = 50, .order = ""}));
    for (const LogRow& log : next.rows) EXPECT_EQ(log.user, UserId{2});
    if (!next.rows.empty()) EXPECT_LT(next.rows.front().id, before);
    seen += next.rows.size();
    before = next.next_before_id;
  }
  EXPECT_EQ(seen, 241u);
  EXPECT_CODE(list_logs(db(), {}, {.before_id = 0, .offset = kMaxLogCount + 1, .limit = 10, .order = ""}),
              ErrorCode::invalid_request);
}

TEST_P(LogSearch, AreFilteredByEachCondition) {
  fill(100);
  LogRow special = row(4, kNow + 200);
  special.type = LogType::manage;
  special.ip = "10.0.0.1";
  special.request_id = "req";
  special.token = TokenId{777};
  special.channel = ChannelId{55};
  special.model = 66;
  const auto id = VALUE(insert_log(db(), special));
  const auto only = [&](const LogFilter& filter) {
    const auto page = VALUE(list_logs(db(), filter, {}));
    return page.total == 1 && page.rows.size() == 1 && page.rows[0].id == id;
  };
  LogFilter filter;
  filter.type = LogType::manage;
  EXPECT_TRUE(only(filter));
  filter.users = {UserId{4}};
  EXPECT_TRUE(only(filter));
  filter.users = {UserId{3}};
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 0);
  filter = {};
  filter.ip = "10.0.0.1";
  EXPECT_TRUE(only(filter));
  filter = {};
  filter.request_id = "req";
  EXPECT_TRUE(only(filter));
  filter = {};
  filter.tokens = {TokenId{777}, TokenId{778}};
  EXPECT_TRUE(only(filter));
  filter = {};
  filter.channel = ChannelId{55};
  EXPECT_TRUE(only(filter));
  filter = {};
  filter.model = 66;
  EXPECT_TRUE(only(filter));
  filter = {};
  filter.type = LogType::consume;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 100);
  filter = {};
  filter.users = {UserId{1}, UserId{2}};
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 40);
  filter = {};
  filter.nothing = true;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 0);
}

TEST_P(LogSearch, AreFoundByTimeInclusively) {
  fill(100);
  LogFilter filter;
  filter.from = kNow + 10;
  filter.to = kNow + 19;
  auto page = VALUE(list_logs(db(), filter, {}));
  EXPECT_EQ(page.total, 10);
  EXPECT_EQ(page.rows.front().created_at, kNow + 19);
  EXPECT_EQ(page.rows.back().created_at, kNow + 10);
  filter.to = 0;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 90);
  filter.from = kNow + 100 + kLogDisorderSeconds;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 0);
  filter.from = 0;
  filter.to = kNow - 1;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 0);

  // A row that was stored late, after a recovery, is found all the same.
  VALUE(insert_log(db(), row(1, kNow + 15)));
  filter.from = filter.to = kNow + 15;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).total, 2);
}

TEST_P(LogSearch, AreLookedThroughToABoundAndGoOnFromThere) {
  // Ids far apart stand for millions of rows in between.
  VALUE(guarded(db(), "sparse", [&]() -> Result<void> {
    std::vector<LogRow> rows{row(1, kNow), row(2, kNow + 1), row(3, kNow + 2)};
    VALUE(insert_logs(db(), rows));
    std::int64_t last = 0;
    Query newest(db(), "SELECT MAX(id) FROM logs");
    newest.into(last).next();
    Query apart(db(), "UPDATE logs SET id = id + :far WHERE id = :last");
    apart.use("far", 2 * kLogScanRows).use("last", last).execute();
    return {};
  }));
  LogFilter filter;
  filter.tokens = {TokenId{10}};
  auto page = VALUE(list_logs(db(), filter, {}));
  EXPECT_EQ(page.rows.size(), 0u);
  EXPECT_FALSE(page.total_is_exact);
  int calls = 0;
  while (page.rows.empty() && page.next_before_id != 0) {
    page = VALUE(list_logs(db(), filter, {.before_id = page.next_before_id, .offset = 0, .limit = 10, .order = ""}));
    ASSERT_LT(++calls, 5);
  }
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].user, UserId{1});
}

TEST_P(LogSearch, KnowTheFirstIdOfATime) {
  EXPECT_EQ(VALUE(first_log_id_at(db(), kNow)), 0);
  fill(50);
  const auto rows = VALUE(list_logs(db(), {}, {.before_id = 0, .offset = 0, .limit = 50, .order = "created_at"})).rows;
  EXPECT_EQ(VALUE(first_log_id_at(db(), 0)), rows.front().id);
  EXPECT_EQ(VALUE(first_log_id_at(db(), kNow + 7)), rows[7].id);
  EXPECT_EQ(VALUE(first_log_id_at(db(), kNow + 50)), 0);
  // Gaps do not matter.
  VALUE(guarded(db(), "test", [&]() -> Result<void> {
    Query q(db(), "DELETE FROM logs WHERE id >= :first AND id < :last");
    q.use("first", rows[10].id).use("last", rows[40].id).execute();
    return {};
  }));
  EXPECT_EQ(VALUE(first_log_id_at(db(), kNow + 20)), rows[40].id);
}

TEST_P(LogSearch, AreOrderedAsAsked) {
  const auto ids = VALUE(intern_names(db(), NameKind::model, {"zeta", "alpha"}));
  std::vector<LogRow> rows{row(1, kNow, 5), row(2, kNow + 1, 9), row(3, kNow + 2, 7)};
  rows[0].model = ids[0];
  rows[1].model = ids[1];
  rows[2].model = ids[0];
  VALUE(insert_logs(db(), rows));
  const auto quotas = [&](const std::string& order) {
    std::vector<Quota> out;
    for (const auto& log : VALUE(list_logs(db(), {}, {.before_id = 0, .offset = 0, .limit = 10, .order = order})).rows)
      out.push_back(log.quota);
    return out;
  };
  EXPECT_EQ(quotas(""), (std::vector<Quota>{7, 9, 5}));
  EXPECT_EQ(quotas("created_at"), (std::vector<Quota>{5, 9, 7}));
  EXPECT_EQ(quotas("-created_at"), (std::vector<Quota>{7, 9, 5}));
  EXPECT_EQ(quotas("quota"), (std::vector<Quota>{5, 7, 9}));
  EXPECT_EQ(quotas("model_name,quota"), (std::vector<Quota>{9, 5, 7}));
  EXPECT_EQ(quotas("-user_id"), (std::vector<Quota>{7, 9, 5}));
  EXPECT_CODE(list_logs(db(), {}, {.before_id = 0, .offset = 0, .limit = 10, .order = "id"}),
              ErrorCode::invalid_request);
}

TEST_P(LogSearch, AreFoundByHowTheCallWent) {
  LogRow plain = row(1, kNow, 5);
  plain.group = 1;
  LogRow slow = row(1, kNow + 1, 50);
  slow.flags = kLogStream | kLogEstimated;
  slow.duration_ms = 9'000;
  slow.group = 2;
  LogRow broken = row(1, kNow + 2, 0);
  broken.type = LogType::error;
  broken.error = 7;
  VALUE(insert_logs(db(), std::vector{plain, slow, broken}));
  const auto found = [&](const std::function<void(LogFilter&)>& ask) {
    LogFilter filter;
    ask(filter);
    std::vector<Quota> out;
    for (const LogRow& hit : VALUE(list_logs(db(), filter, {})).rows) out.push_back(hit.quota);
    return out;
  };
  EXPECT_EQ(found([](LogFilter& f) { f.failed = true; }), (std::vector<Quota>{0}));
  EXPECT_EQ(found([](LogFilter& f) { f.failed = false; }), (std::vector<Quota>{50, 5}));
  EXPECT_EQ(found([](LogFilter& f) { f.stream = true; }), (std::vector<Quota>{50}));
  EXPECT_EQ(found([](LogFilter& f) { f.stream = false; }), (std::vector<Quota>{0, 5}));
  EXPECT_EQ(found([](LogFilter& f) { f.min_duration_ms = 9'000; }), (std::vector<Quota>{50}));
  EXPECT_EQ(found([](LogFilter& f) { f.min_quota = 5; }), (std::vector<Quota>{50, 5}));
  EXPECT_EQ(found([](LogFilter& f) { f.group = 2; }), (std::vector<Quota>{50}));
  EXPECT_EQ(found([](LogFilter& f) {
              f.group = 2;
              f.failed = true;
            }),
            (std::vector<Quota>{}));
}

TEST_P(LogSearch, AreFoundByARequestIdHoweverOld) {
  fill(50);
  telemetry::RequestIdGenerator ids;
  LogRow wanted = row(2, kNow + 70, 777);
  wanted.request_id = ids.next((kNow + 60) * 1'000'000'000).view();  // it took ten seconds
  VALUE(insert_log(db(), wanted));
  std::vector<LogRow> later;
  for (int i = 0; i < 500; ++i) later.push_back(row(1, kNow + 1'000'000 + i));
  VALUE(insert_logs(db(), later));
  LogFilter filter;
  filter.request_id = wanted.request_id;
  EXPECT_EQ(VALUE(list_logs(db(), filter, {})).rows.at(0).quota, 777);
  filter.users = {UserId{2}};
  EXPECT_EQ(
      VALUE(list_logs(db(), filter, {.before_id = 0, .offset = 0, .limit = 1, .order = "created_at", .count = false}))
          .rows.size(),
      1u);
  filter.users = {UserId{1}};
  EXPECT_TRUE(VALUE(list_logs(db(), filter, {})).rows.empty());
  filter.request_id = ids.next((kNow + 2'000'000) * 1'000'000'000).view();
  EXPECT_TRUE(VALUE(list_logs(db(), filter, {})).rows.empty());
}

TEST_P(LogSearch, ArePagedWithoutCounting) {
  fill(30);
  const LogPage page =
      VALUE(list_logs(db(), {}, {.before_id = 0, .offset = 0, .limit = 10, .order = {}, .count = false}));
  EXPECT_EQ(page.rows.size(), 10u);
  EXPECT_EQ(page.total, 0);
  EXPECT_FALSE(page.total_is_exact);
  EXPECT_EQ(page.next_before_id, page.rows.back().id);
}

class LogPlans : public StoreTest {
 protected:
  /// What SQLite says it will do, one step a line. (The other planners decide by statistics.)
  std::string plan(const std::string& sql) {
    return VALUE(guarded(db(), "plan", [&]() -> Result<std::string> {
      std::int64_t id = 0, parent = 0, unused = 0;
      std::string step, out;
      Query q(db(), "EXPLAIN QUERY PLAN " + sql);
      q.into(id, parent, unused, step);
      while (q.next()) out += step + "\n";
      return out;
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(, LogPlans, ::testing::Values(Engine::sqlite), engine_test_name);

TEST_P(LogPlans, ReadAUsersRowsFromTheIndexWithoutSorting) {
  const std::string steps = plan("SELECT * FROM logs WHERE id <= 9 AND user_id = 3 ORDER BY id DESC LIMIT 10");
  EXPECT_NE(steps.find("USING INDEX logs_user"), std::string::npos) << steps;
  EXPECT_EQ(steps.find("TEMP B-TREE"), std::string::npos) << steps;
}

TEST_P(LogPlans, ReadTheNewestRowsWithoutSorting) {
  const std::string steps = plan("SELECT * FROM logs WHERE id <= 9 AND error_id <> 0 ORDER BY id DESC LIMIT 10");
  EXPECT_NE(steps.find("USING INTEGER PRIMARY KEY"), std::string::npos) << steps;
  EXPECT_EQ(steps.find("TEMP B-TREE"), std::string::npos) << steps;
}

TEST_P(LogPlans, ReadRareTypesFromTheirIndex) {
  const std::string steps = plan("SELECT * FROM logs WHERE id <= 9 AND type = 3 AND type <> 2 ORDER BY id DESC");
  EXPECT_NE(steps.find("USING INDEX logs_events"), std::string::npos) << steps;
  EXPECT_EQ(steps.find("TEMP B-TREE"), std::string::npos) << steps;
}

}  // namespace
}  // namespace tollgate::store
