#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "net/offload.h"
#include "store/database.h"
#include "store/session.h"

namespace tollgate::store {

struct ExecutorOptions {
  /// Threads, each with a connection of its own. SQLite: these read, one more writes.
  std::size_t threads = 2;
  /// Jobs waiting; a further one is answered `overloaded`.
  std::size_t queue_limit = 1024;
  std::string thread_name = "store";
  const Clock* clock = nullptr;  ///< the system's if null
};

/// What one storage thread owns: its connection, made when first needed and made anew when it was lost. Internal.
class StorageThread {
 public:
  StorageThread(const Database& database, Access access, const Clock& clock);
  ~StorageThread();

  /// The connection, known to answer a moment ago. Errors: storage_unavailable.
  Result<Session*> session();
  /// The job that used it has ended: a transaction that it left open is rolled back.
  void finish();
  /// Whether the last job lost its connection.
  [[nodiscard]] bool lost() const;
  /// There has been nothing to do for a while.
  void rest() noexcept;

 private:
  const Database& database_;
  Access access_;
  const Clock& clock_;
  std::unique_ptr<Session> session_;
  std::int64_t used_at_ns_ = 0;
};

/// The storage threads of one database, behind bounded queues. The only way from a worker to a `Session`.
///
///     auto load = [owner, id](store::Session& db) { return store::find_token(db, owner, id); };
///     auto token = co_await storage.read(std::move(load), deadline);
///
/// `run` may write; `read` must not (on SQLite it cannot). Elsewhere both are alike. A job is a function of `Session&`
/// that returns a `Result<T>`, and that is what awaiting gives. It runs once; only a `read` whose connection was lost
/// runs a second time, on a new one. A job that has not begun by its deadline is answered storage_unavailable and does
/// not run.
///
/// Errors beside the job's own: overloaded (queue full), storage_unavailable (deadline, no connection), shutting_down.
/// Any worker. Must outlive the jobs; destruction refuses what waits and finishes what runs.
class Executor {
 public:
  Executor(const Database& database, ExecutorOptions options);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Awaitable, from a worker's coroutine.
  template <class Fn>
  auto run(Fn fn, Deadline deadline) {
    return writers().run(job(std::move(fn), false), deadline);
  }
  template <class Fn>
  auto read(Fn fn, Deadline deadline) {
    return readers_->run(job(std::move(fn), true), deadline);
  }
  /// The same from a thread that may block: start-up, the scheduler, tests. Never from a worker or a storage thread.
  template <class Fn>
  auto run_blocking(Fn fn, Deadline deadline = Deadline::never()) {
    return writers().run_blocking(job(std::move(fn), false), deadline);
  }
  template <class Fn>
  auto read_blocking(Fn fn, Deadline deadline = Deadline::never()) {
    return readers_->run_blocking(job(std::move(fn), true), deadline);
  }

  [[nodiscard]] const Database& database() const { return database_; }
  [[nodiscard]] net::OffloadStats stats() const;
  /// Refuses what waits, finishes what runs, closes the connections.
  void stop();

 private:
  using Pool = net::OffloadPool<StorageThread>;

  [[nodiscard]] Pool& writers() { return writer_ ? *writer_ : *readers_; }

  template <class Fn>
  static auto job(Fn fn, bool again) {
    return [fn = std::move(fn), again](StorageThread& thread) mutable -> std::invoke_result_t<Fn&, Session&> {
      auto session = thread.session();
      if (!session) return std::unexpected(std::move(session.error()));
      auto answer = fn(**session);
      thread.finish();
      if (answer || !again || !thread.lost()) return answer;
      session = thread.session();
      if (!session) return answer;
      answer = fn(**session);
      thread.finish();
      return answer;
    };
  }

  const Database& database_;
  std::unique_ptr<Pool> readers_;
  std::unique_ptr<Pool> writer_;  ///< SQLite only
};

/// The executors of a process: main and log database, which may be the same.
class Storage {
 public:
  explicit Storage(const Databases& databases, ExecutorOptions options = {});
  ~Storage();

  [[nodiscard]] Executor& main() { return *main_; }
  [[nodiscard]] Executor& log() { return log_ ? *log_ : *main_; }

  /// On the main database; see Executor.
  template <class Fn>
  auto run(Fn fn, Deadline deadline) {
    return main_->run(std::move(fn), deadline);
  }
  template <class Fn>
  auto read(Fn fn, Deadline deadline) {
    return main_->read(std::move(fn), deadline);
  }
  /// Of both.
  [[nodiscard]] net::OffloadStats stats() const;
  void stop();

 private:
  std::unique_ptr<Executor> main_;
  std::unique_ptr<Executor> log_;
};

}  // namespace tollgate::store
