#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/log.h"

namespace tollgate::log {

/// Appends one line, with its line end, redacted. Values longer than 4 KiB are cut. Pure.
void format_line(std::string& out, Format format, Level level, std::int64_t unix_ms, std::string_view message,
                 std::span<const Field> fields);

[[nodiscard]] std::string_view level_name(Level level);

}  // namespace tollgate::log
