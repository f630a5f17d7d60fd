#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/value.h"
#include "store/channels.h"
#include "store/logs.h"
#include "store/prices.h"

/// Rows of the log as the management API shows them. Pure.
namespace tollgate::manage {

/// What a page of log rows refers to by number.
struct LogNames {
  std::unordered_map<std::int64_t, std::string> names;  ///< of the log database's dictionary
  std::unordered_map<std::int64_t, std::string> users;
  std::unordered_map<std::int64_t, std::string> tokens;
  std::unordered_map<std::int64_t, store::ChannelName> channels;
  std::unordered_map<std::int64_t, store::PriceRow> prices;  ///< by version

  [[nodiscard]] std::string_view name(std::int64_t id) const;
};

/// The numbers that a page needs names for; each once.
struct LogReferences {
  std::vector<std::int64_t> names, prices;
  std::vector<UserId> users;
  std::vector<TokenId> tokens;
  std::vector<ChannelId> channels;
};
[[nodiscard]] LogReferences references_of(const std::vector<store::LogRow>& rows);

/// Who reads: the operator sees everything; a user sees no row id, and nothing of the channels behind the gateway but
/// their number, as the predecessors have it.
enum class LogReader : std::uint8_t { self, operator_ };

/// One row: the predecessors' members, and behind them what explains the bill: every count with its ratio in
/// `metadata`, the price's version, how the call ended, and, for the operator, what was tried.
[[nodiscard]] json::object log_value(const store::LogRow& row, const LogNames& names, LogReader reader);

}  // namespace tollgate::manage
