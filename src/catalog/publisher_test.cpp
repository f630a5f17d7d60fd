#include "catalog/publisher.h"

#include <future>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "catalog/testing.h"
#include "store/options.h"
#include "support/temp_storage.h"

namespace tollgate::catalog {
namespace {

class Publishing : public ::testing::Test {
 protected:
  Publishing() {
    temp.run([&](store::Session& db) { return store::create_group(db, rows.rows.groups[0]); });
  }
  ~Publishing() override {
    if (publisher) publisher->stop();
    workers.stop();
    publisher.reset();
  }
  void start(std::int64_t poll_ms = 0) {
    publisher.emplace(
        workers, *temp.storage, rows.builder, generations,
        [this](store::Session&) -> Result<std::shared_ptr<const config::Settings>> {
          if (settings_fail) return fail(ErrorCode::storage_unavailable, "away");
          return std::make_shared<const config::Settings>(rows.settings);
        },
        Publisher::Options{.poll_ms = poll_ms, .retry_ms = 1'000});
    workers.start();
    ASSERT_TRUE(publisher->start());
  }
  void add_channel(std::int64_t id) {
    temp.run([&](store::Session& db) { return store::create_channel(db, rows.channel(id, "m")); });
  }
  // How many channels each worker sees.
  std::set<std::size_t> seen() {
    std::mutex mutex;
    std::set<std::size_t> out;
    workers.on_each([&](net::Worker& worker) {
      const std::lock_guard lock(mutex);
      out.insert(publisher->on(worker)->channels().size());
    });
    return out;
  }
  // Turns until it holds; the test's time limit is the only other end.
  template <class Condition>
  void wait_until(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }

  ::tollgate::testing::TempStorage temp;
  testing::Rows rows;
  TokenGenerations generations;
  net::WorkerPool workers{3, net::WorkerOptions{.clock = &temp.clock, .thread_name = "w", .on_uncaught = {}}};
  std::atomic<bool> settings_fail{false};
  std::optional<Publisher> publisher;
};

TEST_F(Publishing, EveryWorkerHasTheFirstSnapshotBeforeAnythingLater) {
  add_channel(1);
  start();
  EXPECT_EQ(seen(), std::set<std::size_t>{1});
  EXPECT_EQ(publisher->newest()->channels().size(), 1U);
}

TEST_F(Publishing, AnswersWhenEveryWorkerHasTheChange) {
  start();
  for (std::int64_t id = 1; id <= 5; ++id) {
    add_channel(id);
    ASSERT_TRUE(publisher->publish_blocking());
    EXPECT_EQ(seen(), std::set<std::size_t>{static_cast<std::size_t>(id)});
  }
}

TEST_F(Publishing, AnswersACoroutineOnItsOwnWorker) {
  start();
  add_channel(1);
  std::promise<std::size_t> answer;
  const auto ask = [&]() -> net::Task<void> {
    net::Worker& before = net::Worker::current();
    const auto published = co_await publisher->publish();
    EXPECT_TRUE(published);
    EXPECT_EQ(&before, &net::Worker::current());
    answer.set_value(publisher->on(before)->channels().size());
  };
  workers[2].spawn_from_anywhere(ask());
  EXPECT_EQ(answer.get_future().get(), 1U);
}

TEST_F(Publishing, AnswersManyChangesWithFewBuilds) {
  start();
  const std::uint64_t before = publisher->builds();
  for (int i = 0; i < 200; ++i) publisher->catalog_changed();
  ASSERT_TRUE(publisher->publish_blocking());
  EXPECT_LE(publisher->builds() - before, 50U);
}

TEST_F(Publishing, ARequestKeepsItsSnapshotAndTheOldOneGoesWhenNobodyHoldsIt) {
  add_channel(1);
  start();
  std::shared_ptr<const Catalog> pinned;
  std::weak_ptr<const Catalog> old;
  workers.on_each([&](net::Worker& worker) {
    if (worker.index() != 1) return;
    pinned = publisher->on(worker);
    old = pinned;
  });
  add_channel(2);
  ASSERT_TRUE(publisher->publish_blocking());
  EXPECT_EQ(pinned->channels().size(), 1U);
  pinned.reset();
  wait_until([&] { return old.expired(); });
}

TEST_F(Publishing, PicksUpWhatAnotherNodeChanged) {
  start(/*poll_ms=*/60'000);
  add_channel(1);
  temp.run([](store::Session& db) { return mark_change(db, Changed::catalog); });
  EXPECT_EQ(seen(), std::set<std::size_t>{0});
  const auto before = generations.of(UserId{1});
  temp.run([](store::Session& db) { return mark_change(db, Changed::tokens); });
  wait_until([&] {
    temp.clock.advance_ms(1'000);
    return seen() == std::set<std::size_t>{1} && generations.of(UserId{1}) != before;
  });
}

TEST_F(Publishing, ItsOwnChangesAreMarkedForOthersAndNotTakenForTheirs) {
  start();
  const auto marks = [&] { return temp.run([](store::Session& db) { return read_change_marks(db); }); };
  const ChangeMarks first = marks();
  ASSERT_TRUE(publisher->publish_blocking());
  wait_until([&] { return marks().catalog != first.catalog; });
  EXPECT_EQ(marks().tokens, first.tokens);
  publisher->token_changed(UserId{1}, /*made=*/true);
  wait_until([&] { return marks().tokens != first.tokens; });
}

TEST_F(Publishing, TellsTheFeed) {
  struct Feed final : ChangeFeed {
    void announce(Changed what) override { (what == Changed::catalog ? catalog : tokens) = true; }
    std::atomic<bool> catalog{false}, tokens{false};
  } feed;
  start();
  publisher->set_feed(&feed);
  publisher->catalog_changed();
  publisher->token_changed(UserId{1});
  wait_until([&] { return feed.catalog.load() && feed.tokens.load(); });
  const auto builds = publisher->builds();
  publisher->changed_elsewhere(Changed::catalog);
  wait_until([&] { return publisher->builds() > builds; });
}

TEST_F(Publishing, ATokensChangeHoldsAtOnce) {
  start();
  const auto before = generations.of(UserId{7});
  publisher->token_changed(UserId{7});
  EXPECT_NE(generations.of(UserId{7}), before);
}

TEST_F(Publishing, KeepsTheOldSnapshotAndTriesAgainWhenABuildFails) {
  start();
  add_channel(1);
  settings_fail = true;
  EXPECT_EQ(publisher->publish_blocking().error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(publisher->failed_builds(), 1U);
  EXPECT_EQ(seen(), std::set<std::size_t>{0});
  settings_fail = false;
  wait_until([&] {
    temp.clock.advance_ms(500);
    return seen() == std::set<std::size_t>{1};
  });
}

TEST_F(Publishing, CannotStartWithoutASnapshot) {
  settings_fail = true;
  publisher.emplace(
      workers, *temp.storage, rows.builder, generations,
      [](store::Session&) -> Result<std::shared_ptr<const config::Settings>> {
        return fail(ErrorCode::storage_unavailable, "away");
      },
      Publisher::Options{});
  EXPECT_EQ(publisher->start().error().code(), ErrorCode::storage_unavailable);
}

TEST_F(Publishing, ReportsRowsThatCannotBeUsed) {
  rows.channel(1, "m").type = 987'654;
  temp.run([&](store::Session& db) { return store::create_channel(db, rows.rows.channels[0]); });
  start();
  ASSERT_EQ(publisher->problems().size(), 1U);
  EXPECT_EQ(publisher->problems()[0].what, "channel 1 (channel-1)");
}

TEST_F(Publishing, AfterStoppingItSaysSo) {
  start();
  publisher->stop();
  EXPECT_EQ(publisher->publish_blocking().error().code(), ErrorCode::shutting_down);
}

// For the thread sanitizer: workers read, threads change.
TEST_F(Publishing, MayBeChangedFromManyThreadsWhileWorkersRead) {
  start();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        publisher->catalog_changed();
        publisher->token_changed(UserId{t});
        static_cast<void>(publisher->newest()->groups().size());
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(seen().size(), 1U);
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(publisher->publish_blocking());
}

}  // namespace
}  // namespace tollgate::catalog
