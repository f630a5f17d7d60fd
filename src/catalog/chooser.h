#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "catalog/catalog.h"
#include "catalog/health.h"
#include "catalog/rng.h"
#include "llm/ids.h"

namespace tollgate::catalog {

/// What the suffix of a key asks for (relay.md 1.4); only administrators may.
struct Pin {
  enum class Kind : std::uint8_t {
    none,
    use,               ///< `#id`, `-id`: this channel and no other
    exclude,           ///< `#!id`: any but this
    pass_through_use,  ///< `#id#ignore`: only where a pass-through route needs a channel; else like none
  };
  Kind kind = Kind::none;
  ChannelId channel;
};

/// The groups whose channels may serve a request, in order: the first that has a usable one wins.
struct GroupChain {
  std::array<const Group*, 3> groups{};
  std::size_t size = 0;

  void add(const Group* group) {
    for (std::size_t i = 0; i < size; ++i) {
      if (groups[i] == group) return;
    }
    if (group != nullptr && size < groups.size()) groups[size++] = group;
  }
  [[nodiscard]] const Group& primary() const { return *groups[0]; }
};

/// What a request needs of a channel.
struct Wanted {
  std::string_view model;  ///< as asked for, without `#argument`; must outlive the chooser
  llm::Operation operation = llm::Operation::chat;
  bool streams = false;
  bool has_tools = false;
  Pin pin = {};
};

/// A chosen channel and key, and the attempt that is under way on it.
struct Choice {
  const Channel* channel = nullptr;
  const ChannelKey* key = nullptr;
  const Group* group = nullptr;  ///< whose ratio is charged: that of this attempt, also after a detour
  bool backup_group = false;     ///< not the first group of the chain
  Attempt attempt;
};

/// Chooses the channels of one request, attempt after attempt: tier by tier, weighted within a tier, passing over what
/// failed before, what is cooling down or broken, and what cannot serve it. A value in the request's frame; nothing is
/// allocated unless it fails. The catalog must stay pinned while it is used.
class Chooser {
 public:
  /// Attempts of one request; the settings allow 21 at most.
  static constexpr std::size_t kMaxAttempts = 24;

  Chooser(const Catalog& catalog, const GroupChain& groups, const Wanted& wanted);

  /// The next candidate. A channel that cools down only by our own guess (a 429 that named no time) is used as a last
  /// resort, the one that is due first; one whose upstream named the time, or whose breaker is open, is not.
  ///
  /// Errors: model_not_found (no group knows the model), not_supported (known, but no channel can do this kind of
  /// call), upstream_rate_limited (all rest after their upstreams' 429; retry_after_ms says until when the first does),
  /// no_available_channel (all are out for now, not only for that; retry_after_ms if it is known),
  /// channel_not_usable (the pinned channel is missing, disabled or broken, or has had its attempt).
  Result<Choice> next(Rng& rng, std::int64_t now_ns);

  /// The last choice failed: it will not come again. Where the key was at fault (refused, out of credit, rate limited)
  /// and the channel has others, only the key is out.
  void exclude(const Choice& choice, const Error& error);
  void exclude(ChannelId channel);

  /// Whether another attempt has anywhere to go, were it tried now. Does not begin one.
  [[nodiscard]] bool has_more(std::int64_t now_ns) const;

 private:
  struct Excluded {
    std::uint32_t channel = 0;
    std::int32_t key = -1;  // -1: all
  };
  struct Look;  // what a pass over the candidates found

  [[nodiscard]] bool capable(const Channel& channel) const;
  [[nodiscard]] bool excluded(const Channel& channel, std::int32_t key) const;
  [[nodiscard]] int usable_key(const Channel& channel, std::uint32_t tag, std::int64_t now_ms, std::uint32_t first,
                               Look* look) const;
  [[nodiscard]] const Channel* pick(std::span<const Slot> tier, std::uint32_t tag, Rng& rng, std::int64_t now_ms,
                                    Look& look) const;
  std::optional<Choice> begin(const Channel& channel, std::uint32_t tag, std::size_t group, Rng& rng,
                              std::int64_t now_ns);
  Result<Choice> pinned(Rng& rng, std::int64_t now_ns);
  [[nodiscard]] std::unexpected<Error> nothing_left(const Look& look, std::int64_t now_ms) const;

  const Catalog& catalog_;
  GroupChain groups_;
  Wanted wanted_;
  std::array<Candidates, 3> candidates_;
  std::array<Excluded, kMaxAttempts> excluded_{};
  std::size_t excluded_size_ = 0;
};

}  // namespace tollgate::catalog
