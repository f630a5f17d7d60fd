#include "store/users.h"

#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto editable = [](auto& row, auto&& column) {
  column("username", row.username);
  column("password_hash", row.password_hash);
  column("display_name", row.display_name);
  column("role", row.role);
  column("status", row.status);
  column("email", row.email);
  column("avatar_url", row.avatar_url);
  column("github_id", row.github_id);
  column("github_number", row.github_number);
  column("oidc_id", row.oidc_id);
  column("wechat_id", row.wechat_id);
  column("lark_id", row.lark_id);
  column("telegram_id", row.telegram_id);
  column("linux_do_id", row.linux_do_id);
  column("access_token_hash", row.access_token_hash, kNullable);
  column("access_token_sealed", row.access_token_sealed);
  column("group_symbol", row.group);
  column("invite_code", row.invite_code, kNullable);
  column("invite_count", row.invite_count);
  column("invite_quota", row.invite_quota);
  column("invite_quota_history", row.invite_quota_history);
  column("inviter_id", row.inviter);
  column("last_login_at", row.last_login_at);
  column("last_login_ip", row.last_login_ip);
  column("settings", row.settings);
  column("updated_at", row.updated_at);
};

constexpr auto inserted = [](auto& row, auto&& column) {
  editable(row, column);
  column("created_at", row.created_at);
  column("deleted_at", row.deleted_at);
  column("version", row.version);
  column("granted", row.granted);
  column("used", row.used);
  column("request_count", row.request_count);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  inserted(row, column);
};

constexpr std::array kOrders{
    OrderField{"id", "id"},
    OrderField{"username", "username"},
    OrderField{"display_name", "display_name"},
    OrderField{"email", "email"},
    OrderField{"role", "role"},
    OrderField{"status", "status"},
    OrderField{"group", "group_symbol"},
    OrderField{"created_time", "created_at"},
    OrderField{"last_login_time", "last_login_at"},
    OrderField{"last_login_ip", "last_login_ip"},
    OrderField{"quota", "(granted - used)"},
    OrderField{"used_quota", "used"},
    OrderField{"request_count", "request_count"},
};

const std::string& select_users() {
  static const std::string sql = fmt::format("SELECT {} FROM users", column_list<UserRow>(everything));
  return sql;
}

/// The first user that the condition holds for, in order of ids.
template <class T>
Result<std::optional<UserRow>> find_where(Session& db, std::string_view name, std::string_view column, const T& value) {
  return guarded(db, name, [&]() -> Result<std::optional<UserRow>> {
    UserRow row;
    Query q(db, fmt::format("{} WHERE {} = :value AND deleted_at = 0 ORDER BY id LIMIT 1", select_users(), column));
    q.use("value", value);
    everything(row, Receiver{q});
    if (!q.next()) return std::nullopt;
    return row;
  });
}

struct IdentityColumn {
  Identity kind;
  std::string_view column;
  bool numeric;
};
constexpr std::array kIdentities{
    IdentityColumn{Identity::github_id, "github_id", false},
    IdentityColumn{Identity::github_number, "github_number", true},
    IdentityColumn{Identity::oidc_id, "oidc_id", false},
    IdentityColumn{Identity::wechat_id, "wechat_id", false},
    IdentityColumn{Identity::lark_id, "lark_id", false},
    IdentityColumn{Identity::telegram_id, "telegram_id", true},
    IdentityColumn{Identity::linux_do_id, "linux_do_id", false},
};

Conditions conditions_of(const UserFilter& filter) {
  Conditions where;
  where.add("deleted_at = 0");
  if (!filter.keyword.empty()) {
    std::string sql = "(";
    if (const auto id = parse_int(filter.keyword)) {
      sql += fmt::format("id = {} OR ", *id);
    }
    sql +=
        fmt::format("{} OR {} OR {} OR {})", like_condition("username", "keyword"), like_condition("email", "keyword"),
                    like_condition("display_name", "keyword"), like_condition("group_symbol", "keyword"));
    where.add(sql, "keyword", like_pattern(filter.keyword, false));
  }
  if (filter.status) where.add("status = :status", "status", *filter.status);
  if (filter.role) where.add("role = :role", "role", *filter.role);
  if (!filter.group.empty()) where.add("group_symbol = :group", "group", filter.group);
  return where;
}

}  // namespace

Result<std::optional<UserRow>> find_user(Session& db, UserId id) { return find_where(db, "find_user", "id", id); }

Result<std::optional<UserRow>> find_user_by_name(Session& db, std::string_view username) {
  return find_where(db, "find_user_by_name", "username", username);
}

Result<std::optional<UserRow>> find_user_by_email(Session& db, std::string_view email) {
  if (email.empty()) return std::nullopt;
  return find_where(db, "find_user_by_email", "email", email);
}

