#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"
#include "store/prices.h"

/// Prices as the management API takes them (shown: price_value.h). Pure.
namespace tollgate::manage {

/// @param from  A price with the predecessors' members; names in any case.
/// @param path  Put before the member's name in errors, such as `price.`.
/// Errors: invalid_request, naming the member: no model or type, another type than tokens or times, a ratio that is
/// negative or too exact, an unknown key of extra_ratios.
[[nodiscard]] Result<store::PriceRow> read_price(const json::object& from, std::string_view path = {});

/// A list of prices: `[...]`, or a document `{"data": [...]}`. Errors: invalid_request, with the element's number.
[[nodiscard]] Result<std::vector<store::PriceRow>> read_price_list(const json::value& from);

}  // namespace tollgate::manage
