#include "store/channels.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/strings.h"
#include "catalog/builder.h"
#include "manage/channel_json.h"
#include "manage/channel_write.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "store/models.h"
#include "store/prices.h"

namespace tollgate::manage {
namespace {

json::object shown(const Context& ctx, const ChannelRow& row, bool with_secrets) {
  const ChannelSecrets secrets = channel_secrets(ctx.services);
  const auto health = ctx.services.health.stats(row.id);
  return channel_value(row, with_secrets ? &secrets : nullptr, health ? &*health : nullptr,
                       ctx.services.clock.mono_ns() / 1'000'000);
}

/// `filter_tag` beyond the predecessor's: also all channels of a tag.
constexpr int kAllChannels = 3;

/// @param bare  The list in the form of the predecessor that has no tags.
Result<store::ChannelFilter> read_filter(const Context& ctx, bool bare) {
  const QueryFields& query = ctx.query();
  store::ChannelFilter out;
  const auto type = query.integer("type");
  if (!type) return std::unexpected(type.error());
  if (*type != 0) out.type = static_cast<std::int32_t>(*type);
  const auto status = query.integer("status");
  if (!status) return std::unexpected(status.error());
  if (*status < 0 || *status > 3)
    return fail(Error(ErrorCode::invalid_request, "status must be 0 to 3").param("status"));
  if (*status != 0) out.status = static_cast<store::ChannelStatus>(*status);
  const auto filter_tag = query.integer("filter_tag");
  if (!filter_tag) return std::unexpected(filter_tag.error());
  if (*filter_tag < 0 || *filter_tag > kAllChannels) {
    return fail(Error(ErrorCode::invalid_request, "filter_tag must be 0 to 3").param("filter_tag"));
  }
  out.name = query.text("name");
  out.group = query.text("group");
  out.models = query.text("models");
  out.other = query.text("other");
  out.test_model = query.text("test_model");
  out.tag = query.text("tag");
  out.keyword = query.text("keyword");
  if (const std::string key = query.text("key"); !key.empty()) out.key_hash = ctx.services.token_hash(key).hex();
  if (!bare && *filter_tag != kAllChannels) out.filter_tag = static_cast<int>(*filter_tag);
  return out;
}

net::Task<Result<Reply>> list(Context& ctx) {
  const auto paging = ctx.paging();
  if (!paging) co_return std::unexpected(paging.error());
  const auto filter = read_filter(ctx, paging->bare);
  if (!filter) co_return std::unexpected(filter.error());
  const auto page = co_await ctx.read([&](Session& db) { return store::list_channels(db, *filter, paging->request); });
  if (!page) co_return std::unexpected(page.error());
  json::array rows;
  for (const ChannelRow& row : page->rows) rows.push_back(shown(ctx, row, false));
  co_return ok(page_value(*paging, std::move(rows), page->total));
}

/// OpenAI's list of models, of all that have a price, by who makes them.
net::Task<Result<Reply>> models(Context& ctx) {
  struct Loaded {
    std::vector<store::PriceRow> prices;
    std::vector<store::ModelOwnerRow> owners;
  };
  const auto loaded = co_await ctx.read([](Session& db) -> Result<Loaded> {
    auto prices = store::load_prices(db);
    if (!prices) return std::unexpected(prices.error());
    auto owners = store::load_model_owners(db);
    if (!owners) return std::unexpected(owners.error());
    return Loaded{.prices = std::move(*prices), .owners = std::move(*owners)};
  });
  if (!loaded) co_return std::unexpected(loaded.error());
  struct Entry {
    std::string_view owner, model;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> entries;
  for (const store::PriceRow& price : loaded->prices) {
    const auto owner = std::ranges::find(loaded->owners, std::int64_t{price.owner}, &store::ModelOwnerRow::id);
    entries.push_back({owner != loaded->owners.end() ? std::string_view(owner->name) : "unknown", price.model});
  }
  std::ranges::sort(entries);
  json::array data;
  for (const Entry& entry : entries) {
    data.push_back({{"id", entry.model}, {"object", "model"}, {"created", 1677649963}, {"owned_by", entry.owner}});
  }
  co_return raw(json::object{{"object", "list"}, {"data", std::move(data)}});
}

net::Task<Result<Reply>> show(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto row = co_await ctx.read([&](Session& db) { return load_channel(db, ChannelId{*id}); });
  if (!row) co_return std::unexpected(row.error());
  json::object value = shown(ctx, *row, true);
  const std::string keys(json::find_string(value, "key"));
  const auto lines = lines_of(keys);
  value["key_count"] = std::ranges::count_if(lines, [](std::string_view line) { return !line.empty(); });
  value["key_withheld"] = ctx.needs_proof() && !keys.empty();
  if (ctx.needs_proof()) value["key"] = "";
  co_return ok(value);
}

net::Task<Result<Reply>> create(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_channel_change(*body);
  if (!change) co_return std::unexpected(change.error());
  const auto rows = new_channel_rows(*change, channel_secrets(ctx.services), ctx.now_s);
  if (!rows) co_return std::unexpected(rows.error());
  auto job = [&](Session& db) -> Result<std::vector<ChannelId>> {
    for (const ChannelRow& row : *rows) {
      if (auto usable = check_usable(ctx, row); !usable) return std::unexpected(usable.error());
    }
    return store::transaction(db, "create_channels", [&]() -> Result<std::vector<ChannelId>> {
      auto ids = store::create_channels(db, *rows);
      if (!ids) return ids;
      for (std::size_t i = 0; i < ids->size(); ++i) {
        auto noted = store::add_audit(db, ctx.audit("channel.create", "channel", (*ids)[i].value, (*rows)[i].name));
        if (!noted) return std::unexpected(noted.error());
      }
      return ids;
    });
  };
  const auto ids = co_await ctx.run(std::move(job));
  if (!ids) co_return std::unexpected(ids.error());
  co_await ctx.published();
  json::array made;
  for (const ChannelId id : *ids) made.emplace_back(id.value);
  co_return ok(json::object{{"ids", std::move(made)}});
}

net::Task<Result<Reply>> update(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_channel_change(*body);
  if (!change) co_return std::unexpected(change.error());
  if (change->id == 0) co_return fail(Error(ErrorCode::invalid_request, "id is missing").param("id"));
  const bool partial = !change->models || change->models->empty();
  auto job = [&](Session& db) -> Result<ChannelRow> {
    return store::transaction(db, "update_channel", [&]() -> Result<ChannelRow> {
      auto row = load_channel(db, ChannelId{change->id});
      if (!row) return row;
      apply_channel_change(*change, partial, channel_secrets(ctx.services), *row);
      if (change->version) row->version = *change->version;
      row->updated_at = ctx.now_s;
      if (auto saved = save_channel(db, ctx, *row, "channel.update"); !saved) return std::unexpected(saved.error());
      return load_channel(db, row->id);
    });
  };
  const auto row = co_await ctx.run(std::move(job));
  if (!row) co_return std::unexpected(row.error());
  co_await ctx.published();
  if (row->status == store::ChannelStatus::enabled) ctx.services.health.reset(row->id, false);
  co_return ok(shown(ctx, *row, true));
}

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return delete_channels(db, ctx, {ChannelId{*id}}, "channel.delete");
  };
  const auto gone = co_await ctx.run(std::move(job));
  if (!gone) co_return std::unexpected(gone.error());
  co_await ctx.published();
  co_return ok();
}

net::Task<Result<Reply>> clear_tag(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  auto job = [&](Session& db) -> Result<void> {
    return store::transaction(db, "clear_tag", [&]() -> Result<void> {
      auto row = store::find_channel(db, ChannelId{*id});
      if (!row) return std::unexpected(row.error());
      if (!*row || (*row)->tag.empty()) return {};
      (*row)->tag.clear();
      (*row)->updated_at = ctx.now_s;
      return save_channel(db, ctx, **row, "channel.tag");
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

net::Task<Result<Reply>> remove_disabled(Context& ctx) {
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return store::transaction(db, "delete_disabled", [&]() -> Result<std::int64_t> {
      auto gone = store::delete_disabled_channels(db, ctx.now_s);
      if (!gone) return gone;
      auto noted = store::add_audit(db, ctx.audit("channel.delete_disabled", "channel", 0, std::to_string(*gone)));
      if (!noted) return std::unexpected(noted.error());
      return gone;
    });
  };
  const auto gone = co_await ctx.run(std::move(job));
  if (!gone) co_return std::unexpected(gone.error());
  co_await ctx.published();
  co_return ok(json::value(*gone));
}

constexpr std::array kRows{
    Row{Method::get, "/api/channel/", Permission::admin, &list},
    Row{Method::get, "/api/channel/models", Permission::admin, &models},
    Row{Method::get, "/api/channel/:id", Permission::admin, &show},
    Row{Method::post, "/api/channel/", Permission::admin, &create},
    Row{Method::put, "/api/channel/", Permission::admin, &update},
    Row{Method::del, "/api/channel/:id", Permission::admin, &remove},
    Row{Method::del, "/api/channel/:id/tag", Permission::admin, &clear_tag},
    Row{Method::del, "/api/channel/disabled", Permission::admin, &remove_disabled},
};

}  // namespace

std::span<const Row> channel_routes() { return kRows; }

}  // namespace tollgate::manage
