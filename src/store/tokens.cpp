#include "store/tokens.h"

#include <array>

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto editable = [](auto& row, auto&& column) {
  column("user_id", row.user);
  column("name", row.name);
  column("status", row.status);
  column("expires_at", row.expires_at);
  column("unlimited", row.unlimited);
  column("group_symbol", row.group);
  column("backup_group_symbol", row.backup_group);
  column("models_limited", row.models_limited);
  column("models", row.models);
  column("ips_limited", row.ips_limited);
  column("ips", row.ips);
  column("heartbeat", row.heartbeat);
  column("heartbeat_seconds", row.heartbeat_seconds);
  column("billing_tag", row.billing_tag);
  column("settings", row.settings);
  column("updated_at", row.updated_at);
};

constexpr auto inserted = [](auto& row, auto&& column) {
  editable(row, column);
  column("key_hash", row.key_hash);
  column("key_sealed", row.key_sealed);
  column("key_hint", row.key_hint);
  column("created_at", row.created_at);
  column("deleted_at", row.deleted_at);
  column("version", row.version);
  column("granted", row.granted);
  column("used", row.used);
  column("request_count", row.request_count);
  column("accessed_at", row.accessed_at);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  inserted(row, column);
};

constexpr std::array kOrders{
    OrderField{"id", "t.id"},
    OrderField{"name", "t.name"},
    OrderField{"status", "t.status"},
    OrderField{"expired_time", "t.expires_at"},
    OrderField{"created_time", "t.created_at"},
    OrderField{"accessed_time", "t.accessed_at"},
    OrderField{"remain_quota", "(t.granted - t.used)"},
    OrderField{"used_quota", "t.used"},
    OrderField{"user_id", "t.user_id"},
};

const std::string& token_columns() {
  static const std::string columns = column_list<TokenRow>(everything, "t");
  return columns;
}

template <class T>
Result<std::optional<TokenAccess>> find_access_where(Session& db, std::string_view column, const T& value) {
  return guarded(db, "find_token_access", [&]() -> Result<std::optional<TokenAccess>> {
    TokenAccess out;
    Query q(db, fmt::format("SELECT {}, u.username, u.role, u.status, u.group_symbol, u.granted, u.used, u.version "
                            "FROM tokens t JOIN users u ON u.id = t.user_id "
                            "WHERE t.{} = :value AND t.deleted_at = 0 AND u.deleted_at = 0",
                            token_columns(), column));
    q.use("value", value);
    everything(out.token, Receiver{q});
    q.into(out.username, out.user_role, out.user_status, out.user_group, out.user_granted, out.user_used,
           out.user_version);
    if (!q.next()) return std::nullopt;
    return out;
  });
}

Result<std::optional<TokenRow>> find_where(Session& db, std::string_view name, const Conditions& where) {
  return guarded(db, name, [&]() -> Result<std::optional<TokenRow>> {
    TokenRow row;
    Query q(db, fmt::format("SELECT {} FROM tokens t{} ORDER BY t.id LIMIT 1", token_columns(), where.sql()));
    where.bind(q);
    everything(row, Receiver{q});
    if (!q.next()) return std::nullopt;
    return row;
  });
}

Conditions conditions_of(const TokenFilter& filter) {
  Conditions where;
  where.add("t.deleted_at = 0");
  if (filter.user) where.add("t.user_id = :user", "user", filter.user);
  if (filter.id) where.add("t.id = :id", "id", filter.id);
  if (!filter.keyword.empty())
    where.add(like_condition("t.name", "keyword"), "keyword", like_pattern(filter.keyword, false));
  if (filter.status) where.add("t.status = :status", "status", *filter.status);
  return where;
}

constexpr std::string_view kOwned = "tokens t JOIN users u ON u.id = t.user_id AND u.deleted_at = 0";

}  // namespace

Result<std::optional<TokenAccess>> find_token_access(Session& db, std::string_view key_hash) {
  return find_access_where(db, "key_hash", key_hash);
}

Result<std::optional<TokenAccess>> find_token_access(Session& db, TokenId id) {
  return find_access_where(db, "id", id);
}

Result<std::optional<TokenRow>> find_token(Session& db, TokenId id) {
  return find_where(db, "find_token", Conditions().add("t.deleted_at = 0").add("t.id = :id", "id", id));
}

Result<std::optional<TokenRow>> find_token(Session& db, UserId owner, TokenId id) {
  return find_where(
      db, "find_token",
      Conditions().add("t.deleted_at = 0").add("t.id = :id", "id", id).add("t.user_id = :owner", "owner", owner));
}

Result<std::optional<TokenRow>> find_token_by_name(Session& db, UserId owner, std::string_view name) {
  return find_where(db, "find_token_by_name",
                    Conditions()
                        .add("t.deleted_at = 0")
                        .add("t.user_id = :owner", "owner", owner)
                        .add("t.name = :name", "name", std::string(name)));
}

Result<Page<TokenRow>> list_tokens(Session& db, const TokenFilter& filter, const PageRequest& page) {
  return guarded(db, "list_tokens", [&]() -> Result<Page<TokenRow>> {
    const auto order = order_clause(page.order, kOrders, "t.id");
    if (!order) return std::unexpected(order.error());
    const Conditions where = conditions_of(filter);
    Page<TokenRow> out;
    out.total = count_rows(db, "tokens t", where);
    TokenRow row;
    Query q(db, fmt::format("SELECT {} FROM tokens t{}{} LIMIT :limit OFFSET :offset", token_columns(), where.sql(),
                            *order));
    where.bind(q);
    q.use("limit", page.limit).use("offset", page.offset);
    everything(row, Receiver{q});
    while (q.next()) out.rows.push_back(row);
    return out;
  });
}

