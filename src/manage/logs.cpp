#include "store/logs.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "manage/context.h"
#include "manage/log_detail.h"
#include "manage/log_json.h"
#include "manage/resources.h"
#include "net/worker.h"
#include "store/names.h"
#include "store/tokens.h"
#include "store/users.h"
#include "telemetry/request_id.h"

namespace tollgate::manage {
namespace {

using store::LogFilter;

constexpr std::int64_t kDeleteSlice = 5'000;
/// So many tokens of one name are looked for in the log at most.
constexpr std::int64_t kMaxTokens = 500;

/// No time is later: that of the year 9999's end.
constexpr std::int64_t kLastSecond = 253'402'300'799;

/// What a query asks for, in names.
struct Asked {
  LogFilter filter;
  std::string model, group, username, token;
};

/// Conditions that everybody may ask for, beside those of the predecessors.
Result<void> read_conditions(const QueryFields& query, LogFilter& out) {
  const std::string status = query.text("status");
  if (!status.empty() && status != "ok" && status != "error")
    return fail(Error(ErrorCode::invalid_request, "status must be ok or error").param("status"));
  if (!status.empty()) out.failed = status == "error";
  const auto stream = query.boolean("stream");
  if (!stream) return std::unexpected(stream.error());
  out.stream = *stream;
  for (const auto& [name, target] :
       {std::pair("min_latency", &out.min_duration_ms), std::pair("min_quota", &out.min_quota)}) {
    const auto number = query.integer(name);
    if (!number) return std::unexpected(number.error());
    if (*number < 0) return fail(Error(ErrorCode::invalid_request, std::string(name) + " is negative").param(name));
    *target = *number;
  }
  const auto token = query.integer("token_id");
  if (!token) return std::unexpected(token.error());
  if (*token != 0) out.tokens.push_back(TokenId{*token});
  return {};
}

Result<Asked> read_asked(const Context& ctx, LogReader reader) {
  const QueryFields& query = ctx.query();
  Asked out;
  // The predecessors spell the type in two ways, and the channel in two.
  for (const std::string_view name : {"log_type", "type"}) {
    const auto type = query.integer(name);
    if (!type) return std::unexpected(type.error());
    if (*type < 0 || *type > 99)
      return fail(Error(ErrorCode::invalid_request, std::string(name) + " is unknown").param(std::string(name)));
    if (*type != 0) out.filter.type = static_cast<store::LogType>(*type);
  }
  const auto from = query.integer("start_timestamp");
  if (!from) return std::unexpected(from.error());
  const auto to = query.integer("end_timestamp");
  if (!to) return std::unexpected(to.error());
  out.filter.from = std::clamp<std::int64_t>(*from, 0, kLastSecond);
  out.filter.to = std::clamp<std::int64_t>(*to, 0, kLastSecond);
  out.filter.request_id = query.text("request_id");
  out.model = query.text("model_name");
  out.group = query.text("group");
  out.token = query.text("token_name");
  if (auto read = read_conditions(query, out.filter); !read) return std::unexpected(read.error());
  if (reader == LogReader::self) {
    out.filter.users.push_back(ctx.principal().user);
    return out;
  }
  for (const std::string_view name : {"channel_id", "channel"}) {
    const auto channel = query.integer(name);
    if (!channel) return std::unexpected(channel.error());
    if (*channel != 0) out.filter.channel = ChannelId{*channel};
  }
  const auto user = query.integer("user_id");
  if (!user) return std::unexpected(user.error());
  if (*user != 0) out.filter.users.push_back(UserId{*user});
  out.filter.ip = query.text("source_ip");
  out.username = query.text("username");
  return out;
}

/// Those of `found` that were asked for by number too, if any were.
template <class Id>
void keep_common(std::vector<Id>& asked, std::vector<Id> found, LogFilter& filter) {
  if (!asked.empty()) std::erase_if(found, [&](Id id) { return std::ranges::find(asked, id) == asked.end(); });
  asked = std::move(found);
  if (asked.empty()) filter.nothing = true;
}

/// Names of users and tokens to numbers. On the main database.
Result<void> resolve_accounts(Session& db, Asked& asked) {
  LogFilter& filter = asked.filter;
  if (!asked.username.empty()) {
    auto users = store::find_user_ids_by_name(db, asked.username);
    if (!users) return std::unexpected(users.error());
    keep_common(filter.users, std::move(*users), filter);
  }
  if (!asked.token.empty()) {
    const UserId owner = filter.users.size() == 1 ? filter.users.front() : UserId{};
    auto tokens = store::find_token_ids_by_name(db, owner, asked.token, kMaxTokens);
    if (!tokens) return std::unexpected(tokens.error());
    keep_common(filter.tokens, std::move(*tokens), filter);
  }
  return {};
}

/// Names of the model and the group to numbers. On the log database.
Result<void> resolve_names(Session& db, Asked& asked) {
  LogFilter& filter = asked.filter;
  for (const auto& [kind, name, target] : {std::tuple(store::NameKind::model, &asked.model, &filter.model),
                                           std::tuple(store::NameKind::group, &asked.group, &filter.group)}) {
    if (name->empty()) continue;
    const auto id = store::find_name(db, kind, *name);
    if (!id) return std::unexpected(id.error());
    *target = *id;
    if (*id == 0) filter.nothing = true;
  }
  return {};
}

struct Listed {
  store::LogPage page;
  LogReferences references;
  std::vector<store::NameRow> names;
};

Result<Listed> load_page(Session& db, Asked& asked, const store::LogPageRequest& request) {
  if (auto resolved = resolve_names(db, asked); !resolved) return std::unexpected(resolved.error());
  auto page = store::list_logs(db, asked.filter, request);
  if (!page) return std::unexpected(page.error());
  Listed out{.page = std::move(*page), .references = {}, .names = {}};
  out.references = references_of(out.page.rows);
  auto names = store::find_names(db, out.references.names);
  if (!names) return std::unexpected(names.error());
  out.names = std::move(*names);
  return out;
}

/// What the main database knows of the page. Accounts and prices outlive their deletion.
Result<LogNames> load_names(Session& db, const LogReferences& references) {
  LogNames out;
  const auto users = store::find_user_names(db, references.users);
  if (!users) return std::unexpected(users.error());
  for (const store::UserName& user : *users) out.users.emplace(user.id.value, user.username);
  const auto tokens = store::find_token_names(db, references.tokens);
  if (!tokens) return std::unexpected(tokens.error());
  for (const store::TokenName& token : *tokens) out.tokens.emplace(token.id.value, token.name);
  const auto channels = store::find_channel_names(db, references.channels);
  if (!channels) return std::unexpected(channels.error());
  for (const store::ChannelName& channel : *channels) out.channels.emplace(channel.id.value, channel);
  const auto prices = store::find_price_versions(db, references.prices);
  if (!prices) return std::unexpected(prices.error());
  for (const store::PriceRow& price : *prices) out.prices.emplace(price.version, price);
  return out;
}

net::Task<Result<Reply>> list_for(Context& ctx, LogReader reader) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  auto asked = read_asked(ctx, reader);
  if (!asked) co_return std::unexpected(asked.error());
  const auto before = ctx.query().integer("before_id");
  if (!before) co_return std::unexpected(before.error());
  const auto count = ctx.query().boolean("count");
  if (!count) co_return std::unexpected(count.error());
  const store::LogPageRequest request{.before_id = *before,
                                      .offset = paging->request.offset,
                                      .limit = paging->request.limit,
                                      .order = paging->request.order,
                                      .count = count->value_or(true)};

