#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// What deleting and its undoing have in common. Pure.
namespace tollgate::manage {

/// What was deleted can be brought back for a day; then its row is emptied, and stays for the log's sake.
[[nodiscard]] constexpr std::int64_t restorable_since(std::int64_t now_s) { return now_s - 86'400; }

/// "1,2,3"
template <class Id>
[[nodiscard]] std::string listed(const std::vector<Id>& ids) {
  std::string out;
  for (const Id id : ids) {
    if (!out.empty()) out += ',';
    out += std::to_string(id.value);
  }
  return out;
}

/// "there are no such tokens: 7,9", naming the first few of `ids` that are not among `found`; both in order.
template <class Id>
[[nodiscard]] Error missing(std::string_view what, const std::vector<Id>& ids, const std::vector<Id>& found) {
  constexpr std::size_t kNamed = 10;
  std::vector<Id> absent;
  std::ranges::set_difference(ids, found, std::back_inserter(absent));
  const std::size_t more = absent.size() > kNamed ? absent.size() - kNamed : 0;
  absent.resize(absent.size() - more);
  std::string message = "there are no such " + std::string(what) + ": " + listed(absent);
  if (more > 0) message += " and " + std::to_string(more) + " more";
  return Error(ErrorCode::not_found, std::move(message)).param("ids");
}

}  // namespace tollgate::manage
