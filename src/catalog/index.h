#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::catalog {

/// One candidate of a (group, model): a channel by its place in the snapshot.
struct Slot {
  std::uint32_t channel = 0;     ///< ordinal in Catalog::channels()
  std::uint32_t cumulative = 0;  ///< sum of the weights of this tier up to and including this slot

  friend constexpr bool operator==(const Slot&, const Slot&) = default;
};

/// The candidates of one (group, model), tier after tier, the highest priority first.
class Candidates {
 public:
  Candidates() = default;
  Candidates(std::span<const Slot> slots, std::span<const std::uint32_t> tier_ends, std::uint32_t tag)
      : slots_(slots), tier_ends_(tier_ends), tag_(tag) {}

  [[nodiscard]] bool empty() const { return slots_.empty(); }
  [[nodiscard]] std::size_t tiers() const { return tier_ends_.size(); }
  [[nodiscard]] std::span<const Slot> tier(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : tier_ends_[i - 1];
    return slots_.subspan(begin, tier_ends_[i] - begin);
  }
  /// Stands for the model in the health cells: the hash of the requested name, never 0.
  [[nodiscard]] std::uint32_t tag() const { return tag_; }

 private:
  std::span<const Slot> slots_;
  std::span<const std::uint32_t> tier_ends_;
  std::uint32_t tag_ = 0;
};

/// Hash of a model's name as the health cells use it; never 0.
[[nodiscard]] std::uint32_t model_tag(std::string_view model);

/// Group → model → tiers, immutable. Equal lists of candidates are stored once and a model's name once, so that a
/// thousand channels with the same fifty models cost a few kilobytes. Any thread.
class Index {
 public:
  /// What serves a model: exact names win over patterns (`gpt-4*`), longer patterns over shorter ones. Empty if the
  /// group knows nothing of it. No allocation.
  [[nodiscard]] Candidates find(std::uint32_t group, std::string_view model) const;

  /// Exact names served in the group, sorted; patterns are not names and left out. The views live as long as the index.
  [[nodiscard]] std::vector<std::string_view> models_of(std::uint32_t group) const;
  /// Patterns of the group without their star, sorted.
  [[nodiscard]] std::vector<std::string_view> patterns_of(std::uint32_t group) const;

  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class IndexBuilder;
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t name = 0;  // offset in names_
    std::uint16_t name_size = 0;
    std::uint16_t group = 0;
    std::uint32_t list = 0;  // in lists_; the top bit marks a pattern
  };
  struct List {
    std::uint32_t slots = 0, slot_count = 0, tiers = 0, tier_count = 0;
  };
  static constexpr std::uint32_t kPattern = 0x8000'0000;

  [[nodiscard]] std::string_view name_of(const Entry& entry) const {
    return std::string_view(names_).substr(entry.name, entry.name_size);
  }
  [[nodiscard]] const Entry* lookup(std::uint32_t group, std::string_view name, std::uint64_t hashed,
                                    bool pattern) const;

  std::string names_;
  std::vector<Entry> entries_;  // by group, then patterns after names, then name
  std::vector<std::uint32_t> table_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> tier_ends_;
  std::vector<List> lists_;
  std::vector<std::vector<std::uint16_t>> pattern_sizes_;  // by group, distinct, longest first
};

/// Collects what each channel offers and builds the index. Storage thread.
class IndexBuilder {
 public:
  /// The longest name of a model, and the most groups, that an index takes.
  static constexpr std::size_t kMaxName = 256;
  static constexpr std::size_t kMaxGroups = 65'535;

  /// Says that the channel serves the model in the group; saying it twice changes nothing. A trailing `*` makes a
  /// pattern. Names that are empty or longer than kMaxName are ignored: the caller checks and reports.
  /// @param weight  0 counts as 1, more than 1,000,000 as that.
  void add(std::uint32_t group, std::string_view model, std::uint32_t channel, std::int64_t priority,
           std::int64_t weight);
  [[nodiscard]] Index build() &&;

 private:
  struct Offer {
    std::int64_t priority;
    std::uint32_t channel;
    std::uint32_t weight;
  };
  struct Key {
    std::uint16_t group;
    bool pattern;
    std::string_view name;
    auto operator<=>(const Key&) const = default;
  };
  struct Less {
    using is_transparent = void;
    bool operator()(const Key& a, const Key& b) const { return a < b; }
  };
  std::map<std::string, int, std::less<>> interned_;
  std::map<Key, std::vector<Offer>, Less> offers_;
};

}  // namespace tollgate::catalog
