#include "ledger/segment_file.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

namespace tollgate::ledger {

namespace {

constexpr std::string_view kMagic = "TGJOURN1";
constexpr std::size_t kUuidBytes = 40, kCrcAt = 252;

template <class T>
void put(SlotBytes out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof(value));
}
template <class T>
T get(std::span<const std::byte> in, std::size_t at) {
  T value;
  std::memcpy(&value, in.data() + at, sizeof(value));
  return value;
}

std::string text_at(std::span<const std::byte> in, std::size_t at) {
  const auto* text = reinterpret_cast<const char*>(in.data()) + at;
  return {text, strnlen(text, kUuidBytes)};
}

std::unexpected<Error> bad_header(std::string why) {
  return fail(ErrorCode::invalid_request, "this is no journal segment: " + std::move(why));
}

}  // namespace

void encode_header(const SegmentHeader& header, SlotBytes out) {
  std::memset(out.data(), 0, out.size());
  std::memcpy(out.data(), kMagic.data(), kMagic.size());
  put(out, 8, static_cast<std::uint32_t>(kSlotBytes));
  put(out, 12, header.slots);
  put(out, 16, header.id.worker);
  put(out, 24, header.id.epoch);
  put(out, 32, header.first_slot);
  std::memcpy(out.data() + 40, header.id.ledger.data(), std::min(header.id.ledger.size(), kUuidBytes));
  std::memcpy(out.data() + 80, header.id.node.data(), std::min(header.id.node.size(), kUuidBytes));
  put(out, kCrcAt, crc32c(0, std::span<const std::byte>(out).first(kCrcAt)));
}

Result<SegmentHeader> decode_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kSlotBytes) return bad_header("it is too short");
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return bad_header("it does not begin with TGJOURN1 (another format's, or another program's)");
  }
  if (get<std::uint32_t>(bytes, kCrcAt) != crc32c(0, bytes.first(kCrcAt))) return bad_header("its header is damaged");
  SegmentHeader out;
  out.slots = get<std::uint32_t>(bytes, 12);
  if (get<std::uint32_t>(bytes, 8) != kSlotBytes) return bad_header("its slots have another size");
  if (out.slots == 0 || out.slots > kMaxSegmentSlots) return bad_header("its number of slots is out of range");
  out.id.worker = get<std::uint32_t>(bytes, 16);
  out.id.epoch = get<std::int64_t>(bytes, 24);
  out.first_slot = get<std::uint64_t>(bytes, 32);
  if (out.first_slot > std::uint64_t{1} << 60) return bad_header("its first slot is out of range");
  out.id.ledger = text_at(bytes, 40);
  out.id.node = text_at(bytes, 80);
  return out;
}

std::string segment_file_name(std::uint64_t first_slot) { return fmt::format("{:016x}{}", first_slot, kSegmentSuffix); }

Error file_error(std::string_view what, const std::filesystem::path& path, int error_number) {
  return Error(ErrorCode::storage_unavailable, "the journal cannot be written")
      .detail(fmt::format("{} {}: {}", what, path.string(), std::system_category().message(error_number)));
}

}  // namespace tollgate::ledger
