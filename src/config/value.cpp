#include <algorithm>
#include <array>

#include "base/strings.h"
#include "config/settings.h"

namespace tollgate::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// The first spelling of a size is the one that is shown.
constexpr std::array kTimeUnits{Unit{"d", kDay},          Unit{"h", kHour},     Unit{"min", kMinute},
                                Unit{"s", kSecond},       Unit{"ms", 1},        Unit{"m", kMinute},
                                Unit{"days", kDay},       Unit{"hours", kHour}, Unit{"minutes", kMinute},
                                Unit{"seconds", kSecond}, Unit{"sec", kSecond}};
constexpr std::array kByteUnits{Unit{"GiB", kGiB}, Unit{"MiB", kMiB}, Unit{"KiB", kKiB}, Unit{"B", 1},
                                Unit{"GB", kGiB},  Unit{"MB", kMiB},  Unit{"KB", kKiB},  Unit{"G", kGiB},
                                Unit{"M", kMiB},   Unit{"K", kKiB}};

std::span<const Unit> units_of(Kind kind) {
  if (kind == Kind::Millis) return kTimeUnits;
  if (kind == Kind::Bytes) return kByteUnits;
  return {};
}

std::int64_t factor_of(Kind kind, std::string_view unit) {
  for (const Unit& u : units_of(kind)) {
    if (iequals(u.name, unit)) return u.factor;
  }
  return 0;
}

std::string quoted(const Row& row, std::string_view text) {
  if (row.secret()) return "";
  std::string shown(clip_utf8(text, 60));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return ", not '" + shown + (shown.size() < text.size() ? "..." : "") + "'";
}

std::unexpected<Error> wrong(const Row& row, std::string_view text, std::string_view what) {
  return fail(ErrorCode::invalid_request, std::string(what) + quoted(row, text));
}

std::string bounds_text(const Row& row) {
  const auto show = [&](std::int64_t v) { return human_value(row, v); };
  if (row.min != kNoMin && row.max != kNoMax) return " within " + show(row.min) + " and " + show(row.max);
  if (row.min != kNoMin) return " of at least " + show(row.min);
  if (row.max != kNoMax) return " of at most " + show(row.max);
  return "";
}

std::string expectation(const Row& row) {
  switch (row.kind) {
    case Kind::Millis:
      return "must be a time" + bounds_text(row) + " (such as `" + std::string(row.fallback) + "`)";
    case Kind::Bytes:
      return "must be a size" + bounds_text(row) + " (such as `" + std::string(row.fallback) + "`)";
    case Kind::Ratio:
      return "must be a number" + bounds_text(row);
    default:
      return "must be a whole number" + bounds_text(row);
  }
}

Result<Value> parse_number(const Row& row, std::string_view text) {
  std::string digits;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '_' && !digits.empty()) continue;
    const bool exponent = (c == 'e' || c == 'E') && row.kind != Kind::Millis && row.kind != Kind::Bytes;
    if (!(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '+' && !exponent) break;
    digits += c;
  }
  const std::string_view suffix = trim(text.substr(at));
  std::int64_t factor = 1;
  if (!units_of(row.kind).empty()) {
    factor = factor_of(row.kind, suffix.empty() ? row.unit : suffix);
    if (factor == 0) return wrong(row, text, expectation(row));
  } else if (!suffix.empty()) {
    return wrong(row, text, expectation(row));
  }
  const auto number = Decimal::parse(digits);
  if (!number) return wrong(row, text, expectation(row));
  if (row.kind == Kind::Ratio) {
    if ((row.min != kNoMin && *number < Decimal(row.min)) || (row.max != kNoMax && *number > Decimal(row.max))) {
      return wrong(row, text, expectation(row));
    }
    return *number;
  }
  const auto scaled = Decimal::mul(*number, Decimal(factor));
  if (!scaled || !scaled->is_whole() || scaled->mantissa() < row.min || scaled->mantissa() > row.max) {
    return wrong(row, text, expectation(row));
  }
  return scaled->mantissa();
}

