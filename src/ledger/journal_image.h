#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "ledger/names.h"
#include "ledger/record.h"
#include "ledger/segment_file.h"

namespace tollgate::ledger {

/// A journal as a start finds it: read only, whatever state a crash left it in. One thread.
class JournalImage {
 public:
  /// Maps the segments of a folder. Files that are no segments of this journal are left out and counted.
  /// Errors: storage_unavailable (the folder or a file cannot be read); not_found (it has no segment).
  static Result<JournalImage> load(const std::filesystem::path& dir);
  /// The same from bytes in memory, which must outlive it: for tests and fuzzing.
  static Result<JournalImage> from_bytes(std::span<const std::span<const std::byte>> files);

  [[nodiscard]] const JournalId& id() const { return id_; }
  /// The lowest slot there is.
  [[nodiscard]] std::uint64_t first_slot() const { return segments_.front().first; }
  /// Past the highest slot there is room for.
  [[nodiscard]] std::uint64_t limit() const { return segments_.back().first + segments_.back().slots; }
  /// No value for a slot of a segment that is missing or cut off.
  [[nodiscard]] std::optional<SlotView> slot(std::uint64_t number) const;
  /// Files that were left out: no header, another journal's, or overlapping.
  [[nodiscard]] std::uint64_t bad_files() const { return bad_files_; }

  /// A segment's slots, as far as the file has them.
  struct Piece {
    std::uint64_t first = 0;
    std::uint64_t slots = 0;
    std::span<const std::byte> bytes;  ///< of the slots
    std::shared_ptr<void> mapping;
  };
  /// By first slot.
  [[nodiscard]] std::span<const Piece> pieces() const { return segments_; }

 private:
  void add(std::span<const std::byte> file, std::shared_ptr<void> mapping);
  Result<JournalImage> finish() &&;

  JournalId id_;
  std::vector<Piece> segments_;  ///< by first slot
  std::uint64_t bad_files_ = 0;
};

struct SlotRange {
  std::uint64_t from = 0, to = 0;
  friend bool operator==(const SlotRange&, const SlotRange&) = default;
};

/// What a journal says, read from its first slot to its last. Pure.
struct Scan {
  std::uint64_t end = 0;                     ///< past the last record
  std::vector<SlotRange> damaged;            ///< slots below `end` that hold no record, in order
  std::uint64_t torn = 0;                    ///< slots from `end` on that were being written
  std::map<std::uint64_t, CallRecord> open;  ///< calls that did not end, by their number: the newest record of each
  std::map<NameId, std::string> names;
};
[[nodiscard]] std::uint64_t slots_in(const std::vector<SlotRange>& ranges);
[[nodiscard]] Scan scan(const JournalImage& image);

/// How a start ends the calls that were open, in their order: with what they had earned when they last wrote it down;
/// with nothing if they had earned nothing, or if the record of their end may be among the damaged slots below
/// `position`, which the database has applied: charging again could charge twice.
/// @param position  How far the main database had come when the start began.
[[nodiscard]] std::vector<CallRecord> end_open_calls(const Scan& scan, std::uint64_t position);

}  // namespace tollgate::ledger
