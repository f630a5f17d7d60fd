// Answers that are sound but come in an unusual way, or nearly whole: in pieces, without their closing event, with a
// time to wait, over a connection that had died.
#include <atomic>
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

// The reason was seen, so the answer is whole; only its closing event is missing.
TEST(StreamWithoutItsClosingEvent, IsClosedForTheClientAndCharged) {
  TestGateway gateway;
  for (const Pair& pair : kPairs) {
    ScriptedUpstream upstream([&](const SeenRequest&) {
      return Script{Send{sse_head() + chunk(stream_until_finish(pair.upstream)) + last_chunk()}};
    });
    const std::string model =
        "m" + std::to_string(static_cast<int>(pair.client)) + std::to_string(static_cast<int>(pair.upstream));
    gateway.add_channel(provider_of(pair.upstream), upstream.url(), model);
    gateway.set_price(model, "1", "2");
    const TestCaller caller = gateway.add_caller();
    const std::string body = ask(model, true);
    const HttpAnswer answer = gateway.post(caller, path_of(pair.client), body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.ends_with(pair.client == Tongue::openai
                                          ? "data: [DONE]\n\n"
                                          : "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
        << answer.body;
    EXPECT_EQ(answer.body.find("\"error\""), std::string::npos) << answer.body;
    const Quota charge = pair.upstream == Tongue::claude ? 20 : static_cast<Quota>((body.size() + 3) / 4) + 2;
    EXPECT_EQ(gateway.user_books(caller.user).used, charge);
    EXPECT_FALSE(logged_calls(gateway, caller).at(0).row.has(store::kLogInterrupted));
  }
}

TEST(StreamOfSeveralChoices, IsInterruptedUntilEachHasEnded) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{sse_head() + chunk(stream_until_finish(Tongue::openai)) + last_chunk()}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const HttpAnswer answer = gateway.post(caller, "/v1/chat/completions", ask("m", true, R"("n":2,)"));
  EXPECT_EQ(answer.body.find("[DONE]"), std::string::npos);
  EXPECT_EQ(error_member(answer.body, "code"), "upstream_stream_broken") << answer.body;
  EXPECT_TRUE(logged_calls(gateway, caller).at(0).row.has(store::kLogInterrupted));
}

TEST(NamedTimes, OfALimitReachTheClientAndKeepTheChannelOut) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{http_json(429, R"({"error":{"type":"rate_limit","message":"slow"}})", "Retry-After: 7\r\n")}};
  });
  const ChannelId channel = gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const std::int64_t before_ms = gateway.parts().clock.mono_ns() / 1'000'000;
  HttpAnswer answer = gateway.post(caller, "/v1/chat/completions", ask("m"));
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers["retry-after"], "7");
  EXPECT_NE(error_member(answer.body, "message").find("the provider is limiting"), std::string::npos) << answer.body;
  const auto stats = gateway.parts().health->stats(channel);
  ASSERT_TRUE(stats.has_value());
  EXPECT_GE(stats->cooling_until_ms, before_ms + 7'000);
  EXPECT_LE(stats->cooling_until_ms, gateway.parts().clock.mono_ns() / 1'000'000 + 7'000);
  // The named time is kept to: nobody is asked again.
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    answer = gateway.post(caller, path_of(tongue), ask("m"));
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(error_member(answer.body, "type"), "rate_limit_error") << answer.body;
    EXPECT_THAT(answer.headers["retry-after"], ::testing::AnyOf("6", "7"));
  }
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST(Trickle, ByteByByteIsAnAnswerLikeAnyOther) {
  TestGateway gateway;
  for (const Pair& pair : kPairs) {
    ScriptedUpstream upstream([&](const SeenRequest& request) {
      Script script;
      for (const Step& step : sound(pair.upstream, request)) {
        for (const char c : std::get<Send>(step).bytes) script.emplace_back(Send{std::string(1, c)});
      }
      return script;
    });
    const std::string model =
        "m" + std::to_string(static_cast<int>(pair.client)) + std::to_string(static_cast<int>(pair.upstream));
    gateway.add_channel(provider_of(pair.upstream), upstream.url(), model);
    gateway.set_price(model, "1", "2");
    const TestCaller caller = gateway.add_caller();
    for (const bool stream : {false, true}) {
      const HttpAnswer answer = gateway.post(caller, path_of(pair.client), ask(model, stream));
      EXPECT_EQ(answer.status, 200);
      EXPECT_TRUE(answer.complete);
    }
    EXPECT_EQ(gateway.user_books(caller.user).used, 40);
  }
}

TEST(StaleConnection, IsTriedOnceMoreOnANewOneOnlyBeforeAnyByteOfTheAnswer) {
  TestGateway gateway;
  std::atomic<int> calls = 0;
  ScriptedUpstream upstream([&](const SeenRequest& request) -> Script {
    switch (++calls) {
      case 2:
        return {Close{}};  // kept alive after the first answer, closed upon the second request
      case 5:
        return {Send{"HTTP/1.1 2"}, Close{}};
      default:
        return sound(Tongue::openai, request);
    }
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(upstream.request_count(), 3U);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 502);
  EXPECT_EQ(upstream.request_count(), 5U);
  EXPECT_EQ(gateway.user_books(caller.user).used, 60);
}

}  // namespace
}  // namespace tollgate::testing
