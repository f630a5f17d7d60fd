#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// What a database says of itself.
struct ServerFacts {
  std::string version;     ///< in the engine's own words
  std::int64_t clock = 0;  ///< its time, Unix seconds
};

/// Blocking. Errors: those of `guarded` (session.h).
Result<ServerFacts> server_facts(Session& db);

}  // namespace tollgate::store
