#include <gtest/gtest.h>

#include "support/scripted_upstream.h"
#include "support/test_gateway.h"

namespace tollgate::testing {
namespace {

constexpr std::string_view kAnswer =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,)"
    R"("total_tokens":15}})";
constexpr std::string_view kAsk = R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})";

TEST(Relay, DemoAnswersInAFreshDatabase) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  const HttpAnswer answer = gateway.post(caller, "/v1/chat/completions",
                                         R"({"model":"demo-fast","messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.body.find("chat.completion"), std::string::npos) << answer.body;
  EXPECT_EQ(gateway.user_books(caller.user).used, 0);
}

TEST(Relay, PlainAnswerComesBackByteForByteAndIsCharged) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, kAnswer)}}; });
  const ChannelId channel = gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const HttpAnswer answer = gateway.post(caller, "/v1/chat/completions", kAsk);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, kAnswer);
  ASSERT_EQ(upstream.request_count(), 1U);
  EXPECT_EQ(upstream.seen()[0].body, kAsk);
  EXPECT_EQ(upstream.seen()[0].headers.at("authorization"), "Bearer upstream-key");
  EXPECT_EQ(gateway.user_books(caller.user).used, 20);
  EXPECT_EQ(gateway.token_books(caller.token).used, 20);
  EXPECT_EQ(gateway.channel_used(channel), 20);
}

}  // namespace
}  // namespace tollgate::testing
