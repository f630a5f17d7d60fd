#include "ledger/syncer.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ledger/books_fixture.h"

namespace tollgate::ledger {
namespace {

using testing::TempFolder;

const JournalId kId{"0f0e0d0c-0000-4000-8000-000000000001", "0f0e0d0c-0000-4000-8000-000000000002", 5, 2};
constexpr JournalOptions kOptions{
    .slots_per_segment = 16, .segments_ahead = 1, .max_bytes = 1 << 20, .min_free_bytes = 0};

/// A journal whose disk can be taken away: without its mapping the system has nothing to sync.
class SyncerTest : public ::testing::Test {
 protected:
  void write() {
    CallRecord record;
    record.kind = RecordKind::open;
    record.call = journal_->next_slot();
    record.user = UserId{1};
    journal_->append(record);
  }

  void take_disk_away() {
    find_mapping();
    ASSERT_EQ(::munmap(base_, bytes_), 0);
  }
  void give_disk_back() {
    const int file = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(file, 0);
    EXPECT_EQ(::mmap(base_, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0), base_);
    ::close(file);
  }

  TempFolder folder_;
  std::unique_ptr<Journal> journal_ = *Journal::create(folder_.path() / "j", kId, kOptions);
  Admission admission_;
  Syncer syncer_{{journal_.get()}, admission_};

 private:
  void find_mapping() {
    const std::string dir = (folder_.path() / "j").string();
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      const std::size_t at = line.find(dir);
      if (at == std::string::npos) continue;
      std::uintptr_t begin = 0, end = 0;
      const char* last = line.data() + line.size();
      const auto first = std::from_chars(line.data(), last, begin, 16);
      std::from_chars(first.ptr + 1, last, end, 16);
      base_ = reinterpret_cast<void*>(begin);  // NOLINT(performance-no-int-to-ptr)
      bytes_ = end - begin;
      path_ = line.substr(at);
      return;
    }
    FAIL() << "the journal is not mapped";
  }

  void* base_ = nullptr;
  std::size_t bytes_ = 0;
  std::string path_;
};

TEST_F(SyncerTest, SyncsWhatIsNotOnTheDiskYet) {
  write();
  write();
  syncer_.sync({1});
  EXPECT_EQ(journal_->synced(), 1u);
  syncer_.sync_written();
  EXPECT_EQ(journal_->synced(), 2u);
  EXPECT_EQ(syncer_.counts().ok, 2u);
  syncer_.sync_written();
  syncer_.sync({1});
  EXPECT_EQ(syncer_.counts().ok, 2u) << "nothing is new";
}

TEST_F(SyncerTest, AdmitsNothingAfterAFailureUntilTheDatabaseHasIt) {
  write();
  take_disk_away();
  syncer_.sync_written();
  EXPECT_EQ(syncer_.counts().failed, 1u);
  EXPECT_FALSE(admission_.admitting());
  EXPECT_EQ(admission_.trouble(), "the journal cannot be synced to disk");

  syncer_.trust_again({1});
  EXPECT_FALSE(admission_.admitting()) << "the disk is still away";

  give_disk_back();
  syncer_.sync_written();
  syncer_.trust_again({0});
  EXPECT_FALSE(admission_.admitting()) << "what failed once may never reach the disk";

  syncer_.trust_again({1});
  EXPECT_TRUE(admission_.admitting());
}

}  // namespace
}  // namespace tollgate::ledger
