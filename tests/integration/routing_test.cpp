// Which channel serves a call, with what name, parameters, headers and key; and what its failures do to the next call.
#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kChat = "/v1/chat/completions";

class Routing : public ::testing::Test {
 protected:
  Routing() {
    for (const char* model : {"m", "real", "claude-m"}) gateway_.set_price(model, "1", "2");
    caller_ = gateway_.add_caller();
  }
  static Script answer(const SeenRequest& request) {
    return sound(request.target == "/v1/messages" ? Tongue::claude : Tongue::openai, request);
  }
  ChannelId add(ScriptedUpstream& upstream, std::int64_t priority = 0, std::int64_t weight = 1,
                store::ChannelRow row = {}) {
    row.priority = priority;
    row.weight = weight;
    return gateway_.add_channel("openai", upstream.url(), "m", row);
  }
  HttpAnswer call(std::string_view more = {}) { return gateway_.post(caller_, kChat, ask("m", false, more)); }
  [[nodiscard]] catalog::Health::Stats health(ChannelId id) { return *gateway_.parts().health->stats(id); }

  FakeClock clock_;
  TestGateway gateway_{{{"relay.retries", "2"},
                        {"relay.breaker_failures", "2"},
                        {"relay.breaker_open", "10s"},
                        {"channel.auto_disable", "true"}},
                       &clock_};
  TestCaller caller_;
};

TEST_F(Routing, TakesTheHighestPriorityThatWorks) {
  std::atomic<bool> broken = false;
  ScriptedUpstream first(
      [&](const SeenRequest& request) { return broken ? Script{Send{http_json(500, "{}")}} : answer(request); });
  ScriptedUpstream second(answer), third(answer);
  add(third, -5);
  add(first, 10);
  add(second, 3);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 5U);
  broken = true;
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 6U);
  EXPECT_EQ(second.request_count(), 1U);
  EXPECT_EQ(third.request_count(), 0U);
}

