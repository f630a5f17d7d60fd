#include "store/seed.h"

#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/groups.h"
#include "store/models.h"
#include "store/options.h"
#include "store/query.h"
#include "store/seed_data.h"
#include "store/session.h"

namespace tollgate::store {
namespace {

Result<void> seed_groups(Session& db, std::int64_t now) {
  for (const std::string_view symbol : {"default", "vip", "svip"}) {
    GroupRow row;
    row.symbol = row.name = symbol;
    row.is_public = symbol == kDefaultGroup;
    row.created_at = row.updated_at = now;
    if (auto done = create_group(db, row); !done) return std::unexpected(std::move(done.error()));
  }
  return {};
}

Result<void> seed_owners(Session& db) {
  for (const OwnerSeed& owner : kOwnerSeeds) {
    auto done = create_model_owner(db, {.id = owner.id, .name = std::string(owner.name), .icon = {}});
    if (!done) return done;
  }
  return {};
}

}  // namespace

std::vector<PriceRow> built_in_prices() {
  std::vector<PriceRow> out;
  for (const PriceSeed& seed : kPriceSeeds) {
    for (const std::string_view model : split_list(seed.models)) {
      PriceRow row;
      row.model = model;
      row.type = seed.type;
      row.owner = seed.owner;
      row.input = seed.input;
      row.output = seed.output;
      out.push_back(row);
      // Drawing in turbo and relax mode is priced like the ordinary one.
      if (!model.starts_with("mj_")) continue;
      for (const std::string_view mode : {"mj_turbo_", "mj_relax_"}) {
        row.model = fmt::format("{}{}", mode, model.substr(3));
        out.push_back(row);
      }
    }
  }
  return out;
}

Result<bool> seed_database(Session& db, std::int64_t now) {
  return transaction(db, "seed_database", [&]() -> Result<bool> {
    const auto seeded = meta_value(db, kMetaSeeded);
    if (!seeded) return std::unexpected(seeded.error());
    if (!seeded->empty()) return false;
    if (auto done = seed_groups(db, now); !done) return std::unexpected(std::move(done.error()));
    if (auto done = seed_owners(db); !done) return std::unexpected(std::move(done.error()));
    auto prices = sync_prices(db, built_in_prices(), PriceSync::add, now);
    if (!prices) return std::unexpected(std::move(prices.error()));
    if (auto done = set_meta_value(db, kMetaSeeded, std::to_string(now)); !done)
      return std::unexpected(std::move(done.error()));
    return true;
  });
}

}  // namespace tollgate::store
