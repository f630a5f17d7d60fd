#include "net/worker.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/event.h"
#include "net/run_blocking.h"
#include "support/fake_clock.h"

namespace tollgate::net {
namespace {

class WorkerTest : public ::testing::Test {
 protected:
  void SetUp() override { worker_.start(); }
  void TearDown() override { worker_.stop(); }
  Worker worker_;
};

Task<std::int64_t> add(std::int64_t a, std::int64_t b) { co_return a + b; }

Task<std::int64_t> sum_to(int n) {
  std::int64_t sum = 0;
  for (int i = 1; i <= n; ++i) sum = co_await add(sum, i);
  co_return sum;
}

TEST_F(WorkerTest, RunsTasksThatAwaitTasks) {
  // So many that anything but direct transfer between them would run out of stack.
  EXPECT_EQ(run_blocking(worker_, sum_to(100'000)), 5'000'050'000);
}

/// For the thread sanitizer: whoever posted has nothing more to do with a worker that may be gone.
TEST(Worker, MayGoAsSoonAsItsLastMessageIsGone) {
  for (int i = 0; i < 500; ++i) {
    auto token = std::make_shared<int>(1);
    const std::weak_ptr<int> message = token;
    auto worker = std::make_unique<Worker>();
    worker->start();
    std::thread poster(
        [to = worker.get(), kept = std::move(token)]() mutable { to->post([kept = std::move(kept)] {}); });
    worker->stop_soon();
    while (!message.expired()) std::this_thread::yield();
    worker.reset();
    poster.join();
  }
}

Task<int> throws_late() {
  co_await Worker::current().sleep(1);
  throw std::runtime_error("late");
}

TEST_F(WorkerTest, PassesExceptionsToTheAwaiter) {
  EXPECT_THROW(run_blocking(worker_, throws_late()), std::runtime_error);
}

Task<int> ready_or_not(bool ready) {
  const auto answer = [](bool at_once) -> MaybeTask<int> {
    if (at_once) return 1;
    return []() -> Task<int> {
      co_await Worker::current().sleep(1);
      co_return 2;
    }();
  };
  auto pending = answer(ready);
  EXPECT_EQ(pending.ready(), ready);
  co_return co_await pending;
}

TEST_F(WorkerTest, MaybeTaskAnswersAtOnceOrLater) {
  EXPECT_EQ(run_blocking(worker_, ready_or_not(true)), 1);
  EXPECT_EQ(run_blocking(worker_, ready_or_not(false)), 2);
}

TEST_F(WorkerTest, DeliversPostsOfManyThreadsInEachThreadsOrder) {
  constexpr int kThreads = 4, kEach = 2'000;
  std::vector<std::vector<int>> seen(kThreads);
  std::atomic<int> left = kThreads * kEach;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        worker_.post([&, t, i] {
          seen[static_cast<std::size_t>(t)].push_back(i);
          if (left.fetch_sub(1) == 1) left.notify_one();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int now = left; now != 0; now = left) left.wait(now);
  for (const auto& of_thread : seen) {
    ASSERT_EQ(of_thread.size(), static_cast<std::size_t>(kEach));
    EXPECT_TRUE(std::is_sorted(of_thread.begin(), of_thread.end()));
  }
}

TEST_F(WorkerTest, KnowsItself) {
  EXPECT_EQ(Worker::current_or_null(), nullptr);
  Worker* seen = nullptr;
  run_blocking(worker_, [](Worker*& out) -> Task<void> {
    out = Worker::current_or_null();
    co_return;
  }(seen));
  EXPECT_EQ(seen, &worker_);
}

TEST_F(WorkerTest, LosesNothingThatIsPostedWhileItStops) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = token;
  worker_.stop();
  worker_.post([kept = std::move(token)] { (void)kept; });
  EXPECT_TRUE(watched.expired()) << "a message to a stopped worker is destroyed";
}

Task<void> hold(std::shared_ptr<int> token, Event& never) {
  co_await never.wait();
  (void)token;
}

TEST_F(WorkerTest, DestroysSuspendedTasksWhenItStops) {
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = token;
  Event never(worker_);
  worker_.spawn_from_anywhere(hold(std::move(token), never));
  run_blocking(worker_, add(1, 2));
  EXPECT_FALSE(watched.expired());
  worker_.stop();
  EXPECT_TRUE(watched.expired());
}

TEST_F(WorkerTest, ReportsExceptionsOfSpawnedTasks) {
  std::string told;
  WorkerOptions options;
  options.on_uncaught = [&](const char* what) { told = what; };
  Worker other(options);
  other.start();
  other.spawn_from_anywhere([]() -> Task<void> {
    co_await Worker::current().sleep(0);
    throw std::runtime_error("lost");
  }());
  run_blocking(other, []() -> Task<void> { co_await Worker::current().sleep(20); }());
  other.stop();
  EXPECT_EQ(told, "lost");
}

Task<bool> sleep_long(CancelSignal& signal) { co_return co_await Worker::current().sleep(3'600'000, &signal); }

Task<void> trigger_soon(CancelSignal& signal) {
  co_await Worker::current().sleep(1);
  signal.trigger(ErrorCode::client_gone);
}

TEST_F(WorkerTest, ASignalEndsASleep) {
  CancelSignal signal;
  worker_.spawn_from_anywhere(trigger_soon(signal));
  EXPECT_FALSE(run_blocking(worker_, sleep_long(signal)));
  EXPECT_FALSE(run_blocking(worker_, sleep_long(signal))) << "and every later one at once";
  EXPECT_EQ(signal.error().code(), ErrorCode::client_gone);
}

TEST(WorkerClock, SleepsByTheClockItWasGiven) {
  testing::FakeClock clock;
  WorkerOptions options;
  options.clock = &clock;
  Worker worker(options);
  worker.start();
  std::atomic<bool> woke = false;
  worker.spawn_from_anywhere([](std::atomic<bool>& flag) -> Task<void> {
    co_await Worker::current().sleep(3'600'000);
    flag = true;
    flag.notify_one();
  }(woke));
  run_blocking(worker, add(1, 2));
  clock.advance_ms(3'500'000);
  run_blocking(worker, add(1, 2));
  EXPECT_FALSE(woke);
  clock.advance_ms(100'010);
  woke.wait(false);
  worker.stop();
}

Task<int> wait_event(Event& event, Deadline deadline) { co_return co_await event.wait(deadline) ? 1 : 0; }

TEST_F(WorkerTest, AnEventWakesAllThatWait) {
  Event event(worker_);
  std::atomic<int> woke = 0;
  for (int i = 0; i < 3; ++i) {
    worker_.spawn_from_anywhere([](Event& e, std::atomic<int>& count) -> Task<void> {
      count += co_await wait_event(e, Deadline::never());
      count.notify_one();
    }(event, woke));
  }
  worker_.post([&] { event.set(); });
  for (int now = woke; now != 3; now = woke) woke.wait(now);
  EXPECT_EQ(run_blocking(worker_, wait_event(event, Deadline::never())), 1) << "it stays set";
}

TEST_F(WorkerTest, AnEventsWaitEndsAtItsDeadline) {
  Event event(worker_);
  EXPECT_EQ(
      run_blocking(worker_,
                   [](Event& e) -> Task<int> { co_return co_await wait_event(e, Worker::current().in_ms(1)); }(event)),
      0);
}

TEST(WorkerPool, RunsOnEveryWorker) {
  WorkerPool pool(3, {});
  pool.start();
  std::atomic<std::size_t> sum = 0;
  pool.on_each([&](Worker& worker) { sum += worker.index() + 1; });
  EXPECT_EQ(sum, 6U);
  pool.stop();
}

struct BufferUser final : ReadBufferUser {
  int taken = 0;
  void on_read_buffer_taken() override { ++taken; }
};

TEST_F(WorkerTest, TellsTheReadBuffersUserBeforeAnotherGetsIt) {
  BufferUser first, second;
  run_blocking(worker_, [](Worker& worker, BufferUser& a, BufferUser& b) -> Task<void> {
    (void)worker.read_buffer(a);
    (void)worker.read_buffer(a);
    EXPECT_EQ(a.taken, 0);
    (void)worker.read_buffer(b);
    EXPECT_EQ(a.taken, 1);
    worker.release_read_buffer(b);
    (void)worker.read_buffer(a);
    EXPECT_EQ(b.taken, 0);
    worker.release_read_buffer(a);
    co_return;
  }(worker_, first, second));
}

/// Notes that it was served.
class Probe final : private Pollable {
 public:
  Probe(Worker& worker, Turn turn, std::vector<std::string>& served, std::string name)
      : served_(served), name_(std::move(name)) {
    EXPECT_TRUE(open(worker, ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), EPOLLIN, turn));
  }
  ~Probe() { close_fd(); }
  void signal() const {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(fd(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  std::function<void()> then;

 private:
  void on_events(std::uint32_t) override {
    served_.push_back(name_);
    if (then) then();
  }
  std::vector<std::string>& served_;
  const std::string name_;
};

TEST(WorkerTurns, ServeCallsUnderWayBeforeThoseThatBringNewOnes) {
  Worker worker;
  std::vector<std::string> served;
  std::deque<Probe> clients;
  for (int i = 0; i < 40; ++i) clients.emplace_back(worker, Turn::last, served, std::to_string(i));
  Probe upstream(worker, Turn::first, served, "upstream");
  for (const Probe& client : clients) client.signal();
  upstream.signal();
  // The first client's call is answered while the others wait.
  clients[0].then = [&] { upstream.signal(); };
  clients[39].then = [&] { worker.stop_soon(); };
  worker.run();

  ASSERT_EQ(served.size(), 42U);
  EXPECT_EQ(served[0], "upstream");
  EXPECT_EQ(served[1], "0");
  const auto answered = std::find(served.begin() + 1, served.end(), "upstream") - served.begin();
  EXPECT_LT(answered, 39);
  std::erase(served, "upstream");
  for (int i = 0; i < 40; ++i) EXPECT_EQ(served[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(WorkerTurns, ForgetWhoWentWhileWaiting) {
  Worker worker;
  std::vector<std::string> served;
  std::optional<Probe> last;
  Probe first(worker, Turn::last, served, "first");
  last.emplace(worker, Turn::last, served, "last");
  Probe end(worker, Turn::last, served, "end");
  first.then = [&] { last.reset(); };
  end.then = [&] { worker.stop_soon(); };
  first.signal();
  last->signal();
  end.signal();
  worker.run();
  EXPECT_EQ(served, (std::vector<std::string>{"first", "end"}));
}

}  // namespace
}  // namespace tollgate::net
