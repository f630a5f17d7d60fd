#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace tollgate {

/// 128-bit integers: wide enough for any count (2^40) times any price mantissa (2^63). The extension is named only
/// here.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// Sums, differences and products that say so instead of wrapping. No value on overflow.
template <class T>
[[nodiscard]] constexpr std::optional<T> checked_add(T a, T b) {
  T out{};
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}
template <class T>
[[nodiscard]] constexpr std::optional<T> checked_sub(T a, T b) {
  T out{};
  if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
  return out;
}
template <class T>
[[nodiscard]] constexpr std::optional<T> checked_mul(T a, T b) {
  T out{};
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

/// The value as int64, if it fits.
[[nodiscard]] constexpr std::optional<std::int64_t> narrow_int64(Int128 value) {
  if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

/// Quotients of a positive divisor, rounded towards plus and minus infinity, as opposed to C++'s towards zero.
[[nodiscard]] constexpr Int128 ceil_div(Int128 value, Int128 divisor) {
  const Int128 quotient = value / divisor;
  return quotient + (value % divisor > 0 ? 1 : 0);
}
[[nodiscard]] constexpr Int128 floor_div(Int128 value, Int128 divisor) {
  const Int128 quotient = value / divisor;
  return quotient - (value % divisor < 0 ? 1 : 0);
}

/// 10^exponent; `exponent` within 0..38.
[[nodiscard]] constexpr Int128 pow10(int exponent) {
  Int128 out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

}  // namespace tollgate
