#include "telemetry/redact.h"

#include <array>
#include <optional>

#include "base/strings.h"

namespace tollgate::telemetry {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kShortestKey = 6;

constexpr bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
constexpr bool is_key_char(char c) { return is_alnum(c) || c == '-' || c == '_'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool ends_value(char c) { return is_space(c) || c == '"' || c == '\'' || c == ',' || c == ';' || c == '&'; }

bool iends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && iequals(text.substr(text.size() - suffix.size()), suffix);
}

/// How the value of a name is hidden.
enum class Name { harmless, number_may_stay, always, header };

Name classify(std::string_view name) {
  if (name.size() < 3) return Name::harmless;
  const auto ends = [&](std::string_view suffix) { return iends_with(name, suffix); };
  // By the last letter: this runs for every field of every line.
  switch (name.back() | 0x20) {
    case 'n':
      if (ends("authorization")) return Name::header;
      if (ends("dsn")) return Name::always;
      return ends("token") ? Name::number_may_stay : Name::harmless;
    case 'e':
      if (ends("cookie")) return Name::header;
      return ends("signature") ? Name::always : Name::harmless;
    case 'd':
      return ends("password") || ends("passwd") || ends("pwd") ? Name::always : Name::harmless;
    case 't':
      return ends("secret") ? Name::always : Name::harmless;
    case 'l':
      return ends("credential") ? Name::always : Name::harmless;
    case 's':
      return ends("credentials") ? Name::always : Name::harmless;
    case 'y':
      return ends("key") ? Name::number_may_stay : Name::harmless;
    default:
      return Name::harmless;
  }
}

struct Range {
  std::size_t begin, end;
};

std::size_t run_end(std::string_view text, std::size_t at, bool (*member)(char)) {
  while (at < text.size() && member(text[at])) ++at;
  return at;
}

std::size_t value_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_value(text[at]) &&
         !(text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"'))
    ++at;
  return at;
}

/// `sk-...`, with `at` on the dash.
std::optional<Range> dashed_key(std::string_view text, std::size_t at) {
  if (at < 2 || text[at - 1] != 'k' || text[at - 2] != 's') return std::nullopt;
  if (at >= 3 && is_key_char(text[at - 3])) return std::nullopt;  // task-, disk-
  const std::size_t end = run_end(text, at + 1, &is_key_char);
  if (end - at - 1 < kShortestKey) return std::nullopt;
  return Range{at - 2, end};
}

/// Google's keys, with `at` on the first letter.
std::optional<Range> google_key(std::string_view text, std::size_t at) {
  if (text.substr(at, 4) != "AIza" || (at > 0 && is_alnum(text[at - 1]))) return std::nullopt;
  const std::size_t end = run_end(text, at, &is_key_char);
  if (end - at < 24) return std::nullopt;
  return Range{at, end};
}

/// What follows `Bearer ` or `Basic `, with `at` on the space.
std::optional<Range> scheme_value(std::string_view text, std::size_t at) {
  const auto preceded_by = [&](std::string_view word) {
    return at >= word.size() && iequals(text.substr(at - word.size(), word.size()), word) &&
           (at == word.size() || !is_alnum(text[at - word.size() - 1]));
  };
  const bool basic = preceded_by("basic");
  if (!basic && !preceded_by("bearer")) return std::nullopt;
  const std::size_t begin = at + 1;
  const std::size_t end = value_end(text, begin);
  if (end == begin) return std::nullopt;
  if (basic) {  // "basic authentication" is prose
    bool prose = end - begin < 8;
    if (!prose) {
      prose = true;
      for (const char c : text.substr(begin, end - begin)) prose = prose && c >= 'a' && c <= 'z';
    }
    if (prose) return std::nullopt;
  }
  return Range{begin, end};
}

/// `scheme://user:password@`, with `at` on the colon.
std::optional<Range> user_part(std::string_view text, std::size_t at) {
  if (text.substr(at, 3) != "://") return std::nullopt;
  const std::size_t begin = at + 3;
  std::size_t last = std::string_view::npos;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (is_space(c) || c == '"' || c == '\'' || c == '/' || c == '?' || c == '#') break;
    if (c == '@') last = i;
  }
  if (last == std::string_view::npos || last == begin) return std::nullopt;
  return Range{begin, last};
}

