#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/value.h"
#include "store/statistics.h"

namespace tollgate::store {
class Session;
}

namespace tollgate::manage {

/// Sums by day and something else, in the predecessors' capitalised members.
struct UsageReport {
  std::vector<store::StatisticRow> rows;
  std::map<std::int64_t, std::string> names;  ///< of models or channels, by id

  /// @param label   `ModelName` or `Channel`.
  /// @param id_of   What `names` are keyed by.
  /// @return null if there are no rows, as the predecessors have it.
  [[nodiscard]] json::value value(std::string_view label, std::int64_t (*id_of)(const store::StatisticRow&)) const;
};

/// Sums of models by UTC day, with their names. Blocking.
[[nodiscard]] Result<UsageReport> report_models(store::Session& db, const store::StatisticFilter& filter);
/// The same by channel.
[[nodiscard]] Result<UsageReport> report_channels(store::Session& db, const store::StatisticFilter& filter);

[[nodiscard]] inline std::int64_t model_of(const store::StatisticRow& row) { return row.model; }
[[nodiscard]] inline std::int64_t channel_of(const store::StatisticRow& row) { return row.channel.value; }

}  // namespace tollgate::manage
