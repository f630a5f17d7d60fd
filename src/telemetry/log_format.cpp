#include "telemetry/log_format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "base/strings.h"
#include "telemetry/redact.h"

namespace tollgate::log {
namespace {

constexpr std::size_t kLongestValue = 4096;

void put_digits(std::string& out, std::int64_t value, int count) {
  std::array<char, 20> digits;
  for (int i = count - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(count));
}

/// `2026-01-31T12:00:00.123Z`
void put_time(std::string& out, std::int64_t unix_ms) {
  thread_local std::int64_t cached_second = -1;
  thread_local std::string cached;
  const std::int64_t second = unix_ms / 1000;
  if (second != cached_second) {
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    cached.clear();
    put_digits(cached, parts.tm_year + 1900, 4);
    cached += '-';
    put_digits(cached, parts.tm_mon + 1, 2);
    cached += '-';
    put_digits(cached, parts.tm_mday, 2);
    cached += 'T';
    put_digits(cached, parts.tm_hour, 2);
    cached += ':';
    put_digits(cached, parts.tm_min, 2);
    cached += ':';
    put_digits(cached, parts.tm_sec, 2);
    cached += '.';
    cached_second = second;
  }
  out += cached;
  put_digits(out, unix_ms % 1000, 3);
  out += 'Z';
}

/// The length of the valid UTF-8 character at the start, 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) || (first == 0xF0 && byte(1) < 0x90) ||
      (first == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

/// The inside of a JSON string. What is not UTF-8 becomes the replacement character.
void put_escaped(std::string& out, std::string_view text) {
  const std::string_view cut = clip_utf8(text, kLongestValue);
  for (std::size_t i = 0; i < cut.size();) {
    const char c = cut[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
      out += c;
      ++i;
      continue;
    }
    if (const std::size_t length = character_length(cut.substr(i)); byte >= 0x80) {
      if (length == 0) {
        out += "\xEF\xBF\xBD";
        ++i;
      } else {
        out.append(cut, i, length);
        i += length;
      }
      continue;
    }
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
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
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
    }
    ++i;
  }
  if (cut.size() < text.size()) out += "...";
}

bool is_plain(std::string_view text) {
  if (text.empty() || text.size() > kLongestValue) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '=' || c == '\\') return false;
  }
  return true;
}

template <class T>
void put_number(std::string& out, T value) {
  std::array<char, 32> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

/// The text without what looks like a secret; a view into it, or into a buffer of the thread until the next call.
std::string_view safe(std::string_view text) {
  thread_local std::string buffer;
  // Twice what will be shown, so that a secret across the cut is recognized.
  const std::string_view looked_at = text.substr(0, 2 * kLongestValue);
  return telemetry::redact_into(looked_at, buffer) ? std::string_view(buffer) : looked_at;
}

void put_value(std::string& out, const Field::Value& value, Format format) {
  if (const auto* whole_text = std::get_if<std::string_view>(&value)) {
    const std::string_view text = safe(*whole_text);
    if (format == Format::text && is_plain(text)) {
      out += text;
      return;
    }
    out += '"';
    put_escaped(out, text);
    out += '"';
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else if (const auto* number = std::get_if<double>(&value)) {
    if (std::isfinite(*number)) {
      put_number(out, *number);
    } else {
      out += "null";
    }
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    put_number(out, *whole);
  } else {
    put_number(out, std::get<std::uint64_t>(value));
  }
}

}  // namespace

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, 5> names{"debug", "info", "warn", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

void format_line(std::string& out, Format format, Level level, std::int64_t unix_ms, std::string_view message,
                 std::span<const Field> fields) {
  if (format == Format::json) {
    out += "{\"time\":\"";
    put_time(out, unix_ms);
    out += "\",\"level\":\"";
    out += level_name(level);
    out += "\",\"msg\":\"";
  } else {
    put_time(out, unix_ms);
    out += ' ';
    out += level_name(level);
    out += ' ';
  }
  put_escaped(out, safe(message));
  if (format == Format::json) out += '"';
  for (const Field& field : fields) {
    if (format == Format::json) {
      out += ",\"";
      out += field.key;
      out += "\":";
    } else {
      out += ' ';
      out += field.key;
      out += '=';
    }
    // The whole value, whatever it holds; in free text a separator ends a secret.
    const bool hidden = std::holds_alternative<std::string_view>(field.value) && telemetry::hides_value(field.key);
    put_value(out, hidden ? Field::Value(std::string_view("***")) : field.value, format);
  }
  if (format == Format::json) out += '}';
  out += '\n';
}

}  // namespace tollgate::log
