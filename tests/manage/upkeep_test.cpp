// What a gateway does by itself.
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "integration/cases.h"
#include "manage_client.h"
#include "store/channels.h"
#include "store/logs.h"
#include "store/sessions.h"
#include "store/statistics.h"
#include "store/tokens.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

using store::ChannelStatus;

constexpr std::int64_t kMinuteMs = 60'000, kHour = 3'600, kDay = 24 * kHour;

class Upkeep : public ::testing::Test {
 protected:
  explicit Upkeep(std::map<std::string, std::string> more = {}) : gateway_(settings(std::move(more)), &clock_) {}
  static std::map<std::string, std::string> settings(std::map<std::string, std::string> more) {
    more.try_emplace("demo.enabled", "false");
    return manage_settings(std::move(more));
  }
  ChannelId add(std::string_view url, ChannelStatus status = ChannelStatus::enabled) {
    store::ChannelRow row;
    row.status = status;
    return gateway_.add_channel("openai", url, "m", row);
  }

  /// A run rests between two channels, be it for no time at all.
  bool eventually_while_time_passes(const std::function<bool()>& holds) {
    return eventually([&] {
      clock_.advance_ms(10);
      return holds();
    });
  }

  FakeClock clock_;
  ScriptedUpstream good_{[](const SeenRequest& request) { return sound(Tongue::openai, request); }};
  TestGateway gateway_;
};

TEST_F(Upkeep, FoldsOldStatisticsAndForgetsExpiredSignIns) {
  const std::int64_t now = gateway_.parts().now_s(), today = now - now % kDay;
  const auto hour = [](std::int64_t at) {
    store::StatisticRow row;
    row.bucket = at;
    row.requests = 1;
    return row;
  };
  const std::vector<store::StatisticRow> hours{hour(today - 3 * kDay + kHour), hour(today - 3 * kDay + 2 * kHour),
                                               hour(today - 2 * kDay + kHour), hour(today - 2 * kDay + 2 * kHour)};
  store::SignInRow expired;
  expired.id_hash = "x";
  expired.expires_at = now - 1;
  store::SignInRow lasting = expired;
  lasting.id_hash = "y";
  lasting.expires_at = now + kDay;
  ASSERT_TRUE(gateway_.on_storage([&](store::Session& db) -> Result<void> {
    for (const store::SignInRow& row : {expired, lasting}) {
      if (auto made = store::create_sign_in(db, row); !made) return made;
    }
    return store::add_statistics(db, hours);
  }));
  clock_.advance_ms(kMinuteMs + 1);
  EXPECT_TRUE(eventually([&] { return gateway_.number("SELECT COUNT(*) FROM statistics") == 3; }));
  EXPECT_EQ(gateway_.number("SELECT MAX(requests) FROM statistics"), 2);
  EXPECT_TRUE(eventually([&] { return gateway_.number("SELECT COUNT(*) FROM sign_ins") == 1; }));
}

TEST_F(Upkeep, EmptiesWhatWasDeletedTooLongAgoToComeBack) {
  const std::int64_t now = gateway_.parts().now_s();
  const std::int64_t long_ago = now - 2 * kDay, lately = now - kDay + kHour;
  const ChannelId old = add(good_.url()), late = add(good_.url());
  const TestCaller caller = gateway_.add_caller();
  ASSERT_TRUE(gateway_.on_storage([&](store::Session& db) -> Result<void> {
    for (const auto& [id, at] : {std::pair(old, long_ago), std::pair(late, lately)}) {
      if (auto gone = store::delete_channels(db, {id}, at); !gone) return std::unexpected(gone.error());
    }
    return store::delete_token(db, caller.user, caller.token, long_ago);
  }));
  EXPECT_EQ(gateway_.number("SELECT COUNT(*) FROM channels WHERE keys_sealed <> ''"), 2);
  clock_.advance_ms(kMinuteMs + 1);
  EXPECT_TRUE(
      eventually([&] { return gateway_.number("SELECT MAX(id) FROM channels WHERE keys_sealed = ''") == old.value; }));
  EXPECT_EQ(gateway_.number("SELECT COUNT(*) FROM channels WHERE keys_sealed <> ''"), 1);
  EXPECT_EQ(gateway_.number("SELECT COUNT(*) FROM tokens WHERE key_hash LIKE 'emptied %'"), 1);
}

