#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

/// What changes at run time beside the snapshot: cooldowns, circuit breakers, calls in flight, latency.
///
/// A cell lives as long as the process, so that a rebuild of the snapshot resets nothing and an attempt may outlive the
/// snapshot it was chosen from; ids are never reused, and what a deleted channel leaves behind is some 300 bytes. Cells
/// are atomics: every function that is not said to lock may run on any worker at any time and takes no lock.
/// Times are those of Clock::mono_ns(), in nanoseconds at the surface and milliseconds inside.
namespace tollgate::catalog {

/// Options of health, from the snapshot of the moment.
struct HealthPolicy {
  std::int64_t cooldown_ms = 5'000;          ///< after a 429 that names no time; doubles; 0: only named times count
  std::int64_t max_cooldown_ms = 3'600'000;  ///< the longest time that an upstream may name
  std::uint32_t breaker_failures = 5;        ///< failures in a row that open the breaker; 0: it never opens
  std::int64_t breaker_open_ms = 5'000;      ///< until the first trial; doubles with each failed trial
  std::int64_t breaker_max_open_ms = 60'000;
  std::uint32_t disable_failures = 3;         ///< in a row, for reasons that are not beyond doubt
  bool automatic_disable = false;             ///< option AutomaticDisableChannelEnabled
  std::vector<std::string> disable_keywords;  ///< option DisableChannelKeywords; without regard to letter case
};

/// Why a key or a channel should be switched off for good (relay.md 4.6), decided on a worker, written by whoever takes
/// it to a storage thread.
struct DisableDecision {
  ChannelId channel;
  std::uint64_t key = 0;      ///< fingerprint of the key at fault
  bool whole_channel = true;  ///< no other key of the channel is left
  std::string reason;         ///< for the operator: the upstream's own words, shortened
};

/// What the failure says about the key's or channel's future.
enum class Verdict : std::uint8_t {
  keep,     ///< nothing
  suspect,  ///< switch off when it goes on
  off,      ///< switch off at once: the upstream said that the key is invalid, or the account closed or empty
};
/// Pure. Failures that are the caller's or the gateway's are always `keep`, whatever their text says.
[[nodiscard]] Verdict verdict_of(const Error& error, const HealthPolicy& policy);

/// How long a candidate is out, and whether that may be overruled when nothing else is left.
struct Pause {
  std::int64_t until_ms = 0;  ///< 0: not paused
  bool firm = false;          ///< the upstream named the time itself
};

/// One key of a channel.
class alignas(64) KeyCell {
 public:
  KeyCell(ChannelId channel, std::uint64_t fingerprint) : channel_(channel), fingerprint_(fingerprint) {}

  /// Whether calls for the model (Candidates::tag()) must wait on this key.
  [[nodiscard]] Pause pause(std::uint32_t tag, std::int64_t now_ms) const;
  [[nodiscard]] bool off() const { return off_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }
  [[nodiscard]] ChannelId channel() const { return channel_; }

  /// Keeps calls for the model, or for all models if `tag` is 0, off this key. A later end wins over an earlier one; of
  /// more than eight models at once the one that ends first is forgotten.
  void cool_down(std::uint32_t tag, std::int64_t now_ms, std::int64_t until_ms, bool firm);
  void clear_cooldowns();

 private:
  friend class Attempt;
  friend class Health;
  std::atomic<std::int64_t> latest_ms_{0};  // no cooldown ends after this: the common case reads only this
  std::atomic<std::uint8_t> limited_in_row_{0};
  std::atomic<std::uint8_t> suspect_in_row_{0};
  std::atomic<bool> off_{false};
  std::atomic<bool> in_use_{false};  // one of the channel's keys now
  const ChannelId channel_;
  const std::uint64_t fingerprint_;
  // In the second cache line. A word: 23 bits of tag, 1 bit firm, 40 bits of milliseconds (34 years). 0: free.
  static constexpr std::size_t kCooldowns = 8;
  alignas(64) std::array<std::atomic<std::uint64_t>, kCooldowns> cooldowns_{};
};

/// One channel.
class alignas(64) ChannelCell {
 public:
  enum class Breaker : std::uint8_t { closed, open, trial };
  struct State {
    Breaker breaker = Breaker::closed;
    std::uint32_t failures_in_row = 0;
    std::int64_t until_ms = 0;  ///< open: when a trial is due
  };

  explicit ChannelCell(ChannelId id) : id_(id) {}

  /// When calls may be tried: 0 for now (also when a trial is due), else when the breaker's trial is due. During a
  /// trial: a moment from now.
  [[nodiscard]] std::int64_t blocked_until_ms(std::int64_t now_ms) const;
  [[nodiscard]] State state() const;
  [[nodiscard]] bool off() const { return off_.load(std::memory_order_relaxed); }
  [[nodiscard]] ChannelId id() const { return id_; }

