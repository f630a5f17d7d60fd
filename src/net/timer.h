#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tollgate::net {

/// An entry of a deadline wheel. Moving a deadline later, or disarming, is a plain store: the entry stays where it is
/// linked and is looked at when its slot comes round. Belongs to one worker; unlinks itself when destroyed.
class TimerNode {
 public:
  TimerNode() = default;
  TimerNode(const TimerNode&) = delete;
  TimerNode& operator=(const TimerNode&) = delete;

  [[nodiscard]] bool armed() const { return at_ns_ != kNever; }
  void disarm() { at_ns_ = kNever; }

 protected:
  ~TimerNode() { unlink(); }

 private:
  friend class TimerWheel;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  /// The deadline passed; the entry is disarmed. Called from the loop.
  virtual void on_timer() = 0;
  void unlink() {
    if (prev_ == nullptr) return;
    *prev_ = next_;
    if (next_ != nullptr) next_->prev_ = prev_;
    prev_ = nullptr;
  }

  std::int64_t at_ns_ = kNever;
  std::int64_t tick_ = 0;       ///< the tick of the slot it is linked in
  TimerNode** prev_ = nullptr;  ///< what points at this entry; null if it is not linked
  TimerNode* next_ = nullptr;
};

/// All deadlines of one worker: 8 ms coarse, never early, no allocation.
class TimerWheel {
 public:
  static constexpr std::int64_t kTickNs = 8'000'000;

  explicit TimerWheel(std::int64_t now_ns) : tick_(now_ns / kTickNs) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  void arm(TimerNode& node, std::int64_t at_ns);
  /// Calls `on_timer` of what is due.
  void advance(std::int64_t now_ns);
  /// When `advance` has something to look at next; the far future if nothing is linked.
  [[nodiscard]] std::int64_t next_ns() const;

 private:
  static constexpr std::int64_t kSlots = 512;

  void link(TimerNode& node);

  std::int64_t tick_;  ///< the last one that `advance` has seen
  std::array<TimerNode*, kSlots> slots_{};
  /// One bit a slot; a set bit may turn out to be empty, never the reverse.
  std::array<std::uint64_t, kSlots / 64> occupied_{};
};

}  // namespace tollgate::net
