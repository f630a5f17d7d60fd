#include "catalog/chooser.h"

#include <algorithm>
#include <limits>

#include "base/strings.h"
#include "llm/operation.h"

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// Draws that may hit a channel that is out before the whole tier is looked at.
constexpr int kDraws = 4;

}  // namespace

struct Chooser::Look {
  bool capable = false;          // somebody serves this kind of call
  bool limited = false;          // somebody rests at the upstream's limit
  bool broken = false;           // somebody's breaker is open
  std::int64_t due_ms = kNever;  // the first moment at which somebody is back
  // The one that is due first of those that cool down by our own guess.
  const Channel* resort = nullptr;
  int resort_key = -1;
  std::size_t resort_group = 0;
  std::int64_t resort_due_ms = kNever;
  std::size_t group = 0;  // which is being looked at
};

Chooser::Chooser(const Catalog& catalog, const GroupChain& groups, const Wanted& wanted)
    : catalog_(catalog), groups_(groups), wanted_(wanted) {
  for (std::size_t i = 0; i < groups_.size; ++i) {
    candidates_[i] = catalog.candidates(*groups_.groups[i], wanted_.model);
  }
  if (wanted_.pin.kind == Pin::Kind::exclude) exclude(wanted_.pin.channel);
}

bool Chooser::capable(const Channel& channel) const {
  return channel.supports(wanted_.operation) && !(wanted_.has_tools && channel.only_chat) &&
         !(wanted_.streams && !channel.streams(wanted_.model));
}

bool Chooser::excluded(const Channel& channel, std::int32_t key) const {
  for (std::size_t i = 0; i < excluded_size_; ++i) {
    if (excluded_[i].channel == channel.ordinal && (excluded_[i].key < 0 || excluded_[i].key == key)) return true;
  }
  return false;
}

// A key of the channel that may be used now; -1 if there is none. `first` is where to begin. What this request met
// before still says when it makes sense to come again.
int Chooser::usable_key(const Channel& channel, std::uint32_t tag, std::int64_t now_ms, std::uint32_t first,
                        Look* look) const {
  if (channel.health->off()) return -1;
  const std::int64_t blocked = channel.health->blocked_until_ms(now_ms);
  const auto count = static_cast<std::uint32_t>(channel.keys.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t at = (first + i) % count;
    const KeyCell& cell = *channel.keys[at].health;
    if (cell.off()) continue;
    const bool failed = excluded(channel, static_cast<std::int32_t>(at));
    const Pause pause = cell.pause(tag, now_ms);
    if (!failed && blocked == 0 && pause.until_ms == 0) return static_cast<int>(at);
    if (look == nullptr || (failed && pause.until_ms == 0)) continue;
    const std::int64_t due = std::max(blocked, pause.until_ms);
    look->due_ms = std::min(look->due_ms, due);
    (blocked == 0 ? look->limited : look->broken) = true;
    if (!failed && blocked == 0 && !pause.firm && due < look->resort_due_ms) {
      look->resort = &channel;
      look->resort_key = static_cast<int>(at);
      look->resort_group = look->group;
      look->resort_due_ms = due;
    }
  }
  return -1;
}

