#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/page.h"

namespace tollgate::store {

class Session;

enum class ChannelStatus : std::int32_t { unknown = 0, enabled = 1, disabled = 2, auto_disabled = 3 };

/// An account at a provider. Texts that may hold credentials are encrypted (crypto::Sealer::seal_text): keys, proxy,
/// headers. JSON columns hold the text as it was given, or nothing.
struct ChannelRow {
  ChannelId id;
  std::int32_t type = 0;  ///< the provider's number
  std::string name;
  std::string key_hash;     ///< keyed hash of the keys' text, hex, to find a channel by its key
  std::string keys_sealed;  ///< one key a line
  ChannelStatus status = ChannelStatus::enabled;
  std::string disabled_reason;  ///< of auto_disabled: what the provider said
  std::int64_t disabled_at = 0;
  std::int64_t weight = 1;
  std::int64_t priority = 0;  ///< higher first
  std::string base_url;
  std::string other;   ///< the predecessors' provider-specific text (API version, region)
  std::string models;  ///< comma list; an entry may end with *
  std::string groups;  ///< comma list of symbols
  std::string tag;
  std::string model_mapping;   ///< JSON object requested → upstream
  std::string headers_sealed;  ///< JSON object of further request headers
  std::string parameters;      ///< JSON object merged into the body (custom_parameter)
  std::string status_mapping;  ///< JSON object upstream status → status returned
  std::string system_prompt;
  std::string proxy_sealed;
  std::string test_model;
  std::int64_t tested_at = 0;
  std::int64_t response_ms = 0;
  std::int64_t balance_micros = 0;  ///< millionths of a USD, as last fetched
  std::int64_t balance_updated_at = 0;
  bool only_chat = false;
  std::int32_t prompt_counting = 1;  ///< pre_cost: 1 all, 2 no images, 3 nothing
  bool compatible_response = false;
  bool allow_extra_body = false;
  bool auto_disable = true;     ///< false: never disabled automatically
  std::string disabled_stream;  ///< JSON array of exact model names
  std::string plugin;           ///< JSON object of objects
  std::string options;          ///< JSON object of the provider's own options
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::int64_t deleted_at = 0;
  std::int64_t version = 1;

  // Read only here: written by the flusher.
  Quota used = 0;
  std::int64_t request_count = 0;
};

/// All given conditions hold.
struct ChannelFilter {
  std::optional<std::int32_t> type;
  std::optional<ChannelStatus> status;
  std::string name;               ///< is contained, any case
  std::string group;              ///< is one of the channel's groups
  std::string models;             ///< is contained
  std::string other, test_model;  ///< prefix
  std::string key_hash, tag;      ///< equal
  std::string keyword;            ///< a number: that id; else contained in the name
  /// 0: untagged ones and, of each tag, the newest; 1: untagged only; 2: one of each tag; none: all.
  std::optional<int> filter_tag;
};

/// All functions here block. Errors: those of `guarded` (session.h). Deleted channels are not found.

Result<std::optional<ChannelRow>> find_channel(Session& db, ChannelId id);
/// Orders: id, name, group, type, status, response_time, test_time, balance, priority, weight, used_quota,
/// created_time.
Result<Page<ChannelRow>> list_channels(Session& db, const ChannelFilter& filter, const PageRequest& page);
/// Every channel, by id, for the catalog's snapshot.
Result<std::vector<ChannelRow>> load_channels(Session& db);
/// Those of the list that there are, by id.
Result<std::vector<ChannelRow>> load_channels(Session& db, const std::vector<ChannelId>& ids);
struct ChannelName {
  ChannelId id;
  std::string name;
  std::int32_t type = 0;
};
/// Also of deleted channels.
Result<std::vector<ChannelName>> find_channel_names(Session& db, const std::vector<ChannelId>& ids);

/// Errors: none of its own. If `row.id` is set, that id (imports).
Result<ChannelId> create_channel(Session& db, const ChannelRow& row);
/// All or none; the ids in order.
Result<std::vector<ChannelId>> create_channels(Session& db, const std::vector<ChannelRow>& rows);
/// Writes everything but the totals. Errors: not_found; conflict (changed since `row.version`).
Result<void> update_channel(Session& db, const ChannelRow& row);
/// Only if its status is still `from`. The reason is kept for auto_disabled, and cleared otherwise. Raises the version.
/// @return whether it was changed.
Result<bool> set_channel_status(Session& db, ChannelId id, ChannelStatus from, ChannelStatus to,
                                std::string_view reason, std::int64_t now);
/// By hand, so that the reason of an automatic disabling goes. Raises the versions. @return how many there were.
Result<std::int64_t> set_channels_status(Session& db, const std::vector<ChannelId>& ids, ChannelStatus to,
                                         std::int64_t now);
/// An empty tag takes them out of theirs. Raises the versions. @return how many there were.
Result<std::int64_t> set_channels_tag(Session& db, const std::vector<ChannelId>& ids, std::string_view tag,
                                      std::int64_t now);
/// What a test found; does not raise the version.
Result<void> note_channel_test(Session& db, ChannelId id, std::int64_t response_ms, std::int64_t now);
Result<void> note_channel_balance(Session& db, ChannelId id, std::int64_t balance_micros, std::int64_t now);
/// Soft delete. An id that does not exist is no error, as with the predecessors.
/// @return how many were deleted.
Result<std::int64_t> delete_channels(Session& db, const std::vector<ChannelId>& ids, std::int64_t now);
/// Brings back those that were deleted at `since` or later. @return how many there were.
Result<std::int64_t> restore_channels(Session& db, const std::vector<ChannelId>& ids, std::int64_t since,
                                      std::int64_t now);
/// All that are disabled by hand or automatically.
Result<std::int64_t> delete_disabled_channels(Session& db, std::int64_t now);

/// Tags that are in use, sorted.
Result<std::vector<std::string>> list_channel_tags(Session& db);
Result<std::vector<ChannelRow>> load_channels_by_tag(Session& db, std::string_view tag);

struct ChannelCount {
  ChannelStatus status;
  std::int64_t channels;
};
Result<std::vector<ChannelCount>> count_channels_by_status(Session& db);

}  // namespace tollgate::store
