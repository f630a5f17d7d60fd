#include "store/channels.h"

#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto editable = [](auto& row, auto&& column) {
  column("type", row.type);
  column("name", row.name);
  column("key_hash", row.key_hash);
  column("keys_sealed", row.keys_sealed);
  column("status", row.status);
  column("disabled_reason", row.disabled_reason);
  column("disabled_at", row.disabled_at);
  column("weight", row.weight);
  column("priority", row.priority);
  column("base_url", row.base_url);
  column("other", row.other);
  column("models", row.models);
  column("group_symbols", row.groups);
  column("tag", row.tag);
  column("model_mapping", row.model_mapping);
  column("headers_sealed", row.headers_sealed);
  column("parameters", row.parameters);
  column("status_mapping", row.status_mapping);
  column("system_prompt", row.system_prompt);
  column("proxy_sealed", row.proxy_sealed);
  column("test_model", row.test_model);
  column("tested_at", row.tested_at);
  column("response_ms", row.response_ms);
  column("balance_micros", row.balance_micros);
  column("balance_updated_at", row.balance_updated_at);
  column("only_chat", row.only_chat);
  column("prompt_counting", row.prompt_counting);
  column("compatible_response", row.compatible_response);
  column("allow_extra_body", row.allow_extra_body);
  column("auto_disable", row.auto_disable);
  column("disabled_stream", row.disabled_stream);
  column("plugin", row.plugin);
  column("options", row.options);
  column("updated_at", row.updated_at);
};

constexpr auto inserted = [](auto& row, auto&& column) {
  editable(row, column);
  column("created_at", row.created_at);
  column("deleted_at", row.deleted_at);
  column("version", row.version);
  column("used", row.used);
  column("request_count", row.request_count);
};

constexpr auto everything = [](auto& row, auto&& column) {
  column("id", row.id);
  inserted(row, column);
};

constexpr std::array kOrders{
    OrderField{"id", "id"},
    OrderField{"name", "name"},
    OrderField{"group", "group_symbols"},
    OrderField{"type", "type"},
    OrderField{"status", "status"},
    OrderField{"response_time", "response_ms"},
    OrderField{"test_time", "tested_at"},
    OrderField{"balance", "balance_micros"},
    OrderField{"priority", "priority"},
    OrderField{"weight", "weight"},
    OrderField{"used_quota", "used"},
    OrderField{"created_time", "created_at"},
};

const std::string& select_channels() {
  static const std::string sql = fmt::format("SELECT {} FROM channels", column_list<ChannelRow>(everything));
  return sql;
}

std::vector<ChannelRow> rows_where(Session& db, const Conditions& where, std::string_view tail = " ORDER BY id") {
  std::vector<ChannelRow> out;
  ChannelRow row;
  Query q(db, fmt::format("{}{}{}", select_channels(), where.sql(), tail));
  where.bind(q);
  everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

Conditions conditions_of(Session& db, const ChannelFilter& filter) {
  Conditions where;
  where.add("deleted_at = 0");
  if (filter.type) where.add("type = :type", "type", *filter.type);
  if (filter.status) where.add("status = :status", "status", *filter.status);
  if (!filter.name.empty()) where.add(like_condition("name", "name"), "name", like_pattern(filter.name, true));
  if (!filter.group.empty()) {
    // ',' + list + ',' contains ',symbol,'
    const bool mysql = db.engine() == Engine::mysql;
    where.add(fmt::format("REPLACE({}, ' ', '') LIKE :group ESCAPE '!'",
                          mysql ? "CONCAT(',', group_symbols, ',')" : "(',' || group_symbols || ',')"),
              "group", like_pattern("," + filter.group + ",", true));
  }
  if (!filter.models.empty())
    where.add(like_condition("models", "models"), "models", like_pattern(filter.models, true));
  if (!filter.other.empty()) where.add(like_condition("other", "other"), "other", like_pattern(filter.other, false));
  if (!filter.test_model.empty())
    where.add(like_condition("test_model", "test_model"), "test_model", like_pattern(filter.test_model, false));
  if (!filter.key_hash.empty()) where.add("key_hash = :key_hash", "key_hash", filter.key_hash);
  if (!filter.tag.empty()) where.add("tag = :tag", "tag", filter.tag);
  if (!filter.keyword.empty()) {
    const auto id = parse_int(filter.keyword);
    where.add(fmt::format("({}{})", id ? fmt::format("id = {} OR ", *id) : "", like_condition("name", "keyword")),
              "keyword", like_pattern(filter.keyword, true));
  }
  constexpr std::string_view kNewestOfTag =
      "id IN (SELECT MAX(id) FROM channels WHERE tag <> '' AND deleted_at = 0 GROUP BY tag)";
  if (filter.filter_tag == 0) where.add(fmt::format("(tag = '' OR {})", kNewestOfTag));
  if (filter.filter_tag == 1) where.add("tag = ''");
  if (filter.filter_tag == 2) where.add(kNewestOfTag);
  return where;
}

ChannelId insert_channel(Session& db, const ChannelRow& row) {
  ChannelRow fresh = row;
  fresh.used = fresh.request_count = 0;
  fresh.version = 1;
  if (!row.id) {
    static const std::string sql = insert_sql<ChannelRow>("channels", inserted);
    Query q(db, sql);
    inserted(fresh, Binder{q});
    return ChannelId{q.insert()};
  }
  static const std::string sql = insert_sql<ChannelRow>("channels", everything);
  Query q(db, sql);
  everything(fresh, Binder{q});
  q.execute();
  advance_ids(db, "channels");
  return row.id;
}

/// Changes all channels for which `where` holds. `now` and what else the two name is to be bound.
Query change_where(Session& db, std::string_view set, std::string_view where) {
  return {db, fmt::format("UPDATE channels SET {}, updated_at = :now, version = version + 1 WHERE {}", set, where)};
}

std::string living(const std::vector<ChannelId>& ids) {
  return fmt::format("deleted_at = 0 AND id IN ({})", id_list(ids));
}

}  // namespace

