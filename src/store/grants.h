#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/page.h"

namespace tollgate::store {

class Session;

enum class AccountKind : std::int32_t { user = 1, token = 2 };

enum class GrantReason : std::int32_t {
  initial = 1,     ///< first balance of an account
  manual = 2,      ///< an administrator, or a token's owner, changed it
  recharge = 3,    ///< an order was paid
  redemption = 4,  ///< a code was redeemed
  invitation = 5,
  refund = 6,      ///< a task failed after it was charged
  correction = 7,  ///< recovery, import
};

/// One change of what an account was granted. Never updated, never deleted.
struct GrantRow {
  std::int64_t id = 0;
  AccountKind kind = AccountKind::user;
  std::int64_t account = 0;  ///< user or token id
  Quota amount = 0;          ///< signed, not 0
  GrantReason reason = GrantReason::manual;
  std::string remark;
  UserId actor;           ///< who did it; 0: the gateway itself
  std::string reference;  ///< unique: a second change with the same one does nothing
  std::int64_t created_at = 0;
};

struct GrantOutcome {
  bool applied = true;  ///< false: the reference was there already, nothing was changed
  Quota granted = 0;    ///< the account's totals after it
  Quota used = 0;
  std::int64_t grant = 0;  ///< the id of the grants row
};

/// All functions here block. Errors: those of `guarded` (session.h).

/// Adds `change.amount` to the account's `granted` and writes the grants row, both or neither. Idempotent by reference:
/// of two at once with the same one, one is applied. `change.id` is ignored. The live cells do not know of it: the
/// ledger must be told.
///
/// Errors: not_found (no such account, or deleted); conflict (the reference was used for another account or amount);
/// invalid_request (amount 0, no reference, or `granted` would leave ±2^53).
Result<GrantOutcome> change_grant(Session& db, const GrantRow& change);

Result<std::optional<GrantRow>> find_grant(Session& db, std::string_view reference);
/// Newest first.
Result<Page<GrantRow>> list_grants(Session& db, AccountKind kind, std::int64_t account, const PageRequest& page);
/// Σ of an account's grants: what its `granted` must be.
Result<Quota> sum_grants(Session& db, AccountKind kind, std::int64_t account);

}  // namespace tollgate::store