Result<Value> parse_boolean(const Row& row, std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (iequals(text, yes)) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (iequals(text, no)) return false;
  }
  return wrong(row, text, "must be true or false");
}

Result<Value> parse_choice(const Row& row, std::string_view text) {
  for (const std::string_view choice : split_list(row.choices)) {
    if (iequals(text, choice)) return std::string(choice);
  }
  std::string list;
  for (const std::string_view choice : split_list(row.choices))
    list += (list.empty() ? "" : ", ") + std::string(choice);
  return wrong(row, text, "must be one of " + list);
}

std::string join(const std::vector<std::string>& parts, char separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string number_text(const Row& row, std::int64_t value) {
  const std::int64_t factor = std::max<std::int64_t>(1, factor_of(row.kind, row.unit));
  if (value % factor == 0) return std::to_string(value / factor);
  if (factor == kSecond) return Decimal::from_parts(value, 3)->to_string();
  return std::to_string(value) + (row.kind == Kind::Millis ? "ms" : "B");
}

}  // namespace

std::string human_value(const Row& row, std::int64_t value) {
  if (value != 0) {
    for (const Unit& unit : units_of(row.kind)) {
      if (value % unit.factor == 0) return std::to_string(value / unit.factor) + " " + std::string(unit.name);
    }
  }
  return std::to_string(value);
}

Result<Value> parse_value(const Row& row, std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (row.check != nullptr && (!trimmed.empty() || !row.fallback.empty())) {
    if (std::string what = row.check(trimmed); !what.empty()) return wrong(row, trimmed, what);
  }
  switch (row.kind) {
    case Kind::Boolean:
      return parse_boolean(row, trimmed);
    case Kind::Integer:
    case Kind::Millis:
    case Kind::Bytes:
    case Kind::Ratio:
      return parse_number(row, trimmed);
    case Kind::Choice:
      return parse_choice(row, trimmed);
    case Kind::Secret:
      return Secret(trimmed);
    case Kind::Text:
      return std::string(text);
    case Kind::List: {
      std::vector<std::string> out;
      for (const std::string_view part : split_list(text, row.unit == "line" ? '\n' : ',')) out.emplace_back(part);
      return out;
    }
  }
  return fail(ErrorCode::internal, "unknown kind of setting");
}

Value get(const Settings& settings, Key key) {
  switch (key) {
#define SETTING(member, ...) \
  case Key::member:          \
    return settings.member;
#include "config/table/all.def"
#undef SETTING
  }
  return {};
}

void set(Settings& settings, Key key, Value value, Source source) {
  switch (key) {
#define SETTING(member, kind, ...)                             \
  case Key::member:                                            \
    settings.member = std::get<kinds::kind>(std::move(value)); \
    break;
#include "config/table/all.def"
#undef SETTING
  }
  settings.sources[static_cast<std::size_t>(key)] = source;
}

std::string value_text(const Settings& settings, const Row& row) {
  const Value value = get(settings, row.id);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return number_text(row, *number);
  if (const auto* ratio = std::get_if<Decimal>(&value)) return ratio->to_string();
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* secret = std::get_if<Secret>(&value)) return secret->reveal();
  return join(std::get<std::vector<std::string>>(value), row.unit == "line" ? '\n' : ',');
}

std::string shown_text(const Settings& settings, const Row& row) {
  if (!row.secret()) return value_text(settings, row);
  return std::get<Secret>(get(settings, row.id)).empty() ? "" : "***";
}

Settings Settings::defaults() {
  Settings out;
  for (const Row& r : rows()) {
    auto value = parse_value(r, r.fallback);
    // A default that does not parse is a mistake in the table; a test walks all of them.
    if (value) set(out, r.id, *std::move(value), Source::fallback);
  }
  return out;
}

std::string_view source_name(Source source) {
  constexpr std::array<std::string_view, 5> names{"default", "option", "file", "environment", "flag"};
  return names[static_cast<std::size_t>(source)];
}

}  // namespace tollgate::config
