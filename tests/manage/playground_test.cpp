// Model calls of a session: `/pg/chat/completions`.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_document.h"
#include "integration/cases.h"
#include "manage_client.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPath = "/pg/chat/completions";

class Playground : public ::testing::Test {
 protected:
  Playground() {
    gateway_.set_price("m", "1", "2");
    channel_ = gateway_.add_channel("openai", upstream_.url(), "m");
    give(1'000'000);
  }
  void give(Quota quota) {
    const ManageAnswer given =
        root_.post("/api/user/quota/2", json::serialize(json::object{{"quota", quota}, {"remark", "test"}}));
    ASSERT_TRUE(given.success()) << given.body;
  }
  Books books() { return gateway_.user_books(UserId{2}); }
  [[nodiscard]] std::string wrong(const ManageAnswer& answer) const {
    return document_.check(*document_.find("POST", kPath), answer.status, answer.body);
  }
  static std::string code_of(const ManageAnswer& answer) {
    const auto* whole = answer.document.if_object();
    const auto* error = whole != nullptr ? json::find_object(*whole, "error") : nullptr;
    return error != nullptr ? std::string(json::find_string(*error, "code")) : std::string();
  }

  TestGateway gateway_{manage_settings()};
  ScriptedUpstream upstream_{[](const SeenRequest& request) { return sound(Tongue::openai, request); }};
  ManageClient root_{gateway_, "root", kRootPassword};
  ManageClient user_ = make_user(gateway_, root_, "alice");
  ManageClient guest_{gateway_};
  ApiDocument document_;
  ChannelId channel_;
};

TEST_F(Playground, AnswersAndChargesTheUser) {
  const ManageAnswer answer = user_.post(kPath, ask("m"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, plain_answer(Tongue::openai));
  EXPECT_EQ(wrong(answer), "");
  EXPECT_EQ(upstream_.seen().at(0).body, ask("m"));
  EXPECT_EQ(upstream_.seen().at(0).headers.contains("cookie"), false);
  EXPECT_EQ(books().used, 20);
  EXPECT_EQ(gateway_.channel_used(channel_), 20);
}

TEST_F(Playground, StreamsAndChargesTheUser) {
  const ManageAnswer answer = user_.post(kPath, ask("m", true));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
  EXPECT_THAT(answer.body, HasSubstr("data: [DONE]"));
  EXPECT_EQ(books().used, 20);
}

TEST_F(Playground, LeavesARowWithoutATokenInTheLog) {
  const ManageAnswer answer = user_.post(kPath, ask("m"));
  gateway_.flush();
  const ManageAnswer log = user_.get("/api/log/self?page=1&size=10&log_type=2");
  ASSERT_EQ(log.data("total_count"), json::value(1)) << log.body;
  const json::value& row = log.data("data").at(0);
  EXPECT_EQ(row.at("model_name"), "m");
  EXPECT_EQ(row.at("token_name"), "");
  EXPECT_EQ(row.at("quota"), json::value(20));
  EXPECT_EQ(row.at("request_id"), json::value(answer.headers.at("x-request-id")));
  EXPECT_EQ(row.at("source_ip"), "127.0.0.1");
}

TEST_F(Playground, AnAccessTokenDoesToo) {
  const ManageAnswer token = user_.get("/api/user/token");
  ManageClient script(gateway_);
  script.use_token(json::view(token.data().as_string()));
  EXPECT_EQ(script.call("POST", kPath, ask("m"), {{"Origin", "https://a.example"}}).status, 200);
  EXPECT_EQ(books().used, 20);
}

TEST_F(Playground, GroupIsTakenOutAndUsed) {
  ASSERT_TRUE(root_.post("/api/user_group/", R"({"symbol":"half","name":"Half","ratio":0.5,"public":true})").success());
  ASSERT_TRUE(root_.post("/api/user_group/", R"({"symbol":"staff","name":"Staff","ratio":1})").success());
  gateway_.update_channel(channel_, [](store::ChannelRow& row) { row.groups = "default,half"; });
  const ManageAnswer answer = user_.post(kPath, ask("m", false, R"("group":"half",)"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(upstream_.seen().at(0).body, ask("m"));
  EXPECT_EQ(books().used, 10);

  const ManageAnswer closed = user_.post(kPath, ask("m", false, R"("group":"staff",)"));
  EXPECT_EQ(closed.status, 403);
  EXPECT_EQ(code_of(closed), "group_not_allowed");
  EXPECT_EQ(user_.post(kPath, ask("m", false, R"("group":5,)")).status, 400);
  EXPECT_EQ(user_.post(kPath, ask("m", false, R"("group":null,)")).status, 200);
  EXPECT_EQ(books().used, 30);
}

TEST_F(Playground, LargeBodiesKeepWhatFollowsTheGroup) {
  const std::string rest = R"("model":"m","max_tokens":100,"messages":[{"role":"user","content":")" +
                           std::string(std::size_t{3} << 19, 'A') + R"("}]})";
  EXPECT_EQ(user_.post(kPath, R"({"group":"default",)" + rest).status, 200);
  EXPECT_TRUE(upstream_.seen().at(0).body == "{" + rest);
}

