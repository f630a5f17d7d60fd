#pragma once

#include <cstdint>
#include <functional>
#include <latch>
#include <string_view>

#include "base/error.h"
#include "manage/channel_runs.h"
#include "manage/services.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/worker.h"

namespace tollgate::manage {

/// What a gateway does beside answering calls: it tests all channels when it is time or when somebody asks for it,
/// folds the statistics of old hours into days, forgets sign-ins that have expired, empties what was deleted too long
/// ago to come back, and deletes log rows that are too old. All of it on one worker; storage jobs on storage threads.
class Upkeep {
 public:
  /// Both outlive it.
  Upkeep(Services& services, net::Worker& worker) : services_(services), worker_(worker) {}
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  /// Once.
  void start();
  /// Ends what is under way: nothing of it runs any more when this returns. Once, before the workers stop, and on none
  /// of them.
  void stop();
  /// Any worker.
  void test_channels_now(bool disabled_only, ChannelRun run);

 private:
  void spawn(net::Task<void> task);
  net::Task<void> counted(net::Task<void> task);
  void ended();

  /// The first test is due one interval after `last_ns`.
  net::Task<void> test_channels_in_time(std::int64_t last_ns);
  net::Task<void> tidy_every_hour();
  /// Does a part of the work. @return how many rows there were; fewer than a slice's: it is done.
  using Slice = std::function<Result<std::int64_t>(store::Session&)>;
  net::Task<void> in_slices(store::Executor& database, std::string_view failure, Slice slice);

  Services& services_;
  net::Worker& worker_;
  // On the worker.
  net::CancelSignal stop_;
  int running_ = 0;
  std::latch idle_{1};
};

}  // namespace tollgate::manage