Result<Page<OwnedToken>> list_owned_tokens(Session& db, const TokenFilter& filter, const PageRequest& page) {
  return guarded(db, "list_owned_tokens", [&]() -> Result<Page<OwnedToken>> {
    const auto order = order_clause(page.order, kOrders, "t.id");
    if (!order) return std::unexpected(order.error());
    const Conditions where = conditions_of(filter);
    Page<OwnedToken> out;
    out.total = count_rows(db, kOwned, where);
    OwnedToken row;
    Query q(db, fmt::format("SELECT {}, CASE WHEN u.display_name <> '' THEN u.display_name ELSE u.username END "
                            "FROM {}{}{} LIMIT :limit OFFSET :offset",
                            token_columns(), kOwned, where.sql(), *order));
    where.bind(q);
    q.use("limit", page.limit).use("offset", page.offset);
    everything(row.token, Receiver{q});
    q.into(row.owner_name);
    while (q.next()) out.rows.push_back(row);
    return out;
  });
}

Result<std::vector<TokenName>> find_token_names(Session& db, const std::vector<TokenId>& ids) {
  if (ids.empty()) return std::vector<TokenName>{};
  return guarded(db, "find_token_names", [&]() -> Result<std::vector<TokenName>> {
    std::vector<TokenName> out;
    TokenName row;
    Query q(db, fmt::format("SELECT id, user_id, name FROM tokens WHERE id IN ({})", id_list(ids)));
    q.into(row.id, row.user, row.name);
    while (q.next()) out.push_back(row);
    return out;
  });
}

Result<std::vector<TokenId>> find_token_ids_by_name(Session& db, UserId owner, std::string_view name,
                                                    std::int64_t limit) {
  return guarded(db, "find_token_ids_by_name", [&]() -> Result<std::vector<TokenId>> {
    Conditions where;
    where.add("name = :name", "name", std::string(name));
    if (owner) where.add("user_id = :owner", "owner", owner);
    std::vector<TokenId> out;
    TokenId id;
    Query q(db, fmt::format("SELECT id FROM tokens{} ORDER BY id DESC LIMIT :limit", where.sql()));
    where.bind(q);
    q.use("limit", limit).into(id);
    while (q.next()) out.push_back(id);
    return out;
  });
}

Result<TokenId> create_token(Session& db, const TokenRow& row) {
  return transaction(db, "create_token", [&]() -> Result<TokenId> {
    TokenRow fresh = row;
    fresh.granted = fresh.used = fresh.request_count = 0;
    fresh.version = 1;
    if (!row.id) {
      static const std::string sql = insert_sql<TokenRow>("tokens", inserted);
      Query q(db, sql);
      inserted(fresh, Binder{q});
      return TokenId{q.insert()};
    }
    static const std::string sql = insert_sql<TokenRow>("tokens", everything);
    Query q(db, sql);
    everything(fresh, Binder{q});
    q.execute();
    advance_ids(db, "tokens");
    return row.id;
  });
}

Result<void> update_token(Session& db, const TokenRow& row) {
  return guarded(db, "update_token", [&]() -> Result<void> {
    static const std::string sql = fmt::format(
        "UPDATE tokens SET {}, version = version + 1 WHERE id = :id AND version = :version AND deleted_at = 0",
        assignments<TokenRow>(editable));
    Query q(db, sql);
    editable(row, Binder{q});
    q.use("id", row.id).use("version", row.version);
    return expect_updated(db, q.execute(), "tokens", row.id.value, "token");
  });
}

Result<void> delete_token(Session& db, UserId owner, TokenId id, std::int64_t now) {
  return guarded(db, "delete_token", [&]() -> Result<void> {
    Query q(db, fmt::format("UPDATE tokens SET deleted_at = :now, version = version + 1 "
                            "WHERE id = :id AND deleted_at = 0{}",
                            owner ? " AND user_id = :owner" : ""));
    q.use("now", now).use("id", id);
    if (owner) q.use("owner", owner);
    return expect_found(q.execute(), "token");
  });
}

Result<std::int64_t> restore_tokens(Session& db, UserId owner, const std::vector<TokenId>& ids, std::int64_t since,
                                    std::int64_t now) {
  return guarded(db, "restore_tokens", [&]() -> Result<std::int64_t> {
    Query q(db, fmt::format("UPDATE tokens SET deleted_at = 0, updated_at = :now, version = version + 1 WHERE "
                            "id IN ({}) AND user_id = :owner AND deleted_at <> 0 AND deleted_at >= :since",
                            id_list(ids)));
    return q.use("now", now).use("owner", owner).use("since", since).execute();
  });
}

Result<std::vector<TokenId>> find_token_ids(Session& db, UserId owner, const std::vector<TokenId>& ids) {
  return guarded(db, "find_token_ids", [&]() -> Result<std::vector<TokenId>> {
    std::vector<TokenId> out;
    TokenId id;
    Query q(db,
            fmt::format("SELECT id FROM tokens WHERE id IN ({}) AND user_id = :owner AND deleted_at = 0 ORDER BY id",
                        id_list(ids)));
    q.use("owner", owner).into(id);
    while (q.next()) out.push_back(id);
    return out;
  });
}

Result<std::int64_t> count_tokens(Session& db, UserId owner) {
  return guarded(db, "count_tokens", [&]() -> Result<std::int64_t> {
    TokenFilter filter;
    filter.user = owner;
    return count_rows(db, "tokens t", conditions_of(filter));
  });
}

}  // namespace tollgate::store
