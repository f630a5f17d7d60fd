#pragma once

#include <string_view>
#include <vector>

namespace tollgate::http {

/// An item of `gzip, br;q=0.5`.
struct WeightedItem {
  std::string_view name;
  int weight = 1000;  ///< thousandths
};

/// The items of an Accept-Encoding or Accept-Language field, in their order. A weight that is none counts as 0.
[[nodiscard]] std::vector<WeightedItem> weighted_items(std::string_view list);

}  // namespace tollgate::http
