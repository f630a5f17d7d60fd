#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

/// Recorded cases: files that say what a conversion takes and gives. With UPDATE_GOLDEN=1 in the environment the
/// expected ones are written instead of compared; read what changed before committing it.
namespace tollgate::test {

/// A file of the source tree; the test fails and the text is empty if it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
[[nodiscard]] json::object read_json(const std::filesystem::path& path);

/// Compares as JSON: the order of members does not matter, of elements it does.
void expect_golden(const std::filesystem::path& path, const json::value& actual);
/// Compares byte for byte.
void expect_golden_text(const std::filesystem::path& path, std::string_view actual);

/// Names of the folders inside `folder`, sorted; empty if it does not exist.
[[nodiscard]] std::vector<std::string> cases_in(const std::filesystem::path& folder);

/// Indented, one member or element a line, so that a change shows as few lines.
[[nodiscard]] std::string pretty(const json::value& document);

}  // namespace tollgate::test