Result<std::optional<ChannelRow>> find_channel(Session& db, ChannelId id) {
  return guarded(db, "find_channel", [&]() -> Result<std::optional<ChannelRow>> {
    auto rows = rows_where(db, Conditions().add("deleted_at = 0").add("id = :id", "id", id));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<Page<ChannelRow>> list_channels(Session& db, const ChannelFilter& filter, const PageRequest& page) {
  return guarded(db, "list_channels", [&]() -> Result<Page<ChannelRow>> {
    const auto order = order_clause(page.order, kOrders);
    if (!order) return std::unexpected(order.error());
    const Conditions where = conditions_of(db, filter);
    Page<ChannelRow> out;
    out.total = count_rows(db, "channels", where);
    out.rows = rows_where(db, where, fmt::format("{} LIMIT {} OFFSET {}", *order, page.limit, page.offset));
    return out;
  });
}

Result<std::vector<ChannelRow>> load_channels(Session& db) {
  return guarded(db, "load_channels", [&]() -> Result<std::vector<ChannelRow>> {
    return rows_where(db, Conditions().add("deleted_at = 0"));
  });
}

Result<std::vector<ChannelRow>> load_channels(Session& db, const std::vector<ChannelId>& ids) {
  return guarded(db, "load_channels", [&]() -> Result<std::vector<ChannelRow>> {
    return rows_where(db, Conditions().add("deleted_at = 0").add(fmt::format("id IN ({})", id_list(ids))));
  });
}

Result<std::vector<ChannelName>> find_channel_names(Session& db, const std::vector<ChannelId>& ids) {
  if (ids.empty()) return std::vector<ChannelName>{};
  return guarded(db, "find_channel_names", [&]() -> Result<std::vector<ChannelName>> {
    std::vector<ChannelName> out;
    ChannelName row;
    Query q(db, fmt::format("SELECT id, name, type FROM channels WHERE id IN ({})", id_list(ids)));
    q.into(row.id, row.name, row.type);
    while (q.next()) out.push_back(row);
    return out;
  });
}

Result<ChannelId> create_channel(Session& db, const ChannelRow& row) {
  return transaction(db, "create_channel", [&]() -> Result<ChannelId> { return insert_channel(db, row); });
}

Result<std::vector<ChannelId>> create_channels(Session& db, const std::vector<ChannelRow>& rows) {
  return transaction(db, "create_channels", [&]() -> Result<std::vector<ChannelId>> {
    std::vector<ChannelId> ids;
    for (const ChannelRow& row : rows) ids.push_back(insert_channel(db, row));
    return ids;
  });
}

Result<void> update_channel(Session& db, const ChannelRow& row) {
  return guarded(db, "update_channel", [&]() -> Result<void> {
    static const std::string sql = fmt::format(
        "UPDATE channels SET {}, version = version + 1 WHERE id = :id AND version = :version AND deleted_at = 0",
        assignments<ChannelRow>(editable));
    Query q(db, sql);
    editable(row, Binder{q});
    q.use("id", row.id).use("version", row.version);
    return expect_updated(db, q.execute(), "channels", row.id.value, "channel");
  });
}

Result<bool> set_channel_status(Session& db, ChannelId id, ChannelStatus from, ChannelStatus to,
                                std::string_view reason, std::int64_t now) {
  return guarded(db, "set_channel_status", [&]() -> Result<bool> {
    const bool automatic = to == ChannelStatus::auto_disabled;
    const bool disabled = automatic || to == ChannelStatus::disabled;
    return change_where(db, "status = :to, disabled_reason = :reason, disabled_at = :disabled_at",
                        "id = :id AND status = :from AND deleted_at = 0")
               .use("to", to)
               .use("reason", automatic ? reason : std::string_view())
               .use("disabled_at", disabled ? now : 0)
               .use("now", now)
               .use("id", id)
               .use("from", from)
               .execute() > 0;
  });
}

Result<std::int64_t> set_channels_status(Session& db, const std::vector<ChannelId>& ids, ChannelStatus to,
                                         std::int64_t now) {
  return guarded(db, "set_channels_status", [&]() -> Result<std::int64_t> {
    return change_where(db, "status = :to, disabled_reason = '', disabled_at = 0", living(ids))
        .use("to", to)
        .use("now", now)
        .execute();
  });
}

Result<std::int64_t> set_channels_tag(Session& db, const std::vector<ChannelId>& ids, std::string_view tag,
                                      std::int64_t now) {
  return guarded(db, "set_channels_tag", [&]() -> Result<std::int64_t> {
    return change_where(db, "tag = :tag", living(ids)).use("tag", tag).use("now", now).execute();
  });
}

Result<void> note_channel_test(Session& db, ChannelId id, std::int64_t response_ms, std::int64_t now) {
  return guarded(db, "note_channel_test", [&]() -> Result<void> {
    Query q(db, "UPDATE channels SET response_ms = :ms, tested_at = :now WHERE id = :id AND deleted_at = 0");
    return expect_found(q.use("ms", response_ms).use("now", now).use("id", id).execute(), "channel");
  });
}

Result<void> note_channel_balance(Session& db, ChannelId id, std::int64_t balance_micros, std::int64_t now) {
  return guarded(db, "note_channel_balance", [&]() -> Result<void> {
    Query q(
        db,
        "UPDATE channels SET balance_micros = :balance, balance_updated_at = :now WHERE id = :id AND deleted_at = 0");
    return expect_found(q.use("balance", balance_micros).use("now", now).use("id", id).execute(), "channel");
  });
}

Result<std::int64_t> delete_channels(Session& db, const std::vector<ChannelId>& ids, std::int64_t now) {
  return guarded(db, "delete_channels", [&]() -> Result<std::int64_t> {
    return change_where(db, "deleted_at = :now", living(ids)).use("now", now).execute();
  });
}

Result<std::int64_t> restore_channels(Session& db, const std::vector<ChannelId>& ids, std::int64_t since,
                                      std::int64_t now) {
  return guarded(db, "restore_channels", [&]() -> Result<std::int64_t> {
    const std::string lately = fmt::format("deleted_at <> 0 AND deleted_at >= :since AND id IN ({})", id_list(ids));
    return change_where(db, "deleted_at = 0", lately).use("now", now).use("since", since).execute();
  });
}

Result<std::int64_t> delete_disabled_channels(Session& db, std::int64_t now) {
  return guarded(db, "delete_disabled_channels", [&]() -> Result<std::int64_t> {
    return change_where(db, "deleted_at = :now", "deleted_at = 0 AND status IN (2, 3)").use("now", now).execute();
  });
}

Result<std::vector<std::string>> list_channel_tags(Session& db) {
  return guarded(db, "list_channel_tags", [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> out;
    std::string tag;
    Query q(db, "SELECT DISTINCT tag FROM channels WHERE deleted_at = 0 AND tag <> '' ORDER BY tag");
    q.into(tag);
    while (q.next()) out.push_back(tag);
    return out;
  });
}

Result<std::vector<ChannelRow>> load_channels_by_tag(Session& db, std::string_view tag) {
  return guarded(db, "load_channels_by_tag", [&]() -> Result<std::vector<ChannelRow>> {
    return rows_where(db, Conditions().add("deleted_at = 0").add("tag = :tag", "tag", std::string(tag)));
  });
}

Result<std::vector<ChannelCount>> count_channels_by_status(Session& db) {
  return guarded(db, "count_channels_by_status", [&]() -> Result<std::vector<ChannelCount>> {
    std::vector<ChannelCount> out;
    ChannelCount row{};
    Query q(db, "SELECT status, COUNT(*) FROM channels WHERE deleted_at = 0 GROUP BY status ORDER BY status");
    q.into(row.status, row.channels);
    while (q.next()) out.push_back(row);
    return out;
  });
}

}  // namespace tollgate::store
