#include "store/users.h"

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "crypto/random.h"
#include "manage/context.h"
#include "manage/deletion.h"
#include "manage/resources.h"
#include "manage/user_value.h"
#include "store/grants.h"
#include "store/groups.h"
#include "store/session.h"

namespace tollgate::manage {
namespace {

using store::Role;

constexpr std::size_t kMaxRemark = 250;

std::optional<Role> role_of(std::int64_t number) {
  for (const Role role : {Role::common, Role::reliable, Role::admin, Role::root}) {
    if (static_cast<std::int64_t>(role) == number) return role;
  }
  return std::nullopt;
}

Error no_such_user() { return {ErrorCode::not_found, "record not found: there is no such user"}; }

Result<store::UserRow> load_user(store::Session& db, UserId id) {
  auto user = store::find_user(db, id);
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) return fail(no_such_user());
  return std::move(**user);
}

/// Changes a user's balance and notes who did it.
Result<void> grant(const Context& ctx, store::Session& db, UserId user, Quota amount, store::GrantReason reason,
                   std::string reference, std::string remark = {}) {
  store::GrantRow row;
  row.kind = store::AccountKind::user;
  row.account = user.value;
  row.amount = amount;
  row.reason = reason;
  row.remark = std::move(remark);
  row.actor = ctx.principal().user;
  row.reference = std::move(reference);
  row.created_at = ctx.now_s;
  auto changed = store::change_grant(db, row);
  if (changed) return {};
  if (changed.error().code() == ErrorCode::not_found) return fail(no_such_user());
  return std::unexpected(std::move(changed.error()));
}

Result<store::UserFilter> read_filter(const QueryFields& query) {
  store::UserFilter out;
  out.keyword = query.text("keyword");
  out.group = query.text("group");
  const auto status = query.integer("status");
  if (!status) return std::unexpected(status.error());
  if (*status < 0 || *status > 2) {
    return fail(Error(ErrorCode::invalid_request, "status must be 1 or 2").param("status"));
  }
  if (*status != 0) out.status = static_cast<store::UserStatus>(*status);
  const auto role = query.integer("role");
  if (!role) return std::unexpected(role.error());
  if (*role < 0 || *role > 100) return fail(Error(ErrorCode::invalid_request, "role is unknown").param("role"));
  if (*role != 0) out.role = static_cast<store::Role>(*role);
  return out;
}

net::Task<Result<Reply>> list(Context& ctx) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  const auto filter = read_filter(ctx.query());
  if (!filter) co_return std::unexpected(filter.error());
  const auto page =
      co_await ctx.read([&](store::Session& db) { return store::list_users(db, *filter, paging->request); });
  if (!page) co_return std::unexpected(page.error());
  json::array rows;
  rows.reserve(page->rows.size());
  for (const store::UserRow& user : page->rows) rows.emplace_back(live_user_value(ctx, user));
  co_return ok(page_value(*paging, std::move(rows), page->total));
}

net::Task<Result<Reply>> show(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto user = co_await ctx.read([&](store::Session& db) { return load_user(db, UserId{*id}); });
  if (!user) co_return std::unexpected(user.error());
  if (auto may = identity::require_above(ctx.principal(), user->role); !may) {
    co_return std::unexpected(std::move(may.error()));
  }
  co_return ok(live_user_value(ctx, *user));
}

/// Writes a new user with the settings' first balance.
Result<UserId> insert_user(Context& ctx, store::Session& db, store::UserRow user, Quota first_balance) {
  return store::transaction(db, "create_user", [&]() -> Result<UserId> {
    auto same = store::find_user_by_name(db, user.username);
    if (!same) return std::unexpected(std::move(same.error()));
    if (*same) return fail(Error(ErrorCode::conflict, "the user name is taken already").param("username"));
    auto id = store::create_user(db, user);
    if (!id) return id;
    if (first_balance != 0) {
      auto granted = grant(ctx, db, *id, first_balance, store::GrantReason::initial,
                           "user:" + std::to_string(id->value) + ":initial");
      if (!granted) return std::unexpected(std::move(granted.error()));
    }
    auto noted = store::add_audit(db, ctx.audit("user.create", "user", id->value, user.username));
    if (!noted) return std::unexpected(std::move(noted.error()));
    return id;
  });
}

