#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/session.h"

/// Statements for many rows at once, past SOCI, whose vector binding costs PostgreSQL and MySQL a round trip a row.
/// Internal to store; used inside `guarded` or `transaction`: failures are SOCI's exceptions.
namespace tollgate::store {

/// Appends a text as a literal of the engine (PostgreSQL or MySQL). Refuses what `Query::use` refuses.
void append_literal(Session& db, std::string& sql, std::string_view text);

/// Executes a statement as it stands, without parameters. @return rows changed.
std::int64_t execute_native(Session& db, const std::string& sql);

/// PostgreSQL's COPY: `target` is "table (columns)", `rows` are lines of tab-separated fields. @return rows written.
std::int64_t copy_rows(Session& db, std::string_view target, std::string_view rows);
/// Appends a text as a field of such a line.
void append_copy_field(std::string& rows, std::string_view text);

/// Whether every engine can store the text: UTF-8 without zero bytes.
[[nodiscard]] bool is_storable(std::string_view text);

/// A prepared statement of SQLite.
class SqliteStatement {
 public:
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

 protected:
  SqliteStatement(Session& db, const std::string& sql);
  ~SqliteStatement();
  void check(int code);
  Session& db_;
  void* statement_ = nullptr;
};

/// One that is executed for many rows.
class SqliteInsert : private SqliteStatement {
 public:
  SqliteInsert(Session& db, const std::string& sql) : SqliteStatement(db, sql) {}

  /// The parameters by place, from 1. A text must live until `execute`.
  void bind(int place, std::int64_t value);
  void bind(int place, std::string_view text);
  /// @return rows changed.
  std::int64_t execute();
};

/// One that reads very many rows of numbers: several times as fast as `Query`.
class SqliteReader : private SqliteStatement {
 public:
  SqliteReader(Session& db, const std::string& sql) : SqliteStatement(db, sql) {}

  /// A parameter, if the statement has it. A text must live as long as the reader.
  void bind(const std::string& name, std::string_view text);
  bool next();
  /// A column of the row, from 0.
  [[nodiscard]] std::int64_t number(int column) const;
};

}  // namespace tollgate::store
