#include "manage/price_value.h"

#include <algorithm>
#include <string>

#include "base/decimal.h"

namespace tollgate::manage {
namespace {

double number_of(std::string_view decimal) {
  const auto parsed = Decimal::parse(decimal);
  return parsed ? parsed->to_double() : 0.0;
}

}  // namespace

json::object price_value(const store::PriceRow& price) {
  json::object out{{"model", price.model},
                   {"type", price.type == store::PriceType::times ? "times" : "tokens"},
                   {"channel_type", price.owner},
                   {"input", number_of(price.input)},
                   {"output", number_of(price.output)},
                   {"locked", price.locked}};
  if (!price.extra_ratios.empty()) {
    if (auto extra = json::parse_object(price.extra_ratios); extra && !extra->empty()) {
      out["extra_ratios"] = std::move(*extra);
    }
  }
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
