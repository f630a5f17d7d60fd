#include "store/names.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

std::int64_t id_of(Session& db, NameKind kind, std::string_view text) {
  std::int64_t id = 0;
  Query q(db, "SELECT id FROM names WHERE kind = :kind AND text = :text");
  q.use("kind", kind).use("text", text).into(id).next();
  return id;
}

std::vector<NameRow> names_where(Session& db, std::string_view condition) {
  std::vector<NameRow> out;
  NameRow row;
  Query q(db, fmt::format("SELECT id, kind, text FROM names WHERE {} ORDER BY id", condition));
  q.into(row.id, row.kind, row.text);
  while (q.next()) out.push_back(row);
  return out;
}

}  // namespace

Result<std::vector<std::int64_t>> intern_names(Session& db, NameKind kind, const std::vector<std::string>& texts) {
  return guarded(db, "intern_names", [&]() -> Result<std::vector<std::int64_t>> {
    const bool mysql = db.engine() == Engine::mysql;
    std::vector<std::int64_t> out;
    out.reserve(texts.size());
    for (const std::string& whole : texts) {
      const std::string_view text = clip_utf8(whole, kMaxNameBytes);
      std::int64_t id = text.empty() ? 0 : id_of(db, kind, text);
      if (!text.empty() && id == 0) {
        // Another process may be adding it too: whoever comes second finds it afterwards.
        Query q(db, mysql ? "INSERT IGNORE INTO names (kind, text) VALUES (:kind, :text)"
                          : "INSERT INTO names (kind, text) VALUES (:kind, :text) ON CONFLICT (kind, text) DO NOTHING");
        q.use("kind", kind).use("text", text).execute();
        id = id_of(db, kind, text);
      }
      out.push_back(id);
    }
    return out;
  });
}

Result<std::int64_t> find_name(Session& db, NameKind kind, std::string_view text) {
  return guarded(db, "find_name",
                 [&]() -> Result<std::int64_t> { return id_of(db, kind, clip_utf8(text, kMaxNameBytes)); });
}

Result<std::vector<NameRow>> find_names(Session& db, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return std::vector<NameRow>{};
  return guarded(db, "find_names", [&]() -> Result<std::vector<NameRow>> {
    return names_where(db, fmt::format("id IN ({})", id_list(ids)));
  });
}

Result<std::vector<NameRow>> load_names(Session& db, NameKind kind) {
  return guarded(db, "load_names", [&]() -> Result<std::vector<NameRow>> {
    return names_where(db, fmt::format("kind = {}", static_cast<int>(kind)));
  });
}

}  // namespace tollgate::store
