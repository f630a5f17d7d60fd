#include "manage/channel_write.h"

#include <string>
#include <utility>

#include "catalog/builder.h"

namespace tollgate::manage {

Result<store::ChannelRow> load_channel(store::Session& db, ChannelId id) {
  auto row = store::find_channel(db, id);
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorCode::not_found, "there is no such channel");
  return std::move(**row);
}

Result<void> check_usable(const Context& ctx, const store::ChannelRow& row) {
  store::ChannelRow copy = row;
  copy.id = ChannelId{};  // what health cells of the real one know stays as it is
  catalog::Builder builder(ctx.services.sealer, ctx.services.health);
  const auto channel = builder.build_channel(copy, *ctx.settings);
  if (!channel) return std::unexpected(channel.error());
  return {};
}

Result<void> save_channel(store::Session& db, const Context& ctx, const store::ChannelRow& row,
                          std::string_view action) {
  if (row.status == store::ChannelStatus::enabled) {
    if (auto usable = check_usable(ctx, row); !usable) return usable;
  }
  if (auto saved = store::update_channel(db, row); !saved) return saved;
  const auto noted = store::add_audit(db, ctx.audit(std::string(action), "channel", row.id.value, row.name));
  if (!noted) return std::unexpected(noted.error());
  return {};
}

Result<std::int64_t> delete_channels(store::Session& db, const Context& ctx, const std::vector<ChannelId>& ids,
                                     std::string_view action) {
  return store::transaction(db, action, [&]() -> Result<std::int64_t> {
    std::int64_t gone = 0;
    for (const ChannelId id : ids) {
      const auto deleted = store::delete_channels(db, {id}, ctx.now_s);
      if (!deleted) return deleted;
      if (*deleted == 0) continue;
      gone += *deleted;
      const auto noted = store::add_audit(db, ctx.audit(std::string(action), "channel", id.value));
      if (!noted) return std::unexpected(noted.error());
    }
    return gone;
  });
}

}  // namespace tollgate::manage
