#include "store/ledger_nodes.h"

#include <fmt/format.h>

#include "store/query.h"
#include "store/session.h"

namespace tollgate::store {

namespace {

constexpr std::string_view kColumns = "id, name, epoch, live, host, started_at";

std::vector<NodeRow> select(Session& db, std::string_view rest) {
  std::vector<NodeRow> rows;
  NodeRow row;
  Query query(db, fmt::format("SELECT {} FROM nodes {}", kColumns, rest));
  query.into(row.id, row.name, row.epoch, row.live, row.host, row.started_at);
  while (query.next()) rows.push_back(row);
  return rows;
}

/// Reading the rows of other nodes and writing our own must be one step: whoever comes second waits here.
void lock_nodes(Session& db) {
  if (db.engine() == Engine::postgresql) execute(db, "LOCK TABLE nodes IN SHARE ROW EXCLUSIVE MODE");
}

std::string_view locked(Session& db) { return db.engine() == Engine::mysql ? "ORDER BY id FOR UPDATE" : "ORDER BY id"; }

}  // namespace

Result<NodeRow> claim_node(Session& db, std::string_view name, std::string_view host, std::int64_t now) {
  return transaction(db, "claim_node", [&]() -> Result<NodeRow> {
    lock_nodes(db);
    NodeRow mine;
    for (const NodeRow& row : select(db, locked(db))) {
      if (row.name == name) {
        mine = row;
      } else if (row.live) {
        return fail(ErrorCode::conflict,
                    fmt::format("another node is live on this database: node {} on host {}, start {}. Several nodes on "
                                "one database are not supported yet: stop it first. If it is gone for good together "
                                "with its data directory, retire it (its charges that did not reach the database are "
                                "lost then)",
                                row.name, row.host, row.epoch));
      }
    }
    mine.name = name;
    mine.host = host;
    mine.live = true;
    mine.started_at = now;
    ++mine.epoch;
    if (mine.id == 0) {
      Query insert(db,
                   "INSERT INTO nodes (name, epoch, live, host, started_at, seen_at) "
                   "VALUES (:name, :epoch, 1, :host, :now, :seen)");
      insert.use("name", name).use("epoch", mine.epoch).use("host", host).use("now", now).use("seen", now);
      mine.id = insert.insert();
    } else {
      Query(db,
            "UPDATE nodes SET epoch = :epoch, live = 1, host = :host, started_at = :now, seen_at = :seen "
            "WHERE id = :id")
          .use("epoch", mine.epoch)
          .use("host", host)
          .use("now", now)
          .use("seen", now)
          .use("id", mine.id)
          .execute();
    }
    return mine;
  });
}

Result<void> leave_node(Session& db, std::string_view name, std::int64_t epoch) {
  return guarded(db, "leave_node", [&]() -> Result<void> {
    Query(db, "UPDATE nodes SET live = 0 WHERE name = :name AND epoch = :epoch")
        .use("name", name)
        .use("epoch", epoch)
        .execute();
    return {};
  });
}

Result<void> retire_node(Session& db, std::string_view name) {
  return transaction(db, "retire_node", [&]() -> Result<void> {
    lock_nodes(db);
    std::int64_t id = 0;
    for (const NodeRow& row : select(db, locked(db))) {
      if (row.name == name) id = row.id;
    }
    if (id == 0) return fail(ErrorCode::not_found, fmt::format("there is no node '{}' to retire", name));
    // The next epoch is nobody's: a process of the retired one that still runs can claim nothing under it.
    Query(db, "UPDATE nodes SET live = 0, epoch = epoch + 1 WHERE id = :id").use("id", id).execute();
    Query(db, "UPDATE journals SET live = 0 WHERE node_id = :id AND live = 1").use("id", id).execute();
    return {};
  });
}

Result<std::vector<NodeRow>> list_nodes(Session& db) {
  return guarded(db, "list_nodes", [&]() -> Result<std::vector<NodeRow>> { return select(db, "ORDER BY id"); });
}

}  // namespace tollgate::store
