#include "catalog/health.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace tollgate::catalog {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << 40) - 1;
// During somebody else's trial: how soon asking again makes sense.
constexpr std::int64_t kTrialRetryMs = 1'000;
// How long a channel that lacks a model is passed over for it.
constexpr std::int64_t kMissingModelMs = 60'000;

std::uint64_t time_bits(std::int64_t ms) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(ms, 0, static_cast<std::int64_t>(kTimeMask)));
}

// A cooldown's word: tag 23, firm 1, until 40.
std::uint64_t cooldown_word(std::uint32_t tag, bool firm, std::int64_t until_ms) {
  return (std::uint64_t{tag & 0x7f'ffff} << 41) | (std::uint64_t{firm} << 40) | time_bits(until_ms);
}
std::uint32_t tag_in(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 41); }
bool firm_of(std::uint64_t word) { return ((word >> 40) & 1) != 0; }
std::int64_t until_of(std::uint64_t word) { return static_cast<std::int64_t>(word & kTimeMask); }
// 0 stands for all models, so no model may fold to it.
std::uint32_t fold(std::uint32_t tag) {
  if (tag == 0) return 0;
  const std::uint32_t folded = (tag ^ (tag >> 23)) & 0x7f'ffff;
  return folded == 0 ? 1 : folded;
}

// A breaker's word: state 2, openings in a row 6, failures in a row 16, until 40.
struct BreakerWord {
  ChannelCell::Breaker state = ChannelCell::Breaker::closed;
  std::uint32_t openings = 0;
  std::uint32_t failures = 0;
  std::int64_t until_ms = 0;

  static BreakerWord of(std::uint64_t word) {
    return {static_cast<ChannelCell::Breaker>(word >> 62), static_cast<std::uint32_t>((word >> 56) & 0x3f),
            static_cast<std::uint32_t>((word >> 40) & 0xffff), until_of(word)};
  }
  [[nodiscard]] std::uint64_t word() const {
    return (static_cast<std::uint64_t>(state) << 62) | (std::uint64_t{std::min(openings, 0x3fU)} << 56) |
           (std::uint64_t{std::min(failures, 0xffffU)} << 40) | time_bits(until_ms);
  }
};

std::int64_t doubled(std::int64_t first, std::uint32_t times, std::int64_t most) {
  return std::min(most, first << std::min<std::uint32_t>(times, 20));
}

// The upstream's own words that leave no doubt (relay.md 4.6).
constexpr std::string_view kOffWords[] = {"invalid_api_key", "account_deactivated", "billing_not_active",
                                          "insufficient_quota", "insufficient_user_quota"};

}  // namespace

Verdict verdict_of(const Error& error, const HealthPolicy& policy) {
  if (error.blame() != Blame::channel) return Verdict::keep;
  const auto says = [&](std::string_view word) {
    return iequals(error.upstream_code(), word) || iequals(error.upstream_type(), word);
  };
  if (std::ranges::any_of(kOffWords, says)) return Verdict::off;
  if (error.code() == ErrorCode::upstream_auth_failed || error.code() == ErrorCode::upstream_no_credit) {
    return Verdict::suspect;
  }
  const auto mentioned = [&](const std::string& word) {
    return !word.empty() && (icontains(error.message(), word) || icontains(error.detail(), word));
  };
  return std::ranges::any_of(policy.disable_keywords, mentioned) ? Verdict::suspect : Verdict::keep;
}

Pause KeyCell::pause(std::uint32_t tag, std::int64_t now_ms) const {
  if (latest_ms_.load(kRelaxed) <= now_ms) return {};
  tag = fold(tag);
  Pause out;
  for (const auto& cell : cooldowns_) {
    const std::uint64_t word = cell.load(kRelaxed);
    if (word == 0 || until_of(word) <= now_ms || (tag_in(word) != 0 && tag_in(word) != tag)) continue;
    out.until_ms = std::max(out.until_ms, until_of(word));
    out.firm = out.firm || firm_of(word);
  }
  return out;
}

