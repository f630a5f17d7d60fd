#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "store/grants.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,)"
    R"("total_tokens":15}})";
constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";

std::int64_t number(const json::value& value) { return value.is_number() ? value.to_number<std::int64_t>() : -1; }
std::string text(const json::value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

class Tokens : public ::testing::Test {
 protected:
  explicit Tokens(std::map<std::string, std::string> settings = {}) : gateway(manage_settings(std::move(settings))) {}

  TestGateway gateway;
  ManageClient root{gateway, "root", kRootPassword};
  ManageClient alice = make_user(gateway, root, "alice");

  json::value make(ManageClient& who, std::string_view body) {
    const ManageAnswer answer = who.post("/api/token/", body);
    EXPECT_TRUE(answer.success()) << answer.body;
    return answer.data();
  }
  int call_with(const std::string& key) {
    return http_request(gateway.port(), "POST", "/v1/chat/completions", kAsk, {{"Authorization", "Bearer sk-" + key}})
        .status;
  }
};

/// With a model that answers at a price, and a balance for it.
class TokensThatCall : public Tokens {
 protected:
  void SetUp() override {
    gateway.add_channel("openai", upstream_.url(), "m");
    gateway.set_price("m", "1", "2");
    ASSERT_TRUE(root.post("/api/user/quota/2", R"({"quota":100000})").success());
  }

 private:
  ScriptedUpstream upstream_{[](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; }};
};

TEST_F(TokensThatCall, NewOneWorksAtOnceAndStopsAtOnce) {
  const json::value token = make(alice, R"({"name":"t","remain_quota":50000})");
  const std::string id = std::to_string(number(token.at("id")));
  const std::string key = text(token.at("key"));
  EXPECT_EQ(key.size(), 48U);
  EXPECT_EQ(call_with(key), 200);
  const ManageAnswer shown = alice.get("/api/token/" + id);
  EXPECT_EQ(number(shown.data("used_quota")), 20);
  EXPECT_EQ(number(shown.data("remain_quota")), 49980);

  ASSERT_TRUE(alice.put("/api/token/?status_only=true", R"({"id":)" + id + R"(,"status":2})").success());
  EXPECT_EQ(call_with(key), 401);
  ASSERT_TRUE(alice.put("/api/token/?status_only=true", R"({"id":)" + id + R"(,"status":1})").success());
  EXPECT_EQ(call_with(key), 200);
  ASSERT_TRUE(alice.del("/api/token/" + id).success());
  EXPECT_EQ(call_with(key), 401);
  EXPECT_FALSE(alice.get("/api/token/" + id).success());
}

TEST_F(TokensThatCall, DeletedOneComesBackToItsOwnerWithItsKeyAndBalance) {
  const json::value token = make(alice, R"({"name":"t","remain_quota":50000})");
  const std::string id = std::to_string(number(token.at("id")));
  const std::string ids = R"({"ids":[)" + id + "]}";
  ASSERT_EQ(call_with(text(token.at("key"))), 200);
  ASSERT_TRUE(alice.del("/api/token/" + id).success());
  ASSERT_EQ(call_with(text(token.at("key"))), 401);

  EXPECT_FALSE(root.post("/api/token/restore", ids).success());
  EXPECT_EQ(call_with(text(token.at("key"))), 401);
  EXPECT_EQ(number(alice.post("/api/token/restore", ids).data()), 1);
  EXPECT_EQ(call_with(text(token.at("key"))), 200);
  EXPECT_EQ(number(alice.get("/api/token/" + id).data("remain_quota")), 49960);
  EXPECT_EQ(number(alice.post("/api/token/restore", ids).data()), 0);
  EXPECT_NE(alice.post("/api/token/restore", R"({"ids":[77]})").message().find("77"), std::string::npos);
  EXPECT_FALSE(alice.post("/api/token/restore", R"({"ids":[]})").success());
}

TEST_F(TokensThatCall, SettingWhatIsLeftIsExactAndEchoingItChangesNothing) {
  const json::value token = make(alice, R"({"name":"t","remain_quota":50000})");
  const std::string id = std::to_string(number(token.at("id")));
  ASSERT_EQ(call_with(text(token.at("key"))), 200);  // after the page was loaded
  const ManageAnswer echoed =
      alice.put("/api/token/", R"({"id":)" + id + R"(,"name":"renamed","remain_quota":50000,"used_quota":0})");
  ASSERT_TRUE(echoed.success()) << echoed.body;
  EXPECT_EQ(number(echoed.data("remain_quota")), 49980);
  EXPECT_EQ(text(echoed.data("name")), "renamed");
  const ManageAnswer set = alice.put("/api/token/", R"({"id":)" + id + R"(,"remain_quota":7})");
  EXPECT_EQ(number(set.data("remain_quota")), 7);
  EXPECT_EQ(text(set.data("name")), "renamed");
  EXPECT_EQ(gateway.token_books(TokenId{number(token.at("id"))}).balance(), 7);
}

TEST_F(Tokens, ExhaustedOneSaysSoAndIsNotEnabled) {
  const json::value token = make(alice, R"({"name":"t"})");
  EXPECT_EQ(number(token.at("status")), 4);
  const std::string id = std::to_string(number(token.at("id")));
  EXPECT_FALSE(alice.put("/api/token/?status_only=1", R"({"id":)" + id + R"(,"status":1})").success());
  EXPECT_TRUE(alice.put("/api/token/", R"({"id":)" + id + R"(,"unlimited_quota":true})").success());
  EXPECT_EQ(number(alice.get("/api/token/" + id).data("status")), 1);
  ASSERT_TRUE(alice.put("/api/token/", R"({"id":)" + id + R"(,"expired_time":5})").success());
  EXPECT_EQ(number(alice.get("/api/token/" + id).data("status")), 3);
}

TEST_F(Tokens, OthersTokensAreNobodysBusiness) {
  ManageClient bob = make_user(gateway, root, "bob");
  const std::string id = std::to_string(number(make(alice, R"({"name":"mine"})").at("id")));
  EXPECT_FALSE(bob.get("/api/token/" + id).success());
  EXPECT_FALSE(bob.put("/api/token/", R"({"id":)" + id + R"(,"name":"stolen"})").success());
  EXPECT_FALSE(bob.del("/api/token/" + id).success());
  EXPECT_FALSE(bob.get("/api/token/admin/search").success());
  EXPECT_FALSE(bob.put("/api/token/admin", R"({"id":)" + id + R"(,"name":"stolen"})").success());
  EXPECT_EQ(text(alice.get("/api/token/" + id).data("name")), "mine");
}

TEST_F(Tokens, KeysAreForTheirOwnersOnly) {
  make(alice, R"({"name":"mine"})");
  const ManageAnswer own = alice.get("/api/token/?page=1&size=10");
  EXPECT_EQ(text(own.data("data").at(0).at("key")).size(), 48U);
  const ManageAnswer found = root.get("/api/token/admin/search?page=1&size=10&user_id=2");
  ASSERT_TRUE(found.success()) << found.body;
  EXPECT_EQ(text(found.data("data").at(0).at("key")), "");
  EXPECT_EQ(text(found.data("data").at(0).at("owner_name")), "alice");
}

TEST_F(Tokens, AdministratorsActBelowThemselves) {
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  const std::string own = std::to_string(number(make(root, R"({"name":"root's"})").at("id")));
  const std::string hers = std::to_string(number(make(alice, R"({"name":"alice's"})").at("id")));
  EXPECT_FALSE(carol.put("/api/token/admin", R"({"id":)" + own + R"(,"name":"x"})").success());
  EXPECT_TRUE(carol.put("/api/token/admin", R"({"id":)" + hers + R"(,"name":"x"})").success());
  EXPECT_FALSE(carol.put("/api/token/admin", R"({"id":)" + hers + R"(,"user_id":1})").success());
  EXPECT_FALSE(carol.put("/api/token/admin", R"({"id":)" + hers + R"(,"user_id":99})").success());
  EXPECT_TRUE(carol.put("/api/token/admin", R"({"id":)" + hers + R"(,"user_id":3})").success());
  EXPECT_FALSE(alice.get("/api/token/" + hers).success());
  EXPECT_TRUE(carol.get("/api/token/" + hers).success());
}

TEST_F(Tokens, BillingTagsAreForEmployees) {
  ManageClient dave = make_user(gateway, root, "dave", "set_reliable");
  const json::value plain = make(alice, R"({"name":"t","setting":{"billing_tag":"x"}})");
  EXPECT_EQ(plain.at("setting").as_object().if_contains("billing_tag"), nullptr);
  const json::value tagged = make(dave, R"({"name":"t","setting":{"billing_tag":"x"}})");
  EXPECT_EQ(text(tagged.at("setting").at("billing_tag")), "x");
}

TEST_F(Tokens, WrongBodiesNameWhatIsWrong) {
  const auto refused = [&](std::string_view body, std::string_view names) {
    const ManageAnswer answer = alice.post("/api/token/", body);
    EXPECT_FALSE(answer.success()) << body;
    EXPECT_NE(answer.message().find(names), std::string::npos) << answer.body;
  };
  refused("{", "JSON");
  refused("[]", "object");
  refused(R"({"name":5})", "name");
  refused(R"({"name":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})", "name");
  refused(R"({"remain_quota":1e30})", "remain_quota");
  refused(R"({"expired_time":-2})", "expired_time");
  refused(R"({"group":"nope"})", "nope");
  refused(R"({"group":"vip' OR 1=1 --"})", "group");
  refused(R"({"setting":{"heartbeat":{"enabled":true,"timeout_seconds":5}}})", "setting.heartbeat.timeout_seconds");
  refused(R"({"setting":{"limits":{"limits_ip_setting":{"enabled":true,"whitelist":["10.0.0.0/99"]}}}})", "whitelist");
  refused(R"({"setting":{"limits":{"limit_model_setting":{"models":[1]}}}})", "models");
  EXPECT_FALSE(alice.put("/api/token/", R"({"name":"x"})").success());
  EXPECT_FALSE(alice.get("/api/token/abc").success());
  EXPECT_FALSE(alice.get("/api/token/9223372036854775808").success());
  EXPECT_FALSE(alice.get("/api/token/?page=1&size=10&order=key_hash").success());
  EXPECT_EQ(number(alice.get("/api/token/?page=1&size=10").data("total_count")), 0);
}

TEST_F(Tokens, StaleEditIsRefused) {
  const json::value token = make(alice, R"({"name":"a"})");
  const std::string id = std::to_string(number(token.at("id")));
  const std::string version = std::to_string(number(token.at("version")));
  EXPECT_TRUE(alice.put("/api/token/", R"({"id":)" + id + R"(,"name":"b","version":)" + version + "}").success());
  EXPECT_FALSE(alice.put("/api/token/", R"({"id":)" + id + R"(,"name":"c","version":)" + version + "}").success());
  EXPECT_EQ(text(alice.get("/api/token/" + id).data("name")), "b");
}

TEST_F(Tokens, ManyAtOnceSetOneBalanceToOneOfTheirs) {
  const json::value token = make(alice, R"({"name":"a","remain_quota":1})");
  const std::string id = std::to_string(number(token.at("id")));
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 1; i <= 8; ++i) {
    threads.emplace_back([&, i] {
      ManageClient one = alice;
      if (one.put("/api/token/", R"({"id":)" + id + R"(,"remain_quota":)" + std::to_string(i * 100) + "}").success()) {
        ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 8);
  const std::int64_t left = number(alice.get("/api/token/" + id).data("remain_quota"));
  EXPECT_EQ(left % 100, 0);
  EXPECT_EQ(gateway.token_books(TokenId{number(token.at("id"))}).granted, left);
  const auto sum = gateway.on_storage(
      [&](store::Session& db) { return store::sum_grants(db, store::AccountKind::token, number(token.at("id"))); });
  ASSERT_TRUE(sum);
  EXPECT_EQ(*sum, left);
}

TEST_F(Tokens, PlaygroundsKeyIsMadeOnce) {
  const ManageAnswer first = alice.get("/api/token/playground");
  ASSERT_TRUE(first.success()) << first.body;
  EXPECT_EQ(text(first.data()).size(), 48U);
  EXPECT_EQ(alice.get("/api/token/playground").data(), first.data());
}

class HiddenTokens : public Tokens {
 protected:
  HiddenTokens() : Tokens({{"tokens.reveal", "false"}}) {}
};

TEST_F(HiddenTokens, KeyIsShownOnceOnly) {
  const json::value made = make(alice, R"({"name":"once"})");
  EXPECT_EQ(text(made.at("key")).size(), 48U);
  const std::string id = std::to_string(number(made.at("id")));
  EXPECT_EQ(text(alice.get("/api/token/" + id).data("key")), "");
  EXPECT_EQ(text(alice.get("/api/token/" + id).data("key_hint")), text(made.at("key")).substr(44));
  const std::string first = text(alice.get("/api/token/playground").data());
  EXPECT_NE(text(alice.get("/api/token/playground").data()), first);
  EXPECT_EQ(number(alice.get("/api/token/?page=1&size=10&keyword=sys_").data("total_count")), 1);
}

}  // namespace
}  // namespace tollgate::testing
