#pragma once

#include <cstdint>

#include "base/error.h"
#include "json/value.h"
#include "manage/fields.h"
#include "store/page.h"

namespace tollgate::manage {

/// Which part of a list is asked for, and in which of the predecessors' two shapes.
struct Paging {
  store::PageRequest request;
  std::int64_t page = 1;  ///< from 1
  /// `p` without `page`: pages of ten, counted from 0, answered as a bare array.
  bool bare = false;
};

/// Reads `page`, `size`, `order`; or `p`. Error: invalid_request (not a number, size above 100).
[[nodiscard]] Result<Paging> read_paging(const QueryFields& query);

/// `{"data": rows, "page", "size", "total_count"}`, or the bare rows.
[[nodiscard]] json::value page_value(const Paging& paging, json::array rows, std::int64_t total);

}  // namespace tollgate::manage
