#include "ledger/syncer.h"

#include <algorithm>
#include <utility>

#include "telemetry/log.h"

namespace tollgate::ledger {

Syncer::Syncer(std::vector<Journal*> journals, Admission& admission)
    : journals_(std::move(journals)),
      admission_(admission),
      failed_until_(journals_.size(), 0),
      failed_(journals_.size(), false) {}

void Syncer::start(std::chrono::milliseconds interval) {
  thread_.start([this, interval](const std::stop_token& asked) {
    while (!stopped_within(asked, interval)) sync_written();
  });
}

void Syncer::sync(const std::vector<std::uint64_t>& ends) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < journals_.size(); ++i) sync_one(i, ends[i]);
}

void Syncer::sync_written() {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < journals_.size(); ++i) sync_one(i, journals_[i]->written());
}

void Syncer::sync_one(std::size_t journal, std::uint64_t end) {
  if (journals_[journal]->synced() >= end) return;
  const auto synced = journals_[journal]->sync(end);
  failed_[journal] = !synced;
  (synced ? counts_.ok : counts_.failed).fetch_add(1, std::memory_order_relaxed);
  if (synced) return;
  // What the system failed to write it may never try again: only once the database has these records, and later
  // ones could be synced, is the journal trusted anew.
  failed_until_[journal] = end;
  if (admission_.stop(Admission::Cause::sync, "the journal cannot be synced to disk")) {
    log::failure(log::Level::error, "the journal cannot be synced: nothing is admitted until it can", synced.error());
  }
}

void Syncer::trust_again(const std::vector<std::uint64_t>& applied) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < journals_.size(); ++i) {
    if (failed_[i] || applied[i] < failed_until_[i]) return;
  }
  if (admission_.resume(Admission::Cause::sync)) log::info("the journal can be synced again");
}

}  // namespace tollgate::ledger
