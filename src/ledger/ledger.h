#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "ledger/admission.h"
#include "ledger/cells.h"
#include "ledger/journal.h"
#include "ledger/names.h"
#include "ledger/prices.h"
#include "ledger/reservation.h"
#include "net/task.h"

namespace tollgate::store {
struct Databases;
class Session;
class Executor;
}  // namespace tollgate::store
namespace tollgate::telemetry {
class Metrics;
}

namespace tollgate::ledger {

struct Settings {
  std::filesystem::path data_dir;  ///< the journals are in `journal/` below it
  unsigned workers = 1;
  JournalOptions journal;
  std::int64_t sync_interval_ms = 200;     ///< at most this long until the journal is on the disk
  std::int64_t flush_interval_ms = 500;    ///< at most this long until a charge is in the database
  std::int64_t max_batch = 131'072;        ///< records in one transaction; what is held in memory for it
  std::int64_t sync_frequency_s = 600;     ///< every so often all live accounts are reread (SYNC_FREQUENCY)
  std::int64_t idle_account_s = 600;       ///< accounts unused for this long leave the memory
  std::int64_t segment_retention_s = 600;  ///< segments stay this long after they were applied
  std::int64_t segment_retention_bytes = std::int64_t{64} << 20;  ///< a worker's applied segments beyond it go at once
  int flusher_nice = 5;  ///< niceness of the flusher's thread beside the workers'
  /// A node that is gone for good: its mark in the database is taken away, so that this one may start. Charges in its
  /// journal that never reached the database are lost unless its data directory comes back.
  std::string retire_node;
};

/// What a start found in the journals of earlier ones.
struct Recovery {
  std::uint64_t journals = 0;
  std::uint64_t records = 0;   ///< slots that were not yet in the main database
  std::uint64_t settled = 0;   ///< open calls charged with what they had earned
  std::uint64_t released = 0;  ///< open calls that had earned nothing, or of which it is unsure whether they ended
  std::uint64_t damaged = 0;   ///< slots that cannot be read
  std::uint64_t missing = 0;   ///< slots whose segments are gone although the database lacks them: charges are lost
  std::uint64_t missing_journals = 0;  ///< journals that the database waits for and the disk does not have
  std::uint64_t quarantined = 0;
};

/// Figures for /metrics and the console; each read on its own.
struct Snapshot {
  std::uint64_t journal_depth = 0;       ///< records not yet in the main database
  std::uint64_t log_depth = 0;           ///< records whose log row is not yet in the log database
  std::uint64_t journal_slots_free = 0;  ///< of the worker that has fewest
  std::uint64_t accounts_users = 0, accounts_tokens = 0;
  std::uint64_t syncs_ok = 0, syncs_failed = 0;
  std::uint64_t flushed_records = 0, flush_failures = 0, flushes = 0;
  std::int64_t flush_ns = 0;      ///< of all flushes together
  std::uint64_t quarantined = 0;  ///< since start
  std::uint64_t overdrafts = 0;
  Quota overdraft_quota = 0;
  Quota reserved = 0;        ///< set aside for calls in flight
  bool flush_fails = false;  ///< the last one did: records wait in the journal
  bool admitting = true;
};

class Ledger;
class Flusher;
class Keeper;
class Syncer;

/// One worker's way into the ledger. Its thread only.
class WorkerLedger {
 public:
  WorkerLedger(const WorkerLedger&) = delete;
  WorkerLedger& operator=(const WorkerLedger&) = delete;

  /// Admits a call: reserves (token first, then user), books the journal's closing slot, writes the open record.
  ///
  /// A free price reserves nothing and compares nothing. Otherwise `bounds.maximum` is set aside if the balance allows,
  /// else `bounds.estimate` with the account's one place for calls that it may not cover.
  ///
  /// Errors: insufficient_token_quota, insufficient_user_quota (also while another uncovered call runs),
  /// account_disabled, disabled_api_key; overloaded (no journal slot, or a stale account: load it again);
  /// storage_unavailable (the ledger does not admit, because the journal cannot be synced or the disk is nearly full);
  /// shutting_down. Nothing is held then.
  [[nodiscard]] Result<Reservation> open(const Account& account, const Price& price, Decimal group_ratio,
                                         const Bounds& bounds, const CallFacts& facts);
  /// A log row, charging nothing, for a call that was refused before it held anything. Dropped if there is no room.
  void log_refused(UserId user, TokenId token, const CallFacts& facts);
  /// A name for the facts. One look-up in a table of this worker's for names it met before.
  [[nodiscard]] NameId name(std::string_view text);

