#include "ledger/cells.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

namespace tollgate::ledger {
namespace {

constexpr AccountKey kUser{AccountKind::user, 1};
constexpr AccountKey kToken{AccountKind::token, 10};

struct Pair {
  explicit Pair(AccountState user, AccountState token = {})
      : user_cell(std::make_shared<Cell>(kUser, user, 0)),
        token_cell(std::make_shared<Cell>(kToken, token, 0)),
        account(user_cell, token_cell) {}
  std::shared_ptr<Cell> user_cell, token_cell;
  Account account;
};

ErrorCode code_of(const Result<void>& result) { return result.error().code(); }

TEST(Cell, ReservesExactlyWhatIsThere) {
  Cell cell(kUser, {.granted = 100, .used = 40}, 0);
  EXPECT_EQ(cell.reserve(61), Cell::Taken::short_of_quota);
  EXPECT_EQ(cell.reserve(60), Cell::Taken::yes);
  EXPECT_EQ(cell.reserve(1), Cell::Taken::short_of_quota);
  EXPECT_EQ(cell.settle(60, 25), 35);
  EXPECT_EQ(cell.used(), 65);
}

TEST(Cell, LetsAFreeCallThroughBelowZero) {
  Cell cell(kUser, {.granted = 0, .used = 40}, 0);
  EXPECT_EQ(cell.available(), -40);
  EXPECT_EQ(cell.reserve(0), Cell::Taken::yes);
  EXPECT_EQ(cell.reserve(1), Cell::Taken::short_of_quota);
}

TEST(Cell, OfAnUnlimitedAccountSkipsOnlyTheComparison) {
  Cell cell(kToken, {.granted = 5, .unlimited = true}, 0);
  EXPECT_EQ(cell.reserve(1'000), Cell::Taken::yes);
  EXPECT_EQ(cell.available(), -995);
  EXPECT_EQ(cell.settle(1'000, 600), -595);
  EXPECT_EQ(cell.used(), 600);
}

TEST(Cell, IsFedTheDifferenceOfItsGrants) {
  Cell cell(kUser, {.granted = 100}, 0);
  ASSERT_EQ(cell.reserve(80), Cell::Taken::yes);
  cell.feed({.granted = 150});
  EXPECT_EQ(cell.available(), 70);
  cell.feed({.granted = 150});
  EXPECT_EQ(cell.available(), 70) << "the same grant is not added twice";
  cell.feed({.granted = 20, .enabled = false});
  EXPECT_EQ(cell.available(), -60);
  EXPECT_EQ(cell.reserve(0), Cell::Taken::disabled);
  cell.feed({.granted = 20, .enabled = true});
  EXPECT_EQ(cell.reserve(0), Cell::Taken::yes);
}

TEST(Cell, ClosesOnlyWhenNothingIsReservedOrUnapplied) {
  Cell cell(kUser, {.granted = 100}, 0);
  ASSERT_EQ(cell.reserve(10), Cell::Taken::yes);
  EXPECT_FALSE(cell.try_close()) << "something is reserved";
  cell.settle(10, 4);
  EXPECT_FALSE(cell.try_close()) << "a charge is not in the database yet";
  cell.applied(4, 1);
  EXPECT_TRUE(cell.try_close());
  EXPECT_TRUE(cell.closed());
  EXPECT_EQ(cell.reserve(1), Cell::Taken::closed);
  EXPECT_EQ(cell.reserve(0), Cell::Taken::closed);
}

TEST(Account, TakesFromTheTokenFirstAndGivesItBackIfTheUserRefuses) {
  Pair pair({.granted = 50}, {.granted = 70});
  EXPECT_EQ(code_of(pair.account.reserve(71)), ErrorCode::insufficient_token_quota);
  EXPECT_EQ(code_of(pair.account.reserve(60)), ErrorCode::insufficient_user_quota);
  EXPECT_EQ(pair.token_cell->available(), 70);
  ASSERT_TRUE(pair.account.reserve(50));
  EXPECT_EQ(pair.account.available(), 0);
}

TEST(Account, SaysWhichOfBothIsDisabled) {
  EXPECT_EQ(code_of(Pair({.granted = 5, .enabled = false}, {.granted = 5}).account.reserve(1)),
            ErrorCode::account_disabled);
  EXPECT_EQ(code_of(Pair({.granted = 5}, {.granted = 5, .enabled = false}).account.reserve(1)),
            ErrorCode::disabled_api_key);
}

TEST(CellTable, KeepsTheNewerNumbersOfACellThatIsThere) {
  CellTable table;
  const auto first = table.insert(kUser, {.granted = 100}, 0);
  ASSERT_EQ(first->reserve(30), Cell::Taken::yes);
  EXPECT_EQ(table.insert(kUser, {.granted = 100}, 5), first);
  EXPECT_EQ(first->available(), 70);
}

TEST(CellTable, EvictsOnlyWhatNobodyHoldsAndIsIdle) {
  CellTable table;
  auto held = table.insert(kUser, {.granted = 100}, 0);
  table.insert(kToken, {.granted = 100}, 0);
  EXPECT_EQ(table.evict(0), 0u) << "used just now";
  EXPECT_EQ(table.evict(1), 1u) << "the token's";
  EXPECT_EQ(table.find(kToken), nullptr);
  ASSERT_EQ(held->reserve(1), Cell::Taken::yes);
  held.reset();
  EXPECT_EQ(table.evict(1), 0u) << "something is reserved";
}

TEST(CellTable, CountsChangesThatALoadMustNotMiss) {
  CellTable table;
  const auto before = table.generation(kUser);
  table.bump_generation(kUser);
  EXPECT_NE(table.generation(kUser), before);
}

// Threads reserve, settle and release at random while another feeds and applies, as the flusher does: whatever the
// interleaving, granted = used + reserved + available, and nobody is served beyond what was granted.
TEST(Cell, KeepsTheBooksBalancedUnderAnyInterleaving) {
  const unsigned seed = std::random_device()();
  Pair pair({.granted = 20'000}, {.granted = 15'000});
  constexpr int kThreads = 4, kRounds = 4'000;
  std::atomic<std::int64_t> settled{0};
  std::array<std::atomic<std::int64_t>, kThreads> held{};
  std::atomic<bool> stop{false};

  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(seed + static_cast<unsigned>(t));
      std::vector<Quota> mine;
      for (int i = 0; i < kRounds; ++i) {
        if (const Quota amount = random() % 40; mine.size() < 5 && pair.account.reserve(amount)) mine.push_back(amount);
        if (!mine.empty() && random() % 2) {
          const Quota reserved = mine.back();
          mine.pop_back();
          if (random() % 3 == 0) {
            pair.account.release(reserved);
          } else {
            const Quota cost = reserved == 0 ? 0 : random() % (static_cast<unsigned>(reserved) + 1);
            pair.token_cell->settle(reserved, cost);
            pair.user_cell->settle(reserved, cost);
            settled += cost;
          }
        }
      }
      for (const Quota amount : mine) held[static_cast<std::size_t>(t)] += amount;
    });
  }
  std::thread flusher([&] {
    Quota granted = 20'000, applied = 0;
    while (!stop) {
      pair.user_cell->feed({.granted = ++granted});
      const Quota now = settled;  // read before both cells have it: the flusher applies only what the journal has
      pair.user_cell->applied(now - applied, 0);
      applied = now;
      EXPECT_FALSE(pair.user_cell->closed());
      EXPECT_GE(pair.token_cell->available(), 0);
      EXPECT_GE(pair.user_cell->available(), 0);
      std::this_thread::yield();
    }
  });
  for (auto& thread : threads) thread.join();
  stop = true;
  flusher.join();
  Quota reserved = 0;
  for (auto& amount : held) reserved += amount;
  EXPECT_EQ(pair.user_cell->granted(), pair.user_cell->used() + reserved + pair.user_cell->available())
      << "seed " << seed;
  EXPECT_EQ(15'000, pair.token_cell->used() + reserved + pair.token_cell->available()) << "seed " << seed;
  EXPECT_EQ(pair.token_cell->used(), settled.load());
  EXPECT_EQ(pair.user_cell->used(), settled.load());
}

}  // namespace
}  // namespace tollgate::ledger
