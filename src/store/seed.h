#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/prices.h"

namespace tollgate::store {

class Session;

/// What a fresh database gets: groups default (public), vip, svip; the built-in model owners; the built-in price list,
/// and the demo models at price zero. Once: what an operator deletes later stays deleted. Blocking.
/// @return whether it was done now.
Result<bool> seed_database(Session& db, std::int64_t now);

/// The built-in price list (what `GET /api/prices?type=default` shows). Any thread.
[[nodiscard]] std::vector<PriceRow> built_in_prices();

}  // namespace tollgate::store
