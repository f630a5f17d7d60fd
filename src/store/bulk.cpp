#include "store/bulk.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/failure.h"

namespace tollgate::store {
namespace {

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

PGconn* pg(Session& db) { return static_cast<PGconn*>(db.native_handle()); }
MYSQL* my(Session& db) { return static_cast<MYSQL*>(db.native_handle()); }

[[noreturn]] void throw_pg(Session& db, const PGresult* result) {
  const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* text = result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(pg(db));
  const bool lost = PQstatus(pg(db)) != CONNECTION_OK;
  throw soci::postgresql_soci_error(text, state != nullptr ? state : lost ? "08000" : "XX000");
}

PgResult checked(Session& db, PGresult* raw, ExecStatusType wanted) {
  PgResult result(raw, &PQclear);
  if (PQresultStatus(raw) != wanted) throw_pg(db, raw);
  return result;
}

std::int64_t affected(const PGresult* result) {
  const std::string_view text = PQcmdTuples(const_cast<PGresult*>(result));
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

void refuse_unless_storable(std::string_view text) {
  if (!is_storable(text)) throw RefusedText("a text holds a zero byte or is not valid UTF-8");
}

sqlite_api::sqlite3_stmt* stmt(void* statement) { return static_cast<sqlite_api::sqlite3_stmt*>(statement); }

}  // namespace

bool is_storable(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    const unsigned char c = *p;
    if (c < 0x80) {
      if (c == 0) return false;
      ++p;
      continue;
    }
    // The second byte's bounds shut out overlong forms, surrogates, and what lies beyond U+10FFFF.
    int more = 0;
    unsigned char low = 0x80, high = 0xBF;
    if (c >= 0xC2 && c <= 0xDF) {
      more = 1;
    } else if (c >= 0xE0 && c <= 0xEF) {
      more = 2;
      if (c == 0xE0) low = 0xA0;
      if (c == 0xED) high = 0x9F;
    } else if (c >= 0xF0 && c <= 0xF4) {
      more = 3;
      if (c == 0xF0) low = 0x90;
      if (c == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (end - p <= more || p[1] < low || p[1] > high) return false;
    for (int i = 2; i <= more; ++i) {
      if (p[i] < 0x80 || p[i] > 0xBF) return false;
    }
    p += more + 1;
  }
  return true;
}

void append_literal(Session& db, std::string& sql, std::string_view text) {
  refuse_unless_storable(text);
  if (text.empty()) {
    sql += "''";
    return;
  }
  if (db.engine() == Engine::postgresql) {
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(PQescapeLiteral(pg(db), text.data(), text.size()),
                                                             &PQfreemem);
    if (!quoted) throw_pg(db, nullptr);
    sql += quoted.get();
    return;
  }
  const std::size_t start = sql.size() + 1;
  sql += '\'';
  sql.resize(start + text.size() * 2 + 1);
  const unsigned long length = mysql_real_escape_string(my(db), sql.data() + start, text.data(), text.size());
  sql.resize(start + length);
  sql += '\'';
}

std::int64_t execute_native(Session& db, const std::string& sql) {
  if (db.engine() == Engine::postgresql) {
    return affected(checked(db, PQexec(pg(db), sql.c_str()), PGRES_COMMAND_OK).get());
  }
  if (mysql_real_query(my(db), sql.data(), sql.size()) != 0) {
    throw soci::mysql_soci_error(mysql_error(my(db)), static_cast<int>(mysql_errno(my(db))));
  }
  return static_cast<std::int64_t>(mysql_affected_rows(my(db)));
}

std::int64_t copy_rows(Session& db, std::string_view target, std::string_view rows) {
  checked(db, PQexec(pg(db), fmt::format("COPY {} FROM STDIN", target).c_str()), PGRES_COPY_IN);
  constexpr std::size_t kPiece = 256 * 1024;
  while (!rows.empty()) {
    const std::string_view piece = rows.substr(0, kPiece);
    if (PQputCopyData(pg(db), piece.data(), static_cast<int>(piece.size())) != 1) throw_pg(db, nullptr);
    rows.remove_prefix(piece.size());
  }
  if (PQputCopyEnd(pg(db), nullptr) != 1) throw_pg(db, nullptr);
  const PgResult result(PQgetResult(pg(db)), &PQclear);
  while (PGresult* more = PQgetResult(pg(db))) PQclear(more);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw_pg(db, result.get());
  return affected(result.get());
}

void append_copy_field(std::string& rows, std::string_view text) {
  refuse_unless_storable(text);
  for (const char c : text) {
    switch (c) {
      case '\\':
        rows += "\\\\";
        break;
      case '\t':
        rows += "\\t";
        break;
      case '\n':
        rows += "\\n";
        break;
      case '\r':
        rows += "\\r";
        break;
      default:
        rows += c;
    }
  }
}

SqliteStatement::SqliteStatement(Session& db, const std::string& sql) : db_(db) {
  sqlite_api::sqlite3_stmt* made = nullptr;
  check(sqlite_api::sqlite3_prepare_v2(static_cast<sqlite_api::sqlite3*>(db.native_handle()), sql.c_str(),
                                       static_cast<int>(sql.size()), &made, nullptr));
  statement_ = made;
}

SqliteStatement::~SqliteStatement() { sqlite_api::sqlite3_finalize(stmt(statement_)); }

void SqliteInsert::bind(int place, std::int64_t value) {
  check(sqlite_api::sqlite3_bind_int64(stmt(statement_), place, value));
}

void SqliteInsert::bind(int place, std::string_view text) {
  refuse_unless_storable(text);
  const char* data = text.empty() ? "" : text.data();
  check(sqlite_api::sqlite3_bind_text(stmt(statement_), place, data, static_cast<int>(text.size()), nullptr));
}

std::int64_t SqliteInsert::execute() {
  const int code = sqlite_api::sqlite3_step(stmt(statement_));
  sqlite_api::sqlite3_reset(stmt(statement_));
  if (code != SQLITE_DONE && code != SQLITE_ROW) check(code);
  return sqlite_api::sqlite3_changes(static_cast<sqlite_api::sqlite3*>(db_.native_handle()));
}

void SqliteReader::bind(const std::string& name, std::string_view text) {
  const int place = sqlite_api::sqlite3_bind_parameter_index(stmt(statement_), (":" + name).c_str());
  if (place == 0) return;
  refuse_unless_storable(text);
  check(sqlite_api::sqlite3_bind_text(stmt(statement_), place, text.data(), static_cast<int>(text.size()), nullptr));
}

bool SqliteReader::next() {
  const int code = sqlite_api::sqlite3_step(stmt(statement_));
  if (code != SQLITE_DONE && code != SQLITE_ROW) check(code);
  return code == SQLITE_ROW;
}

std::int64_t SqliteReader::number(int column) const {
  return sqlite_api::sqlite3_column_int64(stmt(statement_), column);
}

void SqliteStatement::check(int code) {
  if (code == SQLITE_OK) return;
  auto* handle = static_cast<sqlite_api::sqlite3*>(db_.native_handle());
  throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(handle), code);
}

}  // namespace tollgate::store
