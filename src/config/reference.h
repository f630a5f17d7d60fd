#pragma once

#include <string>

namespace tollgate::config {

/// `docs/settings.md`: every row by section, with sources, bounds and sentences.
[[nodiscard]] std::string settings_reference();
/// `docs/config.example.yaml`: every row that belongs in a file, commented out, at its default.
[[nodiscard]] std::string example_yaml();

}  // namespace tollgate::config
