#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"

/// JSON trees are Boost.JSON's. Parsing and serializing stay behind these functions, so that limits, error texts and
/// number spellings are decided once.
namespace tollgate::json {

using boost::json::array;
using boost::json::kind;
using boost::json::object;
using boost::json::string;
using boost::json::value;

/// Arrays and objects inside each other, the outermost included.
inline constexpr std::size_t kMaxDepth = 64;
inline constexpr std::size_t kDefaultMaxBytes = std::size_t{64} << 20;

struct ParseLimits {
  std::size_t max_bytes = kDefaultMaxBytes;
  std::size_t max_depth = kMaxDepth;
};

/// Parses one document; whitespace around it is allowed, anything else is not. An escaped surrogate without its partner
/// is read as U+FFFD.
/// Errors: invalid_json (the message gives the byte offset), request_too_large.
[[nodiscard]] Result<value> parse(std::string_view text, ParseLimits limits = {});
/// The same for a document that must be an object. Error: also invalid_json when it is something else.
[[nodiscard]] Result<object> parse_object(std::string_view text, ParseLimits limits = {});

/// For a small document that is read and thrown away, such as a `usage` object: its tree lives in this object, and
/// nothing is allocated unless it does not fit. Put it on the stack.
class SmallTree {
 public:
  SmallTree() : memory_(buffer_, sizeof buffer_) {}
  SmallTree(const SmallTree&) = delete;
  SmallTree& operator=(const SmallTree&) = delete;

  /// @return nullptr if the text is not one JSON object. Valid until this object ends or parses again.
  [[nodiscard]] const object* parse_object(std::string_view text);

 private:
  alignas(std::max_align_t) unsigned char buffer_[4096];
  boost::json::monotonic_resource memory_;
  std::optional<value> document_;
};

/// Compact text. Doubles are spelled shortest and plain (`0.7`, not `7E-1`); text is valid UTF-8 as it came in.
[[nodiscard]] std::string serialize(const value& document);
[[nodiscard]] std::string serialize(const object& document);
void serialize_to(const value& document, std::string& out);
void serialize_to(const object& document, std::string& out);

/// Appends `text` as the inside of a JSON string, without the quotes.
void escape_to(std::string_view text, std::string& out);
/// Appends `"text"`, escaped.
void quote_to(std::string_view text, std::string& out);
[[nodiscard]] std::string quote(std::string_view text);
/// Appends what the inside of a JSON string (no quotes) stands for, U+FFFD for an escaped surrogate without its partner
/// as in parse(). @return false if an escape is malformed; `out` then holds a prefix.
[[nodiscard]] bool unescape_to(std::string_view raw, std::string& out);

/// Reading without complaint: null, absent and the wrong kind are all "not there".
[[nodiscard]] const value* find(const object& from, std::string_view key);
[[nodiscard]] const object* find_object(const object& from, std::string_view key);
[[nodiscard]] const array* find_array(const object& from, std::string_view key);
/// Empty view when there is no such string.
[[nodiscard]] std::string_view find_string(const object& from, std::string_view key);

inline std::string_view view(const string& text) { return {text.data(), text.size()}; }

}  // namespace tollgate::json
