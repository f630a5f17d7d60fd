#pragma once

#include <atomic>
#include <memory>

#include "base/error.h"
#include "manage/services.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/worker.h"

namespace tollgate::manage {

/// The one run over all channels that there may be at a time.
class ChannelRun {
 public:
  /// Error: conflict.
  static Result<ChannelRun> begin(const Services& services);
  ~ChannelRun() {
    if (flag_) flag_->store(false);
  }
  ChannelRun(ChannelRun&&) noexcept = default;
  ChannelRun& operator=(ChannelRun&&) = delete;
  ChannelRun(const ChannelRun&) = delete;

 private:
  explicit ChannelRun(std::shared_ptr<std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// Tests one channel after the other, all or those that are disabled, and does what follows from each test
/// (after_test.h). Ends when `stop` triggers.
net::Task<void> test_channels(Services& services, net::Worker& worker, bool disabled_only, ChannelRun run,
                              net::CancelSignal& stop);

}  // namespace tollgate::manage
