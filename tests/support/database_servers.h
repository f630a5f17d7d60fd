#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::testing {

enum class ServerKind : std::uint8_t { postgresql, mariadb };

/// Real PostgreSQL and MariaDB servers, private to this test process: in a temporary folder, on Unix sockets, without
/// syncing. Both are set up at the first use of either, side by side, and end with the process. A server program that
/// is not installed, or does not start, throws: tests then fail, they are never left out.
///
/// Call from the main thread (a server ends with the thread that started it).
class DatabaseServers {
 public:
  static DatabaseServers& instance();

  /// Makes an empty database and returns where it is, in the form of SQL_DSN.
  std::string create_database(ServerKind kind, std::string_view name);
  /// Where a database of this name is, or would be.
  [[nodiscard]] std::string dsn(ServerKind kind, std::string_view name) const;

  /// For tests of what happens when the server goes away: all connections break at once.
  void stop(ServerKind kind);
  void start(ServerKind kind);

  ~DatabaseServers();
  DatabaseServers(const DatabaseServers&) = delete;
  DatabaseServers& operator=(const DatabaseServers&) = delete;

 private:
  DatabaseServers();
  void run_sql(ServerKind kind, const std::string& sql);
  void wait_ready(ServerKind kind);
  void tear_down();

  std::string folder_;
  int pids_[2] = {-1, -1};
};

}  // namespace tollgate::testing
