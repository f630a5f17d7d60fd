#include "manage/upkeep.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "config/settings.h"
#include "manage/dates.h"
#include "store/logs.h"
#include "store/sessions.h"
#include "store/statistics.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

using store::Session;

/// How often it is looked whether channels are to be tested: the setting may change meanwhile.
constexpr std::int64_t kLookMs = 1'000;
constexpr std::int64_t kFirstTidyMs = 60'000, kTidyMs = 3'600'000;
/// Statistics of so many days before today stay hours: an overview of 24 hours shows them.
constexpr std::int64_t kHourlyDays = 1;
constexpr std::int64_t kSlice = 2'000;

}  // namespace

void Upkeep::start() {
  if (services_.settings.current()->node_type == "slave") return;
  spawn(test_channels_in_time(services_.clock.mono_ns()));
  spawn(tidy_every_hour());
}

void Upkeep::stop() {
  worker_.post([this] {
    stop_.trigger(ErrorCode::shutting_down);
    if (running_ == 0) idle_.count_down();
  });
  idle_.wait();
}

void Upkeep::test_channels_now(bool disabled_only, ChannelRun run) {
  spawn(test_channels(services_, worker_, disabled_only, std::move(run), stop_));
}

void Upkeep::spawn(net::Task<void> task) {
  worker_.post([this, task = std::move(task)]() mutable {
    if (stop_.canceled()) return;
    ++running_;
    worker_.spawn(counted(std::move(task)));
  });
}

net::Task<void> Upkeep::counted(net::Task<void> task) {
  struct AtTheEnd {
    Upkeep& upkeep;
    ~AtTheEnd() { upkeep.ended(); }
  } const end{*this};
  co_await std::move(task);
}

void Upkeep::ended() {
  if (--running_ == 0 && stop_.canceled()) idle_.count_down();
}

net::Task<void> Upkeep::test_channels_in_time(std::int64_t last_ns) {
  while (co_await worker_.sleep(kLookMs, &stop_)) {
    const std::int64_t every_ms = services_.settings.current()->channel_test_interval_ms;
    const std::int64_t now_ns = worker_.now_ns();
    if (every_ms <= 0 || (now_ns - last_ns) / 1'000'000 < every_ms) continue;
    last_ns = now_ns;
    // Somebody's own run is as good.
    if (auto run = ChannelRun::begin(services_)) {
      co_await test_channels(services_, worker_, false, std::move(*run), stop_);
    }
  }
}

net::Task<void> Upkeep::tidy_every_hour() {
  for (std::int64_t wait_ms = kFirstTidyMs; co_await worker_.sleep(wait_ms, &stop_); wait_ms = kTidyMs) {
    co_await fold_old_statistics();
    co_await delete_expired_sign_ins();
    co_await delete_old_logs();
  }
}

net::Task<void> Upkeep::fold_old_statistics() {
  const std::int64_t before = day_of(services_.clock.unix_seconds()) - kHourlyDays * kDaySeconds;
  while (!stop_.canceled()) {
    const auto more =
        co_await services_.storage.main().run([&](Session& db) { return store::fold_statistics(db, before, kSlice); },
                                              worker_.in_ms(services_.settings.current()->storage_timeout_ms));
    if (!more) log::failure(log::Level::warn, "old statistics could not be folded", more.error(), {});
    if (!more || !*more) co_return;
  }
}

net::Task<void> Upkeep::delete_expired_sign_ins() {
  const std::int64_t now_s = services_.clock.unix_seconds();
  while (!stop_.canceled()) {
    const auto gone = co_await services_.storage.main().run(
        [&](Session& db) { return store::delete_expired_sign_ins(db, now_s, kSlice); },
        worker_.in_ms(services_.settings.current()->storage_timeout_ms));
    if (!gone) log::failure(log::Level::warn, "expired sign-ins could not be deleted", gone.error(), {});
    if (!gone || *gone < kSlice) co_return;
  }
}

net::Task<void> Upkeep::delete_old_logs() {
  const std::int64_t days = services_.settings.current()->log_retention_days;
  if (days <= 0) co_return;
  const std::int64_t before = services_.clock.unix_seconds() - days * kDaySeconds;
  while (!stop_.canceled()) {
    const auto gone = co_await services_.storage.log().run(
        [&](Session& db) { return store::delete_logs(db, before, std::nullopt, kSlice); },
        worker_.in_ms(services_.settings.current()->storage_timeout_ms));
    if (!gone) log::failure(log::Level::warn, "old rows of the log could not be deleted", gone.error(), {});
    if (!gone || *gone < kSlice) co_return;
  }
}

}  // namespace tollgate::manage
