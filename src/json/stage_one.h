#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The one place where simdjson is called. Internal to src/json.
namespace tollgate::json {

enum class StageOneFault : std::uint8_t { none, empty, bad_utf8, control_in_string, open_string, too_large, other };

/// Offsets of what has a meaning: brackets, commas, colons, the opening quote of each string, the first character of
/// each other scalar. What stands inside strings is left out.
struct StructuralIndex {
  const std::uint32_t* begin = nullptr;  ///< valid until the next call on this thread
  const std::uint32_t* end = nullptr;
  StageOneFault fault = StageOneFault::none;
};

/// Indexes a text and checks its UTF-8, its quotes and that no raw control character stands inside a string.
/// Any thread; each has its own buffer. No padding needed.
[[nodiscard]] StructuralIndex index_structure(std::string_view text);

[[nodiscard]] std::string_view kernel_name();

}  // namespace tollgate::json
