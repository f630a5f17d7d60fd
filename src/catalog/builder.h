#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"
#include "crypto/seal.h"
#include "store/channels.h"
#include "store/groups.h"
#include "store/models.h"
#include "store/prices.h"

namespace tollgate::store {
class Session;
}

namespace tollgate::catalog {

/// Purposes under which texts are sealed in the database (crypto::Sealer::seal_text): whoever writes such a column
/// seals with these.
namespace sealed {
inline constexpr std::string_view kChannelKeys = "channel.keys";
inline constexpr std::string_view kChannelHeaders = "channel.headers";
inline constexpr std::string_view kChannelProxy = "channel.proxy";
inline constexpr std::string_view kTokenKey = "token.key";
inline constexpr std::string_view kAccessToken = "user.access_token";
inline constexpr std::string_view kOption = "option";
}  // namespace sealed

/// All rows that a snapshot is made of.
struct CatalogRows {
  std::vector<store::ChannelRow> channels;
  std::vector<store::GroupRow> groups;
  std::vector<store::PriceRow> prices;
  std::vector<store::ModelOwnerRow> owners;
};
/// Reads them in one transaction, so that they agree. Blocking. Errors: storage_unavailable, internal.
[[nodiscard]] Result<CatalogRows> load_rows(store::Session& db);

/// A row that could not be used as it is, for the log and the console.
struct BuildProblem {
  std::string what;    ///< `channel 12 (name)`, `price gpt-4*`, `group vip`
  std::string reason;  ///< holds no secret
};

struct Built {
  std::shared_ptr<const Catalog> catalog;
  std::vector<BuildProblem> problems;
};

/// Makes snapshots. A row that is wrong (unknown provider, a key that does not decrypt, malformed JSON, a bad base URL)
/// costs only itself: that channel, price or group is left out and reported. Storage threads; not two at once.
class Builder {
 public:
  /// @param health  Outlives every snapshot.
  Builder(const crypto::Sealer& sealer, Health& health) : sealer_(sealer), health_(health) {}

  [[nodiscard]] Built build(const CatalogRows& rows, std::shared_ptr<const config::Settings> settings);

  /// One channel as `build` makes it, whatever its status: for testing a channel that is disabled or not yet saved.
  /// Its health cells are those of its id; a channel without an id gets cells of its own, under id 0.
  /// Errors: channel_not_usable, with the reason.
  [[nodiscard]] Result<Channel> build_channel(const store::ChannelRow& row, const config::Settings& settings);

 private:
  const crypto::Sealer& sealer_;
  Health& health_;
  std::uint64_t generation_ = 0;
};

/// A row's price as calls are charged by it. Errors: invalid_request, with what is wrong with the row.
[[nodiscard]] Result<ledger::Price> price_of_row(const store::PriceRow& row);

/// Of the settings, what health cells go by.
[[nodiscard]] HealthPolicy health_policy_of(const config::Settings& settings);

/// The keys in a channel's text: one a line, blanks around them and empty lines left out, each once.
[[nodiscard]] std::vector<Secret> split_keys(const Secret& text);

}  // namespace tollgate::catalog
