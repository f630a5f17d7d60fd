#pragma once

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

/// Escapes of JSON strings that name a character by its UTF-16 (RFC 8259, section 7).
namespace tollgate::json {

/// What stands for an escaped surrogate without its partner. JSON's grammar lets them stand and programs that cut a
/// text inside an emoji write them, but no UTF-8 holds them.
inline constexpr unsigned kReplacement = 0xFFFD;

inline constexpr std::size_t kUnitEscapeBytes = 6;  ///< `\uXXXX`

struct UnicodeEscape {
  unsigned point = 0;      ///< the character; kReplacement for half of one
  std::size_t length = 0;  ///< bytes of the escape, both halves of a pair; 0 if there is none
  bool lone = false;       ///< half a character
};

/// Bytes of a character in UTF-8.
constexpr std::size_t utf8_size(unsigned point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/// The UTF-16 unit of the escape at `raw[at]`, or -1 if there is none.
inline int utf16_unit(std::string_view raw, std::size_t at) {
  if (at + kUnitEscapeBytes > raw.size() || raw[at] != '\\' || raw[at + 1] != 'u') return -1;
  unsigned unit = 0;
  const char* const digits = raw.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  return error == std::errc{} && end == digits + 4 ? static_cast<int>(unit) : -1;
}

/// The escape at `raw[at]`.
inline UnicodeEscape unicode_escape(std::string_view raw, std::size_t at) {
  const int unit = utf16_unit(raw, at);
  if (unit < 0) return {};
  const auto point = static_cast<unsigned>(unit);
  if (point < 0xD800 || point >= 0xE000) return {.point = point, .length = kUnitEscapeBytes};
  const int low = point < 0xDC00 ? utf16_unit(raw, at + kUnitEscapeBytes) : -1;
  if (low < 0xDC00 || low >= 0xE000) return {.point = kReplacement, .length = kUnitEscapeBytes, .lone = true};
  return {.point = 0x10000 + ((point - 0xD800) << 10) + (static_cast<unsigned>(low) - 0xDC00),
          .length = 2 * kUnitEscapeBytes};
}

}  // namespace tollgate::json
