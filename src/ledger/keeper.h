#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/admission.h"
#include "ledger/journal.h"
#include "ledger/syncer.h"

namespace tollgate::ledger {

/// The thread that keeps segments ready ahead of the workers, and forces what they wrote to disk at least every sync
/// interval. Apart from the storage threads, so that a database that does not answer cannot keep the journal from
/// growing or from the disk.
class Keeper {
 public:
  Keeper(std::vector<Journal*> journals, Admission& admission, Syncer& syncer, std::int64_t sync_interval_ms)
      : journals_(std::move(journals)), admission_(admission), syncer_(syncer), sync_interval_(sync_interval_ms) {}
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  void start();
  void stop();

 private:
  void run();
  void prepare();

  const std::vector<Journal*> journals_;
  Admission& admission_;
  Syncer& syncer_;
  const std::chrono::milliseconds sync_interval_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tollgate::ledger
