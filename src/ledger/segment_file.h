#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/error.h"
#include "ledger/record.h"

namespace tollgate::ledger {

inline constexpr std::size_t kSegmentHeaderBytes = 4096;
inline constexpr std::string_view kSegmentSuffix = ".seg";
/// A segment that was being made; without meaning after a start.
inline constexpr std::string_view kUnfinishedSuffix = ".new";
/// More slots in a segment than anybody sets: 256 MiB.
inline constexpr std::uint32_t kMaxSegmentSlots = 1u << 20;

/// A segment's header: a segment explains itself too.
///
/// In a slot's 256 bytes at offset 0, zeros up to the first slot at kSegmentHeaderBytes:
///
///      offset size
///           0    8  "TGJOURN1"
///           8    4  slot size, 256
///          12    4  slots in this segment
///          16    4  worker
///          24    8  epoch
///          32    8  number of the first slot
///          40   40  ledger's uuid, text, zeros after it
///          80   40  node's uuid, likewise
///         252    4  CRC-32C of bytes 0..251
struct SegmentHeader {
  JournalId id;
  std::uint32_t slots = 0;
  std::uint64_t first_slot = 0;
  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

/// Uuids longer than 40 bytes are cut: they never are.
void encode_header(const SegmentHeader& header, SlotBytes out);
/// Errors: invalid_request, saying what is wrong with the bytes; hostile ones included.
[[nodiscard]] Result<SegmentHeader> decode_header(std::span<const std::byte> bytes);

[[nodiscard]] std::string segment_file_name(std::uint64_t first_slot);

/// An error about a file, with the system's reason.
[[nodiscard]] Error file_error(std::string_view what, const std::filesystem::path& path, int error_number);

}  // namespace tollgate::ledger
