#include "ledger/record.h"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace tollgate::ledger {
namespace {

constexpr std::uint32_t kSeed = 0x1234;

CallRecord full_record() {
  CallRecord record;
  record.kind = RecordKind::settle;
  record.call = 41;
  record.user = UserId{7};
  record.token = TokenId{std::int64_t{1} << 40};
  record.quota = 6'250;
  record.price_version = 12;
  record.group_ratio = Decimal::parse("0.85").value();
  record.per_call = true;
  record.usage.input_uncached = 0;
  record.usage.output = llm::kMaxTokenCount;
  record.usage.web_searches = 3;
  CallFacts& facts = record.facts;
  std::memcpy(facts.request_id.text.data(), "20260131120000123456789AbCdEfGh", 31);
  facts.created_ms = 1'769'860'800'123;
  facts.model = name_id("gpt-4o");
  facts.upstream_model = name_id("gpt-4o-2024-08-06");
  facts.group = name_id("vip");
  facts.error = name_id("upstream_reset");
  facts.channel = ChannelId{17};
  facts.latency_ms = 812;
  facts.first_byte_ms = 230;
  facts.status = 200;
  facts.operation = llm::Operation::completions;
  facts.client_dialect = llm::DialectId::claude;
  facts.mode = 2;
  facts.stream = facts.estimated = facts.cut_short = true;
  facts.client_ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 9};
  facts.add_attempt(ChannelId{16}, ErrorCode::invalid_request);
  facts.add_attempt(ChannelId{17}, std::nullopt);
  return record;
}

struct Slot {
  alignas(8) std::array<std::byte, kSlotBytes> bytes{};
  CallRecord call;
  NameRecord name;
  SlotState read(std::uint64_t number, std::uint32_t seed = kSeed) { return decode(bytes, seed, number, call, name); }
};

TEST(Record, ComesBackAsItWasWritten) {
  Slot slot;
  encode_call(full_record(), kSeed, 99, slot.bytes);
  ASSERT_EQ(slot.read(99), SlotState::call);
  EXPECT_EQ(slot.call, full_record());
}

TEST(Record, KeepsItsLayout) {
  // A journal outlives the program that wrote it: moving a byte needs another kFormat.
  Slot slot;
  encode_call(full_record(), kSeed, 99, slot.bytes);
  std::uint64_t digest = 0xCBF29CE484222325ull;
  for (const std::byte b : slot.bytes) digest = (digest ^ std::to_integer<std::uint64_t>(b)) * 0x100000001B3ull;
  EXPECT_EQ(digest, 0xaae98e990d53baafull) << std::hex << digest;
}

TEST(Record, KeepsTheFirstThreeAttemptsAndTheLast) {
  CallFacts facts;
  for (int i = 1; i <= 6; ++i) facts.add_attempt(ChannelId{i}, ErrorCode::upstream_reset);
  EXPECT_EQ(facts.attempt_count, 6);
  EXPECT_EQ(facts.channel, ChannelId{6});
  EXPECT_EQ(facts.attempts[2].channel, ChannelId{3});
  EXPECT_EQ(facts.attempts[3].channel, ChannelId{6});
}

TEST(Record, LeavesOutCountsThatAreNoUsage) {
  CallRecord record = full_record();
  record.usage.output = -1;
  record.usage.cache_read = llm::kMaxTokenCount + 1;
  Slot slot;
  encode_call(record, kSeed, 1, slot.bytes);
  ASSERT_EQ(slot.read(1), SlotState::call);
  EXPECT_FALSE(slot.call.usage.output);
  EXPECT_FALSE(slot.call.usage.cache_read);
}