TEST_F(Routing, SharesByWeight) {
  ScriptedUpstream heavy(answer), light(answer);
  add(heavy, 0, 9);
  add(light, 0, 1);
  for (int i = 0; i < 200; ++i) {
    clock_.advance_ms(1'000);  // within the group's rate
    ASSERT_EQ(call().status, 200);
  }
  EXPECT_EQ(heavy.request_count() + light.request_count(), 200U);
  // 20 are expected; these bounds fail once in many millions of runs.
  EXPECT_GE(light.request_count(), 2U);
  EXPECT_LE(light.request_count(), 50U);
}

TEST_F(Routing, RetriesNoMoreThanTheSettingSaysAndNoChannelTwice) {
  std::vector<std::unique_ptr<ScriptedUpstream>> upstreams;
  std::vector<ChannelId> channels;
  for (int i = 0; i < 4; ++i) {
    upstreams.push_back(
        std::make_unique<ScriptedUpstream>([](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; }));
    channels.push_back(add(*upstreams.back(), 10 - i));
  }
  EXPECT_EQ(call().status, 502);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(upstreams[i]->request_count(), i < 3 ? 1U : 0U) << i;
  const auto logged = logged_calls(gateway_, caller_);
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_EQ(logged[0].row.channel, channels[2]);
  EXPECT_EQ(logged[0].error, "upstream_server_error");
}

TEST_F(Routing, RetriesOnAChannelOfAnotherDialect) {
  ScriptedUpstream first([](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; });
  ScriptedUpstream second(answer);
  add(first, 10);
  gateway_.add_channel("anthropic", second.url(), "m");
  for (const Tongue client : {Tongue::openai, Tongue::claude}) {
    for (const bool stream : {false, true}) {
      const HttpAnswer got = gateway_.post(caller_, path_of(client), ask("m", stream));
      EXPECT_EQ(got.status, 200) << got.body;
      EXPECT_THAT(got.body, HasSubstr(client == Tongue::openai ? "chat.completion" : "\"type\":\"message\""));
      clock_.advance_ms(60'000);  // whatever the breaker says, it is tried again
    }
  }
  EXPECT_EQ(first.request_count(), 4U);
  EXPECT_EQ(second.request_count(), 4U);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 80);
}

// The next attempt may cost more: it is covered anew, before it goes out.
TEST_F(Routing, DoesNotRetryWhereTheBalanceDoesNotReach) {
  ScriptedUpstream first([](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; });
  ScriptedUpstream second(answer);
  gateway_.add_group("dear", "1000");
  add(first, 10);
  store::ChannelRow dear;
  dear.groups = "dear";
  add(second, 0, 1, dear);
  const TestCaller poor = gateway_.add_caller(5'000);
  gateway_.change_token(poor, [](auto& token) {
    token.group = "default";
    token.backup_group = "dear";
  });
  const HttpAnswer got = gateway_.post(poor, kChat, ask("m"));
  EXPECT_EQ(got.status, 402) << got.body;
  EXPECT_EQ(error_member(got.body, "code"), "insufficient_user_quota");
  EXPECT_EQ(first.request_count(), 1U);
  EXPECT_EQ(second.request_count(), 0U);
  EXPECT_EQ(gateway_.user_books(poor.user).used, 0);
  const TestCaller rich = gateway_.add_caller();
  gateway_.change_token(rich, [](auto& token) {
    token.group = "default";
    token.backup_group = "dear";
  });
  EXPECT_EQ(gateway_.post(rich, kChat, ask("m")).status, 200);
  EXPECT_EQ(gateway_.user_books(rich.user).used, 20'000);
}

TEST_F(Routing, TakesArgumentsOutOfNamesAndSaysThemUpstream) {
  ScriptedUpstream upstream(answer);
  add(upstream);
  EXPECT_EQ(gateway_.post(caller_, kChat, ask("m#")).status, 200);
  EXPECT_EQ(upstream.seen()[0].body, ask("m"));
  EXPECT_EQ(gateway_.post(caller_, kChat, ask("m#high")).status, 200);
  EXPECT_EQ(gateway_.post(caller_, "/v1/messages", ask("m#high#search")).status, 200);
  for (const std::size_t call : {1U, 2U}) {
    const json::object sent = json::parse_object(upstream.seen()[call].body).value();
    EXPECT_EQ(json::find_string(sent, "model"), "m");
    EXPECT_EQ(json::find_string(sent, "reasoning_effort"), "high");
    EXPECT_EQ(sent.contains("web_search_options"), call == 2);
  }

  const HttpAnswer unknown = gateway_.post(caller_, kChat, ask("m#fast"));
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(unknown.body.find("'#fast' is unknown"), std::string::npos) << unknown.body;
  EXPECT_EQ(upstream.request_count(), 3U);
}

TEST_F(Routing, LooksElsewhereForAProviderThatSearches) {
  ScriptedUpstream first(answer), second(answer);
  store::ChannelRow preferred;
  preferred.priority = 10;
  gateway_.add_channel("groq", first.url(), "m", preferred);
  EXPECT_EQ(gateway_.post(caller_, kChat, ask("m#search")).status, 400);
  add(second);
  EXPECT_EQ(gateway_.post(caller_, kChat, ask("m#search")).status, 200);
  EXPECT_EQ(first.request_count(), 0U);
}

TEST_F(Routing, ReadsStatusesAsTheChannelMapsThem) {
  ScriptedUpstream first([](const SeenRequest&) { return Script{Send{http_json(400, "{}")}}; });
  ScriptedUpstream second(answer);
  store::ChannelRow row;
  row.status_mapping = R"({"400":"503"})";
  add(first, 10, 1, row);
  add(second);
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 1U);
}

TEST_F(Routing, MapsNames) {
  ScriptedUpstream upstream(answer);
  store::ChannelRow row;
  row.model_mapping = R"({"m":"real"})";
  add(upstream, 0, 1, row);
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(upstream.seen()[0].body, ask("real"));
  EXPECT_NE(logged_calls(gateway_, caller_).at(0).row.upstream_model, 0);
}

TEST_F(Routing, SetsParametersPromptsAndHeaders) {
  ScriptedUpstream upstream(answer);
  store::ChannelRow row;
  row.parameters = R"({"temperature":0.5,"top_p":0.9})";
  row.system_prompt = "Be brief.";
  row.headers_sealed = gateway_.parts().sealer->seal_text(R"({"X-Team":"blue"})", catalog::sealed::kChannelHeaders);
  add(upstream, 0, 1, row);
  EXPECT_EQ(call(R"("temperature":1,)").status, 200);
  const SeenRequest seen = upstream.seen()[0];
  const auto body = json::parse_object(seen.body);
  ASSERT_TRUE(body.has_value()) << seen.body;
  EXPECT_EQ(body->at("temperature"), 1);  // only where it is missing
  EXPECT_EQ(body->at("top_p"), 0.9);
  EXPECT_EQ(body->at("model"), "m");
  EXPECT_EQ(json::serialize(body->at("messages")),
            R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}])");
  EXPECT_EQ(seen.headers.at("x-team"), "blue");
}

