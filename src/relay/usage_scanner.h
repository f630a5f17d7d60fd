#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::relay {

/// Finds the top-level member `usage` of a JSON answer that is too large to hold: bytes are fed as they pass, cut
/// anywhere, and only that member's value is kept. It does not check the document.
class UsageScanner {
 public:
  void feed(std::string_view bytes);
  /// The value's text; empty if the answer so far has none, or if it was longer than any usage is.
  [[nodiscard]] std::string_view value() const { return complete_ ? std::string_view(value_) : std::string_view(); }

 private:
  static constexpr std::size_t kMaxValue = 16384;
  int depth_ = 0;
  bool in_string_ = false, escaped_ = false;
  bool expect_key_ = false;  ///< at depth 1, the next string is a member's key
  bool key_matches_ = false, capturing_ = false, complete_ = false;
  std::string key_, value_;
};

}  // namespace tollgate::relay
