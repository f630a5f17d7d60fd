#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::store {

/// Which rows of a list.
struct PageRequest {
  std::int64_t offset = 0;
  std::int64_t limit = 10;
  /// Comma list of the API's field names, `-` in front for descending, as the predecessors have it: `-quota,id`. Empty:
  /// newest first. A field that the list cannot be ordered by is refused (invalid_request, naming it).
  std::string order;
};

template <class T>
struct Page {
  std::vector<T> rows;
  std::int64_t total = 0;  ///< rows that match, on all pages
};

}  // namespace tollgate::store
