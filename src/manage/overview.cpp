#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "manage/attention.h"
#include "manage/context.h"
#include "manage/dates.h"
#include "manage/resources.h"
#include "store/channels.h"
#include "store/logs.h"
#include "store/names.h"
#include "store/session.h"
#include "store/statistics.h"
#include "store/users.h"

/// The first page of a front-end: what was called, what it cost, what wants attention.
namespace tollgate::manage {
namespace {

using store::StatisticRow;

constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::int64_t kLongestDays = 30;
constexpr std::size_t kTop = 10;
/// So many of the newest calls tell how long calls take: sums have no percentiles.
constexpr std::int64_t kTimedCalls = 5'000;

struct Asked {
  bool all = false;  ///< everybody's, instead of one's own
  std::int64_t days = 1;
  std::int64_t from = 0;    ///< of series, tops and times
  std::int64_t bucket = 0;  ///< seconds
  bool compare = false;     ///< with as many buckets before

  [[nodiscard]] std::int64_t buckets() const { return days == 1 ? 24 : days; }
  [[nodiscard]] std::int64_t previous_from() const { return from - buckets() * bucket; }
};

Result<Asked> read_asked(const Context& ctx) {
  Asked out;
  const std::string scope = ctx.query().text("scope");
  if (!scope.empty() && scope != "own" && scope != "all")
    return fail(Error(ErrorCode::invalid_request, "scope must be own or all").param("scope"));
  out.all = scope == "all";
  if (out.all) {
    if (auto may = identity::require(ctx.principal(), identity::Role::admin); !may) return std::unexpected(may.error());
  }
  const auto days = ctx.query().integer("days");
  if (!days) return std::unexpected(days.error());
  if (*days < 0 || *days > kLongestDays)
    return fail(Error(ErrorCode::invalid_request, "days must be 1 to 30").param("days"));
  if (*days != 0) out.days = *days;
  const auto compare = ctx.query().boolean("compare");
  if (!compare) return std::unexpected(compare.error());
  out.compare = compare->value_or(false);
  // A day is seen by the hour and ends now; more are whole UTC days, today included.
  out.bucket = out.days == 1 ? kHourSeconds : kDaySeconds;
  out.from =
      out.days == 1 ? store::hour_of(ctx.now_s) - 23 * kHourSeconds : day_of(ctx.now_s) - (out.days - 1) * kDaySeconds;
  return out;
}

store::StatisticFilter filter_from(const Context& ctx, const Asked& asked, std::int64_t from) {
  store::StatisticFilter out;
  out.from = from;
  if (!asked.all) out.users = {ctx.principal().user};
  return out;
}

void add(StatisticRow& sum, const StatisticRow& row) {
  sum.requests += row.requests;
  sum.errors += row.errors;
  sum.quota += row.quota;
  sum.prompt_tokens += row.prompt_tokens;
  sum.completion_tokens += row.completion_tokens;
  sum.cache_read_tokens += row.cache_read_tokens;
  sum.duration_ms += row.duration_ms;
}

json::object sums_value(const StatisticRow& sum) {
  return {{"requests", sum.requests},
          {"errors", sum.errors},
          {"quota", sum.quota},
          {"prompt_tokens", sum.prompt_tokens},
          {"completion_tokens", sum.completion_tokens},
          {"cache_read_tokens", sum.cache_read_tokens},
          {"average_ms", sum.requests > 0 ? sum.duration_ms / sum.requests : 0}};
}

StatisticRow sum_between(const std::vector<StatisticRow>& hours, std::int64_t from, std::int64_t to) {
  StatisticRow out;
  for (const StatisticRow& hour : hours) {
    if (hour.bucket >= from && hour.bucket < to) add(out, hour);
  }
  return out;
}

json::object totals_value(const std::vector<StatisticRow>& hours, std::int64_t now_s) {
  const std::int64_t today = day_of(now_s), end = today + kDaySeconds;
  return {{"today", sums_value(sum_between(hours, today, end))},
          {"yesterday", sums_value(sum_between(hours, today - kDaySeconds, today))},
          {"last_7_days", sums_value(sum_between(hours, today - 6 * kDaySeconds, end))},
          {"last_30_days", sums_value(sum_between(hours, today - 29 * kDaySeconds, end))}};
}

/// Every bucket from `from` on, also those without a call.
json::array series_value(const std::vector<StatisticRow>& hours, const Asked& asked, std::int64_t from) {
  std::map<std::int64_t, StatisticRow> buckets;
  const std::int64_t end = from + asked.buckets() * asked.bucket;
  for (std::int64_t at = from; at < end; at += asked.bucket) buckets[at];
  for (const StatisticRow& hour : hours) {
    if (hour.bucket < from || hour.bucket >= end) continue;
    add(buckets[hour.bucket - (hour.bucket - from) % asked.bucket], hour);
  }
  json::array out;
  for (const auto& [at, sum] : buckets) {
    json::object value = sums_value(sum);
    value["at"] = at;
    out.push_back(std::move(value));
  }
  return out;
}

/// The dearest first, then the most called.
std::vector<StatisticRow> top_of(std::vector<StatisticRow> rows) {
  std::ranges::sort(rows, [](const StatisticRow& a, const StatisticRow& b) {
    return a.quota != b.quota ? a.quota > b.quota : a.requests > b.requests;
  });
  if (rows.size() > kTop) rows.resize(kTop);
  return rows;
}

json::object top_value(const StatisticRow& row, std::int64_t id, std::string_view name) {
  json::object value = sums_value(row);
  value["id"] = id;
  value["name"] = name;
  return value;
}

Result<json::array> top_models(Session& db, const store::StatisticFilter& filter) {
  auto rows = store::sum_statistics(db, filter, store::kByModel, 0);
  if (!rows) return std::unexpected(rows.error());
  const auto top = top_of(std::move(*rows));
  std::vector<std::int64_t> ids;
  for (const StatisticRow& row : top) ids.push_back(row.model);
  const auto names = store::find_names(db, ids);
  if (!names) return std::unexpected(names.error());
  json::array out;
  for (const StatisticRow& row : top) {
    const auto name = std::ranges::find(*names, row.model, &store::NameRow::id);
    out.push_back(top_value(row, row.model, name != names->end() ? name->text : std::string_view()));
  }
  return out;
}

Result<json::array> top_users(Session& db, const store::StatisticFilter& filter) {
  auto rows = store::sum_statistics(db, filter, store::kByUser, 0);
  if (!rows) return std::unexpected(rows.error());
  const auto top = top_of(std::move(*rows));
  std::vector<UserId> ids;
  for (const StatisticRow& row : top) ids.push_back(row.user);
  const auto names = store::find_user_names(db, ids);
  if (!names) return std::unexpected(names.error());
  json::array out;
  for (const StatisticRow& row : top) {
    const auto name = std::ranges::find(*names, row.user, &store::UserName::id);
    out.push_back(top_value(row, row.user.value, name != names->end() ? name->username : std::string_view()));
  }
  return out;
}

Result<json::array> top_channels(Session& db, const store::StatisticFilter& filter) {
  auto rows = store::sum_statistics(db, filter, store::kByChannel, 0);
  if (!rows) return std::unexpected(rows.error());
  std::erase_if(*rows, [](const StatisticRow& row) { return row.channel.value == 0; });  // reached none
  const auto top = top_of(std::move(*rows));
  std::vector<ChannelId> ids;
  for (const StatisticRow& row : top) ids.push_back(row.channel);
  const auto names = store::find_channel_names(db, ids);
  if (!names) return std::unexpected(names.error());
  json::array out;
  for (const StatisticRow& row : top) {
    const auto name = std::ranges::find(*names, row.channel, &store::ChannelName::id);
    out.push_back(top_value(row, row.channel.value, name != names->end() ? name->name : std::string_view()));
  }
  return out;
}

/// The value that so many percent of a list do not exceed.
json::value percentile(std::vector<std::int64_t>& values, std::size_t percent) {
  if (values.empty()) return nullptr;
  const std::size_t rank = (values.size() * percent + 99) / 100;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::ranges::nth_element(values, at);
  return *at;
}

json::object latency_value(const std::vector<store::LogTiming>& timings) {
  std::vector<std::int64_t> durations, first_bytes;
  for (const store::LogTiming& timing : timings) {
    durations.push_back(timing.duration_ms);
    if (timing.first_byte_ms > 0) first_bytes.push_back(timing.first_byte_ms);
  }
  json::object out{{"calls", timings.size()}, {"streams", first_bytes.size()}};
  out["p50_ms"] = percentile(durations, 50);
  out["p95_ms"] = percentile(durations, 95);
  out["first_byte_p50_ms"] = percentile(first_bytes, 50);
  out["first_byte_p95_ms"] = percentile(first_bytes, 95);
  return out;
}

/// What only the operator sees of everybody's calls.
Result<void> add_operators(Session& db, const Context& ctx, const catalog::Catalog& catalog,
                           const store::StatisticFilter& filter, json::object& out) {
  auto users = top_users(db, filter);
  if (!users) return std::unexpected(users.error());
  auto channels = top_channels(db, filter);
  if (!channels) return std::unexpected(channels.error());
  auto unhealthy = unhealthy_channels(db, ctx, catalog);
  if (!unhealthy) return std::unexpected(unhealthy.error());
  auto concerns = warnings(db, ctx, catalog);
  if (!concerns) return std::unexpected(concerns.error());
  out["users"] = std::move(*users);
  out["channels"] = std::move(*channels);
  out["unhealthy_channels"] = std::move(*unhealthy);
  out["warnings"] = std::move(*concerns);
  return {};
}

net::Task<Result<Reply>> show(Context& ctx) {
  const auto asked = read_asked(ctx);
  if (!asked) co_return std::unexpected(asked.error());
  store::LogFilter timed;
  timed.from = asked->from;
  if (!asked->all) timed.users = {ctx.principal().user};
  const auto timings = co_await ctx.read_log([&](Session& db) { return store::list_timings(db, timed, kTimedCalls); });
  if (!timings) co_return std::unexpected(timings.error());

  const auto catalog = ctx.services.publisher.on(ctx.exchange.worker());
  auto load = [&](Session& db) -> Result<json::object> {
    const std::int64_t month = day_of(ctx.now_s) - (kLongestDays - 1) * kDaySeconds;
    const std::int64_t oldest = asked->compare ? std::min(month, asked->previous_from()) : month;
    const auto hours = store::sum_statistics(db, filter_from(ctx, *asked, oldest), store::kByHour, 0);
    if (!hours) return std::unexpected(hours.error());
    const store::StatisticFilter filter = filter_from(ctx, *asked, asked->from);
    auto models = top_models(db, filter);
    if (!models) return std::unexpected(models.error());
    json::object out{{"scope", asked->all ? "all" : "own"},
                     {"days", asked->days},
                     {"from", asked->from},
                     {"bucket_s", asked->bucket},
                     {"totals", totals_value(*hours, ctx.now_s)},
                     {"series", series_value(*hours, *asked, asked->from)},
                     {"previous", nullptr},
                     {"models", std::move(*models)},
                     {"users", nullptr},
                     {"channels", nullptr},
                     {"latency", latency_value(*timings)},
                     {"unhealthy_channels", nullptr},
                     {"warnings", nullptr}};
    if (asked->compare) out["previous"] = series_value(*hours, *asked, asked->previous_from());
    if (asked->all) {
      if (auto added = add_operators(db, ctx, *catalog, filter, out); !added) return std::unexpected(added.error());
    }
    return out;
  };
  auto overview = co_await ctx.read(std::move(load));
  if (!overview) co_return std::unexpected(overview.error());
  co_return ok(*overview);
}

constexpr std::array kRows{Row{Method::get, "/api/overview", Permission::user, &show}};

}  // namespace

std::span<const Row> overview_routes() { return kRows; }

}  // namespace tollgate::manage
