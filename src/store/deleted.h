#pragma once

#include <cstdint>

#include "base/error.h"
#include "store/session.h"

namespace tollgate::store {

/// What is deleted softly.
enum class Deletable : std::uint8_t { user, token, channel };

/// Empties rows that were deleted before `before`, at most `limit` of them: secrets, keys and whatever else they were
/// configured with. What log rows, grants and sums of this row's still need stays: its id, its name, whose it was, its
/// totals and its times. An emptied token's key may be used again. Blocking; errors: those of `guarded` (session.h).
/// @return how many there were; fewer than `limit`: there are no more.
Result<std::int64_t> empty_deleted(Session& db, Deletable what, std::int64_t before, std::int64_t limit);

}  // namespace tollgate::store
