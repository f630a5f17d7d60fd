// Trying all channels, or all models of one, while somebody looks on.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_document.h"
#include "base/strings.h"
#include "integration/cases.h"
#include "manage_client.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kAll = "/api/sse/channel/test_all";
constexpr std::string_view kCheck = "/api/sse/channel/check";

/// The events of a stream, heartbeats left out; each must be as the document says.
std::vector<json::value> events_of(std::string_view method, std::string_view path, std::string_view body) {
  static const ApiDocument document;
  std::vector<json::value> out;
  for (const std::string_view line : split_list(body, '\n')) {
    if (!line.starts_with("data:")) continue;
    const std::string_view data = line.substr(5);
    EXPECT_EQ(document.check_event(*document.find(method, path), data), "") << data;
    auto event = json::parse(data).value();
    if (event.at("type") != "heartbeat") out.push_back(std::move(event));
  }
  return out;
}

class ChannelRuns : public ::testing::Test {
 protected:
  explicit ChannelRuns(const Clock* clock = nullptr) : gateway_(settings(), clock) {}
  static std::map<std::string, std::string> settings() {
    return manage_settings({{"demo.enabled", "false"}, {"channel.auto_disable", "true"}});
  }
  ChannelId add(std::string_view name, std::string_view models, std::string_view url) {
    store::ChannelRow row;
    row.name = name;
    return gateway_.add_channel("openai", url, models, row);
  }
  std::string cookie() { return "session=" + root_.cookie(); }

  TestGateway gateway_;
  ScriptedUpstream good_{[](const SeenRequest& request) { return sound(Tongue::openai, request); }};
  ScriptedUpstream bad_{[](const SeenRequest&) {
    return Script{Send{http_json(401, R"({"error":{"message":"no <script> for you","code":"invalid_api_key"}})")}};
  }};
  ManageClient root_{gateway_, "root", kRootPassword};
};

TEST_F(ChannelRuns, TellOfEachChannelAndOfTheEnd) {
  add("fine", "m", good_.url());
  const ChannelId broken = add("broken", "m", bad_.url());
  const ManageAnswer answer = root_.get(kAll);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(answer.headers.at("x-accel-buffering"), "no");
  const auto events = events_of("GET", kAll, answer.body);
  ASSERT_EQ(events.size(), 4U) << answer.body;
  EXPECT_EQ(events[0], json::parse(R"({"type":"start","data":{"total":2}})").value());
  const json::value& fine = events[1].at("data");
  EXPECT_EQ(fine.at("name"), "fine");
  EXPECT_EQ(fine.at("success"), json::value(true));
  EXPECT_EQ(fine.at("modelName"), "m");
  EXPECT_EQ(fine.at("status_changed"), json::value(false));
  const json::value& failed = events[2].at("data");
  EXPECT_EQ(failed.at("success"), json::value(false));
  EXPECT_EQ(failed.at("code"), "upstream_auth_failed");
  EXPECT_THAT(json::serialize(failed.at("detail")), HasSubstr("no <script> for you"));
  EXPECT_EQ(failed.at("status_changed"), json::value(true));
  EXPECT_EQ(events[3], json::parse(R"({"type":"done","data":{"tested":2,"failed":1}})").value());

  EXPECT_EQ(gateway_.channel(broken).status, store::ChannelStatus::auto_disabled);
  const auto again = events_of("GET", kAll, root_.get("/api/sse/channel/test_all?scope=disabled").body);
  ASSERT_EQ(again.size(), 3U);
  EXPECT_EQ(again[1].at("data").at("name"), "broken");
}

TEST_F(ChannelRuns, ThereIsOneAtATimeAndItEndsWithItsReader) {
  ScriptedUpstream slow([](const SeenRequest&) { return Script{Stall{}}; });
  add("slow", "m", slow.url());
  const ChannelId next = add("next", "m", good_.url());
  HttpClient reader(gateway_.port());
  ASSERT_TRUE(reader.send_request("GET", kAll, {}, {{"Cookie", cookie()}}));
  ASSERT_TRUE(reader.read_until(R"("type":"start")").has_value());
  EXPECT_FALSE(root_.get(kAll).success());
  EXPECT_FALSE(root_.get("/api/channel/test").success());
  EXPECT_TRUE(eventually([&] { return slow.request_count() == 1; }));
  reader.close();
  EXPECT_TRUE(slow.wait_hung_up(1));
  EXPECT_TRUE(eventually([&] {
    return root_.get("/api/sse/channel/test_all?scope=disabled").status == 200 &&
           root_.get("/api/sse/channel/test_all?scope=disabled").body.contains("done");
  }));
  EXPECT_EQ(good_.request_count(), 0U);
  EXPECT_EQ(gateway_.channel(next).tested_at, 0);
}

