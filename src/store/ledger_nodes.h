#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// A process's data directory, as the database knows it: what it is called (a uuid kept in the directory), how often it
/// was started, and whether it has stopped in good order.
struct NodeRow {
  std::int64_t id = 0;
  std::string name;
  std::int64_t epoch = 0;  ///< raised by each start
  bool live = false;       ///< started, and not stopped in good order since
  std::string host;        ///< where it ran, for people
  std::int64_t started_at = 0;
};

/// All functions here block and run on the main database. Errors: those of `guarded` (session.h).

/// A start: raises the node's epoch and marks it live, if no other node is. Atomic against other nodes doing the same.
/// Errors: conflict (another node is live: its row is in the message).
Result<NodeRow> claim_node(Session& db, std::string_view name, std::string_view host, std::int64_t now);
/// A stop in good order; nothing happens if the node was started again since.
Result<void> leave_node(Session& db, std::string_view name, std::int64_t epoch);
/// An operator says that a node is gone for good: it is live no longer, and its journals can neither flush nor be
/// continued. Errors: not_found.
Result<void> retire_node(Session& db, std::string_view name);
Result<std::vector<NodeRow>> list_nodes(Session& db);

}  // namespace tollgate::store