void KeyCell::cool_down(std::uint32_t tag, std::int64_t now_ms, std::int64_t until_ms, bool firm) {
  if (until_ms <= now_ms) return;
  tag = fold(tag);
  const std::uint64_t word = cooldown_word(tag, firm, until_ms);
  for (;;) {
    // Its own word, else a free or expired one, else the one that ends first.
    std::size_t place = 0;
    std::uint64_t seen = cooldowns_[0].load(kRelaxed);
    for (std::size_t i = 0; i < kCooldowns; ++i) {
      const std::uint64_t at = cooldowns_[i].load(kRelaxed);
      if (at != 0 && tag_in(at) == tag) {
        place = i;
        seen = at;
        break;
      }
      if (until_of(at) < until_of(seen)) {
        place = i;
        seen = at;
      }
    }
    if (tag_in(seen) == tag && until_of(seen) >= until_ms) break;
    if (cooldowns_[place].compare_exchange_strong(seen, word, kRelaxed)) break;
  }
  std::int64_t latest = latest_ms_.load(kRelaxed);
  while (latest < until_ms && !latest_ms_.compare_exchange_weak(latest, until_ms, kRelaxed)) {
  }
}

void KeyCell::clear_cooldowns() {
  for (auto& cell : cooldowns_) cell.store(0, kRelaxed);
  latest_ms_.store(0, kRelaxed);
  limited_in_row_.store(0, kRelaxed);
}

std::int64_t ChannelCell::blocked_until_ms(std::int64_t now_ms) const {
  const std::uint64_t seen = word_.load(kRelaxed);
  if ((seen >> 62) == 0) return 0;
  const BreakerWord word = BreakerWord::of(seen);
  if (word.state == Breaker::trial) return now_ms + kTrialRetryMs;
  return word.until_ms <= now_ms ? 0 : word.until_ms;
}

ChannelCell::State ChannelCell::state() const {
  const BreakerWord word = BreakerWord::of(word_.load(kRelaxed));
  return {word.state, word.failures, word.until_ms};
}

ChannelCell::Begin ChannelCell::begin(std::int64_t now_ms, bool force) {
  std::uint64_t seen = word_.load(kRelaxed);
  while ((seen >> 62) != 0) {
    BreakerWord word = BreakerWord::of(seen);
    if (word.state == Breaker::trial || (word.until_ms > now_ms && !force)) {
      return force ? Begin::normal : Begin::refused;
    }
    word.state = Breaker::trial;
    if (word_.compare_exchange_weak(seen, word.word(), kRelaxed)) return Begin::trial;
  }
  return Begin::normal;
}

void ChannelCell::succeeded(bool trial) {
  std::uint64_t seen = word_.load(kRelaxed);
  while (seen != 0) {
    // An old call that succeeds after the breaker opened proves nothing about now.
    if ((seen >> 62) != 0 && !trial) return;
    if (word_.compare_exchange_weak(seen, 0, kRelaxed)) return;
  }
}

void ChannelCell::failed_call(bool trial, std::int64_t now_ms, const HealthPolicy& policy) {
  std::uint64_t seen = word_.load(kRelaxed);
  for (;;) {
    BreakerWord word = BreakerWord::of(seen);
    if (word.state != Breaker::closed && !trial) return;
    ++word.failures;
    const bool opens = trial || (policy.breaker_failures != 0 && word.failures >= policy.breaker_failures);
    if (opens) {
      word.state = Breaker::open;
      word.until_ms = now_ms + doubled(policy.breaker_open_ms, word.openings, policy.breaker_max_open_ms);
      ++word.openings;
    }
    if (word_.compare_exchange_weak(seen, word.word(), kRelaxed)) {
      if (opens) opened_.fetch_add(1, kRelaxed);
      return;
    }
  }
}

void ChannelCell::abandon_trial(std::int64_t now_ms) {
  std::uint64_t seen = word_.load(kRelaxed);
  for (;;) {
    BreakerWord word = BreakerWord::of(seen);
    if (word.state != Breaker::trial) return;
    word.state = Breaker::open;
    word.until_ms = now_ms;
    if (word_.compare_exchange_weak(seen, word.word(), kRelaxed)) return;
  }
}

