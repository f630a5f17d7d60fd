#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/loader.h"

namespace tollgate::config {

/// One setting as a YAML file gives it.
struct FileEntry {
  const Row* row;
  std::string written;  ///< the key as written
  std::string text;     ///< ready for parse_value
  int line;
};

struct FileContent {
  std::vector<FileEntry> entries;
  std::vector<Problem> problems;
};

/// Pure: the text of a file to entries of known rows, and everything that is wrong with the rest.
/// @param name  what problems call the file.
[[nodiscard]] FileContent read_yaml(std::string_view text, const std::string& name);

/// The file of that path, 1 MiB at most. A missing one is a problem only if it is required.
[[nodiscard]] FileContent read_yaml_file(const std::filesystem::path& path, bool required);

}  // namespace tollgate::config
