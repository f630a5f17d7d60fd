#include "config/settings.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "store/options.h"
#include "support/scripted_upstream.h"

namespace tollgate::testing {
namespace {

class ManageSettings : public ::testing::Test {
 protected:
  TestGateway gateway{manage_settings()};
  ManageClient root{gateway, "root", kRootPassword};
  ManageClient guest{gateway};

  ManageAnswer set(std::string_view key, std::string_view value) {
    return root.put("/api/option/", json::serialize(json::object{{"key", key}, {"value", value}}));
  }
  /// As /api/option/ lists it; nothing if it does not.
  std::optional<std::string> listed(std::string_view key) {
    for (const json::value& row : root.get("/api/option/").data().as_array()) {
      if (json::find_string(row.as_object(), "key") == key) {
        return std::string(json::find_string(row.as_object(), "value"));
      }
    }
    return std::nullopt;
  }
};

TEST_F(ManageSettings, AreInForceBeforeTheAnswer) {
  EXPECT_TRUE(set("SystemName", "Our Gateway \xE7\xAB\x99").success());
  EXPECT_EQ(guest.get("/api/status").data("system_name"), json::value("Our Gateway \xE7\xAB\x99"));
  EXPECT_EQ(listed("SystemName"), "Our Gateway \xE7\xAB\x99");
  EXPECT_TRUE(set("Notice", "hello").success());
  EXPECT_EQ(guest.get("/api/notice").data(), json::value("hello"));
  EXPECT_TRUE(root.put("/api/option/", R"({"key":"Notice"})").success());
  EXPECT_EQ(guest.get("/api/notice").data(), json::value(""));
}

TEST_F(ManageSettings, TheSitesLanguageIsOneOfThoseThereAre) {
  EXPECT_TRUE(set("Language", "zh_CN").success());
  EXPECT_EQ(guest.get("/api/status").data("language"), json::value("zh_CN"));
  EXPECT_FALSE(set("Language", "xx_XX").success());
  EXPECT_EQ(guest.get("/api/status").data("language"), json::value("zh_CN"));
}

TEST_F(ManageSettings, OutliveARestart) {
  EXPECT_TRUE(set("About", "kept").success());
  gateway.restart();
  EXPECT_EQ(ManageClient(gateway).get("/api/about").data(), json::value("kept"));
}

TEST_F(ManageSettings, SecretsAreNeverReturned) {
  for (const char* key : {"GitHubClientSecret", "SMTPToken", "TurnstileSecretKey", "CFWorkerImageKey"}) {
    EXPECT_TRUE(set(key, "top-secret-value").success()) << key;
  }
  const std::string all = root.get("/api/option/").body + guest.get("/api/status").body;
  EXPECT_EQ(all.find("top-secret-value"), std::string::npos);
  EXPECT_EQ(listed("GitHubClientSecret"), std::nullopt);
  EXPECT_EQ(listed("TurnstileSecretKey"), "");
  const auto row = gateway.on_storage([](store::Session& db) { return store::find_option(db, "SMTPToken"); });
  ASSERT_TRUE(row && *row);
  EXPECT_TRUE((*row)->sealed);
  EXPECT_EQ((*row)->value.find("top-secret-value"), std::string::npos);
  EXPECT_EQ(gateway.parts().settings()->smtp_token.reveal(), "top-secret-value");
  EXPECT_TRUE(set("SMTPToken", "").success());
  EXPECT_TRUE(gateway.parts().settings()->smtp_token.empty());
}

TEST_F(ManageSettings, WrongValuesAreRefusedAndNotKept) {
  EXPECT_FALSE(set("RetryTimes", "abc").success());
  EXPECT_FALSE(set("RetryTimes", "999").success());
  EXPECT_FALSE(set("RechargeDiscount", "{bad").success());
  EXPECT_EQ(listed("RetryTimes"), "2");
  const ManageAnswer unknown = set("RetryTime", "1");
  EXPECT_FALSE(unknown.success());
  EXPECT_NE(unknown.message().find("'RetryTimes'"), std::string::npos) << unknown.message();
  EXPECT_EQ(root.put("/api/option/", R"({"key":"RetryTimes","value":3})").status, 400);
  EXPECT_EQ(root.put("/api/option/", "{bad").status, 400);
  EXPECT_EQ(root.put("/api/option/", R"({"value":"x"})").status, 400);
}

TEST_F(ManageSettings, SwitchesWantWhatTheyNeed) {
  EXPECT_FALSE(set("GitHubOAuthEnabled", "true").success());
  EXPECT_TRUE(set("GitHubOAuthEnabled", "false").success());
  EXPECT_TRUE(set("GitHubClientId", "id-1").success());
  EXPECT_TRUE(set("GitHubOAuthEnabled", "true").success());
  EXPECT_EQ(guest.get("/api/status").data("github_oauth"), json::value(true));
  EXPECT_FALSE(set("OIDCAuthEnabled", "true").success());
  EXPECT_FALSE(set("TurnstileCheckEnabled", "true").success());
  EXPECT_FALSE(set("WeChatAuthEnabled", "true").success());
}

TEST(ManageOptions, SayWhenSomethingElseWins) {
  TestGateway gateway(manage_settings({{"site.name", "From The Flag"}}));
  ManageClient root(gateway, "root", kRootPassword);
  const ManageAnswer answer = root.put("/api/option/", R"({"key":"SystemName","value":"x"})");
  EXPECT_TRUE(answer.success());
  EXPECT_NE(answer.message().find("flag"), std::string::npos) << answer.message();
  EXPECT_EQ(root.get("/api/status").data("system_name"), json::value("From The Flag"));
}

TEST_F(ManageSettings, PasswordSignInCanBeSwitchedOff) {
  EXPECT_TRUE(set("PasswordLoginEnabled", "false").success());
  EXPECT_FALSE(guest.sign_in("root", kRootPassword).success());
  EXPECT_TRUE(set("PasswordLoginEnabled", "true").success());
  EXPECT_TRUE(guest.sign_in("root", kRootPassword).success());
}

/// What /api/option/meta says of a setting.
json::object meta_of(const ManageAnswer& answer, std::string_view key) {
  for (const json::value& row : answer.data().as_array()) {
    if (json::find_string(row.as_object(), "key") == key) return row.as_object();
  }
  return {};
}

TEST_F(ManageSettings, SayWhatTheyAre) {
  const ManageAnswer before = root.get("/api/option/meta");
  EXPECT_EQ(before.data().as_array().size(), config::kSettingCount);
  const json::object name = meta_of(before, "site.name");
  EXPECT_EQ(name.at("option"), json::value("SystemName"));
  EXPECT_EQ(name.at("section"), json::value("site"));
  EXPECT_EQ(name.at("kind"), json::value("text"));
  EXPECT_EQ(name.at("value"), json::value("Tollgate"));
  EXPECT_EQ(name.at("source"), json::value("default"));
  EXPECT_EQ(name.at("set"), json::value(false));
  EXPECT_EQ(name.at("changeable"), json::value(true));
  const json::object wait = meta_of(before, "storage.timeout");
  EXPECT_EQ(wait.at("min"), json::value("100 ms"));
  EXPECT_EQ(wait.at("changeable"), json::value(false));
  const json::object language = meta_of(before, "language");
  EXPECT_EQ(json::serialize(language.at("choices")), R"(["zh_CN","en_US","ja_JP","zh_HK"])");
  EXPECT_TRUE(set("SystemName", "Ours").success());
  const json::object after = meta_of(root.get("/api/option/meta"), "site.name");
  EXPECT_EQ(after.at("value"), json::value("Ours"));
  EXPECT_EQ(after.at("source"), json::value("option"));
}

TEST_F(ManageSettings, AndProvidersAreExplainedInTheCallersLanguage) {
  const auto asked = [&](std::string_view path, std::string_view language) {
    ManageAnswer answer = root.call("GET", path, {}, {{"Accept-Language", std::string(language)}});
    EXPECT_EQ(answer.headers.at("vary"), "Accept-Language");
    return answer;
  };
  const auto help = [&](std::string_view language) {
    return meta_of(asked("/api/option/meta", language), "site.name").at("help");
  };
  EXPECT_EQ(help("zh-CN,zh;q=0.9,en;q=0.8"), json::value("控制台中显示的名称。"));
  EXPECT_EQ(help("en-US,zh;q=0.5"), json::value("Name shown in the console."));
  EXPECT_EQ(meta_of(asked("/api/option/meta", "zh"), "site.name").at("section_title"), json::value("站点"));
  EXPECT_NE(asked("/api/providers", "zh").body.find("阿里云百炼"), std::string::npos);
  EXPECT_NE(asked("/api/providers", "fr").body.find("Alibaba DashScope"), std::string::npos);
}

TEST_F(ManageSettings, SayOfSecretsOnlyWhetherTheyAreSet) {
  EXPECT_EQ(meta_of(root.get("/api/option/meta"), "smtp.password").at("set"), json::value(false));
  EXPECT_TRUE(set("SMTPToken", "top-secret-value").success());
  const ManageAnswer answer = root.get("/api/option/meta");
  EXPECT_EQ(meta_of(answer, "smtp.password").at("set"), json::value(true));
  EXPECT_TRUE(meta_of(answer, "smtp.password").at("value").is_null());
  EXPECT_EQ(answer.body.find("top-secret-value"), std::string::npos);
  // Root's first password is one too, and it came by flag.
  EXPECT_EQ(answer.body.find(kRootPassword), std::string::npos);
}

TEST(ManageOptions, SayThatAFlagFixesThem) {
  TestGateway gateway(manage_settings({{"site.name", "From The Flag"}}));
  ManageClient root(gateway, "root", kRootPassword);
  const json::object name = meta_of(root.get("/api/option/meta"), "site.name");
  EXPECT_EQ(name.at("source"), json::value("flag"));
  EXPECT_EQ(name.at("changeable"), json::value(false));
  const ManageAnswer saved =
      root.put("/api/option/batch", R"({"options":[{"key":"SystemName","value":"x"},{"key":"Notice","value":"y"}]})");
  EXPECT_EQ(json::serialize(saved.data("not_in_force")), R"(["SystemName"])");
}

TEST_F(ManageSettings, AreChangedTogetherOrNotAtAll) {
  EXPECT_TRUE(root.put("/api/option/batch", R"({"options":[{"key":"SystemName","value":"Ours"},)"
                                            R"({"key":"RetryTimes","value":"4"}]})")
                  .success());
  EXPECT_EQ(listed("SystemName"), "Ours");
  EXPECT_EQ(listed("RetryTimes"), "4");
  const ManageAnswer refused =
      root.put("/api/option/batch", R"({"options":[{"key":"SystemName","value":"Theirs"},)"
                                    R"({"key":"RetryTimes","value":"abc"},{"key":"RetryTime","value":"1"}]})");
  EXPECT_FALSE(refused.success());
  const json::array& errors = refused.document.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2U) << refused.body;
  EXPECT_EQ(errors[0].at("key"), json::value("RetryTimes"));
  EXPECT_EQ(errors[1].at("key"), json::value("RetryTime"));
  EXPECT_EQ(listed("SystemName"), "Ours");
}

TEST_F(ManageSettings, ASwitchAndWhatItNeedsMayComeTogether) {
  EXPECT_FALSE(root.put("/api/option/batch", R"({"options":[{"key":"GitHubOAuthEnabled","value":"true"}]})").success());
  EXPECT_TRUE(root.put("/api/option/batch", R"({"options":[{"key":"GitHubOAuthEnabled","value":"true"},)"
                                            R"({"key":"GitHubClientId","value":"id-1"}]})")
                  .success());
  EXPECT_FALSE(root.put("/api/option/batch", R"({"options":[{"key":"GitHubOAuthEnabled","value":"true"},)"
                                             R"({"key":"GitHubClientId","value":""}]})")
                   .success());
}

TEST_F(ManageSettings, BatchesThatAreNoneAreRefused) {
  for (const char* body : {"{}", R"({"options":[]})", R"({"options":["x"]})", R"({"options":[{"value":"x"}]})",
                           R"({"options":[{"key":"Notice","value":7}]})", R"({"options":{"Notice":"x"}})",
                           R"({"options":[{"key":"Notice","value":"a"},{"key":"Notice","value":"b"}]})"}) {
    EXPECT_FALSE(root.put("/api/option/batch", body).success()) << body;
  }
  EXPECT_EQ(listed("Notice"), "");
}

TEST_F(ManageSettings, GroupsAreMadeChangedAndDeleted) {
  EXPECT_TRUE(root.post("/api/user_group/", R"({"symbol":"gold","name":"Gold","ratio":0.35,"public":true})").success());
  const ManageAnswer map = guest.get("/api/user_group_map");
  ASSERT_TRUE(map.data("gold").is_object()) << map.body;
  EXPECT_EQ(map.data("gold").as_object().at("ratio"), json::value(0.35));
  EXPECT_EQ(map.data("gold").as_object().at("api_rate"), json::value(600));
  EXPECT_FALSE(map.data("vip").is_object());
  const std::string id = std::to_string(map.data("gold").as_object().at("id").as_int64());
  EXPECT_TRUE(
      root.put("/api/user_group/", R"({"id":)" + id + R"(,"symbol":"other","ratio":0.1,"public":false})").success());
  const ManageAnswer changed = root.get("/api/user_group/" + id);
  EXPECT_EQ(changed.data("symbol"), json::value("gold"));
  EXPECT_EQ(changed.data("name"), json::value("Gold"));
  EXPECT_EQ(changed.data("ratio"), json::value(0.1));
  EXPECT_TRUE(root.put("/api/user_group/enable/" + id, {}).success());
  EXPECT_EQ(root.get("/api/group/").body.find("gold"), std::string::npos);
  EXPECT_TRUE(root.del("/api/user_group/" + id).success());
  EXPECT_FALSE(root.del("/api/user_group/" + id).success());
}

TEST_F(ManageSettings, GroupsThatCannotBeAreRefused) {
  const auto refuse = [&](std::string_view body) {
    const ManageAnswer answer = root.post("/api/user_group/", body);
    EXPECT_FALSE(answer.success()) << body;
    EXPECT_FALSE(answer.message().empty());
  };
  refuse(R"({"symbol":"default","name":"again"})");
  refuse(R"({"symbol":""})");
  refuse(R"({"symbol":"a,b"})");
  refuse(R"({"symbol":"neg","ratio":-1})");
  refuse(R"({"symbol":"many","api_rate":1e30})");
  refuse(R"({"symbol":"loop","fallback":"loop"})");
  refuse(R"({"symbol":"lost","fallback":"nowhere"})");
  refuse(R"({"name":"no symbol"})");
  EXPECT_FALSE(root.put("/api/user_group/enable/1", {}).success());
  EXPECT_FALSE(root.del("/api/user_group/1").success());
}

TEST_F(ManageSettings, AvailableModelsHaveGroupsOwnersAndPrices) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{}; });
  gateway.add_channel("openai", upstream.url(), "priced-model,unpriced-model");
  gateway.set_price("priced-model", "1.5", "3");
  gateway.publish();
  const ManageAnswer answer = guest.get("/api/available_model");
  ASSERT_TRUE(answer.data("priced-model").is_object()) << answer.body;
  const json::object& model = answer.data("priced-model").as_object();
  EXPECT_EQ(model.at("groups"), (json::value{"default"}));
  EXPECT_EQ(model.at("price").as_object().at("input"), json::value(1.5));
  EXPECT_FALSE(answer.data("unpriced-model").is_object());
}

