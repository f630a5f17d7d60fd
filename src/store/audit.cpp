#include "store/audit.h"

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto columns = [](auto& row, auto&& column) {
  column("created_at", row.created_at);
  column("actor_id", row.actor);
  column("action", row.action);
  column("target", row.target);
  column("target_id", row.target_id);
  column("summary", row.summary);
  column("ip", row.ip);
  column("request_id", row.request_id);
};

}  // namespace

Result<std::int64_t> add_audit(Session& db, const AuditRow& row) {
  return guarded(db, "add_audit", [&]() -> Result<std::int64_t> {
    static const std::string sql = insert_sql<AuditRow>("audit", columns);
    Query q(db, sql);
    columns(row, Binder{q});
    return q.insert();
  });
}

Result<Page<AuditRow>> list_audit(Session& db, const AuditFilter& filter, const PageRequest& page) {
  return guarded(db, "list_audit", [&]() -> Result<Page<AuditRow>> {
    Conditions where;
    if (filter.actor) where.add("actor_id = :actor", "actor", filter.actor);
    if (!filter.action.empty()) where.add("action = :action", "action", filter.action);
    if (!filter.target.empty()) where.add("target = :target", "target", filter.target);
    if (filter.target_id != 0) where.add("target_id = :target_id", "target_id", filter.target_id);
    if (filter.from != 0) where.add("created_at >= :from", "from", filter.from);
    if (filter.to != 0) where.add("created_at <= :to", "to", filter.to);
    Page<AuditRow> out;
    out.total = count_rows(db, "audit", where);
    AuditRow row;
    Query q(db, fmt::format("SELECT id, {} FROM audit{} ORDER BY id DESC LIMIT :limit OFFSET :offset",
                            column_list<AuditRow>(columns), where.sql()));
    where.bind(q);
    q.use("limit", page.limit).use("offset", page.offset).into(row.id);
    columns(row, Receiver{q});
    while (q.next()) out.rows.push_back(row);
    return out;
  });
}

}  // namespace tollgate::store
