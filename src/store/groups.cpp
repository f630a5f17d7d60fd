#include "store/groups.h"

#include <array>

#include <fmt/format.h>

#include "base/decimal.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto editable = [](auto& row, auto&& column) {
  column("name", row.name);
  column("ratio", row.ratio);
  column("api_rate", row.api_rate);
  column("is_public", row.is_public);
  column("promotion", row.promotion);
  column("min_usd", row.min_usd);
  column("max_usd", row.max_usd);
  column("enabled", row.enabled);
  column("fallback_symbol", row.fallback);
  column("updated_at", row.updated_at);
};

constexpr auto inserted = [](auto& row, auto&& column) {
  column("symbol", row.symbol);
  editable(row, column);
  column("created_at", row.created_at);
  column("version", row.version);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  inserted(row, column);
};

constexpr std::array kOrders{
    OrderField{"id", "id"},
    OrderField{"symbol", "symbol"},
    OrderField{"name", "name"},
    OrderField{"enable", "enabled"},
};

std::vector<GroupRow> rows_where(Session& db, const Conditions& where, std::string_view tail = " ORDER BY id") {
  static const std::string select = fmt::format("SELECT {} FROM user_groups", column_list<GroupRow>(everything));
  std::vector<GroupRow> out;
  GroupRow row;
  Query q(db, fmt::format("{}{}{}", select, where.sql(), tail));
  where.bind(q);
  everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

std::optional<GroupRow> first_of(std::vector<GroupRow> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

/// The row with its ratio in plain spelling.
Result<GroupRow> checked(const GroupRow& row) {
  GroupRow out = row;
  const auto ratio = Decimal::parse(row.ratio);
  if (!ratio || ratio->is_negative())
    return fail(Error(ErrorCode::invalid_request, "ratio is not a decimal number of 0 or more").param("ratio"));
  out.ratio = ratio->to_string();
  return out;
}

}  // namespace

Result<std::optional<GroupRow>> find_group(Session& db, std::int64_t id) {
  return guarded(db, "find_group", [&]() -> Result<std::optional<GroupRow>> {
    return first_of(rows_where(db, Conditions().add("id = :id", "id", id)));
  });
}

Result<std::optional<GroupRow>> find_group_by_symbol(Session& db, std::string_view symbol) {
  return guarded(db, "find_group_by_symbol", [&]() -> Result<std::optional<GroupRow>> {
    return first_of(rows_where(db, Conditions().add("symbol = :symbol", "symbol", std::string(symbol))));
  });
}

Result<Page<GroupRow>> list_groups(Session& db, const GroupFilter& filter, const PageRequest& page) {
  return guarded(db, "list_groups", [&]() -> Result<Page<GroupRow>> {
    const auto order = order_clause(page.order, kOrders);
    if (!order) return std::unexpected(order.error());
    Conditions where;
    if (!filter.name.empty()) where.add(like_condition("name", "name"), "name", like_pattern(filter.name, false));
    if (filter.enabled) where.add("enabled = :enabled", "enabled", *filter.enabled);
    Page<GroupRow> out;
    out.total = count_rows(db, "user_groups", where);
    out.rows = rows_where(db, where, fmt::format("{} LIMIT {} OFFSET {}", *order, page.limit, page.offset));
    return out;
  });
}

Result<std::vector<GroupRow>> load_groups(Session& db) {
  return guarded(db, "load_groups", [&]() -> Result<std::vector<GroupRow>> { return rows_where(db, {}); });
}

Result<std::int64_t> create_group(Session& db, const GroupRow& row) {
  auto fresh = checked(row);
  if (!fresh) return std::unexpected(std::move(fresh.error()));
  fresh->version = 1;
  return transaction(db, "create_group", [&]() -> Result<std::int64_t> {
    if (row.id == 0) {
      static const std::string sql = insert_sql<GroupRow>("user_groups", inserted);
      Query q(db, sql);
      inserted(*fresh, Binder{q});
      return q.insert();
    }
    static const std::string sql = insert_sql<GroupRow>("user_groups", everything);
    Query q(db, sql);
    everything(*fresh, Binder{q});
    q.execute();
    advance_ids(db, "user_groups");
    return row.id;
  });
}

Result<void> update_group(Session& db, const GroupRow& row) {
  auto fresh = checked(row);
  if (!fresh) return std::unexpected(std::move(fresh.error()));
  return transaction(db, "update_group", [&]() -> Result<void> {
    const auto there = first_of(rows_where(db, Conditions().add("id = :id", "id", row.id)));
    if (!there) return expect_found(0, "group");
    if (there->symbol == kDefaultGroup && !row.enabled)
      return fail(ErrorCode::conflict, "the default group cannot be disabled");
    static const std::string sql =
        fmt::format("UPDATE user_groups SET {}, version = version + 1 WHERE id = :id AND version = :version",
                    assignments<GroupRow>(editable));
    Query q(db, sql);
    editable(*fresh, Binder{q});
    q.use("id", row.id).use("version", row.version);
    return expect_updated(db, q.execute(), "user_groups", row.id, "group");
  });
}

Result<void> delete_group(Session& db, std::int64_t id) {
  return transaction(db, "delete_group", [&]() -> Result<void> {
    const auto there = first_of(rows_where(db, Conditions().add("id = :id", "id", id)));
    if (!there) return expect_found(0, "group");
    if (there->symbol == kDefaultGroup) return fail(ErrorCode::conflict, "the default group cannot be deleted");
    Query q(db, "DELETE FROM user_groups WHERE id = :id");
    return expect_found(q.use("id", id).execute(), "group");
  });
}

}  // namespace tollgate::store
