#include "json/value.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "json/escape.h"

namespace tollgate::json {
namespace {

namespace bj = boost::json;

/// Boost.JSON's own handler but for doubles: its parser computes them by multiplication, so that `0.7` could come back
/// as `0.7000000000000001`. They are read again, exactly.
struct TreeHandler {
  static constexpr std::size_t max_object_size = bj::object::max_size();
  static constexpr std::size_t max_array_size = bj::array::max_size();
  static constexpr std::size_t max_key_size = bj::string::max_size();
  static constexpr std::size_t max_string_size = bj::string::max_size();

  unsigned char room[2048];  // enough for the open containers of nearly every document
  bj::storage_ptr memory;
  bj::value_stack stack{{}, room, sizeof room};
  std::string number_start;  // pieces of a number that came before its last one

  explicit TreeHandler(bj::storage_ptr storage) : memory(std::move(storage)) {}

  bool on_document_begin(bj::error_code&) {
    stack.reset(memory);
    return true;
  }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return true; }
  bool on_object_end(std::size_t n, bj::error_code&) {
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(bj::error_code&) { return true; }
  bool on_array_end(std::size_t n, bj::error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(bj::string_view s, std::size_t, bj::error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_key(bj::string_view s, std::size_t, bj::error_code&) {
    stack.push_key(s);
    return true;
  }
  bool on_string_part(bj::string_view s, std::size_t, bj::error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(bj::string_view s, std::size_t, bj::error_code&) {
    stack.push_string(s);
    return true;
  }
  bool on_number_part(bj::string_view s, bj::error_code&) {
    number_start.append(s.data(), s.size());
    return true;
  }
  bool on_int64(std::int64_t number, bj::string_view, bj::error_code&) {
    number_start.clear();
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, bj::string_view, bj::error_code&) {
    number_start.clear();
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, bj::string_view s, bj::error_code& ec) {
    std::string_view text(s.data(), s.size());
    if (!number_start.empty()) {
      number_start.append(text);
      text = number_start;
    }
    double exact = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (error == std::errc{} && end == text.data() + text.size()) number = exact;
    // Below the smallest double Boost's zero is right; above the largest there is no value to keep.
    if (!std::isfinite(number)) {
      ec = bj::error::exponent_overflow;
      return false;
    }
    number_start.clear();
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool b, bj::error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(bj::error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

std::unexpected<Error> broken(std::string why) { return fail(Error(ErrorCode::invalid_json, std::move(why))); }

void double_to(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char text[64];
  const double size = std::fabs(number);
  const bool plain = size == 0 || (size >= 1e-7 && size < 1e17);
  const auto result = plain ? std::to_chars(text, text + sizeof text, number, std::chars_format::fixed)
                            : std::to_chars(text, text + sizeof text, number);
  const std::string_view spelled(text, static_cast<std::size_t>(result.ptr - text));
  out += spelled;
  // A double stays one when it is read again.
  if (spelled.find_first_of(".e") == std::string_view::npos) out += ".0";
}

template <class Integer>
void integer_to(Integer number, std::string& out) {
  char text[24];
  const auto result = std::to_chars(text, text + sizeof text, number);
  out.append(text, static_cast<std::size_t>(result.ptr - text));
}

/// Characters that cannot stand in a JSON string as they are.
constexpr bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

/// The first of them at or after `at`; text.size() if there is none.
std::size_t find_escapable(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i slash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1F);
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
    const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash));
    const int hits = _mm_movemask_epi8(_mm_or_si128(control, special));
    if (hits != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
  }
#endif
  while (at < text.size() && !needs_escape(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

/// The document with U+FFFD for every escaped surrogate that has no partner, at the same places.
std::string without_lone_surrogates(std::string_view text) {
  std::string out(text);
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const UnicodeEscape escape = unicode_escape(text, at);
    if (escape.lone) out.replace(at, kUnitEscapeBytes, "\\ufffd");
    at += escape.length != 0 ? escape.length : 2;
  }
  return out;
}

Result<value> parse_in(std::string_view text, ParseLimits limits, bj::storage_ptr memory) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorCode::request_too_large, "the JSON document has " + std::to_string(text.size()) +
                                                  " bytes; at most " + std::to_string(limits.max_bytes) +
                                                  " are accepted");
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::basic_parser<TreeHandler> parser(options, memory);
  bj::error_code ec;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) {
    const std::string mended = without_lone_surrogates(text);
    if (mended != text) return parse_in(mended, limits, std::move(memory));
    const auto is = [&](bj::error which) { return ec == bj::error_code(which); };
    if (is(bj::error::incomplete)) {
      const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
      return broken(blank ? "the JSON document is empty"
                          : "the JSON document is cut off at byte " + std::to_string(text.size()));
    }
    if (is(bj::error::too_deep)) {
      return broken("the JSON document is nested deeper than " + std::to_string(limits.max_depth) + " levels at byte " +
                    std::to_string(consumed));
    }
    return broken("invalid JSON at byte " + std::to_string(consumed) + ": " + ec.message());
  }
  if (consumed < text.size()) {
    return broken("invalid JSON at byte " + std::to_string(consumed) + ": text follows the document");
  }
  return parser.handler().stack.release();
}

}  // namespace

Result<value> parse(std::string_view text, ParseLimits limits) { return parse_in(text, limits, {}); }

const object* SmallTree::parse_object(std::string_view text) {
  document_.reset();
  memory_.release();
  Result<value> parsed = parse_in(text, {}, &memory_);
  if (!parsed) return nullptr;
  document_.emplace(std::move(*parsed));
  return document_->if_object();
}

Result<object> parse_object(std::string_view text, ParseLimits limits) {
  Result<value> parsed = parse(text, limits);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  object* found = parsed->if_object();
  if (found == nullptr) return broken("the JSON document must be an object");
  return std::move(*found);
}

std::string serialize(const value& document) {
  std::string out;
  serialize_to(document, out);
  return out;
}

std::string serialize(const object& document) {
  std::string out;
  serialize_to(document, out);
  return out;
}

void serialize_to(const object& document, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& member : document) {
    if (!first) out += ',';
    first = false;
    quote_to({member.key().data(), member.key().size()}, out);
    out += ':';
    serialize_to(member.value(), out);
  }
  out += '}';
}

void serialize_to(const value& document, std::string& out) {
  switch (document.kind()) {
    case kind::null:
      out += "null";
      break;
    case kind::bool_:
      out += document.get_bool() ? "true" : "false";
      break;
    case kind::int64:
      integer_to(document.get_int64(), out);
      break;
    case kind::uint64:
      integer_to(document.get_uint64(), out);
      break;
    case kind::double_:
      double_to(document.get_double(), out);
      break;
    case kind::string:
      quote_to(view(document.get_string()), out);
      break;
    case kind::array: {
      out += '[';
      bool first = true;
      for (const value& element : document.get_array()) {
        if (!first) out += ',';
        first = false;
        serialize_to(element, out);
      }
      out += ']';
      break;
    }
    case kind::object:
      serialize_to(document.get_object(), out);
      break;
  }
}

void escape_to(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::size_t done = 0;
  for (std::size_t at = find_escapable(text, 0); at < text.size(); at = find_escapable(text, at + 1)) {
    const auto c = static_cast<unsigned char>(text[at]);
    out.append(text, done, at - done);
    done = at + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += digits[c >> 4];
        out += digits[c & 15];
    }
  }
  out.append(text, done);
}

void quote_to(std::string_view text, std::string& out) {
  out += '"';
  escape_to(text, out);
  out += '"';
}

std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  quote_to(text, out);
  return out;
}

