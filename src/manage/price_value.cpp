#include "manage/price_value.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/ids.h"

namespace tollgate::manage {
namespace {

double number_of(std::string_view decimal) {
  const auto parsed = Decimal::parse(decimal);
  return parsed ? parsed->to_double() : 0.0;
}

Decimal usd_of_quota(Quota quota) { return Decimal::from_parts(Int128{quota} * (1'000'000 / kQuotaPerUsd), 6).value(); }

/// Ratio 1 is one quota a token; of `times`, 1,000 quota a call.
std::optional<Decimal> usd_of(const store::PriceRow& price, std::string_view ratio) {
  const auto parsed = Decimal::parse(ratio);
  if (!parsed) return std::nullopt;
  return Decimal::mul(*parsed, usd_of_quota(price.type == store::PriceType::times ? 1'000 : 1'000'000));
}

/// What a multiplier of extra_ratios makes of its side's price. Nothing if it is not exact in twelve digits.
std::optional<Decimal> extra_usd(std::string_view key, Decimal multiplier, Decimal input, Decimal output) {
  if (key == "web_search") return Decimal::mul(multiplier, usd_of_quota(1));
  const bool of_output = key.starts_with("output_") || key == "reasoning_tokens";
  return Decimal::mul(of_output ? output : input, multiplier);
}

std::optional<Decimal> number_in(const json::value& value) {
  if (const auto* whole = value.if_int64()) return Decimal(*whole);
  if (const auto* number = value.if_double()) return Decimal::from_double(*number);
  return std::nullopt;
}

/// In US dollars. Null if a price is beyond what can be held.
json::value usd_value(const store::PriceRow& price, const json::object& extra_ratios) {
  const auto input = usd_of(price, price.input), output = usd_of(price, price.output);
  if (!input || !output) return nullptr;
  json::object extra;
  for (const auto& member : extra_ratios) {
    const auto multiplier = number_in(member.value());
    if (!multiplier) continue;
    const std::string key(member.key());
    if (const auto usd = extra_usd(key, *multiplier, *input, *output)) extra[key] = usd->to_string();
  }
  return json::object{{"input", input->to_string()}, {"output", output->to_string()}, {"extra", std::move(extra)}};
}

}  // namespace

json::object price_value(const store::PriceRow& price) {
  json::object out{{"model", price.model},
                   {"type", price.type == store::PriceType::times ? "times" : "tokens"},
                   {"channel_type", price.owner},
                   {"input", number_of(price.input)},
                   {"output", number_of(price.output)},
                   {"locked", price.locked}};
  json::object extra;
  if (auto parsed = json::parse_object(price.extra_ratios)) extra = std::move(*parsed);
  out["usd"] = usd_value(price, extra);
  if (!extra.empty()) out["extra_ratios"] = std::move(extra);
  return out;
}

const store::PriceRow* find_price_row(const std::vector<store::PriceRow>& prices, std::string_view model) {
  const auto exact =
      std::ranges::find(prices, model, [](const store::PriceRow& row) { return std::string_view(row.model); });
  if (exact != prices.end()) return &*exact;
  const store::PriceRow* best = nullptr;
  for (const store::PriceRow& row : prices) {
    std::string_view prefix = row.model;
    if (!prefix.ends_with('*')) continue;
    prefix.remove_suffix(1);
    if (model.starts_with(prefix) && (best == nullptr || row.model.size() > best->model.size())) best = &row;
  }
  return best;
}

}  // namespace tollgate::manage
