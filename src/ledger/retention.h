#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace tollgate::ledger {

/// Which of a journal's segments are still needed. It is shown every record once, in order, and says how far the files
/// may go: a start must find, of every open call, the newest record and what came after it, or it would take an ended
/// call for an open one. So files go from the oldest on, without gaps. Pure; one thread.
class Retention {
 public:
  explicit Retention(std::uint32_t slots_per_segment) : slots_(slots_per_segment) {}

  /// Records up to here were shown.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  void opened(std::uint64_t call) { add(call / slots_); }
  void marked(std::uint64_t call, std::uint64_t slot);
  void ended(std::uint64_t call);
  void set_seen(std::uint64_t slot) { seen_ = slot; }

  [[nodiscard]] std::uint64_t open_calls() const { return open_; }
  /// First slot of the oldest segment with an open call's newest record; `seen()` if there is none.
  [[nodiscard]] std::uint64_t oldest_open() const;
  /// Calls whose newest record is below this slot should write another mark, since they hold back many segments.
  [[nodiscard]] std::uint64_t mark_below() const;

  /// First slot of the segment to delete next: it lies below `applied` and below every open call's newest record, and
  /// has done so for `keep_ms`, or more than `keep_segments` do.
  [[nodiscard]] std::optional<std::uint64_t> next_to_delete(std::uint64_t applied, std::int64_t now_ms,
                                                            std::int64_t keep_ms, std::uint64_t keep_segments);
  void deleted() {
    passed_.pop_front();
    first_kept_ += slots_;
  }
  [[nodiscard]] std::uint64_t first_kept() const { return first_kept_; }

 private:
  static constexpr std::uint64_t kSegmentsBehind = 3;

  void add(std::uint64_t segment);
  void remove(std::uint64_t segment);

  const std::uint64_t slots_;
  std::uint64_t seen_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t first_kept_ = 0;
  std::uint64_t first_counted_ = 0;                          ///< segment of newest_in_.front()
  std::deque<std::uint64_t> newest_in_;                      ///< open calls by the segment of their newest record
  std::unordered_map<std::uint64_t, std::uint64_t> marked_;  ///< call → segment of its newest mark
  std::deque<std::int64_t> passed_;                          ///< when the segments from first_kept_ on were passed
};

}  // namespace tollgate::ledger
