#include "catalog/index.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <unordered_map>

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kMaxWeight = 1'000'000;

// FNV-1a: names are short, and only ours are in the table.
std::uint64_t name_hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3;
  }
  return h ^ (h >> 32);
}

std::uint32_t mixed(std::uint64_t hash, std::uint32_t seed) {
  return static_cast<std::uint32_t>(((hash + seed) * 0x9e3779b97f4a7c15) >> 32);
}

std::uint32_t entry_hash(std::uint64_t name, std::uint32_t group, bool pattern) {
  return mixed(name, (group * 2) + (pattern ? 1 : 0) + 1);
}

std::uint32_t tag_of(std::uint64_t name) {
  const std::uint32_t tag = mixed(name, 0);
  return tag == 0 ? 1 : tag;
}

}  // namespace

std::uint32_t model_tag(std::string_view model) { return tag_of(name_hash(model)); }

const Index::Entry* Index::lookup(std::uint32_t group, std::string_view name, std::uint64_t hashed,
                                  bool pattern) const {
  const std::uint32_t hash = entry_hash(hashed, group, pattern);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = hash & mask; table_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[table_[at] - 1];
    if (entry.hash == hash && entry.group == group && ((entry.list & kPattern) != 0) == pattern &&
        name_of(entry) == name) {
      return &entry;
    }
  }
  return nullptr;
}

Candidates Index::find(std::uint32_t group, std::string_view model) const {
  if (group >= pattern_sizes_.size() || table_.empty()) return {};
  const std::uint64_t hashed = name_hash(model);
  const Entry* entry = lookup(group, model, hashed, false);
  if (entry == nullptr) {
    for (const std::uint16_t size : pattern_sizes_[group]) {
      if (size > model.size()) continue;
      const std::string_view start = model.substr(0, size);
      entry = lookup(group, start, name_hash(start), true);
      if (entry != nullptr) break;
    }
  }
  if (entry == nullptr) return {};
  const List& list = lists_[entry->list & ~kPattern];
  return {std::span(slots_).subspan(list.slots, list.slot_count),
          std::span(tier_ends_).subspan(list.tiers, list.tier_count), tag_of(hashed)};
}

std::vector<std::string_view> Index::models_of(std::uint32_t group) const {
  std::vector<std::string_view> out;
  auto at = std::ranges::lower_bound(entries_, group, {}, &Entry::group);
  for (; at != entries_.end() && at->group == group && (at->list & kPattern) == 0; ++at) out.push_back(name_of(*at));
  return out;
}

std::vector<std::string_view> Index::patterns_of(std::uint32_t group) const {
  std::vector<std::string_view> out;
  auto at = std::ranges::lower_bound(entries_, group, {}, &Entry::group);
  for (; at != entries_.end() && at->group == group; ++at) {
    if ((at->list & kPattern) != 0) out.push_back(name_of(*at));
  }
  return out;
}

std::size_t Index::bytes() const {
  return names_.capacity() + entries_.capacity() * sizeof(Entry) + table_.capacity() * sizeof(std::uint32_t) +
         slots_.capacity() * sizeof(Slot) + tier_ends_.capacity() * sizeof(std::uint32_t) +
         lists_.capacity() * sizeof(List);
}

void IndexBuilder::add(std::uint32_t group, std::string_view model, std::uint32_t channel, std::int64_t priority,
                       std::int64_t weight) {
  if (model.empty() || model.size() > kMaxName || group >= kMaxGroups) return;
  const bool pattern = model.ends_with('*');
  if (pattern) model.remove_suffix(1);
  auto name = interned_.find(model);
  if (name == interned_.end()) name = interned_.emplace(std::string(model), 0).first;

  auto& offers = offers_[Key{static_cast<std::uint16_t>(group), pattern, name->first}];
  if (!offers.empty() && offers.back().channel == channel) return;  // a channel's offers arrive together
  offers.push_back({priority, channel, static_cast<std::uint32_t>(std::clamp<std::int64_t>(weight, 1, kMaxWeight))});
}

