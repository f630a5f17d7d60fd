#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "ledger/record.h"
#include "ledger/segment_file.h"

/// One worker's journal: a folder of segment files, `<first slot, 16 hex digits>.seg`, each a page of header
/// (segment_file.h) and then slots (record.h).
///
/// Segments are written with zeros and synced before the worker gets them, so that filling one neither allocates nor
/// can run out of disk. A worker writes by copying into the mapping: after `kill -9` the kernel still has it.
namespace tollgate::ledger {

struct JournalOptions {
  /// 16,384 slots are 4 MiB.
  std::uint32_t slots_per_segment = 16'384;
  /// Segments kept ready beyond the one in use; more while they are used up quickly.
  std::uint32_t segments_ahead = 2;
  /// All of a journal's files; beyond it no segment is made, and with the slots admission ends.
  std::int64_t max_bytes = std::int64_t{1} << 30;
  /// Disk space that must stay free; below it no segment is made.
  std::int64_t min_free_bytes = std::int64_t{256} << 20;
};

/// A mapped segment file. Unmapped when its last owner lets go.
class Segment {
 public:
  /// Makes the file: header and zeros, synced, the folder too. Blocking.
  static Result<std::shared_ptr<Segment>> create(const std::filesystem::path& dir, const JournalId& id,
                                                 std::uint64_t first_slot, std::uint32_t slots);
  /// Maps a segment that was made before. Blocking. Errors: storage_unavailable.
  static Result<std::shared_ptr<Segment>> open(const std::filesystem::path& dir, std::uint64_t first_slot,
                                               std::uint32_t slots);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] std::uint64_t first_slot() const { return first_; }
  [[nodiscard]] std::uint64_t end_slot() const { return first_ + slots_; }
  [[nodiscard]] SlotBytes slot(std::uint64_t n) const {
    return SlotBytes(base_ + kSegmentHeaderBytes + (n - first_) * kSlotBytes, kSlotBytes);
  }
  /// Waits until the slots [from, to) are on the disk.
  [[nodiscard]] Result<void> sync(std::uint64_t from, std::uint64_t to) const;
  /// The slots [from, to), which were synced, need not be resident: whoever reads them finds them in the page cache.
  void let_go(std::uint64_t from, std::uint64_t to) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Segment(std::filesystem::path path, std::byte* base, std::size_t bytes, std::uint64_t first, std::uint32_t slots)
      : path_(std::move(path)), base_(base), bytes_(bytes), first_(first), slots_(slots) {}
  std::filesystem::path path_;
  std::byte* base_;
  std::size_t bytes_;
  std::uint64_t first_;
  std::uint32_t slots_;
};

/// Four threads meet here, none of the first three waits for another: the worker appends, the keeper prepares segments,
/// the flusher reads what is written and lets go of what it no longer needs; flusher and syncer sync, one at a time.
class Journal {
 public:
  /// Makes the folder and the first segment; the keeper makes those ahead. Blocking. Errors: storage_unavailable.
  static Result<std::unique_ptr<Journal>> create(const std::filesystem::path& dir, JournalId id,
                                                 const JournalOptions& options);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  [[nodiscard]] const JournalId& id() const { return id_; }

  // --- the worker's thread ---

  /// Room for `slots` more beside what open calls have booked.
  [[nodiscard]] bool has_room(std::uint64_t slots) const {
    return next_ + booked_ + slots <= prepared_.load(std::memory_order_acquire);
  }
  void book(std::uint64_t slots) { set_booked(booked_ + slots); }
  void unbook(std::uint64_t slots) { set_booked(booked_ - slots); }
  /// The number the next record will have.
  [[nodiscard]] std::uint64_t next_slot() const { return next_; }
  /// Writes a record: a copy. There must be room, booked or not.
  void append(const CallRecord& record);
  /// Writes the name's text if this segment does not have it yet and there is room.
  void announce(NameId id, const NameTable& names);
  /// Calls whose newest record is below this slot should write a mark, so that an old segment can go.
  [[nodiscard]] std::uint64_t mark_below() const { return mark_below_.load(std::memory_order_relaxed); }

  // --- the keeper's thread ---

  [[nodiscard]] bool wants_segment() const;
  /// One more segment would be beyond options().max_bytes.
  [[nodiscard]] bool at_limit() const;
  /// Errors: storage_unavailable (disk full or nearly, write or sync failed).
  [[nodiscard]] Result<void> prepare_segment();

  // --- any thread ---

  [[nodiscard]] std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t prepared() const { return prepared_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t free_slots() const;

  // --- the syncer ---

  /// Waits until everything below `to` is on the disk.
  [[nodiscard]] Result<void> sync(std::uint64_t to);
  /// Everything below is on the disk.
  [[nodiscard]] std::uint64_t synced() const { return synced_; }

  // --- the flusher's thread ---

  /// Everything below `to` was read, by whoever reads it in order: its pages need not count as this process's memory.
  void let_go(std::uint64_t to);
  /// The bytes of a slot below `written()`, good until the next call. What was let go is mapped again; zeros if its
  /// file is gone.
  [[nodiscard]] SlotView read(std::uint64_t slot);
  /// Unmaps what lies below `slot` entirely; the files stay.
  void release_below(std::uint64_t slot);
  void set_mark_below(std::uint64_t slot) { mark_below_.store(slot, std::memory_order_relaxed); }
  /// The files' bytes went away (retention).
  void forget_bytes(std::int64_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
  [[nodiscard]] const JournalOptions& options() const { return options_; }

 private:
  Journal(std::filesystem::path dir, JournalId id, const JournalOptions& options)
      : dir_(std::move(dir)), id_(std::move(id)), seed_(id_.seed()), options_(options) {}
  SlotBytes take_slot();
  void set_booked(std::uint64_t slots) {
    booked_ = slots;
    booked_shown_.store(slots, std::memory_order_relaxed);
  }
  [[nodiscard]] std::shared_ptr<Segment> segment_of(std::uint64_t slot);

  const std::filesystem::path dir_;
  const JournalId id_;
  const std::uint32_t seed_;
  const JournalOptions options_;

  // The worker's.
  alignas(64) std::uint64_t next_ = 0;
  std::uint64_t booked_ = 0;
  std::shared_ptr<Segment> current_;
  std::unordered_set<std::uint64_t> announced_;  ///< in `current_`

  // Shared.
  alignas(64) std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> booked_shown_{0};
  std::atomic<std::uint64_t> mark_below_{0};
  alignas(64) std::atomic<std::uint64_t> prepared_{0};
  std::atomic<std::int64_t> bytes_{0};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Segment>> segments_;  ///< mapped ones, in order; guarded by mutex_

  // The syncer's.
  std::uint64_t synced_ = 0;

  // The flusher's.
  std::uint64_t let_go_ = 0;
  std::shared_ptr<Segment> reading_;
};

}  // namespace tollgate::ledger