TEST_F(Routing, LetsThroughOnlyTheHeadersThatTheProviderMaySee) {
  ScriptedUpstream upstream(answer);
  gateway_.add_channel("anthropic", upstream.url(), "claude-m");
  const HttpAnswer got = http_request(gateway_.port(), "POST", "/v1/messages", ask("claude-m"),
                                      {{"x-api-key", caller_.key},
                                       {"anthropic-version", "2023-06-01"},
                                       {"anthropic-beta", "some-beta"},
                                       {"Cookie", "session=secret"},
                                       {"X-Forwarded-For", "10.1.2.3"},
                                       {"X-Custom", "mine"}});
  EXPECT_EQ(got.status, 200) << got.body;
  const auto headers = upstream.seen().at(0).headers;
  EXPECT_EQ(headers.at("x-api-key"), "upstream-key");
  EXPECT_EQ(headers.at("anthropic-version"), "2023-06-01");
  EXPECT_EQ(headers.at("anthropic-beta"), "some-beta");
  EXPECT_EQ(headers.at("accept-encoding"), "identity");
  for (const char* name : {"cookie", "x-forwarded-for", "x-custom", "authorization"}) {
    EXPECT_EQ(headers.count(name), 0U) << name;
  }
  for (const auto& [name, value] : headers) EXPECT_EQ(value.find(caller_.key.substr(3)), std::string::npos) << name;
}

TEST_F(Routing, TakesAChannelsKeysInTurnAndTheNextWhenOneIsRefused) {
  std::atomic<bool> refuse_one = false;
  ScriptedUpstream upstream([&](const SeenRequest& request) {
    if (refuse_one && request.headers.at("authorization") == "Bearer one") return Script{Send{http_json(401, "{}")}};
    return answer(request);
  });
  store::ChannelRow row;
  row.keys_sealed = gateway_.parts().sealer->seal_text("one\ntwo", catalog::sealed::kChannelKeys);
  add(upstream, 0, 1, row);
  const auto used = [&] {
    std::map<std::string, int> out;
    for (const SeenRequest& request : upstream.seen()) ++out[request.headers.at("authorization")];
    return out;
  };
  for (int i = 0; i < 6; ++i) EXPECT_EQ(call().status, 200);
  EXPECT_EQ(used(), (std::map<std::string, int>{{"Bearer one", 3}, {"Bearer two", 3}}));
  refuse_one = true;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(call().status, 200);
  EXPECT_EQ(used()["Bearer two"], 5);
}

TEST_F(Routing, LetsAdministratorsPinAChannel) {
  ScriptedUpstream first(answer), second([&](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; });
  const ChannelId good = add(first, 10);
  const ChannelId bad = add(second, 0);
  const auto with = [&](const std::string& suffix) {
    return http_request(gateway_.port(), "POST", kChat, ask("m"),
                        {{"Authorization", "Bearer " + caller_.key + suffix}});
  };
  const std::string id = std::to_string(bad.value);
  EXPECT_EQ(with("#" + id).status, 403);
  EXPECT_EQ(with("-" + id).status, 403);
  gateway_.change_user(caller_, [](auto& row) { row.role = store::Role::admin; });
  EXPECT_EQ(with("#" + id).status, 502);  // this one and no other
  EXPECT_EQ(with("-" + id).status, 502);
  EXPECT_EQ(second.request_count(), 2U);
  EXPECT_EQ(first.request_count(), 0U);
  EXPECT_EQ(with("#" + std::to_string(good.value)).status, 200);
  const HttpAnswer without = with("#!" + std::to_string(good.value));
  EXPECT_NE(without.status, 200);
  EXPECT_EQ(first.request_count(), 1U);
  EXPECT_EQ(with("#9999").status, 503);
}

