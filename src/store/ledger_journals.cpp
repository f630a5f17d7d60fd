#include "store/ledger_journals.h"

#include <fmt/format.h>

#include "store/query.h"
#include "store/session.h"

namespace tollgate::store {

namespace {

std::vector<JournalRow> select(Query& query, JournalRow& row) {
  query.into(row.id, row.node_id, row.epoch, row.worker, row.position, row.live, row.created_at, row.closed_at);
  std::vector<JournalRow> rows;
  while (query.next()) rows.push_back(row);
  return rows;
}

constexpr std::string_view kColumns = "id, node_id, epoch, worker, position, live, created_at, closed_at";

}  // namespace

Result<void> create_journals(Session& db, std::span<const JournalRow> rows) {
  return transaction(db, "create_journals", [&]() -> Result<void> {
    for (const JournalRow& row : rows) {
      Query(db,
            fmt::format(
                "INSERT INTO journals ({}) VALUES (:id, :node, :epoch, :worker, :position, :live, :created, :closed)",
                kColumns))
          .use("id", row.id)
          .use("node", row.node_id)
          .use("epoch", row.epoch)
          .use("worker", row.worker)
          .use("position", row.position)
          .use("live", row.live)
          .use("created", row.created_at)
          .use("closed", row.closed_at)
          .execute();
    }
    return {};
  });
}

Result<std::optional<JournalRow>> find_journal(Session& db, std::string_view id) {
  return guarded(db, "find_journal", [&]() -> Result<std::optional<JournalRow>> {
    JournalRow row;
    Query query(db, fmt::format("SELECT {} FROM journals WHERE id = :id", kColumns));
    query.use("id", id);
    const auto rows = select(query, row);
    if (rows.empty()) return std::nullopt;
    return rows.front();
  });
}

Result<std::vector<JournalRow>> find_live_journals(Session& db, std::int64_t node_id) {
  return guarded(db, "find_live_journals", [&]() -> Result<std::vector<JournalRow>> {
    JournalRow row;
    Query query(
        db, fmt::format("SELECT {} FROM journals WHERE node_id = :node AND live = 1 ORDER BY epoch, worker", kColumns));
    query.use("node", node_id);
    return select(query, row);
  });
}

Result<bool> advance_journal(Session& db, std::string_view id, std::int64_t from, std::int64_t to) {
  return guarded(db, "advance_journal", [&]() -> Result<bool> {
    Query update(db, "UPDATE journals SET position = :to WHERE id = :id AND position = :from AND live = 1");
    return update.use("to", to).use("id", id).use("from", from).execute() == 1;
  });
}

Result<bool> close_journal(Session& db, std::string_view id, std::int64_t from, std::int64_t to, std::int64_t now) {
  return guarded(db, "close_journal", [&]() -> Result<bool> {
    Query update(db,
                 "UPDATE journals SET position = :to, live = 0, closed_at = :now "
                 "WHERE id = :id AND position = :from AND live = 1");
    return update.use("to", to).use("now", now).use("id", id).use("from", from).execute() == 1;
  });
}

Result<void> reopen_journal(Session& db, std::string_view id, std::int64_t position) {
  return guarded(db, "reopen_journal", [&]() -> Result<void> {
    Query(db, "UPDATE journals SET position = :position, live = 1, closed_at = 0 WHERE id = :id")
        .use("position", position)
        .use("id", id)
        .execute();
    return {};
  });
}

Result<void> insert_quarantine(Session& db, const QuarantineRow& row) {
  return guarded(db, "insert_quarantine", [&]() -> Result<void> {
    Query(db,
          "INSERT INTO quarantine (journal_id, slot, record, reason, created_at) "
          "VALUES (:journal, :slot, :record, :reason, :created)")
        .use("journal", row.journal_id)
        .use("slot", row.slot)
        .use("record", row.record)
        .use("reason", row.reason)
        .use("created", row.created_at)
        .execute();
    return {};
  });
}

Result<std::vector<QuarantineRow>> list_quarantine(Session& db, std::int64_t limit) {
  return guarded(db, "list_quarantine", [&]() -> Result<std::vector<QuarantineRow>> {
    std::vector<QuarantineRow> rows;
    QuarantineRow row;
    Query query(db, "SELECT id, journal_id, slot, record, reason, created_at FROM quarantine ORDER BY id LIMIT :limit");
    query.use("limit", limit).into(row.id, row.journal_id, row.slot, row.record, row.reason, row.created_at);
    while (query.next()) rows.push_back(row);
    return rows;
  });
}

}  // namespace tollgate::store
