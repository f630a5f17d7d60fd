#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "manage/context.h"
#include "store/channels.h"

/// What all routes that write channels have in common. All of it blocks.
namespace tollgate::manage {

/// Errors: not_found.
[[nodiscard]] Result<store::ChannelRow> load_channel(store::Session& db, ChannelId id);

/// Whether calls could be sent with this row: provider, addresses, keys, JSON columns. Errors: channel_not_usable with
/// the reason, which holds no secret.
[[nodiscard]] Result<void> check_usable(const Context& ctx, const store::ChannelRow& row);

/// Writes an existing row, with an audit row. One that is enabled must be usable. Inside a transaction.
[[nodiscard]] Result<void> save_channel(store::Session& db, const Context& ctx, const store::ChannelRow& row,
                                        std::string_view action);

/// Soft-deletes those of the list that exist, with an audit row each. @return how many there were.
[[nodiscard]] Result<std::int64_t> delete_channels(store::Session& db, const Context& ctx,
                                                   const std::vector<ChannelId>& ids, std::string_view action);

}  // namespace tollgate::manage
