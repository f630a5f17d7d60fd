#include "manage/attention.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "catalog/catalog.h"
#include "identity/first_root.h"
#include "manage/unpriced.h"
#include "store/channels.h"

namespace tollgate::manage {
namespace {

constexpr std::int64_t kMostChannels = 50;
constexpr std::size_t kMostNames = 10;

json::object channel_trouble(ChannelId id, std::string_view name, std::string_view why, std::string_view reason,
                             std::int64_t since, std::int64_t seconds_left) {
  return {{"id", id.value},   {"name", name},   {"why", why},
          {"reason", reason}, {"since", since}, {"seconds_left", seconds_left}};
}

/// @return why the channel gets no or fewer calls at the moment; empty if it is well.
std::string_view trouble_of(const catalog::Health::Stats& stats, std::int64_t now_ms) {
  if (stats.off) return "off";
  if (stats.state.breaker != catalog::ChannelCell::Breaker::closed) return "breaker_open";
  return stats.cooling_until_ms > now_ms ? "cooling" : std::string_view();
}

json::object warning(std::string_view code, std::int64_t count, const std::vector<std::string_view>& names = {}) {
  json::array shown;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) shown.emplace_back(names[i]);
  return {{"code", code}, {"count", count}, {"names", std::move(shown)}};
}

}  // namespace

Result<json::array> unhealthy_channels(store::Session& db, const Context& ctx, const catalog::Catalog& catalog) {
  json::array out;
  store::ChannelFilter disabled;
  disabled.status = store::ChannelStatus::auto_disabled;
  const auto rows = store::list_channels(db, disabled, {.offset = 0, .limit = kMostChannels, .order = "-id"});
  if (!rows) return std::unexpected(rows.error());
  for (const store::ChannelRow& row : rows->rows) {
    out.push_back(channel_trouble(row.id, row.name, "disabled", row.disabled_reason, row.disabled_at, 0));
  }
  for (const catalog::UnusableChannel& channel : catalog.unusable_channels()) {
    if (channel.broken) out.push_back(channel_trouble(channel.id, channel.name, "broken", channel.reason, 0, 0));
  }
  const std::int64_t now_ms = ctx.services.clock.mono_ns() / 1'000'000;
  for (const catalog::Health::Stats& stats : ctx.services.health.stats()) {
    const catalog::Channel* channel = catalog.find_channel(stats.channel);
    const std::string_view why = trouble_of(stats, now_ms);
    if (channel == nullptr || why.empty()) continue;
    const std::int64_t until_ms = std::max(stats.state.until_ms, stats.cooling_until_ms);
    out.push_back(
        channel_trouble(channel->id, channel->name, why, {}, 0, std::max<std::int64_t>(until_ms - now_ms, 0) / 1000));
  }
  if (out.size() > kMostChannels) out.resize(kMostChannels);
  return out;
}

Result<json::array> warnings(store::Session& db, const Context& ctx, const catalog::Catalog& catalog) {
  json::array out;
  if (ctx.principal().is(identity::Role::root)) {
    const auto first = identity::first_password_in_use(db, ctx.services.token_hash);
    if (!first) return std::unexpected(first.error());
    if (*first) out.emplace_back(warning("first_password", 1));
    if (!ctx.settings->setup_done) out.emplace_back(warning("setup_not_done", 1));
  }
  if (catalog.channels().empty()) out.emplace_back(warning("no_channel", 1));
  std::vector<std::string_view> names;
  for (const UnpricedModel& model : unpriced_models(catalog)) names.push_back(model.model);
  if (!names.empty()) out.emplace_back(warning("unpriced_models", static_cast<std::int64_t>(names.size()), names));
  return out;
}

}  // namespace tollgate::manage
