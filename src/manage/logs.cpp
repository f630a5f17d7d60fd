#include "store/logs.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "manage/context.h"
#include "manage/log_json.h"
#include "manage/resources.h"
#include "net/worker.h"
#include "store/names.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::manage {
namespace {

using http::Method;
using store::LogFilter;
using store::Session;

constexpr std::int64_t kDeleteSlice = 5'000;
/// So many tokens of one name are looked for in the log at most.
constexpr std::int64_t kMaxTokens = 500;

/// What a query asks for, in names.
struct Asked {
  LogFilter filter;
  std::string model, username, token;
};

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
  out.filter.from = *from;
  out.filter.to = *to;
  out.filter.request_id = query.text("request_id");
  out.model = query.text("model_name");
  out.token = query.text("token_name");
  if (reader == LogReader::self) {
    out.filter.users.push_back(ctx.principal().user);
    return out;
  }
  for (const std::string_view name : {"channel_id", "channel"}) {
    const auto channel = query.integer(name);
    if (!channel) return std::unexpected(channel.error());
    if (*channel != 0) out.filter.channel = ChannelId{*channel};
  }
  out.filter.ip = query.text("source_ip");
  out.username = query.text("username");
  return out;
}

/// Names of users and tokens to numbers. On the main database.
Result<void> resolve_accounts(Session& db, Asked& asked) {
  LogFilter& filter = asked.filter;
  if (!asked.username.empty()) {
    auto users = store::find_user_ids_by_name(db, asked.username);
    if (!users) return std::unexpected(users.error());
    filter.users = std::move(*users);
    if (filter.users.empty()) filter.nothing = true;
  }
  if (!asked.token.empty()) {
    const UserId owner = filter.users.size() == 1 ? filter.users.front() : UserId{};
    auto tokens = store::find_token_ids_by_name(db, owner, asked.token, kMaxTokens);
    if (!tokens) return std::unexpected(tokens.error());
    filter.tokens = std::move(*tokens);
    if (filter.tokens.empty()) filter.nothing = true;
  }
  return {};
}

/// The model's name to its number. On the log database.
Result<void> resolve_model(Session& db, Asked& asked) {
  if (asked.model.empty()) return {};
  const auto id = store::find_name(db, store::NameKind::model, asked.model);
  if (!id) return std::unexpected(id.error());
  asked.filter.model = *id;
  if (*id == 0) asked.filter.nothing = true;
  return {};
}

struct Listed {
  store::LogPage page;
  LogReferences references;
  std::vector<store::NameRow> names;
};

Result<Listed> load_page(Session& db, Asked& asked, const store::LogPageRequest& request) {
  if (auto resolved = resolve_model(db, asked); !resolved) return std::unexpected(resolved.error());
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
  const store::LogPageRequest request{.before_id = *before,
                                      .offset = paging->request.offset,
                                      .limit = paging->request.limit,
                                      .order = paging->request.order};

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
  co_return ok(std::move(page));
}

net::Task<Result<Reply>> list(Context& ctx) { return list_for(ctx, LogReader::operator_); }
net::Task<Result<Reply>> list_self(Context& ctx) { return list_for(ctx, LogReader::self); }

net::Task<Result<Reply>> stat_for(Context& ctx, LogReader reader) {
  auto asked = read_asked(ctx, reader);
  if (!asked) co_return std::unexpected(asked.error());
  asked->filter.type.reset();  // what cost something are calls, whatever type is asked for
  const auto resolved = co_await ctx.read([&](Session& db) { return resolve_accounts(db, *asked); });
  if (!resolved) co_return std::unexpected(resolved.error());
  auto sum = [&](Session& db) -> Result<store::LogSums> {
    if (auto named = resolve_model(db, *asked); !named) return std::unexpected(named.error());
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
    Row{Method::del, "/api/log/", Permission::admin, &remove_old},
};

}  // namespace

std::span<const Row> log_routes() { return kRows; }

}  // namespace tollgate::manage
