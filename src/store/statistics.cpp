#include "store/statistics.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/bulk.h"
#include "store/columns.h"
#include "store/options.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr std::size_t kRowsAStatement = 500;
constexpr std::int64_t kDay = 86'400;
/// The meta value that says from which day on hours may be left to fold.
constexpr std::string_view kFoldedUntil = "statistics.folded_until";

constexpr auto keys = [](auto& row, auto&& column) {
  column("bucket_at", row.bucket);
  column("user_id", row.user);
  column("channel_id", row.channel);
  column("model_id", row.model);
};

constexpr auto sums = [](auto& row, auto&& column) {
  column("requests", row.requests);
  column("errors", row.errors);
  column("quota", row.quota);
  column("prompt_tokens", row.prompt_tokens);
  column("completion_tokens", row.completion_tokens);
  column("cache_read_tokens", row.cache_read_tokens);
  column("duration_ms", row.duration_ms);
};

constexpr auto everything = [](auto& row, auto&& column) {
  keys(row, column);
  sums(row, column);
};

auto key_of(const StatisticRow& row) { return std::tuple(row.bucket, row.user, row.channel, row.model); }

std::int64_t number(std::int64_t value) { return value; }
template <class Tag>
std::int64_t number(Id<Tag> id) {
  return id.value;
}

/// Each key once, in order: PostgreSQL refuses to change a row twice in one statement.
std::vector<StatisticRow> folded(std::span<const StatisticRow> deltas) {
  std::vector<StatisticRow> rows(deltas.begin(), deltas.end());
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
  std::vector<StatisticRow> out;
  for (const StatisticRow& row : rows) {
    if (out.empty() || key_of(out.back()) != key_of(row)) {
      out.push_back(row);
      continue;
    }
    StatisticRow& sum = out.back();
    sum.requests += row.requests;
    sum.errors += row.errors;
    sum.quota += row.quota;
    sum.prompt_tokens += row.prompt_tokens;
    sum.completion_tokens += row.completion_tokens;
    sum.cache_read_tokens += row.cache_read_tokens;
    sum.duration_ms += row.duration_ms;
  }
  return out;
}

/// The end of an INSERT that adds to the row which has the key already.
std::string upsert_tail(const Session& db, std::string_view table, std::string_view key) {
  const bool mysql = db.engine() == Engine::mysql;
  const std::string pattern =
      mysql ? "{0} = {0} + VALUES({0})" : fmt::format("{{0}} = {}.{{0}} + excluded.{{0}}", table);
  Lister lister(pattern);
  const StatisticRow row;
  sums(row, lister);
  const std::string taken = mysql ? "ON DUPLICATE KEY UPDATE" : fmt::format("ON CONFLICT ({}) DO UPDATE SET", key);
  return fmt::format("{} {}", taken, lister.take());
}

void upsert(Session& db, const std::vector<StatisticRow>& rows) {
  const std::string head = fmt::format("INSERT INTO statistics ({}) VALUES ", column_list<StatisticRow>(everything));
  const std::string tail = upsert_tail(db, "statistics", column_list<StatisticRow>(keys));
  if (db.engine() == Engine::sqlite) {
    SqliteInsert insert(db, fmt::format("{}(?,?,?,?,?,?,?,?,?,?,?) {}", head, tail));
    for (const StatisticRow& row : rows) {
      int place = 0;
      everything(row, [&](std::string_view, const auto& value) { insert.bind(++place, number(value)); });
      insert.execute();
    }
    return;
  }
  for (std::size_t at = 0; at < rows.size(); at += kRowsAStatement) {
    std::string sql = head;
    const std::size_t end = std::min(at + kRowsAStatement, rows.size());
    for (std::size_t i = at; i < end; ++i) {
      sql += i == at ? "(" : ",(";
      bool first = true;
      everything(rows[i], [&](std::string_view, const auto& value) {
        fmt::format_to(std::back_inserter(sql), "{}{}", first ? "" : ",", number(value));
        first = false;
      });
      sql += ')';
    }
    sql += ' ';
    sql += tail;
    execute_native(db, sql);
  }
}

