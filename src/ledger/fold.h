#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ledger/names.h"
#include "ledger/record.h"
#include "store/logs.h"
#include "store/names.h"
#include "store/statistics.h"
#include "store/totals.h"

namespace tollgate::ledger {

/// What an ended call means for the books. Pure.
struct Entry {
  bool charge = false;  ///< a settle: counts for accounts, channel and statistics
  bool log = false;     ///< leaves a log row
};
/// Settles charge and, unless they say no_log, leave a row; releases leave a row only if they say how they failed.
[[nodiscard]] Entry entry_of(const CallRecord& record);

/// The dictionary ids of one database by name. One thread.
class NameIds {
 public:
  /// 0 for no name, and for one that `add` has not been told.
  [[nodiscard]] std::int64_t of(store::NameKind kind, NameId id) const {
    if (id == NameId::none) return 0;
    const auto found = ids_.find(key(kind, id));
    return found == ids_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool knows(store::NameKind kind, NameId id) const {
    return id == NameId::none || ids_.contains(key(kind, id));
  }
  void add(store::NameKind kind, NameId id, std::int64_t stored) { ids_[key(kind, id)] = stored; }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  void clear() { ids_.clear(); }

 private:
  static std::uint64_t key(store::NameKind kind, NameId id) {
    return std::uint64_t(id) ^ (static_cast<std::uint64_t>(kind) * 0x9E3779B97F4A7C15ull);
  }
  std::unordered_map<std::uint64_t, std::int64_t> ids_;
};

/// The log row of an ended call. `row` is overwritten; its texts keep their memory.
/// @param recovered  Ended by a start, from the journal.
void make_log_row(const CallRecord& record, const NameIds& names, bool recovered, store::LogRow& row);

/// The sums of many ended calls: one entry an account, a channel, and an hour's user, channel and model, whatever their
/// number. One thread.
class Fold {
 public:
  void add(const CallRecord& record);
  void clear();
  [[nodiscard]] bool empty() const { return users_.empty() && statistics_.empty(); }

  /// In the order of their ids, so that two transactions lock rows in the same order.
  [[nodiscard]] std::vector<store::UsageDelta> users() const { return sorted(users_); }
  [[nodiscard]] std::vector<store::UsageDelta> tokens() const { return sorted(tokens_); }
  [[nodiscard]] std::vector<store::UsageDelta> channels() const { return sorted(channels_); }
  /// In the order of bucket, user, channel, model. `names`: of the main database.
  [[nodiscard]] std::vector<store::StatisticRow> statistics(const NameIds& names) const;

 private:
  using Deltas = std::unordered_map<std::int64_t, store::UsageDelta>;
  struct StatisticKey {
    std::int64_t bucket, user, channel;
    NameId model;
    friend bool operator==(const StatisticKey&, const StatisticKey&) = default;
  };
  struct StatisticHash {
    std::size_t operator()(const StatisticKey& key) const noexcept {
      std::uint64_t hash = static_cast<std::uint64_t>(key.user) * 0x9E3779B97F4A7C15ull;
      hash = (hash ^ static_cast<std::uint64_t>(key.channel)) * 0xD6E8FEB86659FD93ull;
      hash = (hash ^ static_cast<std::uint64_t>(key.bucket)) * 0x9E3779B97F4A7C15ull;
      return hash ^ std::uint64_t(key.model);
    }
  };
  static std::vector<store::UsageDelta> sorted(const Deltas& deltas);

  Deltas users_, tokens_, channels_;
  std::unordered_map<StatisticKey, store::StatisticRow, StatisticHash> statistics_;
};

}  // namespace tollgate::ledger
