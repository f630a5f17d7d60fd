#include "manage/after_test.h"

#include "base/strings.h"
#include "catalog/builder.h"

namespace tollgate::manage {
namespace {

constexpr std::size_t kMaxReason = 300;

}  // namespace

AfterTest after_test(const store::ChannelRow& row, const relay::ChannelTestOutcome& outcome,
                     const config::Settings& settings, bool in_run) {
  using Action = AfterTest::Action;
  const std::int64_t threshold_ms = settings.channel_disable_threshold_ms;
  const bool slow = threshold_ms > 0 && outcome.latency_ms > threshold_ms;
  if (row.status == store::ChannelStatus::auto_disabled) {
    const bool works = !outcome.failure && !slow;
    return {.action = works && settings.auto_enable_channels ? Action::enable : Action::none, .reason = {}};
  }
  if (row.status != store::ChannelStatus::enabled || !settings.auto_disable_channels || !row.auto_disable) return {};
  if (outcome.failure) {
    if (catalog::verdict_of(*outcome.failure, catalog::health_policy_of(settings)) != catalog::Verdict::off) return {};
    return {.action = Action::disable, .reason = std::string(clip_utf8(outcome.failure->message(), kMaxReason))};
  }
  if (in_run && slow) {
    return {.action = Action::disable,
            .reason = "its test took " + std::to_string(outcome.latency_ms) + " ms, more than the " +
                      std::to_string(threshold_ms) + " ms allowed"};
  }
  return {};
}

}  // namespace tollgate::manage
