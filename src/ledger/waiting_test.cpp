#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "ledger/books_fixture.h"
#include "ledger/completion.h"
#include "ledger/ledger.h"
#include "net/worker.h"
#include "store/executor.h"

/// What coroutines on workers wait for.
namespace tollgate::ledger {
namespace {

using testing::Books;

/// Counts what has ended, for the test's thread to wait for.
class Done {
 public:
  void add() {
    const std::scoped_lock lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST(LedgerOnAWorker, LoadsAnAccountOnceForAllWhoAsk) {
  Books books;
  const UserId user = books.user(100);
  const TokenId token = books.token(user, 50);
  Ledger& ledger = books.start();
  store::Executor executor(books.databases().main(), {.threads = 2});
  net::Worker worker;
  worker.start();
  Done done;
  std::vector<Account> accounts(20);
  const auto ask = [&](std::size_t i) -> net::Task<void> {
    auto account = co_await ledger.load(executor, user, token, Deadline::never());
    EXPECT_TRUE(account);
    if (account) accounts[i] = *account;
    done.add();
  };
  for (std::size_t i = 0; i < accounts.size(); ++i) worker.spawn_from_anywhere(ask(i));
  done.wait_for(20);
  for (const Account& account : accounts) {
    ASSERT_TRUE(account);
    EXPECT_EQ(account.user(), accounts[0].user());
    EXPECT_EQ(account.available(), 50);
  }
  worker.stop();
}

TEST(LedgerOnAWorker, SaysThatAnAccountDoesNotExistToAllWhoAsk) {
  Books books;
  Ledger& ledger = books.start();
  store::Executor executor(books.databases().main(), {.threads = 1});
  net::Worker worker;
  worker.start();
  Done done;
  const auto ask = [&]() -> net::Task<void> {
    auto account = co_await ledger.load(executor, UserId{77}, TokenId{}, Deadline::never());
    EXPECT_FALSE(account);
    if (!account) EXPECT_EQ(account.error().code(), ErrorCode::not_found);
    done.add();
  };
  for (int i = 0; i < 5; ++i) worker.spawn_from_anywhere(ask());
  done.wait_for(5);
  worker.stop();
}

TEST(LedgerOnAWorker, WaitsUntilTheCellsHaveAGrant) {
  Books books;
  const UserId user = books.user(100);
  Ledger& ledger = books.start();
  const Account account = books.account(user, TokenId{});
  books.grant(AccountKey::of(user), 11);
  net::Worker worker;
  worker.start();
  Done done;
  const auto ask = [&]() -> net::Task<void> {
    auto reloaded = co_await ledger.reload({AccountKey::of(user)});
    EXPECT_TRUE(reloaded);
    EXPECT_EQ(account.available(), 111);
    done.add();
  };
  worker.spawn_from_anywhere(ask());
  done.wait_for(1);
  worker.stop();
}

TEST(LedgerOnAWorker, AnswersAtOnceAfterTheDrain) {
  Books books;
  Ledger& ledger = books.start();
  ASSERT_TRUE(ledger.drain(Deadline::after_ms(books.clock.mono_ns(), 1'000)));
  net::Worker worker;
  worker.start();
  Done done;
  const auto ask = [&]() -> net::Task<void> {
    auto answer = co_await ledger.reload({});
    EXPECT_FALSE(answer);
    if (!answer) EXPECT_EQ(answer.error().code(), ErrorCode::shutting_down);
    done.add();
  };
  worker.spawn_from_anywhere(ask());
  done.wait_for(1);
  worker.stop();
}

TEST(Completion, DoesNotWakeACoroutineThatIsGone) {
  const auto completion = std::make_shared<Completion>();
  net::Worker worker;
  worker.start();
  Done done;
  bool woken = false;
  const auto ask = [&]() -> net::Task<void> {
    done.add();
    (void)co_await Completion::wait(completion);
    woken = true;
  };
  worker.spawn_from_anywhere(ask());
  done.wait_for(1);
  worker.stop();  // destroys what is suspended
  completion->set({});
  EXPECT_FALSE(woken);
}

}  // namespace
}  // namespace tollgate::ledger
