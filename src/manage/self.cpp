#include <array>
#include <string>
#include <utility>

#include "base/int128.h"
#include "catalog/catalog.h"
#include "manage/capabilities.h"
#include "manage/context.h"
#include "manage/dates.h"
#include "manage/resources.h"
#include "manage/usage_report.h"
#include "manage/user_value.h"
#include "store/logs.h"
#include "store/session.h"
#include "store/users.h"

namespace tollgate::manage {
namespace {

constexpr std::int64_t kDashboardDays = 7;

Error gone() { return {ErrorCode::not_found, "this account does not exist any more"}; }

Result<store::UserRow> load_self(store::Session& db, UserId id) {
  auto user = store::find_user(db, id);
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) return fail(gone());
  return std::move(**user);
}

/// When the caller's session ends unless it is used: in seconds from now, as clocks differ. Null for access tokens.
json::value session_value(const Context& ctx) {
  const identity::Principal& who = ctx.principal();
  if (who.session.empty()) return nullptr;
  return json::object{{"ends_in_s", who.session_ends_at - ctx.now_s},
                      {"lifetime_s", ctx.settings->session_lifetime_ms / 1000}};
}

net::Task<Result<Reply>> show_self(Context& ctx) {
  const auto user = co_await ctx.read([&](store::Session& db) { return load_self(db, ctx.principal().user); });
  if (!user) co_return std::unexpected(user.error());
  const auto token = ctx.services.accounts.access_token(*user);
  if (!token) co_return std::unexpected(token.error());
  // A session that may not see keys must not get them by way of an access token, which is never asked.
  const bool withheld = ctx.needs_proof() && token->has_value();
  json::object out = live_user_value(ctx, *user, *token && !withheld ? (*token)->reveal() : std::string_view());
  out["access_token_withheld"] = withheld;
  out["capabilities"] = capabilities_of(user->role);
  out["session"] = session_value(ctx);
  co_return ok(out);
}

/// The password once more, which opens for a while what Context::require_proof guards.
net::Task<Result<Reply>> prove(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  Secret password{std::string(fields->required_string("password"))};
  if (!fields.ok()) co_return fields.failure();
  const identity::Principal& who = ctx.principal();
  if (who.session.empty()) {
    co_return fail(ErrorCode::invalid_request, "only sessions are asked for the password: this is an access token");
  }
  const auto proved =
      co_await ctx.services.accounts.prove(who, std::move(password), ctx.address.to_string(), ctx.deadline);
  if (!proved) co_return std::unexpected(proved.error());
  co_return ok();
}

/// Display name and password, as far as they are given; everything else in the body is ignored.
net::Task<Result<Reply>> change_self(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_user_change(*body);
  if (!change) co_return std::unexpected(change.error());
  if (!change->password.empty()) {
    if (const auto may = ctx.require_proof(); !may) co_return std::unexpected(may.error());
  }
  const auto hash = co_await hash_new_password(ctx, change->password, ctx.principal().username);
  if (!hash) co_return std::unexpected(hash.error());

  auto job = [&](store::Session& db) -> Result<void> {
    auto user = load_self(db, ctx.principal().user);
    if (!user) return std::unexpected(std::move(user.error()));
    std::string changed;
    if (!change->display_name.empty() && change->display_name != user->display_name) {
      user->display_name = change->display_name;
      changed = "display_name";
    }
    if (!hash->empty()) {
      user->password_hash = *hash;
      changed += changed.empty() ? "password" : ",password";
    }
    if (changed.empty()) return {};
    user->updated_at = ctx.now_s;
    return store::transaction(db, "change_self", [&]() -> Result<void> {
      if (auto saved = store::update_user(db, *user); !saved) return saved;
      if (!hash->empty()) {
        auto ended = ctx.services.accounts.end_sessions(db, user->id, ctx.principal().session);
        if (!ended) return ended;
      }
      auto noted = store::add_audit(db, ctx.audit("user.self", "user", user->id.value, changed));
      if (!noted) return std::unexpected(std::move(noted.error()));
      return {};
    });
  };
  const auto saved = co_await ctx.run(std::move(job));
  if (!saved) co_return std::unexpected(saved.error());
  co_return ok();
}

/// A new access token in place of the old one.
net::Task<Result<Reply>> renew_access_token(Context& ctx) {
  if (const auto may = ctx.require_proof(); !may) co_return std::unexpected(may.error());
  auto job = [&](store::Session& db) -> Result<Secret> {
    auto token = ctx.services.accounts.renew_access_token(db, ctx.principal().user);
    if (!token) return token;
    auto noted = store::add_audit(db, ctx.audit("user.access_token", "user", ctx.principal().user.value));
    if (!noted) return std::unexpected(std::move(noted.error()));
    return token;
  };
  const auto token = co_await ctx.run(std::move(job));
  if (!token) co_return std::unexpected(token.error());
  co_return ok(json::value(token->reveal()));
}

/// The last seven days and today, by day and model.
net::Task<Result<Reply>> dashboard(Context& ctx) {
  store::StatisticFilter filter;
  filter.from = day_of(ctx.now_s) - kDashboardDays * kDaySeconds;
  filter.users = {ctx.principal().user};
  const auto report = co_await ctx.read([&](store::Session& db) { return report_models(db, filter); });
  if (!report) co_return std::unexpected(report.error());
  co_return ok(report->value("ModelName", &model_of));
}

/// Calls of the last minute, beside what the group allows.
net::Task<Result<Reply>> call_rate(Context& ctx) {
  const auto catalog = ctx.services.publisher.on(ctx.exchange.worker());
  const catalog::Group* group = catalog->find_group(ctx.principal().group);
  if (group == nullptr) co_return fail(ErrorCode::group_not_allowed, "your group does not exist or is disabled");
  store::LogFilter filter;
  filter.users = {ctx.principal().user};
  filter.from = ctx.now_s - 59;
  const auto sums = co_await ctx.read_log([&](store::Session& db) { return store::sum_logs(db, filter); });
  if (!sums) co_return std::unexpected(sums.error());
  const std::int64_t most = group->rate.per_minute;
  // Percent, cut to two decimals.
  const auto hundredths = most > 0 ? static_cast<std::int64_t>(Int128{sums->requests} * 10'000 / most) : 0;
  const double share = static_cast<double>(hundredths) / 100.0;
  co_return ok(json::object{{"rpm", sums->requests},
                            {"maxRPM", most},
                            {"usageRpmRate", share},
                            {"tpm", sums->prompt_tokens + sums->completion_tokens},
                            {"maxTPM", 0},
                            {"usageTpmRate", 0}});
}

constexpr std::array kRows{
    Row{Method::get, "/api/user/self", Permission::user, &show_self},
    Row{Method::put, "/api/user/self", Permission::user, &change_self},
    Row{Method::post, "/api/user/self/prove", Permission::user, &prove, {.critical = true}},
    Row{Method::get, "/api/user/token", Permission::user, &renew_access_token, {.acts = true}},
    Row{Method::get, "/api/user/dashboard", Permission::user, &dashboard},
    Row{Method::get, "/api/user/dashboard/rate", Permission::user, &call_rate},
};

}  // namespace

std::span<const Row> self_routes() { return kRows; }

}  // namespace tollgate::manage
