#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "store/statistics.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}})";
constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";

std::int64_t number(const json::value& value) { return value.is_number() ? value.to_number<std::int64_t>() : -1; }
std::string text(const json::value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

class Overview : public ::testing::Test {
 protected:
  Overview() {
    channel = gateway.add_channel("openai", upstream.url(), "m");
    gateway.set_price("m", "1", "2");
    EXPECT_TRUE(root.post("/api/user/quota/2", R"({"quota":100000})").success());
    key = text(alice.post("/api/token/", R"({"name":"t","unlimited_quota":true})").data("key"));
  }
  void ask(std::string_view body = kAsk) {
    http_request(gateway.port(), "POST", "/v1/chat/completions", body, {{"Authorization", "Bearer sk-" + key}});
    gateway.flush();
  }
  /// Whether the warning is there, and with which names.
  std::string warning(std::string_view code) {
    const ManageAnswer answer = root.get("/api/overview?scope=all");
    for (const json::value& row : answer.data("warnings").as_array()) {
      if (text(row.at("code")) == code) return json::serialize(row.at("names"));
    }
    return {};
  }

  ScriptedUpstream upstream{[](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; }};
  TestGateway gateway{manage_settings({{"demo.enabled", "false"}, {"relay.retries", "0"}})};
  ManageClient root{gateway, "root", kRootPassword};
  ManageClient alice = make_user(gateway, root, "alice");
  ChannelId channel;
  std::string key;
};

TEST_F(Overview, CountsOnesOwnCalls) {
  ask();
  ask();
  ask(R"({"model":"unknown","messages":[]})");
  const ManageAnswer own = alice.get("/api/overview");
  ASSERT_TRUE(own.success()) << own.body;
  const json::value& today = own.data("totals").at("today");
  EXPECT_EQ(number(today.at("requests")), 2);
  EXPECT_EQ(number(today.at("quota")), 40);
  EXPECT_EQ(number(today.at("prompt_tokens")), 20);
  EXPECT_EQ(number(today.at("completion_tokens")), 10);
  EXPECT_EQ(own.data("totals").at("last_30_days").at("requests"), today.at("requests"));
  EXPECT_EQ(number(own.data("totals").at("yesterday").at("requests")), 0);
  EXPECT_EQ(own.data("series").as_array().size(), 24U);
  std::int64_t in_series = 0;
  for (const json::value& bucket : own.data("series").as_array()) in_series += number(bucket.at("requests"));
  EXPECT_EQ(in_series, 2);
  EXPECT_EQ(text(own.data("models").at(0).at("name")), "m");
  EXPECT_EQ(number(own.data("latency").at("calls")), 2);
  EXPECT_FALSE(own.data("latency").at("p95_ms").is_null());
  EXPECT_TRUE(own.data("latency").at("first_byte_p50_ms").is_null());
  for (const char* operators : {"users", "channels", "unhealthy_channels", "warnings"}) {
    EXPECT_TRUE(own.data(operators).is_null()) << operators;
  }
  EXPECT_EQ(number(root.get("/api/overview").data("totals").at("today").at("requests")), 0);
}

TEST_F(Overview, ShowsTheTimeBeforeBesideItsOwn) {
  constexpr std::int64_t kHour = 3'600, kDay = 24 * kHour;
  const std::int64_t now = gateway.parts().now_s(), hour = now - now % kHour, today = now - now % kDay;
  const auto calls = [](std::int64_t at, std::int64_t requests) {
    store::StatisticRow row;
    row.bucket = at;
    row.user = UserId{2};
    row.requests = requests;
    return row;
  };
  const std::vector<store::StatisticRow> rows{calls(hour - 23 * kHour, 1), calls(hour - 24 * kHour, 2),
                                              calls(hour - 47 * kHour, 4), calls(today - 30 * kDay, 16),
                                              calls(today - 59 * kDay, 32)};
  ASSERT_TRUE(gateway.on_storage([&](store::Session& db) { return store::add_statistics(db, rows); }));
  EXPECT_TRUE(alice.get("/api/overview").data("previous").is_null());

  const ManageAnswer day = alice.get("/api/overview?compare=true");
  ASSERT_EQ(day.data("previous").as_array().size(), 24U);
  EXPECT_EQ(number(day.data("previous").at(0).at("at")), hour - 47 * kHour);
  EXPECT_EQ(number(day.data("previous").at(0).at("requests")), 4);
  EXPECT_EQ(number(day.data("previous").at(23).at("requests")), 2);
  EXPECT_EQ(number(day.data("series").at(0).at("requests")), 1);

  const ManageAnswer month = alice.get("/api/overview?days=30&compare=true");
  ASSERT_EQ(month.data("previous").as_array().size(), 30U);
  EXPECT_EQ(number(month.data("previous").at(0).at("requests")), 32);
  EXPECT_EQ(number(month.data("previous").at(29).at("requests")), 16);
  EXPECT_EQ(number(month.data("totals").at("last_30_days").at("requests")), 7) << "none of the month before";
  EXPECT_FALSE(alice.get("/api/overview?compare=perhaps").success());
}

TEST_F(Overview, OfAllIsForAdministrators) {
  ask();
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  EXPECT_EQ(ManageClient(gateway).get("/api/overview").status, 401);
  EXPECT_FALSE(alice.get("/api/overview?scope=all").success());
  const ManageAnswer all = carol.get("/api/overview?scope=all");
  ASSERT_TRUE(all.success()) << all.body;
  EXPECT_EQ(number(all.data("totals").at("today").at("requests")), 1);
  EXPECT_EQ(text(all.data("users").at(0).at("name")), "alice");
  EXPECT_EQ(number(all.data("channels").at(0).at("id")), channel.value);
}

TEST_F(Overview, IsByDayForMoreThanOne) {
  ask();
  const ManageAnswer week = alice.get("/api/overview?days=7");
  EXPECT_EQ(number(week.data("bucket_s")), 86'400);
  EXPECT_EQ(week.data("series").as_array().size(), 7U);
  EXPECT_EQ(number(week.data("series").at(6).at("requests")), 1);
  EXPECT_EQ(week.data("series").at(0).at("at"), week.data("from"));
  for (const char* wrong : {"days=31", "days=-1", "days=x", "scope=theirs"}) {
    EXPECT_FALSE(alice.get("/api/overview?" + std::string(wrong)).success()) << wrong;
  }
}

TEST_F(Overview, NamesChannelsThatAreNotWell) {
  EXPECT_TRUE(root.get("/api/overview?scope=all").data("unhealthy_channels").as_array().empty());
  const auto disabled = gateway.on_storage([&](store::Session& db) {
    return store::set_channel_status(db, channel, store::ChannelStatus::enabled, store::ChannelStatus::auto_disabled,
                                     "the key is <b>invalid</b>", 1'800'000'000);
  });
  ASSERT_TRUE(disabled && *disabled);
  gateway.publish();
  const json::value row = root.get("/api/overview?scope=all").data("unhealthy_channels").at(0);
  EXPECT_EQ(number(row.at("id")), channel.value);
  EXPECT_EQ(text(row.at("why")), "disabled");
  EXPECT_EQ(text(row.at("reason")), "the key is <b>invalid</b>");
  EXPECT_EQ(number(row.at("since")), 1'800'000'000);
  EXPECT_FALSE(warning("no_channel").empty());
}

TEST_F(Overview, WarnsOfWhatIsMissing) {
  EXPECT_TRUE(warning("no_channel").empty());
  EXPECT_TRUE(warning("unpriced_models").empty());
  EXPECT_TRUE(warning("first_password").empty());
  EXPECT_FALSE(warning("setup_not_done").empty());
  ASSERT_TRUE(root.post("/api/setup/done", "").success());
  EXPECT_TRUE(warning("setup_not_done").empty());
  gateway.add_channel("openai", upstream.url(), "unheard-of");
  EXPECT_EQ(warning("unpriced_models"), R"(["unheard-of"])");
}

TEST_F(Overview, TellsRootsAffairsToRootOnly) {
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  const ManageAnswer answer = carol.get("/api/overview?scope=all");
  EXPECT_EQ(answer.body.find("setup_not_done"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace tollgate::testing
