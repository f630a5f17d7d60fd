#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace tollgate::manage {

/// A model that is served and has no price of its own, nor one of the name it is billed under: calls of it are refused,
/// or charged at the operator's default price. The views live as long as the snapshot.
struct UnpricedModel {
  std::string_view model;
  std::int64_t channels = 0;             ///< that serve it so
  std::vector<std::string_view> groups;  ///< in which, sorted
};

/// By name. Looks at every model of every group: not for event loops.
[[nodiscard]] std::vector<UnpricedModel> unpriced_models(const catalog::Catalog& catalog);

}  // namespace tollgate::manage
