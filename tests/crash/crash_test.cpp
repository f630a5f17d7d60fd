// The real binary under load, killed at random again and again. After each restart the books are looked at: a call that
// a client saw the end of is charged, once; no call is charged more than it cost; all totals say the same.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "books.h"
#include "clients.h"
#include "gateway_process.h"
#include "json/value.h"
#include "mock_provider.h"
#include "support/http_client.h"

namespace tollgate::crash {
namespace {

constexpr int kKills = 20;
constexpr unsigned kThreads = 16;
// Of each answer. A call that is cut short is charged by what was delivered, estimated from its bytes: so little text
// and so long a prompt that an estimate never reaches what the whole answer costs.
constexpr std::uint64_t kPromptTokens = 200, kEvents = 24, kTextBytes = 2;
constexpr std::int64_t kWholeCost = kPromptTokens * 1 + kEvents * 2;

using std::chrono::milliseconds;

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("CRASH_SEED")) return std::strtoull(given, nullptr, 10);
  return std::random_device()();
}

/// The mock provider, on a thread of this process.
class MockProvider {
 public:
  MockProvider() : provider_(options()), thread_([this] { provider_.run(stop_); }) {}
  ~MockProvider() {
    stop_ = true;
    const testing::HttpClient wakes(provider_.port());  // it looks at the flag when something arrives
    thread_.join();
  }
  MockProvider(const MockProvider&) = delete;
  MockProvider& operator=(const MockProvider&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(provider_.port()); }
  void set_pace(std::uint64_t interval_ms) const {
    testing::http_request(provider_.port(), "POST", "/shape?interval_ms=" + std::to_string(interval_ms));
  }
  /// Calls that reached it.
  [[nodiscard]] std::int64_t requests() const {
    const auto stats = json::parse_object(testing::http_request(provider_.port(), "GET", "/stats").body);
    return stats ? stats->at("requests").to_number<std::int64_t>() : -1;
  }

 private:
  static bench::ProviderOptions options() {
    bench::prepare_process();
    bench::ProviderOptions out{.address = bench::parse_address("127.0.0.1:0"), .shape = {}};
    out.shape.events = kEvents;
    out.shape.text_bytes = kTextBytes;
    out.shape.prompt_tokens = kPromptTokens;
    return out;
  }

  std::atomic<bool> stop_ = false;
  bench::Provider provider_;
  std::thread thread_;
};

class KilledUnderLoad : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tollgate-crash-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directory(data_dir());
  }
  void TearDown() override {
    if (HasFailure()) std::printf("the gateway's log:\n%s\n", GatewayProcess(data_dir()).log().c_str());
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] std::filesystem::path data_dir() const { return folder_ / "data"; }

  void remember(const Seen& seen) {
    answered_.insert(seen.answered.begin(), seen.answered.end());
    calls_answered_ += static_cast<std::int64_t>(seen.answered.size());
    cut_ += static_cast<std::int64_t>(seen.cut);
    refused_ += static_cast<std::int64_t>(seen.refused);
    for (const auto& [what, count] : seen.unexpected) ADD_FAILURE() << count << " times: " << what;
  }

  void check_books(std::int64_t provider_requests) const {
    const Books books = read_books(data_dir());
    EXPECT_EQ(static_cast<std::int64_t>(answered_.size()), calls_answered_) << "request ids repeat";
    std::int64_t twice = 0, too_much = 0;
    std::map<std::string, int> unpaid, wrong;  // by what was asked
    for (const auto& [id, asked] : answered_) {
      const auto found = books.log.find(id);
      if (found == books.log.end()) {
        ++unpaid[asked];
      } else if (found->second.quota != kWholeCost) {
        ++wrong[asked + " for " + std::to_string(found->second.quota)];
      }
    }
    for (const auto& [id, row] : books.log) {
      twice += row.rows != 1 ? 1 : 0;
      too_much += row.quota > kWholeCost ? 1 : 0;
    }
    for (const auto& [what, count] : unpaid) ADD_FAILURE() << count << " answers that nobody paid for: " << what;
    for (const auto& [what, count] : wrong) {
      ADD_FAILURE() << count << " answers charged another amount than " << kWholeCost << ": " << what;
    }
    EXPECT_EQ(twice, 0) << "calls charged more than once";
    EXPECT_EQ(too_much, 0) << "calls charged more than a whole answer costs";
    EXPECT_LE(books.log_rows, provider_requests) << "charged calls that never reached the provider";
    EXPECT_LE(books.log_rows - calls_answered_, cut_) << "charged calls that were neither answered nor cut";

    EXPECT_EQ(books.users, books.log_quota);
    EXPECT_EQ(books.tokens, books.log_quota);
    EXPECT_EQ(books.channels, books.log_quota);
    EXPECT_EQ(books.statistics, books.log_quota);
    EXPECT_EQ(books.user_requests, books.log_rows);
    EXPECT_EQ(books.token_requests, books.log_rows);
    EXPECT_EQ(books.channel_requests, books.log_rows);
    EXPECT_EQ(books.statistics_requests, books.log_rows);
    EXPECT_EQ(books.open_journals, 0) << "journals of earlier starts are closed before anything is served";
    EXPECT_EQ(books.quarantined, 0);
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> answered_;
  std::int64_t calls_answered_ = 0;
  std::int64_t cut_ = 0;
  std::int64_t refused_ = 0;
};

TEST_F(KilledUnderLoad, ChargesWhatItAnsweredAndNothingTwice) {
  const std::uint64_t seed = chosen_seed();
  std::printf("seed %llu (CRASH_SEED repeats it)\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto at_most = [&](std::uint64_t limit) { return random() % (limit + 1); };

  MockProvider provider;
  GatewayProcess gateway(data_dir());
  gateway.spawn(1);
  ASSERT_TRUE(gateway.wait_until_ready());
  ASSERT_EQ(gateway.stop(), 0);
  const std::vector<std::string> keys = prepare(data_dir(), provider.url());

  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE("start " + std::to_string(kill));
    if (at_most(3) == 0) {
      // A start that is killed too, wherever it is.
      gateway.spawn(1 + static_cast<unsigned>(at_most(2)));
      std::this_thread::sleep_for(milliseconds(at_most(250)));
      gateway.kill();
    }
    gateway.spawn(1 + static_cast<unsigned>(at_most(2)));
    const auto port = gateway.wait_until_ready();
    ASSERT_TRUE(port) << "it does not start any more";
    check_books(provider.requests());
    if (HasFailure()) return;

    provider.set_pace(at_most(2));
    Clients clients(*port, keys, kThreads, random());
    std::this_thread::sleep_for(milliseconds(50 + at_most(600)));
    clients.expect_the_end();
    gateway.kill();
    remember(clients.join());
  }
  gateway.spawn(2);
  ASSERT_TRUE(gateway.wait_until_ready());
  check_books(provider.requests());
  EXPECT_EQ(gateway.stop(), 0);
  check_books(provider.requests());
  EXPECT_GT(calls_answered_, kKills + 10 * refused_) << "too little load to say anything";
  EXPECT_GT(cut_, 0) << "no kill met a call";
  std::printf("%lld answers, %lld calls cut by %d kills\n", static_cast<long long>(calls_answered_),
              static_cast<long long>(cut_), kKills);
}

}  // namespace
}  // namespace tollgate::crash