TEST_F(Routing, ChargesTheGroupThatServes) {
  ScriptedUpstream upstream(answer);
  gateway_.add_group("half", "0.5");
  gateway_.add_group("gold", "0.1", "half");
  store::ChannelRow row;
  row.groups = "half";
  add(upstream, 0, 1, row);
  // The caller's own group has no channel of this model.
  EXPECT_EQ(call().status, 404);
  gateway_.change_token(caller_, [](auto& token) { token.group = "half"; });
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 10);
  gateway_.change_token(caller_, [](auto& token) { token.group = "gold"; });
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 20);
  const auto logged = logged_calls(gateway_, caller_);
  EXPECT_TRUE(logged[0].row.has(store::kLogBackupGroup));
  EXPECT_FALSE(logged[1].row.has(store::kLogBackupGroup));
  gateway_.change_token(caller_, [](auto& token) {
    token.group = "default";
    token.backup_group = "half";
  });
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 30);
}

TEST_F(Routing, KeepsAwayFromALimitedChannelUntilItsTimeIsOver) {
  std::atomic<bool> limited = true;
  ScriptedUpstream first([&](const SeenRequest& request) {
    return limited ? Script{Send{http_json(429, "{}", "Retry-After: 30\r\n")}} : answer(request);
  });
  ScriptedUpstream second(answer);
  add(first, 10);
  add(second, 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 1U);
  EXPECT_EQ(second.request_count(), 3U);
  limited = false;
  clock_.advance_ms(29'000);
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 1U);
  clock_.advance_ms(1'100);
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(first.request_count(), 2U);
}

TEST_F(Routing, PassesALimitOnOnceEveryChannelIsAtItsOwn) {
  const auto limited_for = [](const char* seconds) {
    return [seconds](const SeenRequest&) {
      return Script{Send{http_json(429, "{}", std::string("Retry-After: ") + seconds + "\r\n")}};
    };
  };
  ScriptedUpstream first(limited_for("20")), second(limited_for("60"));
  add(first, 10);
  add(second, 0);
  // The call that meets both limits, and those that are not passed on to anybody.
  for (int i = 0; i < 3; ++i) {
    HttpAnswer answer = call();
    EXPECT_EQ(answer.status, 429) << answer.body;
    EXPECT_EQ(error_member(answer.body, "code"), "rate_limit_exceeded");
    EXPECT_EQ(answer.headers["retry-after"], "20");
  }
  HttpAnswer claude = gateway_.post(caller_, "/v1/messages", ask("m", true));
  EXPECT_EQ(claude.status, 429);
  EXPECT_EQ(error_member(claude.body, "type"), "rate_limit_error");
  EXPECT_EQ(claude.headers["retry-after"], "20");
  clock_.advance_ms(5'000);
  EXPECT_EQ(call().headers["retry-after"], "15");
  EXPECT_EQ(first.request_count() + second.request_count(), 2U);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 0);
}

TEST_F(Routing, OpensTheBreakerAndTriesOnceWhenItsTimeHasCome) {
  std::atomic<bool> broken = true;
  ScriptedUpstream upstream(
      [&](const SeenRequest& request) { return broken ? Script{Send{http_json(500, "{}")}} : answer(request); });
  const ChannelId channel = add(upstream);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(call().status, 502);
  EXPECT_EQ(health(channel).state.breaker, catalog::ChannelCell::Breaker::open);
  HttpAnswer refused = call();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(error_member(refused.body, "code"), "no_available_channel");
  EXPECT_EQ(refused.headers["retry-after"], "10");
  EXPECT_EQ(upstream.request_count(), 2U);
  // A trial that fails opens it again, for longer.
  clock_.advance_ms(10'001);
  EXPECT_EQ(call().status, 502);
  EXPECT_EQ(call().status, 503);
  clock_.advance_ms(10'001);
  EXPECT_EQ(call().status, 503);
  EXPECT_EQ(upstream.request_count(), 3U);
  broken = false;
  clock_.advance_ms(10'001);
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(health(channel).state.breaker, catalog::ChannelCell::Breaker::closed);
  EXPECT_EQ(call().status, 200);
}

TEST_F(Routing, DoesNotBlameAChannelForItsCallersMistakes) {
  ScriptedUpstream upstream([&](const SeenRequest&) {
    return Script{
        Send{http_json(400, R"({"error":{"message":"max_tokens is too large","type":"invalid_request_error"}})")}};
  });
  const ChannelId channel = add(upstream);
  for (int i = 0; i < 5; ++i) {
    const HttpAnswer answer = call();
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(error_member(answer.body, "message"), HasSubstr("max_tokens is too large"));
  }
  EXPECT_EQ(upstream.request_count(), 5U);
  EXPECT_EQ(health(channel).state.failures_in_row, 0U);
}

TEST_F(Routing, SwitchesAChannelOffWhoseKeyIsDeadAndSaysWhy) {
  ScriptedUpstream upstream([&](const SeenRequest&) {
    return Script{Send{http_json(401, R"({"error":{"message":"Incorrect API key provided: sk-abcdefghijkl",)"
                                      R"("type":"invalid_request_error","code":"invalid_api_key"}})")}};
  });
  const ChannelId channel = add(upstream);
  EXPECT_EQ(call().status, 502);
  ASSERT_TRUE(eventually([&] { return gateway_.channel(channel).status == store::ChannelStatus::auto_disabled; }));
  const store::ChannelRow row = gateway_.channel(channel);
  EXPECT_THAT(row.disabled_reason, HasSubstr("invalid_api_key"));
  EXPECT_EQ(row.disabled_reason.find("sk-abcdefghijkl"), std::string::npos) << row.disabled_reason;
  EXPECT_NE(row.disabled_at, 0);
  EXPECT_NE(call().status, 200);
  EXPECT_EQ(upstream.request_count(), 1U);
  // An operator switches it on again: it is asked again.
  gateway_.update_channel(channel, [](auto& changed) { changed.status = store::ChannelStatus::enabled; });
  EXPECT_EQ(call().status, 502);
  EXPECT_EQ(upstream.request_count(), 2U);
}

TEST_F(Routing, LeavesChannelsOnThatMayNotBeSwitchedOff) {
  ScriptedUpstream upstream([&](const SeenRequest&) {
    return Script{Send{http_json(401, R"({"error":{"message":"no","code":"invalid_api_key"}})")}};
  });
  store::ChannelRow row;
  row.auto_disable = false;
  const ChannelId channel = add(upstream, 0, 1, row);
  EXPECT_EQ(call().status, 502);
  EXPECT_EQ(call().status, 502);
  EXPECT_EQ(gateway_.channel(channel).status, store::ChannelStatus::enabled);
  EXPECT_EQ(upstream.request_count(), 2U);
}

TEST_F(Routing, FollowsEveryChangeAtOnce) {
  ScriptedUpstream first(answer), second(answer);
  const ChannelId channel = add(first);
  EXPECT_EQ(call().status, 200);
  gateway_.update_channel(channel, [&](auto& row) { row.base_url = second.url(); });
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(second.request_count(), 1U);
  gateway_.update_channel(channel, [&](auto& row) { row.models = "other"; });
  EXPECT_EQ(call().status, 404);
  gateway_.update_channel(channel, [&](auto& row) { row.models = "m"; });
  gateway_.set_price("m", "3", "6");
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 20 + 20 + 60);
}

TEST_F(Routing, ServesWildcardsAtTheirPrice) {
  ScriptedUpstream upstream(answer);
  gateway_.add_channel("openai", upstream.url(), "gpt-*");
  gateway_.set_price("gpt-*", "2", "2");
  EXPECT_EQ(gateway_.post(caller_, kChat, ask("gpt-new")).status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 30);
}

}  // namespace
}  // namespace tollgate::testing
