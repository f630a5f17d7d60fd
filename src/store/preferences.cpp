#include "store/preferences.h"

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {

Result<std::string> find_preferences(Session& db, UserId user) {
  return guarded(db, "find_preferences", [&]() -> Result<std::string> {
    std::string value;
    Query q(db, "SELECT value FROM preferences WHERE user_id = :user");
    q.use("user", user).into(value).next();
    return value;
  });
}

Result<void> set_preferences(Session& db, UserId user, std::string_view value, std::int64_t now) {
  return guarded(db, "set_preferences", [&]() -> Result<void> {
    Query q(db, upsert_sql(db, "preferences", "user_id", "user_id, value, updated_at", ":user, :value, :now",
                           "value = :value, updated_at = :now"));
    q.use("user", user).use("value", value).use("now", now).execute();
    return {};
  });
}

}  // namespace tollgate::store
