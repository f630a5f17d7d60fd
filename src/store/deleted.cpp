#include "store/deleted.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

struct Emptying {
  std::string_view table;
  std::vector<std::string_view> texts;  ///< become empty
  std::string_view also_set, also_full;
};

const Emptying& emptying_of(Deletable what) {
  static const Emptying kUsers{.table = "users",
                               .texts = {"password_hash", "email", "avatar_url", "last_login_ip", "settings"},
                               .also_set = {},
                               .also_full = {}};
  // Hashes of keys are unique, so that an emptied token has one by its id, which no key has.
  static const Emptying kTokens{
      .table = "tokens",
      .texts = {"key_sealed", "key_hint", "models", "ips", "settings"},
      .also_set = ", key_hash = REPLACE('emptied #', '#', CAST(id AS CHAR(20)))",
      .also_full = " OR key_hash NOT LIKE 'emptied %'",
  };
  static const Emptying kChannels{
      .table = "channels",
      .texts = {"key_hash", "keys_sealed", "headers_sealed", "proxy_sealed", "disabled_reason", "base_url", "other",
                "models", "model_mapping", "parameters", "status_mapping", "system_prompt", "disabled_stream", "plugin",
                "options"},
      .also_set = {},
      .also_full = {}};
  switch (what) {
    case Deletable::user:
      return kUsers;
    case Deletable::token:
      return kTokens;
    case Deletable::channel:
      break;
  }
  return kChannels;
}

}  // namespace

Result<std::int64_t> empty_deleted(Session& db, Deletable what, std::int64_t before, std::int64_t limit) {
  return transaction(db, "empty_deleted", [&]() -> Result<std::int64_t> {
    const Emptying& how = emptying_of(what);
    std::vector<std::int64_t> ids;
    std::int64_t id = 0;
    Query find(db, fmt::format("SELECT id FROM {} WHERE deleted_at <> 0 AND deleted_at < :before AND ({} <> ''{}) "
                               "ORDER BY id LIMIT :limit",
                               how.table, fmt::join(how.texts, " <> '' OR "), how.also_full));
    find.use("before", before).use("limit", limit).into(id);
    while (find.next()) ids.push_back(id);
    if (ids.empty()) return 0;
    return execute(db, fmt::format("UPDATE {} SET {} = ''{} WHERE id IN ({})", how.table,
                                   fmt::join(how.texts, " = '', "), how.also_set, id_list(ids)));
  });
}

}  // namespace tollgate::store
