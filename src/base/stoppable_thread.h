#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace tollgate {

/// A thread that is asked to stop, and waited for, by `stop` or when this is destroyed: so it is its owner's last
/// member.
class StoppableThread {
 public:
  void start(std::function<void(const std::stop_token&)> run) {
    thread_ = std::jthread([run = std::move(run)](const std::stop_token& asked) { run(asked); });
  }
  /// May be called again, and before `start`.
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] bool stopping() const { return thread_.get_stop_token().stop_requested(); }

 private:
  std::jthread thread_;
};

/// Waits so long, or until the thread is asked to stop. @return whether it was.
inline bool stopped_within(const std::stop_token& asked, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  return wake.wait_for(lock, asked, time, [&] { return asked.stop_requested(); });
}

}  // namespace tollgate