net::Task<Result<Reply>> create(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto wanted = read_user_change(*body);
  if (!wanted) co_return std::unexpected(wanted.error());
  if (wanted->username.empty() || wanted->password.empty()) {
    co_return fail(ErrorCode::invalid_request, "username and password are required");
  }
  // The role of a new user is always the common one; asking for one's own or a higher one is still refused.
  if (wanted->role >= static_cast<std::int64_t>(ctx.principal().role)) {
    co_return fail(Error(ErrorCode::permission_denied, "role must be below your own").param("role"));
  }
  auto hash = co_await hash_new_password(ctx, wanted->password, wanted->username);
  if (!hash) co_return std::unexpected(std::move(hash.error()));

  store::UserRow user;
  user.username = wanted->username;
  user.password_hash = std::move(*hash);
  user.display_name = wanted->display_name.empty() ? wanted->username : wanted->display_name;
  user.email = wanted->email;
  user.created_at = user.updated_at = ctx.now_s;
  ctx.services.accounts.put_access_token(user, crypto::random_access_token());
  const Quota first_balance = ctx.settings->quota_for_new_user;
  const auto id = co_await ctx.run([&](store::Session& db) { return insert_user(ctx, db, user, first_balance); });
  if (!id) co_return std::unexpected(id.error());
  if (first_balance > 0) {
    co_await ctx.write_log(store::LogType::system, *id, first_balance, "first balance of a new user");
  }
  co_return ok();
}

Result<void> check_group(store::Session& db, const std::string& symbol) {
  const auto group = store::find_group_by_symbol(db, symbol);
  if (!group) return std::unexpected(group.error());
  if (!*group) return fail(Error(ErrorCode::invalid_request, "there is no group '" + symbol + "'").param("group"));
  return {};
}

/// Puts what the body gives into the row. @return names of what changes.
Result<std::string> apply(const Context& ctx, store::Session& db, const UserChange& change, const std::string& hash,
                          store::UserRow& user) {
  if (auto may = identity::require_above(ctx.principal(), user.role); !may) {
    return std::unexpected(std::move(may.error()));
  }
  std::string changed;
  const auto put = [&](std::string_view name, auto& target, const auto& value) {
    if (target == value) return;
    target = value;
    changed.append(changed.empty() ? "" : ",").append(name);
  };
  if (!change.username.empty()) put("username", user.username, change.username);
  if (!change.display_name.empty()) put("display_name", user.display_name, change.display_name);
  if (!change.email.empty()) put("email", user.email, change.email);
  if (!change.group.empty() && change.group != user.group) {
    if (auto known = check_group(db, change.group); !known) return std::unexpected(std::move(known.error()));
    put("group", user.group, change.group);
  }
  if (change.role != 0 && change.role != static_cast<std::int64_t>(user.role)) {
    const auto role = role_of(change.role);
    if (!role) return fail(Error(ErrorCode::invalid_request, "role must be 1, 3, 10 or 100").param("role"));
    if (auto may = identity::require_above(ctx.principal(), *role); !may)
      return std::unexpected(std::move(may.error()));
    if (user.role == Role::root) {
      return fail(Error(ErrorCode::permission_denied, "the role of root cannot be changed").param("role"));
    }
    if (auto proved = ctx.require_proof(); !proved) return std::unexpected(std::move(proved.error()));
    put("role", user.role, *role);
  }
  if (change.status != 0 && change.status != static_cast<std::int64_t>(user.status)) {
    if (change.status > 2) return fail(Error(ErrorCode::invalid_request, "status must be 1 or 2").param("status"));
    if (user.role == Role::root) {
      return fail(Error(ErrorCode::permission_denied, "root cannot be disabled").param("status"));
    }
    put("status", user.status, static_cast<store::UserStatus>(change.status));
  }
  if (!hash.empty()) {
    if (auto proved = ctx.require_proof(); !proved) return std::unexpected(std::move(proved.error()));
    put("password", user.password_hash, hash);
  }
  if (change.version) user.version = *change.version;
  return changed;
}

