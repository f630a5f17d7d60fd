#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::http {

/// One received header field; views into the received head.
struct HeaderField {
  std::string_view name;   ///< as sent
  std::string_view value;  ///< without surrounding blanks
};

/// Received header fields in their order. Look-ups ignore the case of names.
class Headers {
 public:
  /// The first field's value; empty if there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const {
    const HeaderField* field = find(name);
    return field != nullptr ? field->value : std::string_view{};
  }
  [[nodiscard]] const HeaderField* find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// Whether a comma-separated list in any field of that name has `token`.
  [[nodiscard]] bool list_has(std::string_view name, std::string_view token) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] bool empty() const { return fields_.empty(); }

  void clear() { fields_.clear(); }
  void add(std::string_view name, std::string_view value) {
    if (fields_.capacity() == 0) fields_.reserve(12);
    fields_.push_back({name, value});
  }
  /// Moves every view by as much as `to` is from `from`: the head was copied elsewhere.
  void rebase(const char* from, const char* to);

 private:
  std::vector<HeaderField> fields_;
};

/// Header fields to send, kept as the bytes that will be sent, so that writing a head is one copy.
/// Names must be tokens. Line breaks and NUL in values become blanks: a value can never add a field.
class HeaderBlock {
 public:
  HeaderBlock() = default;
  HeaderBlock(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    for (const auto& [name, value] : fields) add(name, value);
  }
  HeaderBlock& add(std::string_view name, std::string_view value);
  /// Replaces all fields of that name.
  HeaderBlock& set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  void clear() { bytes_.clear(); }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

 private:
  std::string bytes_;  // "Name: value\r\n" each
};

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };
[[nodiscard]] std::string_view method_name(Method method);
[[nodiscard]] Method method_of(std::string_view name);

/// How a message's body is delimited.
enum class Framing : std::uint8_t { none, length, chunked, until_close };

/// A request's line and fields. The views point into memory that lives as long as the exchange.
struct RequestHead {
  Method method = Method::get;
  std::string_view method_text;
  std::string_view target;  ///< as sent: path and query
  std::string_view path;    ///< before the `?`, not unescaped; starts with `/`, or is `*`
  std::string_view query;   ///< after it
  Headers headers;
  bool http10 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
};

/// An upstream's status line and fields. The views point into memory that lives as long as the call.
struct ResponseHead {
  int status = 0;
  std::string_view reason;
  Headers headers;
  bool http10 = false;
  bool keep_alive = true;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;  ///< for Framing::length; after HEAD, what a GET would have had
};

/// A whole answer.
struct Response {
  int status = 200;
  HeaderBlock headers;  ///< without framing, Date and Connection: those are the server's
  std::string body;
};

[[nodiscard]] Response text_response(int status, std::string body);
[[nodiscard]] Response json_response(int status, std::string body);
[[nodiscard]] std::string_view reason_phrase(int status);

/// A value of `a=1&b=2`, unescaped; none if absent.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view name);
/// `%41` and, in queries, `+`. None if an escape is broken.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace tollgate::http
