#include "store/models.h"

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto info_editable = [](auto& row, auto&& column) {
  column("model", row.model);
  column("name", row.name);
  column("description", row.description);
  column("context_length", row.context_length);
  column("max_tokens", row.max_tokens);
  column("input_modalities", row.input_modalities);
  column("output_modalities", row.output_modalities);
  column("tags", row.tags);
  column("support_url", row.support_url);
  column("updated_at", row.updated_at);
};

constexpr auto info_inserted = [](auto& row, auto&& column) {
  info_editable(row, column);
  column("created_at", row.created_at);
};

constexpr auto info_everything = [](auto& row, auto&& column) {
  column("id", row.id);
  info_inserted(row, column);
};

std::vector<ModelInfoRow> infos_where(Session& db, const Conditions& where) {
  static const std::string select =
      fmt::format("SELECT {} FROM model_infos", column_list<ModelInfoRow>(info_everything));
  std::vector<ModelInfoRow> out;
  ModelInfoRow row;
  Query q(db, fmt::format("{}{} ORDER BY model", select, where.sql()));
  where.bind(q);
  info_everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

std::vector<ModelOwnerRow> owners_where(Session& db, const Conditions& where) {
  std::vector<ModelOwnerRow> out;
  ModelOwnerRow row;
  Query q(db, fmt::format("SELECT id, name, icon FROM model_owners{} ORDER BY id", where.sql()));
  where.bind(q);
  q.into(row.id, row.name, row.icon);
  while (q.next()) out.push_back(row);
  return out;
}

}  // namespace

Result<std::vector<ModelOwnerRow>> load_model_owners(Session& db) {
  return guarded(db, "load_model_owners", [&]() -> Result<std::vector<ModelOwnerRow>> { return owners_where(db, {}); });
}

Result<std::optional<ModelOwnerRow>> find_model_owner(Session& db, std::int64_t id) {
  return guarded(db, "find_model_owner", [&]() -> Result<std::optional<ModelOwnerRow>> {
    auto rows = owners_where(db, Conditions().add("id = :id", "id", id));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<void> create_model_owner(Session& db, const ModelOwnerRow& row) {
  return guarded(db, "create_model_owner", [&]() -> Result<void> {
    Query q(db, "INSERT INTO model_owners (id, name, icon) VALUES (:id, :name, :icon)");
    q.use("id", row.id).use("name", row.name).use("icon", row.icon).execute();
    return {};
  });
}

Result<void> update_model_owner(Session& db, const ModelOwnerRow& row) {
  return guarded(db, "update_model_owner", [&]() -> Result<void> {
    Query q(db, "UPDATE model_owners SET name = :name, icon = :icon WHERE id = :id");
    return expect_found(q.use("id", row.id).use("name", row.name).use("icon", row.icon).execute(), "model owner");
  });
}

Result<void> delete_model_owner(Session& db, std::int64_t id) {
  return guarded(db, "delete_model_owner", [&]() -> Result<void> {
    Query q(db, "DELETE FROM model_owners WHERE id = :id");
    return expect_found(q.use("id", id).execute(), "model owner");
  });
}

Result<std::vector<ModelInfoRow>> load_model_infos(Session& db) {
  return guarded(db, "load_model_infos", [&]() -> Result<std::vector<ModelInfoRow>> { return infos_where(db, {}); });
}

Result<std::optional<ModelInfoRow>> find_model_info(Session& db, std::int64_t id) {
  return guarded(db, "find_model_info", [&]() -> Result<std::optional<ModelInfoRow>> {
    auto rows = infos_where(db, Conditions().add("id = :id", "id", id));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<std::int64_t> create_model_info(Session& db, const ModelInfoRow& row) {
  return guarded(db, "create_model_info", [&]() -> Result<std::int64_t> {
    static const std::string sql = insert_sql<ModelInfoRow>("model_infos", info_inserted);
    Query q(db, sql);
    info_inserted(row, Binder{q});
    return q.insert();
  });
}

Result<void> update_model_info(Session& db, const ModelInfoRow& row) {
  return guarded(db, "update_model_info", [&]() -> Result<void> {
    static const std::string sql =
        fmt::format("UPDATE model_infos SET {} WHERE id = :id", assignments<ModelInfoRow>(info_editable));
    Query q(db, sql);
    info_editable(row, Binder{q});
    return expect_found(q.use("id", row.id).execute(), "model info");
  });
}

Result<void> delete_model_info(Session& db, std::int64_t id) {
  return guarded(db, "delete_model_info", [&]() -> Result<void> {
    Query q(db, "DELETE FROM model_infos WHERE id = :id");
    return expect_found(q.use("id", id).execute(), "model info");
  });
}

}  // namespace tollgate::store
