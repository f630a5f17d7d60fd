#include "store/options.h"

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

std::vector<OptionRow> options_where(Session& db, const Conditions& where) {
  std::vector<OptionRow> out;
  OptionRow row;
  Query q(db, fmt::format("SELECT name, value, sealed, updated_at FROM options{} ORDER BY name", where.sql()));
  where.bind(q);
  q.into(row.name, row.value, row.sealed, row.updated_at);
  while (q.next()) out.push_back(row);
  return out;
}

std::string read_meta(Session& db, std::string_view name) {
  std::string value;
  Query q(db, "SELECT value FROM meta WHERE name = :name");
  q.use("name", name).into(value).next();
  return value;
}

}  // namespace

Result<std::vector<OptionRow>> load_options(Session& db) {
  return guarded(db, "load_options", [&]() -> Result<std::vector<OptionRow>> { return options_where(db, {}); });
}

Result<std::optional<OptionRow>> find_option(Session& db, std::string_view name) {
  return guarded(db, "find_option", [&]() -> Result<std::optional<OptionRow>> {
    auto rows = options_where(db, Conditions().add("name = :name", "name", std::string(name)));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<void> set_option(Session& db, const OptionRow& row) {
  return guarded(db, "set_option", [&]() -> Result<void> {
    Query q(db,
            upsert_sql(db, "options", "name", "name, value, sealed, updated_at", ":name, :value, :sealed, :updated_at",
                       "value = :value, sealed = :sealed, updated_at = :updated_at"));
    q.use("name", row.name).use("value", row.value).use("sealed", row.sealed).use("updated_at", row.updated_at);
    q.execute();
    return {};
  });
}

Result<void> set_options(Session& db, const std::vector<OptionRow>& rows) {
  return transaction(db, "set_options", [&]() -> Result<void> {
    for (const OptionRow& row : rows) {
      if (auto done = set_option(db, row); !done) return done;
    }
    return {};
  });
}

Result<bool> delete_option(Session& db, std::string_view name) {
  return guarded(db, "delete_option", [&]() -> Result<bool> {
    Query q(db, "DELETE FROM options WHERE name = :name");
    return q.use("name", name).execute() > 0;
  });
}

Result<std::string> meta_value(Session& db, std::string_view name) {
  return guarded(db, "meta_value", [&]() -> Result<std::string> { return read_meta(db, name); });
}

Result<void> set_meta_value(Session& db, std::string_view name, std::string_view value) {
  return guarded(db, "set_meta_value", [&]() -> Result<void> {
    Query q(db, upsert_sql(db, "meta", "name", "name, value", ":name, :value", "value = :value"));
    q.use("name", name).use("value", value).execute();
    return {};
  });
}

Result<std::string> claim_meta_value(Session& db, std::string_view name, std::string_view value) {
  return guarded(db, "claim_meta_value", [&]() -> Result<std::string> {
    Query q(db, db.engine() == Engine::mysql
                    ? "INSERT IGNORE INTO meta (name, value) VALUES (:name, :value)"
                    : "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING");
    q.use("name", name).use("value", value).execute();
    return read_meta(db, name);
  });
}

}  // namespace tollgate::store
