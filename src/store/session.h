#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "store/dsn.h"

namespace soci {
class session;
}

namespace tollgate::store {

/// What a session may do; on SQLite a reader cannot write (`query_only`), elsewhere both are alike.
enum class Access : std::uint8_t { read, write };

/// The one place where writers of a database in this process queue up. SQLite has one writer: without this lock the
/// second would poll, and fail with "database is locked" after its patience. The other engines do not use it.
using WriteLock = std::recursive_timed_mutex;

/// One connection to one database. It lives on one thread, a storage thread or the flusher, and only there: a function
/// that takes a `Session&` blocks, and so cannot be called from an event loop by mistake.
///
/// Repository functions (users.h, tokens.h, ...) are what to call. SQL is written with `Query` (query.h), inside
/// `guarded`.
class Session {
 public:
  /// Connects. Errors: storage_unavailable, with what the server said as detail.
  /// @param lock  shared by all sessions of the same SQLite file; may be null elsewhere.
  static Result<std::unique_ptr<Session>> open(const Dsn& dsn, Access access, std::shared_ptr<WriteLock> lock);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] Engine engine() const { return engine_; }
  [[nodiscard]] Access access() const { return access_; }
  /// Whether the connection was seen to be lost. Statements then fail at once; `reconnect` mends it.
  [[nodiscard]] bool broken() const { return broken_; }
  /// Closes and opens again. Errors: storage_unavailable.
  Result<void> reconnect();
  /// Asks the server whether the connection still lives; a round trip. Sets `broken`.
  bool alive();
  [[nodiscard]] bool in_transaction() const { return depth_ > 0; }

  /// SOCI's own session, and for bulk work the engine's handle beneath it (`sqlite3*`, `PGconn*`, `MYSQL*`).
  [[nodiscard]] soci::session& soci() { return *soci_; }
  [[nodiscard]] void* native_handle();

  // For `guarded`, `transaction` and `Query` only.
  std::unexpected<Error> failure(std::string_view name);
  Result<void> begin();
  Result<void> commit();
  void rollback() noexcept;
  /// Held while a single statement writes outside a transaction; empty where there is nothing to queue for.
  [[nodiscard]] std::unique_lock<WriteLock> statement_lock();
  /// Rolls back whatever was left open: between two jobs.
  void abandon() noexcept;
  /// Lets go of cached pages that are not in use (SQLite); they are read again when needed.
  void shrink() noexcept;

 private:
  Session(const Dsn& dsn, Access access, std::shared_ptr<WriteLock> lock);
  void configure();

  Dsn dsn_;
  Engine engine_;
  Access access_;
  bool broken_ = false;
  bool doomed_ = false;  ///< something in the transaction failed: it may only be rolled back
  int depth_ = 0;
  std::shared_ptr<WriteLock> lock_;
  std::unique_lock<WriteLock> held_;
  std::unique_ptr<soci::session> soci_;
};

/// Runs `fn`, which uses the database and returns a Result, and turns SOCI's exceptions into errors:
///
/// - conflict: a unique key is taken already;
/// - invalid_request: a text is too long for its column, is not UTF-8, or holds a zero byte;
/// - storage_unavailable: the connection is lost (the session is then `broken`), the database is busy, locked, full,
/// read-only or
///   was chosen as the victim of a deadlock;
/// - internal: anything else, which is a defect of ours or a schema that was tampered with.
///
/// The detail names `name` and the engine's message, never the statement or its values.
template <class F>
auto guarded(Session& db, std::string_view name, F&& fn) -> std::invoke_result_t<F> {
  try {
    return std::forward<F>(fn)();
  } catch (...) {
    return db.failure(name);  // rethrows what is not a database's failure
  }
}

/// Runs `fn` in a transaction: committed if it returns a value, rolled back if it returns an error or throws. Inside
/// another transaction it joins that one, which then can only be rolled back if this one failed. On SQLite the
/// transaction is a writing one from its start (BEGIN IMMEDIATE, under the WriteLock), so it cannot fail half way for
/// want of the lock.
///
/// Errors: those of `fn` and of `guarded`. A commit whose reply was lost gives storage_unavailable although it may have
/// happened: who must know rereads.
template <class F>
auto transaction(Session& db, std::string_view name, F&& fn) -> std::invoke_result_t<F> {
  if (auto begun = db.begin(); !begun) return std::unexpected(std::move(begun.error()));
  struct Undo {
    Session& session;
    bool armed = true;
    ~Undo() {
      if (armed) session.rollback();
    }
  } undo{db};
  try {
    auto result = std::forward<F>(fn)();
    if (!result) return result;
    undo.armed = false;
    if (auto done = db.commit(); !done) return std::unexpected(std::move(done.error()));
    return result;
  } catch (...) {
    return db.failure(name);
  }
}

}  // namespace tollgate::store
