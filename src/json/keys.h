#pragma once

#include <cstddef>
#include <string_view>

/// Reading one SSE payload faster than any parser could be set up: hop from quote to quote.
namespace tollgate::json {

/// Walks the strings of a JSON text in order without building anything. It does not check the text: whoever finds
/// something interesting parses it properly.
class StringHopper {
 public:
  explicit StringHopper(std::string_view text) : text_(text) {}

  /// Moves to the next string. @return false at the end, or when a string does not end.
  bool next();
  /// The inside of the current string, escapes as they are.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] bool escaped() const { return escaped_; }
  /// Whether a colon follows, that is, whether it is a member's key.
  [[nodiscard]] bool is_key() const { return is_key_; }
  /// After a key: the first character of its value, or 0.
  [[nodiscard]] char value_kind() const;
  /// After a key: the text from its value on.
  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;  // after the string, and after its colon and blanks if it is a key
  std::string_view raw_;
  bool escaped_ = false;
  bool is_key_ = false;
};

/// The object at the start of `text`, to its closing brace; empty if it does not close.
[[nodiscard]] std::string_view object_at_start(std::string_view text);

/// Bytes that the inside of a JSON string stands for; cheap, and exact for well-formed escapes.
[[nodiscard]] std::size_t unescaped_size(std::string_view raw);

}  // namespace tollgate::json
