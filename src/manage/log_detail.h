#pragma once

#include "json/value.h"
#include "manage/log_json.h"

namespace tollgate::manage {

/// One call in full: its row, how it was spoken, what was tried, and its bill with each factor. Pure.
/// A user is not told of the channels behind the gateway, nor of what was sent to them.
[[nodiscard]] json::object log_detail_value(const store::LogRow& row, const LogNames& names, LogReader reader);

/// Numbers of the channels that were tried, for their names.
[[nodiscard]] std::vector<ChannelId> attempted_channels(const store::LogRow& row);

}  // namespace tollgate::manage