TEST_F(ManageSettings, BillingPagesShowWhatAKeyMaySpend) {
  const TestCaller caller = gateway.add_caller(5'000'000, {.quota = 600'000, .unlimited = false});
  const HttpAnswer limits = gateway.get(caller, "/dashboard/billing/subscription", {{"Origin", "https://a.example"}});
  EXPECT_EQ(limits.status, 200);
  EXPECT_EQ(limits.headers.at("access-control-allow-origin"), "*");
  const auto document = json::parse_object(limits.body);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->at("hard_limit_usd"), json::value(1.2));
  EXPECT_EQ(document->at("access_until"), json::value(0));
  const TestCaller unlimited = gateway.add_caller(5'000'000, {.quota = 0, .unlimited = true});
  const auto own = json::parse_object(gateway.get(unlimited, "/v1/dashboard/billing/subscription").body);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->at("soft_limit_usd").to_number<double>(), 10.0);
  const auto used = json::parse_object(gateway.get(caller, "/v1/dashboard/billing/usage?start_date=2025-01-01").body);
  ASSERT_TRUE(used);
  EXPECT_EQ(used->at("total_usage").to_number<double>(), 0.0);
  ASSERT_TRUE(set("DisplayTokenStatEnabled", "false").success());
  const auto owners = json::parse_object(gateway.get(caller, "/dashboard/billing/subscription").body);
  ASSERT_TRUE(owners);
  EXPECT_EQ(owners->at("hard_limit_usd").to_number<double>(), 10.0);
  EXPECT_EQ(guest.call("OPTIONS", "/dashboard/billing/usage", {}, {{"Origin", "https://a.example"}}).status, 204);
}

