#include "json/walk.h"

namespace tollgate::json {
namespace {

constexpr int kMaxNesting = 64;  // one bit each

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether all of `token` is a number as JSON spells it.
bool is_number(std::string_view token) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t before = at;
    while (at < token.size() && is_digit(token[at])) ++at;
    return at > before;
  };
  if (at < token.size() && token[at] == '-') ++at;
  const bool zero = at < token.size() && token[at] == '0';
  const std::size_t whole = at;
  if (!digits() || (zero && at > whole + 1)) return false;
  if (at < token.size() && token[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < token.size() && (token[at] | 0x20) == 'e') {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == token.size();
}

}  // namespace

bool Walk::scalar() {
  if (at_end()) return refuse("it is cut off");
  const std::uint32_t begin = *at_;
  const std::uint32_t next = at_ + 1 < end_ ? at_[1] : size_;
  const std::string_view token(text_ + begin, trimmed(next) - begin);
  switch (token.empty() ? '\0' : token.front()) {
    case 't':
      if (token != "true") return refuse("a value is malformed");
      break;
    case 'f':
      if (token != "false") return refuse("a value is malformed");
      break;
    case 'n':
      if (token != "null") return refuse("a value is malformed");
      break;
    case '}':
    case ']':
    case ',':
    case ':':
      return refuse("a value is missing");
    default:
      if (!is_number(token)) return refuse("a value is malformed");
  }
  ++at_;
  return true;
}

bool Walk::container(int depth) {
  static_assert(kMaxNesting <= 64);
  std::uint64_t objects = 0;  // one bit for each open container: whether it is an object
  const int outside = depth;

open:
  if (depth == kMaxNesting) return refuse("it is nested too deep");
  ++depth;
  if (text_[*at_] == '{') {
    objects = objects << 1 | 1;
    ++at_;
    if (peek() != '}') goto key;
  } else {
    objects <<= 1;
    ++at_;
    if (peek() != ']') goto value;
  }
  ++at_;
  goto closed;

key:
  if (peek() != '"') return refuse(at_end() ? "it is cut off" : "a member's key is missing");
  ++at_;
  if (peek() != ':') return refuse(at_end() ? "it is cut off" : "a colon is missing");
  ++at_;

value:
  switch (peek()) {
    case '"':
      ++at_;
      break;
    case '{':
    case '[':
      goto open;
    default:
      if (!scalar()) return false;
  }

after:
  switch (peek()) {
    case ',':
      ++at_;
      if ((objects & 1) != 0) goto key;
      goto value;
    case '}':
      if ((objects & 1) == 0) return refuse("an array is closed by a brace");
      ++at_;
      goto closed;
    case ']':
      if ((objects & 1) != 0) return refuse("an object is closed by a bracket");
      ++at_;
      goto closed;
    default:
      return refuse(at_end() ? "it is cut off" : "a comma or a closing bracket is missing");
  }

closed:
  objects >>= 1;
  --depth;
  if (depth == outside) return true;
  goto after;
}

}  // namespace tollgate::json
