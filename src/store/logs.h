#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace tollgate::store {

class Session;

enum class LogType : std::int32_t {
  unknown = 0,
  recharge = 1,
  consume = 2,
  manage = 3,
  system = 4,
  error = 5,  ///< a model call that failed and cost nothing
  refund = 6,
  sign_in = 7,
};

enum LogFlag : std::int32_t {
  kLogStream = 1,
  kLogBackupGroup = 2,  ///< served by the token's backup group or the group's fallback
  kLogEstimated = 4,    ///< no usage was reported: counted by the gateway
  kLogInterrupted = 8,  ///< the client left, or the stream broke off
  kLogRecovered = 16,   ///< settled at start from the journal
  kLogUnbilled = 32,    ///< pass-through
};

/// One line of the log. Numeric and narrow: what is 0 or empty costs nearly nothing. Names are ids of this database's
/// dictionary (names.h); user, token and channel names are found by id, in the main database.
struct LogRow {
  std::int64_t id = 0;
  std::int64_t created_at = 0;  ///< Unix seconds, when it was settled
  LogType type = LogType::consume;
  UserId user;
  TokenId token;
  ChannelId channel;
  std::int64_t model = 0;           ///< names: the billed model
  std::int64_t upstream_model = 0;  ///< names: what was sent, if it was another
  std::int64_t group = 0;           ///< names: the effective group
  Quota quota = 0;
  // Tokens by kind, disjoint, as in llm::Usage (reasoning is part of output).
  std::int64_t input_tokens = 0;  ///< uncached text
  std::int64_t cache_read_tokens = 0;
  std::int64_t cache_write_tokens = 0;  ///< five minutes
  std::int64_t cache_write_1h_tokens = 0;
  std::int64_t input_audio_tokens = 0;
  std::int64_t input_image_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t output_audio_tokens = 0;
  std::int64_t output_image_tokens = 0;
  std::int64_t web_searches = 0;
  std::int64_t price_version = 0;
  std::int64_t group_ratio_micros = 0;  ///< millionths
  std::int64_t duration_ms = 0;
  std::int64_t first_byte_ms = 0;  ///< to the first output; 0: not streamed
  std::int32_t flags = 0;          ///< LogFlag
  std::int32_t status = 0;         ///< HTTP status of the answer
  std::int64_t error = 0;          ///< names: error code; 0 none
  std::int32_t dialects = 0;       ///< client's dialect + 256 × upstream's, as their stored numbers
  std::string request_id;
  std::string ip;
  std::string attempts;  ///< JSON array, one object an attempt, if there was more than one
  std::string content;   ///< words of rows that are no calls
  std::string details;   ///< JSON object: dropped fields, tool charges, ...

  [[nodiscard]] std::int64_t prompt_tokens() const {
    return input_tokens + cache_read_tokens + cache_write_tokens + cache_write_1h_tokens + input_audio_tokens +
           input_image_tokens;
  }
  [[nodiscard]] std::int64_t completion_tokens() const {
    return output_tokens + output_audio_tokens + output_image_tokens;
  }
  [[nodiscard]] bool has(LogFlag flag) const { return (flags & flag) != 0; }
};

/// All given conditions hold.
struct LogFilter {
  std::vector<UserId> users;    ///< any of them; empty: all
  std::vector<TokenId> tokens;  ///< any of them; empty: all
  ChannelId channel;
  std::int64_t model = 0;  ///< names id
  std::int64_t group = 0;  ///< names id
  std::optional<LogType> type;
  std::optional<bool> failed;        ///< ended with an error, or without
  std::optional<bool> stream;        ///< answered as a stream, or at once
  std::int64_t min_duration_ms = 0;  ///< 0 open
  Quota min_quota = 0;               ///< 0 open
  std::int64_t from = 0;             ///< Unix seconds, inclusive; 0 open
  std::int64_t to = 0;               ///< inclusive; 0 open
  std::string ip;
  /// One that the gateway made holds its time: only rows from then on are looked at.
  std::string request_id;
  /// A name in the filter does not exist: nothing matches.
  bool nothing = false;
};

