#pragma once

#include <atomic>
#include <cstdint>

#include "base/error.h"
#include "net/address.h"
#include "relay/client_limiter.h"

namespace tollgate::relay {

/// Unknown keys by the address that presents them, each of which costs a look-up in the database. From an address with
/// too many in a minute, keys that are not at hand are refused unseen; known ones behind the same address go on. Any
/// thread. Calls with known keys take no lock unless some address is being refused.
class BadKeys {
 public:
  /// Whether any address may be refused at the moment: only then `check` has something to say.
  [[nodiscard]] bool refusing(std::int64_t now_ns) const {
    return now_ns < refusing_until_ns_.load(std::memory_order_relaxed);
  }
  /// @param limit  Unknown keys a minute; 0: no limit.
  /// Errors: rate_limit_exceeded.
  [[nodiscard]] Result<void> check(const net::IpAddress& client, std::int64_t limit, std::int64_t now_ns) const;
  /// An unknown key was presented.
  void note(const net::IpAddress& client, std::int64_t limit, std::int64_t now_ns);

 private:
  ClientLimiter limiter_;
  std::atomic<std::int64_t> refusing_until_ns_{0};
};

}  // namespace tollgate::relay
