#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate {

/// ASCII-only helpers; none allocates unless it returns a container or a string.
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix);
[[nodiscard]] bool icontains(std::string_view text, std::string_view needle);
[[nodiscard]] std::string to_lower(std::string_view text);
/// The parts between separators, trimmed, empty ones left out.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text, char separator = ',');
/// The whole text as a decimal integer; nothing else around it.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text);
[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> unhex(std::string_view text);
/// At most `max` bytes of `text`, cut at a UTF-8 boundary.
[[nodiscard]] std::string_view clip_utf8(std::string_view text, std::size_t max);
/// The number of edits (insert, delete, replace, swap of neighbours) between two short texts.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word`, if it is near enough to be meant; empty otherwise.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tollgate
