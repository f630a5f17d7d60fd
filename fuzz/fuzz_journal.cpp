#include <cstring>
#include <vector>

#include "fuzz_support.h"
#include "ledger/journal_image.h"

namespace {

using namespace tollgate::ledger;
using tollgate::fuzz::demand;

const JournalId kId{"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002", 1, 0};

/// Any bytes as a file.
void read_as_file(std::span<const std::byte> bytes) {
  const std::vector<std::span<const std::byte>> files{bytes, bytes.subspan(bytes.size() / 2)};
  const auto image = JournalImage::from_bytes(files);
  if (!image) return;
  const Scan seen = scan(*image);
  demand(seen.end >= image->first_slot() && seen.end <= image->limit());
  (void)end_open_calls(seen, seen.end / 2);
}

/// Any bytes as slots with a right checksum, as a hostile or newer writer could make them.
void read_as_slots(std::span<const std::byte> bytes) {
  const std::size_t slots = std::min<std::size_t>(bytes.size() / kSlotBytes, 64);
  if (slots == 0) return;
  std::vector<std::byte> file(kSegmentHeaderBytes + slots * kSlotBytes);
  encode_header({kId, static_cast<std::uint32_t>(slots), 0}, SlotBytes(file.data(), kSlotBytes));
  std::memcpy(file.data() + kSegmentHeaderBytes, bytes.data(), slots * kSlotBytes);
  for (std::uint64_t i = 0; i < slots; ++i) {
    const SlotBytes slot(file.data() + kSegmentHeaderBytes + i * kSlotBytes, kSlotBytes);
    const std::uint32_t crc =
        crc32c(crc32c(kId.seed(), std::as_bytes(std::span(&i, 1))), std::span<const std::byte>(slot).subspan(4));
    std::memcpy(slot.data(), &crc, sizeof(crc));

    CallRecord call;
    NameRecord name;
    if (decode(slot, kId.seed(), i, call, name) != SlotState::call) continue;
    // What was read can be written, and says the same again.
    alignas(8) std::array<std::byte, kSlotBytes> written;
    encode_call(call, kId.seed(), i, written);
    CallRecord again;
    demand(decode(written, kId.seed(), i, again, name) == SlotState::call);
    demand(again == call);
  }
  const std::vector<std::span<const std::byte>> files{file};
  const Scan seen = scan(JournalImage::from_bytes(files).value());
  for (std::uint64_t position = 0; position <= slots; ++position) {
    for (const CallRecord& end : end_open_calls(seen, position)) {
      demand(end.kind == RecordKind::release ? end.quota == 0 : end.kind == RecordKind::settle);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read_as_file(bytes);
  read_as_slots(bytes);
  return 0;
}
