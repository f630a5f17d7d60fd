#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace tollgate::store {

enum class Engine : std::uint8_t { sqlite, postgresql, mysql };

[[nodiscard]] std::string_view engine_name(Engine engine);  ///< "sqlite", "postgresql", "mysql"

/// Where a database is. The forms of the predecessors:
///
/// | text | engine |
/// |---|---|
/// | empty, `local`, `sqlite:<path>` | SQLite at the given path, else at `sqlite_path` |
/// | `postgres://...`, `postgresql://...` | PostgreSQL: user, password (both percent-encoded), host or socket folder,
/// port, database, `sslmode` and libpq's other keywords; `timezone` and the like of other drivers are ignored | |
/// `user:password@tcp(host:3306)/database?charset=utf8mb4&...`, `...@unix(/path)/database` | MySQL or MariaDB; the
/// password may hold `@`, `/` and `:` | | `mysql://user:password@host:port/database` | MySQL or MariaDB |
///
/// Plain data; any thread.
struct Dsn {
  Engine engine = Engine::sqlite;
  std::string path;  ///< SQLite's file
  std::string host, socket, database, user;
  int port = 0;
  Secret password;
  std::string options;           ///< PostgreSQL: `key=value ...` ready for libpq; no secret
  std::string tls_ca;            ///< MySQL: file of the authorities that may vouch for the server; empty: no TLS
  int busy_timeout_ms = 10'000;  ///< SQLite: how long a statement waits for another process's lock
  int cache_kib = 1'024;  ///< SQLite: pages kept in memory by a session that reads; one that writes has thirty-two
                          ///< times it while it is busy

  /// For logs and messages: engine, host and database; never user name or password.
  [[nodiscard]] std::string describe() const;
  /// Whether both name the same database.
  [[nodiscard]] bool same_database(const Dsn& other) const;
};

/// Errors: invalid_request; the message names the setting and what is wrong with it, and shows no part of the text.
/// @param setting  how the text is called for the operator, such as "SQL_DSN".
Result<Dsn> parse_dsn(std::string_view text, std::string_view setting, const std::filesystem::path& sqlite_path);

}  // namespace tollgate::store