/// The start of the bucket of `length` seconds that a row lies in, in a zone. Buckets are never negative, so that
/// integer division truncates downwards on every engine.
std::string bucket_expression(Session& db, std::int64_t length, std::int64_t zone) {
  const std::string_view divide = db.engine() == Engine::mysql ? "DIV" : "/";
  return fmt::format("((bucket_at + {1}) {2} {0} * {0} - {1})", length, zone, divide);
}

/// The day of the first row from a time on; 0 if there is none.
std::int64_t day_from(Session& db, std::int64_t time) {
  std::int64_t first = 0;
  Query q(db, "SELECT MIN(bucket_at) FROM statistics WHERE bucket_at >= :time");
  q.use("time", time).into(first).next();
  return first - first % kDay;
}

/// Deletes up to `slice` rows of a day's hours, but for the first, which is the day's own row, and gives them as the
/// day's.
std::vector<StatisticRow> take_hours(Session& db, std::int64_t day, std::int64_t slice) {
  std::vector<StatisticRow> hours;
  StatisticRow row;
  // Locked, where another node could take the same ones.
  Query find(db,
             fmt::format("SELECT {} FROM statistics WHERE bucket_at > :day AND bucket_at < :next "
                         "ORDER BY bucket_at LIMIT :slice{}",
                         column_list<StatisticRow>(everything), db.engine() == Engine::sqlite ? "" : " FOR UPDATE"));
  find.use("day", day).use("next", day + kDay).use("slice", slice);
  everything(row, Receiver{find});
  while (find.next()) hours.push_back(row);
  Query remove(db,
               "DELETE FROM statistics WHERE bucket_at = :bucket_at AND user_id = :user_id AND "
               "channel_id = :channel_id AND model_id = :model_id");
  for (StatisticRow& hour : hours) {
    keys(hour, Binder{remove});
    remove.execute();
    hour.bucket = day;
  }
  return hours;
}

/// By what days are summed, and the numbers that stand for it in the table.
struct DayKind {
  int number;
  StatisticGroup group;
  std::string_view column;
};
constexpr std::array kDayKinds{DayKind{1, kByUser, "user_id"}, DayKind{2, kByChannel, "channel_id"},
                               DayKind{3, kByModel, "model_id"}};

std::string sum_columns(std::string_view pattern) {
  Lister lister(pattern);
  const StatisticRow row;
  sums(row, lister);
  return lister.take();
}

/// Sums up a day that is folded.
void sum_day(Session& db, std::int64_t day) {
  for (const DayKind& kind : kDayKinds) {
    Query q(db, fmt::format("INSERT INTO statistic_days (kind, bucket_at, key_id, {}) SELECT {}, bucket_at, {}, {} "
                            "FROM statistics WHERE bucket_at = :day GROUP BY bucket_at, {}",
                            sum_columns("{}"), kind.number, kind.column, sum_columns("SUM({})"), kind.column));
    q.use("day", day).execute();
  }
}

std::int64_t key_of_kind(const StatisticRow& row, const DayKind& kind) {
  return kind.group == kByUser ? row.user.value : kind.group == kByChannel ? row.channel.value : row.model;
}

/// Adds to the sums of days what came after they were made.
void add_to_days(Session& db, const std::vector<StatisticRow>& rows, std::int64_t folded_until) {
  for (const StatisticRow& row : rows) {
    if (row.bucket >= folded_until) continue;
    for (const DayKind& kind : kDayKinds) {
      Query q(db, fmt::format("INSERT INTO statistic_days (kind, bucket_at, key_id, {}) VALUES ({}, :day, :key, {}) {}",
                              sum_columns("{}"), kind.number, sum_columns(":{}"),
                              upsert_tail(db, "statistic_days", "kind, bucket_at, key_id")));
      q.use("day", row.bucket - row.bucket % kDay).use("key", key_of_kind(row, kind));
      sums(row, Binder{q});
      q.execute();
    }
  }
}

Result<std::int64_t> folded_until(Session& db) {
  const auto noted = meta_value(db, kFoldedUntil);
  if (!noted) return std::unexpected(noted.error());
  return parse_int(*noted).value_or(0);
}

