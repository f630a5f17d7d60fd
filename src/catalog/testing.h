#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/builder.h"
#include "config/settings.h"
#include "crypto/master_key.h"

/// What tests of this folder share: rows as an operator would make them, and the snapshot of them.
namespace tollgate::catalog::testing {

/// OpenAI's number, the demo provider's and Anthropic's, as in providers/.
inline constexpr std::int32_t kOpenAi = 1, kAnthropic = 14;

class Rows {
 public:
  Rows() {
    // What channel() and the others answer stays good for a while.
    rows.channels.reserve(64);
    rows.groups.reserve(64);
    rows.prices.reserve(64);
    group("default").is_public = true;
    price("*");
  }

  store::GroupRow& group(std::string symbol) {
    auto& row = rows.groups.emplace_back();
    row.id = static_cast<std::int64_t>(rows.groups.size());
    row.symbol = row.name = std::move(symbol);
    return row;
  }
  store::ChannelRow& channel(std::int64_t id, std::string models, const std::string& keys = "sk-one") {
    auto& row = rows.channels.emplace_back();
    row.id = ChannelId{id};
    row.type = kOpenAi;
    row.name = "channel-" + std::to_string(id);
    row.keys_sealed = seal(keys, sealed::kChannelKeys);
    row.models = std::move(models);
    row.groups = "default";
    return row;
  }
  store::PriceRow& price(std::string model, std::string input = "1", std::string output = "2") {
    auto& row = rows.prices.emplace_back();
    row.model = std::move(model);
    row.input = std::move(input);
    row.output = std::move(output);
    row.version = static_cast<std::int64_t>(rows.prices.size());
    return row;
  }
  [[nodiscard]] std::string seal(std::string_view text, std::string_view purpose) const {
    return sealer.seal_text(text, purpose);
  }

  Built build() { return builder.build(rows, std::make_shared<const config::Settings>(settings)); }
  std::shared_ptr<const Catalog> catalog() { return build().catalog; }

  CatalogRows rows;
  config::Settings settings = config::Settings::defaults();
  crypto::Sealer sealer = crypto::MasterKey::generate().sealer();
  Health health;
  Builder builder{sealer, health};
};

}  // namespace tollgate::catalog::testing
