#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "catalog/catalog.h"
#include "manage/context.h"
#include "manage/dates.h"
#include "manage/resources.h"
#include "manage/usage_report.h"
#include "store/channels.h"
#include "store/names.h"
#include "store/users.h"

namespace tollgate::manage {
namespace {

constexpr std::size_t kMaxNames = 200;

// --- totals of the moment ---

net::Task<Result<Reply>> statistics(Context& ctx) {
  struct Totals {
    store::UserTotals users;
    std::vector<store::ChannelCount> channels;
  };
  const auto totals = co_await ctx.read([](store::Session& db) -> Result<Totals> {
    auto users = store::user_totals(db);
    if (!users) return std::unexpected(std::move(users.error()));
    auto channels = store::count_channels_by_status(db);
    if (!channels) return std::unexpected(std::move(channels.error()));
    return Totals{*users, std::move(*channels)};
  });
  if (!totals) co_return std::unexpected(totals.error());
  json::array channels;
  for (const store::ChannelCount& count : totals->channels) {
    channels.emplace_back(json::object{{"total_channels", count.channels}, {"status", static_cast<int>(count.status)}});
  }
  co_return ok(json::object{{"user_statistics", json::object{{"total_quota", totals->users.balance},
                                                             {"total_used_quota", totals->users.used},
                                                             {"total_user", totals->users.users},
                                                             {"total_inviter_user", totals->users.invited_users}}},
                            {"channel_statistics", std::move(channels)},
                            {"redemption_statistic", nullptr},
                            {"order_statistics", nullptr}});
}

// --- a span of time ---

json::value new_users_value(const std::vector<store::NewUsers>& days) {
  if (days.empty()) return nullptr;
  json::array out;
  for (const store::NewUsers& day : days) {
    out.emplace_back(json::object{
        {"date", date_text(day.day)}, {"user_count", day.users}, {"inviter_user_count", day.invited_users}});
  }
  return out;
}

/// The rows of one owner of models as one, by day.
UsageReport by_owner(const UsageReport& models, const catalog::Catalog& catalog) {
  UsageReport out;
  std::map<std::string, std::int64_t> ids;
  std::map<std::pair<std::int64_t, std::int64_t>, store::StatisticRow> sums;
  for (const store::StatisticRow& row : models.rows) {
    const auto name = models.names.find(row.model);
    const std::string owner(name == models.names.end() ? std::string_view() : catalog.owner_of(name->second));
    const std::int64_t id = ids.emplace(owner, static_cast<std::int64_t>(ids.size())).first->second;
    out.names[id] = owner;
    store::StatisticRow& sum = sums[{row.bucket, id}];
    sum.bucket = row.bucket;
    sum.model = id;
    sum.requests += row.requests;
    sum.quota += row.quota;
    sum.prompt_tokens += row.prompt_tokens;
    sum.completion_tokens += row.completion_tokens;
    sum.duration_ms += row.duration_ms;
  }
  for (const auto& [key, sum] : sums) out.rows.push_back(sum);
  return out;
}

net::Task<Result<Reply>> period(Context& ctx) {
  const auto from = ctx.query().integer("start_timestamp");
  if (!from) co_return std::unexpected(from.error());
  const auto to = ctx.query().integer("end_timestamp");
  if (!to) co_return std::unexpected(to.error());
  const auto user = ctx.query().integer("user_id");
  if (!user) co_return std::unexpected(user.error());
  const std::string group = ctx.query().text("group_type");
  const bool by_model = group == "model" || group == "model_type";

  store::StatisticFilter filter;
  filter.from = day_of(std::max<std::int64_t>(*from, 0));
  filter.to = std::max<std::int64_t>(*to, 0) + 1;
  if (*user != 0) filter.users = {UserId{*user}};
  json::value users;
  auto job = [&](store::Session& db) -> Result<UsageReport> {
    auto fresh = store::count_new_users(db, *from, *to);
    if (!fresh) return std::unexpected(std::move(fresh.error()));
    users = new_users_value(*fresh);
    return by_model ? report_models(db, filter) : report_channels(db, filter);
  };
  const auto report = co_await ctx.read(std::move(job));
  if (!report) co_return std::unexpected(report.error());
  const auto catalog = ctx.services.publisher.on(ctx.exchange.worker());
  json::value usage = group == "model_type" ? by_owner(*report, *catalog).value("Channel", &model_of)
                      : by_model            ? report->value("Channel", &model_of)
                                            : report->value("Channel", &channel_of);
  co_return ok(json::object{{"user_statistics", std::move(users)},
                            {"channel_statistics", std::move(usage)},
                            {"redemption_statistics", nullptr},
                            {"order_statistics", nullptr}});
}

// --- several users side by side ---

struct UserUsage {
  std::string username;
  store::StatisticRow sum;
  std::vector<std::pair<std::string, std::int64_t>> models;  ///< requests, most first
};

struct UserSpan {
  std::vector<std::string> names;
  std::string first, last;  ///< dates, both inclusive
  std::int64_t from = 0, to = 0;
};

Result<UserSpan> read_span(const QueryFields& query) {
  UserSpan out;
  for (const std::string_view name : split_list(query.text("usernames"))) out.names.emplace_back(name);
  if (out.names.empty() || out.names.size() > kMaxNames) {
    return fail(
        Error(ErrorCode::invalid_request, "usernames must be a list of 1 to 200 user names").param("usernames"));
  }
  out.first = query.text("start_time");
  out.last = query.text("end_time");
  const auto from = parse_date(out.first), to = parse_date(out.last);
  if (!from)
    return fail(Error(ErrorCode::invalid_request, "start_time must be a date, YYYY-MM-DD").param("start_time"));
  if (!to) return fail(Error(ErrorCode::invalid_request, "end_time must be a date, YYYY-MM-DD").param("end_time"));
  if (*to < *from) return fail(Error(ErrorCode::invalid_request, "end_time is before start_time").param("end_time"));
  out.from = *from;
  out.to = *to + kDaySeconds;
  return out;
}

Result<std::vector<UserUsage>> usage_of(store::Session& db, const UserSpan& span) {
  std::vector<UserUsage> out;
  for (const std::string& name : span.names) {
    auto user = store::find_user_by_name(db, name);
    if (!user) return std::unexpected(std::move(user.error()));
    if (!*user) continue;
    store::StatisticFilter filter;
    filter.from = span.from;
    filter.to = span.to;
    filter.users = {(*user)->id};
    const auto rows = store::sum_statistics(db, filter, store::kByModel, 0);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) continue;
    std::vector<std::int64_t> ids;
    for (const store::StatisticRow& row : *rows) ids.push_back(row.model);
    const auto names = store::find_names(db, ids);
    if (!names) return std::unexpected(names.error());
    UserUsage usage{.username = name, .sum = {}, .models = {}};
    for (const store::StatisticRow& row : *rows) {
      usage.sum.requests += row.requests;
      usage.sum.quota += row.quota;
      usage.sum.prompt_tokens += row.prompt_tokens;
      usage.sum.completion_tokens += row.completion_tokens;
      usage.sum.duration_ms += row.duration_ms;
      const auto model = std::ranges::find(*names, row.model, &store::NameRow::id);
      if (model != names->end()) usage.models.emplace_back(model->text, row.requests);
    }
    std::ranges::sort(usage.models, std::ranges::greater{}, &std::pair<std::string, std::int64_t>::second);
    out.push_back(std::move(usage));
  }
  return out;
}

net::Task<Result<Reply>> compare_users(Context& ctx) {
  const auto span = read_span(ctx.query());
  if (!span) co_return std::unexpected(span.error());
  const auto users = co_await ctx.read([&](store::Session& db) { return usage_of(db, *span); });
  if (!users) co_return std::unexpected(users.error());
  if (users->empty()) co_return ok(nullptr, {{"model_usage", nullptr}});
  json::array rows, models;
  for (const UserUsage& user : *users) {
    rows.emplace_back(json::object{{"username", user.username},
                                   {"request_count", user.sum.requests},
                                   {"quota", user.sum.quota},
                                   {"prompt_tokens", user.sum.prompt_tokens},
                                   {"completion_tokens", user.sum.completion_tokens},
                                   {"request_time", user.sum.duration_ms}});
    for (const auto& [model, requests] : user.models) {
      models.emplace_back(
          json::object{{"username", user.username}, {"model_name", model}, {"request_count", requests}});
    }
  }
  co_return ok(rows, {{"model_usage", std::move(models)}});
}

/// A field of a CSV file. What a spreadsheet would take for a formula is kept from being one.
std::string csv_field(std::string_view text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  const bool plain = out.size() == text.size() + 1 && text.find_first_of(",\n\r") == std::string_view::npos;
  return plain ? std::string(text) : out + '"';
}

net::Task<Result<Reply>> export_users(Context& ctx) {
  const auto span = read_span(ctx.query());
  if (!span) co_return std::unexpected(span.error());
  const auto users = co_await ctx.read([&](store::Session& db) { return usage_of(db, *span); });
  if (!users) co_return std::unexpected(users.error());
  Reply reply;
  reply.content_type = "text/csv";
  reply.headers.add("Content-Disposition",
                    "attachment; filename=multi_user_stats_" + span->first + "_" + span->last + ".csv");
  reply.body = "Username,Request Count,Quota,Prompt Tokens,Completion Tokens,Request Time (ms)\n";
  for (const UserUsage& user : *users) {
    reply.body += csv_field(user.username);
    for (const std::int64_t number : {user.sum.requests, user.sum.quota, user.sum.prompt_tokens,
                                      user.sum.completion_tokens, user.sum.duration_ms}) {
      reply.body += "," + std::to_string(number);
    }
    reply.body += '\n';
  }
  co_return reply;
}

constexpr std::array kRows{
    Row{Method::get, "/api/analytics/statistics", Permission::admin, &statistics},
    Row{Method::get, "/api/analytics/period", Permission::admin, &period},
    Row{Method::get, "/api/analytics/multi_user_stats", Permission::admin, &compare_users},
    Row{Method::get, "/api/analytics/multi_user_stats/export", Permission::admin, &export_users},
};

}  // namespace

std::span<const Row> analytics_routes() { return kRows; }

}  // namespace tollgate::manage
