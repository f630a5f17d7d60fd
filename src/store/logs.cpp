#include "store/logs.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/bulk.h"
#include "store/columns.h"
#include "store/query.h"
#include "telemetry/request_id.h"

namespace tollgate::store {
namespace {

constexpr auto columns = [](auto& row, auto&& column) {
  column("created_at", row.created_at);
  column("type", row.type);
  column("user_id", row.user);
  column("token_id", row.token);
  column("channel_id", row.channel);
  column("model_id", row.model);
  column("upstream_model_id", row.upstream_model);
  column("group_id", row.group);
  column("quota", row.quota);
  column("input_tokens", row.input_tokens);
  column("cache_read_tokens", row.cache_read_tokens);
  column("cache_write_tokens", row.cache_write_tokens);
  column("cache_write_1h_tokens", row.cache_write_1h_tokens);
  column("input_audio_tokens", row.input_audio_tokens);
  column("input_image_tokens", row.input_image_tokens);
  column("output_tokens", row.output_tokens);
  column("reasoning_tokens", row.reasoning_tokens);
  column("output_audio_tokens", row.output_audio_tokens);
  column("output_image_tokens", row.output_image_tokens);
  column("web_searches", row.web_searches);
  column("price_version", row.price_version);
  column("group_ratio_micros", row.group_ratio_micros);
  column("duration_ms", row.duration_ms);
  column("first_byte_ms", row.first_byte_ms);
  column("flags", row.flags);
  column("status", row.status);
  column("error_id", row.error);
  column("dialects", row.dialects);
  column("request_id", row.request_id);
  column("ip", row.ip);
  column("attempts", row.attempts);
  column("content", row.content);
  column("details", row.details);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  columns(row, column);
};

constexpr std::size_t kRowsAStatement = 500;  // keeps a statement below MySQL's default packet by far

template <class T>
concept Number = std::is_integral_v<T> || std::is_enum_v<T>;

/// Fields as text for a statement or for COPY.
class FieldWriter {
 public:
  FieldWriter(Session& db, std::string& out, bool copy) : db_(db), out_(out), copy_(copy) {}
  void begin() { first_ = true; }
  template <Number T>
  void operator()(std::string_view, const T& value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", static_cast<std::int64_t>(value));
  }
  template <class Tag>
  void operator()(std::string_view name, const Id<Tag>& id) {
    (*this)(name, id.value);
  }
  void operator()(std::string_view, const std::string& text) {
    separate();
    copy_ ? append_copy_field(out_, text) : append_literal(db_, out_, text);
  }

 private:
  void separate() {
    if (!first_) out_ += copy_ ? '\t' : ',';
    first_ = false;
  }
  Session& db_;
  std::string& out_;
  bool copy_;
  bool first_ = true;
};

class FieldBinder {
 public:
  explicit FieldBinder(SqliteInsert& insert) : insert_(insert) {}
  template <Number T>
  void operator()(std::string_view, const T& value) {
    insert_.bind(++place_, static_cast<std::int64_t>(value));
  }
  template <class Tag>
  void operator()(std::string_view, const Id<Tag>& id) {
    insert_.bind(++place_, id.value);
  }
  void operator()(std::string_view, const std::string& text) { insert_.bind(++place_, std::string_view(text)); }