  [[nodiscard]] std::int64_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  /// Smoothed time to the answer's head in microseconds; 0 before the first answer.
  [[nodiscard]] std::uint32_t latency_us() const { return latency_us_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t limited() const { return limited_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t opened() const { return opened_.load(std::memory_order_relaxed); }

  /// The next number for keys taken in turn.
  [[nodiscard]] std::uint32_t next_turn() { return turn_.fetch_add(1, std::memory_order_relaxed); }

 private:
  friend class Attempt;
  friend class Health;
  enum class Begin : std::uint8_t { normal, trial, refused };
  Begin begin(std::int64_t now_ms, bool force);
  void succeeded(bool trial);
  void failed_call(bool trial, std::int64_t now_ms, const HealthPolicy& policy);
  void abandon_trial(std::int64_t now_ms);

  // 2 bits breaker, 6 bits openings in a row, 16 bits failures in a row, 40 bits until.
  std::atomic<std::uint64_t> word_{0};
  std::atomic<std::int64_t> in_flight_{0};
  std::atomic<std::uint32_t> latency_us_{0};
  std::atomic<std::uint32_t> turn_{0};
  std::atomic<std::uint64_t> answered_{0}, failed_{0}, limited_{0}, opened_{0};
  std::atomic<bool> off_{false};
  std::atomic<bool> may_disable_{true};
  const ChannelId id_;
  std::unordered_map<std::uint64_t, KeyCell*> keys_;  // Health::mutex_
  std::int64_t version_ = 0;                          // the same
};

class Health;

/// One call to an upstream, from choosing it to its end. Move-only; belongs to the request's coroutine. Its destructor
/// says that nobody knows how it ended (the client left): it counts neither way, and a trial goes to the next caller.
class Attempt {
 public:
  Attempt() = default;
  Attempt(Attempt&& other) noexcept { *this = std::move(other); }
  Attempt& operator=(Attempt&& other) noexcept;
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() { finish(); }

  [[nodiscard]] explicit operator bool() const { return channel_ != nullptr; }
  [[nodiscard]] bool is_trial() const { return trial_; }

  /// The upstream answered with something that is no failure: closes the breaker, forgets failures. The call goes on
  /// counting as in flight until `finish()`.
  void answered(std::int64_t now_ns);
  /// The call failed, before or after the answer began. Only failures that are the channel's own count
  /// (Error::blame()).
  void failed(const Error& error, std::int64_t now_ns, const HealthPolicy& policy);
  /// The call is over. Also the destructor's work; a second call does nothing.
  void finish();

 private:
  friend class Health;
  Health* health_ = nullptr;
  ChannelCell* channel_ = nullptr;
  KeyCell* key_ = nullptr;
  std::uint32_t tag_ = 0;
  std::int64_t began_ns_ = 0;
  bool trial_ = false;
};

/// All cells of the process. Outlives every attempt and snapshot.
class Health {
 public:
  /// @param on_disable  Called on the worker where the decision falls, once for each key until `reset`; must
  ///                    not block: it hands the decision to a storage thread.
  explicit Health(std::function<void(DisableDecision)> on_disable = {}) : on_disable_(std::move(on_disable)) {}
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  /// Finds or makes the cells. Locks; for building snapshots, tests and metrics, not for requests.
  ChannelCell& channel(ChannelId id);
  KeyCell& key(ChannelId id, std::uint64_t fingerprint);

  /// Says which keys the channel has now, so that the last one to fail takes the channel with it. Locks.
  /// @param may_disable  false: the operator wants this channel never to be switched off automatically.
  void use_keys(ChannelId id, std::span<const std::uint64_t> fingerprints, bool may_disable = true);

  /// Starts a call if the breaker allows it. An attempt is a trial when the breaker was open and its time had come;
  /// only one caller gets it.
  /// @param force  Whatever the breaker says (pinned by an operator, or testing a channel).
  /// @return nothing if the breaker refuses.
  [[nodiscard]] std::optional<Attempt> begin(ChannelCell& channel, KeyCell& key, std::uint32_t tag, std::int64_t now_ns,
                                             bool force = false);

  /// Notes the version of the channel's row. @return whether it differs from the one noted before: the operator changed
  /// it, so what was held against it may not hold any more. Locks.
  [[nodiscard]] bool note_version(ChannelId id, std::int64_t version);
  /// The channel is (again) enabled in the database: what was switched off here works again. `keep_cooldowns` false
  /// also forgets cooldowns, failures and the breaker: an operator enabled it or its test succeeded.
  void reset(ChannelId id, bool keep_cooldowns);

  struct Stats {
    ChannelId channel;
    ChannelCell::State state;
    std::int64_t in_flight = 0;
    std::uint32_t latency_us = 0;
    std::uint64_t answered = 0, failed = 0, limited = 0, opened = 0;
    bool off = false;
    std::uint32_t keys = 0, keys_off = 0;      ///< that it has now; of them, switched off
    std::int64_t cooling_until_ms = 0;         ///< of any of its keys
    std::vector<std::int64_t> cooled_keys_ms;  ///< when the cooldowns of those of its keys end that had any
  };
  /// A look at one channel, without making a cell for it; and at all, by id. Locks.
  [[nodiscard]] std::optional<Stats> stats(ChannelId id) const;
  [[nodiscard]] std::vector<Stats> stats() const;

 private:
  friend class Attempt;
  void decide(ChannelCell& channel, KeyCell& key, const Error& error);
  [[nodiscard]] static Stats stats_of(const ChannelCell& cell);

  std::function<void(DisableDecision)> on_disable_;
  mutable std::mutex mutex_;
  std::deque<ChannelCell> channels_;
  std::deque<KeyCell> keys_;
  std::unordered_map<std::int64_t, ChannelCell*> by_id_;
};

}  // namespace tollgate::catalog
