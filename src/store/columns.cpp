#include "store/columns.h"

namespace tollgate::store {

std::string like_pattern(std::string_view text, bool anywhere) {
  std::string out = anywhere ? "%" : "";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + '%';
}

std::string like_condition(std::string_view column, std::string_view name) {
  return fmt::format("LOWER({}) LIKE LOWER(:{}) ESCAPE '!'", column, name);
}

std::int64_t count_rows(Session& db, std::string_view from, const Conditions& where) {
  std::int64_t count = 0;
  Query q(db, fmt::format("SELECT COUNT(*) FROM {}{}", from, where.sql()));
  where.bind(q);
  q.into(count).next();
  return count;
}

Result<void> expect_updated(Session& db, std::int64_t rows, std::string_view table, std::int64_t id,
                            std::string_view what) {
  if (rows > 0) return {};
  std::int64_t version = 0;
  const bool versioned_only = table == "user_groups";
  Query q(db,
          fmt::format("SELECT version FROM {} WHERE id = :id{}", table, versioned_only ? "" : " AND deleted_at = 0"));
  if (!q.use("id", id).into(version).next()) return expect_found(0, what);
  return fail(ErrorCode::conflict, fmt::format("the {} was changed by someone else in the meantime", what));
}

Result<void> expect_found(std::int64_t rows, std::string_view what) {
  if (rows > 0) return {};
  return fail(ErrorCode::not_found, fmt::format("no such {}", what));
}

std::string upsert_sql(const Session& db, std::string_view table, std::string_view key, std::string_view columns,
                       std::string_view values, std::string_view updates) {
  const std::string taken =
      db.engine() == Engine::mysql ? "ON DUPLICATE KEY UPDATE" : fmt::format("ON CONFLICT ({}) DO UPDATE SET", key);
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) {} {}", table, columns, values, taken, updates);
}

void advance_ids(Session& db, std::string_view table) {
  if (db.engine() != Engine::postgresql) return;
  std::int64_t ignored = 0;
  Query q(db, fmt::format("SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT MAX(id) FROM {0}))", table));
  q.into(ignored).next();
}

}  // namespace tollgate::store
