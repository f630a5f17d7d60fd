#include "net/cancel.h"

namespace tollgate::net {

void Cancelable::attach(CancelSignal& signal) {
  detach();
  signal_ = &signal;
  prev_ = nullptr;
  next_ = signal.first_;
  if (next_ != nullptr) next_->prev_ = this;
  signal.first_ = this;
}

void Cancelable::detach() {
  if (signal_ == nullptr) return;
  (prev_ != nullptr ? prev_->next_ : signal_->first_) = next_;
  if (next_ != nullptr) next_->prev_ = prev_;
  signal_ = nullptr;
  prev_ = next_ = nullptr;
}

CancelSignal::~CancelSignal() { reset(); }

void CancelSignal::trigger(ErrorCode reason) {
  if (canceled_) return;
  canceled_ = true;
  reason_ = reason;
  // Each is unlinked before it hears of it, so that it may detach, or others with it.
  while (Cancelable* node = first_) {
    node->detach();
    node->on_cancel();
  }
}

Error CancelSignal::error() const {
  switch (reason_) {
    case ErrorCode::client_gone:
      return Error(reason_, "the client closed the connection");
    case ErrorCode::shutting_down:
      return Error(reason_, "the gateway is shutting down");
    default:
      return Error(reason_, "the request was canceled");
  }
}

void CancelSignal::reset() {
  while (first_ != nullptr) first_->detach();
  canceled_ = false;
}

}  // namespace tollgate::net