namespace {

void utf8_to(unsigned point, std::string& out) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

}  // namespace

bool unescape_to(std::string_view raw, std::string& out) {
  std::size_t at = 0;
  while (true) {
    const std::size_t slash = raw.find('\\', at);
    out.append(raw.substr(at, slash == std::string_view::npos ? std::string_view::npos : slash - at));
    if (slash == std::string_view::npos) return true;
    if (slash + 1 >= raw.size()) return false;
    at = slash + 2;
    switch (raw[slash + 1]) {
      case '"':
      case '\\':
      case '/':
        out += raw[slash + 1];
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        const UnicodeEscape escape = unicode_escape(raw, slash);
        if (escape.length == 0) return false;
        at = slash + escape.length;
        utf8_to(escape.point, out);
        break;
      }
      default:
        return false;
    }
  }
}

const value* find(const object& from, std::string_view key) {
  const value* found = from.if_contains({key.data(), key.size()});
  return found != nullptr && !found->is_null() ? found : nullptr;
}

const object* find_object(const object& from, std::string_view key) {
  const value* found = find(from, key);
  return found != nullptr ? found->if_object() : nullptr;
}

const array* find_array(const object& from, std::string_view key) {
  const value* found = find(from, key);
  return found != nullptr ? found->if_array() : nullptr;
}

std::string_view find_string(const object& from, std::string_view key) {
  const value* found = find(from, key);
  const string* text = found != nullptr ? found->if_string() : nullptr;
  return text != nullptr ? view(*text) : std::string_view();
}

}  // namespace tollgate::json
