#include "catalog/rate_limit.h"

#include <algorithm>

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kClockSlackNs = 2'000'000'000;

}  // namespace

RateDecision RateCell::take(Rate rate, std::int64_t now_ns) {
  if (rate.unlimited()) return {.limit = rate.per_minute, .remaining = rate.per_minute};
  if (rate.per_minute <= 0) return {.allowed = false};

  const std::int64_t interval = rate.interval_ns();
  const std::int64_t window = interval * rate.burst();
  std::int64_t seen = theoretical_arrival_ns_.load(std::memory_order_relaxed);
  for (;;) {
    std::int64_t arrival = std::max(seen, now_ns);
    // Farther ahead than this rate ever gets: the group's rate was another one. Start where one more is allowed.
    // (Workers' clocks differ by a turn of their loops, hence the slack.)
    if (arrival > now_ns + window + kClockSlackNs) arrival = now_ns + window - interval;
    const std::int64_t next = arrival + interval;
    const std::int64_t wait_ns = next - window - now_ns;
    if (wait_ns > 0) {
      return {.allowed = false,
              .limit = rate.per_minute,
              .remaining = 0,
              .reset_ms = (arrival - now_ns + 999'999) / 1'000'000,
              .retry_after_ms = std::max<std::int64_t>(1, (wait_ns + 999'999) / 1'000'000)};
    }
    if (theoretical_arrival_ns_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) {
      return {.allowed = true,
              .limit = rate.per_minute,
              .remaining = (window - (next - now_ns)) / interval,
              .reset_ms = (next - now_ns + 999'999) / 1'000'000};
    }
  }
}

ConcurrencyCell::Slot ConcurrencyCell::enter(const std::shared_ptr<ConcurrencyCell>& cell, std::int64_t limit) {
  const std::int64_t before = cell->in_flight_.fetch_add(1, std::memory_order_relaxed);
  Slot slot(cell);
  if (limit > 0 && before >= limit) return {};
  return slot;
}

std::shared_ptr<RateCell> RateCells::of(UserId user, std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  if (cells_.size() >= prune_at_) prune(now_ns);
  auto& cell = cells_[user];
  if (!cell) cell = std::make_shared<RateCell>();
  return cell;
}

std::size_t RateCells::size() const {
  const std::lock_guard lock(mutex_);
  return cells_.size();
}

void RateCells::prune(std::int64_t now_ns) {
  std::erase_if(cells_,
                [&](const auto& entry) { return entry.second.use_count() == 1 && entry.second->at_rest(now_ns); });
  prune_at_ = std::max<std::size_t>(1024, cells_.size() * 2);
}

}  // namespace tollgate::catalog
