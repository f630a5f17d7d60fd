#pragma once

#include <atomic>

#include "base/clock.h"

namespace tollgate::testing {

/// A clock that moves only when told to. Any thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t unix_ms = 1'700'000'000'000) : unix_ms_(unix_ms) {}
  [[nodiscard]] std::int64_t mono_ns() const override;
  [[nodiscard]] std::int64_t unix_ms() const override;
  void advance_ms(std::int64_t ms);

 private:
  std::atomic<std::int64_t> unix_ms_;
  std::atomic<std::int64_t> mono_ns_{1'000'000'000};
};

}  // namespace tollgate::testing
