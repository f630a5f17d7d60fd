#include "base/stoppable_thread.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace tollgate {
namespace {

using namespace std::chrono_literals;

TEST(AStoppableThread, EndsItsWaitAndIsWaitedFor) {
  std::atomic<bool> was_asked = false;
  std::latch runs{1};
  StoppableThread thread;
  thread.start([&](const std::stop_token& asked) {
    runs.count_down();
    was_asked = stopped_within(asked, 1h);
  });
  runs.wait();
  EXPECT_FALSE(thread.stopping());
  thread.stop();
  EXPECT_TRUE(was_asked);
  EXPECT_TRUE(thread.stopping());
  thread.stop();
}

TEST(AStoppableThread, GoesWithItsOwner) {
  bool was_asked = false;
  {
    StoppableThread thread;
    thread.start([&](const std::stop_token& asked) { was_asked = stopped_within(asked, 1h); });
  }
  EXPECT_TRUE(was_asked);
}

TEST(AStoppableThread, NeedNotHaveBegun) {
  StoppableThread thread;
  thread.stop();
  EXPECT_FALSE(stopped_within({}, 1ms));
}

}  // namespace
}  // namespace tollgate