  const auto resolved = co_await ctx.read([&](Session& db) { return resolve_accounts(db, *asked); });
  if (!resolved) co_return std::unexpected(resolved.error());
  const auto listed = co_await ctx.read_log([&](Session& db) { return load_page(db, *asked, request); });
  if (!listed) co_return std::unexpected(listed.error());
  auto names = co_await ctx.read([&](Session& db) { return load_names(db, listed->references); });
  if (!names) co_return std::unexpected(names.error());
  for (const store::NameRow& name : listed->names) names->names.emplace(name.id, name.text);

  json::array rows;
  for (const store::LogRow& row : listed->page.rows) rows.push_back(log_value(row, *names, reader));
  json::value page = page_value(*paging, std::move(rows), listed->page.total);
  if (auto* object = page.if_object(); object != nullptr) {
    (*object)["total_is_exact"] = listed->page.total_is_exact;
    // Row ids are the operator's: a user pages by number.
    if (reader == LogReader::operator_) (*object)["next_before_id"] = listed->page.next_before_id;
  }
  co_return ok(page);
}

net::Task<Result<Reply>> list(Context& ctx) { return list_for(ctx, LogReader::operator_); }
net::Task<Result<Reply>> list_self(Context& ctx) { return list_for(ctx, LogReader::self); }

Error unknown_call() { return {ErrorCode::not_found, "the log has no such call"}; }

/// A call by its request id, which front-ends link to: an administrator's any, a user's own.
net::Task<Result<Reply>> show(Context& ctx) {
  const LogReader reader = ctx.principal().is(identity::Role::admin) ? LogReader::operator_ : LogReader::self;
  Asked asked;
  asked.filter.request_id = ctx.path_text("request_id");
  if (!telemetry::time_of_request_id(asked.filter.request_id)) co_return fail(unknown_call());
  if (reader == LogReader::self) asked.filter.users.push_back(ctx.principal().user);
  // Upwards from the time that the id holds: its row is among the first.
  const store::LogPageRequest first{.before_id = 0, .offset = 0, .limit = 1, .order = "created_at", .count = false};
  auto found = co_await ctx.read_log([&](Session& db) { return load_page(db, asked, first); });
  if (!found) co_return std::unexpected(found.error());
  if (found->page.rows.empty()) co_return fail(unknown_call());
  const store::LogRow& row = found->page.rows.front();
  for (const ChannelId channel : attempted_channels(row)) found->references.channels.push_back(channel);
  auto names = co_await ctx.read([&](Session& db) { return load_names(db, found->references); });
  if (!names) co_return std::unexpected(names.error());
  for (const store::NameRow& name : found->names) names->names.emplace(name.id, name.text);
  co_return ok(log_detail_value(row, *names, reader));
}

net::Task<Result<Reply>> stat_for(Context& ctx, LogReader reader) {
  auto asked = read_asked(ctx, reader);
  if (!asked) co_return std::unexpected(asked.error());
  asked->filter.type.reset();  // what cost something are calls, whatever type is asked for
  const auto resolved = co_await ctx.read([&](Session& db) { return resolve_accounts(db, *asked); });
  if (!resolved) co_return std::unexpected(resolved.error());
  auto sum = [&](Session& db) -> Result<store::LogSums> {
    if (auto named = resolve_names(db, *asked); !named) return std::unexpected(named.error());
    return store::sum_logs(db, asked->filter);
  };
  const auto sums = co_await ctx.read_log(std::move(sum));
  if (!sums) co_return std::unexpected(sums.error());
  co_return ok(json::object{{"quota", sums->quota},
                            {"request_count", sums->requests},
                            {"prompt_tokens", sums->prompt_tokens},
                            {"completion_tokens", sums->completion_tokens}});
}

net::Task<Result<Reply>> stat(Context& ctx) { return stat_for(ctx, LogReader::operator_); }
net::Task<Result<Reply>> stat_self(Context& ctx) { return stat_for(ctx, LogReader::self); }

constexpr std::int64_t kBuckets = 60, kMaxBuckets = 500;

json::object span_value(const store::LogSpan& span) {
  return {{"start", span.start}, {"count", span.rows}, {"errors", span.errors}, {"quota", span.quota}};
}

net::Task<Result<Reply>> histogram_for(Context& ctx, LogReader reader) {
  auto asked = read_asked(ctx, reader);
  if (!asked) co_return std::unexpected(asked.error());
  const auto buckets = ctx.query().integer("buckets");
  if (!buckets) co_return std::unexpected(buckets.error());
  if (*buckets < 0 || *buckets > kMaxBuckets)
    co_return fail(Error(ErrorCode::invalid_request, "buckets must be 1 to 500").param("buckets"));
  const auto resolved = co_await ctx.read([&](Session& db) { return resolve_accounts(db, *asked); });
  if (!resolved) co_return std::unexpected(resolved.error());
  auto count = [&](Session& db) -> Result<store::LogHistogram> {
    if (auto named = resolve_names(db, *asked); !named) return std::unexpected(named.error());
    return store::log_histogram(db, asked->filter, *buckets == 0 ? kBuckets : *buckets, ctx.now_s);
  };
  const auto histogram = co_await ctx.read_log(std::move(count));
  if (!histogram) co_return std::unexpected(histogram.error());
  json::array spans;
  for (const store::LogSpan& span : histogram->spans) spans.push_back(span_value(span));
  co_return ok(spans, {{"span", histogram->span_seconds}, {"complete", histogram->complete}});
}

net::Task<Result<Reply>> histogram(Context& ctx) { return histogram_for(ctx, LogReader::operator_); }
net::Task<Result<Reply>> histogram_self(Context& ctx) { return histogram_for(ctx, LogReader::self); }

/// Deletes what calls left behind before a time, a slice a transaction, so that nothing else waits for long.
net::Task<Result<Reply>> remove_old(Context& ctx) {
  const auto before = ctx.query().integer("target_timestamp");
  if (!before) co_return std::unexpected(before.error());
  if (*before <= 0) {
    co_return fail(
        Error(ErrorCode::invalid_request, "target_timestamp is required: the time before which rows are deleted")
            .param("target_timestamp"));
  }
  std::int64_t deleted = 0;
  for (;;) {
    const Deadline deadline = ctx.exchange.worker().in_ms(ctx.settings->storage_timeout_ms);
    auto job = [&](Session& db) { return store::delete_logs(db, *before, store::LogType::consume, kDeleteSlice); };
    const auto slice = co_await ctx.services.storage.log().run(std::move(job), deadline);
    if (!slice) co_return std::unexpected(slice.error());
    deleted += *slice;
    if (*slice < kDeleteSlice) break;
  }
  auto note = [&](Session& db) {
    return store::add_audit(
        db, ctx.audit("log.delete", "log", 0, std::to_string(deleted) + " before " + std::to_string(*before)));
  };
  const Deadline deadline = ctx.exchange.worker().in_ms(ctx.settings->storage_timeout_ms);
  const auto noted = co_await ctx.services.storage.main().run(std::move(note), deadline);
  if (!noted) co_return std::unexpected(noted.error());
  co_return ok(json::value(deleted));
}

constexpr std::array kRows{
    Row{Method::get, "/api/log/", Permission::admin, &list},
    Row{Method::get, "/api/log/self", Permission::user, &list_self},
    Row{Method::get, "/api/log/stat", Permission::admin, &stat},
    Row{Method::get, "/api/log/self/stat", Permission::user, &stat_self},
    Row{Method::get, "/api/log/histogram", Permission::admin, &histogram},
    Row{Method::get, "/api/log/self/histogram", Permission::user, &histogram_self},
    Row{Method::get, "/api/log/:request_id", Permission::user, &show},
    Row{Method::del, "/api/log/", Permission::admin, &remove_old},
};

}  // namespace

std::span<const Row> log_routes() { return kRows; }

}  // namespace tollgate::manage
