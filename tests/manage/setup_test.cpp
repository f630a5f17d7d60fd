#include <string>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"OK"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}})";

bool has_capability(const ManageAnswer& answer, std::string_view name) {
  for (const json::value& capability : answer.data("capabilities").as_array()) {
    if (json::view(capability.as_string()) == name) return true;
  }
  return false;
}

bool step(const ManageAnswer& answer, std::string_view name) {
  return answer.data("steps").as_object().at(name).as_bool();
}

class Setup : public ::testing::Test {
 protected:
  TestGateway gateway{manage_settings()};
  ManageClient root{gateway, "root", kRootPassword};
  ManageClient guest{gateway};
};

TEST_F(Setup, CapabilitiesFollowTheRole) {
  ManageClient user = make_user(gateway, root, "alice");
  ManageClient admin = make_user(gateway, root, "carol", "promote");
  const auto self = [](ManageClient& who) { return who.get("/api/user/self"); };
  EXPECT_TRUE(has_capability(self(user), "tokens.own"));
  EXPECT_FALSE(has_capability(self(user), "channels.read"));
  EXPECT_TRUE(has_capability(self(admin), "tokens.own"));
  EXPECT_TRUE(has_capability(self(admin), "channels.write"));
  EXPECT_FALSE(has_capability(self(admin), "settings.read"));
  EXPECT_TRUE(has_capability(self(root), "settings.write"));
  const ManageAnswer signed_in = ManageClient(gateway).sign_in("root", kRootPassword);
  EXPECT_EQ(signed_in.data("capabilities"), self(root).data("capabilities"));
}

TEST_F(Setup, ADemotedAdministratorLosesCapabilitiesAtOnce) {
  ManageClient admin = make_user(gateway, root, "carol", "promote");
  ASSERT_TRUE(root.post("/api/user/manage", R"({"username":"carol","action":"demote"})").success());
  EXPECT_FALSE(has_capability(admin.get("/api/user/self"), "users.read"));
}

TEST_F(Setup, GuestsAndUsersLearnOnlyWhetherItIsDue) {
  ManageClient admin = make_user(gateway, root, "carol", "promote");
  for (ManageClient* who : {&guest, &admin}) {
    const ManageAnswer answer = who->get("/api/setup");
    EXPECT_EQ(answer.data("needed"), json::value(true));
    EXPECT_TRUE(answer.data("steps").is_null()) << answer.body;
  }
  EXPECT_TRUE(root.get("/api/setup").data("steps").is_object());
}

TEST_F(Setup, IsDoneWhenRootSaysSo) {
  ASSERT_TRUE(root.post("/api/setup/done", "").success());
  EXPECT_EQ(guest.get("/api/setup").data("needed"), json::value(false));
  gateway.restart();
  EXPECT_EQ(ManageClient(gateway).get("/api/setup").data("needed"), json::value(false));
}

TEST_F(Setup, StepsAreTickedByWhatWasDone) {
  const ManageAnswer before = root.get("/api/setup");
  for (const char* name : {"site", "provider", "token"}) EXPECT_FALSE(step(before, name)) << name;
  EXPECT_TRUE(step(before, "root_password"));  // the test's own
  const json::value demo = before.data("steps").at("demo");
  EXPECT_EQ(demo.at("enabled"), json::value(true));

  ASSERT_TRUE(root.put("/api/option/", R"({"key":"SystemName","value":"Ours"})").success());
  gateway.add_channel("openai", "http://127.0.0.1:1", "m");
  ASSERT_TRUE(root.post("/api/token/", R"({"name":"mine"})").success());
  const std::string off = R"({"id":)" + json::serialize(demo.at("id")) + R"(,"status":2})";
  ASSERT_TRUE(root.put("/api/channel/", off).success());
  const ManageAnswer after = root.get("/api/setup");
  for (const char* name : {"site", "provider", "token"}) EXPECT_TRUE(step(after, name)) << name;
  EXPECT_EQ(after.data("steps").at("demo").at("enabled"), json::value(false));
}

