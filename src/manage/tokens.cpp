#include "store/tokens.h"

#include <array>
#include <string>
#include <utility>

#include "catalog/builder.h"
#include "crypto/random.h"
#include "manage/context.h"
#include "manage/deletion.h"
#include "manage/resources.h"
#include "manage/token_json.h"
#include "store/grants.h"
#include "store/groups.h"
#include "store/users.h"

namespace tollgate::manage {
namespace {

using store::TokenRow;

constexpr std::string_view kPlaygroundName = "sys_playground";
constexpr std::string_view kKeyPrefix = "sk-";

Error no_token() { return {ErrorCode::not_found, "there is no such token"}; }

bool sees_tags(const identity::Principal& who) { return who.is(identity::Role::reliable); }

Quota live_used(const Context& ctx, const TokenRow& token) {
  return ctx.services.ledger.live_used(ledger::AccountKey::of(token.id), token.used);
}

/// The key's copy, for its owner only, as long as the operator lets keys be shown.
bool may_see_key(const Context& ctx, const TokenRow& token) {
  return ctx.settings->reveal_tokens && !token.key_sealed.empty() && token.user == ctx.principal().user;
}

std::string shown_key(const Context& ctx, const TokenRow& token) {
  if (!may_see_key(ctx, token)) return {};
  const auto key = ctx.services.sealer.open_text(token.key_sealed, catalog::sealed::kTokenKey);
  return key ? key->reveal() : std::string();
}

/// With its key, if the password was given not long ago.
json::object shown(const Context& ctx, const TokenRow& token) {
  const bool withheld = ctx.needs_proof() && may_see_key(ctx, token);
  json::object out = token_value(token, live_used(ctx, token), withheld ? std::string() : shown_key(ctx, token),
                                 sees_tags(ctx.principal()), ctx.now_s);
  out["key_withheld"] = withheld;
  return out;
}

Result<void> check_group_of(Session& db, std::string_view symbol, std::string_view own_group) {
  if (symbol.empty()) return {};
  const auto group = store::find_group_by_symbol(db, symbol);
  if (!group) return std::unexpected(group.error());
  return check_group(symbol, *group, own_group);
}

/// Gives the row a fresh key. @return the key without its prefix.
std::string give_key(const Context& ctx, TokenRow& row) {
  const Secret whole = crypto::random_token_key();
  std::string key = whole.reveal().substr(kKeyPrefix.size());
  row.key_hash = ctx.services.token_hash(key).hex();
  row.key_hint = key.substr(key.size() - 4);
  if (ctx.settings->reveal_tokens) row.key_sealed = ctx.services.sealer.seal_text(key, catalog::sealed::kTokenKey);
  return key;
}

Result<void> grant(Session& db, const Context& ctx, TokenId token, Quota amount, store::GrantReason reason) {
  if (amount == 0) return {};
  store::GrantRow change;
  change.kind = store::AccountKind::token;
  change.account = token.value;
  change.amount = amount;
  change.reason = reason;
  change.actor = ctx.principal().user;
  change.reference = "token:" + crypto::uuid4();
  change.created_at = ctx.now_s;
  const auto outcome = store::change_grant(db, change);
  if (!outcome) return std::unexpected(outcome.error());
  return {};
}

/// Inserts the row with its first balance. Inside a transaction.
Result<TokenRow> insert(Session& db, const Context& ctx, const TokenRow& row, Quota remain) {
  const auto id = store::create_token(db, row);
  if (!id) return std::unexpected(id.error());
  if (auto given = grant(db, ctx, *id, remain, store::GrantReason::initial); !given) {
    return std::unexpected(given.error());
  }
  auto made = store::find_token(db, *id);
  if (!made) return std::unexpected(made.error());
  if (!*made) return fail(no_token());
  return std::move(**made);
}

net::Task<Result<Reply>> list(Context& ctx) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  store::TokenFilter filter;
  filter.user = ctx.principal().user;
  filter.keyword = ctx.query().text("keyword");
  const auto page = co_await ctx.read([&](Session& db) { return store::list_tokens(db, filter, paging->request); });
  if (!page) co_return std::unexpected(page.error());
  json::array rows;
  for (const TokenRow& token : page->rows) rows.push_back(shown(ctx, token));
  co_return ok(page_value(*paging, std::move(rows), page->total));
}

net::Task<Result<Reply>> show(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto token =
      co_await ctx.read([&](Session& db) { return store::find_token(db, ctx.principal().user, TokenId{*id}); });
  if (!token) co_return std::unexpected(token.error());
  if (!*token) co_return fail(no_token());
  co_return ok(shown(ctx, **token));
}

/// Answers with the new token, and this once with its key, whatever the settings say.
net::Task<Result<Reply>> create(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_token_change(*body);
  if (!change) co_return std::unexpected(change.error());

  const identity::Principal& who = ctx.principal();
  TokenRow row;
  row.user = who.user;
  row.created_at = row.updated_at = ctx.now_s;
  apply_token_change(*change, sees_tags(who), row);
  const std::string key = give_key(ctx, row);
  auto job = [&](Session& db) -> Result<TokenRow> {
    return store::transaction(db, "create_token", [&]() -> Result<TokenRow> {
      for (const std::string& group : {row.group, row.backup_group}) {
        if (auto fine = check_group_of(db, group, who.group); !fine) return std::unexpected(fine.error());
      }
      auto made = insert(db, ctx, row, change->remain.value_or(0));
      if (!made) return made;
      auto noted = store::add_audit(db, ctx.audit("token.create", "token", made->id.value, made->name));
      if (!noted) return std::unexpected(noted.error());
      return made;
    });
  };
  const auto made = co_await ctx.run(std::move(job));
  if (!made) co_return std::unexpected(made.error());
  co_await ctx.account_changed(who.user, {}, true);
  json::object value = token_value(*made, 0, key, sees_tags(who), ctx.now_s);
  value["key_withheld"] = false;
  co_return ok(value);
}

/// The key of the caller's token for the console's playground, which is made when first asked for. Where keys are shown
/// only once, each call makes a new one in place of the old.
net::Task<Result<Reply>> playground(Context& ctx) {
  if (const auto may = ctx.require_proof(); !may) co_return std::unexpected(may.error());
  const identity::Principal& who = ctx.principal();
  TokenRow fresh;
  fresh.user = who.user;
  fresh.name = kPlaygroundName;
  fresh.unlimited = true;
  fresh.created_at = fresh.updated_at = ctx.now_s;
  const std::string fresh_key = give_key(ctx, fresh);
  TokenId replaced;
  auto job = [&](Session& db) -> Result<std::string> {
    return store::transaction(db, "playground_token", [&]() -> Result<std::string> {
      auto old = store::find_token_by_name(db, who.user, kPlaygroundName);
      if (!old) return std::unexpected(old.error());
      if (*old) {
        if (std::string key = shown_key(ctx, **old); !key.empty() && (*old)->status == store::TokenStatus::enabled) {
          return key;
        }
        replaced = (*old)->id;
        if (auto gone = store::delete_token(db, who.user, replaced, ctx.now_s); !gone) {
          return std::unexpected(gone.error());
        }
      }
      auto made = insert(db, ctx, fresh, 0);
      if (!made) return std::unexpected(made.error());
      return fresh_key;
    });
  };
  const auto key = co_await ctx.run(std::move(job));
  if (!key) co_return std::unexpected(key.error());
  if (*key == fresh_key) {
    std::vector<ledger::AccountKey> gone;
    if (replaced) gone.push_back(ledger::AccountKey::of(replaced));
    co_await ctx.account_changed(who.user, std::move(gone), true);
  }
  co_return ok(json::value(*key));
}

/// Who changes which token.
struct Update {
  const TokenChange& change;
  bool status_only = false;
  bool any_owner = false;  ///< an administrator's route
};

struct Updated {
  TokenRow token;
  UserId old_owner;
};

/// The owner for whom groups are checked; for administrators also that they may act for that owner.
Result<store::UserRow> owner_of(Session& db, const Context& ctx, UserId owner, bool any_owner) {
  auto user = store::find_user(db, owner);
  if (!user) return std::unexpected(user.error());
  if (!*user) return fail(Error(ErrorCode::not_found, "there is no such user").param("user_id"));
  if (any_owner && owner != ctx.principal().user) {
    if (auto may = identity::require_above(ctx.principal(), (*user)->role); !may) return std::unexpected(may.error());
  }
  return std::move(**user);
}

Result<void> change_status(TokenRow& token, const TokenChange& change, Quota used) {
  if (change.status != 1 && change.status != 2) {
    return fail(Error(ErrorCode::invalid_request, "status must be 1 or 2").param("status"));
  }
  if (change.status == 1 && !token.unlimited && token.granted - used <= 0) {
    return fail(ErrorCode::invalid_request,
                "the token has no quota left: give it more, or make it unlimited, before it is enabled");
  }
  token.status = static_cast<store::TokenStatus>(*change.status);
  return {};
}

/// Inside a transaction.
Result<Updated> update_in(Session& db, const Context& ctx, const Update& update) {
  const TokenChange& change = update.change;
  const identity::Principal& who = ctx.principal();
  auto found = update.any_owner ? store::find_token(db, TokenId{change.id})
                                : store::find_token(db, who.user, TokenId{change.id});
  if (!found) return std::unexpected(found.error());
  if (!*found) return fail(no_token());
  TokenRow& token = **found;
  if (change.version) token.version = *change.version;
  Updated out{.token = {}, .old_owner = token.user};

  auto owner = owner_of(db, ctx, token.user, update.any_owner);
  if (!owner) return std::unexpected(owner.error());
  const Quota used = live_used(ctx, token);
  Quota added = 0;
  if (update.status_only) {
    if (auto fine = change_status(token, change, used); !fine) return std::unexpected(fine.error());
  } else {
    const bool moved = update.any_owner && change.user != 0 && UserId{change.user} != token.user;
    if (moved) {
      owner = owner_of(db, ctx, UserId{change.user}, true);
      if (!owner) return std::unexpected(owner.error());
      token.user = owner->id;
    }
    const auto [old_group, old_backup] = std::pair(token.group, token.backup_group);
    apply_token_change(change, sees_tags(who), token);
    for (const auto& [now, before] : {std::pair(token.group, old_group), std::pair(token.backup_group, old_backup)}) {
      if (now == before && !moved) continue;
      if (auto fine = check_group_of(db, now, owner->group); !fine) return std::unexpected(fine.error());
    }
    added = granted_for(change, token.granted, used) - token.granted;
  }
  token.updated_at = ctx.now_s;
  if (auto saved = store::update_token(db, token); !saved) return std::unexpected(saved.error());
  if (auto given = grant(db, ctx, token.id, added, store::GrantReason::manual); !given) {
    return std::unexpected(given.error());
  }
  auto noted = store::add_audit(
      db, ctx.audit(update.status_only ? "token.status" : "token.update", "token", token.id.value, token.name));
  if (!noted) return std::unexpected(noted.error());
  auto now = store::find_token(db, token.id);
  if (!now) return std::unexpected(now.error());
  if (!*now) return fail(no_token());
  out.token = std::move(**now);
  return out;
}

net::Task<Result<Reply>> save(Context& ctx, bool any_owner) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_token_change(*body);
  if (!change) co_return std::unexpected(change.error());
  if (change->id == 0) co_return fail(Error(ErrorCode::invalid_request, "id is missing").param("id"));
  const Update update{
      .change = *change, .status_only = !ctx.query().text("status_only").empty(), .any_owner = any_owner};
  auto job = [&](Session& db) -> Result<Updated> {
    return store::transaction(db, "update_token", [&] { return update_in(db, ctx, update); });
  };
  const auto updated = co_await ctx.run(std::move(job));
  if (!updated) co_return std::unexpected(updated.error());
  const TokenRow& token = updated->token;
  co_await ctx.account_changed(updated->old_owner, {ledger::AccountKey::of(token.id)});
  if (token.user != updated->old_owner) co_await ctx.account_changed(token.user);
  co_return ok(shown(ctx, token));
}

