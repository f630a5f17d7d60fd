#include <atomic>
#include <string>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"OK"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}})";
constexpr std::string_view kBadKey =
    R"({"error":{"message":"Incorrect API key provided: sk-upstream-secret-0123456789.","type":"invalid_request_error",)"
    R"("code":"invalid_api_key"}})";

std::int64_t number(const json::value& value) { return value.is_number() ? value.to_number<std::int64_t>() : -1; }
std::string text(const json::value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

class Channels : public ::testing::Test {
 protected:
  explicit Channels(std::map<std::string, std::string> more = {}) : gateway(settings(std::move(more))) {}
  static std::map<std::string, std::string> settings(std::map<std::string, std::string> more) {
    more.try_emplace("demo.enabled", "false");
    return manage_settings(std::move(more));
  }

  TestGateway gateway;
  ManageClient root{gateway, "root", kRootPassword};

  /// @return the first new channel's number.
  std::int64_t add(std::string_view key, std::string_view base_url, std::string_view more = "") {
    std::string body =
        R"({"type":1,"name":"c","models":"m","key":)" + json::quote(key) + R"(,"base_url":)" + json::quote(base_url);
    if (!more.empty()) body.append(",").append(more);
    const ManageAnswer answer = root.post("/api/channel/", body + "}");
    EXPECT_TRUE(answer.success()) << answer.body;
    return answer.success() ? number(answer.data("ids").at(0)) : 0;
  }
  ManageAnswer show(std::int64_t id) { return root.get("/api/channel/" + std::to_string(id)); }
  ManageAnswer test(std::int64_t id, std::string_view query = "") {
    return root.get("/api/channel/test/" + std::to_string(id) + std::string(query));
  }
};

TEST_F(Channels, OneALineWithNamesAndAddressesOfTheirLines) {
  add("sk-a\nsk-b\n\nsk-c", "http://127.0.0.1:1\nhttp://127.0.0.1:2", R"("tag":"pool")");
  const ManageAnswer list = root.get("/api/channel_tag/pool/list");
  ASSERT_EQ(list.data().as_array().size(), 3U);
  EXPECT_EQ(text(list.data().at(0).at("name")), "c");
  EXPECT_EQ(text(list.data().at(1).at("name")), "c_2");
  EXPECT_EQ(text(list.data().at(1).at("base_url")), "http://127.0.0.1:2");
  EXPECT_EQ(text(list.data().at(2).at("name")), "c_4");
  EXPECT_EQ(text(list.data().at(2).at("base_url")), "http://127.0.0.1:1");
  EXPECT_EQ(text(list.data().at(2).at("key")), "sk-c");
}

TEST_F(Channels, KeysOfOneChannelStayTogetherIfAsked) {
  const std::int64_t id = add("sk-a\nsk-b", "http://127.0.0.1:1", R"("one_channel":true)");
  EXPECT_EQ(text(show(id).data("key")), "sk-a\nsk-b");
  EXPECT_EQ(number(root.get("/api/channel/?page=1&size=10").data("total_count")), 1);
}

TEST_F(Channels, SecretsAreBlankInListsAndFoundByTheWholeKey) {
  add("sk-secret", "http://127.0.0.1:1", R"("model_headers":"{\"X-Org\":\"o\"}","proxy":"http://u:p@127.0.0.1:9")");
  const ManageAnswer list = root.get("/api/channel/?page=1&size=10");
  const json::value& row = list.data("data").at(0);
  EXPECT_EQ(text(row.at("key")), "");
  EXPECT_EQ(text(row.at("proxy")), "");
  EXPECT_EQ(text(row.at("model_headers")), "");
  EXPECT_EQ(list.body.find("sk-secret"), std::string::npos);
  EXPECT_EQ(text(show(1).data("proxy")), "http://u:p@127.0.0.1:9");
  EXPECT_EQ(number(root.get("/api/channel/?page=1&size=10&key=sk-secret").data("total_count")), 1);
  EXPECT_EQ(number(root.get("/api/channel/?page=1&size=10&key=sk-sec").data("total_count")), 0);
}

TEST_F(Channels, PartialChangeKeepsTheRest) {
  const std::int64_t id = add("sk-a", "http://127.0.0.1:1", R"("priority":3,"group":"default,vip","test_model":"m")");
  const std::string at = std::to_string(id);
  ASSERT_TRUE(root.put("/api/channel/", R"({"id":)" + at + R"(,"status":2,"test_model":""})").success());
  ASSERT_TRUE(root.put("/api/channel/", R"({"id":)" + at + R"(,"priority":0})").success());
  ManageAnswer now = show(id);
  EXPECT_EQ(number(now.data("status")), 2);
  EXPECT_EQ(number(now.data("priority")), 0);
  EXPECT_EQ(text(now.data("key")), "sk-a");
  EXPECT_EQ(text(now.data("test_model")), "m");
  EXPECT_EQ(text(now.data("group")), "default,vip");
  // With models all that is there counts; an empty key is a list's.
  ASSERT_TRUE(root.put("/api/channel/", R"({"id":)" + at + R"(,"models":"m,n","test_model":"","key":""})").success());
  now = show(id);
  EXPECT_EQ(text(now.data("models")), "m,n");
  EXPECT_EQ(text(now.data("test_model")), "");
  EXPECT_EQ(text(now.data("key")), "sk-a");
}

TEST_F(Channels, WhatCouldNotBeCalledIsRefused) {
  const auto refused = [&](std::string_view members, std::string_view names) {
    const ManageAnswer answer = root.post("/api/channel/", R"({"name":"c","models":"m",)" + std::string(members) + "}");
    EXPECT_FALSE(answer.success()) << members;
    EXPECT_NE(answer.message().find(names), std::string::npos) << answer.body;
    EXPECT_EQ(answer.body.find("sk-hidden"), std::string::npos);
  };
  refused(R"("key":"sk-hidden")", "type");
  refused(R"("type":1,"key":"")", "key");
  refused(R"("type":1,"key":"\n \n")", "key");
  refused(R"("type":4711,"key":"sk-hidden")", "4711");
  refused(R"("type":3,"key":"sk-hidden")", "Azure");
  refused(R"("type":1,"key":"sk-hidden","base_url":"file:///etc/passwd")", "base");
  refused(R"("type":1,"key":"sk-hidden","model_mapping":"{")", "model_mapping");
  refused(R"("type":1,"key":"sk-hidden","custom_parameter":"[1]")", "custom_parameter");
  refused(R"("type":1,"key":"sk-hidden","model_headers":"{\"Host\":\"x\"}")", "ost");
  refused(R"("type":1,"key":"sk-hidden\u0007")", "key");
  refused(R"("type":1,"key":"sk-hidden","weight":-1)", "weight");
  EXPECT_EQ(number(root.get("/api/channel/?page=1&size=10").data("total_count")), 0);
}

TEST_F(Channels, BatchesAndTags) {
  add("sk-a\nsk-b", "http://127.0.0.1:1", R"("tag":"pool","models":"m,n")");
  EXPECT_EQ(number(root.put("/api/channel/batch/del_model", R"({"ids":[1,2,99],"value":"n"})").data()), 2);
  EXPECT_EQ(text(show(2).data("models")), "m");
  EXPECT_EQ(number(root.put("/api/channel/batch/azure_api", R"({"ids":[1],"value":"v2"})").data()), 1);
  EXPECT_TRUE(root.put("/api/channel_tag/pool/priority", R"({"type":"priority","value":9})").success());
  EXPECT_TRUE(root.put("/api/channel_tag/pool/status/disable", "").success());
  EXPECT_EQ(number(show(1).data("status")), 2);
  EXPECT_EQ(number(show(2).data("priority")), 9);
  EXPECT_TRUE(root.put("/api/channel_tag/pool/status/enable", "").success());
  // One key goes, one comes.
  ASSERT_TRUE(root.put("/api/channel_tag/pool", R"({"id":1,"key":"sk-b\nsk-c","models":"x","name":"c"})").success());
  const ManageAnswer all = root.get("/api/channel_tag/pool");
  EXPECT_EQ(text(all.data("key")), "sk-b\nsk-c");
  EXPECT_FALSE(show(1).success());
  EXPECT_EQ(text(show(2).data("models")), "x");
  EXPECT_EQ(text(show(3).data("models")), "x");
  EXPECT_EQ(number(show(3).data("priority")), 9);
  EXPECT_TRUE(root.del("/api/channel/3/tag").success());
  EXPECT_EQ(number(root.del("/api/channel_tag/pool").data()), 1);
  EXPECT_TRUE(root.put("/api/channel/", R"({"id":3,"status":2})").success());
  EXPECT_EQ(number(root.del("/api/channel/disabled").data()), 1);
  EXPECT_EQ(number(root.get("/api/channel/?page=1&size=10").data("total_count")), 0);
}

TEST_F(Channels, SeveralAreEnabledDisabledAndTaggedAllOrNone) {
  add("sk-a\nsk-b\nsk-c", "http://127.0.0.1:1", R"("tag":"pool")");
  const auto names_ids = [](const ManageAnswer& answer) {
    return !answer.success() && text(answer.document.at("field")) == "ids";
  };
  EXPECT_EQ(number(root.post("/api/channel/batch/status", R"({"ids":[1,2,2],"status":2})").data()), 2);
  EXPECT_EQ(number(show(2).data("status")), 2);
  EXPECT_EQ(number(show(3).data("status")), 1);
  EXPECT_EQ(number(root.post("/api/channel/batch/tag", R"({"ids":[1,3],"tag":" blue "})").data()), 2);
  EXPECT_EQ(text(show(3).data("tag")), "blue");
  EXPECT_EQ(text(show(2).data("tag")), "pool");
  EXPECT_EQ(number(root.post("/api/channel/batch/tag", R"({"ids":[1],"tag":null})").data()), 1);
  EXPECT_EQ(text(show(1).data("tag")), "");

  const ManageAnswer unknown = root.post("/api/channel/batch/status", R"({"ids":[1,98,99],"status":1})");
  EXPECT_TRUE(names_ids(unknown));
  EXPECT_NE(unknown.message().find("98,99"), std::string::npos) << unknown.body;
  EXPECT_EQ(number(show(1).data("status")), 2);
  EXPECT_TRUE(names_ids(root.post("/api/channel/batch/tag", R"({"ids":[2,99],"tag":"x"})")));
  EXPECT_EQ(text(show(2).data("tag")), "pool");
  EXPECT_TRUE(names_ids(root.post("/api/channel/batch/tag", R"({"ids":[],"tag":"x"})")));
  EXPECT_TRUE(names_ids(root.post("/api/channel/batch/tag", R"({"ids":["1"],"tag":"x"})")));
  EXPECT_FALSE(root.post("/api/channel/batch/status", R"({"ids":[1],"status":3})").success());
  EXPECT_FALSE(root.post("/api/channel/batch/status", R"({"ids":[1]})").success());
  EXPECT_FALSE(root.post("/api/channel/batch/tag", R"({"ids":[1],"tag":")" + std::string(192, 't') + "\"}").success());
}

TEST_F(Channels, ABatchTakesTenThousandAndNoMore) {
  std::string ids = "1";
  for (int i = 2; i <= 10'001; ++i) ids += "," + std::to_string(i);
  const auto refusal = [&] {
    return root.post("/api/channel/batch/tag", R"({"tag":"x","ids":[)" + ids + "]}").message();
  };
  EXPECT_NE(refusal().find("at most 10000"), std::string::npos);
  ids.resize(ids.rfind(','));
  EXPECT_NE(refusal().find("10 and 9990 more"), std::string::npos) << refusal();
}

TEST_F(Channels, OneThatCouldNotBeCalledIsNotEnabledAndNeitherAreTheOthers) {
  add("sk-a\nsk-b", "http://127.0.0.1:1");
  ASSERT_TRUE(root.post("/api/channel/batch/status", R"({"ids":[1,2],"status":2})").success());
  ASSERT_TRUE(root.put("/api/channel/", R"({"id":2,"base_url":"nowhere"})").success());
  const ManageAnswer refused = root.post("/api/channel/batch/status", R"({"ids":[1,2],"status":1})");
  EXPECT_FALSE(refused.success());
  EXPECT_NE(refused.message().find("c_2"), std::string::npos) << refused.body;
  EXPECT_EQ(number(show(1).data("status")), 2);
}

TEST_F(Channels, DeletedOnesComeBackAndServeAtOnce) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; });
  const std::int64_t id = add("sk-up", upstream.url(), R"("tag":"pool")");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const auto call = [&] {
    constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";
    return gateway.post(caller, "/v1/chat/completions", kAsk).status;
  };
  ASSERT_EQ(call(), 200);
  ASSERT_TRUE(root.del("/api/channel/" + std::to_string(id)).success());
  ASSERT_NE(call(), 200);
  EXPECT_EQ(number(root.post("/api/channel/restore", R"({"ids":[1]})").data()), 1);
  EXPECT_EQ(call(), 200);
  EXPECT_EQ(text(show(id).data("key")), "sk-up");
  EXPECT_EQ(text(show(id).data("tag")), "pool");
  // Twice does no harm; what there never was, or was deleted long ago, is named.
  EXPECT_EQ(number(root.post("/api/channel/restore", R"({"ids":[1]})").data()), 0);
  EXPECT_NE(root.post("/api/channel/restore", R"({"ids":[1,7]})").message().find(": 7"), std::string::npos);
  const std::int64_t two_days_ago = gateway.parts().now_s() - 2 * 86'400;
  ASSERT_TRUE(gateway.on_storage(
      [&](store::Session& db) { return store::delete_channels(db, {ChannelId{id}}, two_days_ago); }));
  EXPECT_FALSE(root.post("/api/channel/restore", R"({"ids":[1]})").success());
}

TEST_F(Channels, TestAsksTheProviderAndChargesNobody) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; });
  const std::int64_t id = add("sk-up", upstream.url(), R"("model_mapping":"{\"m\":\"real\"}")");
  ASSERT_TRUE(root.put("/api/channel/", R"({"id":1,"status":2})").success());  // disabled ones too
  const ManageAnswer answer = test(id);
  EXPECT_TRUE(answer.success()) << answer.body;
  ASSERT_EQ(upstream.request_count(), 1U);
  const SeenRequest seen = upstream.seen()[0];
  EXPECT_EQ(seen.target, "/v1/chat/completions");
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer sk-up");
  const json::value body = json::parse(seen.body).value();
  EXPECT_EQ(text(body.at("model")), "real");
  EXPECT_EQ(text(body.at("messages").at(0).at("content")), "Say OK.");
  EXPECT_GT(number(show(id).data("test_time")), 0);
  EXPECT_EQ(number(show(id).data("status")), 2);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs"), 0);
  EXPECT_EQ(gateway.channel_used(ChannelId{id}), 0);
}

