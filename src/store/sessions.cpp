#include "store/sessions.h"

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto everything = [](auto& row, auto&& column) {
  column("id_hash", row.id_hash);
  column("user_id", row.user);
  column("created_at", row.created_at);
  column("expires_at", row.expires_at);
  column("seen_at", row.seen_at);
  column("ip", row.ip);
  column("user_agent", row.user_agent);
  column("data", row.data);
};

std::vector<SignInRow> rows_where(Session& db, const Conditions& where) {
  static const std::string select = fmt::format("SELECT {} FROM sign_ins", column_list<SignInRow>(everything));
  std::vector<SignInRow> out;
  SignInRow row;
  Query q(db, fmt::format("{}{} ORDER BY created_at DESC", select, where.sql()));
  where.bind(q);
  everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

}  // namespace

Result<void> create_sign_in(Session& db, const SignInRow& row) {
  return guarded(db, "create_sign_in", [&]() -> Result<void> {
    static const std::string sql = insert_sql<SignInRow>("sign_ins", everything);
    Query q(db, sql);
    everything(row, Binder{q});
    q.execute();
    return {};
  });
}

Result<std::optional<SignInRow>> find_sign_in(Session& db, std::string_view id_hash, std::int64_t now) {
  return guarded(db, "find_sign_in", [&]() -> Result<std::optional<SignInRow>> {
    auto rows = rows_where(
        db, Conditions().add("id_hash = :id", "id", std::string(id_hash)).add("expires_at > :now", "now", now));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<void> touch_sign_in(Session& db, std::string_view id_hash, std::int64_t seen_at, std::int64_t expires_at) {
  return guarded(db, "touch_sign_in", [&]() -> Result<void> {
    Query q(db, "UPDATE sign_ins SET seen_at = :seen_at, expires_at = :expires_at WHERE id_hash = :id");
    q.use("seen_at", seen_at).use("expires_at", expires_at).use("id", id_hash);
    return expect_found(q.execute(), "session");
  });
}

Result<void> set_sign_in_data(Session& db, std::string_view id_hash, std::string_view data) {
  return guarded(db, "set_sign_in_data", [&]() -> Result<void> {
    Query q(db, "UPDATE sign_ins SET data = :data WHERE id_hash = :id");
    return expect_found(q.use("data", data).use("id", id_hash).execute(), "session");
  });
}

Result<bool> delete_sign_in(Session& db, std::string_view id_hash) {
  return guarded(db, "delete_sign_in", [&]() -> Result<bool> {
    Query q(db, "DELETE FROM sign_ins WHERE id_hash = :id");
    return q.use("id", id_hash).execute() > 0;
  });
}

Result<std::int64_t> delete_sign_ins(Session& db, UserId user, std::string_view except) {
  return guarded(db, "delete_sign_ins", [&]() -> Result<std::int64_t> {
    Query q(db, "DELETE FROM sign_ins WHERE user_id = :user AND id_hash <> :except");
    return q.use("user", user).use("except", except).execute();
  });
}

Result<std::vector<SignInRow>> list_sign_ins(Session& db, UserId user, std::int64_t now) {
  return guarded(db, "list_sign_ins", [&]() -> Result<std::vector<SignInRow>> {
    return rows_where(db, Conditions().add("user_id = :user", "user", user).add("expires_at > :now", "now", now));
  });
}

Result<std::int64_t> delete_expired_sign_ins(Session& db, std::int64_t now, std::int64_t slice) {
  return transaction(db, "delete_expired_sign_ins", [&]() -> Result<std::int64_t> {
    std::vector<std::string> ids;
    std::string id;
    Query find(db, "SELECT id_hash FROM sign_ins WHERE expires_at <= :now ORDER BY expires_at LIMIT :slice");
    find.use("now", now).use("slice", slice).into(id);
    while (find.next()) ids.push_back(id);
    for (const std::string& hash : ids) {
      Query q(db, "DELETE FROM sign_ins WHERE id_hash = :id");
      q.use("id", hash).execute();
    }
    return static_cast<std::int64_t>(ids.size());
  });
}

}  // namespace tollgate::store
