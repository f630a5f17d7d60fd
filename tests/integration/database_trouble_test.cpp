// The database is away, full or locked, or the disk is full, while calls run: callers whose accounts are in memory
// notice nothing, what they owe is written once when the database is back, and nothing is served that cannot be noted.
#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "cases.h"
#include "support/database_servers.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// What is wrong with the database for as long as the object lives.
class Trouble {
 public:
  Trouble() = default;
  virtual ~Trouble() = default;
  Trouble(const Trouble&) = delete;
  Trouble& operator=(const Trouble&) = delete;
};

class ServerAway final : public Trouble {
 public:
  explicit ServerAway(ServerKind kind) : kind_(kind) { DatabaseServers::instance().stop(kind_); }
  ~ServerAway() override { DatabaseServers::instance().start(kind_); }

 private:
  ServerKind kind_;
};

/// Somebody else is in the middle of a write.
class FileLocked final : public Trouble {
 public:
  explicit FileLocked(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
    sqlite3_busy_timeout(db_, 10'000);
    EXPECT_EQ(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~FileLocked() override { sqlite3_close(db_); }

 private:
  sqlite3* db_ = nullptr;
};

/// What SQLite writes finds no room: by the seam that its own tests use.
class FileFull final : public Trouble {
 public:
  FileFull() { replace(reinterpret_cast<sqlite3_syscall_ptr>(&refuse)); }
  ~FileFull() override { replace(nullptr); }

 private:
  static ssize_t refuse(int, const void*, std::size_t, off_t) {
    errno = ENOSPC;
    return -1;
  }
  static void replace(sqlite3_syscall_ptr call) {
    sqlite3_vfs* files = sqlite3_vfs_find(nullptr);
    for (const char* name : {"pwrite", "pwrite64"}) files->xSetSystemCall(files, name, call);
  }
};

struct Kind {
  const char* name;
  std::function<std::string()> dsn;  ///< nothing: SQLite
  std::function<std::unique_ptr<Trouble>(const TestGateway&)> begin;
  bool can_be_read;  ///< meanwhile
  friend std::ostream& operator<<(std::ostream& out, const Kind& kind) { return out << kind.name; }
};
std::string kind_name(const ::testing::TestParamInfo<Kind>& info) { return info.param.name; }

Kind server(const char* name, ServerKind kind) {
  static int made = 0;
  return {
      .name = name,
      .dsn = [kind] { return DatabaseServers::instance().create_database(kind, "trouble_" + std::to_string(++made)); },
      .begin = [kind](const TestGateway&) { return std::make_unique<ServerAway>(kind); },
      .can_be_read = false};
}

const Kind kKinds[] = {
    server("postgresql_away", ServerKind::postgresql),
    server("mariadb_away", ServerKind::mariadb),
    {.name = "sqlite_locked",
     .dsn = {},
     .begin =
         [](const TestGateway& gateway) { return std::make_unique<FileLocked>(gateway.data_dir() / "tollgate.db"); },
     .can_be_read = true},
    {.name = "sqlite_full",
     .dsn = {},
     .begin = [](const TestGateway&) { return std::make_unique<FileFull>(); },
     .can_be_read = true},
};

/// Callers who go on calling, plain and streamed, in both dialects, until told to stop.
class Crowd {
 public:
  Crowd(TestGateway& gateway, const std::vector<TestCaller>& callers) : gateway_(gateway) {
    for (const TestCaller& caller : callers) threads_.emplace_back([this, caller] { call_on(caller); });
  }
  ~Crowd() { disperse(); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  [[nodiscard]] int served() const { return served_; }
  [[nodiscard]] bool serves_more(int calls) const {
    const int before = served_;
    return eventually([&] { return served_ >= before + calls; }, 20'000);
  }
  void disperse() {
    done_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void call_on(const TestCaller& caller) {
    for (int n = 0; !done_; ++n) {
      const Tongue tongue = n % 2 == 0 ? Tongue::openai : Tongue::claude;
      const HttpAnswer answer = gateway_.post(caller, path_of(tongue), ask("m", n % 4 < 2));
      const bool good = answer.status == 200 && answer.complete && answer.body.find("\"error\"") == std::string::npos;
      EXPECT_TRUE(good) << answer.status << " " << answer.body;
      if (!good) return;
      ++served_;
    }
  }
  TestGateway& gateway_;
  std::atomic<int> served_ = 0;
  std::atomic<bool> done_ = false;
  std::vector<std::thread> threads_;
};

constexpr Quota kCost = 20;  // of an answer in cases.h at the prices below

/// A caller and a channel of a group that has no rate.
constexpr std::string_view kGroup = "busy";
TestCaller add_busy_caller(TestGateway& gateway) {
  const TestCaller caller = gateway.add_caller();
  gateway.change_user(caller, [](store::UserRow& row) { row.group = kGroup; });
  return caller;
}
ChannelId add_busy_channel(TestGateway& gateway, const ScriptedUpstream& upstream) {
  gateway.add_group(kGroup, "1");
  gateway.set_price("m", "1", "2");
  store::ChannelRow row;
  row.groups = kGroup;
  return gateway.add_channel("openai", upstream.url(), "m", row);
}

class DatabaseTrouble : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    std::map<std::string, std::string> settings{{"sqlite_busy_timeout", "20ms"}};
    if (GetParam().dsn) settings["sql_dsn"] = GetParam().dsn();
    gateway_ = std::make_unique<TestGateway>(std::move(settings));
    channel_ = add_busy_channel(*gateway_, upstream_);
    for (int i = 0; i < 3; ++i) callers_.push_back(add_busy_caller(*gateway_));
    stranger_ = add_busy_caller(*gateway_);
  }
  [[nodiscard]] bool flushes() const { return gateway_->parts().ledger->flush_blocking(Deadline::never()).has_value(); }
  /// Every total says that so many calls were served, each charged once.
  void expect_charged(int calls) {
    ASSERT_TRUE(eventually([&] { return flushes(); }, 20'000));
    EXPECT_TRUE(
        eventually([&] { return http_request(gateway_->port(), "GET", "/readyz").body == R"({"status":"ready"})"; }));
    EXPECT_EQ(gateway_->channel_used(channel_), calls * kCost);
    for (const char* sql : {"SELECT SUM(used) FROM users", "SELECT SUM(used) FROM tokens",
                            "SELECT SUM(quota) FROM statistics", "SELECT SUM(quota) FROM logs"}) {
      EXPECT_EQ(gateway_->number(sql), calls * kCost) << sql;
    }
    EXPECT_EQ(gateway_->number("SELECT COUNT(*) FROM logs WHERE quota > 0"), calls);
    EXPECT_EQ(metric(*gateway_, "tollgate_journal_depth"), 0);
  }

  ScriptedUpstream upstream_{[](const SeenRequest& request) { return sound(Tongue::openai, request); }};
  std::unique_ptr<TestGateway> gateway_;
  ChannelId channel_;
  std::vector<TestCaller> callers_;
  TestCaller stranger_;
};

TEST_P(DatabaseTrouble, CostsNoCallAndNoCharge) {
  int loaded = 0;
  for (const TestCaller& caller : callers_) {
    EXPECT_EQ(gateway_->post(caller, "/v1/chat/completions", ask("m")).status, 200);
    ++loaded;
  }
  Crowd crowd(*gateway_, callers_);
  ASSERT_TRUE(crowd.serves_more(6));
  for (int round = 0; round < 2; ++round) {
    const auto trouble = GetParam().begin(*gateway_);
    EXPECT_TRUE(crowd.serves_more(12));
    EXPECT_FALSE(flushes());
    EXPECT_GT(metric(*gateway_, "tollgate_journal_depth"), 0);
    EXPECT_GT(metric(*gateway_, "tollgate_flush_failures_total"), round);
  }
  EXPECT_TRUE(crowd.serves_more(6));
  crowd.disperse();
  expect_charged(loaded + crowd.served());
}

TEST_P(DatabaseTrouble, IsToldToWhoAsks) {
  EXPECT_EQ(gateway_->post(callers_[0], "/v1/chat/completions", ask("m")).status, 200);
  int served = 1;
  {
    const auto trouble = GetParam().begin(*gateway_);
    EXPECT_EQ(http_request(gateway_->port(), "GET", "/healthz").status, 200);
    const HttpAnswer ready = http_request(gateway_->port(), "GET", "/readyz");
    EXPECT_EQ(ready.status, GetParam().can_be_read ? 200 : 503) << ready.body;
    if (!GetParam().can_be_read) EXPECT_THAT(ready.body, HasSubstr("the database does not answer"));
    EXPECT_FALSE(flushes());
    if (GetParam().can_be_read) {
      EXPECT_EQ(http_request(gateway_->port(), "GET", "/readyz").body,
                R"({"status":"ready","warning":"the database takes no charges: they wait in the journal"})");
    }
    // Of a key that is not in memory nobody knows whose it is.
    for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
      const HttpAnswer answer = gateway_->post(stranger_, path_of(tongue), ask("m"));
      if (GetParam().can_be_read) {
        EXPECT_EQ(answer.status, 200) << answer.body;
        ++served;
        continue;
      }
      EXPECT_EQ(answer.status, 503) << answer.body;
      EXPECT_EQ(error_member(answer.body, "type"), tongue == Tongue::openai ? "server_error" : "api_error");
      EXPECT_THAT(error_member(answer.body, "message"), Not(HasSubstr("tollgate-db"))) << "an address is told";
    }
  }
  expect_charged(served);
  EXPECT_EQ(gateway_->post(stranger_, "/v1/chat/completions", ask("m")).status, 200);
}
INSTANTIATE_TEST_SUITE_P(Database, DatabaseTrouble, ::testing::ValuesIn(kKinds), kind_name);

/// No file of this process may grow beyond so many bytes: what a full disk does to files that must grow. The signal
/// that comes with it would end the process.
class NoRoomOnDisk final : public Trouble {
 public:
  explicit NoRoomOnDisk(rlim_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~NoRoomOnDisk() override { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0); }

 private:
  rlimit before_{};
};

TEST(FullDisk, RefusesCallsRatherThanServeThemForFreeAndKeepsWhatIsUnderWay) {
  TestGateway gateway({{"journal.segment_bytes", "256KiB"}});
  ScriptedUpstream upstream([](const SeenRequest& request) -> Script {
    if (request.body.find("\"user\":\"patient\"") == std::string::npos) return sound(Tongue::openai, request);
    const auto events = stream_events(Tongue::openai);
    return {Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, AwaitGate{},
            Send{chunk(events[3] + events[4] + events[5]) + last_chunk()}};
  });
  const ChannelId channel = add_busy_channel(gateway, upstream);
  const TestCaller caller = add_busy_caller(gateway);
  HttpClient patient(gateway.port());
  ASSERT_TRUE(patient.send_request("POST", "/v1/chat/completions", ask("m", true, R"("user":"patient",)"),
                                   {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(patient.read_until(R"("content":"i")").has_value());

  int served = 0;
  {
    const NoRoomOnDisk trouble(64 * 1024);
    HttpClient client(gateway.port());
    const HeaderList key{{"Authorization", "Bearer " + caller.key}};
    HttpAnswer answer;
    // Slots that were prepared are used until it is noticed that no further segment can be made.
    ASSERT_TRUE(eventually(
        [&] {
          answer = client.request("POST", "/v1/chat/completions", ask("m"), key);
          if (answer.status == 200) ++served;
          return answer.status != 200 && error_member(answer.body, "code") == "storage_unavailable";
        },
        20'000));
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(error_member(answer.body, "message"), HasSubstr("the gateway cannot keep its books at the moment"));
    const HttpAnswer claude = gateway.post(caller, "/v1/messages", ask("m", true));
    EXPECT_EQ(claude.status, 503);
    EXPECT_EQ(error_member(claude.body, "type"), "api_error");
    const HttpAnswer ready = http_request(gateway.port(), "GET", "/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_THAT(ready.body, HasSubstr("the journal cannot be written"));
    EXPECT_EQ(upstream.request_count(), static_cast<std::size_t>(served) + 1);

    upstream.open_gate();
    const HttpAnswer rest = patient.read_answer();
    EXPECT_TRUE(rest.complete);
    EXPECT_TRUE(rest.body.ends_with("data: [DONE]\n\n"));
  }
  ++served;
  // As soon as there is room, calls are admitted again.
  ASSERT_TRUE(eventually([&] { return http_request(gateway.port(), "GET", "/readyz").status == 200; }));
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  ++served;
  EXPECT_EQ(gateway.user_books(caller.user).used, served * kCost);
  EXPECT_EQ(gateway.channel_used(channel), served * kCost);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs WHERE quota > 0"), served);
  EXPECT_EQ(gateway.number("SELECT SUM(quota) FROM statistics"), served * kCost);
}

}  // namespace
}  // namespace tollgate::testing
