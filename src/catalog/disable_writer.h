#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "catalog/health.h"
#include "net/task.h"
#include "net/worker.h"

namespace tollgate::store {
class Session;
class Storage;
}  // namespace tollgate::store

namespace tollgate::catalog {

/// Writes what health cells decided: the channel's status with the reason, and an audit row, on a storage thread; then
/// says that the catalog changed. While the database is away it tries again; the channel is out of use meanwhile, since
/// its cell knows. A decision about one of several keys is logged, not stored: the key comes back with the next start
/// or the next change of its channel.
///
///     Health health([&](DisableDecision decision) { writer.take(std::move(decision)); });
///
/// Outlives the workers.
class DisableWriter {
 public:
  /// @param changed  Called on a worker after each channel that was disabled; Publisher::catalog_changed.
  DisableWriter(net::WorkerPool& workers, store::Storage& storage, const Clock& clock, std::function<void()> changed);

  /// Any thread; at once back.
  void take(DisableDecision decision);
  /// What `take` does on a storage thread. @return whether the channel was enabled until now. Blocking.
  [[nodiscard]] static Result<bool> write(store::Session& db, const DisableDecision& decision, std::int64_t now_unix_s);

  /// Channels disabled since start, for metrics.
  [[nodiscard]] std::uint64_t disabled() const { return disabled_.load(std::memory_order_relaxed); }

 private:
  net::Task<void> run(DisableDecision decision);

  net::WorkerPool& workers_;
  store::Storage& storage_;
  const Clock& clock_;
  const std::function<void()> changed_;
  std::atomic<std::uint64_t> disabled_{0};
};

}  // namespace tollgate::catalog
