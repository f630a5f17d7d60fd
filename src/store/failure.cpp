#include "store/failure.h"

#include <array>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/strings.h"
#include "store/session.h"

namespace tollgate::store {
namespace {

constexpr std::string_view kTaken = "a value that must be unique is taken already";
constexpr std::string_view kTooLong = "a text is too long";
constexpr std::string_view kBadText = "a text is not valid UTF-8";
constexpr std::string_view kUnreachable = "the database cannot be reached";
constexpr std::string_view kBusy = "the database is busy";
constexpr std::string_view kFull = "the database is full";
constexpr std::string_view kReadOnly = "the database cannot be written";
constexpr std::string_view kDamaged = "the database is damaged";
constexpr std::string_view kInternal = "internal error";

/// One kind of failure as the engines number it. PostgreSQL's states match by their beginning.
struct Row {
  ErrorCode code;
  std::string_view message;
  bool lost;
};
struct SqliteRow : Row {
  int code_number;
};
struct PostgresqlRow : Row {
  std::string_view state;
};
struct MysqlRow : Row {
  unsigned number;
};

constexpr auto kConflict = ErrorCode::conflict;
constexpr auto kInvalid = ErrorCode::invalid_request;
constexpr auto kUnavailable = ErrorCode::storage_unavailable;

// clang-format off
constexpr std::array kSqlite{
    SqliteRow{{kConflict,    kTaken,       false}, SQLITE_CONSTRAINT_UNIQUE},
    SqliteRow{{kConflict,    kTaken,       false}, SQLITE_CONSTRAINT_PRIMARYKEY},
    SqliteRow{{kConflict,    kTaken,       false}, SQLITE_CONSTRAINT_ROWID},
    SqliteRow{{kInvalid,     kTooLong,     false}, SQLITE_TOOBIG},
    SqliteRow{{kUnavailable, kBusy,        false}, SQLITE_BUSY},
    SqliteRow{{kUnavailable, kBusy,        false}, SQLITE_LOCKED},
    SqliteRow{{kUnavailable, kFull,        false}, SQLITE_FULL},
    SqliteRow{{kUnavailable, kReadOnly,    false}, SQLITE_READONLY},
    SqliteRow{{kUnavailable, kReadOnly,    false}, SQLITE_PERM},
    SqliteRow{{kUnavailable, kUnreachable, true},  SQLITE_IOERR},
    SqliteRow{{kUnavailable, kUnreachable, true},  SQLITE_CANTOPEN},
    SqliteRow{{kUnavailable, kDamaged,     true},  SQLITE_CORRUPT},
    SqliteRow{{kUnavailable, kDamaged,     true},  SQLITE_NOTADB},
};
constexpr std::array kPostgresql{
    PostgresqlRow{{kConflict,    kTaken,       false}, "23505"},
    PostgresqlRow{{kInvalid,     kTooLong,     false}, "22001"},
    PostgresqlRow{{kInvalid,     kTooLong,     false}, "54000"},  // an index row too large
    PostgresqlRow{{kInvalid,     kBadText,     false}, "22021"},
    PostgresqlRow{{kUnavailable, kUnreachable, true},  "08"},
    PostgresqlRow{{kUnavailable, kUnreachable, true},  "57P"},    // the server goes down, or ended the session
    PostgresqlRow{{kUnavailable, kUnreachable, true},  "25P03"},
    PostgresqlRow{{kUnavailable, kBusy,        false}, "40"},     // deadlock, serialization
    PostgresqlRow{{kUnavailable, kBusy,        false}, "55P03"},
    PostgresqlRow{{kUnavailable, kBusy,        false}, "57014"},
    PostgresqlRow{{kUnavailable, kBusy,        false}, "53300"},
    PostgresqlRow{{kUnavailable, kFull,        false}, "53"},
    PostgresqlRow{{kUnavailable, kReadOnly,    false}, "25006"},  // a standby
    PostgresqlRow{{kUnavailable, kReadOnly,    false}, "42501"},
};
constexpr std::array kMysql{
    MysqlRow{{kConflict,    kTaken,       false}, 1062},
    MysqlRow{{kConflict,    kTaken,       false}, 1586},
    MysqlRow{{kInvalid,     kTooLong,     false}, 1406},
    MysqlRow{{kInvalid,     kTooLong,     false}, 1153},  // a packet too large
    MysqlRow{{kInvalid,     kBadText,     false}, 1366},
    MysqlRow{{kUnavailable, kBusy,        false}, 1205},
    MysqlRow{{kUnavailable, kBusy,        false}, 1213},
    MysqlRow{{kUnavailable, kBusy,        false}, 1040},
    MysqlRow{{kUnavailable, kBusy,        false}, 1203},
    MysqlRow{{kUnavailable, kFull,        false}, 1021},
    MysqlRow{{kUnavailable, kFull,        false}, 1114},
    MysqlRow{{kUnavailable, kFull,        false}, 1041},
    MysqlRow{{kUnavailable, kReadOnly,    false}, 1290},
    MysqlRow{{kUnavailable, kReadOnly,    false}, 1792},
    MysqlRow{{kUnavailable, kReadOnly,    false}, 1142},
    MysqlRow{{kUnavailable, kReadOnly,    false}, 1044},
    MysqlRow{{kUnavailable, kUnreachable, true},  1053},
    MysqlRow{{kUnavailable, kUnreachable, true},  1079},
    MysqlRow{{kUnavailable, kUnreachable, true},  1152},
    MysqlRow{{kUnavailable, kUnreachable, true},  1158},
    MysqlRow{{kUnavailable, kUnreachable, true},  1160},
    MysqlRow{{kUnavailable, kUnreachable, true},  1927},
    MysqlRow{{kUnavailable, kUnreachable, true},  2002},
    MysqlRow{{kUnavailable, kUnreachable, true},  2003},
    MysqlRow{{kUnavailable, kUnreachable, true},  2005},
    MysqlRow{{kUnavailable, kUnreachable, true},  2006},
    MysqlRow{{kUnavailable, kUnreachable, true},  2013},
    MysqlRow{{kUnavailable, kUnreachable, true},  2014},
    MysqlRow{{kUnavailable, kUnreachable, true},  2026},
    MysqlRow{{kUnavailable, kUnreachable, true},  2055},
};
// clang-format on

Row row_of(const soci::soci_error& e, Session& session) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&e)) {
    for (const auto& row : kSqlite) {
      // Primary codes stand for all their extended ones.
      if (row.code_number == sqlite->result() || row.code_number == (sqlite->result() & 0xFF)) return row;
    }
  } else if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&e)) {
    const std::string state = postgresql->sqlstate();
    for (const auto& row : kPostgresql) {
      if (state.starts_with(row.state)) return row;
    }
    // Whatever the server says has a state: this is the client library, which lost it.
    if (trim(state).empty()) return {kUnavailable, kUnreachable, true};
  } else if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&e)) {
    for (const auto& row : kMysql) {
      if (row.number == mysql->err_num_) return row;
    }
  }
  if (session.engine() == Engine::postgresql) {
    const auto* handle = static_cast<PGconn*>(session.native_handle());
    if (handle == nullptr || PQstatus(handle) != CONNECTION_OK) return {kUnavailable, kUnreachable, true};
  }
  return {ErrorCode::internal, kInternal, false};
}

