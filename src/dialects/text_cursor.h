#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

/// Recognising the few shapes that nearly all events have, by comparing instead of parsing. Whatever looks otherwise is
/// left to a reader that takes its time.
namespace tollgate::dialects {

/// Walks a text by literals. All methods are cheap; none allocates.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool eat(std::string_view literal) {
    if (static_cast<std::size_t>(end_ - at_) < literal.size() ||
        std::memcmp(at_, literal.data(), literal.size()) != 0) {
      return false;
    }
    at_ += literal.size();
    return true;
  }
  bool eat_digits() {
    const char* begin = at_;
    while (at_ < end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != begin;
  }
  void eat_blanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  /// Inside a JSON string: moves behind its closing quote. @return false if it does not close.
  bool eat_string_rest(std::string_view& raw) {
    const char* begin = at_;
    const char* from = at_;
    while (true) {
      const void* quote = std::memchr(from, '"', static_cast<std::size_t>(end_ - from));
      if (!quote) return false;
      const char* hit = static_cast<const char*>(quote);
      const char* slash = hit;
      while (slash > begin && slash[-1] == '\\') --slash;
      if ((hit - slash) % 2 == 0) {
        raw = {begin, static_cast<std::size_t>(hit - begin)};
        at_ = hit + 1;
        return true;
      }
      from = hit + 1;
    }
  }
  /// Moves to the next `c`, without passing it. @return false, unmoved, if there is none.
  bool go_to(char c) {
    const void* hit = at_ < end_ ? std::memchr(at_, c, static_cast<std::size_t>(end_ - at_)) : nullptr;
    if (!hit) return false;
    at_ = static_cast<const char*>(hit);
    return true;
  }
  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] const char* position() const { return at_; }
  [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  const char* at_;
  const char* end_;
};

/// Whether `raw` may stand inside a JSON string: valid UTF-8, valid escapes with surrogates in pairs, no control
/// characters, no bare quote.
[[nodiscard]] bool is_string_inside(std::string_view raw);

}  // namespace tollgate::dialects