 private:
  friend class Ledger;
  friend class Reservation;
  WorkerLedger(Journal& journal, NameTable& names, const Admission& admission)
      : journal_(journal), names_(names), admission_(admission) {}
  void announce(const CallFacts& facts);
  /// Writes the record, with the names it carries. @return its slot.
  std::uint64_t append(const CallRecord& record);
  void count_held(Quota change) { add(held_, change); }
  void note_overdraft(const CallRecord& record, Quota beyond);
  /// The worker alone writes: no locked instruction.
  static void add(std::atomic<std::int64_t>& to, std::int64_t n) {
    to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  Journal& journal_;
  NameTable& names_;
  const Admission& admission_;
  std::unordered_set<std::uint64_t> known_names_;
  alignas(64) std::atomic<std::int64_t> held_{0};
  std::atomic<std::int64_t> overdrafts_{0}, overdraft_quota_{0};
};

/// The books of the process. Start it before serving, drain it after the last call; it outlives every Reservation.
///
/// Threads of its own: the flusher (journal to database, and the only one that feeds cells) and the keeper (prepares
/// segments), and the syncer (journal to disk). Databases and clock must outlive it.
class Ledger {
 public:
  /// Matches the ledger's uuid, raises this node's epoch, replays and closes every journal found, makes the workers'
  /// journals, and starts its threads. Blocking.
  ///
  /// Errors: conflict (another node is live on this database: the message says which and what to do);
  /// storage_unavailable (database, folder or disk); invalid_request (a damaged identity file).
  ///
  /// @param metrics  May be null; must outlive the ledger.
  static Result<std::unique_ptr<Ledger>> start(const store::Databases& databases, const Settings& settings,
                                               const Clock& clock, telemetry::Metrics* metrics = nullptr);
  /// Ends its threads. Without `drain` before, what is not in the databases is applied at the next start.
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] WorkerLedger& worker(unsigned index) { return *workers_[index]; }
  [[nodiscard]] NameTable& names() { return names_; }
  [[nodiscard]] const std::string& uuid() const { return uuid_; }
  [[nodiscard]] const std::string& node() const { return node_; }
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }
  [[nodiscard]] const Recovery& recovery() const { return recovery_; }

  // --- accounts: any thread ---

  /// The live account if both its cells are in memory: no waiting.
  [[nodiscard]] Account find(UserId user, TokenId token) const;
  /// Loads what is missing, on a storage thread, once for all who ask at the same time. `token` 0: none. From a worker,
  /// which must outlive the ledger's threads.
  /// Errors: not_found; storage_unavailable; overloaded.
  [[nodiscard]] net::Task<Result<Account>> load(store::Executor& executor, UserId user, TokenId token,
                                                Deadline deadline);
  /// The same where a session is at hand.
  [[nodiscard]] Result<Account> load_blocking(store::Session& db, UserId user, TokenId token);

  /// Management changed what an account is granted, or whether it may spend, and has committed: the flusher's thread
  /// rereads it and adds the difference. `done` runs on that thread, when the cells have it.
  void reload(std::vector<AccountKey> accounts, std::function<void(Result<void>)> done);
  /// `co_await ledger.reload(...)` from a worker: answers when the cells have it. Errors: storage_unavailable,
  /// shutting_down.
  [[nodiscard]] net::Task<Result<void>> reload(std::vector<AccountKey> accounts);
  /// The same for a thread that may block.
  [[nodiscard]] Result<void> reload_blocking(std::vector<AccountKey> accounts);

  /// `used` including what the database has not seen yet, where the account is live; else `stored_used`. For balances
  /// shown, and for "set to X" (granted = live used + X).
  [[nodiscard]] Quota live_used(AccountKey account, Quota stored_used) const;

  // --- running ---

  /// False after a failed sync, on a nearly full disk, when retired, and while draining.
  [[nodiscard]] bool admitting() const { return admission_.admitting(); }
  /// Why not, for /readyz; empty while it admits.
  [[nodiscard]] std::string trouble() const { return admission_.trouble(); }
  [[nodiscard]] Snapshot snapshot() const;
  /// Waits until everything written before the call is in the databases, or the deadline (by the clock) passes. Not for
  /// workers. Errors: storage_unavailable.
  [[nodiscard]] Result<void> flush_blocking(Deadline deadline);
  /// Admits nothing more, flushes what there is, closes this start's journals and marks the node as stopped. After the
  /// last reservation is gone. Errors: storage_unavailable (the rest is applied at the next start).
  [[nodiscard]] Result<void> drain(Deadline deadline);

 private:
  Ledger(const store::Databases& databases, const Settings& settings, const Clock& clock);
  Result<void> begin();
  Result<void> make_journals(store::Session& db, std::int64_t node_id);
  void register_metrics(telemetry::Metrics& metrics);

  const store::Databases& databases_;
  const Settings settings_;
  const Clock& clock_;
  std::string uuid_, node_;
  std::int64_t epoch_ = 0;
  Recovery recovery_;
  NameTable names_;
  CellTable cells_;
  Admission admission_;
  std::vector<std::unique_ptr<Journal>> journals_;
  std::vector<std::unique_ptr<WorkerLedger>> workers_;
  std::unique_ptr<Syncer> syncer_;
  std::unique_ptr<Flusher> flusher_;
  std::unique_ptr<Keeper> keeper_;
  class Flights;
  std::unique_ptr<Flights> flights_;
  std::vector<std::shared_ptr<void>> registrations_;
};

}  // namespace tollgate::ledger
