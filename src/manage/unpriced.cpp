#include "manage/unpriced.h"

#include <map>
#include <set>
#include <string>

namespace tollgate::manage {
namespace {

bool is_priced(const catalog::Catalog& catalog, const catalog::Channel& channel, std::string_view model) {
  if (catalog.find_price(model) != nullptr) return true;
  std::string buffer;
  return catalog.find_price(channel.mapping.map(model, buffer).billed) != nullptr;
}

}  // namespace

std::vector<UnpricedModel> unpriced_models(const catalog::Catalog& catalog) {
  struct Found {
    std::set<std::uint32_t> channels;
    std::set<std::string_view> groups;
  };
  std::map<std::string_view, Found> found;
  for (const auto& group : catalog.groups()) {
    for (const std::string_view model : catalog.models_of(*group)) {
      const catalog::Candidates candidates = catalog.candidates(*group, model);
      for (std::size_t tier = 0; tier < candidates.tiers(); ++tier) {
        for (const catalog::Slot& slot : candidates.tier(tier)) {
          if (is_priced(catalog, catalog.channels()[slot.channel], model)) continue;
          found[model].channels.insert(slot.channel);
          found[model].groups.insert(group->symbol);
        }
      }
    }
  }
  std::vector<UnpricedModel> out;
  for (const auto& [model, where] : found) {
    out.push_back({.model = model,
                   .channels = static_cast<std::int64_t>(where.channels.size()),
                   .groups = {where.groups.begin(), where.groups.end()}});
  }
  return out;
}

}  // namespace tollgate::manage
