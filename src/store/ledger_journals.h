#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// How far a journal has been applied to the database at hand. The main database and a separate log database keep one
/// row each, and each row moves in the same transaction as what the records mean there.
struct JournalRow {
  std::string id;            ///< `node/epoch/worker`
  std::int64_t node_id = 0;  ///< nodes.id
  std::int64_t epoch = 0;
  std::int32_t worker = 0;
  std::int64_t position = 0;  ///< slots below it are applied
  bool live = true;           ///< false: closed or retired: its process may apply nothing any more
  std::int64_t created_at = 0;
  std::int64_t closed_at = 0;  ///< 0 and not live: retired, a start that finds the journal still closes it
};

// Rows are never deleted: a journal without a row is one that a restored database does not know yet, and is applied.

/// A record that the database did not take, kept for a person to look at.
struct QuarantineRow {
  std::int64_t id = 0;
  std::string journal_id;
  std::int64_t slot = 0;
  std::string record;  ///< the slot's bytes in hex
  std::string reason;
  std::int64_t created_at = 0;
};

/// All functions here block and run on the session's database, in the caller's transaction if there is one. Errors:
/// those of `guarded` (session.h).

Result<void> create_journals(Session& db, std::span<const JournalRow> rows);
Result<std::optional<JournalRow>> find_journal(Session& db, std::string_view id);
Result<std::vector<JournalRow>> find_live_journals(Session& db, std::int64_t node_id);
/// Moves the position, if it is where the caller thinks it is and the journal is live: the guard of every flush.
/// @return false if it is not: nothing was changed, and the caller's transaction must be rolled back.
Result<bool> advance_journal(Session& db, std::string_view id, std::int64_t from, std::int64_t to);
/// The end of a journal: as advance_journal, and nothing is live any more.
Result<bool> close_journal(Session& db, std::string_view id, std::int64_t from, std::int64_t to, std::int64_t now);
/// Says again that a journal may be applied, from `position`: recovery of a journal whose row a restore took back.
Result<void> reopen_journal(Session& db, std::string_view id, std::int64_t position);

Result<void> insert_quarantine(Session& db, const QuarantineRow& row);
/// Oldest first.
Result<std::vector<QuarantineRow>> list_quarantine(Session& db, std::int64_t limit);

}  // namespace tollgate::store
