#include "store/ledger_accounts.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "store/query.h"
#include "store/session.h"

namespace tollgate::store {

Result<std::vector<AccountStateRow>> find_account_states(Session& db, AccountKind kind,
                                                         std::span<const std::int64_t> ids) {
  constexpr std::size_t kAtOnce = 500;
  return guarded(db, "find_account_states", [&]() -> Result<std::vector<AccountStateRow>> {
    std::vector<AccountStateRow> rows;
    rows.reserve(ids.size());
    while (!ids.empty()) {
      const auto some = ids.first(std::min(ids.size(), kAtOnce));
      ids = ids.subspan(some.size());
      // Numbers only, so they may stand in the statement.
      std::string sql = kind == AccountKind::user
                            ? "SELECT id, granted, used, 0, status, deleted_at FROM users"
                            : "SELECT id, granted, used, unlimited, status, deleted_at FROM tokens";
      fmt::format_to(std::back_inserter(sql), " WHERE id IN ({})", fmt::join(some, ","));
      AccountStateRow row;
      std::int64_t status = 0, deleted_at = 0;
      Query query(db, sql);
      query.into(row.id, row.granted, row.used, row.unlimited, status, deleted_at);
      while (query.next()) {
        row.enabled = status == 1 && deleted_at == 0;
        rows.push_back(row);
      }
    }
    return rows;
  });
}

}  // namespace tollgate::store
