#include "store/logs.h"

#include <functional>

#include <fmt/format.h>

#include "store/names.h"
#include "store/query.h"
#include "store/store_fixture.h"
#include "telemetry/request_id.h"

namespace tollgate::store {
namespace {

class Logs : public StoreTest {
 protected:
  LogRow row(std::int64_t user, std::int64_t at, Quota quota = 1) {
    LogRow out;
    out.created_at = at;
    out.user = UserId{user};
    out.token = TokenId{user * 10};
    out.channel = ChannelId{user % 3};
    out.model = user % 2 + 1;
    out.quota = quota;
    out.input_tokens = 100;
    out.output_tokens = 10;
    return out;
  }
  /// `count` rows a second apart, of users 1 to 5 in turn.
  void fill(int count) {
    std::vector<LogRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(row(i % 5 + 1, kNow + i, i));
    EXPECT_EQ(VALUE(insert_logs(db(), rows)), count);
  }
  LogFilter of_user(std::int64_t user) {
    LogFilter filter;
    filter.users = {UserId{user}};
    return filter;
  }
};
TOLLGATE_ON_ALL_ENGINES(Logs);

TEST_P(Logs, KeepEveryFieldOneByOneAndInBulk) {
  LogRow in;
  in.created_at = kNow;
  in.type = LogType::consume;
  in.user = UserId{1};
  in.token = TokenId{2};
  in.channel = ChannelId{3};
  in.model = 4;
  in.upstream_model = 5;
  in.group = 6;
  in.quota = -9'007'199'254'740'992;
  in.input_tokens = std::int64_t{1} << 40;
  in.cache_read_tokens = 7;
  in.cache_write_tokens = 8;
  in.cache_write_1h_tokens = 9;
  in.input_audio_tokens = 10;
  in.input_image_tokens = 11;
  in.output_tokens = 12;
  in.reasoning_tokens = 13;
  in.output_audio_tokens = 14;
  in.output_image_tokens = 15;
  in.web_searches = 16;
  in.price_version = 17;
  in.group_ratio_micros = 1'500'000'000'000;
  in.duration_ms = 18;
  in.first_byte_ms = 19;
  in.flags = kLogStream | kLogRecovered;
  in.status = 200;
  in.error = 20;
  in.dialects = 257;
  in.request_id = "0123456789abcdef";
  in.ip = "2001:db8::1";
  in.attempts = R"([{"channel":1,"error":"a\tb\\nc"}])";
  in.content = "Tab\t newline\n return\r quote' double\" back\\slash colon: :name ${x} \xE2\x82\xAC";
  in.details = R"({"dropped":["logprobs"]})";
  const std::vector<std::int64_t> ids{VALUE(insert_log(db(), in)), 0};
  VALUE(insert_logs(db(), std::vector{in}));
  const auto page = VALUE(list_logs(db(), {}, {}));
  ASSERT_EQ(page.rows.size(), 2u);
  for (const LogRow& out : page.rows) {
    EXPECT_EQ(out.created_at, in.created_at);
    EXPECT_EQ(out.type, in.type);
    EXPECT_EQ(out.user, in.user);
    EXPECT_EQ(out.token, in.token);
    EXPECT_EQ(out.channel, in.channel);
    EXPECT_EQ(out.model, in.model);
    EXPECT_EQ(out.upstream_model, in.upstream_model);
    EXPECT_EQ(out.group, in.group);
    EXPECT_EQ(out.quota, in.quota);
    EXPECT_EQ(out.input_tokens, in.input_tokens);
    EXPECT_EQ(out.cache_read_tokens, in.cache_read_tokens);
    EXPECT_EQ(out.cache_write_tokens, in.cache_write_tokens);
    EXPECT_EQ(out.cache_write_1h_tokens, in.cache_write_1h_tokens);
    EXPECT_EQ(out.input_audio_tokens, in.input_audio_tokens);
    EXPECT_EQ(out.input_image_tokens, in.input_image_tokens);
    EXPECT_EQ(out.output_tokens, in.output_tokens);
    EXPECT_EQ(out.reasoning_tokens, in.reasoning_tokens);
    EXPECT_EQ(out.output_audio_tokens, in.output_audio_tokens);
    EXPECT_EQ(out.output_image_tokens, in.output_image_tokens);
    EXPECT_EQ(out.web_searches, in.web_searches);
    EXPECT_EQ(out.price_version, in.price_version);
    EXPECT_EQ(out.group_ratio_micros, in.group_ratio_micros);
    EXPECT_EQ(out.duration_ms, in.duration_ms);
    EXPECT_EQ(out.first_byte_ms, in.first_byte_ms);
    EXPECT_EQ(out.flags, in.flags);
    EXPECT_EQ(out.status, in.status);
    EXPECT_EQ(out.error, in.error);
    EXPECT_EQ(out.dialects, in.dialects);
    EXPECT_EQ(out.request_id, in.request_id);
    EXPECT_EQ(out.ip, in.ip);
    EXPECT_EQ(out.attempts, in.attempts);
    EXPECT_EQ(out.content, in.content);
    EXPECT_EQ(out.details, in.details);
    EXPECT_TRUE(out.has(kLogStream));
    EXPECT_FALSE(out.has(kLogBackupGroup));
  }
  EXPECT_EQ(VALUE(find_log(db(), ids[0]))->content, in.content);
  EXPECT_FALSE(VALUE(find_log(db(), 0)));
}

TEST_P(Logs, RefuseABatchWithATextThatCannotBeStored) {
  std::vector<LogRow> rows{row(1, kNow), row(2, kNow)};
  rows[1].content = std::string("a\0b", 3);
  EXPECT_CODE(insert_logs(db(), rows), ErrorCode::invalid_request);
  rows[1].content = "\xED\xA0\x80";  // half a surrogate pair
  EXPECT_CODE(insert_logs(db(), rows), ErrorCode::invalid_request);
  EXPECT_EQ(VALUE(list_logs(db(), {}, {})).total, 0);
  EXPECT_EQ(VALUE(insert_logs(db(), {})), 0);
}

TEST_P(Logs, ArePagedByNumberAndByWhereOneWas) {
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

TEST_P(Logs, AreFilteredByEachCondition) {
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

TEST_P(Logs, AreFoundByTimeInclusively) {
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

TEST_P(Logs, AreLookedThroughToABoundAndGoOnFromThere) {
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

TEST_P(Logs, KnowTheFirstIdOfATime) {
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

TEST_P(Logs, AreOrderedAsAsked) {
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

TEST_P(Logs, AddUpWhatWasConsumed) {
  fill(50);
  LogRow grant = row(1, kNow, 1'000'000);
  grant.type = LogType::recharge;
  VALUE(insert_log(db(), grant));
  LogSums sums = VALUE(sum_logs(db(), {}));
  EXPECT_EQ(sums.quota, 49 * 50 / 2);
  EXPECT_EQ(sums.requests, 50);
  EXPECT_EQ(sums.prompt_tokens, 5000);
  EXPECT_EQ(sums.completion_tokens, 500);
  sums = VALUE(sum_logs(db(), of_user(1)));
  EXPECT_EQ(sums.quota, 0 + 5 + 10 + 15 + 20 + 25 + 30 + 35 + 40 + 45);
  LogFilter none = of_user(99);
  EXPECT_EQ(VALUE(sum_logs(db(), none)).quota, 0);
}

TEST_P(Logs, AreDeletedInSlicesOldestFirst) {
  fill(100);
  LogRow old = row(1, kNow + 1);
  old.type = LogType::manage;
  VALUE(insert_log(db(), old));
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 30);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 20);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 0);
  EXPECT_EQ(VALUE(list_logs(db(), {}, {})).total, 51);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::manage, 30)), 1);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, std::nullopt, 30)), 0);
  EXPECT_EQ(VALUE(delete_logs(db(), 0, std::nullopt, 30)), 0);
  LogFilter left;
  left.to = kNow + 49;
  EXPECT_EQ(VALUE(list_logs(db(), left, {})).total, 0);
}

