#include "manage/paging.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tollgate::manage {
namespace {

constexpr std::int64_t kDefaultSize = 10;
constexpr std::int64_t kMaxSize = 100;
// So that offsets stay far from what an integer holds.
constexpr std::int64_t kMaxPage = 1'000'000'000;

}  // namespace

Result<Paging> read_paging(const QueryFields& query) {
  Paging out;
  out.request.order = query.text("order");
  if (!query.has("page") && query.has("p")) {
    const auto number = query.integer("p");
    out.bare = true;
    // The predecessor that counts this way takes anything else for the first page.
    out.page = std::clamp<std::int64_t>(number.value_or(0), 0, kMaxPage) + 1;
    out.request.limit = kDefaultSize;
    out.request.order.clear();  // its words are others
  } else {
    const auto page = query.integer("page");
    if (!page) return std::unexpected(page.error());
    const auto size = query.integer("size");
    if (!size) return std::unexpected(size.error());
    if (*size > kMaxSize) {
      return fail(Error(ErrorCode::invalid_request, "size must be at most " + std::to_string(kMaxSize)).param("size"));
    }
    out.page = std::clamp<std::int64_t>(*page, 1, kMaxPage);
    out.request.limit = *size < 1 ? kDefaultSize : *size;
  }
  out.request.offset = (out.page - 1) * out.request.limit;
  return out;
}

json::value page_value(const Paging& paging, json::array rows, std::int64_t total) {
  if (paging.bare) return rows;
  return json::object{
      {"data", std::move(rows)}, {"page", paging.page}, {"size", paging.request.limit}, {"total_count", total}};
}

}  // namespace tollgate::manage
