#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::manage {

inline constexpr std::int64_t kDaySeconds = 86'400;

/// `2026-01-31`, the UTC day that a Unix second belongs to.
[[nodiscard]] std::string date_text(std::int64_t unix_s);
/// Unix seconds of a day's start; nothing if the text is no date of that form.
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);
[[nodiscard]] constexpr std::int64_t day_of(std::int64_t unix_s) { return unix_s - unix_s % kDaySeconds; }

}  // namespace tollgate::manage