TEST_P(Logs, AreFoundByHowTheCallWent) {
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

TEST_P(Logs, AreFoundByARequestIdHoweverOld) {
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

TEST_P(Logs, ArePagedWithoutCounting) {
  fill(30);
  const LogPage page =
      VALUE(list_logs(db(), {}, {.before_id = 0, .offset = 0, .limit = 10, .order = {}, .count = false}));
  EXPECT_EQ(page.rows.size(), 10u);
  EXPECT_EQ(page.total, 0);
  EXPECT_FALSE(page.total_is_exact);
  EXPECT_EQ(page.next_before_id, page.rows.back().id);
}

TEST_P(Logs, TellHowLongTheNewestCallsTook) {
  std::vector<LogRow> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(row(i % 2 + 1, kNow + i));
    rows.back().duration_ms = i;
    rows.back().first_byte_ms = i % 4;
  }
  rows.back().type = LogType::error;
  VALUE(insert_logs(db(), rows));
  const auto all = VALUE(list_timings(db(), {}, 5));
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].duration_ms, 18);
  EXPECT_EQ(all[0].first_byte_ms, 2);
  EXPECT_EQ(VALUE(list_timings(db(), of_user(1), 100)).size(), 10u);
  LogFilter recent = of_user(1);
  recent.from = kNow + 10;
  EXPECT_EQ(VALUE(list_timings(db(), recent, 100)).size(), 5u);
  EXPECT_TRUE(VALUE(list_timings(db(), of_user(9), 100)).empty());
}

