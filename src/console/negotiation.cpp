#include "console/negotiation.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"

namespace tollgate::console {
namespace {

/// Thousandths, as far as HTTP's weights go; what is no weight counts as 0.
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

/// Calls `see(name, weight)` for each item of `gzip, br;q=0.5`.
template <class See>
void each_item(std::string_view list, See see) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    int weight = 1000;
    const std::string_view name = trim(item.substr(0, item.find(';')));
    while (item.find(';') != std::string_view::npos) {
      item.remove_prefix(item.find(';') + 1);
      const std::string_view parameter = trim(item.substr(0, item.find(';')));
      if (istarts_with(parameter, "q=")) weight = thousandths(parameter.substr(2));
    }
    if (!name.empty()) see(name, weight);
  }
}

/// The weight of an encoding: its own, else that of `*`.
int weight_of(std::string_view accept_encoding, std::string_view encoding, int otherwise) {
  std::optional<int> own, any;
  each_item(accept_encoding, [&](std::string_view name, int weight) {
    if (iequals(name, encoding)) own = weight;
    if (name == "*") any = weight;
  });
  return own ? *own : any.value_or(otherwise);
}

}  // namespace

Representation choose(const File& file, std::string_view accept_encoding) {
  Representation best{.bytes = file.plain, .encoding = {}, .etag = {}};
  // What is not named is allowed, but anything that is named is liked better.
  int best_weight = weight_of(accept_encoding, "identity", 1);
  const auto offer = [&](std::string_view encoding, std::string_view bytes) {
    const int weight = weight_of(accept_encoding, encoding, 0);
    if (bytes.empty() || weight == 0 || weight < best_weight) return;
    if (weight == best_weight && bytes.size() >= best.bytes.size()) return;
    best.bytes = bytes;
    best.encoding = encoding;
    best_weight = weight;
  };
  offer("br", file.br);
  offer("gzip", file.gzip);
  best.etag.append("\"").append(file.hash);
  if (!best.encoding.empty()) best.etag.append("-").append(best.encoding);
  best.etag += '"';
  return best;
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") return true;
  bool found = false;
  each_item(if_none_match, [&](std::string_view tag, int) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    found = found || tag == etag;
  });
  return found;
}

bool accepts_html(std::string_view accept) {
  if (trim(accept).empty()) return true;
  bool found = false;
  each_item(accept, [&](std::string_view type, int weight) {
    found = found || (weight > 0 && (type == "*/*" || iequals(type, "text/*") || iequals(type, "text/html")));
  });
  return found;
}

}  // namespace tollgate::console
