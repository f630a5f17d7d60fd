#include "net/dns.h"

#include <atomic>
#include <latch>
#include <mutex>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/run_blocking.h"
#include "support/fake_clock.h"

namespace tollgate::net {
namespace {

class DnsTest : public ::testing::Test {
 public:
  DnsTest() : worker_(with_clock()), offload_(make_offload({.threads = 2, .clock = &clock_})) {
    worker_.start();
    const auto look_up = [this](const std::string& host) {
      ++lookups_;
      if (gate_) gate_->wait();
      const std::scoped_lock lock(mutex_);
      return host == "gone.example" ? Result<std::vector<IpAddress>>(fail(ErrorCode::upstream_connect_failed, "none"))
                                    : answer_;
    };
    worker_.post([this, look_up] {
      const auto outcome = [this](std::string_view name) {
        return cells_.counter(telemetry::Metric::dns_lookups, {name});
      };
      const DnsCounts counts{.ok = outcome("ok"), .failed = outcome("failed"), .stale = outcome("stale")};
      cache_ = std::make_unique<DnsCache>(worker_, *offload_, look_up, DnsOptions{}, counts);
    });
  }
  ~DnsTest() override {
    worker_.post([this] { cache_.reset(); });
    worker_.stop();
  }
  WorkerOptions with_clock() {
    WorkerOptions out;
    out.clock = &clock_;
    return out;
  }
  Result<AddressList> resolve(std::string host, std::int64_t ms = 0) {
    return run_blocking(worker_, [](DnsTest& self, std::string name, std::int64_t limit) -> Task<Result<AddressList>> {
      co_return co_await self.cache_->resolve(name, self.worker_.in_ms(limit));
    }(*this, std::move(host), ms));
  }
  [[nodiscard]] std::int64_t counted(std::string_view outcome) const {
    return metrics_.value(telemetry::Metric::dns_lookups, {outcome});
  }
  void set_answer(Result<std::vector<IpAddress>> answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
  }

  tollgate::testing::FakeClock clock_;
  telemetry::Metrics metrics_;
  telemetry::MetricCells& cells_ = metrics_.make_cells();
  Worker worker_;
  std::unique_ptr<Offload> offload_;
  std::unique_ptr<DnsCache> cache_;
  std::atomic<int> lookups_ = 0;
  std::unique_ptr<std::latch> gate_;
  std::mutex mutex_;
  Result<std::vector<IpAddress>> answer_ = std::vector<IpAddress>{*IpAddress::parse("192.0.2.1")};
};

TEST_F(DnsTest, LiteralAddressesNeedNoLookUp) {
  EXPECT_EQ(resolve("192.0.2.9").value()->at(0).to_string(), "192.0.2.9");
  EXPECT_EQ(resolve("::1").value()->at(0).to_string(), "::1");
  EXPECT_EQ(lookups_, 0);
}

TEST_F(DnsTest, KeepsNamesHalfAMinute) {
  EXPECT_TRUE(resolve("a.example"));
  clock_.advance_ms(29'000);
  EXPECT_TRUE(resolve("a.example"));
  EXPECT_EQ(lookups_, 1);
  clock_.advance_ms(2'000);
  set_answer(std::vector<IpAddress>{*IpAddress::parse("192.0.2.2")});
  EXPECT_EQ(resolve("a.example").value()->at(0).to_string(), "192.0.2.2");
  EXPECT_EQ(lookups_, 2);
}

TEST_F(DnsTest, LooksANameUpOnceAtATime) {
  gate_ = std::make_unique<std::latch>(1);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] { good += resolve("a.example").has_value() ? 1 : 0; });
  }
  while (lookups_ == 0) std::this_thread::yield();
  gate_->count_down();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 5);
  EXPECT_EQ(lookups_, 1);
}

TEST_F(DnsTest, UsesOldAddressesWhenLookingUpFails) {
  EXPECT_TRUE(resolve("a.example"));
  set_answer(fail(ErrorCode::upstream_connect_failed, "down"));
  clock_.advance_ms(3'600'000);
  EXPECT_EQ(resolve("a.example").value()->at(0).to_string(), "192.0.2.1");
  EXPECT_EQ(lookups_, 2);
  EXPECT_TRUE(resolve("a.example"));
  EXPECT_EQ(lookups_, 2) << "the failure is remembered for a moment";
  EXPECT_EQ(counted("stale"), 1);
  clock_.advance_ms(25 * 3'600'000);
  EXPECT_FALSE(resolve("a.example")) << "but not for ever";
  EXPECT_EQ(counted("ok"), 1);
  EXPECT_EQ(counted("stale"), 1);
  EXPECT_EQ(counted("failed"), 1);
}

TEST_F(DnsTest, RemembersFailuresForAMoment) {
  EXPECT_EQ(resolve("gone.example").error().code(), ErrorCode::upstream_connect_failed);
  EXPECT_FALSE(resolve("gone.example"));
  EXPECT_EQ(lookups_, 1);
  clock_.advance_ms(1'100);
  EXPECT_FALSE(resolve("gone.example"));
  EXPECT_EQ(lookups_, 2);
}

TEST_F(DnsTest, GivesUpAtTheDeadline) {
  gate_ = std::make_unique<std::latch>(1);
  std::thread mover([&] {
    while (lookups_ == 0) std::this_thread::yield();
    clock_.advance_ms(6'000);
  });
  EXPECT_EQ(resolve("a.example", 5'000).error().code(), ErrorCode::upstream_timeout);
  mover.join();
  gate_->count_down();
}

TEST_F(DnsTest, StaysBounded) {
  for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(resolve("host" + std::to_string(i) + ".example"));
  EXPECT_LE(run_blocking(worker_, [](DnsTest& self) -> Task<std::size_t> { co_return self.cache_->size(); }(*this)),
            4'096U);
}

}  // namespace
}  // namespace tollgate::net