Index IndexBuilder::build() && {
  Index out;
  std::unordered_map<std::string_view, std::uint32_t> name_at;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> lists_by_hash;
  out.entries_.reserve(offers_.size());

  for (auto& [key, offers] : offers_) {
    std::ranges::sort(offers, [](const Offer& a, const Offer& b) {
      return std::tie(b.priority, a.channel) < std::tie(a.priority, b.channel);
    });
    const auto same = std::ranges::unique(offers, {}, &Offer::channel);
    offers.erase(same.begin(), same.end());

    std::vector<Slot> slots;
    std::vector<std::uint32_t> ends;
    slots.reserve(offers.size());
    std::uint64_t content = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const bool new_tier = i == 0 || offers[i].priority != offers[i - 1].priority;
      if (new_tier && i != 0) ends.push_back(static_cast<std::uint32_t>(i));
      // Sums saturate: a tier of more than 4,294 channels of the greatest weight treats the last ones as equals.
      const std::uint64_t before = new_tier ? 0 : slots.back().cumulative;
      slots.push_back({offers[i].channel,
                       static_cast<std::uint32_t>(std::min<std::uint64_t>(before + offers[i].weight, UINT32_MAX))});
      content =
          (content ^ ((std::uint64_t{slots.back().channel} << 32) | slots.back().cumulative)) * 0x9e3779b97f4a7c15;
      content ^= content >> 29;
    }
    ends.push_back(static_cast<std::uint32_t>(slots.size()));

    // The same candidates in the same tiers: one list.
    std::uint32_t list = UINT32_MAX;
    for (const std::uint32_t known : lists_by_hash[content]) {
      const Index::List& other = out.lists_[known];
      const auto their_slots = std::span(out.slots_).subspan(other.slots, other.slot_count);
      const auto their_ends = std::span(out.tier_ends_).subspan(other.tiers, other.tier_count);
      if (std::ranges::equal(their_slots, slots) && std::ranges::equal(their_ends, ends)) {
        list = known;
        break;
      }
    }
    if (list == UINT32_MAX) {
      list = static_cast<std::uint32_t>(out.lists_.size());
      out.lists_.push_back({static_cast<std::uint32_t>(out.slots_.size()), static_cast<std::uint32_t>(slots.size()),
                            static_cast<std::uint32_t>(out.tier_ends_.size()),
                            static_cast<std::uint32_t>(ends.size())});
      out.slots_.insert(out.slots_.end(), slots.begin(), slots.end());
      out.tier_ends_.insert(out.tier_ends_.end(), ends.begin(), ends.end());
      lists_by_hash[content].push_back(list);
    }

    auto [name, fresh] = name_at.try_emplace(key.name, static_cast<std::uint32_t>(out.names_.size()));
    if (fresh) out.names_ += key.name;
    out.entries_.push_back({entry_hash(name_hash(key.name), key.group, key.pattern), name->second,
                            static_cast<std::uint16_t>(key.name.size()), key.group,
                            list | (key.pattern ? Index::kPattern : 0)});
    if (key.group >= out.pattern_sizes_.size()) out.pattern_sizes_.resize(key.group + 1u);
    if (key.pattern) out.pattern_sizes_[key.group].push_back(static_cast<std::uint16_t>(key.name.size()));
  }

  for (auto& sizes : out.pattern_sizes_) {
    std::ranges::sort(sizes, std::greater{});
    const auto same = std::ranges::unique(sizes);
    sizes.erase(same.begin(), same.end());
    sizes.shrink_to_fit();
  }
  out.table_.assign(std::bit_ceil(out.entries_.size() * 2 + 2), 0);
  const std::size_t mask = out.table_.size() - 1;
  for (std::size_t i = 0; i < out.entries_.size(); ++i) {
    std::size_t at = out.entries_[i].hash & mask;
    while (out.table_[at] != 0) at = (at + 1) & mask;
    out.table_[at] = static_cast<std::uint32_t>(i + 1);
  }
  out.names_.shrink_to_fit();
  out.slots_.shrink_to_fit();
  out.tier_ends_.shrink_to_fit();
  out.lists_.shrink_to_fit();
  offers_.clear();
  interned_.clear();
  return out;
}

}  // namespace tollgate::catalog
