#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/grants.h"

namespace tollgate::store {

/// What the ledger keeps in memory of an account.
struct AccountStateRow {
  std::int64_t id = 0;
  Quota granted = 0;
  Quota used = 0;
  bool unlimited = false;  ///< tokens
  bool enabled = false;    ///< status enabled and not deleted. A token's expiry is not looked at here.
};

/// In no order; ids that never existed are left out, deleted accounts are not. Blocking, on the main database.
/// Errors: those of `guarded` (session.h).
Result<std::vector<AccountStateRow>> find_account_states(Session& db, AccountKind kind,
                                                         std::span<const std::int64_t> ids);

}  // namespace tollgate::store
