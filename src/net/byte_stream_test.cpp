#include "net/byte_stream.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/run_blocking.h"
#include "net/tcp.h"

namespace tollgate::net {
namespace {

/// Two connected streams of each kind must behave alike.
enum class Kind { memory, socket };

class StreamTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    worker_.start();
    on_worker([this]() -> Task<void> {
      if (GetParam() == Kind::memory) {
        pair_ = make_memory_pair(worker_, 4096);
      } else {
        int fds[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
        pair_ = {make_tcp_stream(worker_, fds[0]), make_tcp_stream(worker_, fds[1])};
      }
      co_return;
    });
  }
  void TearDown() override {
    on_worker([this]() -> Task<void> {
      pair_ = {};
      co_return;
    });
    worker_.stop();
  }
  template <class Fn>
  void on_worker(Fn fn) {
    run_blocking(worker_, fn());
  }
  static Task<std::string> read_some(ByteStream& stream, Deadline deadline = Deadline::never()) {
    std::array<char, 1024> bytes;
    for (;;) {
      const IoResult got = stream.try_read(bytes);
      if (got.status == IoStatus::ok) co_return std::string(bytes.data(), got.bytes);
      if (got.status == IoStatus::closed) co_return "<closed>";
      if (got.status == IoStatus::failed) co_return "<failed>";
      const WaitStatus waited = co_await stream.wait(Readiness::readable, deadline);
      if (waited == WaitStatus::timeout) co_return "<timeout>";
      if (waited == WaitStatus::interrupted) co_return "<interrupted>";
    }
  }

  Worker worker_;
  StreamPair pair_;
};

TEST_P(StreamTest, CarriesWhatIsWrittenInPieces) {
  on_worker([this]() -> Task<void> {
    const std::string_view pieces[] = {"one ", "", "two ", "three"};
    EXPECT_EQ(pair_.first->try_write(pieces).bytes, 13U);
    EXPECT_EQ(co_await read_some(*pair_.second), "one two three");
    EXPECT_EQ(pair_.second->try_write("back").bytes, 4U);
    EXPECT_EQ(co_await read_some(*pair_.first), "back");
  });
}

TEST_P(StreamTest, WaitsForBytes) {
  on_worker([this]() -> Task<void> {
    worker_.spawn([](ByteStream& stream) -> Task<void> {
      co_await Worker::current().sleep(2);
      EXPECT_EQ(stream.try_write("late").bytes, 4U);
    }(*pair_.first));
    EXPECT_EQ(co_await read_some(*pair_.second), "late");
  });
}

TEST_P(StreamTest, BlocksWhenFullAndGoesOnWhenRead) {
  on_worker([this]() -> Task<void> {
    const std::string big(8 * 1024 * 1024, 'x');
    std::size_t received = 0;
    worker_.spawn([](ByteStream& stream, std::size_t& count) -> Task<void> {
      for (;;) {
        const std::string got = co_await read_some(stream);
        if (got == "<closed>") co_return;
        count += got.size();
      }
    }(*pair_.second, received));
    EXPECT_EQ(co_await write_all(*pair_.first, big, Deadline::never()), WaitStatus::ready);
    pair_.first->close_write();
    while (received < big.size()) co_await worker_.sleep(1);
    EXPECT_EQ(received, big.size());
    co_await worker_.sleep(1);
  });
}

TEST_P(StreamTest, EndsAWaitAtItsDeadlineAndByInterruption) {
  on_worker([this]() -> Task<void> {
    EXPECT_EQ(co_await read_some(*pair_.second, worker_.in_ms(1)), "<timeout>");
    worker_.spawn([](ByteStream& stream) -> Task<void> {
      co_await Worker::current().sleep(1);
      stream.interrupt();
    }(*pair_.second));
    EXPECT_EQ(co_await read_some(*pair_.second), "<interrupted>");
    EXPECT_TRUE(pair_.first->try_write("still good").status == IoStatus::ok);
    EXPECT_EQ(co_await read_some(*pair_.second), "still good");
  });
}

struct Gone final : ByteStream::PeerWatch {
  int times = 0;
  void on_peer_gone() override { ++times; }
};

TEST_P(StreamTest, NoticesAPeerThatLeavesWhileNobodyReads) {
  on_worker([this]() -> Task<void> {
    Gone gone;
    pair_.second->watch_peer(&gone);
    EXPECT_TRUE(pair_.first->try_write("unread").status == IoStatus::ok);
    pair_.first->close_write();
    for (int i = 0; i < 200 && gone.times == 0; ++i) co_await worker_.sleep(1);
    EXPECT_EQ(gone.times, 1);
    EXPECT_TRUE(pair_.second->peer_gone());
    EXPECT_EQ(co_await read_some(*pair_.second), "unread") << "what was sent before is still there";
    EXPECT_EQ(co_await read_some(*pair_.second), "<closed>");
    EXPECT_TRUE(pair_.second->try_write("the other way is open").status == IoStatus::ok);
    Gone later;
    pair_.second->watch_peer(&later);
    EXPECT_EQ(later.times, 1) << "who asks too late hears at once";
  });
}

TEST_P(StreamTest, FailsAfterItsOwnClose) {
  on_worker([this]() -> Task<void> {
    pair_.first->close();
    EXPECT_EQ(co_await read_some(*pair_.first), "<failed>");
    EXPECT_EQ(pair_.first->try_write("x").status, IoStatus::failed);
    EXPECT_FALSE(pair_.first->last_error().empty());
    EXPECT_EQ(co_await read_some(*pair_.second), "<closed>");
  });
}

INSTANTIATE_TEST_SUITE_P(Kinds, StreamTest, ::testing::Values(Kind::memory, Kind::socket),
                         [](const auto& info) { return info.param == Kind::memory ? "Memory" : "Socket"; });

}  // namespace
}  // namespace tollgate::net
