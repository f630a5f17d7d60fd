#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/page.h"

namespace tollgate::store {

class Session;

/// A group of users, which prices and routing depend on.
struct GroupRow {
  std::int64_t id = 0;
  std::string symbol;  ///< unique; users, tokens and channels name it
  std::string name;
  std::string ratio = "1";      ///< multiplier of prices, a decimal such as 0.85
  std::int64_t api_rate = 600;  ///< relay requests a minute and user; 0 none, from 60,000,000 on no limit
  bool is_public = false;       ///< any user may choose it for a token
  bool promotion = false;
  std::int64_t min_usd = 0, max_usd = 0;  ///< bounds of recharge for promotion; max 0 is open
  bool enabled = true;
  std::string fallback;  ///< symbol of the group whose channels serve what this one has none for; empty: none
  std::int64_t created_at = 0, updated_at = 0;
  std::int64_t version = 1;
};

/// The group that always exists: it can neither be deleted nor disabled.
inline constexpr std::string_view kDefaultGroup = "default";

struct GroupFilter {
  std::string name;  ///< prefix, any case
  std::optional<bool> enabled;
};

/// All functions here block. Errors: those of `guarded` (session.h).

Result<std::optional<GroupRow>> find_group(Session& db, std::int64_t id);
Result<std::optional<GroupRow>> find_group_by_symbol(Session& db, std::string_view symbol);
/// Orders: id, symbol, name, enable.
Result<Page<GroupRow>> list_groups(Session& db, const GroupFilter& filter, const PageRequest& page);
/// Every group, by id, for the catalog's snapshot.
Result<std::vector<GroupRow>> load_groups(Session& db);
/// Errors: conflict (symbol taken).
Result<std::int64_t> create_group(Session& db, const GroupRow& row);
/// Writes everything but the symbol. Errors: not_found; conflict (changed since `row.version`, or the default group
/// would be disabled).
Result<void> update_group(Session& db, const GroupRow& row);
/// Errors: not_found; conflict (the default group).
Result<void> delete_group(Session& db, std::int64_t id);

}  // namespace tollgate::store
