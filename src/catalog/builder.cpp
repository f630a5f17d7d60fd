#include "catalog/builder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ranges>
#include <utility>

#include "base/strings.h"
#include "catalog/channel_builder.h"
#include "catalog/overrides.h"
#include "config/settings.h"
#include "json/value.h"
#include "store/session.h"

namespace tollgate::catalog {
namespace {

Result<std::string> read_ca_file(const std::string& path) {
  if (path.empty()) return std::string{};
  std::ifstream in(path, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(in), {}};
  if (!in || out.empty()) return fail(ErrorCode::invalid_request, "'" + path + "' cannot be read or is empty");
  return out;
}

// `refuse`, or dollars for a million tokens of any kind.
Result<std::optional<ledger::Price>> default_price_of(const std::string& policy) {
  if (trim(policy).empty() || iequals(trim(policy), "refuse")) return std::nullopt;
  auto dollars = Decimal::parse(trim(policy));
  if (!dollars) return std::unexpected(std::move(dollars.error()));
  // quota a token = dollars × 500,000 / 1,000,000
  const auto quota = Decimal::mul(*dollars, *Decimal::from_parts(5, 1));
  if (!quota) return fail(ErrorCode::invalid_request, "'" + policy + "' is out of range");
  ledger::PriceSpec spec;
  spec.input = *quota;
  spec.output = *quota;
  auto price = ledger::Price::from(spec, 0);
  if (!price) return std::unexpected(std::move(price.error()));
  return *price;
}

std::string channel_label(const store::ChannelRow& row) {
  return "channel " + std::to_string(row.id.value) + " (" + row.name + ")";
}

std::string disabled_text(const store::ChannelRow& row) {
  switch (row.status) {
    case store::ChannelStatus::auto_disabled:
      return "disabled automatically" + (row.disabled_reason.empty() ? "" : ": " + row.disabled_reason);
    case store::ChannelStatus::disabled:
      return "disabled";
    default:
      return "not enabled";
  }
}

}  // namespace

Result<ledger::Price> price_of_row(const store::PriceRow& row) {
  ledger::RatioSpec ratios;
  ratios.per_call = row.type == store::PriceType::times;
  for (auto [text, target] : {std::pair{&row.input, &ratios.input}, std::pair{&row.output, &ratios.output}}) {
    auto value = Decimal::parse(*text);
    if (!value) return std::unexpected(std::move(value.error()));
    *target = *value;
  }
  if (const std::string_view text = trim(row.extra_ratios); !text.empty() && text != "null") {
    auto extra = json::parse_object(text);
    if (!extra) return std::unexpected(std::move(extra.error()));
    for (const auto& member : *extra) {
      std::optional<Decimal> value;
      if (const auto* whole = member.value().if_int64()) value = Decimal(*whole);
      if (const auto* number = member.value().if_double()) value = Decimal::from_double(*number);
      if (const auto* spelled = member.value().if_string()) {
        if (auto parsed = Decimal::parse(json::view(*spelled))) value = *parsed;
      }
      if (!value) {
        return fail(ErrorCode::invalid_request, "the ratio of " + std::string(member.key()) + " is not a number");
      }
      ratios.extra_ratios.emplace(std::string(member.key()), *value);
    }
  }
  auto spec = ledger::price_from_ratios(ratios, row.model);
  if (!spec) return std::unexpected(std::move(spec.error()));
  return ledger::Price::from(*spec, row.version);
}

std::vector<Secret> split_keys(const Secret& text) {
  std::vector<Secret> out;
  for (const std::string_view line : split_list(text.reveal(), '\n')) {
    const bool known = std::ranges::any_of(out, [&](const Secret& key) { return key.reveal() == line; });
    if (!line.empty() && !known) out.emplace_back(line);
  }
  return out;
}

HealthPolicy health_policy_of(const config::Settings& settings) {
  return {.cooldown_ms = settings.cooldown_ms,
          .max_cooldown_ms = settings.cooldown_max_ms,
          .breaker_failures = static_cast<std::uint32_t>(settings.breaker_failures),
          .breaker_open_ms = settings.breaker_open_ms,
          .breaker_max_open_ms = std::max<std::int64_t>(settings.breaker_open_ms, 300'000),
          .automatic_disable = settings.auto_disable_channels,
          .disable_keywords = settings.disable_channel_keywords};
}

Result<CatalogRows> load_rows(store::Session& db) {
  return store::transaction(db, "load_catalog", [&]() -> Result<CatalogRows> {
    CatalogRows out;
    auto channels = store::load_channels(db);
    if (!channels) return std::unexpected(std::move(channels.error()));
    out.channels = std::move(*channels);
    auto groups = store::load_groups(db);
    if (!groups) return std::unexpected(std::move(groups.error()));
    out.groups = std::move(*groups);
    auto prices = store::load_prices(db);
    if (!prices) return std::unexpected(std::move(prices.error()));
    out.prices = std::move(*prices);
    auto owners = store::load_model_owners(db);
    if (!owners) return std::unexpected(std::move(owners.error()));
    out.owners = std::move(*owners);
    return out;
  });
}

Result<Channel> Builder::build_channel(const store::ChannelRow& row, const config::Settings& settings) {
  const Result<std::string> ca_pem = read_ca_file(settings.upstream_ca_file);
  return ChannelBuilder(sealer_, health_, settings, ca_pem).build(row);
}

Built Builder::build(const CatalogRows& rows, std::shared_ptr<const config::Settings> settings) {
  Built built;
  auto out = std::make_shared<Catalog>();
  const auto report = [&](std::string what, std::string reason) {
    built.problems.push_back({std::move(what), std::move(reason)});
  };
  out->generation_ = ++generation_;
  out->settings_ = std::move(settings);
  out->health_ = &health_;
  out->health_policy_ = health_policy_of(*out->settings_);

  // Groups, by symbol.
  std::vector<const store::GroupRow*> group_rows;
  for (const store::GroupRow& row : rows.groups) {
    if (row.enabled) group_rows.push_back(&row);
  }
  std::ranges::sort(group_rows, {}, [](const auto* row) { return std::string_view(row->symbol); });
  std::vector<Group*> groups;
  std::vector<const std::string*> fallbacks;
  for (const store::GroupRow* row : group_rows) {
    auto ratio = Decimal::parse(trim(row->ratio));
    if (!ratio || ratio->is_negative()) {
      report("group " + row->symbol, "its ratio '" + row->ratio + "' is not a number from 0; nobody can use it");
      continue;
    }
    auto group = std::make_unique<Group>();
    group->ordinal = static_cast<std::uint32_t>(groups.size());
    group->symbol = row->symbol;
    group->title = row->name;
    group->ratio = *ratio;
    group->rate = Rate{row->api_rate};
    group->is_public = row->is_public;
    groups.push_back(group.get());
    fallbacks.push_back(&row->fallback);
    out->groups_.push_back(std::move(group));
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (fallbacks[i]->empty()) continue;
    const Group* fallback = out->find_group(*fallbacks[i]);
    if (fallback == nullptr || fallback == groups[i]) {
      report("group " + groups[i]->symbol, "its fallback group '" + *fallbacks[i] + "' is not another enabled group");
    } else {
      groups[i]->fallback = fallback;
    }
  }

  // Channels, by id; those that cannot be used by the side.
  std::vector<const store::ChannelRow*> channel_rows;
  for (const store::ChannelRow& row : rows.channels) channel_rows.push_back(&row);
  std::ranges::sort(channel_rows, {}, [](const auto* row) { return row->id; });
  const Result<std::string> ca_pem = read_ca_file(out->settings_->upstream_ca_file);
  ChannelBuilder channels(sealer_, health_, *out->settings_, ca_pem);
  IndexBuilder index;
  out->channels_.reserve(static_cast<std::size_t>(std::ranges::count_if(
      channel_rows, [](const auto* row) { return row->status == store::ChannelStatus::enabled; })));
  for (const store::ChannelRow* row : channel_rows) {
    if (row->status != store::ChannelStatus::enabled) {
      out->unusable_.push_back({row->id, row->name, disabled_text(*row), false});
      continue;
    }
    // Only of enabled rows: workers still hold the snapshot before this one, and must not be let to a channel again
    // that was just disabled.
    if (health_.note_version(row->id, row->version)) health_.reset(row->id, /*keep_cooldowns=*/false);
    auto channel = channels.build(*row);
    if (!channel) {
      report(channel_label(*row), channel.error().message());
      out->unusable_.push_back({row->id, row->name, channel.error().message(), true});
      continue;
    }
    channel->ordinal = static_cast<std::uint32_t>(out->channels_.size());
    const auto models = split_list(row->models);
    for (const std::string_view symbol : split_list(row->groups)) {
      const Group* group = out->find_group(symbol);
      if (group == nullptr) continue;
      for (const std::string_view model : models) {
        index.add(group->ordinal, model, channel->ordinal, row->priority, row->weight);
      }
    }
    if (std::ranges::any_of(models, [](auto model) { return model.size() > IndexBuilder::kMaxName; })) {
      report(channel_label(*row), "names of models beyond 256 bytes are left out");
    }
    out->channels_.push_back(std::move(*channel));
  }
  out->index_ = std::move(index).build();

  // Prices.
  for (const store::PriceRow& row : rows.prices) {
    auto price = price_of_row(row);
    if (!price) {
      report("price " + row.model, price.error().message() + "; the model counts as one without a price");
      continue;
    }
    const bool pattern = row.model.ends_with('*');
    auto& target = pattern ? out->price_patterns_ : out->prices_;
    target.emplace_back(pattern ? row.model.substr(0, row.model.size() - 1) : row.model, PriceEntry{*price, row.owner});
  }
  std::ranges::sort(out->prices_, {}, [](const auto& entry) { return std::string_view(entry.first); });
  std::ranges::sort(out->price_patterns_, std::greater{},
                    [](const auto& entry) { return std::pair(entry.first.size(), std::string_view(entry.first)); });
  out->prices_.shrink_to_fit();
  auto fallback_price = default_price_of(out->settings_->default_price);
  if (fallback_price) {
    out->default_price_ = *fallback_price;
  } else {
    report("billing.default_price", fallback_price.error().message() + "; models without a price are refused");
  }
  for (const store::ModelOwnerRow& row : rows.owners) out->owners_.emplace_back(row.id, row.name);
  std::ranges::sort(out->owners_);
  built.catalog = std::move(out);
  return built;
}

}  // namespace tollgate::catalog
