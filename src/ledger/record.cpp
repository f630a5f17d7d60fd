#include "ledger/record.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/strings.h"

namespace tollgate::ledger {

static_assert(std::endian::native == std::endian::little, "the journal's numbers are copied as they are");

namespace {

constexpr std::uint16_t kStream = 1, kNoLog = 2, kBackupGroup = 4, kEstimated = 8, kCutShort = 16, kPerCall = 32;
constexpr std::size_t kUsageAt = 122, kUsageBytes = 6, kRequestIdAt = 188, kClientIpAt = 220, kAttemptsAt = 236;
constexpr std::size_t kNameTextAt = 18;
constexpr std::uint8_t kAnswered = 255;
static_assert(kUsageAt + 11 * kUsageBytes == kRequestIdAt);
static_assert(kNameTextAt + kMaxNameBytes <= kSlotBytes);
static_assert(kAttemptsAt + kKeptAttempts * 5 == kSlotBytes);

/// The counts in the order of the format. Never reorder.
constexpr std::array kCounts{
    &llm::Usage::input_uncached, &llm::Usage::cache_read,   &llm::Usage::cache_write_5m, &llm::Usage::cache_write_1h,
    &llm::Usage::input_audio,    &llm::Usage::input_image,  &llm::Usage::output,         &llm::Usage::reasoning,
    &llm::Usage::output_audio,   &llm::Usage::output_image, &llm::Usage::web_searches,
};
static_assert(kCounts.size() == 11);

template <class T>
void put(SlotBytes out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof(value));
}
template <class T>
T get(SlotView in, std::size_t at) {
  T value;
  std::memcpy(&value, in.data() + at, sizeof(value));
  return value;
}

std::uint32_t checksum(SlotView bytes, std::uint32_t seed, std::uint64_t slot) {
  std::uint32_t crc = crc32c(seed, std::as_bytes(std::span(&slot, 1)));
  crc = crc32c(crc, bytes.subspan(4));
  return crc == 0 ? 1 : crc;
}

void seal(SlotBytes out, RecordKind kind, std::uint32_t seed, std::uint64_t slot) {
  put(out, 4, static_cast<std::uint8_t>(kind));
  put(out, 5, kFormat);
  put(out, 0, checksum(out, seed, slot));
}

bool decode_call(SlotView in, CallRecord& record) {
  const auto operation = get<std::uint8_t>(in, 114);
  const auto scale = get<std::uint8_t>(in, 118);
  // 32 values each are more than there will be: a newer program's journal is refused by its format, not here.
  if (operation >= 32 || get<std::uint8_t>(in, 115) >= 32 || get<std::uint8_t>(in, 116) >= 32) return false;
  if (scale > Decimal::kMaxScale) return false;
  const auto ratio = Decimal::from_parts(Int128{get<std::int64_t>(in, 96)}, scale);
  if (!ratio) return false;

  const auto flags = get<std::uint16_t>(in, 6);
  record.kind = static_cast<RecordKind>(get<std::uint8_t>(in, 4));
  record.call = get<std::uint64_t>(in, 8);
  record.user.value = get<std::int64_t>(in, 16);
  record.token.value = get<std::int64_t>(in, 24);
  record.quota = get<std::int64_t>(in, 40);
  if (record.quota < 0 || record.quota > kQuotaLimit) return false;
  record.price_version = get<std::int64_t>(in, 88);
  record.group_ratio = *ratio;
  record.per_call = flags & kPerCall;

  CallFacts& facts = record.facts;
  facts.channel.value = get<std::int64_t>(in, 32);
  facts.created_ms = get<std::int64_t>(in, 48);
  facts.model = NameId{get<std::uint64_t>(in, 56)};
  facts.upstream_model = NameId{get<std::uint64_t>(in, 64)};
  facts.group = NameId{get<std::uint64_t>(in, 72)};
  facts.error = NameId{get<std::uint64_t>(in, 80)};
  facts.latency_ms = get<std::uint32_t>(in, 104);
  facts.first_byte_ms = get<std::uint32_t>(in, 108);
  facts.status = get<std::uint16_t>(in, 112);
  facts.operation = static_cast<llm::Operation>(operation);
  facts.client_dialect = static_cast<llm::DialectId>(get<std::uint8_t>(in, 115));
  facts.upstream_dialect = static_cast<llm::DialectId>(get<std::uint8_t>(in, 116));
  facts.mode = get<std::uint8_t>(in, 117);
  facts.attempt_count = get<std::uint8_t>(in, 119);
  facts.stream = flags & kStream;
  facts.no_log = flags & kNoLog;
  facts.backup_group = flags & kBackupGroup;
  facts.estimated = flags & kEstimated;
  facts.cut_short = flags & kCutShort;
  std::memcpy(facts.request_id.text.data(), in.data() + kRequestIdAt, telemetry::RequestId::kSize);
  std::memcpy(facts.client_ip.data(), in.data() + kClientIpAt, facts.client_ip.size());

  const auto present = get<std::uint16_t>(in, 120);
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    auto& count = record.usage.*kCounts[i];
    count.reset();
    if (!(present >> i & 1)) continue;
    std::int64_t value = 0;
    std::memcpy(&value, in.data() + kUsageAt + i * kUsageBytes, kUsageBytes);
    if (value > llm::kMaxTokenCount) return false;
    count = value;
  }
  for (std::size_t i = 0; i < kKeptAttempts; ++i) {
    Attempt& attempt = facts.attempts[i];
    attempt = {};
    if (i >= facts.attempt_count) continue;
    attempt.channel.value = get<std::uint32_t>(in, kAttemptsAt + i * 5);
    const auto code = get<std::uint8_t>(in, kAttemptsAt + i * 5 + 4);
    if (code == kAnswered) continue;
    // A code of a newer program: which failure it was is lost, that it was one is not.
    attempt.error = code < kErrorTraits.size() ? ErrorCode{code} : ErrorCode::internal;
  }
  return true;
}

}  // namespace

