#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace tollgate::catalog {

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  /// In constant time.
  friend bool operator==(const Hash128& a, const Hash128& b) { return ((a.low ^ b.low) | (a.high ^ b.high)) == 0; }
};

/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein): a keyed hash for short texts, some 40 ns for a token's
/// key where an HMAC takes 400. Without the key nobody can find two texts with the same hash. Immutable, any thread.
class SipHash {
 public:
  using Key = std::array<std::uint8_t, 16>;
  explicit SipHash(const Key& key) {
    std::memcpy(&k0_, key.data(), 8);
    std::memcpy(&k1_, key.data() + 8, 8);
  }

  [[nodiscard]] Hash128 operator()(std::string_view text) const;

 private:
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t k0_ = 0, k1_ = 0;
};

}  // namespace tollgate::catalog

template <>
struct std::hash<tollgate::catalog::Hash128> {
  std::size_t operator()(const tollgate::catalog::Hash128& h) const noexcept { return h.low; }
};
