#include "net/offload.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/run_blocking.h"
#include "support/fake_clock.h"

namespace tollgate::net {
namespace {

struct Session {
  std::thread::id thread = std::this_thread::get_id();
  int used = 0;
  std::atomic<int> rests = 0;
  void rest() { ++rests; }
};
using Pool = OffloadPool<Session>;

std::unique_ptr<Pool> make_pool(OffloadOptions options) {
  return std::make_unique<Pool>(std::move(options), [](std::size_t) { return std::make_unique<Session>(); });
}

class OffloadTest : public ::testing::Test {
 protected:
  void SetUp() override { worker_.start(); }
  void TearDown() override { worker_.stop(); }
  Worker worker_;
};

Task<Result<int>> use_session(Pool& pool) {
  auto used = co_await pool.run(
      [](Session& session) -> Result<int> {
        if (session.thread != std::this_thread::get_id()) return fail(ErrorCode::internal, "another's session");
        return ++session.used;
      },
      Deadline::never());
  EXPECT_EQ(Worker::current_or_null(), &Worker::current()) << "back on the worker";
  co_return used;
}

TEST_F(OffloadTest, RunsOnAThreadThatOwnsItsContext) {
  auto pool = make_pool({.threads = 1});
  EXPECT_EQ(run_blocking(worker_, use_session(*pool)).value(), 1);
  EXPECT_EQ(run_blocking(worker_, use_session(*pool)).value(), 2);
  EXPECT_EQ(pool->run_blocking([](Session& session) { return session.used; }).value(), 2);
  EXPECT_TRUE(pool->run_blocking([](Session&) {}).has_value());
}

TEST_F(OffloadTest, ThreadsRestOnceAfterEachTimeOfWork) {
  auto pool = make_pool({.threads = 1, .rest_after_ms = 5});
  std::atomic<int>* rests = nullptr;
  const auto work = [&] {
    return pool->run_blocking([&](Session& session) {
      rests = &session.rests;
      return session.rests.load();
    });
  };
  for (int round = 0; round < 2; ++round) {
    const int before = work().value();
    for (int i = 0; i < 2'000 && *rests == before; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_EQ(*rests, before + 1);
  }
}

TEST_F(OffloadTest, AnswersErrorsAndExceptionsAsErrors) {
  auto pool = make_pool({});
  auto failed = pool->run_blocking([](Session&) -> Result<int> { return fail(ErrorCode::conflict, "no"); });
  EXPECT_EQ(failed.error().code(), ErrorCode::conflict);
  auto thrown = pool->run_blocking([](Session&) -> int { throw std::runtime_error("secret reason"); });
  EXPECT_EQ(thrown.error().code(), ErrorCode::internal);
  EXPECT_EQ(thrown.error().message().find("secret"), std::string::npos);
  EXPECT_EQ(thrown.error().detail(), "secret reason");
}

/// Keeps a pool's only thread busy until told.
struct Blocker {
  explicit Blocker(Pool& pool)
      : thread([this, &pool] {
          (void)pool.run_blocking([this](Session&) {
            running.count_down();
            release.wait();
          });
        }) {
    running.wait();
  }
  void end() {
    release.count_down();
    thread.join();
  }
  std::latch running{1}, release{1};
  std::thread thread;
};

TEST_F(OffloadTest, RefusesWhatDoesNotFitItsQueue) {
  auto pool = make_pool({.threads = 1, .queue_limit = 1});
  Blocker blocker(*pool);
  std::atomic<bool> ran = false;
  std::thread waiting([&] { (void)pool->run_blocking([&](Session&) { ran = true; }); });
  while (pool->stats().waiting == 0) std::this_thread::yield();
  EXPECT_EQ(run_blocking(worker_, use_session(*pool)).error().code(), ErrorCode::overloaded);
  EXPECT_EQ(pool->stats().refused, 1U);
  blocker.end();
  waiting.join();
  EXPECT_TRUE(ran);
}

TEST_F(OffloadTest, AnswersAJobPastItsDeadlineWithoutRunningIt) {
  testing::FakeClock clock;
  WorkerOptions options;
  options.clock = &clock;
  Worker worker(options);
  worker.start();
  auto pool = make_pool({.threads = 1, .clock = &clock, .expired = ErrorCode::storage_unavailable});
  Blocker blocker(*pool);
  std::atomic<bool> ran = false;
  std::thread mover([&] {
    while (pool->stats().waiting == 0) std::this_thread::yield();
    clock.advance_ms(2'000);
  });
  const auto answer = run_blocking(worker, [](Pool& p, std::atomic<bool>& flag) -> Task<Result<void>> {
    co_return co_await p.run([&](Session&) { flag = true; }, Worker::current().in_ms(1'000));
  }(*pool, ran));
  mover.join();
  EXPECT_EQ(answer.error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(pool->stats().waiting, 0U) << "it left the queue while the thread was still busy";
  EXPECT_EQ(pool->stats().expired, 1U);
  blocker.end();
  worker.stop();
  EXPECT_FALSE(ran);
}

TEST_F(OffloadTest, RefusesWhatWaitsWhenItStops) {
  auto pool = make_pool({.threads = 1, .queue_limit = 1});
  Blocker blocker(*pool);
  std::optional<ErrorCode> answer;
  std::thread waiting([&] {
    auto result = run_blocking(worker_, use_session(*pool));
    if (!result) answer = result.error().code();
  });
  while (pool->stats().waiting == 0) std::this_thread::yield();
  std::thread stopping([&] { pool->stop(); });
  while (pool->run_blocking([](Session&) {}, Deadline::never()).error().code() != ErrorCode::shutting_down) {
    std::this_thread::yield();
  }
  blocker.end();
  stopping.join();
  waiting.join();
  EXPECT_EQ(answer, ErrorCode::shutting_down);
  EXPECT_GE(pool->stats().refused, 2U);
}

TEST_F(OffloadTest, SurvivesAWorkerThatStopsInTheMiddle) {
  auto pool = make_pool({.threads = 1});
  auto worker = std::make_unique<Worker>();
  worker->start();
  std::latch running{1}, release{1};
  std::string frame_owned;
  worker->spawn_from_anywhere([](Pool& p, std::latch& started, std::latch& go) -> Task<void> {
    std::string in_frame = "alive";
    (void)co_await p.run(
        [&](Session&) {
          started.count_down();
          go.wait();
          in_frame += "!";  // the frame must not be gone
        },
        Deadline::never());
  }(*pool, running, release));
  running.wait();
  std::thread stopping([&] { worker->stop(); });
  release.count_down();
  stopping.join();
}

}  // namespace
}  // namespace tollgate::net