void CallFacts::add_attempt(ChannelId tried, std::optional<ErrorCode> failure) {
  attempts[std::min<std::size_t>(attempt_count, kKeptAttempts - 1)] = {tried, failure};
  if (attempt_count < 255) ++attempt_count;
  channel = tried;
}

std::string JournalId::key() const { return node + "/" + std::to_string(epoch) + "/" + std::to_string(worker); }

std::uint32_t JournalId::seed() const {
  const std::string text = ledger + "/" + key();
  return crc32c(0, std::as_bytes(std::span(text)));
}

void encode_call(const CallRecord& record, std::uint32_t seed, std::uint64_t slot, SlotBytes out) {
  const CallFacts& facts = record.facts;
  std::memset(out.data(), 0, out.size());
  put(out, 6,
      static_cast<std::uint16_t>((facts.stream ? kStream : 0) | (facts.no_log ? kNoLog : 0) |
                                 (facts.backup_group ? kBackupGroup : 0) | (facts.estimated ? kEstimated : 0) |
                                 (facts.cut_short ? kCutShort : 0) | (record.per_call ? kPerCall : 0)));
  put(out, 8, record.call);
  put(out, 16, record.user.value);
  put(out, 24, record.token.value);
  put(out, 32, facts.channel.value);
  put(out, 40, record.quota);
  put(out, 48, facts.created_ms);
  put(out, 56, facts.model);
  put(out, 64, facts.upstream_model);
  put(out, 72, facts.group);
  put(out, 80, facts.error);
  put(out, 88, record.price_version);
  put(out, 96, record.group_ratio.mantissa());
  put(out, 104, facts.latency_ms);
  put(out, 108, facts.first_byte_ms);
  put(out, 112, facts.status);
  put(out, 114, static_cast<std::uint8_t>(facts.operation));
  put(out, 115, static_cast<std::uint8_t>(facts.client_dialect));
  put(out, 116, static_cast<std::uint8_t>(facts.upstream_dialect));
  put(out, 117, facts.mode);
  put(out, 118, static_cast<std::uint8_t>(record.group_ratio.scale()));
  put(out, 119, facts.attempt_count);
  std::uint16_t present = 0;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    const auto& count = record.usage.*kCounts[i];
    // A count beyond the bounds is not usage.
    if (!count || *count < 0 || *count > llm::kMaxTokenCount) continue;
    present = static_cast<std::uint16_t>(present | 1u << i);
    std::memcpy(out.data() + kUsageAt + i * kUsageBytes, &*count, kUsageBytes);
  }
  put(out, 120, present);
  std::memcpy(out.data() + kRequestIdAt, facts.request_id.text.data(), telemetry::RequestId::kSize);
  std::memcpy(out.data() + kClientIpAt, facts.client_ip.data(), facts.client_ip.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(facts.attempt_count, kKeptAttempts); ++i) {
    const Attempt& attempt = facts.attempts[i];
    put(out, kAttemptsAt + i * 5, static_cast<std::uint32_t>(attempt.channel.value));
    put(out, kAttemptsAt + i * 5 + 4, attempt.error ? static_cast<std::uint8_t>(*attempt.error) : kAnswered);
  }
  seal(out, record.kind, seed, slot);
}

void encode_name(const NameRecord& record, std::uint32_t seed, std::uint64_t slot, SlotBytes out) {
  const std::string_view text = clip_utf8(record.text, kMaxNameBytes);
  std::memset(out.data(), 0, out.size());
  put(out, 8, record.id);
  put(out, 16, static_cast<std::uint16_t>(text.size()));
  std::memcpy(out.data() + kNameTextAt, text.data(), text.size());
  seal(out, RecordKind::name, seed, slot);
}

SlotState decode(SlotView bytes, std::uint32_t seed, std::uint64_t slot, CallRecord& call, NameRecord& name) {
  if (get<std::uint32_t>(bytes, 0) == 0) {
    const bool zeros = std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
    return zeros ? SlotState::empty : SlotState::damaged;
  }
  if (get<std::uint32_t>(bytes, 0) != checksum(bytes, seed, slot)) return SlotState::damaged;
  if (get<std::uint8_t>(bytes, 5) != kFormat) return SlotState::damaged;
  const auto kind = get<std::uint8_t>(bytes, 4);
  if (kind == static_cast<std::uint8_t>(RecordKind::name)) {
    const auto size = get<std::uint16_t>(bytes, 16);
    if (size > kMaxNameBytes) return SlotState::damaged;
    name.id = NameId{get<std::uint64_t>(bytes, 8)};
    name.text = {reinterpret_cast<const char*>(bytes.data()) + kNameTextAt, size};
    return SlotState::name;
  }
  if (kind < static_cast<std::uint8_t>(RecordKind::open) || kind > static_cast<std::uint8_t>(RecordKind::release)) {
    return SlotState::damaged;
  }
  return decode_call(bytes, call) ? SlotState::call : SlotState::damaged;
}

}  // namespace tollgate::ledger
