#include <string>
#include <vector>

#include <fmt/format.h>

#include "store/logs_fixture.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

using LogFigures = LogsTest;
TOLLGATE_ON_ALL_ENGINES(LogFigures);

TEST_P(LogFigures, TellHowLongTheNewestCallsTook) {
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

TEST_P(LogFigures, AreCountedByEqualSpansOfTime) {
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

TEST_P(LogFigures, AreCountedFromTheNewestWhereThereAreTooMany) {
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

TEST_P(LogFigures, HaveNoHistogramWhileThereAreNone) {
  EXPECT_TRUE(VALUE(log_histogram(db(), {}, 60, kNow)).spans.empty());
  LogFilter filter;
  filter.from = kNow - 9;
  EXPECT_EQ(VALUE(log_histogram(db(), filter, 10, kNow)).spans.size(), 10u);
}

TEST_P(LogFigures, AddUpWhatWasConsumed) {
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

}  // namespace
}  // namespace tollgate::store
