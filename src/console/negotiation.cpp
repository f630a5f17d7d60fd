#include "console/negotiation.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "http/weighted_list.h"

namespace tollgate::console {
namespace {

/// The weight of an encoding: its own, else that of `*`.
int weight_of(std::string_view accept_encoding, std::string_view encoding, int otherwise) {
  std::optional<int> own, any;
  for (const http::WeightedItem& item : http::weighted_items(accept_encoding)) {
    if (iequals(item.name, encoding)) own = item.weight;
    if (item.name == "*") any = item.weight;
  }
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
  return std::ranges::any_of(http::weighted_items(if_none_match), [&](const http::WeightedItem& item) {
    return item.name.starts_with("W/") ? item.name.substr(2) == etag : item.name == etag;
  });
}

bool accepts_html(std::string_view accept) {
  if (trim(accept).empty()) return true;
  return std::ranges::any_of(http::weighted_items(accept), [](const http::WeightedItem& item) {
    const bool fits = item.name == "*/*" || iequals(item.name, "text/*") || iequals(item.name, "text/html");
    return fits && item.weight > 0;
  });
}

}  // namespace tollgate::console
