#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "store/dsn.h"
#include "store/session.h"

namespace tollgate::store {

/// A database whose schema is known to be right: where sessions come from. Any thread; lives as long as its sessions.
class Database {
 public:
  enum class Kind : std::uint8_t {
    main,  ///< everything
    log,   ///< a separate log database: log rows, their dictionary, and the flusher's position there
  };

  /// Connects once and brings the schema up to date, under a lock, so that of several processes one migrates and the
  /// others wait. SQLite: makes the file (mode 0600) and its folder. Blocking; at start.
  ///
  /// Errors: storage_unavailable (cannot connect, no rights, another migrates for more than a minute); invalid_request
  /// where the operator must act: the schema is of a newer version of the program, the file is no database or another
  /// program's, the database is not UTF-8, the server is too old (PostgreSQL 12, MySQL 8.0.19, MariaDB 10.5).
  static Result<std::unique_ptr<Database>> open(const Dsn& dsn, Kind kind, std::int64_t now);

  /// A new connection, for one thread.
  [[nodiscard]] Result<std::unique_ptr<Session>> connect(Access access = Access::write) const;

  [[nodiscard]] const Dsn& dsn() const { return dsn_; }
  [[nodiscard]] Kind kind() const { return kind_; }
  /// Number of the newest migration that is applied.
  [[nodiscard]] int schema_version() const { return schema_version_; }
  /// Whether this start made the schema: nothing is in it.
  [[nodiscard]] bool created() const { return created_; }

 private:
  Database(Dsn dsn, Kind kind);

  Dsn dsn_;
  Kind kind_;
  int schema_version_ = 0;
  bool created_ = false;
  std::shared_ptr<WriteLock> lock_;
};

/// The databases of a process: the log rows are in the main one unless LOG_SQL_DSN names another.
struct Databases {
  std::unique_ptr<Database> main_database;
  std::unique_ptr<Database> log_database;  ///< null: the main one

  [[nodiscard]] Database& main() const { return *main_database; }
  [[nodiscard]] Database& log() const { return log_database ? *log_database : *main_database; }
  [[nodiscard]] bool log_is_separate() const { return log_database != nullptr; }
};

/// Opens both; the same database given twice is opened once. Errors: those of Database::open.
Result<Databases> open_databases(const Dsn& main, const std::optional<Dsn>& log, std::int64_t now);

}  // namespace tollgate::store