TEST_F(Playground, NobodyIsRefusedInTheShapeOfModelRoutes) {
  const ManageAnswer answer = guest_.post(kPath, ask("m"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(code_of(answer), "invalid_api_key");
  EXPECT_EQ(wrong(answer), "");
  guest_.use_token("Bearer nothing");
  EXPECT_EQ(guest_.post(kPath, ask("m")).status, 401);
  EXPECT_EQ(upstream_.request_count(), 0U);
}

TEST_F(Playground, PagesOfOtherSitesAreRefused) {
  for (const HeaderList& from : {HeaderList{{"Origin", "https://evil.example"}}, {{"Sec-Fetch-Site", "cross-site"}}}) {
    const ManageAnswer answer = user_.call("POST", kPath, ask("m"), from);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(code_of(answer), "permission_denied");
    EXPECT_EQ(wrong(answer), "");
  }
  EXPECT_EQ(upstream_.request_count(), 0U);
  EXPECT_EQ(user_.call("POST", kPath, ask("m"), {{"Sec-Fetch-Site", "same-origin"}}).status, 200);
}

TEST_F(Playground, ADisabledUserIsRefused) {
  ASSERT_TRUE(root_.post("/api/user/manage", R"({"username":"alice","action":"disable"})").success());
  const ManageAnswer answer = user_.post(kPath, ask("m"));
  EXPECT_THAT(answer.status, ::testing::AnyOf(401, 403));
  EXPECT_NE(code_of(answer), "");
  EXPECT_EQ(upstream_.request_count(), 0U);
}

TEST_F(Playground, WithoutABalanceNothingIsSent) {
  const Quota left = books().balance();
  give(5 - left);
  const ManageAnswer answer = user_.post(kPath, ask("m"));
  EXPECT_EQ(answer.status, 402);
  EXPECT_EQ(code_of(answer), "insufficient_user_quota");
  EXPECT_EQ(wrong(answer), "");
  EXPECT_EQ(upstream_.request_count(), 0U);
  EXPECT_EQ(books().balance(), 5);
}

TEST_F(Playground, WrongBodiesAreRefusedAsModelRoutesDo) {
  for (const std::string_view body : {"", "[]", "{", R"({"group":"default")", R"({"messages":[]})", R"({"model":5})"}) {
    const ManageAnswer answer = user_.post(kPath, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(wrong(answer), "") << body;
  }
  const ManageAnswer unknown = user_.post(kPath, ask("nothing"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(code_of(unknown), "model_not_found");
  const ManageAnswer method = user_.get(kPath);
  EXPECT_EQ(method.status, 404);
}

TEST(PlaygroundLimits, CallsOfOneAddressAreLimited) {
  TestGateway gateway(manage_settings({{"global.api_rate_limit", "1"}}));
  ManageClient guest(gateway);
  EXPECT_EQ(guest.post(kPath, "{}").status, 401);
  const ManageAnswer answer = guest.post(kPath, "{}");
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.body, HasSubstr("rate_limit_exceeded"));
}

}  // namespace
}  // namespace tollgate::testing
