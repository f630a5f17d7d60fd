#include "store/totals.h"

#include <algorithm>

#include <fmt/format.h>

#include "store/bulk.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr std::size_t kRowsAStatement = 1000;

/// One statement for many rows: a join with a table that is written out.
std::string update_sql(Session& db, std::string_view table, std::span<const UsageDelta> deltas, bool accessed) {
  std::string sql;
  const std::string_view access = !accessed ? ""
                                  : db.engine() == Engine::postgresql
                                      ? ", accessed_at = GREATEST(t.accessed_at, v.a)"
                                      : ", t.accessed_at = GREATEST(t.accessed_at, v.a)";
  if (db.engine() == Engine::postgresql) {
    sql = fmt::format("UPDATE {} AS t SET used = t.used + v.d, request_count = t.request_count + v.n{} FROM (VALUES ",
                      table, access);
    for (std::size_t i = 0; i < deltas.size(); ++i) {
      const UsageDelta& delta = deltas[i];
      fmt::format_to(std::back_inserter(sql), "{}({}::bigint,{}::bigint,{}::bigint,{}::bigint)", i == 0 ? "" : ",",
                     delta.id, delta.used, delta.requests, delta.accessed_at);
    }
    return sql + ") AS v (id, d, n, a) WHERE t.id = v.id";
  }
  sql = fmt::format("UPDATE {} t JOIN (", table);
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    const UsageDelta& delta = deltas[i];
    fmt::format_to(std::back_inserter(sql), "{}SELECT {} AS id, {} AS d, {} AS n, {} AS a", i == 0 ? "" : " UNION ALL ",
                   delta.id, delta.used, delta.requests, delta.accessed_at);
  }
  return sql +
         fmt::format(") v ON v.id = t.id SET t.used = t.used + v.d, t.request_count = t.request_count + v.n{}", access);
}

Result<std::int64_t> add_usage(Session& db, std::string_view name, std::string_view table,
                               std::span<const UsageDelta> deltas, bool accessed) {
  if (deltas.empty()) return 0;
  return transaction(db, name, [&]() -> Result<std::int64_t> {
    std::int64_t changed = 0;
    if (db.engine() == Engine::sqlite) {
      SqliteInsert update(
          db, fmt::format("UPDATE {} SET used = used + ?1, request_count = request_count + ?2{} WHERE id = ?3", table,
                          accessed ? ", accessed_at = MAX(accessed_at, ?4)" : ""));
      for (const UsageDelta& delta : deltas) {
        update.bind(1, delta.used);
        update.bind(2, delta.requests);
        update.bind(3, delta.id);
        if (accessed) update.bind(4, delta.accessed_at);
        changed += update.execute();
      }
      return changed;
    }
    for (std::size_t at = 0; at < deltas.size(); at += kRowsAStatement) {
      const auto some = deltas.subspan(at, std::min(kRowsAStatement, deltas.size() - at));
      changed += execute_native(db, update_sql(db, table, some, accessed));
    }
    return changed;
  });
}

}  // namespace

Result<std::int64_t> add_user_usage(Session& db, std::span<const UsageDelta> deltas) {
  return add_usage(db, "add_user_usage", "users", deltas, false);
}

Result<std::int64_t> add_token_usage(Session& db, std::span<const UsageDelta> deltas) {
  return add_usage(db, "add_token_usage", "tokens", deltas, true);
}

Result<std::int64_t> add_channel_usage(Session& db, std::span<const UsageDelta> deltas) {
  return add_usage(db, "add_channel_usage", "channels", deltas, false);
}

Result<std::vector<AccountTotals>> find_totals(Session& db, AccountKind kind, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return std::vector<AccountTotals>{};
  return guarded(db, "find_totals", [&]() -> Result<std::vector<AccountTotals>> {
    std::vector<AccountTotals> out;
    AccountTotals row;
    Query q(db, fmt::format("SELECT id, granted, used FROM {} WHERE id IN ({})",
                            kind == AccountKind::user ? "users" : "tokens", id_list(ids)));
    q.into(row.id, row.granted, row.used);
    while (q.next()) out.push_back(row);
    return out;
  });
}

}  // namespace tollgate::store
