#include "ledger/journal.h"

#include <cstring>
#include <fstream>

#include <gtest/gtest.h>

#include "ledger/books_fixture.h"
#include "ledger/journal_image.h"
#include "ledger/retention.h"

namespace tollgate::ledger {
namespace {

using testing::TempFolder;

const JournalId kId{"0f0e0d0c-0000-4000-8000-000000000001", "0f0e0d0c-0000-4000-8000-000000000002", 5, 2};
constexpr JournalOptions kSmall{.slots_per_segment = 4, .segments_ahead = 1, .max_bytes = 1 << 20, .min_free_bytes = 0};

std::unique_ptr<Journal> make(const TempFolder& folder, JournalOptions options = kSmall) {
  auto journal = Journal::create(folder.path() / "j", kId, options);
  EXPECT_TRUE(journal);
  return std::move(*journal);
}

CallRecord record(RecordKind kind, std::uint64_t call, Quota quota = 0) {
  CallRecord out;
  out.kind = kind;
  out.call = call;
  out.user = UserId{1};
  out.quota = quota;
  return out;
}

TEST(Journal, KeepsTheSlotsThatOpenCallsHaveBooked) {
  const TempFolder folder;
  const auto journal = make(folder);
  EXPECT_TRUE(journal->has_room(4));
  EXPECT_FALSE(journal->has_room(5));
  journal->book(2);
  EXPECT_TRUE(journal->has_room(2));
  EXPECT_FALSE(journal->has_room(3));
  EXPECT_EQ(journal->free_slots(), 2u);
  journal->unbook(1);
  EXPECT_TRUE(journal->has_room(3));
}

TEST(Journal, GoesOnInTheNextSegment) {
  const TempFolder folder;
  const auto journal = make(folder);
  EXPECT_FALSE(journal->wants_segment());
  for (std::uint64_t i = 0; i < 4; ++i) journal->append(record(RecordKind::open, i));
  EXPECT_TRUE(journal->wants_segment());
  ASSERT_TRUE(journal->prepare_segment());
  journal->append(record(RecordKind::settle, 0, 9));
  ASSERT_TRUE(journal->sync(5));
  EXPECT_EQ(journal->written(), 5u);

  CallRecord call;
  NameRecord name;
  ASSERT_EQ(decode(journal->read(4), kId.seed(), 4, call, name), SlotState::call);
  EXPECT_EQ(call.quota, 9);
  journal->release_below(4);
  ASSERT_EQ(decode(journal->read(1), kId.seed(), 1, call, name), SlotState::call) << "mapped again";
  std::filesystem::remove(folder.path() / "j" / segment_file_name(0));
  EXPECT_EQ(decode(journal->read(4), kId.seed(), 4, call, name), SlotState::call);
  EXPECT_EQ(decode(journal->read(2), kId.seed(), 2, call, name), SlotState::empty) << "gone";
}

TEST(Journal, AnnouncesANameOnceASegment) {
  const TempFolder folder;
  const auto journal = make(folder);
  ASSERT_TRUE(journal->prepare_segment());
  NameTable names;
  const NameId id = names.intern("gpt-4o");
  journal->announce(id, names);
  journal->announce(id, names);
  EXPECT_EQ(journal->written(), 1u);
  for (int i = 0; i < 3; ++i) journal->append(record(RecordKind::open, 1));
  journal->announce(id, names);
  EXPECT_EQ(journal->written(), 5u);
  journal->book(3);
  journal->announce(names.intern("other"), names);
  EXPECT_EQ(journal->written(), 5u) << "no room beside what is booked";
}

TEST(Journal, MakesNoSegmentOnANearlyFullDisk) {
  const TempFolder folder;
  JournalOptions options = kSmall;
  const auto journal = make(folder, options);
  options.min_free_bytes = std::int64_t{1} << 60;
  EXPECT_EQ(Journal::create(folder.path() / "k", kId, options).error().code(), ErrorCode::storage_unavailable);
}

TEST(Journal, StopsGrowingAtItsLimit) {
  const TempFolder folder;
  JournalOptions options = kSmall;
  options.max_bytes = 3 * (4096 + 4 * 256);
  const auto journal = make(folder, options);
  ASSERT_TRUE(journal->prepare_segment());
  EXPECT_FALSE(journal->at_limit());
  ASSERT_TRUE(journal->prepare_segment());
  EXPECT_TRUE(journal->at_limit());
  journal->forget_bytes(4096 + 4 * 256);
  EXPECT_FALSE(journal->at_limit());
}

TEST(JournalImage, ReadsWhatWasWritten) {
  const TempFolder folder;
  {
    const auto journal = make(folder);
    ASSERT_TRUE(journal->prepare_segment());
    journal->append(record(RecordKind::open, 0, 50));
    journal->append(record(RecordKind::open, 1, 60));
    journal->append(record(RecordKind::mark, 0, 5));
    journal->append(record(RecordKind::settle, 1, 6));
    journal->append(record(RecordKind::open, 4, 70));
  }
  std::ofstream(folder.path() / "j" / "0000000000000008.new") << "unfinished";
  const auto image = JournalImage::load(folder.path() / "j");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->id(), kId);
  const Scan seen = scan(*image);
  EXPECT_EQ(seen.end, 5u);
  EXPECT_TRUE(seen.damaged.empty());
  EXPECT_EQ(seen.torn, 0u);
  ASSERT_EQ(seen.open.size(), 2u);
  const auto ends = end_open_calls(seen, 0);
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[0].kind, RecordKind::settle);
  EXPECT_EQ(ends[0].quota, 5);
  EXPECT_EQ(ends[1].kind, RecordKind::release);
  EXPECT_EQ(ends[1].quota, 0);
}