TEST(SetupOfAFreshGateway, WantsAnotherPasswordThanThePrintedOne) {
  TestGateway gateway({{"global.critical_rate_limit", "1000"}});
  const std::string printed = gateway.gateway().first_start().root_password.value().reveal();
  ManageClient root(gateway, "root", printed);
  EXPECT_FALSE(step(root.get("/api/setup"), "root_password"));
  ASSERT_TRUE(root.put("/api/user/self", R"({"password":"another-word-1"})").success());
  EXPECT_TRUE(step(root.get("/api/setup"), "root_password"));
}

TEST_F(Setup, StorageIsLookedAt) {
  const ManageAnswer answer = root.get("/api/setup/storage");
  ASSERT_TRUE(answer.success()) << answer.body;
  EXPECT_EQ(answer.data("database").at("engine"), json::value("sqlite"));
  EXPECT_EQ(answer.data("database").at("writable"), json::value(true));
  EXPECT_TRUE(answer.data("log_database").is_null());
  EXPECT_EQ(answer.data("data_dir").at("path"), json::value(gateway.data_dir().string()));
  EXPECT_EQ(answer.data("data_dir").at("writable"), json::value(true));
  EXPECT_GT(answer.data("data_dir").at("free_bytes").as_int64(), 0);
  const std::int64_t ahead = answer.data("database").at("clock_difference_s").as_int64();
  EXPECT_LE(std::abs(ahead), 2) << answer.body;
}

class Probe : public Setup {
 protected:
  ScriptedUpstream upstream{[](const SeenRequest& request) {
    const bool known = request.headers.at("authorization") == "Bearer sk-good";
    return Script{Send{known ? http_json(200, kAnswer) : http_json(401, R"({"error":{"message":"no such key"}})")}};
  }};
  ManageAnswer probe(std::string_view key, std::string_view more = "") {
    return root.post("/api/channel/probe", R"({"type":1,"name":"c","models":"m","base_url":)" +
                                               json::quote(upstream.url()) + R"(,"key":)" + json::quote(key) +
                                               std::string(more) + "}");
  }
};

TEST_F(Probe, AsksTheProviderAndStoresNothing) {
  const std::int64_t channels = gateway.number("SELECT COUNT(*) FROM channels");
  const ManageAnswer good = probe("sk-good");
  EXPECT_TRUE(good.success()) << good.body;
  EXPECT_EQ(good.document.at("modelName"), json::value("m"));
  const ManageAnswer bad = probe("sk-bad");
  EXPECT_FALSE(bad.success());
  EXPECT_EQ(bad.body.find("sk-bad"), std::string::npos) << bad.body;
  EXPECT_EQ(upstream.request_count(), 2U);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM channels"), channels);
}

TEST_F(Probe, TakesTheModelThatIsNamed) {
  EXPECT_EQ(probe("sk-good", R"(,"model":"other")").document.at("modelName"), json::value("other"));
}

TEST_F(Probe, OfASavedChannelUsesItsKey) {
  ASSERT_TRUE(root.post("/api/channel/", R"({"type":1,"name":"c","models":"m","key":"sk-good","base_url":)" +
                                             json::quote(upstream.url()) + "}")
                  .success());
  const std::int64_t id = gateway.number("SELECT MAX(id) FROM channels");
  EXPECT_TRUE(probe("", R"(,"id":)" + std::to_string(id)).success());
}

TEST_F(Probe, RefusesWhatCannotBeCalled) {
  const ManageAnswer address = root.post("/api/channel/probe", R"({"type":1,"key":"k","base_url":"nonsense"})");
  EXPECT_FALSE(address.success());
  EXPECT_FALSE(address.message().empty());
  EXPECT_FALSE(root.post("/api/channel/probe", R"({"type":99999,"key":"k"})").success());
  EXPECT_FALSE(probe("sk-good", R"(,"model":7)").success());
  EXPECT_EQ(upstream.request_count(), 0U);
}

}  // namespace
}  // namespace tollgate::testing