// A usable channel of the tier, each with the chance that its weight has among those that are usable.
const Channel* Chooser::pick(std::span<const Slot> tier, std::uint32_t tag, Rng& rng, std::int64_t now_ms,
                             Look& look) const {
  const auto& channels = catalog_.channels();
  const auto good = [&](const Channel& channel, Look* note) {
    if (!capable(channel)) return false;
    if (note != nullptr) note->capable = true;
    return usable_key(channel, tag, now_ms, 0, note) >= 0;
  };
  // Drawing again when the draw is out keeps the proportions of the rest; it is nearly always the first draw.
  if (tier.size() > 1) {
    for (int i = 0; i < kDraws; ++i) {
      const std::uint32_t at = rng.below(tier.back().cumulative);
      const auto slot = std::ranges::upper_bound(tier, at, {}, &Slot::cumulative);
      if (slot == tier.end()) continue;
      const Channel& channel = channels[slot->channel];
      if (good(channel, nullptr)) return &channel;
    }
  }
  std::uint64_t total = 0;
  for (const Slot& slot : tier) {
    if (const Channel& channel = channels[slot.channel]; good(channel, &look)) total += channel.weight;
  }
  if (total == 0) return nullptr;
  std::uint64_t at = tier.size() == 1 ? 0 : rng.next() % total;
  for (const Slot& slot : tier) {
    const Channel& channel = channels[slot.channel];
    if (!good(channel, nullptr)) continue;
    if (at < channel.weight) return &channel;
    at -= channel.weight;
  }
  return nullptr;  // a breaker opened between the two passes
}

std::optional<Choice> Chooser::begin(const Channel& channel, std::uint32_t tag, std::size_t group, Rng& rng,
                                     std::int64_t now_ns) {
  std::uint32_t first = 0;
  if (channel.keys.size() > 1) {
    first = channel.rotation == Rotation::random ? rng.below(static_cast<std::uint32_t>(channel.keys.size()))
                                                 : channel.health->next_turn();
  }
  const int key = usable_key(channel, tag, now_ns / kNsPerMs, first, nullptr);
  if (key < 0) return std::nullopt;
  const ChannelKey& chosen = channel.keys[static_cast<std::size_t>(key)];
  auto attempt = catalog_.health().begin(*channel.health, *chosen.health, tag, now_ns);
  if (!attempt) return std::nullopt;
  return Choice{&channel, &chosen, groups_.groups[group], group != 0, std::move(*attempt)};
}

Result<Choice> Chooser::next(Rng& rng, std::int64_t now_ns) {
  if (wanted_.pin.kind == Pin::Kind::use) return pinned(rng, now_ns);
  const std::int64_t now_ms = now_ns / kNsPerMs;

  // Losing a trial to another worker, or a race with an opening breaker, is a reason to look again; not forever.
  for (int round = 0; round < 3; ++round) {
    Look look;
    bool lost_race = false;
    for (std::size_t i = 0; i < groups_.size; ++i) {
      look.group = i;
      const Candidates& candidates = candidates_[i];
      for (std::size_t tier = 0; tier < candidates.tiers(); ++tier) {
        const Channel* channel = pick(candidates.tier(tier), candidates.tag(), rng, now_ms, look);
        if (channel == nullptr) continue;
        if (auto choice = begin(*channel, candidates.tag(), i, rng, now_ns)) return std::move(*choice);
        lost_race = true;
        break;
      }
      if (lost_race) break;
    }
    if (lost_race) continue;

    if (look.resort != nullptr) {
      const ChannelKey& key = look.resort->keys[static_cast<std::size_t>(look.resort_key)];
      const std::uint32_t tag = candidates_[look.resort_group].tag();
      if (auto attempt = catalog_.health().begin(*look.resort->health, *key.health, tag, now_ns)) {
        return Choice{look.resort, &key, groups_.groups[look.resort_group], look.resort_group != 0,
                      std::move(*attempt)};
      }
      continue;
    }
    return nothing_left(look, now_ms);
  }
  return nothing_left(Look{.capable = true}, now_ms);
}

