#include "store/session.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/failure.h"
#include "telemetry/log.h"

namespace tollgate::store {
namespace {

constexpr auto kLockPatience = std::chrono::seconds(30);

/// `key='value'` for libpq and for SOCI's MySQL parser: both take backslashes.
std::string quoted(std::string_view key, std::string_view value) {
  std::string out(key);
  out += "='";
  for (const char c : value) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out += "' ";
}

std::string postgresql_text(const Dsn& dsn) {
  std::string out;
  const std::string& host = dsn.socket.empty() ? dsn.host : dsn.socket;
  if (!host.empty()) out += quoted("host", host);
  if (dsn.port != 0) out += fmt::format("port={} ", dsn.port);
  if (!dsn.database.empty()) out += quoted("dbname", dsn.database);
  if (!dsn.user.empty()) out += quoted("user", dsn.user);
  if (!dsn.password.empty()) out += quoted("password", dsn.password.reveal());
  // A server that vanished without a word must not hold a storage thread for the kernel's quarter of an hour.
  out += "connect_timeout=10 keepalives_idle=30 tcp_user_timeout=30000 client_encoding=UTF8 ";
  return out + dsn.options;
}

std::string mysql_text(const Dsn& dsn) {
  std::string out;
  if (!dsn.socket.empty()) {
    out += quoted("unix_socket", dsn.socket);
  } else {
    out += quoted("host", dsn.host);
    out += fmt::format("port={} ", dsn.port == 0 ? 3306 : dsn.port);
  }
  if (!dsn.database.empty()) out += quoted("db", dsn.database);
  if (!dsn.user.empty()) out += quoted("user", dsn.user);
  if (!dsn.password.empty()) out += quoted("password", dsn.password.reveal());
  if (!dsn.tls_ca.empty()) out += quoted("sslca", dsn.tls_ca);
  return out + "charset=utf8mb4 connect_timeout=10 read_timeout=300 write_timeout=60";
}

/// SOCI's own way to open a file takes no path with a blank or an equals sign and no flags, so the handle is opened
/// here and put in the place of an empty one.
/// (SOCI keeps the types' vptr information to itself, so the sanitizer cannot check the cast.)
[[clang::no_sanitize("vptr")]] void open_sqlite(soci::session& session, const Dsn& dsn) {
  // Counting memory costs a process-wide lock for each allocation. Before anything else is done with the library.
  [[maybe_unused]] static const int uncounted = sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  session.open(soci::sqlite3, ":memory:");
  auto& backend = static_cast<soci::sqlite3_session_backend&>(*session.get_backend());
  sqlite_api::sqlite3* handle = nullptr;
  const int rc =
      sqlite_api::sqlite3_open_v2(dsn.path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (rc != SQLITE_OK) {
    const std::string text = handle != nullptr ? sqlite_api::sqlite3_errmsg(handle) : "out of memory";
    sqlite_api::sqlite3_close(handle);
    throw soci::sqlite3_soci_error(text, rc);
  }
  sqlite_api::sqlite3_close(backend.conn_);
  backend.conn_ = handle;
}

}  // namespace

Session::Session(const Dsn& dsn, Access access, std::shared_ptr<WriteLock> lock)
    : dsn_(dsn),
      engine_(dsn.engine),
      access_(access),
      lock_(std::move(lock)),
      soci_(std::make_unique<soci::session>()) {}

Session::~Session() { abandon(); }

Result<std::unique_ptr<Session>> Session::open(const Dsn& dsn, Access access, std::shared_ptr<WriteLock> lock) {
  std::unique_ptr<Session> session(new Session(dsn, access, std::move(lock)));
  if (auto connected = session->reconnect(); !connected) return std::unexpected(std::move(connected.error()));
  return session;
}

void Session::shrink() noexcept {
  if (engine_ != Engine::sqlite || broken_) return;
  sqlite_api::sqlite3_db_release_memory(static_cast<sqlite_api::sqlite3*>(native_handle()));
}

Result<void> Session::reconnect() {
  depth_ = 0;
  doomed_ = false;
  held_ = {};
  broken_ = true;
  try {
    soci_ = std::make_unique<soci::session>();
    configure();
    broken_ = false;
    return {};
  } catch (const soci::soci_error& e) {
    return fail(Error(ErrorCode::storage_unavailable, "the database cannot be reached")
                    .detail(fmt::format("{}: {}", dsn_.describe(), failure_text(e))));
  }
}

namespace {

/// The switch needs the file alone for a moment, and SQLite does not wait for that by itself: of several processes that
/// start at once on a new file, all but one would find it locked.
void switch_to_wal(soci::session& session, sqlite_api::sqlite3* handle, int patience_ms) {
  constexpr int kPauseMs = 5;
  for (int waited_ms = 0;; waited_ms += kPauseMs) {
    try {
      session << "PRAGMA journal_mode = WAL";
      return;
    } catch (const soci::soci_error&) {
      const bool busy = (sqlite_api::sqlite3_errcode(handle) & 0xff) == SQLITE_BUSY;
      if (!busy || waited_ms >= patience_ms) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    }
  }
}

}  // namespace

void Session::configure() {
  switch (engine_) {
    case Engine::sqlite: {
      open_sqlite(*soci_, dsn_);
      auto* handle = static_cast<sqlite_api::sqlite3*>(native_handle());
      sqlite_api::sqlite3_extended_result_codes(handle, 1);
      sqlite_api::sqlite3_busy_timeout(handle, dsn_.busy_timeout_ms);
      // In WAL mode a commit is one append and, with FULL, one sync: the books must survive a power cut.
      if (access_ == Access::write) switch_to_wal(*soci_, handle, dsn_.busy_timeout_ms);
      *soci_ << "PRAGMA synchronous = FULL";
      *soci_ << "PRAGMA foreign_keys = ON";
      *soci_ << "PRAGMA temp_store = MEMORY";
      *soci_ << "PRAGMA journal_size_limit = 67108864";
      // A batch of log rows touches many leaves of the index; spilling them doubles its cost.
      *soci_ << fmt::format("PRAGMA cache_size = -{}", dsn_.cache_kib * (access_ == Access::write ? 32 : 1));
      if (access_ == Access::read) *soci_ << "PRAGMA query_only = ON";
      break;
    }
    case Engine::postgresql: {
      soci_->open(soci::postgresql, postgresql_text(dsn_));
      auto* handle = static_cast<PGconn*>(native_handle());
      PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
      PQsetErrorVerbosity(handle, PQERRORS_TERSE);  // the details repeat values
      *soci_ << "SET synchronous_commit TO on";
      *soci_ << "SET client_min_messages TO warning";
      *soci_ << "SET TIME ZONE 'UTC'";
      *soci_ << "SET lock_timeout TO '30s'";
      break;
    }
    case Engine::mysql:
      soci_->open(soci::mysql, mysql_text(dsn_));
      *soci_ << "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'";
      *soci_ << "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
      *soci_ << "SET SESSION innodb_lock_wait_timeout = 30";
      *soci_ << "SET SESSION time_zone = '+00:00'";
      break;
  }
}

[[clang::no_sanitize("vptr")]] void* Session::native_handle() {
  auto* backend = soci_->get_backend();
  if (backend == nullptr) return nullptr;
  switch (engine_) {
    case Engine::sqlite:
      return static_cast<soci::sqlite3_session_backend&>(*backend).conn_;
    case Engine::postgresql:
      return static_cast<soci::postgresql_session_backend&>(*backend).conn_;
    case Engine::mysql:
      return static_cast<soci::mysql_session_backend&>(*backend).conn_;
  }
  return nullptr;
}

bool Session::alive() {
  if (broken_) return false;
  if (engine_ == Engine::postgresql) {
    // SOCI's own way looks at the connection's state, which still says "fine" after the first failure.
    PGresult* answer = PQexec(static_cast<PGconn*>(native_handle()), "SELECT 1");
    broken_ = PQresultStatus(answer) != PGRES_TUPLES_OK;
    PQclear(answer);
  } else {
    broken_ = !soci_->is_connected();
  }
  return !broken_;
}

std::unexpected<Error> Session::failure(std::string_view name) {
  if (depth_ > 0) doomed_ = true;
  try {
    throw;
  } catch (const RefusedText& refused) {
    return fail(Error(ErrorCode::invalid_request, refused.what()).detail(std::string(name)));
  } catch (const soci::soci_error& e) {
    const Failure seen = classify(e, *this);
    if (seen.lost) broken_ = true;
    Error error = Error(seen.code, std::string(seen.message)).detail(fmt::format("{}: {}", name, seen.text));
    static std::atomic<std::int64_t> last_outage = 0;
    if (seen.code == ErrorCode::internal) {
      log::failure(log::Level::error, "storage", error, {{"database", dsn_.describe()}});
    } else if (seen.code == ErrorCode::storage_unavailable && log::every(last_outage, 1000)) {
      log::failure(log::Level::warn, "storage", error, {{"database", dsn_.describe()}});
    }
    return std::unexpected(std::move(error));
  }
}

std::unique_lock<WriteLock> Session::statement_lock() {
  if (!lock_ || depth_ > 0 || access_ == Access::read) return {};
  return std::unique_lock(*lock_, kLockPatience);
}

Result<void> Session::begin() {
  if (depth_ > 0) {
    ++depth_;
    return {};
  }
  if (broken_) return fail(Error(ErrorCode::storage_unavailable, "the database cannot be reached").detail("begin"));
  return guarded(*this, "begin", [&]() -> Result<void> {
    std::unique_lock<WriteLock> held;
    if (lock_ && access_ == Access::write) {
      held = std::unique_lock(*lock_, kLockPatience);
      if (!held) return fail(Error(ErrorCode::storage_unavailable, "the database is busy").detail("begin: write lock"));
    }
    if (engine_ == Engine::sqlite && access_ == Access::write) {
      *soci_ << "BEGIN IMMEDIATE";
    } else {
      soci_->begin();
    }
    held_ = std::move(held);
    depth_ = 1;
    doomed_ = false;
    return {};
  });
}

Result<void> Session::commit() {
  if (depth_ > 1) {
    --depth_;
    return {};
  }
  if (doomed_) {
    rollback();
    return fail(Error(ErrorCode::internal, "the change was undone").detail("commit: a statement before it had failed"));
  }
  auto done = guarded(*this, "commit", [&]() -> Result<void> {
    soci_->commit();
    return {};
  });
  if (!done) {
    rollback();
    return done;
  }
  depth_ = 0;
  held_ = {};
  return done;
}

void Session::abandon() noexcept {
  if (depth_ == 0) return;
  depth_ = 1;
  rollback();
}

void Session::rollback() noexcept {
  if (depth_ > 1) {
    --depth_;
    doomed_ = true;
    return;
  }
  if (depth_ == 0) return;
  try {
    // The engine may have rolled back by itself; that it then refuses is no news.
    if (!broken_) soci_->rollback();
  } catch (const std::exception&) {
    if (engine_ != Engine::sqlite) broken_ = true;
  }
  depth_ = 0;
  doomed_ = false;
  held_ = {};
}

}  // namespace tollgate::store
