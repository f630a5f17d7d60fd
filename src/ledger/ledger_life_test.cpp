#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/ledger_fixture.h"

namespace tollgate::ledger {
namespace {

using testing::per_token;
using testing::tokens;
using LedgerLife = LedgerTest;

TEST_F(LedgerLife, SyncsTheJournalEverySyncIntervalWithoutTheDatabase) {
  books.settings.sync_interval_ms = 5;
  start();
  ASSERT_TRUE(open(10));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (books.ledger().snapshot().syncs_ok == 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_GT(books.ledger().snapshot().syncs_ok, 0u);
  EXPECT_EQ(books.ledger().snapshot().flushes, 0u);
}

TEST_F(LedgerLife, AdmitsNothingWithoutAJournalSlotForTheEnd) {
  books.settings.journal.max_bytes = 1;  // the first segment only
  start();
  std::vector<Reservation> calls;
  while (true) {
    auto held = open(1);
    if (!held) {
      EXPECT_EQ(held.error().code(), ErrorCode::overloaded);
      break;
    }
    calls.push_back(std::move(*held));
    ASSERT_LT(calls.size(), 64u);
  }
  EXPECT_GT(calls.size(), 15u);
  for (Reservation& call : calls) {
    call.earn(tokens(0, 1));
    call.settle(tokens(0, 1));
  }
  books.flush();
  EXPECT_EQ(books.sums().users, static_cast<Quota>(calls.size()));
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(LedgerLife, TakesNewSegmentsAsItGoesAndDropsOldOnes) {
  books.settings.segment_retention_s = 0;
  start();
  for (int i = 0; i < 300; ++i) {
    auto held = open(1);
    for (; !held; held = open(1)) std::this_thread::yield();  // until the keeper has made another segment
    held->settle(tokens(0, 1));
    if (i % 50 == 49) books.flush();
  }
  books.flush();
  EXPECT_EQ(books.sums().users, 300);
  const auto folder = books.journal_folders().at(0);
  const auto files = std::distance(std::filesystem::directory_iterator(folder), {});
  EXPECT_LE(files, 5) << "some ten were used up";
}

TEST_F(LedgerLife, DrainsAndClosesItsJournals) {
  start(2);
  open(10)->settle(tokens(4, 4));
  books.drain();
  EXPECT_EQ(books.sums().users, 8);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM journals WHERE live = 1"), 0);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM nodes WHERE live = 1"), 0);
  start();
  EXPECT_EQ(books.ledger().recovery().journals, 0u);
  EXPECT_EQ(books.ledger().epoch(), 2);
}

TEST_F(LedgerLife, AdmitsNothingWhileItDrains) {
  start();
  ASSERT_TRUE(books.ledger().drain(Deadline::after_ms(books.clock.mono_ns(), 1'000)));
  EXPECT_EQ(open(1).error().code(), ErrorCode::shutting_down);
  EXPECT_EQ(books.ledger().reload_blocking({}).error().code(), ErrorCode::shutting_down);
  EXPECT_EQ(books.ledger().trouble(), "the gateway is shutting down");
}

TEST_F(LedgerLife, KeepsABadRecordAsideAndAppliesTheRest) {
  start();
  for (int i = 0; i < 5; ++i) open(10)->settle(tokens(1, 1));
  const UserId ghost = books.user(100);
  const TokenId key = books.token(ghost, 100);
  const Account lost = books.account(ghost, key);
  books.worker().open(lost, per_token(), Decimal(1), {10}, books.facts(channel))->settle(tokens(5, 5));
  for (int i = 0; i < 5; ++i) open(10)->settle(tokens(1, 1));
  books.execute("DELETE FROM users WHERE id = " + std::to_string(ghost.value));
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), 20);
  EXPECT_EQ(books.ledger().snapshot().quarantined, 1u);
  EXPECT_EQ(books.number("SELECT COUNT(*) FROM quarantine"), 1);
  EXPECT_EQ(books.ledger().snapshot().journal_depth, 0u);
  EXPECT_EQ(books.text("SELECT record FROM quarantine").size(), 2 * kSlotBytes);
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(LedgerLife, StopsWhenItsNodeIsRetired) {
  start();
  open(10)->settle(tokens(1, 1));
  books.execute("UPDATE journals SET live = 0");
  EXPECT_FALSE(books.ledger().flush_blocking(Deadline::never()));
  EXPECT_FALSE(books.ledger().flush_blocking(Deadline::never()));
  EXPECT_EQ(open(1).error().code(), ErrorCode::storage_unavailable);
  EXPECT_NE(books.ledger().trouble(), "");
  EXPECT_EQ(books.sums().users, 0);
}

TEST_F(LedgerLife, AppliesAgainWhatARestoreTookBack) {
  start();
  for (int i = 0; i < 4; ++i) open(10)->settle(tokens(1, 1));
  books.flush();
  // As a restore from a copy made before the flush does.
  books.execute("UPDATE journals SET position = 0");
  for (const char* table : {"users", "tokens", "channels"}) {
    books.execute(std::string("UPDATE ") + table + " SET used = 0, request_count = 0");
  }
  books.execute("DELETE FROM statistics");
  books.execute("DELETE FROM logs");
  open(10)->settle(tokens(1, 1));
  EXPECT_FALSE(books.ledger().flush_blocking(Deadline::never())) << "notices that the position is another";
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), 10);
  EXPECT_TRUE(books.sums().agree()) << ::testing::PrintToString(books.sums());
  EXPECT_EQ(account.user()->available(), 990) << "the live balance was right all along";
}

TEST_F(LedgerLife, RefusesASecondLiveNode) {
  start();
  testing::TempFolder other;
  Settings second = books.settings;
  second.data_dir = other.path();
  const auto refused = Ledger::start(books.databases(), second, books.clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
  EXPECT_NE(refused.error().message().find(books.ledger().node()), std::string::npos) << refused.error().message();

  second.retire_node = books.ledger().node();
  const auto instead = Ledger::start(books.databases(), second, books.clock);
  ASSERT_TRUE(instead) << instead.error().message();
  open(10)->settle(tokens(1, 1));
  EXPECT_FALSE(books.ledger().flush_blocking(Deadline::never())) << "a retired node can no longer flush";
  EXPECT_EQ(books.sums().users, 0);
}

TEST_F(LedgerLife, RefusesADamagedIdentity) {
  std::filesystem::create_directories(books.folder());
  FILE* file = std::fopen((books.folder() / "node").c_str(), "w");
  std::fputs("nonsense\n", file);
  std::fclose(file);
  const auto refused = books.try_start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_request);
}

}  // namespace
}  // namespace tollgate::ledger