Result<Choice> Chooser::pinned(Rng& rng, std::int64_t now_ns) {
  const std::string id = std::to_string(wanted_.pin.channel.value);
  const Channel* channel = catalog_.find_channel(wanted_.pin.channel);
  if (channel == nullptr) {
    const UnusableChannel* unusable = catalog_.find_unusable(wanted_.pin.channel);
    return fail(ErrorCode::channel_not_usable,
                "channel " + id + (unusable == nullptr ? " does not exist" : ": " + unusable->reason));
  }
  if (!channel->supports(wanted_.operation)) {
    return fail(ErrorCode::not_supported,
                "channel " + id + " cannot do " + std::string(llm::traits_of(wanted_.operation).name));
  }
  std::uint32_t first = channel->keys.size() > 1 && channel->rotation == Rotation::in_turn
                            ? channel->health->next_turn()
                            : rng.below(static_cast<std::uint32_t>(channel->keys.size()));
  for (std::size_t i = 0; i < channel->keys.size(); ++i, ++first) {
    const std::size_t at = first % channel->keys.size();
    if (excluded(*channel, static_cast<std::int32_t>(at))) continue;
    const ChannelKey& key = channel->keys[at];
    auto attempt =
        catalog_.health().begin(*channel->health, *key.health, model_tag(wanted_.model), now_ns, /*force=*/true);
    // A pinned channel gets one attempt: whoever names it wants to see what it says.
    exclude(channel->id);
    if (attempt) return Choice{channel, &key, groups_.groups[0], false, std::move(*attempt)};
  }
  return fail(ErrorCode::channel_not_usable, "channel " + id + " was tried; nothing else may be");
}

void Chooser::exclude(const Choice& choice, const Error& error) {
  const bool of_key = error.code() == ErrorCode::upstream_auth_failed ||
                      error.code() == ErrorCode::upstream_no_credit || error.code() == ErrorCode::upstream_rate_limited;
  Excluded out{choice.channel->ordinal, -1};
  if (of_key && choice.channel->keys.size() > 1) {
    out.key = static_cast<std::int32_t>(choice.key - choice.channel->keys.data());
  }
  if (excluded_size_ < excluded_.size()) excluded_[excluded_size_++] = out;
}

void Chooser::exclude(ChannelId id) {
  const Channel* channel = catalog_.find_channel(id);
  if (channel != nullptr && excluded_size_ < excluded_.size()) excluded_[excluded_size_++] = {channel->ordinal, -1};
}

bool Chooser::has_more(std::int64_t now_ns) const {
  if (wanted_.pin.kind == Pin::Kind::use || excluded_size_ == excluded_.size()) return false;
  Look look;
  for (std::size_t i = 0; i < groups_.size; ++i) {
    for (std::size_t tier = 0; tier < candidates_[i].tiers(); ++tier) {
      for (const Slot& slot : candidates_[i].tier(tier)) {
        const Channel& channel = catalog_.channels()[slot.channel];
        if (capable(channel) && usable_key(channel, candidates_[i].tag(), now_ns / kNsPerMs, 0, &look) >= 0)
          return true;
      }
    }
  }
  return look.resort != nullptr;
}

std::unexpected<Error> Chooser::nothing_left(const Look& look, std::int64_t now_ms) const {
  const std::string model(clip_utf8(wanted_.model, 200));
  const std::string& group = groups_.primary().symbol;
  bool known = false;
  for (const Candidates& candidates : candidates_) known = known || !candidates.empty();
  if (!known) {
    return fail(Error(ErrorCode::model_not_found, "model '" + model + "' does not exist in group '" + group + "'")
                    .param("model"));
  }
  if (!look.capable) {
    std::string what(llm::traits_of(wanted_.operation).name);
    if (wanted_.streams) what = "streamed " + what;
    if (wanted_.has_tools) what += " with tools";
    return fail(ErrorCode::not_supported, "no channel of model '" + model + "' can do " + what);
  }
  const std::string whose = " model '" + model + "' in group '" + group + "'";
  Error error = look.limited && !look.broken
                    ? Error(ErrorCode::upstream_rate_limited,
                            "the providers' limits are reached for" + whose + "; try again later")
                    : Error(ErrorCode::no_available_channel, "no channel is available now for" + whose);
  if (look.due_ms != kNever) error.retry_after_ms(std::max<std::int64_t>(1, look.due_ms - now_ms));
  return fail(std::move(error));
}

}  // namespace tollgate::catalog
