#include "ledger/retention.h"

#include <algorithm>

namespace tollgate::ledger {

void Retention::add(std::uint64_t segment) {
  if (newest_in_.empty()) first_counted_ = segment;
  while (segment >= first_counted_ + newest_in_.size()) newest_in_.push_back(0);
  ++newest_in_[segment - first_counted_];
  ++open_;
}

void Retention::remove(std::uint64_t segment) {
  --newest_in_[segment - first_counted_];
  --open_;
  while (!newest_in_.empty() && newest_in_.front() == 0) {
    newest_in_.pop_front();
    ++first_counted_;
  }
}

void Retention::marked(std::uint64_t call, std::uint64_t slot) {
  const auto [mark, is_new] = marked_.try_emplace(call, call / slots_);
  const std::uint64_t before = mark->second;
  mark->second = slot / slots_;
  add(mark->second);
  remove(before);
}

void Retention::ended(std::uint64_t call) {
  std::uint64_t segment = call / slots_;
  if (!marked_.empty()) {
    if (const auto mark = marked_.find(call); mark != marked_.end()) {
      segment = mark->second;
      marked_.erase(mark);
    }
  }
  remove(segment);
}

std::uint64_t Retention::oldest_open() const { return newest_in_.empty() ? seen_ : first_counted_ * slots_; }

std::uint64_t Retention::mark_below() const {
  const std::uint64_t current = seen_ / slots_;
  const std::uint64_t oldest = oldest_open() / slots_;
  return current > oldest + kSegmentsBehind ? (current - 1) * slots_ : 0;
}

std::optional<std::uint64_t> Retention::next_to_delete(std::uint64_t applied, std::int64_t now_ms, std::int64_t keep_ms,
                                                       std::uint64_t keep_segments) {
  const std::uint64_t needed = std::min(applied, oldest_open());
  while (first_kept_ + (passed_.size() + 1) * slots_ <= needed) passed_.push_back(now_ms);
  if (passed_.empty()) return std::nullopt;
  if (now_ms - passed_.front() < keep_ms && passed_.size() <= keep_segments) return std::nullopt;
  return first_kept_;
}

}  // namespace tollgate::ledger
