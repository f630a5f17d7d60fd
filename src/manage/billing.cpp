#include <algorithm>
#include <array>

#include "catalog/token.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::manage {
namespace {

/// What a key may spend in all, and what of it is spent.
struct Budget {
  Quota granted = 0;
  Quota used = 0;
  std::int64_t until = 0;  ///< Unix seconds; 0 never
};

/// The token's, unless it is unlimited or the operator shows its owner's.
net::Task<Result<Budget>> budget_of(Context& ctx) {
  const catalog::TokenFacts& facts = *ctx.key_caller().facts;
  const bool of_token = !facts.unlimited && ctx.settings->display_token_stat;
  auto load = [&](store::Session& db) -> Result<Budget> {
    auto token = store::find_token(db, facts.token);
    if (!token) return std::unexpected(std::move(token.error()));
    if (!*token) return fail(ErrorCode::not_found, "this key does not exist any more");
    if (of_token) return Budget{(*token)->granted, (*token)->used, (*token)->expires_at};
    auto user = store::find_user(db, facts.user);
    if (!user) return std::unexpected(std::move(user.error()));
    if (!*user) return fail(ErrorCode::not_found, "this account does not exist any more");
    return Budget{(*user)->granted, (*user)->used, 0};
  };
  auto budget = co_await ctx.read(std::move(load));
  if (!budget) co_return budget;
  const auto account = of_token ? ledger::AccountKey::of(facts.token) : ledger::AccountKey::of(facts.user);
  budget->used = ctx.services.ledger.live_used(account, budget->used);
  co_return budget;
}

/// Dollars, or quota where the operator shows that.
double shown_amount(const config::Settings& settings, Quota quota) {
  const auto amount = static_cast<double>(quota);
  return settings.display_in_currency && settings.quota_per_unit > 0
             ? amount / static_cast<double>(settings.quota_per_unit)
             : amount;
}

net::Task<Result<Reply>> subscription(Context& ctx) {
  const auto budget = co_await budget_of(ctx);
  if (!budget) co_return std::unexpected(budget.error());
  const double limit = shown_amount(*ctx.settings, budget->granted);
  co_return raw(json::object{{"object", "billing_subscription"},
                             {"has_payment_method", true},
                             {"soft_limit_usd", limit},
                             {"hard_limit_usd", limit},
                             {"system_hard_limit_usd", limit},
                             {"access_until", std::max<std::int64_t>(budget->until, 0)}});
}

net::Task<Result<Reply>> usage(Context& ctx) {
  const auto budget = co_await budget_of(ctx);
  if (!budget) co_return std::unexpected(budget.error());
  co_return raw(json::object{{"object", "list"}, {"total_usage", shown_amount(*ctx.settings, budget->used) * 100}});
}

constexpr std::array kRows{
    Row{Method::get, "/dashboard/billing/subscription", Permission::key, &subscription, {.any_origin = true}},
    Row{Method::get, "/v1/dashboard/billing/subscription", Permission::key, &subscription, {.any_origin = true}},
    Row{Method::get, "/dashboard/billing/usage", Permission::key, &usage, {.any_origin = true}},
    Row{Method::get, "/v1/dashboard/billing/usage", Permission::key, &usage, {.any_origin = true}},
};

}  // namespace

std::span<const Row> billing_routes() { return kRows; }

}  // namespace tollgate::manage