Result<std::optional<UserRow>> find_user_by_access_token(Session& db, std::string_view hash) {
  if (hash.empty()) return std::nullopt;
  return find_where(db, "find_user_by_access_token", "access_token_hash", hash);
}

Result<std::optional<UserRow>> find_user_by_invite_code(Session& db, std::string_view code) {
  if (code.empty()) return std::nullopt;
  return find_where(db, "find_user_by_invite_code", "invite_code", code);
}

Result<std::optional<UserRow>> find_user_by_identity(Session& db, Identity kind, std::string_view value) {
  const IdentityColumn& identity = kIdentities[static_cast<std::size_t>(kind)];
  if (value.empty()) return std::nullopt;
  if (!identity.numeric) return find_where(db, "find_user_by_identity", identity.column, value);
  const auto number = parse_int(value);
  if (!number || *number == 0) return std::nullopt;
  return find_where(db, "find_user_by_identity", identity.column, *number);
}

Result<Page<UserRow>> list_users(Session& db, const UserFilter& filter, const PageRequest& page) {
  return guarded(db, "list_users", [&]() -> Result<Page<UserRow>> {
    const auto order = order_clause(page.order, kOrders);
    if (!order) return std::unexpected(order.error());
    const Conditions where = conditions_of(filter);
    Page<UserRow> out;
    out.total = count_rows(db, "users", where);
    UserRow row;
    Query q(db, fmt::format("{}{}{} LIMIT :limit OFFSET :offset", select_users(), where.sql(), *order));
    where.bind(q);
    q.use("limit", page.limit).use("offset", page.offset);
    everything(row, Receiver{q});
    while (q.next()) out.rows.push_back(row);
    return out;
  });
}

Result<std::vector<UserName>> find_user_names(Session& db, const std::vector<UserId>& ids) {
  if (ids.empty()) return std::vector<UserName>{};
  return guarded(db, "find_user_names", [&]() -> Result<std::vector<UserName>> {
    std::vector<UserName> out;
    UserName row;
    Query q(db, fmt::format("SELECT id, username, display_name, deleted_at FROM users WHERE id IN ({})", id_list(ids)));
    q.into(row.id, row.username, row.display_name, row.deleted_at);
    while (q.next()) out.push_back(row);
    return out;
  });
}

Result<std::vector<UserId>> find_user_ids_by_name(Session& db, std::string_view username) {
  return guarded(db, "find_user_ids_by_name", [&]() -> Result<std::vector<UserId>> {
    std::vector<UserId> out;
    UserId id;
    Query q(db, "SELECT id FROM users WHERE username = :username");
    q.use("username", username).into(id);
    while (q.next()) out.push_back(id);
    return out;
  });
}

Result<UserId> create_user(Session& db, const UserRow& row) {
  return transaction(db, "create_user", [&]() -> Result<UserId> {
    UserRow fresh = row;
    fresh.granted = fresh.used = fresh.request_count = 0;
    fresh.version = 1;
    if (!row.id) {
      static const std::string sql = insert_sql<UserRow>("users", inserted);
      Query q(db, sql);
      inserted(fresh, Binder{q});
      return UserId{q.insert()};
    }
    static const std::string sql = insert_sql<UserRow>("users", everything);
    Query q(db, sql);
    everything(fresh, Binder{q});
    q.execute();
    advance_ids(db, "users");
    return row.id;
  });
}

Result<void> update_user(Session& db, const UserRow& row) {
  return guarded(db, "update_user", [&]() -> Result<void> {
    static const std::string sql = fmt::format(
        "UPDATE users SET {}, version = version + 1 WHERE id = :id AND version = :version AND deleted_at = 0",
        assignments<UserRow>(editable));
    Query q(db, sql);
    editable(row, Binder{q});
    q.use("id", row.id).use("version", row.version);
    return expect_updated(db, q.execute(), "users", row.id.value, "user");
  });
}

Result<void> touch_user(Session& db, UserId id, std::int64_t now, std::string_view ip) {
  return guarded(db, "touch_user", [&]() -> Result<void> {
    Query q(db, "UPDATE users SET last_login_at = :now, last_login_ip = :ip WHERE id = :id AND deleted_at = 0");
    q.use("now", now).use("ip", ip).use("id", id);
    return expect_found(q.execute(), "user");
  });
}

namespace {

constexpr std::string_view kDeletedMark = "_del_";

}  // namespace

