#include "store/prices.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/strings.h"
#include "manage/context.h"
#include "manage/price_json.h"
#include "manage/price_value.h"
#include "manage/resources.h"
#include "manage/unpriced.h"
#include "store/channels.h"
#include "store/models.h"
#include "store/seed_data.h"

namespace tollgate::manage {
namespace {

using store::PriceRow;

/// The price list that the predecessor's community keeps: what its console offers to fetch, in the operator's browser,
/// and to send to `sync`.
constexpr std::string_view kPriceService = "https://raw.githubusercontent.com/MartialBE/one-api/prices/prices.json";
constexpr std::size_t kMaxModels = 5'000;

json::value list_or_empty(const std::string& text) {
  if (text.empty()) return json::array();
  auto parsed = json::parse(text);
  if (parsed && parsed->is_array()) return std::move(*parsed);
  return json::array{text};
}

/// What is said of a model, in the form that price lists have it.
json::object info_value(const store::ModelInfoRow& row) {
  return {{"model", row.model},
          {"name", row.name},
          {"description", row.description},
          {"context_length", row.context_length},
          {"max_tokens", row.max_tokens},
          {"input_modalities", list_or_empty(row.input_modalities)},
          {"output_modalities", list_or_empty(row.output_modalities)},
          {"tags", list_or_empty(row.tags)},
          {"support_url", list_or_empty(row.support_url)},
          {"created_at", row.created_at},
          {"updated_at", row.updated_at}};
}

void sort_for_list(std::vector<PriceRow>& rows) {
  std::ranges::sort(rows, [](const PriceRow& a, const PriceRow& b) {
    return a.owner != b.owner ? a.owner < b.owner : a.model < b.model;
  });
}

/// The list of a fresh database.
std::vector<PriceRow> built_in_prices() {
  std::vector<PriceRow> out;
  for (const store::PriceSeed& seed : store::kPriceSeeds) {
    for (const std::string_view model : split_list(seed.models)) {
      PriceRow row;
      row.model = model;
      row.type = seed.type;
      row.owner = seed.owner;
      row.input = seed.input;
      row.output = seed.output;
      out.push_back(std::move(row));
    }
  }
  return out;
}

net::Task<Result<Reply>> list(Context& ctx) {
  const std::string type = ctx.query().text("type");
  if (type == "default") {
    auto rows = built_in_prices();
    sort_for_list(rows);
    json::array out;
    for (const PriceRow& row : rows) out.push_back(price_value(row));
    co_return ok(out);
  }
  if (!type.empty() && type != "db") {
    co_return fail(Error(ErrorCode::not_found, "there are no prices of this type").param("type"));
  }
  struct Loaded {
    std::vector<PriceRow> prices;
    std::vector<store::ModelInfoRow> infos;
  };
  auto loaded = co_await ctx.read([](Session& db) -> Result<Loaded> {
    auto prices = store::load_prices(db);
    if (!prices) return std::unexpected(prices.error());
    auto infos = store::load_model_infos(db);
    if (!infos) return std::unexpected(infos.error());
    return Loaded{.prices = std::move(*prices), .infos = std::move(*infos)};
  });
  if (!loaded) co_return std::unexpected(loaded.error());
  sort_for_list(loaded->prices);
  json::array out;
  for (const PriceRow& row : loaded->prices) {
    json::object value = price_value(row);
    const auto info = std::ranges::lower_bound(loaded->infos, row.model, {}, &store::ModelInfoRow::model);
    if (info != loaded->infos.end() && info->model == row.model) value["model_info"] = info_value(*info);
    out.push_back(std::move(value));
  }
  co_return ok(out);
}

/// Every model that has a price or that an enabled channel serves.
net::Task<Result<Reply>> model_list(Context& ctx) {
  const auto models = co_await ctx.read([](Session& db) -> Result<std::set<std::string>> {
    std::set<std::string> out;
    const auto prices = store::load_prices(db);
    if (!prices) return std::unexpected(prices.error());
    for (const PriceRow& price : *prices) out.insert(price.model);
    const auto channels = store::load_channels(db);
    if (!channels) return std::unexpected(channels.error());
    for (const store::ChannelRow& channel : *channels) {
      if (channel.status != store::ChannelStatus::enabled) continue;
      for (const std::string_view model : split_list(channel.models)) out.emplace(model);
    }
    return out;
  });
  if (!models) co_return std::unexpected(models.error());
  json::array out;
  for (const std::string& model : *models) out.emplace_back(model);
  co_return ok(out);
}

/// Models that are served and have no price: a work-list.
net::Task<Result<Reply>> unpriced(Context& ctx) {
  const auto catalog = ctx.services.publisher.on(ctx.exchange.worker());
  const auto models =
      co_await ctx.read([&](Session&) -> Result<std::vector<UnpricedModel>> { return unpriced_models(*catalog); });
  if (!models) co_return std::unexpected(models.error());
  json::array out;
  for (const UnpricedModel& model : *models) {
    json::array groups;
    for (const std::string_view group : model.groups) groups.emplace_back(group);
    out.emplace_back(json::object{{"model", model.model}, {"channels", model.channels}, {"groups", std::move(groups)}});
  }
  co_return ok(out);
}

/// Runs `job` and its audit row in one transaction, then publishes.
template <class Job>
net::Task<Result<Reply>> changing(Context& ctx, std::string action, std::string summary, Job job) {
  auto write = [&](Session& db) -> Result<void> {
    return store::transaction(db, "change_prices", [&]() -> Result<void> {
      if (auto done = job(db); !done) return std::unexpected(done.error());
      const auto noted = store::add_audit(db, ctx.audit(action, "price", 0, summary));
      if (!noted) return std::unexpected(noted.error());
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(write));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

Error known(const Error& error) {
  if (error.code() == ErrorCode::conflict) return {ErrorCode::conflict, "a price of this model exists already"};
  if (error.code() == ErrorCode::not_found) return {ErrorCode::not_found, "the model has no price"};
  return error;
}

/// The model's name in the path, which the predecessor's console escapes twice.
Result<std::string> model_of(const Context& ctx) {
  std::string model = ctx.path_text("model");
  if (auto again = http::percent_decode(model, false)) model = std::move(*again);
  while (model.starts_with('/')) model.erase(0, 1);
  if (model.empty()) return fail(Error(ErrorCode::invalid_request, "the model's name is missing").param("model"));
  return model;
}

net::Task<Result<Reply>> add(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto price = read_price(*body);
  if (!price) co_return std::unexpected(price.error());
  co_return co_await changing(ctx, "price.create", price->model, [&](Session& db) -> Result<void> {
    const auto made = store::create_price(db, *price, ctx.now_s);
    if (!made) return std::unexpected(known(made.error()));
    return {};
  });
}

net::Task<Result<Reply>> update(Context& ctx) {
  const auto model = model_of(ctx);
  if (!model) co_return std::unexpected(model.error());
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto price = read_price(*body);
  if (!price) co_return std::unexpected(price.error());
  co_return co_await changing(ctx, "price.update", *model, [&](Session& db) -> Result<void> {
    const auto saved = store::update_price(db, *model, *price, ctx.now_s);
    if (!saved) return std::unexpected(known(saved.error()));
    return {};
  });
}

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto model = model_of(ctx);
  if (!model) co_return std::unexpected(model.error());
  co_return co_await changing(ctx, "price.delete", *model, [&](Session& db) -> Result<void> {
    if (auto gone = store::delete_price(db, *model); !gone) return std::unexpected(known(gone.error()));
    return {};
  });
}

/// Names of models in an array of the body. `required`: it must be there.
std::vector<std::string> read_models(const Fields& fields, std::string_view name, bool required) {
  std::vector<std::string> out;
  const json::array* list = required ? fields->required_array(name) : fields->array_at(name);
  if (list == nullptr) return out;
  if (list->size() > kMaxModels) fields->refuse(name, "must have at most " + std::to_string(kMaxModels) + " items");
  for (const json::value& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr || text->empty() || text->size() > 191) {
      fields->refuse(name, "must hold names of models");
      break;
    }
    out.emplace_back(json::view(*text));
  }
  return out;
}

net::Task<Result<Reply>> write_several(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const auto original = read_models(fields, "original_models", false);
  const auto models = read_models(fields, "models", true);
  if (fields.ok() && models.empty()) fields->refuse("models", "must not be empty");
  const json::object* given = fields->required_object("price");
  if (!fields.ok()) co_return fields.failure();
  const auto price = read_price(*given, "price.");
  if (!price) co_return std::unexpected(price.error());
  co_return co_await changing(ctx, "price.several", std::to_string(models.size()) + " models", [&](Session& db) {
    return store::replace_prices(db, original, models, *price, ctx.now_s);
  });
}

net::Task<Result<Reply>> remove_several(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const auto models = read_models(fields, "models", true);
  if (!fields.ok()) co_return fields.failure();
  co_return co_await changing(ctx, "price.delete", std::to_string(models.size()) + " models",
                              [&](Session& db) { return store::delete_prices(db, models); });
}

net::Task<Result<Reply>> sync(Context& ctx) {
  const std::string word = ctx.query().text("updateMode");
  const store::PriceSync mode = word == "overwrite" ? store::PriceSync::overwrite
                                : word == "update"  ? store::PriceSync::update
                                                    : store::PriceSync::add;
  const auto document = co_await ctx.document();
  if (!document) co_return std::unexpected(document.error());
  const auto rows = read_price_list(*document);
  if (!rows) co_return std::unexpected(rows.error());
  const std::string summary =
      (word.empty() ? "system" : std::string(clip_utf8(word, 40))) + ", " + std::to_string(rows->size()) + " prices";
  co_return co_await changing(ctx, "price.sync", summary,
                              [&](Session& db) { return store::sync_prices(db, *rows, mode, ctx.now_s); });
}

net::Task<Result<Reply>> service(Context&) { co_return ok(json::value(kPriceService)); }

constexpr std::array kRows{
    Row{Method::get, "/api/prices", Permission::open, &list, {.any_origin = true}},
    Row{Method::get, "/api/prices/model_list", Permission::admin, &model_list},
    Row{Method::get, "/api/prices/unpriced", Permission::admin, &unpriced},
    Row{Method::get, "/api/prices/updateService", Permission::admin, &service},
    Row{Method::post, "/api/prices/single", Permission::admin, &add},
    Row{Method::put, "/api/prices/single/*model", Permission::admin, &update},
    Row{Method::del, "/api/prices/single/*model", Permission::admin, &remove},
    Row{Method::post, "/api/prices/multiple", Permission::admin, &write_several},
    Row{Method::put, "/api/prices/multiple/delete", Permission::admin, &remove_several},
    Row{Method::post, "/api/prices/sync", Permission::admin, &sync},
};

}  // namespace

std::span<const Row> price_routes() { return kRows; }

}  // namespace tollgate::manage