/// `user:password@tcp(host)`, with `at` on the @.
std::optional<Range> mysql_user(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1);
  if (!rest.starts_with("tcp(") && !rest.starts_with("unix(")) return std::nullopt;
  std::size_t begin = at;
  while (begin > 0 && at - begin < 4 * kLongestName && !is_space(text[begin - 1]) && text[begin - 1] != '"' &&
         text[begin - 1] != '\'' && text[begin - 1] != '=') {
    --begin;
  }
  if (begin == at) return std::nullopt;
  return Range{begin, at};
}

/// The value of a name that tells, with `at` on its = or colon.
std::optional<Range> named_value(std::string_view text, std::size_t at) {
  std::size_t name_end = at;
  while (name_end > 0 && (text[name_end - 1] == '"' || text[name_end - 1] == '\'' || text[name_end - 1] == '\\' ||
                          text[name_end - 1] == ' ')) {
    if (at - name_end >= 4) return std::nullopt;
    --name_end;
  }
  std::size_t name_begin = name_end;
  while (name_begin > 0 && name_end - name_begin < kLongestName && is_key_char(text[name_begin - 1])) --name_begin;
  const Name kind = classify(text.substr(name_begin, name_end - name_begin));
  if (kind == Name::harmless) return std::nullopt;

  std::size_t begin = at + 1;
  while (begin < text.size() && text[begin] == ' ') ++begin;
  if (text.substr(begin, 2) == "\\\"") begin += 2;
  std::size_t end = 0;
  if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
    const char quote = text[begin++];
    end = begin;
    while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
    if (end > text.size()) end = text.size();
  } else if (kind == Name::header && iends_with(text.substr(name_begin, name_end - name_begin), "cookie")) {
    end = begin;
    while (end < text.size() && text[end] != '"' && text[end] != '\n') ++end;
  } else {
    end = value_end(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    if (kind == Name::header && (iequals(word, "bearer") || iequals(word, "basic")) && end < text.size()) {
      end = value_end(text, end + 1);
    }
  }
  const std::string_view value = text.substr(begin, end - begin);
  if (value.empty() || value == kMask || value.front() == '[' || value.front() == '{') return std::nullopt;
  if (kind == Name::number_may_stay && value.size() < 12 && parse_int(value)) return std::nullopt;
  return Range{begin, end};
}

/// The characters at which `secret_at` looks closer.
constexpr std::array<bool, 256> kTriggers = [] {
  std::array<bool, 256> out{};
  for (const char c : {'-', 'A', ' ', '@', '=', ':'}) out[static_cast<unsigned char>(c)] = true;
  return out;
}();

std::optional<Range> secret_at(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '-':
      return dashed_key(text, at);
    case 'A':
      return google_key(text, at);
    case ' ':
      return scheme_value(text, at);
    case '@':
      return mysql_user(text, at);
    case '=':
      return named_value(text, at);
    case ':':
      if (auto user = user_part(text, at)) return user;
      if (text.substr(at, 3) == "://") return std::nullopt;
      return named_value(text, at);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool redact_into(std::string_view text, std::string& out) {
  std::size_t kept = 0;  // everything before is in `out`
  bool found = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!kTriggers[static_cast<unsigned char>(text[at])]) continue;
    const auto range = secret_at(text, at);
    if (!range || range->end <= kept) continue;
    if (!found) out.clear();
    found = true;
    const std::size_t begin = range->begin > kept ? range->begin : kept;
    out.append(text, kept, begin - kept);
    out.append(kMask);
    kept = range->end;
    if (kept > at) at = kept - 1;
  }
  if (found) out.append(text, kept);
  return found;
}

bool hides_value(std::string_view name) { return classify(name) != Name::harmless; }

std::string redacted(std::string_view text) {
  std::string out;
  if (!redact_into(text, out)) out = text;
  return out;
}

}  // namespace tollgate::telemetry
