#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace tollgate::store {

class Session;

/// Sums of one bucket of time, user, channel and model. The flusher adds to hours; old hours are folded into days.
struct StatisticRow {
  std::int64_t bucket = 0;  ///< Unix seconds of the hour's or day's start
  UserId user;
  ChannelId channel;
  std::int64_t model = 0;  ///< names id of the main database
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  Quota quota = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cache_read_tokens = 0;
  std::int64_t duration_ms = 0;
};

[[nodiscard]] constexpr std::int64_t hour_of(std::int64_t unix_seconds) { return unix_seconds - unix_seconds % 3600; }

/// By what a report groups; combine with |.
enum StatisticGroup : std::uint8_t { kByDay = 1, kByUser = 2, kByChannel = 4, kByModel = 8, kByHour = 16 };

struct StatisticFilter {
  std::int64_t from = 0;      ///< Unix seconds, inclusive; 0 open
  std::int64_t to = 0;        ///< exclusive; 0 open
  std::vector<UserId> users;  ///< empty: all
  ChannelId channel;
  std::int64_t model = 0;
};

/// All functions here block and run on the main database. Errors: those of `guarded` (session.h).

/// Adds each delta to its row, which is made if it is not there. Inside the caller's transaction, if there is one.
/// Deltas of the same key may occur more than once.
Result<void> add_statistics(Session& db, std::span<const StatisticRow> deltas);

/// Sums grouped by what `groups` says, sorted by it; what is not grouped by is 0. Days begin at midnight of the zone
/// `zone_offset_seconds` east of UTC; their `bucket` is that midnight in Unix seconds.
Result<std::vector<StatisticRow>> sum_statistics(Session& db, const StatisticFilter& filter, std::uint8_t groups,
                                                 std::int64_t zone_offset_seconds);

/// Folds the hours of UTC days before `before` (a midnight) into one row a day, at most `slice` rows a call, so that
/// each call is a short transaction; keeps beside them each day's sums by user, by channel and by model, which is what
/// overviews ask for; and notes how far it came. Hours that are added to a folded day later stay hours, and are added
/// to those sums. @return whether there is more to do.
Result<bool> fold_statistics(Session& db, std::int64_t before, std::int64_t slice);

}  // namespace tollgate::store