/// Which rows, newest first unless ordered. Give `before_id` for the next page of a list (constant cost, however deep),
/// or `offset` for the predecessors' numbered pages.
struct LogPageRequest {
  std::int64_t before_id = 0;
  std::int64_t offset = 0;
  std::int64_t limit = 10;
  /// As in PageRequest: created_at, user_id, channel_id, token_name, model_name, type, source_ip, quota. Empty is
  /// newest first. Another order than by time sorts at most the newest kMaxLogCount rows that match.
  std::string order;
  bool count = true;  ///< false: `total` is not wanted, which spares looking at what is not on the page
};

struct LogPage {
  std::vector<LogRow> rows;
  std::int64_t total = 0;  ///< rows that match, counted to kMaxLogCount at most
  bool total_is_exact = true;
  std::int64_t next_before_id = 0;  ///< 0: that was the last
};

/// Counts stop here: nobody pages further, and counting ten million rows would take seconds.
inline constexpr std::int64_t kMaxLogCount = 100'000;
/// A filter that no index serves looks at so many of the newest rows of its time range at a call; `next_before_id` goes
/// on from there.
inline constexpr std::int64_t kLogScanRows = 300'000;
/// A histogram looks at so many rows at most; at kLogScanRows of one user, or of rows that are no calls.
inline constexpr std::int64_t kLogHistogramRows = 1'000'000;
/// Ids follow time but for rows that were stored late. Filters by time look this much further on both sides; what an
/// outage held back for longer is found by the other filters, and by time where its neighbours are.
inline constexpr std::int64_t kLogDisorderSeconds = 120;

/// All functions here block and run on a session of the log database. Errors: those of `guarded` (session.h).

/// In one statement where that is what is fast; ids are given in order by the database. Inside the caller's
/// transaction, if there is one. @return the number of rows.
Result<std::int64_t> insert_logs(Session& db, std::span<const LogRow> rows);
Result<std::int64_t> insert_log(Session& db, const LogRow& row);  ///< @return its id

/// Errors: invalid_request (order).
Result<LogPage> list_logs(Session& db, const LogFilter& filter, const LogPageRequest& page);
Result<std::optional<LogRow>> find_log(Session& db, std::int64_t id);

/// How long one call took.
struct LogTiming {
  std::int64_t duration_ms = 0;
  std::int64_t first_byte_ms = 0;  ///< 0: not streamed
};
/// Of the newest consume rows that match, at most `limit`, in no order.
Result<std::vector<LogTiming>> list_timings(Session& db, const LogFilter& filter, std::int64_t limit);

struct LogSums {
  Quota quota = 0;
  std::int64_t requests = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
};
/// Over consume rows. Exact; bounded by the time range and, with a user, by that user's rows.
Result<LogSums> sum_logs(Session& db, const LogFilter& filter);

/// What matches in one span of time.
struct LogSpan {
  std::int64_t start = 0;  ///< Unix seconds
  std::int64_t rows = 0;
  std::int64_t errors = 0;
  Quota quota = 0;
};
struct LogHistogram {
  std::vector<LogSpan> spans;  ///< in order, also those without rows
  std::int64_t span_seconds = 0;
  /// False: there were more rows to look at than that, and the spans begin with the newest of so many.
  bool complete = true;
};
/// By at most `spans` equal spans of the filter's time range; an open range ends at `now` and begins with the log.
Result<LogHistogram> log_histogram(Session& db, const LogFilter& filter, std::int64_t spans, std::int64_t now);

/// Deletes up to `slice` of the oldest rows before `before` (of one type, if given). Call again until it returns less
/// than `slice`: each call is one short transaction.
Result<std::int64_t> delete_logs(Session& db, std::int64_t before, std::optional<LogType> type, std::int64_t slice);
/// Id of the first row at or after a time (0: there is none), by bisection over the ids.
Result<std::int64_t> first_log_id_at(Session& db, std::int64_t time);

}  // namespace tollgate::store
