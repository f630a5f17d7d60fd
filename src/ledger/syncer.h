#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/stoppable_thread.h"
#include "ledger/admission.h"
#include "ledger/journal.h"

namespace tollgate::ledger {

/// Forces the journals to disk: for the flusher before each batch, and in between on a thread of its own, so that a
/// database that does not answer makes a power cut no dearer, and a slow disk keeps nobody from preparing segments.
/// While a sync has failed, nothing is admitted. Any thread.
class Syncer {
 public:
  Syncer(std::vector<Journal*> journals, Admission& admission);
  Syncer(const Syncer&) = delete;
  Syncer& operator=(const Syncer&) = delete;

  /// Begins to sync at least every so often, until `stop`.
  void start(std::chrono::milliseconds interval);
  void stop() { thread_.stop(); }

  /// Everything below `ends`, a slot of each journal. Blocks as long as the disk does.
  void sync(const std::vector<std::uint64_t>& ends);
  /// Everything written so far.
  void sync_written();
  /// Admits again if the last sync went well and what failed earlier is in the database, which has all below `applied`.
  void trust_again(const std::vector<std::uint64_t>& applied);

  struct Counts {
    std::atomic<std::uint64_t> ok{0}, failed{0};
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  void sync_one(std::size_t journal, std::uint64_t end);

  const std::vector<Journal*> journals_;
  Admission& admission_;
  Counts counts_;
  std::mutex mutex_;
  std::vector<std::uint64_t> failed_until_;  // guarded by mutex_: a failed sync concerns what is below; 0: none did
  std::vector<bool> failed_;                 // guarded by mutex_: at the last sync
  StoppableThread thread_;
};

}  // namespace tollgate::ledger
