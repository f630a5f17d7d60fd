#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ledger/ledger_fixture.h"
#include "store/logs.h"
#include "store/names.h"

namespace tollgate::ledger {
namespace {

using testing::per_token;
using testing::tokens;

TEST_F(LedgerTest, ReservesBeforeAndChargesAfter) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  EXPECT_EQ(account.token()->available(), 500);
  EXPECT_EQ(account.user()->available(), 900);
  EXPECT_EQ(books.ledger().snapshot().reserved, 100);
  EXPECT_EQ(held->settle(tokens(30, 7)), 37);
  EXPECT_FALSE(held->is_open());
  EXPECT_EQ(account.token()->available(), 563);
  EXPECT_EQ(account.user()->available(), 963);
  EXPECT_EQ(books.ledger().live_used(AccountKey::of(user), 0), 37) << "before the database has it";
  EXPECT_EQ(books.ledger().snapshot().reserved, 0);

  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), 37);
  EXPECT_EQ(books.used(AccountKey::of(token)), 37);
  EXPECT_TRUE(books.sums().agree()) << ::testing::PrintToString(books.sums());
  EXPECT_EQ(books.ledger().snapshot().journal_depth, 0u);
}

TEST_F(LedgerTest, WritesWhatIsKnownAboutACallIntoItsLogRow) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  CallFacts& facts = held->facts();
  facts.upstream_model = books.worker().name("gpt-4o-2024");
  facts.add_attempt(ChannelId{99}, ErrorCode::upstream_timeout);
  facts.add_attempt(channel, std::nullopt);
  facts.stream = facts.estimated = facts.backup_group = true;
  facts.first_byte_ms = 120;
  facts.latency_ms = 2'500;
  facts.client_dialect = llm::DialectId::claude;
  facts.operation = llm::Operation::completions;
  facts.client_ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 7};
  const std::string request_id(facts.request_id.view());
  llm::Usage usage = tokens(10, 20);
  usage.cache_read = 5;
  usage.reasoning = 4;
  held->settle(usage);
  books.flush();

  const auto rows = books.log_rows();
  ASSERT_EQ(rows.size(), 1u);
  const store::LogRow& row = rows[0];
  EXPECT_EQ(row.type, store::LogType::consume);
  EXPECT_EQ(row.created_at, (books.clock.unix_ms() + 2'500) / 1000);
  EXPECT_EQ(row.user, user);
  EXPECT_EQ(row.token, token);
  EXPECT_EQ(row.channel, channel);
  EXPECT_EQ(row.quota, 35);
  EXPECT_EQ(row.input_tokens, 10);
  EXPECT_EQ(row.cache_read_tokens, 5);
  EXPECT_EQ(row.output_tokens, 20);
  EXPECT_EQ(row.reasoning_tokens, 4);
  EXPECT_EQ(row.price_version, 3);
  EXPECT_EQ(row.group_ratio_micros, 1'000'000);
  EXPECT_EQ(row.duration_ms, 2'500);
  EXPECT_EQ(row.first_byte_ms, 120);
  EXPECT_EQ(row.status, 200);
  EXPECT_EQ(row.flags, store::kLogStream | store::kLogEstimated | store::kLogBackupGroup);
  EXPECT_EQ(row.dialects, 1);
  EXPECT_EQ(row.request_id, request_id);
  EXPECT_EQ(row.ip, "192.0.2.7");
  EXPECT_EQ(row.attempts,
            "[{\"channel\":99,\"error\":\"upstream_timeout\"},{\"channel\":" + std::to_string(channel.value) + "}]");
  EXPECT_EQ(row.details, "{\"operation\":\"completions\"}");
  const auto names = store::find_names(books.db(), {row.model, row.upstream_model, row.group});
  ASSERT_TRUE(names);
  std::vector<std::string> texts;
  for (const auto& name : *names) texts.push_back(name.text);
  std::ranges::sort(texts);
  EXPECT_EQ(texts, (std::vector<std::string>{"default", "gpt-4o", "gpt-4o-2024"}));
}

TEST_F(LedgerTest, GivesAllBackIfNothingWasDelivered) {
  start();
  {
    auto held = open(100);
    ASSERT_TRUE(held);
    held->facts().status = 502;
    held->facts().error = books.worker().name("upstream_reset");
  }
  EXPECT_EQ(account.user()->available(), 1'000);
  books.flush();
  EXPECT_EQ(books.sums().users, 0);
  const auto rows = books.log_rows();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].type, store::LogType::error);
  EXPECT_EQ(rows[0].status, 502);
  EXPECT_EQ(books.number("SELECT SUM(errors) FROM statistics"), 1);
  EXPECT_EQ(books.number("SELECT SUM(request_count) FROM users"), 0);
}

TEST_F(LedgerTest, ChargesWhatWasDeliveredWhenACallIsDropped) {
  start();
  {
    auto held = open(100);
    ASSERT_TRUE(held);
    held->earn(tokens(20, 1));
    held->earn(tokens(20, 15));
    EXPECT_EQ(held->earned(), 35);
  }
  EXPECT_EQ(account.user()->available(), 965);
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), 35);
  EXPECT_TRUE(books.log_rows().at(0).has(store::kLogInterrupted));
}

