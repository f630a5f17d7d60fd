#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

enum class PriceType : std::int32_t { tokens = 1, times = 2 };

/// What a model costs. Ratios are decimals as text, so that nothing is lost: ratio 1 is one quota a token, 2 USD a
/// million; of `times`, `input` is in units of 0.002 USD a call.
struct PriceRow {
  std::string model;  ///< unique: an exact name, or a prefix ending in *
  PriceType type = PriceType::tokens;
  std::int32_t owner = 0;  ///< model_owners.id (the predecessors' channel_type)
  std::string input = "0";
  std::string output = "0";
  std::string extra_ratios;  ///< JSON object usage key → multiplier of its side's ratio, or empty
  bool locked = false;       ///< automatic updates leave it alone
  std::int64_t version = 0;  ///< the row of price_versions that says the same; new with each change of what is charged
  std::int64_t updated_at = 0;
};

/// All functions here block. Errors: those of `guarded` (session.h); invalid_request where a ratio is no decimal from 0
/// to 10^9 with at most 12 digits after the point.

/// Every price, by model, for the catalog's snapshot and the price list.
Result<std::vector<PriceRow>> load_prices(Session& db);
Result<std::optional<PriceRow>> find_price(Session& db, std::string_view model);
/// What an old log row was charged with, also if the price has changed or gone since.
Result<std::optional<PriceRow>> find_price_version(Session& db, std::int64_t version);
Result<std::vector<PriceRow>> find_price_versions(Session& db, const std::vector<std::int64_t>& versions);

/// @return the price's version. Errors: conflict (the model has a price).
Result<std::int64_t> create_price(Session& db, const PriceRow& row, std::int64_t now);
/// Replaces the price of `model`, which may get another name. @return the new version.
/// Errors: not_found; conflict (the new name has a price).
Result<std::int64_t> update_price(Session& db, std::string_view model, const PriceRow& row, std::int64_t now);
/// Inserts or replaces. @return the version.
Result<std::int64_t> put_price(Session& db, const PriceRow& row, std::int64_t now);
/// Errors: not_found.
Result<void> delete_price(Session& db, std::string_view model);
/// @return how many there were.
Result<std::int64_t> delete_prices(Session& db, const std::vector<std::string>& models);

/// How a fetched or uploaded list meets the prices that are there.
enum class PriceSync : std::uint8_t {
  add,        ///< only models that have none yet ("system", "add")
  update,     ///< only models that have one, and not if it is locked
  overwrite,  ///< all unlocked ones go, then the list except for locked models
};
/// All or nothing. @return how many prices were written. Of a model that the list has twice, the last counts.
Result<std::int64_t> sync_prices(Session& db, const std::vector<PriceRow>& rows, PriceSync mode, std::int64_t now);
/// Prices of one form for a set of models: those of `original` that are not in `models` go, the others are written.
Result<void> replace_prices(Session& db, const std::vector<std::string>& original,
                            const std::vector<std::string>& models, const PriceRow& price, std::int64_t now);

}  // namespace tollgate::store