net::Task<Result<Reply>> update(Context& ctx) { return save(ctx, false); }
net::Task<Result<Reply>> admin_update(Context& ctx) { return save(ctx, true); }

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const UserId owner = ctx.principal().user;
  auto job = [&](Session& db) -> Result<void> {
    return store::transaction(db, "delete_token", [&]() -> Result<void> {
      if (auto gone = store::delete_token(db, owner, TokenId{*id}, ctx.now_s); !gone) {
        return gone.error().code() == ErrorCode::not_found ? Result<void>(fail(no_token())) : gone;
      }
      auto noted = store::add_audit(db, ctx.audit("token.delete", "token", *id));
      if (!noted) return std::unexpected(noted.error());
      return {};
    });
  };
  const auto gone = co_await ctx.run(std::move(job));
  if (!gone) co_return std::unexpected(gone.error());
  co_await ctx.account_changed(owner, {ledger::AccountKey::of(TokenId{*id})});
  co_return ok();
}

net::Task<Result<Reply>> restore(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  std::vector<TokenId> ids;
  std::vector<ledger::AccountKey> accounts;
  for (const std::int64_t id : read_ids(fields)) {
    ids.push_back(TokenId{id});
    accounts.push_back(ledger::AccountKey::of(TokenId{id}));
  }
  if (fields.ok() && ids.empty()) fields->refuse("ids", "must not be empty");
  if (!fields.ok()) co_return fields.failure();
  const UserId owner = ctx.principal().user;
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return store::transaction(db, "restore_tokens", [&]() -> Result<std::int64_t> {
      auto back = store::restore_tokens(db, owner, ids, restorable_since(ctx.now_s), ctx.now_s);
      if (!back) return back;
      const auto found = store::find_token_ids(db, owner, ids);
      if (!found) return std::unexpected(found.error());
      if (found->size() != ids.size()) return fail(missing("tokens", ids, *found));
      const auto noted = store::add_audit(db, ctx.audit("token.restore", "token", 0, listed(ids)));
      if (!noted) return std::unexpected(noted.error());
      return back;
    });
  };
  const auto back = co_await ctx.run(std::move(job));
  if (!back) co_return std::unexpected(back.error());
  co_await ctx.account_changed(owner, std::move(accounts), true);
  co_return ok(json::value(*back));
}

