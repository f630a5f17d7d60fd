#pragma once

#include <coroutine>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/worker.h"

namespace tollgate::ledger {

/// An outcome that some thread will have, and that coroutines on workers wait for. Shared; any thread sets it, once.
/// A coroutine that is destroyed while it waits is not resumed.
class Completion {
 public:
  void set(Result<void> outcome) {
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
      const std::scoped_lock lock(mutex_);
      outcome_ = std::move(outcome);
      waiters = std::move(waiters_);
    }
    for (auto& waiter : waiters) {
      net::Worker* worker = waiter->worker;
      worker->post([waiter = std::move(waiter)] {
        if (waiter->handle) waiter->handle.resume();
      });
    }
  }

  /// `co_await Completion::wait(completion)`: the outcome.
  class Wait;
  [[nodiscard]] static Wait wait(std::shared_ptr<Completion> completion);

 private:
  struct Waiter {
    net::Worker* worker;
    std::coroutine_handle<> handle;  ///< the worker's thread alone reads and clears it
  };

  std::mutex mutex_;
  std::optional<Result<void>> outcome_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

class [[nodiscard]] Completion::Wait {
 public:
  explicit Wait(std::shared_ptr<Completion> completion) : completion_(std::move(completion)) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    if (waiter_) waiter_->handle = nullptr;
  }

  [[nodiscard]] static bool await_ready() noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    const std::scoped_lock lock(completion_->mutex_);
    if (completion_->outcome_) return false;
    waiter_ = std::make_shared<Waiter>(&net::Worker::current(), handle);
    completion_->waiters_.push_back(waiter_);
    return true;
  }
  Result<void> await_resume() {
    const std::scoped_lock lock(completion_->mutex_);
    return *completion_->outcome_;
  }

 private:
  std::shared_ptr<Completion> completion_;
  std::shared_ptr<Waiter> waiter_;
};

inline Completion::Wait Completion::wait(std::shared_ptr<Completion> completion) { return Wait(std::move(completion)); }

}  // namespace tollgate::ledger
