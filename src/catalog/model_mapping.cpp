#include "catalog/model_mapping.h"

#include <algorithm>

#include "base/strings.h"
#include "json/value.h"

namespace tollgate::catalog {

Result<ModelMapping> ModelMapping::parse(std::string_view json) {
  ModelMapping out;
  const std::string_view text = trim(json);
  if (text.empty() || text == "null") return out;
  auto parsed = json::parse_object(text);
  if (!parsed) {
    return fail(ErrorCode::invalid_request, "model mapping is not a JSON object: " + parsed.error().message());
  }
  for (const auto& member : *parsed) {
    const std::string_view from(member.key());
    if (!member.value().is_string()) {
      return fail(Error(ErrorCode::invalid_request, "model mapping: the value of " + std::string(from) + " is not text")
                      .param("model_mapping." + std::string(from)));
    }
    std::string_view to = trim(json::view(member.value().get_string()));
    Target target;
    if (to.starts_with('+')) {
      target.bill_requested = true;
      to.remove_prefix(1);
    }
    const bool pattern = from.ends_with('*');
    if (pattern && to.ends_with('*')) {
      target.fill_star = true;
      to.remove_suffix(1);
    }
    if (from.empty() || (to.empty() && !target.fill_star)) {
      return fail(Error(ErrorCode::invalid_request, "model mapping: an empty name beside '" + std::string(from) + "'")
                      .param("model_mapping." + std::string(from)));
    }
    target.upstream = to;
    if (pattern) {
      out.patterns_.emplace_back(from.substr(0, from.size() - 1), std::move(target));
    } else {
      out.exact_.emplace_back(from, std::move(target));
    }
  }
  std::ranges::sort(out.exact_, {}, [](const auto& entry) { return std::string_view(entry.first); });
  std::ranges::sort(out.patterns_, std::greater{},
                    [](const auto& entry) { return std::pair(entry.first.size(), std::string_view(entry.first)); });
  return out;
}

MappedModel ModelMapping::map(std::string_view requested, std::string& buffer) const {
  const Target* target = nullptr;
  std::string_view rest;
  const auto exact =
      std::ranges::lower_bound(exact_, requested, {}, [](const auto& entry) { return std::string_view(entry.first); });
  if (exact != exact_.end() && exact->first == requested) {
    target = &exact->second;
  } else {
    for (const auto& [prefix, candidate] : patterns_) {
      if (requested.starts_with(prefix)) {
        target = &candidate;
        rest = requested.substr(prefix.size());
        break;
      }
    }
  }
  if (target == nullptr) return {requested, requested, false};
  std::string_view upstream = target->upstream;
  if (target->fill_star) {
    buffer.assign(target->upstream).append(rest);
    upstream = buffer;
  }
  return {upstream, target->bill_requested ? requested : upstream, upstream != requested};
}

}  // namespace tollgate::catalog