TEST(JournalImage, SaysThatAFolderHasNoSegment) {
  const TempFolder folder;
  EXPECT_EQ(JournalImage::load(folder.path()).error().code(), ErrorCode::not_found);
  EXPECT_EQ(JournalImage::load(folder.path() / "none").error().code(), ErrorCode::storage_unavailable);
}

struct Bytes {
  explicit Bytes(SegmentHeader header, std::size_t slots) : file(kSegmentHeaderBytes + slots * kSlotBytes) {
    encode_header(header, SlotBytes(file.data(), kSlotBytes));
  }
  void put(const CallRecord& what, std::uint64_t index, std::uint64_t slot) {
    encode_call(what, kId.seed(), slot, SlotBytes(file.data() + kSegmentHeaderBytes + index * kSlotBytes, kSlotBytes));
  }
  std::vector<std::byte> file;
};

TEST(JournalImage, TakesTheGapOfAMissingSegmentAsDamage) {
  Bytes first({kId, 4, 0}, 4), far({kId, 4, std::uint64_t{1} << 50}, 4);
  first.put(record(RecordKind::open, 0), 0, 0);
  far.put(record(RecordKind::settle, 0, 3), 0, std::uint64_t{1} << 50);
  const std::vector<std::span<const std::byte>> files{far.file, first.file};
  const auto image = JournalImage::from_bytes(files);
  ASSERT_TRUE(image);
  const Scan seen = scan(*image);
  EXPECT_EQ(seen.end, (std::uint64_t{1} << 50) + 1);
  EXPECT_EQ(seen.damaged, (std::vector<SlotRange>{{1, std::uint64_t{1} << 50}}));
  EXPECT_TRUE(seen.open.empty());
}

TEST(JournalImage, ReadsAFileThatIsCutOff) {
  Bytes whole({kId, 4, 0}, 4);
  whole.put(record(RecordKind::open, 0), 0, 0);
  whole.put(record(RecordKind::open, 1), 1, 1);
  for (std::size_t size = 0; size <= whole.file.size(); size += 64) {
    const std::vector<std::span<const std::byte>> files{std::span(whole.file).first(size)};
    const auto image = JournalImage::from_bytes(files);
    if (size < kSlotBytes) {
      EXPECT_FALSE(image);
      continue;
    }
    ASSERT_TRUE(image);
    const std::size_t there = size > kSegmentHeaderBytes ? (size - kSegmentHeaderBytes) / kSlotBytes : 0;
    EXPECT_EQ(scan(*image).end, std::min<std::size_t>(there, 2)) << size;
  }
}