Attempt& Attempt::operator=(Attempt&& other) noexcept {
  if (this != &other) {
    finish();
    health_ = other.health_;
    channel_ = std::exchange(other.channel_, nullptr);
    key_ = other.key_;
    tag_ = other.tag_;
    began_ns_ = other.began_ns_;
    trial_ = std::exchange(other.trial_, false);
  }
  return *this;
}

void Attempt::answered(std::int64_t now_ns) {
  if (channel_ == nullptr) return;
  channel_->answered_.fetch_add(1, kRelaxed);
  channel_->succeeded(std::exchange(trial_, false));
  if (key_->limited_in_row_.load(kRelaxed) != 0) key_->limited_in_row_.store(0, kRelaxed);
  if (key_->suspect_in_row_.load(kRelaxed) != 0) key_->suspect_in_row_.store(0, kRelaxed);

  // An eighth of the way to the new value. Two workers at once may lose one sample, which a mean does not notice.
  const auto sample =
      static_cast<std::int64_t>(std::clamp<std::int64_t>((now_ns - began_ns_) / 1'000, 1, std::int64_t{UINT32_MAX}));
  const std::int64_t old = channel_->latency_us_.load(kRelaxed);
  channel_->latency_us_.store(static_cast<std::uint32_t>(old == 0 ? sample : old + ((sample - old) / 8)), kRelaxed);
}

void Attempt::failed(const Error& error, std::int64_t now_ns, const HealthPolicy& policy) {
  if (channel_ == nullptr || error.blame() != Blame::channel) return;
  const std::int64_t now_ms = now_ns / kNsPerMs;
  channel_->failed_.fetch_add(1, kRelaxed);
  const bool trial = std::exchange(trial_, false);

  if (error.code() == ErrorCode::upstream_rate_limited) {
    channel_->limited_.fetch_add(1, kRelaxed);
    const std::uint8_t in_row = key_->limited_in_row_.load(kRelaxed);
    if (in_row < 16) key_->limited_in_row_.store(in_row + 1, kRelaxed);
    if (const auto named = error.retry_after_ms(); named && *named > 0) {
      key_->cool_down(tag_, now_ms, now_ms + std::min(*named, policy.max_cooldown_ms), true);
    } else if (policy.cooldown_ms > 0) {
      const std::int64_t most = std::max(policy.cooldown_ms, std::min<std::int64_t>(policy.max_cooldown_ms, 300'000));
      key_->cool_down(tag_, now_ms, now_ms + doubled(policy.cooldown_ms, in_row, most), false);
    }
    // It is alive: a limit is no failure of the breaker's kind.
    channel_->succeeded(trial);
  } else if (error.code() == ErrorCode::upstream_model_missing) {
    key_->cool_down(tag_, now_ms, now_ms + kMissingModelMs, false);
    channel_->succeeded(trial);
  } else {
    channel_->failed_call(trial, now_ms, policy);
  }

  const Verdict verdict = verdict_of(error, policy);
  if (verdict == Verdict::keep) return;
  const std::uint8_t suspect = key_->suspect_in_row_.load(kRelaxed);
  if (suspect < 255) key_->suspect_in_row_.store(suspect + 1, kRelaxed);
  const bool off = verdict == Verdict::off || suspect + 1U >= policy.disable_failures;
  if (off && policy.automatic_disable && channel_->may_disable_.load(kRelaxed) &&
      !key_->off_.exchange(true, kRelaxed)) {
    health_->decide(*channel_, *key_, error);
  }
}

void Attempt::finish() {
  if (channel_ == nullptr) return;
  channel_->in_flight_.fetch_sub(1, kRelaxed);
  if (trial_) channel_->abandon_trial(began_ns_ / kNsPerMs);
  trial_ = false;
  channel_ = nullptr;
}

ChannelCell& Health::channel(ChannelId id) {
  const std::lock_guard lock(mutex_);
  auto& cell = by_id_[id.value];
  if (cell == nullptr) cell = &channels_.emplace_back(id);
  return *cell;
}

KeyCell& Health::key(ChannelId id, std::uint64_t fingerprint) {
  ChannelCell& owner = channel(id);
  const std::lock_guard lock(mutex_);
  auto& cell = owner.keys_[fingerprint];
  if (cell == nullptr) cell = &keys_.emplace_back(id, fingerprint);
  return *cell;
}

void Health::use_keys(ChannelId id, std::span<const std::uint64_t> fingerprints, bool may_disable) {
  for (const std::uint64_t fingerprint : fingerprints) static_cast<void>(key(id, fingerprint));
  ChannelCell& cell = channel(id);
  cell.may_disable_.store(may_disable, kRelaxed);
  const std::lock_guard lock(mutex_);
  for (auto& [fingerprint, key] : cell.keys_) {
    key->in_use_.store(std::ranges::find(fingerprints, fingerprint) != fingerprints.end(), kRelaxed);
  }
}

std::optional<Attempt> Health::begin(ChannelCell& channel, KeyCell& key, std::uint32_t tag, std::int64_t now_ns,
                                     bool force) {
  const auto how = channel.begin(now_ns / kNsPerMs, force);
  if (how == ChannelCell::Begin::refused) return std::nullopt;
  channel.in_flight_.fetch_add(1, kRelaxed);
  Attempt out;
  out.health_ = this;
  out.channel_ = &channel;
  out.key_ = &key;
  out.tag_ = tag;
  out.began_ns_ = now_ns;
  out.trial_ = how == ChannelCell::Begin::trial;
  return out;
}

bool Health::note_version(ChannelId id, std::int64_t version) {
  ChannelCell& cell = channel(id);
  const std::lock_guard lock(mutex_);
  return std::exchange(cell.version_, version) != version;
}

void Health::reset(ChannelId id, bool keep_cooldowns) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end()) return;
  ChannelCell& cell = *found->second;
  cell.off_.store(false, kRelaxed);
  if (!keep_cooldowns) cell.word_.store(0, kRelaxed);
  for (auto& [fingerprint, key] : cell.keys_) {
    key->off_.store(false, kRelaxed);
    key->suspect_in_row_.store(0, kRelaxed);
    if (!keep_cooldowns) key->clear_cooldowns();
  }
}

// Rare (once a key): a lock is fine here, and nothing waits for a database under it.
void Health::decide(ChannelCell& channel, KeyCell& key, const Error& error) {
  bool whole = true;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [fingerprint, other] : channel.keys_)
      whole = whole && (!other->in_use_.load(kRelaxed) || other->off());
    if (whole) channel.off_.store(true, kRelaxed);
  }
  if (!on_disable_) return;
  std::string reason(error.name());
  for (const std::string_view part : {std::string_view(error.upstream_code()), std::string_view(error.message())}) {
    if (!part.empty()) (reason += ": ") += clip_utf8(part, 200);
  }
  on_disable_({channel.id(), key.fingerprint(), whole, std::move(reason)});
}

