#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/stoppable_thread.h"
#include "ledger/ledger.h"
#include "ledger/retention.h"
#include "ledger/sink.h"
#include "ledger/syncer.h"
#include "telemetry/metrics.h"

namespace tollgate::ledger {

/// The thread between the journals and the databases. It syncs what the workers wrote, applies it in batches that are
/// as large as what came meanwhile, and alone feeds the cells. It runs at a lower priority than the workers: under load
/// its batches grow, and a row in a large batch costs less than in a small one.
///
/// Owned by the Ledger; started once, stopped once. What it shares with other threads is atomic or under `mutex_`.
class Flusher final : private RecordSource {
 public:
  struct Parts {
    const store::Databases& databases;
    std::vector<Journal*> journals;
    NameTable& names;
    CellTable& cells;
    Admission& admission;
    Syncer& syncer;
    const Clock& clock;
    const Settings& settings;
    std::string node;
    std::int64_t epoch;
  };

  Flusher(Parts parts, telemetry::Metrics* metrics);
  void start();
  /// Joins; what is not applied stays in the journals. Waiting callers are answered shutting_down.
  void stop();

  void reload(std::vector<AccountKey> accounts, std::function<void(Result<void>)> done);
  /// See Ledger::flush_blocking and Ledger::drain.
  Result<void> flush_blocking(Deadline deadline);
  Result<void> finish_blocking(Deadline deadline);

  [[nodiscard]] std::uint64_t main_depth() const { return depth(main_positions_); }
  [[nodiscard]] std::uint64_t log_depth() const { return depth(logs_apart_ ? log_positions_ : main_positions_); }

  struct Counts {
    std::atomic<std::uint64_t> flushes{0}, failures{0}, records{0}, quarantined{0};
    std::atomic<std::int64_t> flush_ns{0};
    std::atomic<bool> fails{false};  ///< the last flush did
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Reload {
    std::vector<AccountKey> accounts;
    std::function<void(Result<void>)> done;
  };
  using Positions = std::vector<std::atomic<std::uint64_t>>;

  // RecordSource, over the live journals.
  void visit(std::size_t journal, std::uint64_t from, std::uint64_t to, const Visit& visit) override;
  void visit_names(std::size_t journal, std::uint64_t from, std::uint64_t to, const VisitName& visit) override;
  [[nodiscard]] std::string_view text_of(NameId id) const override { return parts_.names.text_of(id); }
  [[nodiscard]] SlotView bytes_of(std::size_t journal, std::uint64_t slot) override {
    return parts_.journals[journal]->read(slot);
  }
  [[nodiscard]] std::uint64_t first_slot(std::size_t journal) override { return retention_[journal].first_kept(); }

  void run(const std::stop_token& asked);
  /// One round: sync, apply everything written before it began, let go of what is no longer needed.
  void yield_to_workers(bool yield);
  Result<void> cycle();
  void trust_journals_again();
  void track(std::size_t journal, std::uint64_t end);
  Result<void> apply(Sink& sink, const std::vector<std::uint64_t>& ends);
  Result<void> apply_from_positions(Sink& sink, const std::vector<std::uint64_t>& ends, const Sink::Applied& applied);
  /// After a transaction in doubt turned out to be committed.
  void catch_up_cells();
  void tell_cells(const Fold& fold);
  void keep_house();
  /// Memory that only a busy hour needs goes back.
  void rest();
  void run_reloads(const std::vector<Reload>& reloads);
  Result<void> reread(std::vector<AccountKey> accounts);
  Result<void> close_journals();
  void publish_positions();
  [[nodiscard]] std::uint64_t depth(const Positions& positions) const;
  [[nodiscard]] std::uint64_t applied_everywhere(std::size_t journal) const;

  const Parts parts_;
  const bool logs_apart_;
  telemetry::MetricCells* metrics_;
  Counts counts_;
  Positions main_positions_, log_positions_;  ///< copies for other threads

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable answered_;
  std::vector<Reload> reloads_;  // guarded by mutex_
  std::uint64_t asked_ = 0;      // guarded by mutex_: rounds asked for
  std::uint64_t done_ = 0;       // guarded by mutex_: of those, ended
  Result<void> last_outcome_;    // guarded by mutex_
  bool finishing_ = false;       // guarded by mutex_
  bool finished_ = false;        // guarded by mutex_
  bool may_yield_ = false;
  bool yields_ = false;

  // The thread's own.
  std::unique_ptr<Sink> main_, log_;
  std::vector<Retention> retention_;
  std::vector<std::uint64_t> cells_applied_;  ///< of each journal: the cells know of what is below
  std::int64_t next_reread_ms_ = 0, next_eviction_ms_ = 0;
  std::int64_t backoff_ms_ = 0;
  std::int64_t busy_until_ns_ = 0;  ///< of the last batch: its end; 0: rests
  CallRecord call_;                 ///< reused
  NameRecord name_;
  StoppableThread thread_;
};

}  // namespace tollgate::ledger
