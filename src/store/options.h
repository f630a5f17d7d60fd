#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// One setting that was saved at least once; all others have their compiled-in default.
struct OptionRow {
  std::string name;
  std::string value;  ///< as the API has it, or encrypted (crypto::Sealer::seal_text) if `sealed`
  bool sealed = false;
  std::int64_t updated_at = 0;
};

/// All functions here block. Errors: those of `guarded` (session.h).

Result<std::vector<OptionRow>> load_options(Session& db);  ///< by name
Result<std::optional<OptionRow>> find_option(Session& db, std::string_view name);
/// Inserts or replaces.
Result<void> set_option(Session& db, const OptionRow& row);
/// All or nothing.
Result<void> set_options(Session& db, const std::vector<OptionRow>& rows);
/// Back to the default. @return whether it was set.
Result<bool> delete_option(Session& db, std::string_view name);

/// Facts about the database itself, which no operator edits: the master key's check value, the ledger's uuid, ...
/// Empty: none.
Result<std::string> meta_value(Session& db, std::string_view name);
Result<void> set_meta_value(Session& db, std::string_view name, std::string_view value);
/// Sets it unless there is one. @return the value that is there now, so that of several processes one wins.
Result<std::string> claim_meta_value(Session& db, std::string_view name, std::string_view value);

inline constexpr std::string_view kMetaMasterKeyCheck = "master_key_check";
inline constexpr std::string_view kMetaLedgerUuid = "ledger_uuid";
inline constexpr std::string_view kMetaSeeded = "seeded";

}  // namespace tollgate::store