Result<void> delete_user(Session& db, UserId id, std::string_view suffix, std::int64_t now) {
  return transaction(db, "delete_user", [&]() -> Result<void> {
    // || is a logical or on MySQL, CONCAT unknown to SQLite: the new name is made here.
    std::string username;
    Query find(db, "SELECT username FROM users WHERE id = :id AND deleted_at = 0");
    if (!find.use("id", id).into(username).next()) return expect_found(0, "user");
    Query q(
        db,
        "UPDATE users SET username = :username, deleted_at = :now, updated_at = :now, version = version + 1, "
        "access_token_hash = NULL, access_token_sealed = '', invite_code = NULL, github_id = '', github_number = 0, "
        "oidc_id = '', wechat_id = '', lark_id = '', telegram_id = 0, linux_do_id = '' "
        "WHERE id = :id AND deleted_at = 0");
    q.use("username", fmt::format("{}{}{}", clip_utf8(username, 160), kDeletedMark, suffix))
        .use("now", now)
        .use("id", id);
    if (auto done = expect_found(q.execute(), "user"); !done) return done;
    Query tokens(db,
                 "UPDATE tokens SET deleted_at = :now, version = version + 1 WHERE user_id = :id AND deleted_at = 0");
    tokens.use("now", now).use("id", id).execute();
    Query sign_ins(db, "DELETE FROM sign_ins WHERE user_id = :id");
    sign_ins.use("id", id).execute();
    Query preferences(db, "DELETE FROM preferences WHERE user_id = :id");
    preferences.use("id", id).execute();
    return {};
  });
}

Result<std::optional<UserRow>> find_deleted_user(Session& db, UserId id, std::int64_t since) {
  return guarded(db, "find_deleted_user", [&]() -> Result<std::optional<UserRow>> {
    static const std::string select =
        fmt::format("SELECT {} FROM users WHERE id = :id AND deleted_at <> 0 AND deleted_at >= :since",
                    column_list<UserRow>(everything));
    UserRow row;
    Query q(db, select);
    q.use("id", id).use("since", since);
    everything(row, Receiver{q});
    if (!q.next()) return std::nullopt;
    row.username.resize(row.username.rfind(kDeletedMark));
    return row;
  });
}

Result<std::vector<TokenId>> restore_user(Session& db, const UserRow& user, std::int64_t now) {
  return transaction(db, "restore_user", [&]() -> Result<std::vector<TokenId>> {
    Query q(db,
            "UPDATE users SET username = :username, deleted_at = 0, updated_at = :now, version = version + 1 "
            "WHERE id = :id AND deleted_at = :deleted_at");
    q.use("username", user.username).use("now", now).use("id", user.id).use("deleted_at", user.deleted_at);
    if (auto done = expect_found(q.execute(), "user"); !done) return std::unexpected(std::move(done.error()));
    std::vector<TokenId> tokens;
    TokenId token;
    Query find(db, "SELECT id FROM tokens WHERE user_id = :id AND deleted_at = :deleted_at ORDER BY id");
    find.use("id", user.id).use("deleted_at", user.deleted_at).into(token);
    while (find.next()) tokens.push_back(token);
    Query back(db,
               "UPDATE tokens SET deleted_at = 0, updated_at = :now, version = version + 1 "
               "WHERE user_id = :id AND deleted_at = :deleted_at");
    back.use("now", now).use("id", user.id).use("deleted_at", user.deleted_at).execute();
    return tokens;
  });
}

Result<UserTotals> user_totals(Session& db) {
  return guarded(db, "user_totals", [&]() -> Result<UserTotals> {
    UserTotals out;
    Query q(db,
            "SELECT COUNT(*), SUM(CASE WHEN inviter_id <> 0 THEN 1 ELSE 0 END), SUM(granted - used), SUM(used) "
            "FROM users WHERE deleted_at = 0");
    q.into(out.users, out.invited_users, out.balance, out.used).next();
    return out;
  });
}

Result<std::vector<NewUsers>> count_new_users(Session& db, std::int64_t from, std::int64_t to) {
  return guarded(db, "count_new_users", [&]() -> Result<std::vector<NewUsers>> {
    std::vector<NewUsers> out;
    NewUsers day;
    Query q(db,
            "SELECT created_at - created_at % 86400, COUNT(*), SUM(CASE WHEN inviter_id <> 0 THEN 1 ELSE 0 END) "
            "FROM users WHERE created_at >= :since AND created_at <= :until AND deleted_at = 0 "
            "GROUP BY created_at - created_at % 86400 ORDER BY created_at - created_at % 86400");
    q.use("since", from).use("until", to).into(day.day, day.users, day.invited_users);
    while (q.next()) out.push_back(day);
    return out;
  });
}

Result<bool> any_user_with_role(Session& db, Role role) {
  return guarded(db, "any_user_with_role", [&]() -> Result<bool> {
    std::int64_t id = 0;
    Query q(db, "SELECT id FROM users WHERE role = :role AND deleted_at = 0 LIMIT 1");
    return q.use("role", role).into(id).next();
  });
}

}  // namespace tollgate::store
