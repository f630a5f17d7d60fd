#include "relay/bad_keys.h"

namespace tollgate::relay {
namespace {

constexpr std::int64_t kWindowMs = 60'000;

}  // namespace

Result<void> BadKeys::check(const net::IpAddress& client, std::int64_t limit, std::int64_t now_ns) const {
  if (!limiter_.full(client, limit, kWindowMs, now_ns)) return {};
  return fail(Error(ErrorCode::rate_limit_exceeded, "too many unknown API keys from this address; wait a moment")
                  .retry_after_ms(kWindowMs / limit));
}

void BadKeys::note(const net::IpAddress& client, std::int64_t limit, std::int64_t now_ns) {
  if (limit <= 0) return;
  (void)limiter_.take(client, limit, kWindowMs, now_ns);
  if (limiter_.full(client, limit, kWindowMs, now_ns)) {
    refusing_until_ns_.store(now_ns + kWindowMs * 1'000'000, std::memory_order_relaxed);
  }
}

}  // namespace tollgate::relay
