#pragma once

#include "base/error.h"

namespace tollgate::net {

class CancelSignal;

/// Something that can be told to stop waiting. Linked into at most one signal; unlinks itself when destroyed.
class Cancelable {
 public:
  Cancelable() = default;
  Cancelable(const Cancelable&) = delete;
  Cancelable& operator=(const Cancelable&) = delete;

  void attach(CancelSignal& signal);
  void detach();
  [[nodiscard]] const CancelSignal* signal() const { return signal_; }

 protected:
  ~Cancelable() { detach(); }

 private:
  friend class CancelSignal;
  /// Called once, from the worker's loop or the coroutine that triggers. Must only schedule, not run, what it wakes.
  virtual void on_cancel() = 0;

  CancelSignal* signal_ = nullptr;
  Cancelable* prev_ = nullptr;
  Cancelable* next_ = nullptr;
};

/// "Stop": one a request. Operations that are given it answer at once with `reason()` from then on. One thread.
class CancelSignal {
 public:
  CancelSignal() = default;
  CancelSignal(const CancelSignal&) = delete;
  CancelSignal& operator=(const CancelSignal&) = delete;
  ~CancelSignal();

  /// Only the first call counts.
  void trigger(ErrorCode reason);
  [[nodiscard]] bool canceled() const { return canceled_; }
  /// client_gone, shutting_down, or whatever the one who triggered said.
  [[nodiscard]] ErrorCode reason() const { return reason_; }
  [[nodiscard]] Error error() const;
  /// For the next request on the same connection. Nothing may be attached.
  void reset();

 private:
  friend class Cancelable;
  bool canceled_ = false;
  ErrorCode reason_ = ErrorCode::client_gone;
  Cancelable* first_ = nullptr;
};

}  // namespace tollgate::net
