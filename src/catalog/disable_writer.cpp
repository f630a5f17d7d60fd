#include "catalog/disable_writer.h"

#include <algorithm>
#include <utility>

#include "store/audit.h"
#include "store/channels.h"
#include "store/executor.h"
#include "telemetry/log.h"

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kFirstRetryMs = 1'000;
constexpr std::int64_t kLongestRetryMs = 60'000;

}  // namespace

DisableWriter::DisableWriter(net::WorkerPool& workers, store::Storage& storage, const Clock& clock,
                             std::function<void()> changed)
    : workers_(workers), storage_(storage), clock_(clock), changed_(std::move(changed)) {}

void DisableWriter::take(DisableDecision decision) {
  if (!decision.whole_channel) {
    log::warn("a key of a channel is out of use", {{"channel", decision.channel.value}, {"reason", decision.reason}});
    return;
  }
  workers_[0].spawn_from_anywhere(run(std::move(decision)));
}

Result<bool> DisableWriter::write(store::Session& db, const DisableDecision& decision, std::int64_t now_unix_s) {
  return store::transaction(db, "disable_channel", [&]() -> Result<bool> {
    auto changed = store::set_channel_status(db, decision.channel, store::ChannelStatus::enabled,
                                             store::ChannelStatus::auto_disabled, decision.reason, now_unix_s);
    if (!changed || !*changed) return changed;
    store::AuditRow audit;
    audit.created_at = now_unix_s;
    audit.action = "channel.auto_disable";
    audit.target = "channel";
    audit.target_id = decision.channel.value;
    audit.summary = decision.reason;
    if (auto added = store::add_audit(db, audit); !added) return std::unexpected(std::move(added.error()));
    return true;
  });
}

net::Task<void> DisableWriter::run(DisableDecision decision) {
  for (std::int64_t wait_ms = kFirstRetryMs;; wait_ms = std::min(wait_ms * 2, kLongestRetryMs)) {
    auto written = co_await storage_.run(
        [this, &decision](store::Session& db) { return write(db, decision, clock_.unix_seconds()); },
        Deadline::never());
    if (written) {
      if (*written) {
        disabled_.fetch_add(1, std::memory_order_relaxed);
        log::warn("a channel was disabled", {{"channel", decision.channel.value}, {"reason", decision.reason}});
        changed_();
      }
      co_return;
    }
    if (written.error().code() == ErrorCode::shutting_down) co_return;
    log::failure(log::Level::error, "a channel could not be disabled; trying again", written.error(),
                 {{"channel", decision.channel.value}});
    co_await net::Worker::current().sleep(wait_ms);
  }
}

}  // namespace tollgate::catalog