/// What a report reads: all rows, or, where it asks for no more than that, the sums of days and the rows after them.
std::string source_of(const StatisticFilter& filter, std::uint8_t groups, std::int64_t zone, std::int64_t folded) {
  const bool whole_days = filter.from % kDay == 0 && (filter.to >= folded || filter.to % kDay == 0);
  const bool narrowed = !filter.users.empty() || filter.channel || filter.model != 0;
  if (filter.from >= folded || !whole_days || narrowed || zone != 0) return "statistics";
  const DayKind* kind = nullptr;
  for (const DayKind& each : kDayKinds) {
    if ((groups & each.group) == 0) continue;
    if (kind != nullptr) return "statistics";
    kind = &each;
  }
  if (kind == nullptr) kind = &kDayKinds.back();
  std::string days;
  for (const DayKind& each : kDayKinds) days += fmt::format("{} AS {}, ", &each == kind ? "key_id" : "0", each.column);
  return fmt::format(
      "(SELECT bucket_at, {}{} FROM statistic_days WHERE kind = {} AND bucket_at >= {} UNION ALL "
      "SELECT {} FROM statistics WHERE bucket_at >= {}) AS reported",
      days, sum_columns("{}"), kind->number, filter.from, column_list<StatisticRow>(everything), folded);
}

}  // namespace

Result<void> add_statistics(Session& db, std::span<const StatisticRow> deltas) {
  if (deltas.empty()) return {};
  return transaction(db, "add_statistics", [&]() -> Result<void> {
    const std::vector<StatisticRow> rows = folded(deltas);
    upsert(db, rows);
    const auto until = folded_until(db);
    if (!until) return std::unexpected(until.error());
    add_to_days(db, rows, *until);
    return {};
  });
}

Result<std::vector<StatisticRow>> sum_statistics(Session& db, const StatisticFilter& filter, std::uint8_t groups,
                                                 std::int64_t zone_offset_seconds) {
  return guarded(db, "sum_statistics", [&]() -> Result<std::vector<StatisticRow>> {
    Conditions where;
    if (filter.from != 0) where.add("bucket_at >= :from", "from", filter.from);
    if (filter.to != 0) where.add("bucket_at < :to", "to", filter.to);
    if (!filter.users.empty()) where.add(fmt::format("user_id IN ({})", id_list(filter.users)));
    if (filter.channel) where.add("channel_id = :channel", "channel", filter.channel);
    if (filter.model != 0) where.add("model_id = :model", "model", filter.model);

    std::string select, group;
    const auto by = [&](bool wanted, const std::string& expression, std::string_view name) {
      select += wanted ? fmt::format("{} AS {}, ", expression, name) : fmt::format("0 AS {}, ", name);
      if (wanted) group += fmt::format("{}{}", group.empty() ? "" : ", ", name);
    };
    const bool hourly = (groups & kByHour) != 0;
    // No row is finer than an hour: as it is, the column groups in the order of the key, without sorting.
    by(hourly || (groups & kByDay) != 0, hourly ? "bucket_at" : bucket_expression(db, kDay, zone_offset_seconds),
       "g_bucket");
    by((groups & kByUser) != 0, "user_id", "g_user");
    by((groups & kByChannel) != 0, "channel_id", "g_channel");
    by((groups & kByModel) != 0, "model_id", "g_model");
    const auto until = folded_until(db);
    if (!until) return std::unexpected(until.error());

    std::vector<StatisticRow> out;
    StatisticRow row;
    Query q(db, fmt::format("SELECT {}{} FROM {}{}{}", select, sum_columns("SUM({})"),
                            source_of(filter, groups, zone_offset_seconds, *until), where.sql(),
                            group.empty() ? "" : fmt::format(" GROUP BY {0} ORDER BY {0}", group)));
    where.bind(q);
    everything(row, Receiver{q});
    while (q.next()) out.push_back(row);
    return out;
  });
}

Result<bool> fold_statistics(Session& db, std::int64_t before, std::int64_t slice) {
  return transaction(db, "fold_statistics", [&]() -> Result<bool> {
    const auto until = folded_until(db);
    if (!until) return std::unexpected(until.error());
    const std::int64_t day = day_from(db, *until);
    if (day == 0 || day >= before) return false;
    const std::vector<StatisticRow> hours = take_hours(db, day, slice);
    upsert(db, folded(hours));
    if (static_cast<std::int64_t>(hours.size()) == slice) return true;
    sum_day(db, day);
    if (auto done = set_meta_value(db, kFoldedUntil, std::to_string(day + kDay)); !done) {
      return std::unexpected(done.error());
    }
    return true;
  });
}

}  // namespace tollgate::store
