#include "dialects/text_cursor.h"

#include <cstdint>

namespace tollgate::dialects {
namespace {

int hex4(std::string_view raw, std::size_t at) {
  if (at + 4 > raw.size()) return -1;
  int unit = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = raw[i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      unit = unit * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      unit = unit * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return unit;
}

/// Length of the escape at `raw[at]` (a backslash), or 0.
std::size_t escape_length(std::string_view raw, std::size_t at) {
  if (at + 1 >= raw.size()) return 0;
  switch (raw[at + 1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u':
      break;
    default:
      return 0;
  }
  const int unit = hex4(raw, at + 2);
  if (unit < 0 || (unit >= 0xDC00 && unit < 0xE000)) return 0;
  if (unit < 0xD800 || unit >= 0xE000) return 6;
  if (raw.substr(at + 6, 2) != "\\u") return 0;
  const int low = hex4(raw, at + 8);
  return low >= 0xDC00 && low < 0xE000 ? 12 : 0;
}

/// Length of the UTF-8 sequence at `raw[at]` (its first byte is not ASCII), or 0.
std::size_t sequence_length(std::string_view raw, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(raw[i]); };
  const auto follows = [&](std::size_t i) { return i < raw.size() && (byte(i) & 0xC0u) == 0x80u; };
  const unsigned char lead = byte(at);
  if (lead >= 0xC2 && lead < 0xE0) return follows(at + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    if (!follows(at + 1) || !follows(at + 2)) return 0;
    if (lead == 0xE0 && byte(at + 1) < 0xA0) return 0;
    if (lead == 0xED && byte(at + 1) >= 0xA0) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (!follows(at + 1) || !follows(at + 2) || !follows(at + 3)) return 0;
    if (lead == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(at + 1) >= 0x90) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

bool is_string_inside(std::string_view raw) {
  std::size_t at = 0;
  while (at < raw.size()) {
    // Eight plain characters at once: none below 0x20, above 0x7E, a quote or a backslash.
    while (at + 8 <= raw.size()) {
      std::uint64_t word;
      std::memcpy(&word, raw.data() + at, 8);
      constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
      const auto zero_byte = [](std::uint64_t x) { return (x - kOnes) & ~x & kHighs; };
      const std::uint64_t odd = (word & kHighs) | ((word - kOnes * 0x20) & ~word & kHighs) |
                                zero_byte(word ^ (kOnes * '"')) | zero_byte(word ^ (kOnes * '\\'));
      if (odd != 0) break;
      at += 8;
    }
    if (at >= raw.size()) break;
    const auto c = static_cast<unsigned char>(raw[at]);
    if (c < 0x20 || c == '"') return false;
    const std::size_t length = c == '\\' ? escape_length(raw, at) : c >= 0x80 ? sequence_length(raw, at) : 1;
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace tollgate::dialects
