#pragma once

#include <utility>
#include <vector>

#include "base/stoppable_thread.h"
#include "ledger/admission.h"
#include "ledger/journal.h"

namespace tollgate::ledger {

/// The thread that keeps segments ready ahead of the workers. Apart from the storage threads, so that a database that
/// does not answer cannot keep the journal from growing.
class Keeper {
 public:
  Keeper(std::vector<Journal*> journals, Admission& admission)
      : journals_(std::move(journals)), admission_(admission) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  void start();
  void stop() { thread_.stop(); }

 private:
  void prepare();

  const std::vector<Journal*> journals_;
  Admission& admission_;
  StoppableThread thread_;
};

}  // namespace tollgate::ledger
