#include "app/demo_channel.h"

#include <string>

#include "providers/registry.h"
#include "store/channels.h"
#include "store/options.h"
#include "store/prices.h"
#include "store/session.h"

namespace tollgate::app {
namespace {

constexpr std::string_view kMark = "demo_channel_made";

}  // namespace

Result<bool> create_demo_channel_once(store::Session& db, std::int64_t now_unix_s) {
  const providers::ProviderDescriptor* demo = providers::find("demo");
  if (demo == nullptr) return false;
  return store::transaction(db, "create_demo_channel", [&]() -> Result<bool> {
    const auto made = store::meta_value(db, kMark);
    if (!made) return std::unexpected(made.error());
    if (!made->empty()) return false;
    store::ChannelRow row;
    row.type = demo->number;
    row.name = "Demo";
    row.groups = "default,vip,svip";
    row.auto_disable = false;  // its error models exist to fail
    for (const std::string_view model : demo->models) {
      if (!row.models.empty()) row.models += ',';
      row.models += model;
    }
    row.test_model = demo->models.empty() ? std::string() : std::string(demo->models.front());
    row.created_at = row.updated_at = now_unix_s;
    if (auto created = store::create_channel(db, row); !created) return std::unexpected(created.error());
    for (const std::string_view model : demo->models) {
      store::PriceRow free;
      free.model = model;
      if (auto priced = store::put_price(db, free, now_unix_s); !priced) return std::unexpected(priced.error());
    }
    if (auto marked = store::set_meta_value(db, kMark, "1"); !marked) return std::unexpected(marked.error());
    return true;
  });
}

}  // namespace tollgate::app
