#pragma once

#include <coroutine>

#include "net/cancel.h"
#include "net/timer.h"
#include "net/worker.h"

namespace tollgate::net {

/// "It has happened": any number of coroutines of one worker wait for it. Must outlive its waiters.
class Event {
 public:
  explicit Event(Worker& worker) : worker_(worker) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Wakes who waits, in this turn of the loop, and whoever waits later at once.
  void set();
  void reset() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }

  class Wait;
  /// @return (when awaited) whether it was set; false after the deadline or the signal.
  Wait wait(Deadline deadline = Deadline::never(), CancelSignal* signal = nullptr);

 private:
  Worker& worker_;
  bool set_ = false;
  Wait* first_ = nullptr;
};

class Event::Wait final : private TimerNode, private Cancelable {
 public:
  Wait(Event& event, Deadline deadline, CancelSignal* signal) : event_(event), deadline_(deadline), stop_(signal) {}
  ~Wait() { leave(); }

  [[nodiscard]] bool await_ready() const { return event_.set_ || (stop_ != nullptr && stop_->canceled()); }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    next_ = event_.first_;
    if (next_ != nullptr) next_->prev_ = this;
    event_.first_ = this;
    if (stop_ != nullptr) attach(*stop_);
    event_.worker_.arm(*this, deadline_);
  }
  bool await_resume() const { return handle_ ? happened_ : event_.set_; }

 private:
  friend class Event;
  void on_timer() override { wake(false); }
  void on_cancel() override { wake(false); }
  void wake(bool happened) {
    leave();
    happened_ = happened;
    event_.worker_.defer(handle_);
  }
  void leave() {
    disarm();
    detach();
    if (prev_ == nullptr && event_.first_ != this) return;
    (prev_ != nullptr ? prev_->next_ : event_.first_) = next_;
    if (next_ != nullptr) next_->prev_ = prev_;
    prev_ = next_ = nullptr;
  }

  Event& event_;
  Deadline deadline_;
  CancelSignal* stop_;
  std::coroutine_handle<> handle_;
  Wait* prev_ = nullptr;
  Wait* next_ = nullptr;
  bool happened_ = false;
};

inline Event::Wait Event::wait(Deadline deadline, CancelSignal* signal) { return {*this, deadline, signal}; }

inline void Event::set() {
  set_ = true;
  while (first_ != nullptr) first_->wake(true);
}

}  // namespace tollgate::net