TEST(Record, OfANameComesBack) {
  Slot slot;
  encode_name({name_id("gpt-4o"), "gpt-4o"}, kSeed, 3, slot.bytes);
  ASSERT_EQ(slot.read(3), SlotState::name);
  EXPECT_EQ(slot.name.id, name_id("gpt-4o"));
  EXPECT_EQ(slot.name.text, "gpt-4o");
  const std::string endless(10'000, 'x');
  encode_name({name_id(endless), endless}, kSeed, 3, slot.bytes);
  ASSERT_EQ(slot.read(3), SlotState::name);
  EXPECT_EQ(slot.name.text.size(), kMaxNameBytes);
  EXPECT_EQ(slot.name.id, name_id(slot.name.text)) << "cut before it is hashed";
}

TEST(Record, IsDamagedInAnotherSlotOrJournal) {
  Slot slot;
  EXPECT_EQ(slot.read(0), SlotState::empty);
  encode_call(full_record(), kSeed, 99, slot.bytes);
  EXPECT_EQ(slot.read(98), SlotState::damaged);
  EXPECT_EQ(slot.read(99, kSeed + 1), SlotState::damaged);
  JournalId a{"l", "n", 1, 0}, b{"l", "n", 2, 0};
  EXPECT_NE(a.seed(), b.seed());
}

TEST(Record, IsDamagedByAnyFlippedBit) {
  Slot slot;
  encode_call(full_record(), kSeed, 99, slot.bytes);
  for (std::size_t bit = 0; bit < kSlotBytes * 8; ++bit) {
    slot.bytes[bit / 8] ^= std::byte(1 << bit % 8);
    ASSERT_EQ(slot.read(99), SlotState::damaged) << "bit " << bit;
    slot.bytes[bit / 8] ^= std::byte(1 << bit % 8);
  }
  EXPECT_EQ(slot.read(99), SlotState::call);
}

TEST(Record, IsDamagedIfTornAnywhere) {
  Slot whole, torn;
  encode_call(full_record(), kSeed, 99, whole.bytes);
  for (std::size_t cut = 1; cut < kSlotBytes; ++cut) {
    torn.bytes.fill(std::byte{0});
    std::memcpy(torn.bytes.data(), whole.bytes.data(), cut);
    if (torn.bytes == whole.bytes) continue;
    ASSERT_NE(torn.read(99), SlotState::call) << "first " << cut;
    torn.bytes = whole.bytes;
    std::memset(torn.bytes.data(), 0, cut);
    ASSERT_NE(torn.read(99), SlotState::call) << "last " << kSlotBytes - cut;
  }
}

// Under a right checksum, as a hostile or newer writer could make it.
TEST(Record, WithImpossibleValuesIsDamaged) {
  const auto resealed = [](std::size_t at, std::uint8_t value) {
    Slot slot;
    encode_call(full_record(), kSeed, 99, slot.bytes);
    slot.bytes[at] = std::byte{value};
    const std::uint64_t number = 99;
    std::uint32_t crc = crc32c(kSeed, std::as_bytes(std::span(&number, 1)));
    crc = crc32c(crc, std::span(slot.bytes).subspan(4));
    std::memcpy(slot.bytes.data(), &crc, 4);
    return slot.read(99);
  };
  EXPECT_EQ(resealed(4, 0), SlotState::damaged) << "kind";
  EXPECT_EQ(resealed(4, 6), SlotState::damaged) << "kind";
  EXPECT_EQ(resealed(5, 2), SlotState::damaged) << "format";
  EXPECT_EQ(resealed(47, 0x80), SlotState::damaged) << "negative quota";
  EXPECT_EQ(resealed(114, 200), SlotState::damaged) << "operation";
  EXPECT_EQ(resealed(118, 13), SlotState::damaged) << "scale";
  EXPECT_EQ(resealed(127, 0xFF), SlotState::damaged) << "count";
  EXPECT_EQ(resealed(219, 0), SlotState::call);
}

TEST(Crc32c, IsTheStandardOne) {
  const std::string_view text = "123456789";
  EXPECT_EQ(crc32c(0, std::as_bytes(std::span(text))), 0xE3069283u);
  EXPECT_EQ(crc32c_portable(0, std::as_bytes(std::span(text))), 0xE3069283u);
  std::mt19937 random(5);
  std::string bytes(300, 0);
  for (char& c : bytes) c = static_cast<char>(random());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto part = std::as_bytes(std::span(bytes)).first(size);
    ASSERT_EQ(crc32c(77, part), crc32c_portable(77, part)) << size;
  }
}

TEST(NameTable, BoundsWhatCallersCanInvent) {
  NameTable names(3);
  const NameId a = names.intern("a"), b = names.intern("b");
  EXPECT_EQ(names.text_of(a), "a");
  EXPECT_EQ(names.intern("c"), name_id("(other)"));
  EXPECT_EQ(names.intern("b"), b);
  EXPECT_EQ(names.text_of(name_id("(other)")), "(other)");
  EXPECT_EQ(names.intern(""), NameId::none);
  EXPECT_EQ(names.size(), 3u);
}

}  // namespace
}  // namespace tollgate::ledger
