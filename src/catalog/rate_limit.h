#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/ids.h"

namespace tollgate::catalog {

/// Requests a minute, exact: GCRA, so that 119 a minute are 119 and not 60, and no window has an edge to exploit.
///
/// After a pause, a burst is let through at once: the whole rate up to 60 a minute, never less than 60 above that, and
/// ten seconds' worth of a rate above 360. In the long run never more than the rate.
struct Rate {
  /// From here on nothing is counted: no caller is that fast.
  static constexpr std::int64_t kUnlimited = 60'000'000;

  std::int64_t per_minute = 0;  ///< 0 or less: nothing is allowed

  [[nodiscard]] constexpr bool unlimited() const { return per_minute >= kUnlimited; }
  /// Nanoseconds between requests in the long run, rounded up.
  [[nodiscard]] constexpr std::int64_t interval_ns() const { return (60'000'000'000 + per_minute - 1) / per_minute; }
  [[nodiscard]] constexpr std::int64_t burst() const {
    const std::int64_t small = per_minute < 60 ? per_minute : 60;
    return per_minute / 6 > small ? per_minute / 6 : small;
  }
};

/// The answer, with what `x-ratelimit-limit-requests`, `-remaining-requests`, `-reset-requests` and `Retry-After` say.
struct RateDecision {
  bool allowed = true;
  std::int64_t limit = 0;           ///< requests a minute
  std::int64_t remaining = 0;       ///< that could follow at once
  std::int64_t reset_ms = 0;        ///< until the whole burst is there again
  std::int64_t retry_after_ms = 0;  ///< if refused: until one is allowed; 0 when waiting does not help (rate 0)
};

/// What the limiter remembers of one user: eight bytes. Any worker, no lock.
class RateCell {
 public:
  /// Counts a request, or refuses it without counting it. An unlimited rate touches nothing.
  [[nodiscard]] RateDecision take(Rate rate, std::int64_t now_ns);
  /// Whether it remembers nothing: a new cell would answer the same.
  [[nodiscard]] bool at_rest(std::int64_t now_ns) const {
    return theoretical_arrival_ns_.load(std::memory_order_relaxed) <= now_ns;
  }

 private:
  std::atomic<std::int64_t> theoretical_arrival_ns_{0};
};

/// Calls in flight of one token; the limit comes with the token (0: none).
class ConcurrencyCell {
 public:
  /// Gives its place back when destroyed. Keeps the cell alive.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(std::shared_ptr<ConcurrencyCell> cell) : cell_(std::move(cell)) {}
    Slot(Slot&&) = default;
    Slot& operator=(Slot&& other) noexcept {
      release();
      cell_ = std::move(other.cell_);
      return *this;
    }
    ~Slot() { release(); }
    [[nodiscard]] explicit operator bool() const { return cell_ != nullptr; }

   private:
    void release() {
      if (cell_) cell_->in_flight_.fetch_sub(1, std::memory_order_relaxed);
      cell_.reset();
    }
    std::shared_ptr<ConcurrencyCell> cell_;
  };

  /// @return an empty slot if `limit` calls are in flight.
  [[nodiscard]] static Slot enter(const std::shared_ptr<ConcurrencyCell>& cell, std::int64_t limit);
  [[nodiscard]] std::int64_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> in_flight_{0};
};

/// The cells of users, so that all tokens of a user on all workers share one and it survives a reload of their facts.
/// Bounded by who is in use: a cell that nobody else holds and whose burst is whole again remembers nothing, and is let
/// go of from time to time. Locks; called when facts are loaded, never for a request.
class RateCells {
 public:
  [[nodiscard]] std::shared_ptr<RateCell> of(UserId user, std::int64_t now_ns);
  [[nodiscard]] std::size_t size() const;

 private:
  void prune(std::int64_t now_ns);
  mutable std::mutex mutex_;
  std::unordered_map<UserId, std::shared_ptr<RateCell>> cells_;
  std::size_t prune_at_ = 1024;
};

}  // namespace tollgate::catalog
