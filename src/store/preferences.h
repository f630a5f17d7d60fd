#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"

namespace tollgate::store {

class Session;

/// How a user likes front-ends to be: one JSON object, which the gateway keeps and does not read. A table of its own,
/// since every call loads the user's row. Both block. Errors: those of `guarded` (session.h).

/// Empty if there are none.
Result<std::string> find_preferences(Session& db, UserId user);
Result<void> set_preferences(Session& db, UserId user, std::string_view value, std::int64_t now);

}  // namespace tollgate::store
