#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/admission.h"
#include "ledger/journal.h"

namespace tollgate::ledger {

/// The thread that keeps segments ready ahead of the workers. Apart from the storage threads, so that a database that
/// does not answer cannot keep the journal from growing.
class Keeper {
 public:
  Keeper(std::vector<Journal*> journals, Admission& admission)
      : journals_(std::move(journals)), admission_(admission) {}
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
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tollgate::ledger
