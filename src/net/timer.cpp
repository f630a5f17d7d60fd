#include "net/timer.h"

#include <algorithm>
#include <bit>

namespace tollgate::net {

TimerWheel::~TimerWheel() {
  for (TimerNode*& slot : slots_) {
    while (slot != nullptr) slot->unlink();
  }
}

void TimerWheel::arm(TimerNode& node, std::int64_t at_ns) {
  node.at_ns_ = at_ns;
  // Linked in a slot that comes round early enough: it will be looked at, and moved on, then.
  if (node.prev_ != nullptr && node.tick_ * kTickNs <= at_ns) return;
  link(node);
}

void TimerWheel::link(TimerNode& node) {
  node.unlink();
  const std::int64_t due = node.at_ns_ / kTickNs + (node.at_ns_ % kTickNs != 0 ? 1 : 0);  // never early
  node.tick_ = std::clamp(due, tick_ + 1, tick_ + kSlots - 1);
  TimerNode*& slot = slots_[static_cast<std::size_t>(node.tick_ % kSlots)];
  node.next_ = slot;
  if (slot != nullptr) slot->prev_ = &node.next_;
  node.prev_ = &slot;
  slot = &node;
  const auto index = static_cast<std::uint64_t>(node.tick_ % kSlots);
  occupied_[index / 64] |= std::uint64_t{1} << (index % 64);
}

void TimerWheel::advance(std::int64_t now_ns) {
  const std::int64_t now_tick = now_ns / kTickNs;
  if (now_tick <= tick_) return;
  // After a long pause each slot is looked at once.
  std::int64_t tick = std::max(tick_ + 1, now_tick - kSlots + 1);
  tick_ = now_tick;
  for (; tick <= now_tick; ++tick) {
    TimerNode*& slot = slots_[static_cast<std::size_t>(tick % kSlots)];
    const auto index = static_cast<std::uint64_t>(tick % kSlots);
    occupied_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
    if (slot == nullptr) continue;
    // What on_timer arms anew must not be met again in this walk: take the whole list off first.
    TimerNode* due = slot;
    slot = nullptr;
    due->prev_ = &due;
    while (due != nullptr) {
      TimerNode& node = *due;
      node.unlink();
      if (!node.armed()) continue;
      if (node.at_ns_ > now_ns) {
        link(node);
        continue;
      }
      node.disarm();
      node.on_timer();
    }
  }
}

std::int64_t TimerWheel::next_ns() const {
  const auto first = static_cast<std::uint64_t>((tick_ + 1) % kSlots);
  // One word more than there are, since the first one is looked at in two halves.
  for (std::size_t i = 0; i <= occupied_.size(); ++i) {
    const std::size_t word = (first / 64 + i) % occupied_.size();
    std::uint64_t bits = occupied_[word];
    const std::uint64_t from_first = ~std::uint64_t{0} << (first % 64);
    if (i == 0) bits &= from_first;
    if (i == occupied_.size()) bits &= ~from_first;
    if (bits == 0) continue;
    const auto slot = static_cast<std::int64_t>(word * 64) + std::countr_zero(bits);
    const std::int64_t ahead = (slot - static_cast<std::int64_t>(first) + kSlots) % kSlots;
    return (tick_ + 1 + ahead) * kTickNs;
  }
  return TimerNode::kNever;
}

}  // namespace tollgate::net