net::Task<Result<Reply>> update(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_user_change(*body);
  if (!change) co_return std::unexpected(change.error());
  if (change->id == 0) co_return fail(Error(ErrorCode::invalid_request, "id is missing").param("id"));
  const auto hash = co_await hash_new_password(ctx, change->password, change->username);
  if (!hash) co_return std::unexpected(hash.error());

  auto job = [&](store::Session& db) {
    return store::transaction(db, "update_user", [&]() -> Result<void> {
      auto user = load_user(db, UserId{change->id});
      if (!user) return std::unexpected(std::move(user.error()));
      const auto changed = apply(ctx, db, *change, *hash, *user);
      if (!changed) return std::unexpected(changed.error());
      if (changed->empty() && !change->version) return {};
      user->updated_at = ctx.now_s;
      if (auto saved = store::update_user(db, *user); !saved) {
        if (saved.error().code() == ErrorCode::conflict && !change->version) {
          return fail(Error(ErrorCode::conflict, "the user name is taken already").param("username"));
        }
        return saved;
      }
      if (!hash->empty()) {
        if (auto ended = ctx.services.accounts.end_sessions(db, user->id); !ended) return ended;
      }
      auto noted = store::add_audit(db, ctx.audit("user.update", "user", user->id.value, *changed));
      if (!noted) return std::unexpected(std::move(noted.error()));
      return {};
    });
  };
  const auto saved = co_await ctx.run(std::move(job));
  if (!saved) co_return std::unexpected(saved.error());
  const UserId id{change->id};
  co_await ctx.account_changed(id, {ledger::AccountKey::of(id)});
  co_return ok();
}

/// Deleting asks for a strictly higher role, of root too: root cannot be deleted.
Result<void> may_delete(const Context& ctx, const store::UserRow& user) {
  if (static_cast<std::int32_t>(ctx.principal().role) > static_cast<std::int32_t>(user.role)) return {};
  return fail(ErrorCode::permission_denied, "you may delete only users whose role is below your own");
}

