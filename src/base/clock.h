#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace tollgate {

/// The only source of time for logic, so that tests can hand in their own. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic nanoseconds from an arbitrary start.
  [[nodiscard]] virtual std::int64_t mono_ns() const = 0;
  /// Wall clock, milliseconds since 1970.
  [[nodiscard]] virtual std::int64_t unix_ms() const = 0;
  [[nodiscard]] std::int64_t unix_seconds() const { return unix_ms() / 1000; }
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t mono_ns() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  [[nodiscard]] std::int64_t unix_ms() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

/// A point of monotonic time until which an operation may take. The default never passes.
class Deadline {
 public:
  constexpr Deadline() = default;
  static constexpr Deadline never() { return {}; }
  static constexpr Deadline at_ns(std::int64_t mono_ns) {
    Deadline d;
    d.at_ns_ = mono_ns;
    return d;
  }
  /// `ms` from `now_ns`; 0 or less means never.
  static constexpr Deadline after_ms(std::int64_t now_ns, std::int64_t ms) {
    return ms > 0 ? at_ns(now_ns + ms * 1'000'000) : never();
  }
  [[nodiscard]] constexpr bool is_never() const { return at_ns_ == std::numeric_limits<std::int64_t>::max(); }
  [[nodiscard]] constexpr std::int64_t ns() const { return at_ns_; }
  [[nodiscard]] constexpr bool passed(std::int64_t now_ns) const { return now_ns >= at_ns_; }
  [[nodiscard]] constexpr Deadline sooner(Deadline other) const { return at_ns_ <= other.at_ns_ ? *this : other; }

 private:
  std::int64_t at_ns_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace tollgate
