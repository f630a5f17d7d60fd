#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "config/row.h"

namespace tollgate::config {

/// Where a value came from; a later one wins over an earlier one.
enum class Source : std::uint8_t { fallback, option, file, environment, flag };
[[nodiscard]] std::string_view source_name(Source source);

inline constexpr std::size_t kSettingCount =
    std::initializer_list<int>{
#define SETTING(...) 0,
#include "config/table/all.def"
#undef SETTING
    }
        .size();

/// All settings, typed: `settings.port`, `settings.connect_timeout_ms`. A plain value; shared as
/// `std::shared_ptr<const Settings>`, so reading one is reading a field.
struct Settings {
#define SETTING(member, kind, ...) kinds::kind member{};
#include "config/table/all.def"
#undef SETTING

  std::array<Source, kSettingCount> sources{};
  [[nodiscard]] Source source(Key key) const { return sources[static_cast<std::size_t>(key)]; }

  /// Every row at its default.
  static Settings defaults();
};

using Value = std::variant<bool, std::int64_t, Decimal, std::string, Secret, std::vector<std::string>>;

/// Reads a text as the row's kind, within its bounds. Errors: invalid_request, "must be ..., not '...'"; the text of a
/// secret is never repeated.
Result<Value> parse_value(const Row& row, std::string_view text);

/// Access by row, for what walks the table (reference, console, options).
[[nodiscard]] Value get(const Settings& settings, Key key);
void set(Settings& settings, Key key, Value value, Source source);

/// The value as text that `parse_value` reads back: durations and sizes as plain numbers of the row's unit where that
/// is exact, lists with their separator. Secrets are given too: for the options API use `shown_text`.
[[nodiscard]] std::string value_text(const Settings& settings, const Row& row);
/// The same, but `***` for a secret that is set.
[[nodiscard]] std::string shown_text(const Settings& settings, const Row& row);
/// A value of the stored unit as people read it: `5 s`, `64 MiB`, `30 d`.
[[nodiscard]] std::string human_value(const Row& row, std::int64_t value);

}  // namespace tollgate::config