TEST_F(Channels, EmbeddingModelsAreTestedAsSuch) {
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{http_json(200, R"({"object":"list","data":[{"embedding":[0.5],"index":0}]})")}};
  });
  const std::int64_t id = add("sk-up", upstream.url());
  EXPECT_TRUE(test(id, "?model=text-embedding-3-small").success());
  ASSERT_EQ(upstream.request_count(), 1U);
  EXPECT_EQ(upstream.seen()[0].target, "/v1/embeddings");
  EXPECT_FALSE(test(id, "?model=whisper-1").success());
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST_F(Channels, FailedTestSaysWhyWithoutSecrets) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(401, kBadKey)}}; });
  const std::int64_t id = add("sk-upstream-secret-0123456789", upstream.url());
  const ManageAnswer answer = test(id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.success());
  EXPECT_NE(answer.message(), "");
  EXPECT_EQ(answer.body.find("sk-upstream-secret"), std::string::npos) << answer.body;
  EXPECT_EQ(number(show(id).data("status")), 1);  // channel.auto_disable is off
  EXPECT_EQ(number(show(id).data("test_time")), 0);
}

TEST_F(Channels, AnswerThatIsNoneFailsTheTest) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, R"("hello")")}}; });
  EXPECT_FALSE(test(add("sk-up", upstream.url())).success());
  EXPECT_FALSE(test(add("sk-up", "http://127.0.0.1:1")).success());
  EXPECT_FALSE(test(99).success());
}

