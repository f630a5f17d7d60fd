#include <fstream>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/books_fixture.h"
#include "ledger/journal_image.h"
#include "ledger/ledger.h"
#include "store/ledger_journals.h"
#include "store/query.h"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;
using testing::Books;
using testing::per_token;
using testing::TempFolder;
using testing::tokens;

/// Copies a folder in which another thread makes, renames and removes files meanwhile.
void copy_living(const fs::path& from, const fs::path& to) {
  for (int tries = 0;; ++tries) {
    std::error_code error;
    fs::remove_all(to, error);
    fs::copy(from, to, fs::copy_options::recursive, error);
    if (!error) return;
    if (tries == 100) throw fs::filesystem_error("cannot copy", from, to, error);
  }
}

struct RecoveryTest : ::testing::Test {
  explicit RecoveryTest(const std::string& main_dsn = {}, const std::string& log_dsn = {}) : books(main_dsn, log_dsn) {
    user = books.user(100'000);
    token = books.token(user, 100'000);
    channel = books.channel();
  }
  void start(unsigned workers = 1) {
    books.start(workers);
    account = books.account(user, token);
  }
  Reservation open(Quota estimate = 100, unsigned worker = 0) {
    const auto again = [&] {
      return books.worker(worker).open(account, per_token(), Decimal(1), {estimate}, books.facts(channel));
    };
    auto held = again();
    // Until the keeper has made another segment.
    for (; !held && held.error().code() == ErrorCode::overloaded; held = again()) std::this_thread::yield();
    EXPECT_TRUE(held) << held.error().message();
    return std::move(*held);
  }
  /// A crash while calls are open: their reservations are gone without a word, as the process is.
  void crash(std::vector<Reservation>& calls) {
    // The journals as they are now; what the destructors write afterwards is not part of the crash.
    TempFolder kept;
    copy_living(books.folder() / "journal", kept.path() / "journal");
    calls.clear();
    account = Account();
    books.crash();
    fs::remove_all(books.folder() / "journal");
    fs::copy(kept.path() / "journal", books.folder() / "journal", fs::copy_options::recursive);
  }
  void crash() {
    std::vector<Reservation> none;
    crash(none);
  }
  const Recovery& recovery() { return books.ledger().recovery(); }
  /// Overwrites slots of the only journal's first segment.
  void damage(std::uint64_t slot, std::string_view bytes) {
    for (const auto& file : fs::directory_iterator(books.journal_folders().at(0))) {
      if (file.path().filename() != segment_file_name(0)) continue;
      std::fstream io(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      io.seekp(static_cast<std::streamoff>(kSegmentHeaderBytes + slot * kSlotBytes));
      io.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
  }
  void expect_used(Quota quota) {
    EXPECT_EQ(books.used(AccountKey::of(user)), quota);
    EXPECT_TRUE(books.sums().agree()) << ::testing::PrintToString(books.sums());
  }

  Books books;
  UserId user;
  TokenId token;
  ChannelId channel;
  Account account;
};

TEST_F(RecoveryTest, AppliesWhatTheDatabaseLacksOnce) {
  start();
  open().settle(tokens(1, 2));
  books.flush();
  open().settle(tokens(3, 4));
  crash();
  expect_used(3);
  start();
  expect_used(10);
  EXPECT_EQ(recovery().journals, 1u);
  EXPECT_EQ(account.user()->available(), 99'990);
  crash();
  start();
  expect_used(10);
}

TEST_F(RecoveryTest, SettlesOpenCallsAtTheirMarkAndReleasesTheOthers) {
  start();
  std::vector<Reservation> calls;
  calls.push_back(open());
  calls.push_back(open());
  calls.back().facts().stream = true;
  calls.back().earn(tokens(5, 6));
  ASSERT_TRUE(calls.back().extend_to(200));
  calls.push_back(open());
  calls.back().earn(tokens(0, 1));
  calls.back().earn(tokens(0, 90));  // not written down: at most what was earned since the mark is lost
  crash(calls);
  start();
  EXPECT_EQ(recovery().settled, 2u);
  EXPECT_EQ(recovery().released, 1u);
  expect_used(12);
  EXPECT_EQ(account.user()->available(), 99'988) << "nothing stays reserved";
  const auto rows = books.log_rows();
  ASSERT_EQ(rows.size(), 3u);
  int recovered = 0, consumed = 0;
  for (const auto& row : rows) {
    recovered += row.has(store::kLogRecovered) && row.has(store::kLogInterrupted);
    consumed += row.type == store::LogType::consume;
    EXPECT_NE(row.model, 0);
  }
  EXPECT_EQ(recovered, 3);
  EXPECT_EQ(consumed, 2);
  crash();
  start();
  expect_used(12);
  EXPECT_EQ(books.log_rows().size(), 3u) << "replayed twice, told once";
}

TEST_F(RecoveryTest, AppliesJournalsOfAnotherNumberOfWorkers) {
  start(3);
  for (unsigned worker = 0; worker < 3; ++worker) open(100, worker).settle(tokens(0, static_cast<int>(worker) + 1));
  crash();
  start(1);
  EXPECT_EQ(recovery().journals, 3u);
  expect_used(6);
  crash();
  start(4);
  EXPECT_EQ(recovery().journals, 1u);
  expect_used(6);
}

TEST_F(RecoveryTest, AppliesManySegmentsAndTheirNames) {
  start();
  for (int i = 0; i < 200; ++i) {
    open(1).settle(tokens(0, 1));
  }
  crash();
  start();
  EXPECT_EQ(books.used(AccountKey::of(user)), 200);
  for (const auto& row : books.log_rows()) ASSERT_NE(row.model, 0) << "row " << row.id;
}

TEST_F(RecoveryTest, SkipsAndReportsDamagedSlots) {
  start();
  open().settle(tokens(0, 10));  // slots: model, group, open, settle
  open().settle(tokens(0, 20));  // open, settle
  open().settle(tokens(0, 40));
  crash();
  damage(5, std::string(kSlotBytes, 'x'));
  start();
  EXPECT_EQ(recovery().damaged, 1u);
  EXPECT_EQ(recovery().released, 1u) << "a call whose end cannot be read had no mark";
  expect_used(50);
}

TEST_F(RecoveryTest, ReleasesAnOpenCallIfItsEndMayHaveBeenApplied) {
  start();
  auto held = open();
  held.earn(tokens(0, 10));    // slots: model, group, open, mark
  held.settle(tokens(0, 30));  // 4
  open().settle(tokens(0, 5));
  books.flush();
  crash();
  expect_used(35);
  damage(4, std::string(kSlotBytes, '\0'));  // a page that did not reach the disk
  start();
  EXPECT_EQ(recovery().released, 1u);
  EXPECT_EQ(recovery().settled, 0u) << "charging the mark would charge twice";
  expect_used(35);
}

TEST_F(RecoveryTest, ReleasesOpenCallsIfTheJournalLostItsEnd) {
  start();
  auto held = open();
  held.earn(tokens(0, 10));
  held.settle(tokens(0, 30));
  books.flush();
  crash();
  damage(4, std::string(kSlotBytes, '\0'));  // the settle was the last record, and is gone
  start();
  EXPECT_EQ(recovery().released, 1u);
  expect_used(30);
}

TEST_F(RecoveryTest, SettlesAtTheMarkIfTheLostEndWasNotApplied) {
  start();
  auto held = open();
  held.earn(tokens(0, 10));
  held.settle(tokens(0, 30));
  crash();
  damage(4, std::string(100, '\0'));  // torn
  start();
  EXPECT_EQ(recovery().damaged, 0u) << "the last record was being written";
  EXPECT_EQ(recovery().settled, 1u);
  expect_used(10);
}

// Every prefix of what was written may be what the disk has after a power failure; whatever it is, each record that is
// there is applied once, and nothing twice.
TEST_F(RecoveryTest, MakesTheBooksAgreeWhateverPartOfTheJournalSurvives) {
  for (std::uint64_t cut = 0; cut < 14; ++cut) {
    Books mine;
    const UserId payer = mine.user(10'000);
    const TokenId key = mine.token(payer, 10'000);
    const ChannelId served_by = mine.channel();
    mine.start();
    fs::path copy;
    TempFolder kept;
    {
      const Account acc = mine.account(payer, key);
      const auto call = [&](Quota earned, Quota charged) {
        auto held = mine.worker().open(acc, per_token(), Decimal(1), {100}, mine.facts(served_by));
        ASSERT_TRUE(held);
        if (earned > 0) held->earn(tokens(0, earned));
        held->settle(tokens(0, charged));
      };
      call(0, 1);  // name, name, open, settle
      call(2, 4);  // open, mark, settle
      if (cut % 2) mine.flush();
      call(0, 8);    // open, settle
      call(16, 32);  // open, mark, settle
      copy_living(mine.folder() / "journal", kept.path() / "journal");
    }
    mine.crash();
    fs::remove_all(mine.folder() / "journal");
    fs::copy(kept.path() / "journal", mine.folder() / "journal", fs::copy_options::recursive);
    const fs::path file = mine.journal_folders().at(0) / segment_file_name(0);
    {
      std::fstream io(file, std::ios::in | std::ios::out | std::ios::binary);
      io.seekp(static_cast<std::streamoff>(kSegmentHeaderBytes + cut * kSlotBytes));
      const std::string zeros((64 - cut) * kSlotBytes, '\0');
      io.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
    }
    const Quota before = mine.used(AccountKey::of(payer));
    mine.start();
    const Quota after = mine.used(AccountKey::of(payer));
    // Of each call: its charge if the end is there, else its mark.
    const auto journal = [&](std::uint64_t end, std::uint64_t mark, Quota charged, Quota earned) {
      return cut > end ? charged : (mark != 0 && cut > mark ? earned : 0);
    };
    Quota expected = journal(3, 0, 1, 0) + journal(6, 5, 4, 2) + journal(8, 0, 8, 0) + journal(11, 10, 32, 16);
    if (cut % 2) {
      // The first two were in the database already.
      expected = 5 + journal(8, 0, 8, 0) + journal(11, 10, 32, 16);
      EXPECT_EQ(before, 5);
    }
    EXPECT_EQ(after, expected) << "cut at " << cut;
    EXPECT_TRUE(mine.sums().agree()) << "cut at " << cut << ": " << ::testing::PrintToString(mine.sums());
  }
}

TEST_F(RecoveryTest, AppliesAllOfAJournalThatARestoredDatabaseDoesNotKnow) {
  start();
  open().settle(tokens(0, 7));
  crash();
  books.execute("DELETE FROM journals");
  start();
  expect_used(7);
  crash();
  start();
  expect_used(7);
}

TEST_F(RecoveryTest, ReportsAJournalThatIsGone) {
  start();
  open().settle(tokens(0, 7));
  account = Account();
  books.crash();
  fs::remove_all(books.folder() / "journal");
  start();
  EXPECT_EQ(recovery().missing_journals, 1u);
  expect_used(0);
  crash();
  start();
  EXPECT_EQ(recovery().missing_journals, 0u) << "said once";
}

TEST_F(RecoveryTest, ReportsSegmentsThatAreGone) {
  start();
  for (int i = 0; i < 60; ++i) open(1).settle(tokens(0, 1));
  crash();
  fs::remove(books.journal_folders().at(0) / segment_file_name(0));
  start();
  EXPECT_EQ(recovery().missing, 64u);
  EXPECT_GT(books.used(AccountKey::of(user)), 0);
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(RecoveryTest, AppliesTheJournalOfARetiredNodeThatComesBack) {
  start();
  open().settle(tokens(0, 7));
  crash();
  books.execute("UPDATE journals SET live = 0");  // as retire_node does
  start();
  expect_used(7);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM journals WHERE live = 1"), 1) << "only the new one";
}

TEST_F(RecoveryTest, DropsOldFoldersOfClosedJournals) {
  books.settings.segment_retention_s = 0;
  start();
  open().settle(tokens(0, 7));
  crash();
  start();  // closes it
  crash();
  start();  // deletes it
  EXPECT_LE(books.journal_folders().size(), 2u);
  expect_used(7);
}

TEST_F(RecoveryTest, LeavesForeignFilesAlone) {
  start();
  open().settle(tokens(0, 7));
  crash();
  const auto folder = books.journal_folders().at(0);
  std::ofstream(folder / "0000000000000f00.seg") << "something else";
  std::ofstream(folder / "notes.txt") << "hello";
  fs::create_directories(folder.parent_path() / "empty");
  start();
  expect_used(7);
  EXPECT_EQ(recovery().damaged, 1u);
  EXPECT_TRUE(fs::exists(folder / "notes.txt"));
}

TEST(SeparateLog, KeepsAPositionOfItsOwn) {
  TempFolder logs;
  Books books("", "sqlite:" + (logs.path() / "log.db").string());
  const UserId user = books.user(1'000);
  const TokenId token = books.token(user, 1'000);
  const ChannelId channel = books.channel();
  const auto call = [&](std::int64_t n) {
    const Account account = books.account(user, token);
    books.worker().open(account, per_token(), Decimal(1), {n}, books.facts(channel))->settle(tokens(0, n));
  };
  books.start();
  call(3);
  books.flush();
  EXPECT_EQ(books.log_rows().size(), 1u);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM logs"), 0) << "not in the main database";
  EXPECT_TRUE(books.sums().agree());

  // Its position was set back by a restore there: it alone is applied again.
  ASSERT_TRUE(store::guarded(books.log_db(), "test", [&]() -> Result<void> {
    store::Query(books.log_db(), "DELETE FROM logs").execute();
    store::Query(books.log_db(), "UPDATE journals SET position = 0").execute();
    return {};
  }));
  call(4);
  books.crash();
  books.start();
  EXPECT_EQ(books.used(AccountKey::of(user)), 7);
  EXPECT_TRUE(books.sums().agree()) << ::testing::PrintToString(books.sums());
}

// kill -9 at random, again and again, with several workers writing: whatever was answered is charged, once.
TEST(KillNine, ChargesEveryAnswerOnce) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  Books books;
  const UserId user = books.user(kQuotaLimit / 2);
  const TokenId token = books.token(user, kQuotaLimit / 2);
  const ChannelId channel = books.channel();
  Quota answered = 0;
  std::int64_t calls = 0;
  // A child of a process with threads may only do so much: this one starts before there are any.
  for (int round = 0; round < 20; ++round) {
    int answers[2];
    ASSERT_EQ(::pipe(answers), 0);
    const unsigned workers = 1 + random() % 3;
    const auto lifetime = std::chrono::microseconds(2'000 + random() % 40'000);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(answers[0]);
      const auto run = [&] {
        auto databases = store::open_databases(books.databases().main().dsn(), std::nullopt, 0);
        if (!databases) return;
        Settings settings = books.settings;
        settings.workers = workers;
        settings.flush_interval_ms = 1;
        const SystemClock clock;
        auto ledger = Ledger::start(*databases, settings, clock);
        auto db = databases->main().connect();
        if (!ledger || !db) return;
        auto account = (*ledger)->load_blocking(**db, user, token);
        if (!account) return;
        if (::write(answers[1], "s", 1) != 1) return;
        std::vector<std::thread> threads;
        for (unsigned w = 0; w < workers; ++w) {
          threads.emplace_back([&, w] {
            CallFacts facts;
            facts.channel = channel;
            facts.model = (*ledger)->worker(w).name("m");
            while (true) {
              auto held = (*ledger)->worker(w).open(*account, per_token(), Decimal(1), {9}, facts);
              if (!held) continue;
              if (w != 1) held->earn(tokens(0, 1));
              held->settle(tokens(0, 3));
              // The answer's last byte: only after the charge.
              if (::write(answers[1], "a", 1) != 1) return;
            }
          });
        }
        for (auto& thread : threads) thread.join();
      };
      run();
      ::_exit(1);
    }
    ::close(answers[1]);
    char letter = 0;
    ASSERT_EQ(::read(answers[0], &letter, 1), 1) << "the child did not start";
    std::this_thread::sleep_for(lifetime);  // not to wait for anything: a kill at a random time is what is tested
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    char buffer[4096];
    for (ssize_t n; (n = ::read(answers[0], buffer, sizeof(buffer))) > 0;) {
      answered += 3 * n;
      calls += n;
    }
    ::close(answers[0]);

    books.start();
    const Quota charged = books.used(AccountKey::of(user));
    EXPECT_TRUE(books.sums().agree()) << "seed " << seed << " round " << round << ": "
                                      << ::testing::PrintToString(books.sums());
    EXPECT_GE(charged, answered) << "seed " << seed << " round " << round << ": an answer was not charged";
    EXPECT_LE(charged, answered + 3 * static_cast<Quota>(workers))
        << "seed " << seed << " round " << round << ": more than the calls in flight was charged";
    books.crash();
    // What was in flight is known now.
    answered = charged;
  }
  EXPECT_GT(calls, 20);
}

}  // namespace
}  // namespace tollgate::ledger
