#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "ledger/ledger.h"
#include "store/database.h"

namespace tollgate::ledger {

struct RecoveryParts {
  const store::Databases& databases;
  std::filesystem::path folder;  ///< of this ledger's journals
  std::string ledger;            ///< its uuid
  std::int64_t node_id = 0;      ///< of this node
  std::int64_t retention_s = 600;
  const Clock& clock;
};

/// Applies what earlier starts left in their journals, however many workers wrote them, ends their open calls, and
/// closes them. What was applied before is not applied again, so it may be broken off and repeated at any point.
/// Blocking; before anything is served.
///
/// Errors: storage_unavailable (a database or a file); then nothing may be served.
Result<Recovery> recover(const RecoveryParts& parts);

}  // namespace tollgate::ledger
