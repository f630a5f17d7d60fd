#pragma once

#include <span>
#include <string_view>

namespace tollgate::console {

/// A file of the built console as it lies in the binary; views into static memory.
struct File {
  std::string_view path;  ///< without a slash in front: `assets/index-B7.js`
  std::string_view content_type;
  std::string_view hash;  ///< of `plain`, hex: what its entity tags are made of
  std::string_view plain;
  std::string_view br, gzip;  ///< `plain` compressed; empty where that would not be smaller
};

/// Sorted by path; none in builds without a console. Linked into the program only, so that tests need no Node.js.
[[nodiscard]] std::span<const File> embedded_files();

}  // namespace tollgate::console
