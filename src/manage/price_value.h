#pragma once

#include <string_view>
#include <vector>

#include "json/value.h"
#include "store/prices.h"

namespace tollgate::manage {

/// A price as the API shows it: ratios as numbers, `extra_ratios` only if there are any, and all of it in dollars.
[[nodiscard]] json::object price_value(const store::PriceRow& price);

/// The row that a model is charged by: its own, else that of the longest pattern that fits; null if there is none.
/// @param prices  By model, as store::load_prices gives them.
[[nodiscard]] const store::PriceRow* find_price_row(const std::vector<store::PriceRow>& prices, std::string_view model);

}  // namespace tollgate::manage
