#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/grants.h"

namespace tollgate::store {

/// What the flusher adds to one account or channel: one entry each, summed before.
struct UsageDelta {
  std::int64_t id = 0;
  Quota used = 0;
  std::int64_t requests = 0;
  std::int64_t accessed_at = 0;  ///< tokens: the newest use
};

struct AccountTotals {
  std::int64_t id = 0;
  Quota granted = 0;
  Quota used = 0;
};

/// Only the flusher writes `used`. One statement a thousand rows on PostgreSQL and MySQL, one prepared statement on
/// SQLite. Inside the caller's transaction. Ids must be distinct within a call. Deleted accounts are counted on: a call
/// may outlive its token.
/// @return how many rows were changed; fewer than given means that an id does not exist.
///
/// All functions here block. Errors: those of `guarded` (session.h).
Result<std::int64_t> add_user_usage(Session& db, std::span<const UsageDelta> deltas);
Result<std::int64_t> add_token_usage(Session& db, std::span<const UsageDelta> deltas);
Result<std::int64_t> add_channel_usage(Session& db, std::span<const UsageDelta> deltas);

/// Totals of accounts, in no order; ids that do not exist are left out. Also of deleted ones.
Result<std::vector<AccountTotals>> find_totals(Session& db, AccountKind kind, const std::vector<std::int64_t>& ids);

}  // namespace tollgate::store