TEST(JournalImage, LeavesOutOtherJournalsFilesAndOverlaps) {
  JournalId other = kId;
  other.worker = 3;
  Bytes first({kId, 4, 0}, 4), overlapping({kId, 4, 2}, 4), foreign({other, 4, 4}, 4);
  const std::vector<std::span<const std::byte>> files{first.file, overlapping.file, foreign.file};
  const auto image = JournalImage::from_bytes(files);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->bad_files(), 2u);
  EXPECT_EQ(image->limit(), 4u);
}

TEST(SegmentHeader, ComesBackAndRefusesWhatIsNone) {
  std::array<std::byte, kSlotBytes> bytes{};
  const SegmentHeader header{kId, 64, 128};
  encode_header(header, bytes);
  ASSERT_TRUE(decode_header(bytes));
  EXPECT_EQ(*decode_header(bytes), header);
  for (std::size_t i = 0; i < kSlotBytes; ++i) {
    bytes[i] ^= std::byte{0x40};
    EXPECT_FALSE(decode_header(bytes)) << "byte " << i;
    bytes[i] ^= std::byte{0x40};
  }
  encode_header({kId, 0, 0}, bytes);
  EXPECT_FALSE(decode_header(bytes)) << "no slots";
  encode_header({kId, kMaxSegmentSlots + 1, 0}, bytes);
  EXPECT_FALSE(decode_header(bytes)) << "too many slots";
}

TEST(Retention, KeepsFromTheOldestSegmentWithAnOpenCallsNewestRecordOn) {
  Retention kept(10);
  kept.opened(3);
  kept.opened(5);
  kept.set_seen(25);
  EXPECT_EQ(kept.oldest_open(), 0u);
  EXPECT_FALSE(kept.next_to_delete(25, 0, 0, 9));
  kept.marked(3, 27);
  kept.ended(5);
  kept.set_seen(35);
  EXPECT_EQ(kept.oldest_open(), 20u);
  EXPECT_EQ(kept.next_to_delete(15, 0, 0, 9), 0u) << "applied";
  kept.deleted();
  EXPECT_FALSE(kept.next_to_delete(15, 0, 0, 9)) << "not applied";
  EXPECT_EQ(kept.next_to_delete(35, 0, 0, 9), 10u);
  kept.deleted();
  EXPECT_FALSE(kept.next_to_delete(35, 0, 0, 9)) << "the mark is in it";
  kept.ended(3);
  EXPECT_EQ(kept.open_calls(), 0u);
  EXPECT_EQ(kept.next_to_delete(35, 0, 0, 9), 20u);
}

TEST(Retention, KeepsSegmentsForATimeButNotMoreThanSoMany) {
  Retention kept(10);
  kept.set_seen(50);
  EXPECT_FALSE(kept.next_to_delete(50, 1'000, 60'000, 9));
  EXPECT_FALSE(kept.next_to_delete(50, 60'999, 60'000, 9));
  EXPECT_EQ(kept.next_to_delete(50, 61'000, 60'000, 9), 0u);
  EXPECT_EQ(kept.next_to_delete(50, 1'000, 60'000, 4), 0u) << "five are passed, four may stay";
}

TEST(Retention, AsksCallsThatHoldBackManySegmentsForAnotherMark) {
  Retention kept(10);
  kept.opened(3);
  kept.set_seen(35);
  EXPECT_EQ(kept.mark_below(), 0u);
  kept.set_seen(45);
  EXPECT_EQ(kept.mark_below(), 30u);
  kept.marked(3, 45);
  kept.set_seen(46);
  EXPECT_EQ(kept.mark_below(), 0u);
}

}  // namespace
}  // namespace tollgate::ledger
