#include "ledger/admission.h"

#include <utility>

namespace tollgate::ledger {

std::string Admission::trouble() const {
  const std::uint32_t closed = closed_.load(std::memory_order_relaxed);
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (std::size_t i = 0; i < kCauses; ++i) {
    if (closed >> i & 1) out = why_[i];
  }
  return out;
}

Error Admission::error() const {
  if (closed_.load(std::memory_order_relaxed) & bit(Cause::draining)) {
    return {ErrorCode::shutting_down, "the gateway is shutting down"};
  }
  return Error(ErrorCode::storage_unavailable, "the gateway cannot keep its books at the moment").detail(trouble());
}

bool Admission::stop(Cause cause, std::string why) {
  const std::scoped_lock lock(mutex_);
  why_[static_cast<std::size_t>(cause)] = std::move(why);
  return !(closed_.fetch_or(bit(cause), std::memory_order_relaxed) & bit(cause));
}

bool Admission::resume(Cause cause) { return closed_.fetch_and(~bit(cause), std::memory_order_relaxed) & bit(cause); }

}  // namespace tollgate::ledger