TEST_F(LedgerTest, LeavesNoRowWhereNoneIsWanted) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  held->facts().no_log = true;
  held->settle(tokens(1, 1));
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), 2);
  EXPECT_TRUE(books.log_rows().empty());
  EXPECT_EQ(books.number("SELECT SUM(requests) FROM statistics"), 1);
}

TEST_F(LedgerTest, LogsACallThatWasRefusedBeforeItHeldAnything) {
  start();
  CallFacts facts = books.facts(ChannelId{});
  facts.status = 402;
  facts.error = books.worker().name("insufficient_user_quota");
  books.worker().log_refused(user, token, facts);
  books.flush();
  ASSERT_EQ(books.log_rows().size(), 1u);
  EXPECT_EQ(books.log_rows()[0].status, 402);
  books.drain();
}

TEST_F(LedgerTest, RefusesWhatTheBalanceDoesNotCover) {
  start();
  EXPECT_EQ(open(601).error().code(), ErrorCode::insufficient_token_quota);
  account = Account(books.account(user, token));
  const TokenId rich = books.token(user, 0, true);
  account = books.account(user, rich);
  EXPECT_EQ(open(1'001).error().code(), ErrorCode::insufficient_user_quota);
  EXPECT_EQ(account.user()->available(), 1'000);
  EXPECT_EQ(account.token()->available(), 0) << "undone when the user refused";
  EXPECT_TRUE(open(1'000));
}

TEST_F(LedgerTest, LetsAFreeModelThroughWithAnEmptyBalance) {
  user = books.user(0);
  token = books.token(user, 0);
  start();
  auto held = open(0, 0, Price());
  ASSERT_TRUE(held);
  EXPECT_EQ(held->settle(tokens(100, 100)), 0);
  books.flush();
  EXPECT_EQ(books.log_rows().at(0).output_tokens, 100);
  EXPECT_EQ(books.log_rows().at(0).quota, 0);
}

TEST_F(LedgerTest, ExtendsAStreamUntilTheBalanceEnds) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->extend_to(50)) << "held already";
  ASSERT_TRUE(held->extend_to(600));
  EXPECT_EQ(held->held(), 600);
  EXPECT_EQ(held->extend_to(601).error().code(), ErrorCode::insufficient_token_quota);
  EXPECT_EQ(held->held(), 600);
  held->earn(tokens(0, 600));
}

TEST_F(LedgerTest, StopsAStreamWhoseAccountIsDisabled) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  books.execute("UPDATE users SET status = 2");
  ASSERT_TRUE(books.ledger().reload_blocking({AccountKey::of(user)}));
  EXPECT_EQ(held->extend_to(200).error().code(), ErrorCode::account_disabled);
  EXPECT_EQ(open(1).error().code(), ErrorCode::account_disabled);
  books.execute("UPDATE users SET status = 1");
  books.execute("UPDATE tokens SET status = 2");
  ASSERT_TRUE(books.ledger().reload_blocking({AccountKey::of(user), AccountKey::of(token)}));
  EXPECT_EQ(open(1).error().code(), ErrorCode::disabled_api_key);
}

TEST_F(LedgerTest, FeedsWhatManagementGrants) {
  start();
  auto held = open(600);
  ASSERT_TRUE(held);
  EXPECT_FALSE(open(1));
  books.grant(AccountKey::of(token), 50);
  ASSERT_TRUE(books.ledger().reload_blocking({AccountKey::of(token)}));
  EXPECT_EQ(account.token()->available(), 50);
  EXPECT_TRUE(open(50));
  books.grant(AccountKey::of(token), -500);
  ASSERT_TRUE(books.ledger().reload_blocking({AccountKey::of(token)}));
  EXPECT_EQ(account.token()->available(), -450) << "the dropped call gave its 50 back";
}

TEST_F(LedgerTest, RereadsAllLiveAccountsEverySyncFrequency) {
  start();
  books.grant(AccountKey::of(user), 77);
  books.flush();
  EXPECT_EQ(account.user()->available(), 1'000);
  books.clock.advance_ms(books.settings.sync_frequency_s * 1'000 + 1);
  books.flush();
  EXPECT_EQ(account.user()->available(), 1'077);
}

TEST_F(LedgerTest, ForgetsIdleAccountsAndLoadsThemAnew) {
  start();
  open(10)->settle(tokens(4, 4));
  account = Account();
  books.clock.advance_ms(books.settings.idle_account_s * 1'000 + 1);
  books.flush();
  EXPECT_EQ(books.ledger().snapshot().accounts_users, 1u) << "used a moment ago, as the database tells";
  books.clock.advance_ms(books.settings.idle_account_s * 1'000 + 1);
  books.flush();
  EXPECT_EQ(books.ledger().snapshot().accounts_users, 0u);
  EXPECT_EQ(books.ledger().snapshot().accounts_tokens, 0u);
  EXPECT_FALSE(books.ledger().find(user, token));
  EXPECT_EQ(books.account(user, token).user()->available(), 992);
}

TEST_F(LedgerTest, SaysThatAnAccountDoesNotExist) {
  start();
  EXPECT_EQ(books.ledger().load_blocking(books.db(), UserId{12345}, token).error().code(), ErrorCode::not_found);
  EXPECT_EQ(books.ledger().load_blocking(books.db(), user, TokenId{12345}).error().code(), ErrorCode::not_found);
}

TEST_F(LedgerTest, SetsTheWholeMaximumAsideWhereTheBalanceAllows) {
  start();
  auto held = open(100, 500);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->held(), 500);
}

TEST_F(LedgerTest, RunsOneCallAtATimeThatTheBalanceMayNotCover) {
  start();
  auto first = open(100, 5'000);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->held(), 100);
  EXPECT_EQ(open(100, 5'000).error().code(), ErrorCode::insufficient_token_quota);
  auto covered = open(100, 200);
  ASSERT_TRUE(covered) << "what is covered runs beside it";
  EXPECT_EQ(account.token()->available(), 300);
  // The answer is longer than all that is left: an overdraft of one answer, counted.
  first->settle(tokens(0, 900));
  EXPECT_EQ(account.token()->available(), -500);
  EXPECT_EQ(books.ledger().snapshot().overdrafts, 1u);
  EXPECT_EQ(books.ledger().snapshot().overdraft_quota, 500);
  covered->settle(tokens(0, 100));
  EXPECT_FALSE(open(1));
  books.flush();
  EXPECT_TRUE(books.sums().agree());
}

TEST_F(LedgerTest, FreesTheOnePlaceWhenItsCallEnds) {
  start();
  {
    ASSERT_TRUE(open(100, 5'000));
  }
  auto again = open(100, 5'000);
  ASSERT_TRUE(again);
  again->settle(tokens(1, 1));
  EXPECT_TRUE(open(100, 5'000));
}

TEST_F(LedgerTest, RaisesTheHoldForADearerAttempt) {
  start();
  auto held = open(100);
  ASSERT_TRUE(held);
  ASSERT_TRUE(held->reprice(per_token(2), Decimal(1), {.estimate = 200}));
  EXPECT_EQ(held->held(), 200);
  ASSERT_TRUE(held->reprice(per_token(1), Decimal(1), {.estimate = 100}));
  EXPECT_EQ(held->held(), 200) << "what is held is kept";
  EXPECT_EQ(held->reprice(per_token(9), Decimal(1), {.estimate = 900}).error().code(),
            ErrorCode::insufficient_token_quota);
  EXPECT_EQ(held->settle(tokens(10, 0)), 10) << "at the last price that was held for";
  EXPECT_EQ(books.ledger().snapshot().reserved, 0);
}

TEST_F(LedgerTest, KeepsTotalsWithinBoundsWhateverAnUpstreamReports) {
  start();
  const Price dear = Price::from({.output = Decimal(9'000'000)}, 1).value();
  for (int i = 0; i < 3; ++i) {
    auto held = books.worker().open(account, Price::from({.output = Decimal::parse("0.000001").value()}, 1).value(),
                                    Decimal(1), {}, books.facts(channel));
    if (!held) break;
    ASSERT_TRUE(held->reprice(dear, Decimal(1), {}));
    held->settle(tokens(0, llm::kMaxTokenCount));
  }
  EXPECT_EQ(account.user()->used(), kQuotaLimit);
  EXPECT_FALSE(account.user()->closed());
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(user)), kQuotaLimit);
}

// An account that can pay for K calls is served K times, whoever asks and however many at once.
TEST_F(LedgerTest, ServesExactlyAsManyCallsAsTheBalancePaysFor) {
  constexpr unsigned kWorkers = 4;
  user = books.user(1'000'000);
  token = books.token(user, 16 * 37 + 36);
  start(kWorkers);
  std::atomic<int> served{0}, refused{0};
  std::vector<std::thread> threads;
  for (unsigned w = 0; w < kWorkers; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < 25; ++i) {
        CallFacts facts;
        facts.created_ms = 1'700'000'000'000;
        facts.channel = channel;
        auto held = books.worker(w).open(account, per_token(), Decimal(1), {37, 37}, facts);
        if (!held) {
          EXPECT_EQ(held.error().code(), ErrorCode::insufficient_token_quota);
          ++refused;
          continue;
        }
        EXPECT_GE(account.token()->available(), 0);
        held->settle(tokens(30, 7));
        ++served;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(served, 16);
  EXPECT_EQ(refused, 84);
  EXPECT_EQ(account.token()->available(), 36);
  books.flush();
  EXPECT_EQ(books.used(AccountKey::of(token)), 16 * 37);
  EXPECT_TRUE(books.sums().agree());
}

}  // namespace
}  // namespace tollgate::ledger
