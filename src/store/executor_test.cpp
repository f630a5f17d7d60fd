#include "store/executor.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "net/task.h"
#include "net/worker.h"
#include "store/options.h"
#include "store/query.h"
#include "store/store_fixture.h"
#include "store/users.h"
#include "support/database_servers.h"
#include "support/fake_clock.h"

namespace tollgate::store {
namespace {

/// Opens once.
class Gate {
 public:
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

auto set_job(std::string name) {
  return [name = std::move(name)](Session& db) { return set_meta_value(db, name, "v"); };
}
auto get_job(std::string name) {
  return [name = std::move(name)](Session& db) { return meta_value(db, name); };
}

using Executors = StoreTest;
TOLLGATE_ON_ALL_ENGINES(Executors);

TEST_P(Executors, RunJobsOnTheirThreads) {
  Executor executor(database(), {});
  VALUE(executor.run_blocking(set_job("a")));
  EXPECT_EQ(VALUE(executor.read_blocking(get_job("a"))), "v");
  const auto self = std::this_thread::get_id();
  EXPECT_NE(
      VALUE(executor.read_blocking([](Session&) -> Result<std::thread::id> { return std::this_thread::get_id(); })),
      self);
  EXPECT_CODE(executor.read_blocking([](Session&) -> Result<int> { return fail(ErrorCode::not_found, "x"); }),
              ErrorCode::not_found);
}

TEST_P(Executors, AreAwaitedByWorkers) {
  Executor executor(database(), {});
  net::Worker worker;
  std::optional<Result<std::string>> answer;
  bool same_thread = false;
  worker.spawn_from_anywhere([](Executor& storage, net::Worker& loop, auto& out, bool& same) -> net::Task<void> {
    const auto before = std::this_thread::get_id();
    auto written = co_await storage.run(set_job("a"), Deadline::never());
    if (written) out = co_await storage.read(get_job("a"), Deadline::never());
    same = std::this_thread::get_id() == before;
    loop.stop_soon();
  }(executor, worker, answer, same_thread));
  worker.run();
  ASSERT_TRUE(answer);
  EXPECT_EQ(VALUE(std::move(*answer)), "v");
  EXPECT_TRUE(same_thread);
}

TEST_P(Executors, DoNotRunWhatIsTooLate) {
  testing::FakeClock clock;
  ExecutorOptions options;
  options.clock = &clock;
  options.threads = 1;
  Executor executor(database(), options);
  Gate started, release;
  std::thread holder([&] {
    VALUE(executor.run_blocking([&](Session&) -> Result<void> {
      started.open();
      release.wait();
      return {};
    }));
  });
  started.wait();
  std::atomic<bool> ran = false;
  const Deadline deadline = Deadline::after_ms(clock.mono_ns(), 100);
  std::optional<Result<void>> late;
  std::thread waiter([&] {
    late = executor.run_blocking(
        [&](Session&) -> Result<void> {
          ran = true;
          return {};
        },
        deadline);
  });
  while (executor.stats().waiting == 0) std::this_thread::yield();
  clock.advance_ms(200);
  release.open();
  waiter.join();
  holder.join();
  EXPECT_CODE(Result<void>(*late), ErrorCode::storage_unavailable);
  EXPECT_FALSE(ran);
}

TEST_P(Executors, TurnAwayWhatTheQueueCannotHold) {
  ExecutorOptions options;
  options.threads = 1;
  options.queue_limit = 1;
  Executor executor(database(), options);
  Gate started, release;
  std::thread holder([&] {
    VALUE(executor.run_blocking([&](Session&) -> Result<void> {
      started.open();
      release.wait();
      return {};
    }));
  });
  started.wait();
  std::thread waiter([&] { VALUE(executor.run_blocking(set_job("a"))); });
  while (executor.stats().waiting == 0) std::this_thread::yield();
  EXPECT_CODE(executor.run_blocking(set_job("b")), ErrorCode::overloaded);
  release.open();
  waiter.join();
  holder.join();
  executor.stop();
  EXPECT_CODE(executor.run_blocking(set_job("c")), ErrorCode::shutting_down);
}

TEST_P(Executors, LeaveNoTransactionOpenBetweenJobs) {
  ExecutorOptions options;
  options.threads = 1;
  Executor executor(database(), options);
  VALUE(executor.run_blocking([](Session& db) -> Result<void> {
    if (auto begun = db.begin(); !begun) return begun;
    return set_meta_value(db, "a", "v");
  }));
  EXPECT_EQ(VALUE(executor.run_blocking(get_job("a"))), "");
  EXPECT_CODE(executor.run_blocking([](Session&) -> Result<void> { throw std::runtime_error("bug"); }),
              ErrorCode::internal);
  VALUE(executor.run_blocking(set_job("b")));
}

TEST_P(Executors, ServeManyAtOnceWithoutATurnedAwayWriter) {
  Executor executor(database(), {});
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string name = std::to_string(t) + "." + std::to_string(i);
        if (!executor.run_blocking(set_job(name))) ++failed;
        auto seen = executor.read_blocking(get_job(name));
        if (!seen || *seen != "v") ++failed;
      }
    });
  }
  // Meanwhile the flusher writes through a connection of its own.
  for (int i = 0; i < 25; ++i) {
    const auto flushed =
        transaction(db(), "flush", [&]() -> Result<void> { return set_meta_value(db(), "flush", std::to_string(i)); });
    if (!flushed) ++failed;
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

TEST_P(Executors, ServeASeparateLogDatabase) {
  Dsn log = database().dsn();
  if (log.engine == Engine::sqlite) {
    log.path += ".log";
  } else {
    log = fresh_database(log.engine, {});
  }
  const Databases databases = VALUE(open_databases(database().dsn(), log, kNow));
  Storage storage(databases);
  VALUE(storage.main().run_blocking(set_job("a")));
  EXPECT_EQ(VALUE(storage.main().read_blocking(get_job("a"))), "v");
  EXPECT_EQ(VALUE(storage.log().read_blocking(get_job("a"))), "");
  storage.stop();
}

/// The server goes away in the middle: what runs fails, and all is well once it is back.
class ServerLoss : public StoreTest {
 protected:
  [[nodiscard]] testing::ServerKind kind() const {
    return GetParam() == Engine::postgresql ? testing::ServerKind::postgresql : testing::ServerKind::mariadb;
  }
  void TearDown() override {
    testing::DatabaseServers::instance().start(kind());
    StoreTest::TearDown();
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerLoss, ::testing::Values(Engine::postgresql, Engine::mysql), engine_test_name);

TEST_P(ServerLoss, IsReportedAndMended) {
  auto& servers = testing::DatabaseServers::instance();
  ExecutorOptions options;
  options.threads = 1;
  Executor executor(database(), options);
  VALUE(executor.run_blocking(set_job("before")));

  servers.stop(kind());
  EXPECT_CODE(executor.run_blocking(set_job("during")), ErrorCode::storage_unavailable);
  EXPECT_CODE(executor.read_blocking(get_job("before")), ErrorCode::storage_unavailable);
  EXPECT_CODE(set_meta_value(db(), "during", "v"), ErrorCode::storage_unavailable);
  EXPECT_TRUE(db().broken());
  EXPECT_CODE(transaction(db(), "t", [&]() -> Result<void> { return {}; }), ErrorCode::storage_unavailable);
  EXPECT_CODE(db().reconnect(), ErrorCode::storage_unavailable);
  EXPECT_CODE(Database::open(database().dsn(), Database::Kind::main, kNow), ErrorCode::storage_unavailable);

  servers.start(kind());
  EXPECT_EQ(VALUE(executor.read_blocking(get_job("before"))), "v");
  VALUE(executor.run_blocking(set_job("after")));
  VALUE(db().reconnect());
  EXPECT_EQ(VALUE(meta_value(db(), "during")), "");
  EXPECT_EQ(VALUE(meta_value(db(), "after")), "v");
}

TEST_P(ServerLoss, OfAnIdleConnectionIsNotNoticedByReaders) {
  auto& servers = testing::DatabaseServers::instance();
  ExecutorOptions options;
  options.threads = 1;
  Executor executor(database(), options);
  VALUE(executor.run_blocking(set_job("a")));
  servers.stop(kind());
  servers.start(kind());
  EXPECT_EQ(VALUE(executor.read_blocking(get_job("a"))), "v");
}

TEST_P(ServerLoss, OfAnIdleConnectionIsNotNoticedByWritersAfterAWhile) {
  auto& servers = testing::DatabaseServers::instance();
  testing::FakeClock clock;
  ExecutorOptions options;
  options.threads = 1;
  options.clock = &clock;
  Executor executor(database(), options);
  VALUE(executor.run_blocking(set_job("a")));
  servers.stop(kind());
  servers.start(kind());
  clock.advance_ms(60'000);
  VALUE(executor.run_blocking(set_job("b")));
}

TEST_P(ServerLoss, InATransactionUndoesIt) {
  auto& servers = testing::DatabaseServers::instance();
  const auto lost = transaction(db(), "t", [&]() -> Result<void> {
    VALUE(set_meta_value(db(), "half", "v"));
    servers.stop(kind());
    return set_meta_value(db(), "other", "v");
  });
  EXPECT_CODE(Result<void>(lost), ErrorCode::storage_unavailable);
  EXPECT_FALSE(db().in_transaction());
  servers.start(kind());
  VALUE(db().reconnect());
  EXPECT_EQ(VALUE(meta_value(db(), "half")), "");
}

}  // namespace
}  // namespace tollgate::store
