#pragma once

#include <cstdint>
#include <string_view>

#include "json/scan.h"
#include "json/stage_one.h"

/// Checks a document's structure along its index. Internal to src/json.
namespace tollgate::json {

/// Steps over values. On failure `problem()` says why and `problem_at()` where.
class Walk {
 public:
  Walk(std::string_view text, StructuralIndex index)
      : text_(text.data()), size_(static_cast<std::uint32_t>(text.size())), at_(index.begin), end_(index.end) {}

  /// The character at the current place of the index; 0 at the end.
  [[nodiscard]] char peek() const { return at_ < end_ ? text_[*at_] : '\0'; }
  [[nodiscard]] std::uint32_t offset() const { return at_ < end_ ? *at_ : size_; }
  [[nodiscard]] const std::uint32_t* place() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  void step() { ++at_; }
  /// Where the token before the current place ends, blanks left out.
  [[nodiscard]] std::uint32_t end_before() const { return trimmed(offset()); }

  /// Reads `"key":`. @param key  With its quotes.
  bool key(Span& key) {
    if (peek() != '"') return refuse(at_end() ? "it is cut off" : "a member's key is missing");
    key.offset = *at_;
    ++at_;
    if (peek() != ':') return refuse(at_end() ? "it is cut off" : "a colon is missing");
    key.length = trimmed(*at_) - key.offset;
    ++at_;
    return true;
  }

  /// Steps over one value and gives its span. @param depth  Containers around it.
  bool value(int depth, Span& span) {
    span.offset = offset();
    const char first = peek();
    if (first == '"') {
      ++at_;
      span.length = end_before() - span.offset;
      return true;
    }
    if (first == '{' || first == '[') {
      if (!container(depth)) return false;
      span.length = at_[-1] + 1 - span.offset;
      return true;
    }
    if (!scalar()) return false;
    span.length = end_before() - span.offset;
    return true;
  }

  bool refuse(const char* problem) {
    problem_ = problem;
    return false;
  }
  [[nodiscard]] const char* problem() const { return problem_; }
  [[nodiscard]] std::uint32_t problem_at() const { return offset(); }

 private:
  bool container(int depth);
  bool scalar();
  [[nodiscard]] std::uint32_t trimmed(std::uint32_t end) const {
    while (end > 0 &&
           (text_[end - 1] == ' ' || text_[end - 1] == '\n' || text_[end - 1] == '\r' || text_[end - 1] == '\t')) {
      --end;
    }
    return end;
  }

  const char* text_;
  std::uint32_t size_;
  const std::uint32_t* at_;
  const std::uint32_t* end_;
  const char* problem_ = "";
};

/// Steps over an object, the current place being its brace, and reports each member as
/// `bool on_member(Span key, Span value, const std::uint32_t* value_place, std::uint32_t comma_before)`; the comma is
/// 0 for the first member. A false answer stops the walk and is not a problem of the structure.
template <class OnMember>
bool walk_object(Walk& walk, int depth, OnMember&& on_member) {
  if (walk.peek() != '{') return walk.refuse("an object is missing");
  walk.step();
  if (walk.peek() == '}') {
    walk.step();
    return true;
  }
  std::uint32_t comma = 0;
  while (true) {
    Span key, value;
    if (!walk.key(key)) return false;
    const std::uint32_t* place = walk.place();
    if (!walk.value(depth + 1, value)) return false;
    if (!on_member(key, value, place, comma)) return false;
    const char next = walk.peek();
    if (next == '}') {
      walk.step();
      return true;
    }
    if (next != ',') return walk.refuse(walk.at_end() ? "it is cut off" : "a comma or a closing brace is missing");
    comma = walk.offset();
    walk.step();
  }
}

}  // namespace tollgate::json