Result<void> erase(const Context& ctx, store::Session& db, const store::UserRow& user) {
  if (auto may = may_delete(ctx, user); !may) return may;
  if (auto proved = ctx.require_proof(); !proved) return proved;
  if (auto gone = store::delete_user(db, user.id, crypto::random_alnum(6), ctx.now_s); !gone) return gone;
  auto noted = store::add_audit(db, ctx.audit("user.delete", "user", user.id.value, user.username));
  if (!noted) return std::unexpected(std::move(noted.error()));
  return {};
}

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const UserId user{*id};
  auto job = [&](store::Session& db) {
    return store::transaction(db, "delete_user", [&]() -> Result<void> {
      auto row = load_user(db, user);
      if (!row) return std::unexpected(std::move(row.error()));
      return erase(ctx, db, *row);
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.account_changed(user, {ledger::AccountKey::of(user)});
  co_return ok();
}

/// What came back, for the balances to be read anew.
using Accounts = std::vector<ledger::AccountKey>;

/// Whoever may not delete a user may not bring one back either. One that is not deleted stays as it is.
Result<Accounts> bring_back(const Context& ctx, store::Session& db, UserId id) {
  auto user = store::find_deleted_user(db, id, restorable_since(ctx.now_s));
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) {
    auto alive = load_user(db, id);
    if (!alive) return std::unexpected(std::move(alive.error()));
    return Accounts{};
  }
  if (auto may = may_delete(ctx, **user); !may) return std::unexpected(std::move(may.error()));
  auto same = store::find_user_by_name(db, (*user)->username);
  if (!same) return std::unexpected(std::move(same.error()));
  if (*same) {
    return fail(ErrorCode::conflict, "somebody else is called '" + (*user)->username + "' by now");
  }
  const auto tokens = store::restore_user(db, **user, ctx.now_s);
  if (!tokens) return std::unexpected(tokens.error());
  Accounts out{ledger::AccountKey::of(id)};
  for (const TokenId token : *tokens) out.push_back(ledger::AccountKey::of(token));
  return out;
}

net::Task<Result<Reply>> restore(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  std::vector<UserId> ids;
  for (const std::int64_t id : read_ids(fields)) ids.push_back(UserId{id});
  if (fields.ok() && ids.empty()) fields->refuse("ids", "must not be empty");
  if (!fields.ok()) co_return fields.failure();
  std::vector<std::pair<UserId, Accounts>> back;
  auto job = [&](store::Session& db) {
    return store::transaction(db, "restore_users", [&]() -> Result<void> {
      for (const UserId id : ids) {
        auto accounts = bring_back(ctx, db, id);
        if (!accounts) return std::unexpected(std::move(accounts.error()));
        if (!accounts->empty()) back.emplace_back(id, std::move(*accounts));
      }
      const auto noted = store::add_audit(db, ctx.audit("user.restore", "user", 0, listed(ids)));
      if (!noted) return std::unexpected(noted.error());
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  const auto count = static_cast<std::int64_t>(back.size());
  for (auto& [id, accounts] : back) co_await ctx.account_changed(id, std::move(accounts), true);
  co_return ok(json::value(count));
}

Result<void> act(const Context& ctx, store::Session& db, std::string_view action, store::UserRow& user) {
  if (auto may = identity::require_above(ctx.principal(), user.role); !may) return may;
  const bool root = user.role == Role::root;
  const auto refuse_root = [&]() -> Result<void> {
    if (!root) return {};
    return fail(ErrorCode::permission_denied, "root cannot be disabled, deleted or given another role");
  };
  if (action == "enable") {
    user.status = store::UserStatus::enabled;
  } else if (action == "disable" || action == "demote" || action == "set_reliable" || action == "promote") {
    if (auto may = refuse_root(); !may) return may;
    if (action == "promote" && ctx.principal().role != Role::root) {
      return fail(ErrorCode::permission_denied, "only root may make somebody an administrator");
    }
    if (action != "disable") {
      if (auto proved = ctx.require_proof(); !proved) return proved;
    }
    if (action == "disable") user.status = store::UserStatus::disabled;
    if (action == "demote") user.role = Role::common;
    if (action == "set_reliable") user.role = Role::reliable;
    if (action == "promote") user.role = Role::admin;
  } else if (action == "delete") {
    if (auto may = refuse_root(); !may) return may;
    return erase(ctx, db, user);
  } else {
    return fail(Error(ErrorCode::invalid_request,
                      "action must be enable, disable, delete, promote, demote or set_reliable, not '" +
                          std::string(clip_utf8(action, 40)) + "'")
                    .param("action"));
  }
  user.updated_at = ctx.now_s;
  if (auto saved = store::update_user(db, user); !saved) return saved;
  auto noted = store::add_audit(db, ctx.audit("user." + std::string(action), "user", user.id.value));
  if (!noted) return std::unexpected(std::move(noted.error()));
  return {};
}

net::Task<Result<Reply>> manage_user(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const std::string name(fields->required_string("username"));
  const std::string action(fields->required_string("action"));
  if (name.empty()) fields->refuse("username", "must not be empty");
  if (!fields.ok()) co_return fields.failure();

  auto job = [&](store::Session& db) {
    return store::transaction(db, "manage_user", [&]() -> Result<store::UserRow> {
      auto user = store::find_user_by_name(db, name);
      if (!user) return std::unexpected(std::move(user.error()));
      if (!*user) return fail(no_such_user());
      if (auto done = act(ctx, db, action, **user); !done) return std::unexpected(std::move(done.error()));
      return std::move(**user);
    });
  };
  const auto user = co_await ctx.run(std::move(job));
  if (!user) co_return std::unexpected(user.error());
  co_await ctx.account_changed(user->id, {ledger::AccountKey::of(user->id)});
  store::UserRow shown;
  shown.role = user->role;
  shown.status = user->status;
  shown.group.clear();
  co_return ok(user_value(shown, 0));
}

/// Adds to a balance, or takes from it; it may fall below zero.
net::Task<Result<Reply>> change_quota(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const Quota amount = fields->integer("quota", -kQuotaLimit, kQuotaLimit).value_or(0);
  const std::string remark(clip_utf8(fields->string("remark").value_or(""), kMaxRemark));
  if (fields.ok() && amount == 0) fields->refuse("quota", "must not be 0");
  if (!fields.ok()) co_return fields.failure();

  const UserId user{*id};
  auto job = [&](store::Session& db) {
    return store::transaction(db, "change_quota", [&]() -> Result<void> {
      auto changed = grant(ctx, db, user, amount, store::GrantReason::manual, "manage:" + ctx.request_id, remark);
      if (!changed) return changed;
      auto noted = store::add_audit(db, ctx.audit("user.quota", "user", user.value, std::to_string(amount)));
      if (!noted) return std::unexpected(std::move(noted.error()));
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.account_changed(user, {ledger::AccountKey::of(user)});
  std::string text = "balance changed by " + ctx.principal().username;
  if (!remark.empty()) text += ": " + remark;
  co_await ctx.write_log(store::LogType::manage, user, amount, std::move(text));
  co_return ok();
}

constexpr std::array kRows{
    Row{Method::get, "/api/user/", Permission::admin, &list},
    Row{Method::get, "/api/user/:id", Permission::admin, &show},
    Row{Method::post, "/api/user/", Permission::admin, &create},
    Row{Method::put, "/api/user/", Permission::admin, &update},
    Row{Method::del, "/api/user/:id", Permission::admin, &remove},
    Row{Method::post, "/api/user/manage", Permission::admin, &manage_user},
    Row{Method::post, "/api/user/restore", Permission::admin, &restore},
    Row{Method::post, "/api/user/quota/:id", Permission::admin, &change_quota},
};

}  // namespace

std::span<const Row> user_routes() { return kRows; }

}  // namespace tollgate::manage
