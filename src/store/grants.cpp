#include "store/grants.h"

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto columns = [](auto& row, auto&& column) {
  column("account_kind", row.kind);
  column("account_id", row.account);
  column("amount", row.amount);
  column("reason", row.reason);
  column("remark", row.remark);
  column("actor_id", row.actor);
  column("reference", row.reference);
  column("created_at", row.created_at);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  columns(row, column);
};

std::string_view table_of(AccountKind kind) { return kind == AccountKind::user ? "users" : "tokens"; }

std::vector<GrantRow> grants_where(Session& db, const Conditions& where, std::string_view tail) {
  static const std::string select = fmt::format("SELECT {} FROM grants", column_list<GrantRow>(everything));
  std::vector<GrantRow> out;
  GrantRow row;
  Query q(db, fmt::format("{}{}{}", select, where.sql(), tail));
  where.bind(q);
  everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

std::optional<GrantRow> by_reference(Session& db, std::string_view reference) {
  auto rows = grants_where(db, Conditions().add("reference = :reference", "reference", std::string(reference)), "");
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

/// The totals of an account that lives; false if there is none.
bool read_totals(Session& db, const GrantRow& change, GrantOutcome& out) {
  Query q(db, fmt::format("SELECT granted, used FROM {} WHERE id = :id AND deleted_at = 0", table_of(change.kind)));
  return q.use("id", change.account).into(out.granted, out.used).next();
}

Result<GrantOutcome> seen_before(Session& db, const GrantRow& there, const GrantRow& change) {
  if (there.kind != change.kind || there.account != change.account || there.amount != change.amount)
    return fail(ErrorCode::conflict, "the reference was used for another change already");
  GrantOutcome out{.applied = false, .grant = there.id};
  if (!read_totals(db, change, out)) return fail(ErrorCode::not_found, "no such account");
  return out;
}

Result<GrantOutcome> apply(Session& db, const GrantRow& change) {
  return transaction(db, "change_grant", [&]() -> Result<GrantOutcome> {
    // The account's row first: it is the lock that two changes of one account queue at.
    Query update(db, fmt::format("UPDATE {} SET granted = granted + :amount WHERE id = :id AND deleted_at = 0 "
                                 "AND granted + :amount BETWEEN {} AND {}",
                                 table_of(change.kind), -kQuotaLimit, kQuotaLimit));
    const std::int64_t changed = update.use("amount", change.amount).use("id", change.account).execute();
    GrantOutcome out;
    if (!read_totals(db, change, out)) return fail(ErrorCode::not_found, "no such account");
    if (changed == 0)
      return fail(Error(ErrorCode::invalid_request, "the account's total would become too large").param("quota"));
    // What was changed is undone with the transaction if the reference is there already.
    if (const auto there = by_reference(db, change.reference)) return fail(ErrorCode::conflict, "reference");
    static const std::string sql = insert_sql<GrantRow>("grants", columns);
    Query insert(db, sql);
    columns(change, Binder{insert});
    out.grant = insert.insert();
    return out;
  });
}

}  // namespace

Result<GrantOutcome> change_grant(Session& db, const GrantRow& change) {
  if (change.amount == 0)
    return fail(Error(ErrorCode::invalid_request, "an amount of 0 changes nothing").param("quota"));
  if (change.amount < -2 * kQuotaLimit || change.amount > 2 * kQuotaLimit)
    return fail(Error(ErrorCode::invalid_request, "the amount is too large").param("quota"));
  if (change.reference.empty())
    return fail(Error(ErrorCode::invalid_request, "a change of a balance needs a reference").param("reference"));

  return guarded(db, "change_grant", [&]() -> Result<GrantOutcome> {
    if (const auto there = by_reference(db, change.reference)) return seen_before(db, *there, change);
    auto done = apply(db, change);
    if (done || done.error().code() != ErrorCode::conflict || db.in_transaction()) return done;
    // Another process was faster with the same reference.
    const auto there = by_reference(db, change.reference);
    return there ? seen_before(db, *there, change) : done;
  });
}

Result<std::optional<GrantRow>> find_grant(Session& db, std::string_view reference) {
  return guarded(db, "find_grant", [&]() -> Result<std::optional<GrantRow>> { return by_reference(db, reference); });
}

Result<Page<GrantRow>> list_grants(Session& db, AccountKind kind, std::int64_t account, const PageRequest& page) {
  return guarded(db, "list_grants", [&]() -> Result<Page<GrantRow>> {
    Conditions where;
    where.add("account_kind = :kind", "kind", kind).add("account_id = :account", "account", account);
    Page<GrantRow> out;
    out.total = count_rows(db, "grants", where);
    out.rows = grants_where(db, where, fmt::format(" ORDER BY id DESC LIMIT {} OFFSET {}", page.limit, page.offset));
    return out;
  });
}

Result<Quota> sum_grants(Session& db, AccountKind kind, std::int64_t account) {
  return guarded(db, "sum_grants", [&]() -> Result<Quota> {
    Quota sum = 0;
    Query q(db, "SELECT SUM(amount) FROM grants WHERE account_kind = :kind AND account_id = :account");
    q.use("kind", kind).use("account", account).into(sum).next();
    return sum;
  });
}

}  // namespace tollgate::store
