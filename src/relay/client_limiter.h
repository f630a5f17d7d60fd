#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "net/address.h"

namespace tollgate::relay {

/// Calls of one class by client address: `limit` at once, and no more than that a window in the long run. A network
/// of IPv6 (/64) is one client. Eight bytes a client, bounded: beyond, whoever called longest ago is forgotten. Any
/// thread.
class ClientLimiter {
 public:
  explicit ClientLimiter(std::size_t max_clients = 100'000) : max_clients_(max_clients) {}

  /// Counts a call, or refuses it without counting it. A limit of 0 is none.
  [[nodiscard]] bool take(const net::IpAddress& client, std::int64_t limit, std::int64_t window_ms,
                          std::int64_t now_ns);
  /// Whether `take` would refuse a call.
  [[nodiscard]] bool full(const net::IpAddress& client, std::int64_t limit, std::int64_t window_ms,
                          std::int64_t now_ns) const;
  [[nodiscard]] std::size_t size() const;

 private:
  using Key = std::array<std::uint8_t, 16>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  static Key key_of(const net::IpAddress& client);
  void make_room(std::int64_t now_ns);

  const std::size_t max_clients_;
  mutable std::mutex mutex_;
  std::unordered_map<Key, std::int64_t, KeyHash> free_at_ns_;  ///< when all that was counted has passed
};

}  // namespace tollgate::relay
