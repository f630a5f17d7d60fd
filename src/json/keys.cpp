#include "json/keys.h"

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "json/escape.h"

namespace tollgate::json {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// First quote or backslash at or after `at`; text.size() if there is none.
std::size_t find_quote_or_escape(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i slash = _mm_set1_epi8('\\');
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash)));
    if (hits != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
  }
#endif
  while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

std::size_t find_quote(std::string_view text, std::size_t at) {
  // Between two strings stand a colon or a comma and few blanks: a call to memchr would cost more than the search.
  const std::size_t near = at + 8 < text.size() ? at + 8 : text.size();
  for (; at < near; ++at) {
    if (text[at] == '"') return at;
  }
  return text.find('"', at);
}

}  // namespace

bool StringHopper::next() {
  const std::size_t open = find_quote(text_, position_);
  if (open == std::string_view::npos) {
    position_ = text_.size();
    return false;
  }
  escaped_ = false;
  std::size_t at = find_quote_or_escape(text_, open + 1);
  while (at < text_.size() && text_[at] == '\\') {
    escaped_ = true;
    if (at + 2 > text_.size()) break;
    at = find_quote_or_escape(text_, at + 2);
  }
  if (at >= text_.size() || text_[at] != '"') {
    position_ = text_.size();
    return false;
  }
  raw_ = text_.substr(open + 1, at - open - 1);
  std::size_t after = at + 1;
  while (after < text_.size() && is_blank(text_[after])) ++after;
  is_key_ = after < text_.size() && text_[after] == ':';
  if (is_key_) {
    ++after;
    while (after < text_.size() && is_blank(text_[after])) ++after;
    position_ = after;
  } else {
    position_ = at + 1;
  }
  return true;
}

char StringHopper::value_kind() const { return is_key_ && position_ < text_.size() ? text_[position_] : '\0'; }

std::string_view object_at_start(std::string_view text) {
  if (text.empty() || text.front() != '{') return {};
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return text.substr(0, i + 1);
    }
  }
  return {};
}

std::size_t unescaped_size(std::string_view raw) {
  std::size_t size = raw.size();
  const void* found = raw.empty() ? nullptr : std::memchr(raw.data(), '\\', raw.size());
  if (found == nullptr) return size;
  std::size_t at = static_cast<std::size_t>(static_cast<const char*>(found) - raw.data());
  while (at < raw.size()) {
    if (raw[at] != '\\') {
      ++at;
      continue;
    }
    const UnicodeEscape escape = unicode_escape(raw, at);
    if (escape.length == 0) {
      size -= 1;
      at += 2;
      continue;
    }
    size -= escape.length - utf8_size(escape.point);
    at += escape.length;
  }
  return size;
}

}  // namespace tollgate::json
