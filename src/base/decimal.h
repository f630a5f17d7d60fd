#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/int128.h"

namespace tollgate {

/// An exact decimal number for prices and ratios: mantissa × 10^-scale, scale 0..12, always in lowest terms (so that
/// equal numbers are equal bit by bit). No binary floating point takes part in any of its arithmetic. A value type, 16
/// bytes, any thread.
///
/// Range: the mantissa is an int64, so ±9.2e18 for whole numbers and ±9.2e6 with all twelve fractional digits.
class Decimal {
 public:
  static constexpr int kMaxScale = 12;

  constexpr Decimal() = default;
  /// A whole number.
  constexpr explicit Decimal(std::int64_t whole) : mantissa_(whole) {}

  /// From text as JSON or a person writes it: `3`, `-0.5`, `.25`, `1e-05`, surrounded by nothing.
  /// Errors: invalid_request, saying whether it is no number, too long or too large. Never rounds: a digit beyond the
  /// twelfth fractional one that is not zero is an error.
  static Result<Decimal> parse(std::string_view text);
  /// mantissa × 10^-scale, reduced. No value if it cannot be held exactly.
  static std::optional<Decimal> from_parts(Int128 mantissa, int scale);
  /// For values that come to us as binary floating point (a JSON tree, a predecessor's database): the decimal that the
  /// shortest spelling of the number shows, rounded half away from zero at the twelfth fractional digit. No value for
  /// NaN, infinities and what is out of range.
  static std::optional<Decimal> from_double(double value);

  [[nodiscard]] constexpr std::int64_t mantissa() const { return mantissa_; }
  [[nodiscard]] constexpr int scale() const { return scale_; }
  [[nodiscard]] constexpr bool is_zero() const { return mantissa_ == 0; }
  [[nodiscard]] constexpr bool is_negative() const { return mantissa_ < 0; }
  /// No fractional part.
  [[nodiscard]] constexpr bool is_whole() const { return scale_ == 0; }

  /// The shortest plain spelling: `3`, `-0.5`, `0.000001`. Never an exponent; parses back to the same value.
  [[nodiscard]] std::string to_string() const;
  /// The nearest double, for JSON members that the predecessors show as numbers. Never calculate with it.
  [[nodiscard]] double to_double() const;

  /// Exact results, or no value when the result cannot be held (then calculate on mantissas in 128 bits).
  [[nodiscard]] static std::optional<Decimal> add(Decimal a, Decimal b);
  [[nodiscard]] static std::optional<Decimal> sub(Decimal a, Decimal b);
  [[nodiscard]] static std::optional<Decimal> mul(Decimal a, Decimal b);

  /// The whole number at or above, or at or below, this one.
  [[nodiscard]] std::int64_t ceil() const;
  [[nodiscard]] std::int64_t floor() const;
  /// ceil(count × this), in 128 bits; no value if it does not fit an int64.
  [[nodiscard]] std::optional<std::int64_t> times_ceil(std::int64_t count) const;

  friend constexpr bool operator==(Decimal a, Decimal b) { return a.mantissa_ == b.mantissa_ && a.scale_ == b.scale_; }
  friend constexpr std::strong_ordering operator<=>(Decimal a, Decimal b) {
    const Int128 left = Int128{a.mantissa_} * pow10(kMaxScale - a.scale_);
    const Int128 right = Int128{b.mantissa_} * pow10(kMaxScale - b.scale_);
    return left <=> right;
  }

 private:
  constexpr Decimal(std::int64_t mantissa, int scale) : mantissa_(mantissa), scale_(static_cast<std::uint8_t>(scale)) {}
  std::int64_t mantissa_ = 0;
  std::uint8_t scale_ = 0;
};

}  // namespace tollgate
