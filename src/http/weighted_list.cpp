#include "http/weighted_list.h"

#include <span>

#include "base/strings.h"

namespace tollgate::http {
namespace {

int thousandths(std::string_view weight) {
  if (weight.starts_with('1')) return 1000;
  if (!weight.starts_with("0.")) return 0;
  int out = 0, place = 100;
  for (const char c : weight.substr(2, 3)) {
    if (c < '0' || c > '9') return 0;
    out += (c - '0') * place;
    place /= 10;
  }
  return out;
}

}  // namespace

std::vector<WeightedItem> weighted_items(std::string_view list) {
  std::vector<WeightedItem> out;
  for (const std::string_view item : split_list(list)) {
    const auto parts = split_list(item, ';');
    if (parts.empty() || item.starts_with(';')) continue;
    WeightedItem added{.name = parts.front()};
    for (const std::string_view parameter : std::span(parts).subspan(1)) {
      if (istarts_with(parameter, "q=")) added.weight = thousandths(parameter.substr(2));
    }
    out.push_back(added);
  }
  return out;
}

}  // namespace tollgate::http