class SelfMending : public Channels {
 protected:
  SelfMending() : Channels({{"channel.auto_disable", "true"}, {"channel.auto_enable", "true"}}) {}
};

TEST_F(SelfMending, RefusedKeyDisablesAndSuccessEnablesAgain) {
  std::atomic<bool> good = false;
  ScriptedUpstream upstream(
      [&](const SeenRequest&) { return Script{Send{good ? http_json(200, kAnswer) : http_json(401, kBadKey)}}; });
  const std::int64_t id = add("sk-up", upstream.url());
  EXPECT_FALSE(test(id).success());
  EXPECT_EQ(number(show(id).data("status")), 3);
  EXPECT_NE(text(show(id).data("disabled_reason")), "");
  good = true;
  EXPECT_TRUE(test(id).success());
  EXPECT_EQ(number(show(id).data("status")), 1);
  EXPECT_EQ(text(show(id).data("disabled_reason")), "");
}

TEST_F(SelfMending, RunOverAllTestsEachAndThereIsOneAtATime) {
  ScriptedUpstream upstream([](const SeenRequest& request) {
    if (request.headers.at("authorization") == "Bearer sk-bad") return Script{Send{http_json(401, kBadKey)}};
    return Script{AwaitGate{}, Send{http_json(200, kAnswer)}};
  });
  add("sk-bad", upstream.url());
  add("sk-good", upstream.url());
  ASSERT_TRUE(root.get("/api/channel/test").success());
  EXPECT_FALSE(root.get("/api/channel/test").success());
  upstream.open_gate();
  for (int i = 0; i < 500 && !root.get("/api/channel/test?scope=disabled").success(); ++i) {
  }
  EXPECT_EQ(number(show(1).data("status")), 3);
  EXPECT_GT(number(show(2).data("test_time")), 0);
  EXPECT_FALSE(root.get("/api/channel/test?scope=some").success());
}

