#include "manage/upkeep.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "config/settings.h"
#include "manage/dates.h"
#include "manage/deletion.h"
#include "store/deleted.h"
#include "store/executor.h"
#include "store/logs.h"
#include "store/sessions.h"
#include "store/statistics.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

using store::Deletable;

/// How often it is looked whether channels are to be tested: the setting may change meanwhile.
constexpr std::int64_t kLookMs = 1'000;
constexpr std::int64_t kFirstTidyMs = 60'000, kTidyMs = 3'600'000;
/// Statistics of so many days before today stay hours: an overview of 24 hours shows them beside the 24 before.
constexpr std::int64_t kHourlyDays = 2;
constexpr std::int64_t kSlice = 2'000;
/// A request to bring something back may still be under way when its day has passed.
constexpr std::int64_t kRestoringS = 3'600;

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
    const std::int64_t now_s = services_.clock.unix_seconds();
    store::Executor& main = services_.storage.main();
    const std::int64_t unfolded = day_of(now_s) - kHourlyDays * kDaySeconds;
    co_await in_slices(main, "old statistics could not be folded", [unfolded](Session& db) -> Result<std::int64_t> {
      const auto more = store::fold_statistics(db, unfolded, kSlice);
      if (!more) return std::unexpected(more.error());
      return *more ? kSlice : 0;
    });
    co_await in_slices(main, "expired sign-ins could not be deleted",
                       [now_s](Session& db) { return store::delete_expired_sign_ins(db, now_s, kSlice); });
    const std::int64_t lost = restorable_since(now_s) - kRestoringS;
    for (const Deletable what : {Deletable::user, Deletable::token, Deletable::channel}) {
      co_await in_slices(main, "what was deleted could not be emptied",
                         [what, lost](Session& db) { return store::empty_deleted(db, what, lost, kSlice); });
    }
    const std::int64_t log_days = services_.settings.current()->log_retention_days;
    if (log_days <= 0) continue;
    const std::int64_t kept = now_s - log_days * kDaySeconds;
    co_await in_slices(services_.storage.log(), "old rows of the log could not be deleted",
                       [kept](Session& db) { return store::delete_logs(db, kept, std::nullopt, kSlice); });
  }
}

net::Task<void> Upkeep::in_slices(store::Executor& database, std::string_view failure, Slice slice) {
  while (!stop_.canceled()) {
    const auto done = co_await database.run(slice, worker_.in_ms(services_.settings.current()->storage_timeout_ms));
    if (!done) log::failure(log::Level::warn, failure, done.error(), {});
    if (!done || *done < kSlice) co_return;
  }
}

}  // namespace tollgate::manage