/// Everybody's tokens, with their owners' names. Keys are shown to their owners only.
net::Task<Result<Reply>> admin_search(Context& ctx) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  const auto user = ctx.query().integer("user_id");
  if (!user) co_return std::unexpected(user.error());
  const auto id = ctx.query().integer("token_id");
  if (!id) co_return std::unexpected(id.error());
  store::TokenFilter filter;
  filter.user = UserId{*user};
  filter.id = TokenId{*id};
  filter.keyword = ctx.query().text("keyword");
  const auto page =
      co_await ctx.read([&](Session& db) { return store::list_owned_tokens(db, filter, paging->request); });
  if (!page) co_return std::unexpected(page.error());
  json::array rows;
  for (const store::OwnedToken& owned : page->rows) {
    json::object value = shown(ctx, owned.token);
    value["owner_name"] = owned.owner_name;
    rows.push_back(std::move(value));
  }
  co_return ok(page_value(*paging, std::move(rows), page->total));
}

constexpr std::array kRows{
    Row{Method::get, "/api/token/", Permission::user, &list},
    Row{Method::get, "/api/token/:id", Permission::user, &show},
    Row{Method::get, "/api/token/playground", Permission::user, &playground, {.acts = true}},
    Row{Method::post, "/api/token/", Permission::user, &create},
    Row{Method::put, "/api/token/", Permission::user, &update},
    Row{Method::del, "/api/token/:id", Permission::user, &remove},
    Row{Method::post, "/api/token/restore", Permission::user, &restore},
    Row{Method::get, "/api/token/admin/search", Permission::admin, &admin_search},
    Row{Method::put, "/api/token/admin", Permission::admin, &admin_update},
};

}  // namespace

std::span<const Row> token_routes() { return kRows; }

}  // namespace tollgate::manage
