#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "catalog/builder.h"
#include "catalog/catalog.h"
#include "catalog/token_cache.h"
#include "net/task.h"
#include "net/worker.h"

namespace tollgate::store {
class Session;
class Storage;
}  // namespace tollgate::store

namespace tollgate::catalog {

/// What was changed, for other nodes.
enum class Changed : std::uint8_t {
  catalog,  ///< channels, groups, prices, options, owners
  tokens,   ///< tokens or users
};

/// How nodes tell each other at once (Redis, later). Without it they poll.
class ChangeFeed {
 public:
  virtual ~ChangeFeed() = default;
  /// This node changed something and has committed it. Any thread; must not block.
  virtual void announce(Changed what) = 0;
};

/// Two words in the database that differ after each change, for nodes that poll. Blocking.
struct ChangeMarks {
  std::string catalog, tokens;
  friend bool operator==(const ChangeMarks&, const ChangeMarks&) = default;
};
[[nodiscard]] Result<ChangeMarks> read_change_marks(store::Session& db);
/// Writes a new word. Inside the caller's transaction if it has one. Errors: those of the store.
[[nodiscard]] Result<void> mark_change(store::Session& db, Changed what);

/// Keeps every worker's snapshot up to date. A change (`catalog_changed`) is answered by one rebuild on a storage
/// thread; changes that arrive meanwhile are answered by one more. The result is posted to each worker, which keeps a
/// plain shared_ptr with a reference count of its own, so that pinning costs no traffic between threads; the last
/// reference of an old snapshot is dropped on a storage thread, since freeing it takes a while.
///
/// Made and started before the workers serve; destroyed after they have stopped.
class Publisher {
 public:
  using SettingsReader = std::function<Result<std::shared_ptr<const config::Settings>>(store::Session&)>;
  struct Options {
    std::int64_t poll_ms = 60'000;  ///< SYNC_FREQUENCY; 0: no polling
    std::int64_t retry_ms = 1'000;  ///< a rebuild that failed is tried again after this
  };

  /// @param settings     The settings in force; called on a storage thread before each build.
  /// @param on_problems  Rows that could not be used, after a build; on a storage thread. May be empty: they are
  /// logged.
  Publisher(net::WorkerPool& workers, store::Storage& storage, Builder& builder, TokenGenerations& generations,
            SettingsReader settings, Options options);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Builds the first snapshot and gives it to every worker, then starts polling. Blocking; the workers run already, or
  /// will: a worker has the snapshot before anything that is posted to it later.
  /// Errors: storage_unavailable, internal: nothing can be served.
  [[nodiscard]] Result<void> start();

  /// The worker's snapshot; on its own thread. A request copies it once and keeps it while it chooses.
  [[nodiscard]] const std::shared_ptr<const Catalog>& on(const net::Worker& worker) const {
    return slots_[worker.index()].catalog;
  }
  /// The newest snapshot, from any thread. Locks; not for requests. Not to be kept beyond the publisher.
  [[nodiscard]] std::shared_ptr<const Catalog> newest() const;
  /// Rows that the newest snapshot could not use. Any thread.
  [[nodiscard]] std::vector<BuildProblem> problems() const;

  /// Channels, groups, prices or options were changed and committed by this process. Any thread, at once back.
  void catalog_changed();
  /// The same, answering when every worker has a snapshot that contains the change. From a worker's coroutine.
  /// Errors: storage_unavailable (it will be tried again), shutting_down.
  [[nodiscard]] net::Task<Result<void>> publish();
  /// The same for a thread that may block; never a worker or storage thread.
  [[nodiscard]] Result<void> publish_blocking();

  /// A user, or a token of that user, was changed and committed: cached facts are out of date as of now, on every
  /// worker. `made`: a token was created. Any thread; at once back.
  void token_changed(UserId user, bool made = false);

  /// Another node says so (ChangeFeed), or something outside may have changed anything.
  void changed_elsewhere(Changed what);
  void set_feed(ChangeFeed* feed) { feed_.store(feed, std::memory_order_release); }

  /// No further rebuilds; waiting calls are answered shutting_down. Before the workers stop.
  void stop();

  [[nodiscard]] std::uint64_t builds() const { return builds_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failed_builds() const { return failed_builds_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Slot {
    std::shared_ptr<const Catalog> catalog;
  };
  struct Round;
  struct Waiter;
  class Arrival;

  void request(Changed what, std::shared_ptr<Waiter> waiter);
  void kick(std::unique_lock<std::mutex>& lock);
  net::Task<void> run();
  net::Task<void> poll();
  [[nodiscard]] Result<std::shared_ptr<const Catalog>> build(store::Session& db);
  [[nodiscard]] Result<void> write_marks(store::Session& db, bool catalog, bool tokens);
  void distribute(std::shared_ptr<const Catalog> catalog, std::vector<std::shared_ptr<Waiter>> waiting);
  void report(const std::vector<BuildProblem>& problems);

  net::WorkerPool& workers_;
  store::Storage& storage_;
  Builder& builder_;
  TokenGenerations& generations_;
  const SettingsReader settings_;
  const Options options_;
  std::vector<Slot> slots_;
  std::atomic<ChangeFeed*> feed_{nullptr};
  std::atomic<std::uint64_t> builds_{0}, failed_builds_{0};

  mutable std::mutex mutex_;
  std::shared_ptr<const Catalog> newest_;
  std::vector<std::shared_ptr<Waiter>> waiting_;  // for the next round
  ChangeMarks marks_;
  std::vector<BuildProblem> problems_;
  bool dirty_ = false;
  bool mark_catalog_ = false, mark_tokens_ = false;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace tollgate::catalog
