#include <string>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,)"
    R"("total_tokens":15}})";

/// What a script for one-hub does on a fresh gateway, with the members that such scripts send: each step depends on the
/// one before being in force when it is answered.
TEST(ManageScript, FromSignInToAPricedCallInTheLog) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; });
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  const auto start = root.get("/api/user/self").data("quota").to_number<std::int64_t>();

  json::object channel{{"name", "mine"},      {"type", 1},          {"key", "upstream-key"},
                       {"models", "m"},       {"group", "default"}, {"base_url", upstream.url()},
                       {"model_mapping", ""}, {"priority", 0},      {"weight", 1},
                       {"proxy", ""},         {"test_model", "m"},  {"other", ""}};
  const ManageAnswer added = root.post("/api/channel/", json::serialize(channel));
  ASSERT_TRUE(added.success()) << added.body;
  const ManageAnswer priced =
      root.post("/api/prices/single", R"({"model":"m","type":"tokens","channel_type":1,"input":1,"output":2})");
  ASSERT_TRUE(priced.success()) << priced.body;
  const ManageAnswer made =
      root.post("/api/token/", R"({"name":"script","remain_quota":500000,"expired_time":-1,"unlimited_quota":false})");
  ASSERT_TRUE(made.success()) << made.body;

  const ManageAnswer tokens = root.get("/api/token/?page=1&size=10&keyword=script");
  ASSERT_TRUE(tokens.data("data").is_array()) << tokens.body;
  const json::object& token = tokens.data("data").as_array().at(0).as_object();
  const std::string key(json::find_string(token, "key"));
  ASSERT_EQ(key.size(), 48U);

  const HttpAnswer answer = http_request(gateway.port(), "POST", "/v1/chat/completions",
                                         R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})",
                                         {{"Authorization", "Bearer sk-" + key}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  gateway.flush();

  EXPECT_EQ(root.get("/api/user/self").data("quota"), json::value(start - 20));
  const std::string id = std::to_string(token.at("id").to_number<std::int64_t>());
  EXPECT_EQ(root.get("/api/token/" + id).data("remain_quota"), json::value(500'000 - 20));
  const ManageAnswer log = root.get("/api/log/?page=1&size=10&log_type=2");
  ASSERT_TRUE(log.data("data").is_array()) << log.body;
  ASSERT_EQ(log.data("data").as_array().size(), 1U) << log.body;
  const json::object& row = log.data("data").as_array().at(0).as_object();
  EXPECT_EQ(json::find_string(row, "model_name"), "m");
  EXPECT_EQ(json::find_string(row, "token_name"), "script");
  EXPECT_EQ(json::find_string(row, "username"), "root");
  EXPECT_EQ(row.at("quota"), json::value(20));
  EXPECT_EQ(row.at("prompt_tokens"), json::value(10));
  EXPECT_EQ(row.at("completion_tokens"), json::value(5));
  EXPECT_EQ(root.get("/api/log/stat?start_timestamp=1&end_timestamp=99999999999").data("quota"), json::value(20));
  // Nothing but the call stands in the log.
  EXPECT_EQ(root.get("/api/log/?page=1&size=10").data("total_count"), json::value(1));
}

}  // namespace
}  // namespace tollgate::testing