TEST_F(ManageSettings, UsageIsReportedByModelDayAndUser) {
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{http_json(200, R"({"id":"x","object":"chat.completion","created":1,"model":"m","choices":[)"
                                      R"({"index":0,"message":{"role":"assistant","content":"Hi"},)"
                                      R"("finish_reason":"stop"}],"usage":{"prompt_tokens":10,)"
                                      R"("completion_tokens":5,"total_tokens":15}})")}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  ASSERT_EQ(gateway.post(caller, "/v1/chat/completions", R"({"model":"m","messages":[{"role":"user","content":"x"}]})")
                .status,
            200);
  gateway.flush();
  const ManageAnswer period =
      root.get("/api/analytics/period?start_timestamp=1&end_timestamp=99999999999&group_type=model");
  ASSERT_TRUE(period.data("channel_statistics").is_array()) << period.body;
  const json::object& row = period.data("channel_statistics").as_array().at(0).as_object();
  EXPECT_EQ(row.at("Channel"), json::value("m"));
  EXPECT_EQ(row.at("Quota"), json::value(20));
  EXPECT_EQ(row.at("PromptTokens"), json::value(10));
  const ManageAnswer account = root.get("/api/user/" + std::to_string(caller.user.value));
  EXPECT_EQ(account.data("used_quota"), json::value(20));
  const std::string name(json::view(account.data("username").as_string()));
  const ManageAnswer multi = root.get("/api/analytics/multi_user_stats?usernames=" + name +
                                      ",nobody&start_time=2020-01-01&end_time=2100-01-01");
  ASSERT_TRUE(multi.data().is_array()) << multi.body;
  EXPECT_EQ(multi.data().as_array().at(0).as_object().at("quota"), json::value(20));
  const ManageAnswer file = root.get("/api/analytics/multi_user_stats/export?usernames=" + name +
                                     "&start_time=2020-01-01&end_time=2100-01-01");
  EXPECT_EQ(file.headers.at("content-type"), "text/csv");
  EXPECT_NE(file.body.find(name + ",1,20,10,5,"), std::string::npos) << file.body;
  EXPECT_FALSE(
      root.get("/api/analytics/multi_user_stats?usernames=a&start_time=2020-13-01&end_time=2100-01-01").success());
}

}  // namespace
}  // namespace tollgate::testing