TEST_F(ChannelRuns, AreForAdministratorsOnTheirOwnSite) {
  ManageClient user = make_user(gateway_, root_, "alice");
  EXPECT_FALSE(user.get(kAll).success());
  EXPECT_EQ(ManageClient(gateway_).get(kAll).status, 401);
  EXPECT_EQ(root_.call("GET", kAll, {}, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_FALSE(root_.get("/api/sse/channel/test_all?scope=some").success());
}

TEST_F(ChannelRuns, ModelsOfAChannelAreCheckedOneByOne) {
  ScriptedUpstream upstream([](const SeenRequest& request) {
    if (request.body.contains(R"("model":"gone")"))
      return Script{Send{http_json(404, R"({"error":{"message":"gone"}})")}};
    return sound(Tongue::openai, request);
  });
  const ChannelId id = add("c", "m,gone,tts-1,wild-*", upstream.url());
  const std::string whole = R"({"id":)" + std::to_string(id.value) + "}";
  const auto events = events_of("POST", kCheck, root_.post(kCheck, whole).body);
  ASSERT_EQ(events.size(), 4U);
  const auto told = [&](std::size_t i) {
    const json::value& data = events[i].at("data");
    const json::value& result = data.at("process").at(0).at("results").at(0);
    return std::string(json::view(data.at("model").as_string())) + " " + json::serialize(result.at("status"));
  };
  EXPECT_THAT((std::vector<std::string>{told(0), told(1), told(2)}), ElementsAre("m 1", "gone 0", "tts-1 2"));
  EXPECT_EQ(events[3], json::parse(R"({"type":"done","data":"completed"})").value());
  // A check changes nothing.
  EXPECT_EQ(gateway_.channel(id).status, store::ChannelStatus::enabled);
  EXPECT_EQ(gateway_.channel(id).tested_at, 0);

  const std::string one = R"({"id":)" + std::to_string(id.value) + R"(,"models":" gone , "})";
  EXPECT_EQ(events_of("POST", kCheck, root_.post(kCheck, one).body).size(), 2U);
}

TEST_F(ChannelRuns, WrongChecksAreRefusedBeforeTheyBegin) {
  EXPECT_FALSE(root_.post(kCheck, R"({"id":999})").success());
  EXPECT_FALSE(root_.post(kCheck, R"({"id":"x"})").success());
  EXPECT_FALSE(root_.post(kCheck, R"({})").success());
  EXPECT_FALSE(root_.post(kCheck, "[").success());
  std::string many;
  for (int i = 0; i < 501; ++i) many += "m" + std::to_string(i) + ",";
  EXPECT_THAT(root_.post(kCheck, R"({"id":1,"models":)" + json::quote(many) + "}").message(), HasSubstr("500"));
}

class SlowChannelRuns : public ChannelRuns {
 protected:
  SlowChannelRuns() : ChannelRuns(&clock_) {}
  static inline FakeClock clock_;
};

TEST_F(SlowChannelRuns, SayThatTheyLiveWhileAProviderThinks) {
  ScriptedUpstream slow([](const SeenRequest& request) {
    Script script{AwaitGate{}};
    for (Step& step : sound(Tongue::openai, request)) script.push_back(std::move(step));
    return script;
  });
  add("slow", "m", slow.url());
  HttpClient reader(gateway_.port());
  ASSERT_TRUE(reader.send_request("GET", kAll, {}, {{"Cookie", cookie()}}));
  EXPECT_TRUE(eventually([&] { return slow.request_count() == 1; }));
  clock_.advance_ms(10'001);
  ASSERT_TRUE(reader.read_until(R"({"type":"heartbeat","data":"ping"})").has_value());
  slow.open_gate();
  EXPECT_TRUE(reader.read_until(R"("type":"done")").has_value());
}

TEST_F(ChannelRuns, ListsSayWhatHoldsAChannelBack) {
  ScriptedUpstream limited([](const SeenRequest&) {
    return Script{Send{http_json(429, R"({"error":{"message":"slow down"}})", "Retry-After: 60\r\n")}};
  });
  const ChannelId id = add("c", "m", limited.url());
  gateway_.set_price("m", "1", "2");
  const TestCaller caller = gateway_.add_caller();
  EXPECT_EQ(gateway_.post(caller, "/v1/chat/completions", ask("m")).status, 429);
  const json::value list = root_.get("/api/channel/?page=1&size=10").data("data");
  const json::value& health = list.at(0).at("health");
  EXPECT_EQ(list.at(0).at("id"), json::value(id.value));
  EXPECT_GT(health.at("cooldown_seconds").as_int64(), 50);
  EXPECT_LE(health.at("cooldown_seconds").as_int64(), 60);
  EXPECT_EQ(health.at("keys"), json::value(1));
  EXPECT_EQ(health.at("keys_cooling"), json::value(1));
  EXPECT_EQ(health.at("keys_off"), json::value(0));
  EXPECT_EQ(health.at("breaker"), "closed");
  EXPECT_EQ(health.at("breaker_seconds"), json::value(0));
}

}  // namespace
}  // namespace tollgate::testing
