#include "base/decimal.h"

#include <array>
#include <charconv>
#include <cmath>

namespace tollgate {
namespace {

constexpr std::size_t kLongestText = 64;

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  std::string shown(text.substr(0, 40));
  return fail(ErrorCode::invalid_request, "'" + shown + "' " + std::string(why));
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Decimal> Decimal::from_parts(Int128 mantissa, int scale) {
  if (mantissa == 0) return Decimal{};
  while (scale < 0) {
    const auto shifted = checked_mul<Int128>(mantissa, 10);
    if (!shifted) return std::nullopt;
    mantissa = *shifted;
    ++scale;
  }
  while (scale > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --scale;
  }
  const auto narrow = narrow_int64(mantissa);
  if (!narrow || scale > kMaxScale) return std::nullopt;
  return Decimal(*narrow, scale);
}

Result<Decimal> Decimal::parse(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::invalid_request, "is empty, not a number");
  if (text.size() > kLongestText) return bad(text, "is too long for a number");
  std::size_t at = 0;
  bool negative = false;
  if (text[at] == '-' || text[at] == '+') negative = text[at++] == '-';

  Int128 mantissa = 0;
  int scale = 0;
  bool any_digit = false;
  bool point = false;
  int dropped_zeros = 0;  // zeros that are significant only if a digit follows
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    any_digit = true;
    if (text[at] == '0') {
      ++dropped_zeros;
      if (point) ++scale;
      continue;
    }
    for (int i = 0; i <= dropped_zeros && mantissa != 0; ++i) {
      const auto wider = checked_mul<Int128>(mantissa, 10);
      if (!wider) return bad(text, "has too many digits");
      mantissa = *wider;
    }
    dropped_zeros = 0;
    const auto sum = checked_add<Int128>(mantissa, text[at] - '0');
    if (!sum) return bad(text, "has too many digits");
    mantissa = *sum;
    if (point) ++scale;
  }
  if (!any_digit) return bad(text, "is not a number");
  // Trailing zeros never went into the mantissa: take them out of the scale.
  scale -= dropped_zeros;

  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    int exponent = 0;
    const char* first = text.data() + at;
    const char* last = text.data() + text.size();
    if (first != last && *first == '+' && first + 1 != last && is_digit(first[1])) ++first;
    const auto [end, error] = std::from_chars(first, last, exponent);
    if (error != std::errc{} || end != last || exponent > 1000 || exponent < -1000) return bad(text, "is not a number");
    scale -= exponent;
    at = text.size();
  }
  if (at != text.size()) return bad(text, "is not a number");
  if (mantissa == 0) return Decimal{};
  if (scale > kMaxScale) return bad(text, "has more than 12 fractional digits");
  const auto out = from_parts(negative ? -mantissa : mantissa, scale);
  if (!out) return bad(text, "is out of range");
  return *out;
}

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 40> buffer;
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  if (error != std::errc{}) return std::nullopt;
  // d.ddde±xx: at most 17 digits.
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  Int128 mantissa = 0;
  int scale = 0;
  bool point = false;
  for (const char c : text.substr(0, e)) {
    if (c == '.') point = true;
    if (!is_digit(c)) continue;
    mantissa = mantissa * 10 + (c - '0');
    if (point) ++scale;
  }
  int exponent = 0;
  const char* digits = text.data() + e + 1;
  if (*digits == '+') ++digits;
  std::from_chars(digits, text.data() + text.size(), exponent);
  scale -= exponent;
  if (scale < -18) return mantissa == 0 ? std::optional(Decimal{}) : std::nullopt;
  if (scale > kMaxScale) {
    const int cut = scale - kMaxScale;
    if (cut > 20) return Decimal{};
    const Int128 unit = pow10(cut);
    mantissa = (mantissa + unit / 2) / unit;
    scale = kMaxScale;
  }
  return from_parts(value < 0 ? -mantissa : mantissa, scale);
}

std::string Decimal::to_string() const {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), mantissa_).ptr;
  std::string text(buffer.data(), end);
  if (scale_ == 0) return text;
  const std::size_t sign = text.front() == '-' ? 1 : 0;
  const auto digits = static_cast<std::size_t>(scale_);
  if (text.size() - sign <= digits) text.insert(sign, digits - (text.size() - sign) + 1, '0');
  text.insert(text.size() - digits, 1, '.');
  return text;
}

double Decimal::to_double() const {
  // Through the text: the nearest double of the decimal, which a division would miss now and then.
  const std::string text = to_string();
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::optional<Decimal> Decimal::add(Decimal a, Decimal b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  return from_parts(Int128{a.mantissa_} * pow10(scale - a.scale_) + Int128{b.mantissa_} * pow10(scale - b.scale_),
                    scale);
}

std::optional<Decimal> Decimal::sub(Decimal a, Decimal b) {
  const int scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  return from_parts(Int128{a.mantissa_} * pow10(scale - a.scale_) - Int128{b.mantissa_} * pow10(scale - b.scale_),
                    scale);
}

std::optional<Decimal> Decimal::mul(Decimal a, Decimal b) {
  return from_parts(Int128{a.mantissa_} * b.mantissa_, a.scale_ + b.scale_);
}

std::int64_t Decimal::ceil() const { return static_cast<std::int64_t>(ceil_div(mantissa_, pow10(scale_))); }
std::int64_t Decimal::floor() const { return static_cast<std::int64_t>(floor_div(mantissa_, pow10(scale_))); }

std::optional<std::int64_t> Decimal::times_ceil(std::int64_t count) const {
  return narrow_int64(ceil_div(Int128{mantissa_} * count, pow10(scale_)));
}

}  // namespace tollgate