/// MySQL puts values into its messages, always in quotes: `Duplicate entry 'x' for key 'y'`. Only what is named a key
/// or a column stays.
std::string without_values(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('\'');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open + 1);
    const bool keep = out.ends_with("for key ") || out.ends_with("for column ") || out.ends_with("on table ") ||
                      out.ends_with("server on ") || out.ends_with("server through socket ");
    // A value may hold quotes itself: what follows it up to the last name is dropped with it.
    auto close = text.find('\'');
    if (!keep) {
      const auto next = std::min(text.rfind("' for key '"), text.rfind("' for column '"));
      close = next != std::string_view::npos ? next : text.rfind('\'');
    }
    if (close == std::string_view::npos) close = text.size();
    out += '\'';
    out += keep ? text.substr(0, close) : std::string_view("...");
    out += '\'';
    text.remove_prefix(std::min(close + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string failure_text(const soci::soci_error& e) {
  std::string text = e.get_error_message();
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&e)) {
    return fmt::format("{} (error {})", without_values(text), mysql->err_num_);
  }
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&e)) {
    return fmt::format("{} (code {})", text, sqlite->result());
  }
  return text;
}

Failure classify(const soci::soci_error& e, Session& session) {
  const Row row = row_of(e, session);
  return {row.code, row.message, failure_text(e), row.lost};
}

}  // namespace tollgate::store