Health::Stats Health::stats_of(const ChannelCell& cell) {
  Stats out{.channel = cell.id(),
            .state = cell.state(),
            .in_flight = cell.in_flight(),
            .latency_us = cell.latency_us(),
            .answered = cell.answered(),
            .failed = cell.failed(),
            .limited = cell.limited(),
            .opened = cell.opened(),
            .off = cell.off(),
            .cooled_keys_ms = {}};
  for (const auto& [fingerprint, key] : cell.keys_) {
    const std::int64_t until_ms = key->latest_ms_.load(kRelaxed);
    out.cooling_until_ms = std::max(out.cooling_until_ms, until_ms);
    if (!key->in_use_.load(kRelaxed)) continue;
    ++out.keys;
    if (key->off()) ++out.keys_off;
    if (until_ms > 0) out.cooled_keys_ms.push_back(until_ms);
  }
  return out;
}

std::optional<Health::Stats> Health::stats(ChannelId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end()) return std::nullopt;
  return stats_of(*found->second);
}

std::vector<Health::Stats> Health::stats() const {
  const std::lock_guard lock(mutex_);
  std::vector<Stats> out;
  out.reserve(channels_.size());
  for (const ChannelCell& cell : channels_) out.push_back(stats_of(cell));
  std::ranges::sort(out, {}, [](const Stats& s) { return s.channel; });
  return out;
}

}  // namespace tollgate::catalog