TEST_P(Logs, AreCountedByEqualSpansOfTime) {
  std::vector<LogRow> rows;
  for (int i = 0; i < 60; ++i) {
    rows.push_back(row(i % 2 + 1, kNow + i, i));
    if (i % 10 == 0) rows.back().error = 7;
  }
  VALUE(insert_logs(db(), rows));
  LogFilter filter;
  filter.from = kNow - 20;
  filter.to = kNow + 39;
  const LogHistogram all = VALUE(log_histogram(db(), filter, 6, kNow + 500));
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(all.span_seconds, 10);
  ASSERT_EQ(all.spans.size(), 6u);
  EXPECT_EQ(all.spans[0].start, kNow - 20);
  EXPECT_EQ(all.spans[1].rows, 0);
  EXPECT_EQ(all.spans[3].start, kNow + 10);
  EXPECT_EQ(all.spans[3].rows, 10);
  EXPECT_EQ(all.spans[3].errors, 1);
  EXPECT_EQ(all.spans[3].quota, 145);

  filter.users = {UserId{2}};
  filter.failed = false;
  EXPECT_EQ(VALUE(log_histogram(db(), filter, 6, kNow + 500)).spans[5].rows, 5);
  LogFilter by_text = filter;
  by_text.ip = "10.0.0.1'";
  EXPECT_EQ(VALUE(log_histogram(db(), by_text, 6, kNow + 500)).spans[5].rows, 0);
  by_text.ip = std::string("\0", 1);
  EXPECT_CODE(log_histogram(db(), by_text, 6, kNow + 500), ErrorCode::invalid_request);
  filter.nothing = true;
  EXPECT_EQ(VALUE(log_histogram(db(), filter, 6, kNow + 500)).spans.size(), 6u);
  EXPECT_EQ(VALUE(log_histogram(db(), filter, 6, kNow + 500)).spans[5].rows, 0);

  // An open range is that of the log, until now; spans are whole seconds.
  const LogHistogram open = VALUE(log_histogram(db(), {}, 500, kNow + 59));
  EXPECT_EQ(open.span_seconds, 1);
  ASSERT_EQ(open.spans.size(), 60u);
  EXPECT_EQ(open.spans[59].quota, 59);
  filter = {};
  filter.from = kNow + 5;
  filter.to = kNow + 4;
  EXPECT_TRUE(VALUE(log_histogram(db(), filter, 6, kNow)).spans.empty());
}

TEST_P(Logs, AreCountedFromTheNewestWhereThereAreTooMany) {
  fill(40);
  VALUE(guarded(db(), "apart", [&]() -> Result<void> {
    execute(db(), fmt::format("UPDATE logs SET id = id + {} WHERE created_at >= {}", 2 * kLogHistogramRows, kNow + 30));
    return {};
  }));
  LogFilter filter;
  filter.from = kNow;
  filter.to = kNow + 39;
  const LogHistogram newest = VALUE(log_histogram(db(), filter, 40, kNow + 500));
  EXPECT_FALSE(newest.complete);
  ASSERT_EQ(newest.spans.size(), 10u);
  EXPECT_EQ(newest.spans[0].start, kNow + 30);
  EXPECT_EQ(newest.spans[0].rows, 1);
  // One user's rows are found by an index, which has no gaps.
  filter.users = {UserId{1}};
  EXPECT_TRUE(VALUE(log_histogram(db(), filter, 40, kNow + 500)).complete);
}

TEST_P(Logs, HaveNoHistogramWhileThereAreNone) {
  EXPECT_TRUE(VALUE(log_histogram(db(), {}, 60, kNow)).spans.empty());
  LogFilter filter;
  filter.from = kNow - 9;
  EXPECT_EQ(VALUE(log_histogram(db(), filter, 10, kNow)).spans.size(), 10u);
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

using NamesTest = StoreTest;
TOLLGATE_ON_ALL_ENGINES(NamesTest);

TEST_P(NamesTest, HaveOneIdForGood) {
  const auto ids = VALUE(intern_names(db(), NameKind::model, {"gpt-4o", "", "GPT-4o", "gpt-4o"}));
  ASSERT_EQ(ids.size(), 4u);
  EXPECT_NE(ids[0], 0);
  EXPECT_EQ(ids[1], 0);
  EXPECT_NE(ids[2], ids[0]);
  EXPECT_EQ(ids[3], ids[0]);
  EXPECT_EQ(VALUE(intern_names(db(), NameKind::model, {"gpt-4o"}))[0], ids[0]);
  EXPECT_NE(VALUE(intern_names(db(), NameKind::group, {"gpt-4o"}))[0], ids[0]);
  EXPECT_EQ(VALUE(find_name(db(), NameKind::model, "gpt-4o")), ids[0]);
  EXPECT_EQ(VALUE(find_name(db(), NameKind::error, "gpt-4o")), 0);
  const auto names = VALUE(find_names(db(), {ids[2], ids[0], 99'999'999}));
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(VALUE(load_names(db(), NameKind::model)).size(), 2u);
  EXPECT_TRUE(VALUE(find_names(db(), {})).empty());
}

TEST_P(NamesTest, AreCutAtACharacter) {
  const std::string hostile = std::string(190, 'x') + "\xE2\x82\xAC" + std::string(100'000, 'y');
  const auto id = VALUE(intern_names(db(), NameKind::model, {hostile}))[0];
  EXPECT_EQ(VALUE(find_names(db(), {id}))[0].text, std::string(190, 'x'));
  EXPECT_EQ(VALUE(find_name(db(), NameKind::model, hostile)), id);
}

}  // namespace
}  // namespace tollgate::store
