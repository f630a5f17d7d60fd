#include "store/groups.h"

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/strings.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "store/session.h"

namespace tollgate::manage {
namespace {

using store::GroupRow;

constexpr std::size_t kMaxSymbol = 50;
constexpr std::size_t kMaxName = 50;
constexpr double kMaxRatio = 1'000'000;
constexpr std::int64_t kMaxRate = 1'000'000'000;
constexpr std::int64_t kMaxUsd = 1'000'000'000;

json::object group_value(const GroupRow& row) {
  const auto ratio = Decimal::parse(row.ratio);
  return {{"id", row.id},
          {"symbol", row.symbol},
          {"name", row.name},
          {"ratio", ratio ? ratio->to_double() : 0.0},
          {"api_rate", row.api_rate},
          {"public", row.is_public},
          {"promotion", row.promotion},
          {"min", row.min_usd},
          {"max", row.max_usd},
          {"enable", row.enabled},
          {"fallback", row.fallback},
          {"version", row.version}};
}

Error no_such_group() { return {ErrorCode::not_found, "record not found: there is no such group"}; }

Result<GroupRow> load_group(store::Session& db, std::int64_t id) {
  auto group = store::find_group(db, id);
  if (!group) return std::unexpected(std::move(group.error()));
  if (!*group) return fail(no_such_group());
  return std::move(**group);
}

/// Puts what the body gives into the row; `symbol` and `enable` only into a new one.
void read_group(Fields& fields, GroupRow& row, bool is_new) {
  if (is_new) {
    row.symbol = fields->required_string("symbol");
    const bool fine = !row.symbol.empty() && row.symbol.size() <= kMaxSymbol && trim(row.symbol) == row.symbol &&
                      row.symbol.find_first_of(",\n\r\t") == std::string::npos;
    if (!fine) fields->refuse("symbol", "must be 1 to 50 bytes, without commas, tabs or blanks around it");
    row.enabled = fields->boolean("enable").value_or(true);
  }
  if (const auto name = fields->string("name")) {
    row.name = *name;
    if (row.name.size() > kMaxName) fields->refuse("name", "must have at most 50 bytes");
  }
  if (const auto ratio = fields->number("ratio", 0, kMaxRatio)) {
    // A new group's 0 is what the predecessors' forms send for "not given".
    if (const auto exact = Decimal::from_double(*ratio); exact && !(is_new && exact->is_zero())) {
      row.ratio = exact->to_string();
    }
  }
  if (const auto rate = fields->integer("api_rate", 0, kMaxRate); rate && !(is_new && *rate == 0)) row.api_rate = *rate;
  if (const auto value = fields->boolean("public")) row.is_public = *value;
  if (const auto value = fields->boolean("promotion")) row.promotion = *value;
  if (const auto value = fields->integer("min", 0, kMaxUsd)) row.min_usd = *value;
  if (const auto value = fields->integer("max", 0, kMaxUsd)) row.max_usd = *value;
  if (const auto value = fields->string("fallback")) row.fallback = *value;
  if (!row.fallback.empty() && row.fallback == row.symbol) fields->refuse("fallback", "must be another group");
  if (const auto version = fields->integer("version", 1, kMaxId)) row.version = *version;
}

Result<void> check_fallback(store::Session& db, const GroupRow& row) {
  if (row.fallback.empty()) return {};
  const auto other = store::find_group_by_symbol(db, row.fallback);
  if (!other) return std::unexpected(other.error());
  if (!*other) {
    return fail(
        Error(ErrorCode::invalid_request, "fallback: there is no group '" + row.fallback + "'").param("fallback"));
  }
  return {};
}

Result<void> note(Context& ctx, store::Session& db, std::string action, const GroupRow& row) {
  auto noted = store::add_audit(db, ctx.audit(std::move(action), "group", row.id, row.symbol));
  if (!noted) return std::unexpected(std::move(noted.error()));
  return {};
}

/// Runs a change in a transaction, and answers when it is in force.
template <class Fn>
net::Task<Result<Reply>> changing(Context& ctx, Fn change) {
  const auto done = co_await ctx.run(
      [&](store::Session& db) { return store::transaction(db, "change_group", [&] { return change(db); }); });
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

net::Task<Result<Reply>> symbols(Context& ctx) {
  const auto groups = co_await ctx.read([](store::Session& db) { return store::load_groups(db); });
  if (!groups) co_return std::unexpected(groups.error());
  json::array out;
  for (const GroupRow& group : *groups) {
    if (group.enabled) out.emplace_back(group.symbol);
  }
  co_return ok(out);
}

/// The groups that the caller may choose: public ones, and their own.
net::Task<Result<Reply>> map(Context& ctx) {
  const auto groups = co_await ctx.read([](store::Session& db) { return store::load_groups(db); });
  if (!groups) co_return std::unexpected(groups.error());
  const std::string own = ctx.caller() ? ctx.caller()->group : std::string();
  json::object out;
  for (const GroupRow& group : *groups) {
    if (group.enabled && (group.is_public || group.symbol == own)) out[group.symbol] = group_value(group);
  }
  co_return ok(out);
}

net::Task<Result<Reply>> list(Context& ctx) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  const auto enabled = ctx.query().boolean("enable");
  if (!enabled) co_return std::unexpected(enabled.error());
  const store::GroupFilter filter{.name = ctx.query().text("Name"), .enabled = *enabled};
  const auto page =
      co_await ctx.read([&](store::Session& db) { return store::list_groups(db, filter, paging->request); });
  if (!page) co_return std::unexpected(page.error());
  json::array rows;
  for (const GroupRow& group : page->rows) rows.emplace_back(group_value(group));
  co_return ok(page_value(*paging, std::move(rows), page->total));
}

net::Task<Result<Reply>> show(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto group = co_await ctx.read([&](store::Session& db) { return load_group(db, *id); });
  if (!group) co_return std::unexpected(group.error());
  co_return ok(group_value(*group));
}

net::Task<Result<Reply>> create(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  GroupRow row;
  read_group(fields, row, true);
  if (!fields.ok()) co_return fields.failure();
  row.created_at = row.updated_at = ctx.now_s;
  co_return co_await changing(ctx, [&](store::Session& db) -> Result<void> {
    if (auto fine = check_fallback(db, row); !fine) return fine;
    const auto same = store::find_group_by_symbol(db, row.symbol);
    if (!same) return std::unexpected(same.error());
    if (*same) {
      return fail(Error(ErrorCode::conflict, "symbol: the group '" + row.symbol + "' exists already").param("symbol"));
    }
    const auto id = store::create_group(db, row);
    if (!id) return std::unexpected(id.error());
    row.id = *id;
    return note(ctx, db, "group.create", row);
  });
}

net::Task<Result<Reply>> update(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  std::int64_t id = 0;
  {
    Fields fields(*body);
    GroupRow checked;
    id = fields->integer("id", 0, kMaxId).value_or(0);
    read_group(fields, checked, false);
    if (fields.ok() && id == 0) fields->refuse("id", "is missing");
    if (!fields.ok()) co_return fields.failure();
  }
  co_return co_await changing(ctx, [&](store::Session& db) -> Result<void> {
    auto row = load_group(db, id);
    if (!row) return std::unexpected(std::move(row.error()));
    Fields fields(*body);
    read_group(fields, *row, false);
    if (!fields.ok()) return fields.failure();
    if (auto fine = check_fallback(db, *row); !fine) return fine;
    row->updated_at = ctx.now_s;
    if (auto saved = store::update_group(db, *row); !saved) return saved;
    return note(ctx, db, "group.update", *row);
  });
}

net::Task<Result<Reply>> toggle(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  co_return co_await changing(ctx, [&](store::Session& db) -> Result<void> {
    auto row = load_group(db, *id);
    if (!row) return std::unexpected(std::move(row.error()));
    if (row->symbol == store::kDefaultGroup && row->enabled) {
      return fail(ErrorCode::conflict, "the default group cannot be disabled");
    }
    row->enabled = !row->enabled;
    row->updated_at = ctx.now_s;
    if (auto saved = store::update_group(db, *row); !saved) return saved;
    return note(ctx, db, row->enabled ? "group.enable" : "group.disable", *row);
  });
}

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  co_return co_await changing(ctx, [&](store::Session& db) -> Result<void> {
    const auto row = load_group(db, *id);
    if (!row) return std::unexpected(row.error());
    if (row->symbol == store::kDefaultGroup) {
      return fail(ErrorCode::conflict, "the default group cannot be deleted");
    }
    if (auto gone = store::delete_group(db, *id); !gone) return gone;
    return note(ctx, db, "group.delete", *row);
  });
}

constexpr std::array kRows{
    Row{Method::get, "/api/group/", Permission::admin, &symbols},
    Row{Method::get, "/api/user_group_map", Permission::visitor, &map},
    Row{Method::get, "/api/user_group/", Permission::admin, &list},
    Row{Method::get, "/api/user_group/:id", Permission::admin, &show},
    Row{Method::post, "/api/user_group/", Permission::admin, &create},
    Row{Method::put, "/api/user_group/", Permission::admin, &update},
    Row{Method::put, "/api/user_group/enable/:id", Permission::admin, &toggle},
    Row{Method::del, "/api/user_group/:id", Permission::admin, &remove},
};

}  // namespace

std::span<const Row> group_routes() { return kRows; }

}  // namespace tollgate::manage
