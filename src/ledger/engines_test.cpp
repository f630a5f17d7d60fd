#include <thread>

#include <gtest/gtest.h>

#include "ledger/books_fixture.h"
#include "ledger/ledger.h"
#include "support/database_servers.h"

/// The ledger's statements on every engine, for real.
namespace tollgate::ledger {
namespace {

using testing::Books;
using testing::per_token;
using testing::tokens;
using tollgate::testing::DatabaseServers;
using tollgate::testing::ServerKind;

enum class Where : std::uint8_t { sqlite, postgresql, mariadb };

class Engines : public ::testing::TestWithParam<Where> {
 protected:
  static ServerKind kind() { return GetParam() == Where::postgresql ? ServerKind::postgresql : ServerKind::mariadb; }
  static std::string database(std::string_view suffix = "") {
    static int made = 0;
    if (GetParam() == Where::sqlite) return suffix.empty() ? "" : "sqlite:log.db";
    return DatabaseServers::instance().create_database(kind(),
                                                       "ledger_" + std::to_string(++made) + std::string(suffix));
  }
};

/// Those that can go away.
class Servers : public Engines {};

struct Shop {
  explicit Shop(const std::string& main_dsn, const std::string& log_dsn = {}) : books(main_dsn, log_dsn) {
    for (int i = 0; i < 5; ++i) {
      users.push_back(books.user(100'000));
      keys.push_back(books.token(users.back(), 100'000, i % 2 == 1));
      channels.push_back(books.channel());
    }
  }
  void call(std::size_t i, Quota quota, unsigned worker = 0) {
    const Account account = books.account(users[i % 5], keys[i % 5]);
    CallFacts facts = books.facts(channels[(i + 1) % 5]);
    facts.model = books.worker(worker).name(i % 2 ? "gpt-4o" : "claude");
    auto held = books.worker(worker).open(account, per_token(), Decimal(1), {quota}, facts);
    ASSERT_TRUE(held) << held.error().message();
    held->settle(tokens(quota / 2, quota - quota / 2));
  }
  Books books;
  std::vector<UserId> users;
  std::vector<TokenId> keys;
  std::vector<ChannelId> channels;
};

TEST_P(Engines, KeepTheBooksThroughFlushCrashAndDrain) {
  Shop shop(database());
  shop.books.settings.journal.slots_per_segment = 4'096;
  shop.books.start(2);
  Quota expected = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    shop.call(i, static_cast<Quota>(i), i % 2);
    expected += static_cast<Quota>(i);
    if (i == 120) shop.books.flush();
  }
  shop.books.crash();
  shop.books.start(1);
  EXPECT_EQ(shop.books.sums().users, expected);
  EXPECT_TRUE(shop.books.sums().agree()) << ::testing::PrintToString(shop.books.sums());
  shop.call(0, 5);
  shop.books.drain();
  EXPECT_EQ(shop.books.sums().users, expected + 5);
  EXPECT_TRUE(shop.books.sums().agree());
  EXPECT_EQ(shop.books.number("SELECT COUNT(*) FROM journals WHERE live = 1"), 0);
}

TEST_P(Engines, PutOneBadRecordAside) {
  Shop shop(database());
  shop.books.start();
  for (std::size_t i = 0; i < 11; ++i) shop.call(i, 10);
  shop.books.execute("DELETE FROM users WHERE id = " + std::to_string(shop.users[3].value));
  shop.books.flush();
  EXPECT_EQ(shop.books.ledger().snapshot().quarantined, 2u);
  EXPECT_EQ(shop.books.number("SELECT COUNT(*) FROM quarantine"), 2);
  EXPECT_EQ(shop.books.sums().users, 90);
  EXPECT_TRUE(shop.books.sums().agree()) << ::testing::PrintToString(shop.books.sums());
}

TEST_P(Engines, RefuseASecondNodeAndLetItInOnceTheFirstHasLeft) {
  Shop shop(database());
  shop.books.start();
  testing::TempFolder folder;
  Settings second = shop.books.settings;
  second.data_dir = folder.path();
  EXPECT_EQ(Ledger::start(shop.books.databases(), second, shop.books.clock).error().code(), ErrorCode::conflict);
  shop.books.drain();
  EXPECT_TRUE(Ledger::start(shop.books.databases(), second, shop.books.clock));
}

TEST_P(Engines, NoticeThatThePositionWentBack) {
  Shop shop(database());
  shop.books.start();
  for (std::size_t i = 0; i < 4; ++i) shop.call(i, 10);
  shop.books.flush();
  shop.books.execute("UPDATE journals SET position = 0");
  for (const char* table : {"users", "tokens", "channels"}) {
    shop.books.execute(std::string("UPDATE ") + table + " SET used = 0, request_count = 0");
  }
  shop.books.execute("DELETE FROM statistics");
  shop.books.execute("DELETE FROM logs");
  shop.call(1, 2);
  EXPECT_FALSE(shop.books.ledger().flush_blocking(Deadline::never()));
  shop.books.flush();
  EXPECT_EQ(shop.books.sums().users, 42);
  EXPECT_TRUE(shop.books.sums().agree()) << ::testing::PrintToString(shop.books.sums());
}

TEST_P(Servers, MayGoAwayAndAreCaughtUpWith) {
  Shop shop(database(), database("_log"));
  shop.books.start();
  for (std::size_t i = 0; i < 5; ++i) shop.call(i, 10);
  shop.books.flush();
  DatabaseServers::instance().stop(kind());
  for (std::size_t i = 0; i < 5; ++i) {
    const Account account = shop.books.ledger().find(shop.users[i], shop.keys[i]);
    if (!account) continue;
    auto held = shop.books.worker().open(account, per_token(), Decimal(1), {10}, shop.books.facts(shop.channels[i]));
    ASSERT_TRUE(held) << "loaded accounts go on";
    held->settle(tokens(5, 5));
  }
  const auto away = shop.books.ledger().flush_blocking(Deadline::never());
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code(), ErrorCode::storage_unavailable);
  EXPECT_GT(shop.books.ledger().snapshot().journal_depth, 0u);
  EXPECT_TRUE(shop.books.ledger().admitting());
  DatabaseServers::instance().start(kind());
  shop.books.flush();
  ASSERT_TRUE(shop.books.db().reconnect());
  ASSERT_TRUE(shop.books.log_db().reconnect());
  EXPECT_EQ(shop.books.sums().users, 100);
  EXPECT_TRUE(shop.books.sums().agree()) << ::testing::PrintToString(shop.books.sums());
}

std::string name_of(const ::testing::TestParamInfo<Where>& info) {
  if (info.param == Where::sqlite) return "sqlite";
  return info.param == Where::postgresql ? "postgresql" : "mariadb";
}
INSTANTIATE_TEST_SUITE_P(All, Engines, ::testing::Values(Where::sqlite, Where::postgresql, Where::mariadb), name_of);
INSTANTIATE_TEST_SUITE_P(All, Servers, ::testing::Values(Where::postgresql, Where::mariadb), name_of);

}  // namespace
}  // namespace tollgate::ledger