class UpkeepOfALog : public Upkeep {
 protected:
  explicit UpkeepOfALog(std::string node_type = "master")
      : Upkeep({{"log_retention_days", "2"}, {"node_type", std::move(node_type)}}) {}
  void fill() {
    const std::int64_t now = gateway_.parts().now_s();
    ASSERT_TRUE(gateway_.on_storage([&](store::Session& db) -> Result<void> {
      for (const std::int64_t at : {now - 3 * kDay, now - 2 * kDay - 1, now - kDay}) {
        store::LogRow row;
        row.created_at = at;
        if (auto made = store::insert_log(db, row); !made) return std::unexpected(made.error());
      }
      return {};
    }));
  }
  std::int64_t rows() { return gateway_.number("SELECT COUNT(*) FROM logs"); }
};

TEST_F(UpkeepOfALog, DeletesRowsThatAreTooOld) {
  fill();
  clock_.advance_ms(kMinuteMs + 1);
  EXPECT_TRUE(eventually([&] { return rows() == 1; }));
}

class UpkeepOfASlave : public UpkeepOfALog {
 protected:
  UpkeepOfASlave() : UpkeepOfALog("slave") {}
};

TEST_F(UpkeepOfASlave, DoesNothingUnasked) {
  fill();
  for (int i = 0; i < 3; ++i) {
    clock_.advance_ms(kMinuteMs + 1);
    // One worker: what was due ran before this was answered.
    EXPECT_EQ(http_request(gateway_.port(), "GET", "/readyz", {}, {}).status, 200);
  }
  EXPECT_EQ(rows(), 3);
}

class UpkeepWithTests : public Upkeep {
 protected:
  UpkeepWithTests() : Upkeep({{"channel.test_frequency", "30"}, {"channel.auto_enable", "true"}}) {}
};

TEST_F(UpkeepWithTests, EnablesChannelsThatWorkAgainButNoneThatSomebodyDisabled) {
  const ChannelId failed_once = add(good_.url(), ChannelStatus::auto_disabled);
  const ChannelId off = add(good_.url(), ChannelStatus::disabled);
  const ChannelId last = add(good_.url());
  clock_.advance_ms(29 * kMinuteMs);
  EXPECT_EQ(gateway_.channel(last).tested_at, 0);
  clock_.advance_ms(2 * kMinuteMs);
  EXPECT_TRUE(eventually_while_time_passes([&] { return gateway_.channel(last).tested_at != 0; }));
  EXPECT_EQ(gateway_.channel(failed_once).status, ChannelStatus::enabled);
  EXPECT_EQ(gateway_.channel(off).status, ChannelStatus::disabled);
  EXPECT_EQ(good_.request_count(), 3U);
  // And again, in time.
  clock_.advance_ms(31 * kMinuteMs);
  EXPECT_TRUE(eventually_while_time_passes([&] { return good_.request_count() == 6; }));
}

TEST_F(UpkeepWithTests, StopsInTheMiddleOfATest) {
  ScriptedUpstream stuck([](const SeenRequest&) { return Script{Stall{}}; });
  add(stuck.url());
  clock_.advance_ms(31 * kMinuteMs);
  EXPECT_TRUE(eventually([&] { return stuck.request_count() == 1; }));
  gateway_.gateway().stop(1'000);
  EXPECT_TRUE(stuck.wait_hung_up(1));
}

}  // namespace
}  // namespace tollgate::testing
