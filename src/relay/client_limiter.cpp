#include "relay/client_limiter.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

namespace tollgate::relay {
namespace {

constexpr std::size_t kNetworkBytes = 8;  // of an IPv6 address: what one customer is given

std::int64_t interval_of(std::int64_t limit, std::int64_t window_ms) {
  return std::max<std::int64_t>(window_ms * 1'000'000 / limit, 1);
}

}  // namespace

std::size_t ClientLimiter::KeyHash::operator()(const Key& key) const {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(key.data()), key.size()});
}

ClientLimiter::Key ClientLimiter::key_of(const net::IpAddress& client) {
  Key key{};
  const std::size_t bytes = client.is_v6() ? kNetworkBytes : 4;
  std::copy_n(client.bytes().begin(), bytes, key.begin());
  if (!client.is_v6()) key.back() = 4;
  return key;
}

bool ClientLimiter::take(const net::IpAddress& client, std::int64_t limit, std::int64_t window_ms,
                         std::int64_t now_ns) {
  if (limit <= 0 || window_ms <= 0) return true;
  const Key key = key_of(client);
  const std::int64_t interval_ns = interval_of(limit, window_ms);
  const std::lock_guard lock(mutex_);
  if (free_at_ns_.size() >= max_clients_ && !free_at_ns_.contains(key)) make_room(now_ns);
  std::int64_t& free_at = free_at_ns_[key];
  const std::int64_t next = std::max(free_at, now_ns) + interval_ns;
  if (next - now_ns > interval_ns * limit) return false;
  free_at = next;
  return true;
}

bool ClientLimiter::full(const net::IpAddress& client, std::int64_t limit, std::int64_t window_ms,
                         std::int64_t now_ns) const {
  if (limit <= 0 || window_ms <= 0) return false;
  const std::lock_guard lock(mutex_);
  const auto found = free_at_ns_.find(key_of(client));
  if (found == free_at_ns_.end()) return false;
  return found->second - now_ns > interval_of(limit, window_ms) * (limit - 1);
}

std::size_t ClientLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return free_at_ns_.size();
}

void ClientLimiter::make_room(std::int64_t now_ns) {
  std::erase_if(free_at_ns_, [&](const auto& entry) { return entry.second <= now_ns; });
  if (free_at_ns_.size() < max_clients_) return;
  // All are under way: those that come to rest first are nearest to being forgotten anyway.
  std::vector<std::int64_t> times;
  times.reserve(free_at_ns_.size());
  for (const auto& [key, time] : free_at_ns_) times.push_back(time);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  std::erase_if(free_at_ns_, [&](const auto& entry) { return entry.second <= *middle; });
}

}  // namespace tollgate::relay