TEST_F(Channels, ProvidersOwnListOfModels) {
  ScriptedUpstream upstream([](const SeenRequest& request) {
    if (request.target != "/v1/models") return Script{Send{http_json(404, "{}")}};
    return Script{Send{http_json(200, R"({"object":"list","data":[{"id":"a"},{"id":"b"},{"id":"a"},{}]})")}};
  });
  const std::string url = json::quote(upstream.url());
  ManageAnswer answer =
      root.post("/api/channel/provider_models_list", R"({"type":1,"key":"sk-x\nsk-y","base_url":)" + url + "}");
  ASSERT_TRUE(answer.success()) << answer.body;
  EXPECT_EQ(json::serialize(answer.data()), R"(["a","b"])");
  EXPECT_EQ(upstream.seen()[0].method, "GET");
  EXPECT_EQ(upstream.seen()[0].headers.at("authorization"), "Bearer sk-x");
  const std::int64_t id = add("sk-stored", upstream.url());
  answer = root.post("/api/channel/provider_models_list", R"({"id":)" + std::to_string(id) + R"(,"type":1,"key":""})");
  EXPECT_TRUE(answer.success()) << answer.body;
  EXPECT_EQ(upstream.seen()[1].headers.at("authorization"), "Bearer sk-stored");
}

TEST_F(Channels, ChangesAreInForceWhenTheyAreAnswered) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; });
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";
  EXPECT_NE(gateway.post(caller, "/v1/chat/completions", kAsk).status, 200);
  const std::int64_t id = add("sk-up", upstream.url());
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", kAsk).status, 200);
  ASSERT_TRUE(root.del("/api/channel/" + std::to_string(id)).success());
  EXPECT_NE(gateway.post(caller, "/v1/chat/completions", kAsk).status, 200);
}

}  // namespace
}  // namespace tollgate::testing
