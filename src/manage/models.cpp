#include "store/models.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/strings.h"
#include "catalog/catalog.h"
#include "manage/context.h"
#include "manage/price_value.h"
#include "manage/resources.h"
#include "store/prices.h"
#include "store/session.h"

namespace tollgate::manage {
namespace {

using store::ModelInfoRow;
using store::ModelOwnerRow;

constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxIcon = 1000;
constexpr std::size_t kMaxModel = 191;
constexpr std::size_t kMaxText = 4000;
constexpr std::string_view kUnknownOwner = "Unknown";

// --- who makes models ---

json::object owner_value(const ModelOwnerRow& row) { return {{"id", row.id}, {"name", row.name}, {"icon", row.icon}}; }

net::Task<Result<Reply>> list_owners(Context& ctx) {
  const auto owners = co_await ctx.read([](store::Session& db) { return store::load_model_owners(db); });
  if (!owners) co_return std::unexpected(owners.error());
  json::array out;
  for (const ModelOwnerRow& owner : *owners) out.emplace_back(owner_value(owner));
  co_return ok(out);
}

net::Task<Result<Reply>> map_owners(Context& ctx) {
  const auto owners = co_await ctx.read([](store::Session& db) { return store::load_model_owners(db); });
  if (!owners) co_return std::unexpected(owners.error());
  json::object out;
  for (const ModelOwnerRow& owner : *owners) out[std::to_string(owner.id)] = owner_value(owner);
  co_return ok(out);
}

net::Task<Result<Reply>> show_owner(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto owner = co_await ctx.read([&](store::Session& db) { return store::find_model_owner(db, *id); });
  if (!owner) co_return std::unexpected(owner.error());
  if (!*owner) co_return fail(ErrorCode::not_found, "record not found: there is no such owner of models");
  co_return ok(owner_value(**owner));
}

Result<ModelOwnerRow> read_owner(const json::object& body) {
  Fields fields(body);
  ModelOwnerRow out;
  out.id = fields->integer("id", 0, std::numeric_limits<std::int32_t>::max()).value_or(0);
  out.name = fields->string("name").value_or("");
  out.icon = fields->string("icon").value_or("");
  if (out.name.size() > kMaxName) fields->refuse("name", "must have at most 100 bytes");
  if (out.icon.size() > kMaxIcon) fields->refuse("icon", "must have at most 1,000 bytes");
  if (!fields.ok()) return fields.failure();
  return out;
}

/// Runs a change in a transaction with an audit row, and answers when it is in force.
template <class Fn>
net::Task<Result<Reply>> changing(Context& ctx, store::AuditRow audit, Fn change) {
  const auto done = co_await ctx.run([&](store::Session& db) {
    return store::transaction(db, "change_models", [&]() -> Result<void> {
      if (auto changed = change(db); !changed) return changed;
      auto noted = store::add_audit(db, audit);
      if (!noted) return std::unexpected(std::move(noted.error()));
      return {};
    });
  });
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

net::Task<Result<Reply>> create_owner(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto owner = read_owner(*body);
  if (!owner) co_return std::unexpected(owner.error());
  if (owner->id < store::kFirstOwnModelOwner) {
    co_return fail(
        Error(ErrorCode::invalid_request, "id must be above 1000: those up to there are built in").param("id"));
  }
  co_return co_await changing(ctx, ctx.audit("owner.create", "model_owner", owner->id, owner->name),
                              [&](store::Session& db) -> Result<void> {
                                auto made = store::create_model_owner(db, *owner);
                                if (!made && made.error().code() == ErrorCode::conflict) {
                                  return fail(Error(ErrorCode::conflict, "id is taken already").param("id"));
                                }
                                return made;
                              });
}

net::Task<Result<Reply>> update_owner(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto owner = read_owner(*body);
  if (!owner) co_return std::unexpected(owner.error());
  co_return co_await changing(ctx, ctx.audit("owner.update", "model_owner", owner->id, owner->name),
                              [&](store::Session& db) { return store::update_model_owner(db, *owner); });
}

net::Task<Result<Reply>> remove_owner(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  if (*id < store::kFirstOwnModelOwner) {
    co_return fail(Error(ErrorCode::invalid_request, "id: built-in owners cannot be deleted").param("id"));
  }
  co_return co_await changing(ctx, ctx.audit("owner.delete", "model_owner", *id),
                              [&](store::Session& db) { return store::delete_model_owner(db, *id); });
}

// --- what is said of models ---

json::object info_value(const ModelInfoRow& row) {
  return {{"id", row.id},
          {"model", row.model},
          {"name", row.name},
          {"description", row.description},
          {"context_length", row.context_length},
          {"max_tokens", row.max_tokens},
          {"input_modalities", row.input_modalities},
          {"output_modalities", row.output_modalities},
          {"tags", row.tags},
          {"support_url", row.support_url},
          {"created_at", row.created_at},
          {"updated_at", row.updated_at}};
}

net::Task<Result<Reply>> list_infos(Context& ctx) {
  auto infos = co_await ctx.read([](store::Session& db) { return store::load_model_infos(db); });
  if (!infos) co_return std::unexpected(infos.error());
  std::ranges::sort(*infos, std::ranges::greater{}, &ModelInfoRow::id);
  json::array out;
  for (const ModelInfoRow& info : *infos) out.emplace_back(info_value(info));
  co_return ok(out);
}

net::Task<Result<Reply>> show_info(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto info = co_await ctx.read([&](store::Session& db) { return store::find_model_info(db, *id); });
  if (!info) co_return std::unexpected(info.error());
  if (!*info) co_return fail(ErrorCode::not_found, "record not found: nothing is said of such a model");
  co_return ok(info_value(**info));
}

Result<ModelInfoRow> read_info(const json::object& body) {
  Fields fields(body);
  const auto text = [&](std::string_view name, std::size_t most) {
    std::string value(fields->string(name).value_or(""));
    if (value.size() > most) fields->refuse(name, "must have at most " + std::to_string(most) + " bytes");
    return value;
  };
  ModelInfoRow out;
  out.id = fields->integer("id", 0, kMaxId).value_or(0);
  out.model = fields->required_string("model");
  if (fields.ok() && (out.model.empty() || out.model.size() > kMaxModel)) {
    fields->refuse("model", "must have 1 to 191 bytes");
  }
  out.name = text("name", kMaxModel);
  out.description = text("description", kMaxText);
  out.context_length = fields->integer("context_length", 0, 1'000'000'000).value_or(0);
  out.max_tokens = fields->integer("max_tokens", 0, 1'000'000'000).value_or(0);
  out.input_modalities = text("input_modalities", kMaxText);
  out.output_modalities = text("output_modalities", kMaxText);
  out.tags = text("tags", kMaxText);
  out.support_url = text("support_url", kMaxText);
  if (!fields.ok()) return fields.failure();
  return out;
}

Result<void> known_model(Result<void> done) {
  if (!done && done.error().code() == ErrorCode::conflict) {
    return fail(Error(ErrorCode::conflict, "model identifier already exists").param("model"));
  }
  return done;
}

net::Task<Result<Reply>> create_info(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  auto info = read_info(*body);
  if (!info) co_return std::unexpected(info.error());
  info->id = 0;
  info->created_at = info->updated_at = ctx.now_s;
  co_return co_await changing(ctx, ctx.audit("model_info.create", "model_info", 0, info->model),
                              [&](store::Session& db) -> Result<void> {
                                const auto made = store::create_model_info(db, *info);
                                return known_model(made ? Result<void>{} : std::unexpected(made.error()));
                              });
}

net::Task<Result<Reply>> update_info(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  auto info = read_info(*body);
  if (!info) co_return std::unexpected(info.error());
  info->updated_at = ctx.now_s;
  co_return co_await changing(ctx, ctx.audit("model_info.update", "model_info", info->id, info->model),
                              [&](store::Session& db) { return known_model(store::update_model_info(db, *info)); });
}

net::Task<Result<Reply>> remove_info(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  co_return co_await changing(ctx, ctx.audit("model_info.delete", "model_info", *id),
                              [&](store::Session& db) { return store::delete_model_info(db, *id); });
}

// --- what may be called ---

/// What a model without a row costs: nothing if the operator refuses such calls.
std::optional<store::PriceRow> default_price(const config::Settings& settings) {
  const auto dollars = Decimal::parse(trim(settings.default_price));
  if (!dollars) return std::nullopt;  // `refuse`
  const auto ratio = Decimal::mul(*dollars, *Decimal::from_parts(5, 1));
  if (!ratio) return std::nullopt;
  store::PriceRow out;
  out.input = out.output = ratio->to_string();
  return out;
}

/// Models of enabled channels, in the public groups and the caller's own, with who makes them and their price. A model
/// that calls would be refused for want of a price is left out.
net::Task<Result<Reply>> available_models(Context& ctx) {
  const auto catalog = ctx.services.publisher.on(ctx.exchange.worker());
  const std::string own = ctx.caller() ? ctx.caller()->group : std::string();
  std::map<std::string_view, json::array> groups_of;
  for (const auto& group : catalog->groups()) {
    if (!group->is_public && group->symbol != own) continue;
    for (const std::string_view model : catalog->models_of(*group)) groups_of[model].emplace_back(group->symbol);
  }
  const auto prices = co_await ctx.read([](store::Session& db) { return store::load_prices(db); });
  if (!prices) co_return std::unexpected(prices.error());

  const std::optional<store::PriceRow> fallback = default_price(*ctx.settings);
  json::object out;
  for (auto& [model, groups] : groups_of) {
    const store::PriceRow* price = find_price_row(*prices, model);
    if (price == nullptr && fallback) price = &*fallback;
    if (price == nullptr) continue;
    const std::string_view owner = catalog->owner_of(model);
    out[model] = json::object{{"groups", std::move(groups)},
                              {"owned_by", owner.empty() ? kUnknownOwner : owner},
                              {"price", price_value(*price)}};
  }
  co_return ok(out);
}

constexpr std::array kRows{
    Row{Method::get, "/api/ownedby", Permission::open, &map_owners},
    Row{Method::get, "/api/model_ownedby/", Permission::open, &list_owners},
    Row{Method::get, "/api/model_ownedby/:id", Permission::admin, &show_owner},
    Row{Method::post, "/api/model_ownedby/", Permission::admin, &create_owner},
    Row{Method::put, "/api/model_ownedby/", Permission::admin, &update_owner},
    Row{Method::del, "/api/model_ownedby/:id", Permission::admin, &remove_owner},
    Row{Method::get, "/api/model_info/", Permission::open, &list_infos},
    Row{Method::get, "/api/model_info/:id", Permission::admin, &show_info},
    Row{Method::post, "/api/model_info/", Permission::admin, &create_info},
    Row{Method::put, "/api/model_info/", Permission::admin, &update_info},
    Row{Method::del, "/api/model_info/:id", Permission::admin, &remove_info},
    Row{Method::get, "/api/available_model", Permission::visitor, &available_models, {.any_origin = true}},
};

}  // namespace

std::span<const Row> model_routes() { return kRows; }

}  // namespace tollgate::manage