 private:
  SqliteInsert& insert_;
  int place_ = 0;
};

const std::string& column_names() {
  static const std::string names = column_list<LogRow>(columns);
  return names;
}

std::int64_t insert_sqlite(Session& db, std::span<const LogRow> rows) {
  static const std::string sql = [] {
    const LogRow row;
    Lister places("?");
    columns(row, places);
    return fmt::format("INSERT INTO logs ({}) VALUES ({})", column_names(), places.take());
  }();
  SqliteInsert insert(db, sql);
  for (const LogRow& row : rows) {
    columns(row, FieldBinder(insert));
    insert.execute();
  }
  return static_cast<std::int64_t>(rows.size());
}

std::int64_t insert_postgresql(Session& db, std::span<const LogRow> rows) {
  std::string lines;
  FieldWriter writer(db, lines, true);
  for (const LogRow& row : rows) {
    writer.begin();
    columns(row, writer);
    lines += '\n';
  }
  return copy_rows(db, fmt::format("logs ({})", column_names()), lines);
}

std::int64_t insert_mysql(Session& db, std::span<const LogRow> rows) {
  std::int64_t written = 0;
  for (std::size_t at = 0; at < rows.size(); at += kRowsAStatement) {
    std::string sql = fmt::format("INSERT INTO logs ({}) VALUES ", column_names());
    FieldWriter writer(db, sql, false);
    bool first = true;
    for (const LogRow& row : rows.subspan(at, std::min(kRowsAStatement, rows.size() - at))) {
      sql += first ? "(" : ",(";
      first = false;
      writer.begin();
      columns(row, writer);
      sql += ')';
    }
    written += execute_native(db, sql);
  }
  return written;
}

std::int64_t number_of(Session& db, std::string_view sql) {
  std::int64_t value = 0;
  Query q(db, sql);
  q.into(value).next();
  return value;
}

/// The smallest id whose row was settled at `time` or later; 0 if there is none. Ids grow with time, but for rows that
/// were stored late (kLogDisorderSeconds).
std::int64_t bisect(Session& db, std::int64_t time) {
  std::int64_t low = number_of(db, "SELECT MIN(id) FROM logs");
  std::int64_t high = number_of(db, "SELECT MAX(id) FROM logs");
  if (high == 0) return 0;
  std::int64_t middle = 0, id = 0, created_at = 0, found = 0;
  while (low <= high) {
    middle = low + (high - low) / 2;
    Query at(db, "SELECT id, created_at FROM logs WHERE id >= :middle ORDER BY id LIMIT 1");
    at.use("middle", middle).into(id, created_at);
    if (!at.next()) break;
    if (created_at >= time) {
      found = id;
      high = middle - 1;
    } else {
      low = id + 1;
    }
  }
  return found;
}

/// Which ids a query looks at, and with what.
struct Range {
  std::int64_t low = 0;   ///< inclusive
  std::int64_t high = 0;  ///< inclusive
  bool empty = false;
  bool cut = false;  ///< `low` was raised so that the scan ends: older rows may match too
};

Range range_of(Session& db, const LogFilter& filter, std::int64_t before_id) {
  Range range;
  range.high = number_of(db, "SELECT MAX(id) FROM logs");
  const std::int64_t from = std::max(filter.from, telemetry::time_of_request_id(filter.request_id).value_or(0));
  if (from > 0) {
    range.low = bisect(db, from - kLogDisorderSeconds);
    if (range.low == 0) range.empty = true;
    // Its row follows its beginning by as long as the call took.
    if (from > filter.from) range.high = std::min(range.high, range.low + kLogScanRows - 1);
  }
  if (filter.to > 0) {
    const std::int64_t after = bisect(db, filter.to + kLogDisorderSeconds + 1);
    if (after > 0) range.high = after - 1;
  }
  if (before_id > 0) range.high = std::min(range.high, before_id - 1);
  if (range.high == 0 || range.low > range.high || filter.nothing) range.empty = true;
  return range;
}

/// What an index serves besides the ids: one user's rows, or the rows that are no calls.
std::string indexed_condition(const LogFilter& filter) {
  if (filter.users.size() == 1) return fmt::format("user_id = {}", filter.users.front().value);
  if (filter.type && *filter.type != LogType::consume) {
    // The index is partial, so the engines must read that its condition holds.
    return fmt::format("type = {} AND type <> 2", static_cast<int>(*filter.type));
  }
  return {};
}

Conditions conditions_of(const LogFilter& filter, const Range& range) {
  Conditions where;
  where.add(fmt::format("id <= {}", range.high));
  if (range.low > 0) where.add(fmt::format("id >= {}", range.low));
  if (!filter.users.empty()) {
    where.add(filter.users.size() == 1 ? fmt::format("user_id = {}", filter.users.front().value)
                                       : fmt::format("user_id IN ({})", id_list(filter.users)));
  }
  if (!filter.tokens.empty()) where.add(fmt::format("token_id IN ({})", id_list(filter.tokens)));
  if (filter.channel) where.add(fmt::format("channel_id = {}", filter.channel.value));
  if (filter.model != 0) where.add(fmt::format("model_id = {}", filter.model));
  if (filter.group != 0) where.add(fmt::format("group_id = {}", filter.group));
  if (filter.failed) where.add(*filter.failed ? "error_id <> 0" : "error_id = 0");
  if (filter.stream)
    where.add(fmt::format("(flags & {}) {} 0", static_cast<int>(kLogStream), *filter.stream ? "<>" : "="));
  if (filter.min_duration_ms > 0) where.add(fmt::format("duration_ms >= {}", filter.min_duration_ms));
  if (filter.min_quota > 0) where.add(fmt::format("quota >= {}", filter.min_quota));
  if (filter.type) {
    where.add(fmt::format("type = {}", static_cast<int>(*filter.type)));
    if (*filter.type != LogType::consume) where.add("type <> 2");
  }
  if (filter.from > 0) where.add(fmt::format("created_at >= {}", filter.from));
  if (filter.to > 0) where.add(fmt::format("created_at <= {}", filter.to));
  if (!filter.ip.empty()) where.add("ip = :ip", "ip", filter.ip);
  if (!filter.request_id.empty()) where.add("request_id = :request_id", "request_id", filter.request_id);
  return where;
}

/// Whether there are conditions that the index named above does not serve, so that a scan may find little in much.
bool has_residue(const LogFilter& filter) {
  const bool by_user = filter.users.size() == 1;
  const bool by_event = !by_user && filter.type && *filter.type != LogType::consume;
  return !filter.tokens.empty() || filter.channel || filter.model != 0 || filter.group != 0 || filter.failed ||
         filter.stream || filter.min_duration_ms > 0 || filter.min_quota > 0 || !filter.ip.empty() ||
         !filter.request_id.empty() || filter.users.size() > 1 || (filter.type && !by_event && by_user) ||
         (filter.type && *filter.type == LogType::consume && !by_user);
}

/// Raises `range.low` so that at most `rows` rows are looked at.
void bound_scan(Session& db, const LogFilter& filter, std::int64_t rows, Range& range) {
  const std::string indexed = indexed_condition(filter);
  std::int64_t floor = range.high - rows + 1;
  if (!indexed.empty()) {
    floor = 0;
    Query q(db, fmt::format("SELECT id FROM logs WHERE {} AND id <= {} ORDER BY id DESC LIMIT 1 OFFSET {}", indexed,
                            range.high, rows - 1));
    q.into(floor).next();
  }
  if (floor > std::max<std::int64_t>(range.low, 1)) {
    range.low = floor;
    range.cut = true;
  }
}

/// Of the first row from an id on; 0 if there is none.
std::int64_t time_of_row(Session& db, std::int64_t id) {
  return number_of(db, fmt::format("SELECT created_at FROM logs WHERE id >= {} ORDER BY id LIMIT 1", id));
}

void count_by_grouping(Session& db, const LogFilter& filter, const Range& range, LogHistogram& out) {
  const Conditions where = conditions_of(filter, range);
  std::size_t nth = 0;
  LogSpan span;
  Query q(db, fmt::format(
                  "SELECT (created_at - {}) {} {} AS nth, COUNT(*), SUM(CASE WHEN error_id <> 0 THEN 1 ELSE 0 END), "
                  "SUM(quota) FROM logs{} GROUP BY nth",
                  filter.from, db.engine() == Engine::mysql ? "DIV" : "/", out.span_seconds, where.sql()));
  where.bind(q);
  q.into(nth, span.rows, span.errors, span.quota);
  while (q.next()) {
    span.start = out.spans[nth].start;
    out.spans[nth] = span;
  }
}

/// SQLite sorts what it groups, which takes longer than reading it.
void count_by_reading(Session& db, const LogFilter& filter, const Range& range, LogHistogram& out) {
  SqliteReader rows(db, "SELECT created_at, error_id, quota FROM logs" + conditions_of(filter, range).sql());
  rows.bind("ip", filter.ip);
  rows.bind("request_id", filter.request_id);
  while (rows.next()) {
    LogSpan& span = out.spans[static_cast<std::size_t>((rows.number(0) - filter.from) / out.span_seconds)];
    ++span.rows;
    if (rows.number(1) != 0) ++span.errors;
    span.quota += rows.number(2);
  }
}

constexpr std::array kOrders{
    OrderField{"created_at", "id"},
    OrderField{"user_id", "user_id"},
    OrderField{"channel_id", "channel_id"},
    OrderField{"token_name", "token_id"},
    OrderField{"model_name", "(SELECT n.text FROM names n WHERE n.id = logs.model_id)"},
    OrderField{"type", "type"},
    OrderField{"source_ip", "ip"},
    OrderField{"quota", "quota"},
};

bool is_time_order(std::string_view order) {
  const auto words = split_list(order);
  return words.empty() || words.front() == "created_at" || words.front() == "-created_at";
}

}  // namespace

Result<std::int64_t> insert_logs(Session& db, std::span<const LogRow> rows) {
  if (rows.empty()) return 0;
  return transaction(db, "insert_logs", [&]() -> Result<std::int64_t> {
    switch (db.engine()) {
      case Engine::sqlite:
        return insert_sqlite(db, rows);
      case Engine::postgresql:
        return insert_postgresql(db, rows);
      case Engine::mysql:
        return insert_mysql(db, rows);
    }
    return 0;
  });
}

Result<std::int64_t> insert_log(Session& db, const LogRow& row) {
  return guarded(db, "insert_log", [&]() -> Result<std::int64_t> {
    static const std::string sql = insert_sql<LogRow>("logs", columns);
    Query q(db, sql);
    columns(row, Binder{q});
    return q.insert();
  });
}

Result<LogPage> list_logs(Session& db, const LogFilter& filter, const LogPageRequest& page) {
  if (page.offset > kMaxLogCount)
    return fail(Error(ErrorCode::invalid_request,
                      fmt::format("pages end after {} rows; narrow the time range instead", kMaxLogCount))
                    .param("page"));
  return guarded(db, "list_logs", [&]() -> Result<LogPage> {
    const auto order = order_clause(page.order, kOrders);
    if (!order) return std::unexpected(order.error());
    LogPage out;
    Range range = range_of(db, filter, page.before_id);
    if (range.empty) return out;
    if (!is_time_order(page.order)) {
      bound_scan(db, filter, kMaxLogCount, range);
    } else if (has_residue(filter)) {
      bound_scan(db, filter, kLogScanRows, range);
    }
    const Conditions where = conditions_of(filter, range);

    if (page.count) {
      Query count(db, fmt::format("SELECT COUNT(*) FROM (SELECT 1 FROM logs{} LIMIT {}) AS matching", where.sql(),
                                  kMaxLogCount + 1));
      where.bind(count);
      count.into(out.total).next();
    }
    out.total_is_exact = page.count && !range.cut && out.total <= kMaxLogCount;
    out.total = std::min(out.total, kMaxLogCount);

    LogRow row;
    Query q(db, fmt::format("SELECT id, {} FROM logs{}{} LIMIT {} OFFSET {}", column_names(), where.sql(), *order,
                            page.limit, page.offset));
    where.bind(q);
    everything(row, Receiver{q});
    while (q.next()) out.rows.push_back(row);
    if (!out.rows.empty() && static_cast<std::int64_t>(out.rows.size()) == page.limit) {
      out.next_before_id = out.rows.back().id;
    } else if (range.cut) {
      out.next_before_id = range.low;
    }
    return out;
  });
}

Result<std::optional<LogRow>> find_log(Session& db, std::int64_t id) {
  return guarded(db, "find_log", [&]() -> Result<std::optional<LogRow>> {
    LogRow row;
    Query q(db, fmt::format("SELECT id, {} FROM logs WHERE id = :id", column_names()));
    q.use("id", id);
    everything(row, Receiver{q});
    if (!q.next()) return std::nullopt;
    return row;
  });
}

Result<std::vector<LogTiming>> list_timings(Session& db, const LogFilter& filter, std::int64_t limit) {
  return guarded(db, "list_timings", [&]() -> Result<std::vector<LogTiming>> {
    LogFilter consumed = filter;
    consumed.type = LogType::consume;
    Range range = range_of(db, consumed, 0);
    if (range.empty) return {};
    bound_scan(db, consumed, kLogScanRows, range);
    const Conditions where = conditions_of(consumed, range);
    std::vector<LogTiming> out;
    LogTiming timing;
    Query q(db,
            fmt::format("SELECT duration_ms, first_byte_ms FROM logs{} ORDER BY id DESC LIMIT {}", where.sql(), limit));
    where.bind(q);
    q.into(timing.duration_ms, timing.first_byte_ms);
    while (q.next()) out.push_back(timing);
    return out;
  });
}

Result<LogSums> sum_logs(Session& db, const LogFilter& filter) {
  return guarded(db, "sum_logs", [&]() -> Result<LogSums> {
    LogSums out;
    LogFilter consumed = filter;
    consumed.type = LogType::consume;
    const Range range = range_of(db, consumed, 0);
    if (range.empty) return out;
    const Conditions where = conditions_of(consumed, range);
    Query q(db, fmt::format("SELECT SUM(quota), COUNT(*), SUM(input_tokens + cache_read_tokens + cache_write_tokens + "
                            "cache_write_1h_tokens + input_audio_tokens + input_image_tokens), "
                            "SUM(output_tokens + output_audio_tokens + output_image_tokens) FROM logs{}",
                            where.sql()));
    where.bind(q);
    q.into(out.quota, out.requests, out.prompt_tokens, out.completion_tokens).next();
    return out;
  });
}

Result<LogHistogram> log_histogram(Session& db, const LogFilter& filter, std::int64_t spans, std::int64_t now) {
  return guarded(db, "log_histogram", [&]() -> Result<LogHistogram> {
    LogHistogram out;
    LogFilter bounded = filter;
    Range range = range_of(db, filter, 0);
    // Rows that an index finds are fetched one by one.
    const std::int64_t most = indexed_condition(filter).empty() ? kLogHistogramRows : kLogScanRows;
    if (!range.empty) bound_scan(db, filter, most, range);
    if (range.cut || filter.from == 0) bounded.from = std::max(filter.from, time_of_row(db, range.low));
    if (filter.to == 0) bounded.to = now;
    out.complete = !range.cut;
    if (bounded.from == 0 || bounded.from > bounded.to) return out;

    out.span_seconds = (bounded.to - bounded.from) / spans + 1;
    out.spans.resize(static_cast<std::size_t>((bounded.to - bounded.from) / out.span_seconds + 1));
    for (std::size_t i = 0; i < out.spans.size(); ++i) {
      out.spans[i].start = bounded.from + static_cast<std::int64_t>(i) * out.span_seconds;
    }
    if (range.empty) return out;
    if (db.engine() == Engine::sqlite) {
      count_by_reading(db, bounded, range, out);
    } else {
      count_by_grouping(db, bounded, range, out);
    }
    return out;
  });
}

Result<std::int64_t> delete_logs(Session& db, std::int64_t before, std::optional<LogType> type, std::int64_t slice) {
  return transaction(db, "delete_logs", [&]() -> Result<std::int64_t> {
    LogFilter filter;
    filter.to = before - 1;
    filter.type = type;
    Range range = range_of(db, filter, 0);
    if (range.empty || before <= 1) return 0;
    const Conditions where = conditions_of(filter, range);
    Query ends(db, fmt::format("SELECT MIN(id), MAX(id) FROM (SELECT id FROM logs{} ORDER BY id LIMIT {}) AS oldest",
                               where.sql(), slice));
    where.bind(ends);
    ends.into(range.low, range.high).next();
    if (range.high == 0) return 0;
    const Conditions slice_only = conditions_of(filter, range);
    Query remove(db, "DELETE FROM logs" + slice_only.sql());
    slice_only.bind(remove);
    return remove.execute();
  });
}

Result<std::int64_t> first_log_id_at(Session& db, std::int64_t time) {
  return guarded(db, "first_log_id_at", [&]() -> Result<std::int64_t> { return bisect(db, time); });
}

}  // namespace tollgate::store
