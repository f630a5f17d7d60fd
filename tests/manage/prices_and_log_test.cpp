#include <string>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,)"
    R"("prompt_tokens_details":{"cached_tokens":4}}})";
constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";

std::int64_t number(const json::value& value) { return value.is_number() ? value.to_number<std::int64_t>() : -1; }
std::string text(const json::value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

class Prices : public ::testing::Test {
 protected:
  TestGateway gateway{manage_settings()};
  ManageClient root{gateway, "root", kRootPassword};
  ManageClient guest{gateway};

  json::value price(std::string_view model) {
    const ManageAnswer answer = guest.get("/api/prices");
    for (const json::value& row : answer.data().as_array()) {
      if (text(row.at("model")) == model) return row;
    }
    return nullptr;
  }
};

TEST_F(Prices, AreAddedChangedRenamedAndDeleted) {
  ASSERT_TRUE(
      root.post(
              "/api/prices/single",
              R"({"model":"v/some model","type":"tokens","input":1.5,"output":3,"extra_ratios":{"cached_tokens":0.5}})")
          .success());
  EXPECT_FALSE(root.post("/api/prices/single", R"({"model":"v/some model","type":"tokens"})").success());
  EXPECT_EQ(json::serialize(price("v/some model").at("input")), "1.5");
  EXPECT_EQ(json::serialize(price("v/some model").at("extra_ratios")), R"({"cached_tokens":0.5})");
  EXPECT_TRUE(
      root.put("/api/prices/single/v%252Fsome%2520model", R"({"model":"v/x","type":"times","input":"0.000001"})")
          .success());
  EXPECT_TRUE(price("v/some model").is_null());
  EXPECT_EQ(text(price("v/x").at("type")), "times");
  EXPECT_FALSE(root.put("/api/prices/single/nope", R"({"model":"nope","type":"tokens"})").success());
  EXPECT_TRUE(root.del("/api/prices/single/v/x").success());
  EXPECT_FALSE(root.del("/api/prices/single/v/x").success());
  EXPECT_FALSE(root.del("/api/prices/single/").success());
}

TEST_F(Prices, AreShownAndTakenInDollars) {
  ASSERT_TRUE(root.post("/api/prices/single", R"({"model":"x","type":"tokens","usd":{"input":"2.5","output":"10.01"},)"
                                              R"("extra_ratios":{"cached_tokens":0.5,"reasoning_tokens":2}})")
                  .success());
  const json::value shown = price("x");
  EXPECT_EQ(json::serialize(shown.at("input")), "1.25");
  EXPECT_EQ(json::serialize(shown.at("output")), "5.005");
  EXPECT_EQ(json::serialize(shown.at("usd")),
            R"({"input":"2.5","output":"10.01","extra":{"cached_tokens":"1.25","reasoning_tokens":"20.02"}})");
  ASSERT_TRUE(root.put("/api/prices/single/x", R"({"model":"x","type":"times","usd":{"input":"0.04"}})").success());
  EXPECT_EQ(number(price("x").at("input")), 20);
  EXPECT_EQ(text(price("x").at("usd").at("input")), "0.04");
  // What was shown may come back as it is.
  ASSERT_TRUE(root.put("/api/prices/single/x", json::serialize(price("x"))).success());
  EXPECT_EQ(text(price("x").at("usd").at("input")), "0.04");
}

TEST_F(Prices, DollarsThatCannotBeHeldAreRefused) {
  for (const char* usd : {R"({"input":"-1"})", R"({"input":"much"})", R"({"output":"0.0000000000001"})", "7"}) {
    const std::string body = R"({"model":"x","type":"tokens","usd":)" + std::string(usd) + "}";
    const ManageAnswer answer = root.post("/api/prices/single", body);
    EXPECT_FALSE(answer.success()) << usd;
    EXPECT_NE(answer.message().find("usd"), std::string::npos) << answer.message();
  }
}

TEST_F(Prices, ModelsWithoutOneAreListed) {
  gateway.add_channel("openai", "http://127.0.0.1:1", "priced,unpriced,mapped,free-*");
  gateway.add_channel("openai", "http://127.0.0.1:1", "unpriced");
  ASSERT_TRUE(root.post("/api/prices/single", R"({"model":"priced","type":"tokens","input":1})").success());
  ASSERT_TRUE(root.post("/api/prices/single", R"({"model":"mapp*","type":"tokens","input":1})").success());
  const ManageAnswer list = root.get("/api/prices/unpriced");
  EXPECT_EQ(json::serialize(list.data()), R"([{"model":"unpriced","channels":2,"groups":["default"]}])");
}

TEST_F(Prices, WrongOnesAreRefusedByName) {
  const auto refused = [&](std::string_view body, std::string_view names) {
    const ManageAnswer answer = root.post("/api/prices/single", body);
    EXPECT_FALSE(answer.success()) << body;
    EXPECT_NE(answer.message().find(names), std::string::npos) << answer.body;
  };
  refused(R"({"type":"tokens"})", "model");
  refused(R"({"model":"x"})", "type");
  refused(R"({"model":"x","type":"free"})", "type");
  refused(R"({"model":"x","type":"tokens","input":-1})", "input");
  refused(R"({"model":"x","type":"tokens","output":"much"})", "output");
  refused(R"({"model":"x","type":"tokens","input":1e300})", "input");
  refused(R"({"model":"x","type":"tokens","extra_ratios":{"cache_tokens":1}})", "cached_tokens");
  refused(R"({"model":"x","type":"tokens","extra_ratios":{"cached_tokens":-1}})", "cached_tokens");
  EXPECT_TRUE(price("x").is_null());
  EXPECT_FALSE(
      root.post("/api/prices/sync", R"([{"model":"ok1","type":"tokens"},{"model":"bad","type":"tokens","input":-1}])")
          .success());
  EXPECT_TRUE(price("ok1").is_null());
  EXPECT_FALSE(root.post("/api/prices/sync", "[]").success());
}

TEST_F(Prices, ListsMeetWhatIsThere) {
  ASSERT_TRUE(root.post("/api/prices/multiple",
                        R"({"original_models":[],"models":["a","b"],"price":{"model":"x","type":"tokens","input":1}})")
                  .success());
  ASSERT_TRUE(root.put("/api/prices/single/a", R"({"model":"a","type":"tokens","input":2,"locked":true})").success());
  constexpr std::string_view kList =
      R"([{"model":"a","type":"tokens","input":9},{"model":"b","type":"tokens","input":9},{"model":"c","type":"tokens","input":9}])";
  ASSERT_TRUE(root.post("/api/prices/sync", kList).success());
  EXPECT_EQ(number(price("b").at("input")), 1);
  EXPECT_EQ(number(price("c").at("input")), 9);
  ASSERT_TRUE(
      root.post("/api/prices/sync?updateMode=update", std::string(R"({"data":)") + std::string(kList) + "}").success());
  EXPECT_EQ(number(price("a").at("input")), 2);
  EXPECT_EQ(number(price("b").at("input")), 9);
  ASSERT_TRUE(
      root.post("/api/prices/sync?updateMode=overwrite", R"([{"model":"d","type":"tokens","input":5}])").success());
  EXPECT_TRUE(price("b").is_null());
  EXPECT_EQ(number(price("a").at("input")), 2);
  EXPECT_EQ(number(price("d").at("input")), 5);
  ASSERT_TRUE(root.put("/api/prices/multiple/delete", R"({"models":["d","nope"]})").success());
  EXPECT_TRUE(price("d").is_null());
  EXPECT_FALSE(guest.post("/api/prices/sync", kList).success());
}

class Log : public Prices {
 protected:
  Log() {
    gateway.add_channel("openai", upstream.url(), "m");
    EXPECT_TRUE(root.post("/api/prices/single",
                          R"({"model":"m","type":"tokens","input":1,"output":2,"extra_ratios":{"cached_tokens":0.5}})")
                    .success());
    EXPECT_TRUE(root.post("/api/user/quota/2", R"({"quota":100000})").success());
    token = alice.post("/api/token/", R"({"name":"t","unlimited_quota":true})").data();
    const HttpAnswer answer = http_request(gateway.port(), "POST", "/v1/chat/completions", kAsk,
                                           {{"Authorization", "Bearer sk-" + text(token.at("key"))}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    gateway.flush();
  }
  ScriptedUpstream upstream{[](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; }};
  ManageClient alice = make_user(gateway, root, "alice");
  json::value token;
};

TEST_F(Log, RowExplainsItsBill) {
  const ManageAnswer list = root.get("/api/log/?page=1&size=10&log_type=2");
  ASSERT_EQ(number(list.data("total_count")), 1) << list.body;
  const json::value& row = list.data("data").at(0);
  EXPECT_EQ(text(row.at("username")), "alice");
  EXPECT_EQ(text(row.at("token_name")), "t");
  EXPECT_EQ(text(row.at("model_name")), "m");
  EXPECT_EQ(number(row.at("prompt_tokens")), 10);
  EXPECT_EQ(number(row.at("completion_tokens")), 5);
  EXPECT_EQ(number(row.at("quota")), 6 + 2 + 10);
  EXPECT_GT(number(row.at("price_version")), 0);
  EXPECT_FALSE(text(row.at("request_id")).empty());
  const json::object& metadata = row.at("metadata").as_object();
  EXPECT_EQ(number(metadata.at("input_ratio")), 1);
  EXPECT_EQ(number(metadata.at("output_ratio")), 2);
  EXPECT_EQ(number(metadata.at("group_ratio")), 1);
  EXPECT_EQ(number(metadata.at("cached_tokens")), 4);
  EXPECT_EQ(metadata.at("cached_tokens_ratio").to_number<double>(), 0.5);
  EXPECT_EQ(text(metadata.at("group_name")), "default");
  EXPECT_EQ(text(row.at("channel").at("key")), "");
}

TEST_F(Log, OldBillIsExplainedByTheOldPrice) {
  ASSERT_TRUE(root.put("/api/prices/single/m", R"({"model":"m","type":"tokens","input":100,"output":100})").success());
  ASSERT_TRUE(root.del("/api/prices/single/m").success());
  const ManageAnswer list = root.get("/api/log/?page=1&size=10&log_type=2");
  EXPECT_EQ(number(list.data("data").at(0).at("metadata").at("output_ratio")), 2);
}

TEST_F(Log, UserSeesOwnRowsWithoutTheOperatorsAffairs) {
  ManageClient bob = make_user(gateway, root, "bob");
  EXPECT_EQ(number(bob.get("/api/log/self?page=1&size=10&log_type=2&username=alice").data("total_count")), 0);
  EXPECT_FALSE(bob.get("/api/log/?page=1&size=10").success());
  const ManageAnswer own = alice.get("/api/log/self?page=1&size=10&log_type=2");
  ASSERT_EQ(number(own.data("total_count")), 1);
  const json::object& row = own.data("data").at(0).as_object();
  EXPECT_EQ(number(row.at("id")), 0);
  EXPECT_TRUE(row.at("channel").is_null());
  for (const char* hidden : {"attempts", "details", "upstream_model"}) EXPECT_FALSE(row.contains(hidden)) << hidden;
}

TEST_F(Log, FiltersAreExact) {
  const auto found = [&](std::string_view query) {
    const ManageAnswer answer = root.get("/api/log/?page=1&size=10&log_type=2&" + std::string(query));
    EXPECT_TRUE(answer.success()) << answer.body;
    return number(answer.data("total_count"));
  };
  EXPECT_EQ(found("username=alice&model_name=m&token_name=t"), 1);
  EXPECT_EQ(found("username=ali"), 0);
  EXPECT_EQ(found("model_name=n"), 0);
  EXPECT_EQ(found("token_name=u"), 0);
  EXPECT_EQ(found("channel_id=99"), 0);
  EXPECT_EQ(found("source_ip=10.0.0.1"), 0);
  EXPECT_EQ(found("end_timestamp=1000"), 0);
  EXPECT_EQ(found("username=%27%20OR%201%3D1--"), 0);
  EXPECT_FALSE(root.get("/api/log/?page=1&log_type=abc").success());
  EXPECT_FALSE(root.get("/api/log/?page=1&order=-id").success());
  EXPECT_EQ(number(root.get("/api/log/stat?username=alice").data("quota")), 18);
  EXPECT_EQ(number(root.get("/api/log/stat?channel=99").data("quota")), 0);
  EXPECT_EQ(number(alice.get("/api/log/self/stat").data("quota")), 18);
}

TEST_F(Log, ConditionsOfEveryKind) {
  const auto found = [](ManageClient& who, std::string_view path, std::string_view query) {
    const ManageAnswer answer = who.get(std::string(path) + "?page=1&size=10&log_type=2&" + std::string(query));
    EXPECT_TRUE(answer.success()) << answer.body;
    return number(answer.data("total_count"));
  };
  const std::string token_id = std::to_string(number(token.at("id")));
  for (const auto& [condition, rows] : std::vector<std::pair<std::string, int>>{{"status=ok", 1},
                                                                                {"status=error", 0},
                                                                                {"stream=false", 1},
                                                                                {"stream=true", 0},
                                                                                {"group=default", 1},
                                                                                {"group=vip", 0},
                                                                                {"min_quota=18", 1},
                                                                                {"min_quota=19", 0},
                                                                                {"min_latency=0", 1},
                                                                                {"min_latency=3600000", 0},
                                                                                {"token_id=" + token_id, 1},
                                                                                {"token_id=999", 0}}) {
    EXPECT_EQ(found(root, "/api/log/", condition), rows) << condition;
    EXPECT_EQ(found(alice, "/api/log/self", condition), rows) << condition;
  }
  EXPECT_EQ(found(root, "/api/log/", "user_id=2"), 1);
  EXPECT_EQ(found(root, "/api/log/", "user_id=1"), 0);
  EXPECT_EQ(found(root, "/api/log/", "user_id=1&username=alice"), 0);
  EXPECT_EQ(found(root, "/api/log/", "user_id=2&username=alice"), 1);
  EXPECT_EQ(found(alice, "/api/log/self", "user_id=1"), 1) << "users have their own rows, whatever they ask";
  for (const char* wrong : {"status=maybe", "stream=perhaps", "min_quota=-1", "min_latency=x", "count=2"}) {
    EXPECT_FALSE(root.get("/api/log/?page=1&" + std::string(wrong)).success()) << wrong;
  }
}

TEST_F(Log, IsCountedByEqualSpansOfTimeWithTheListsFilters) {
  const std::int64_t now = gateway.parts().now_s();
  const std::string range =
      "?start_timestamp=" + std::to_string(now - 599) + "&end_timestamp=" + std::to_string(now + 600);
  const auto histogram = [&](ManageClient& who, const std::string& path, const std::string& more) {
    ManageAnswer answer = who.get(path + range + "&log_type=2" + more);
    EXPECT_TRUE(answer.success()) << answer.body;
    return answer;
  };
  const auto counted = [&](const ManageAnswer& answer) {
    std::int64_t rows = 0;
    for (const json::value& span : answer.data().as_array()) rows += number(span.at("count"));
    return rows;
  };
  const ManageAnswer all = histogram(root, "/api/log/histogram", "&buckets=12");
  ASSERT_EQ(all.data().as_array().size(), 12U);
  EXPECT_EQ(number(all.document.at("span")), 100);
  EXPECT_EQ(all.document.at("complete"), json::value(true));
  EXPECT_EQ(number(all.data().at(1).at("start")), now - 499);
  EXPECT_EQ(counted(all), 1);
  EXPECT_EQ(histogram(root, "/api/log/histogram", "").data().as_array().size(), 60U);
  EXPECT_EQ(counted(histogram(root, "/api/log/histogram", "&status=error")), 0);
  EXPECT_EQ(counted(histogram(root, "/api/log/histogram", "&username=alice&model_name=m")), 1);
  EXPECT_EQ(counted(histogram(root, "/api/log/histogram", "&username=nobody")), 0);
  EXPECT_EQ(counted(histogram(alice, "/api/log/self/histogram", "")), 1);
  EXPECT_EQ(counted(histogram(root, "/api/log/self/histogram", "")), 0);
  EXPECT_FALSE(alice.get("/api/log/histogram").success());
  EXPECT_FALSE(root.get("/api/log/histogram?buckets=501").success());
  EXPECT_FALSE(root.get("/api/log/histogram?buckets=-1").success());
  EXPECT_TRUE(root.get("/api/log/histogram?end_timestamp=9223372036854775807").success());
}

TEST_F(Log, PagesGoOnWithoutCounting) {
  const ManageAnswer all = root.get("/api/log/?page=1&size=1&count=false");
  EXPECT_EQ(number(all.data("total_count")), 0);
  EXPECT_EQ(all.data("total_is_exact"), json::value(false));
  const std::int64_t next = number(all.data("next_before_id"));
  ASSERT_GT(next, 0);
  const ManageAnswer more = root.get("/api/log/?page=1&size=1&count=false&before_id=" + std::to_string(next));
  ASSERT_EQ(more.data("data").as_array().size(), 1U);
  EXPECT_LT(number(more.data("data").at(0).at("id")), next);
}

TEST_F(Log, ACallIsExplainedInFull) {
  const ManageAnswer list = root.get("/api/log/?page=1&size=10&log_type=2");
  const std::string id = text(list.data("data").at(0).at("request_id"));
  const ManageAnswer detail = root.get("/api/log/" + id);
  ASSERT_TRUE(detail.success()) << detail.body;
  EXPECT_EQ(text(detail.data("row").at("request_id")), id);
  EXPECT_EQ(text(detail.data("operation")), "chat");
  EXPECT_EQ(text(detail.data("client_dialect")), "openai_chat");
  EXPECT_EQ(text(detail.data("upstream_dialect")), "openai_chat");
  EXPECT_EQ(text(detail.data("mode")), "bytes");
  EXPECT_EQ(text(detail.data("upstream_model")), "m");
  ASSERT_EQ(detail.data("attempts").as_array().size(), 1U);
  EXPECT_EQ(detail.data("attempts").at(0).at("answered"), json::value(true));
  EXPECT_FALSE(text(detail.data("attempts").at(0).at("channel_name")).empty());
  const json::value& bill = detail.data("bill");
  EXPECT_EQ(json::serialize(bill.at("lines")), R"([{"kind":"input","count":6,"price":"1","amount":"6"},)"
                                               R"({"kind":"cache_read","count":4,"price":"0.5","amount":"2"},)"
                                               R"({"kind":"output","count":5,"price":"2","amount":"10"}])");
  EXPECT_EQ(text(bill.at("sum")), "18");
  EXPECT_EQ(text(bill.at("group_ratio")), "1");
  EXPECT_EQ(bill.at("quota"), detail.data("row").at("quota"));
}

TEST_F(Log, ACallIsItsCallersAndTheAdministrators) {
  ManageClient bob = make_user(gateway, root, "bob");
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  const std::string path =
      "/api/log/" + text(root.get("/api/log/?page=1&size=10&log_type=2").data("data").at(0).at("request_id"));
  EXPECT_TRUE(carol.get(path).success());
  EXPECT_FALSE(bob.get(path).success());
  EXPECT_EQ(guest.get(path).status, 401);
  const ManageAnswer own = alice.get(path);
  ASSERT_TRUE(own.success()) << own.body;
  EXPECT_EQ(text(own.data("bill").at("sum")), "18");
  for (const char* hidden : {"upstream_dialect", "mode", "upstream_model", "attempts"}) {
    EXPECT_TRUE(own.data(hidden).is_null()) << hidden;
  }
  EXPECT_TRUE(own.data("row").at("channel").is_null());
  for (const char* wrong : {"1", "20260101000000000000000abcdefgh", "%27%20OR%201%3D1--"}) {
    EXPECT_FALSE(root.get("/api/log/" + std::string(wrong)).success()) << wrong;
  }
}

TEST_F(Log, ACallShowsEachAttempt) {
  ScriptedUpstream broken{[](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; }};
  store::ChannelRow first;
  first.name = "<script>alert(1)</script>";
  first.priority = 10;
  const ChannelId failing = gateway.add_channel("openai", broken.url(), "m", first);
  const HttpAnswer answer = http_request(gateway.port(), "POST", "/v1/chat/completions", kAsk,
                                         {{"Authorization", "Bearer sk-" + text(token.at("key"))}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  gateway.flush();
  const ManageAnswer detail = root.get("/api/log/" + answer.headers.at("x-request-id"));
  ASSERT_TRUE(detail.success()) << detail.body;
  const json::array& attempts = detail.data("attempts").as_array();
  ASSERT_EQ(attempts.size(), 2U) << detail.body;
  EXPECT_EQ(number(attempts[0].at("channel_id")), failing.value);
  EXPECT_EQ(text(attempts[0].at("channel_name")), "<script>alert(1)</script>");
  EXPECT_FALSE(text(attempts[0].at("error")).empty());
  EXPECT_EQ(attempts[0].at("answered"), json::value(false));
  EXPECT_EQ(attempts[1].at("answered"), json::value(true));
}

TEST_F(Log, DeletingTakesOldCallsOnly) {
  EXPECT_FALSE(root.del("/api/log/").success());
  EXPECT_FALSE(root.del("/api/log/?target_timestamp=0").success());
  EXPECT_EQ(number(root.del("/api/log/?target_timestamp=1000").data()), 0);
  const std::int64_t others = gateway.number("SELECT COUNT(*) FROM logs WHERE type <> 2");
  EXPECT_EQ(number(root.del("/api/log/?target_timestamp=99999999999").data()), 1);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs WHERE type = 2"), 0);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs WHERE type <> 2"), others);
}

}  // namespace
}  // namespace tollgate::testing
