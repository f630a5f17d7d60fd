#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
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

namespace tollgate::ledger {

struct Settings {
  std::filesystem::path data_dir;  ///< the journals are in `journal/` below it
  unsigned workers = 1;
  JournalOptions journal;
  std::int64_t flush_interval_ms = 500;    ///< at most this long until a charge is in the database
  std::int64_t max_batch = 100'000;        ///< records in one transaction
  std::int64_t sync_frequency_s = 600;     ///< every so often all live accounts are reread (SYNC_FREQUENCY)
  std::int64_t idle_account_s = 600;       ///< accounts unused for this long leave the memory
  std::int64_t segment_retention_s = 600;  ///< segments stay this long after they were applied
  int flusher_nice = 5;                    ///< niceness of the flusher's thread beside the workers'
  /// A node that is gone for good: its mark in the database is taken away, so that this one may start. Charges in its
  /// journal that never reached the database are lost unless its data directory comes back.
  std::string retire_node;
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
  bool admitting = true;
};

class Ledger;
class Flusher;

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
  WorkerLedger(Ledger& ledger, std::unique_ptr<Journal> journal);
  void announce(const CallFacts& facts);
  std::uint64_t append(const CallRecord& record);
  void note_overdraft(const Account& account, Quota beyond, const CallFacts& facts);

  Ledger& ledger_;
  std::unique_ptr<Journal> journal_;
  std::atomic<std::int64_t> open_calls_{0};  ///< written by the worker alone
  std::atomic<std::int64_t> overdrafts_{0}, overdraft_quota_{0};
};

/// The books of the process. Start it before serving, drain it after the last call; it outlives every Reservation.
///
/// Threads of its own: the flusher (journal to database, and the only one that feeds cells) and the keeper (prepares
/// segments). Databases and clock must outlive it.
class Ledger {
 public:
  /// Matches the ledger's uuid, raises this node's epoch, replays and closes every journal found, makes the workers'
  /// journals, and starts its threads. Blocking.
  ///
  /// Errors: conflict (another node is live on this database: the message says which and what to do);
  /// storage_unavailable (database, folder or disk); invalid_request (a damaged identity file).
  static Result<std::unique_ptr<Ledger>> start(store::Databases& databases, const Settings& settings,
                                               const Clock& clock);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] WorkerLedger& worker(unsigned index) { return *workers_[index]; }
  [[nodiscard]] NameTable& names() { return names_; }
  [[nodiscard]] const std::string& uuid() const { return uuid_; }
  [[nodiscard]] const std::string& node() const { return node_; }
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }

  // --- accounts: any thread ---

  /// The live account if both its cells are in memory: no waiting.
  [[nodiscard]] Account find(UserId user, TokenId token) const;
  /// Loads what is missing, on a storage thread, one load at a time for an account. `token` 0: none.
  /// Errors: not_found; storage_unavailable.
  [[nodiscard]] net::Task<Result<Account>> load(store::Executor& executor, UserId user, TokenId token);
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

  /// False after a failed sync, on a nearly full disk, and while draining.
  [[nodiscard]] bool admitting() const { return admitting_.load(std::memory_order_relaxed); }
  /// Why not, for /readyz; empty while it admits.
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] Snapshot snapshot() const;
  /// Waits until everything written before the call is in the databases, or the deadline (by the clock) passes. Not for
  /// workers. Errors: storage_unavailable.
  [[nodiscard]] Result<void> flush_blocking(Deadline deadline);
  /// Admits nothing more, flushes what there is, closes this start's journals and marks the node as stopped. After the
  /// last reservation is gone. Errors: storage_unavailable (the rest is applied at the next start).
  [[nodiscard]] Result<void> drain(Deadline deadline);

 private:
  friend class WorkerLedger;
  friend class Reservation;
  friend class Flusher;
  Ledger(store::Databases& databases, const Settings& settings, const Clock& clock);

  store::Databases& databases_;
  const Settings settings_;
  const Clock& clock_;
  std::string uuid_, node_;
  std::int64_t epoch_ = 0;
  NameTable names_;
  CellTable cells_;
  std::atomic<bool> admitting_{true};
  std::vector<std::unique_ptr<WorkerLedger>> workers_;
  std::unique_ptr<Flusher> flusher_;
  struct Keeper;
  std::unique_ptr<Keeper> keeper_;
};

}  // namespace tollgate::ledger
