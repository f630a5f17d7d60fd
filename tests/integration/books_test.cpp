// Balances under fire: of many callers at once exactly as many are served as the balance pays for, and every total
// says the same.
#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "cases.h"
#include "json/scan.h"

namespace tollgate::testing {
namespace {

constexpr int kClients = 100;
constexpr int kAffordable = 16;

struct Race {
  const char* name;
  const char* workers;
  bool stream;
  bool token_is_short;  ///< else the user
};
std::string race_name(const ::testing::TestParamInfo<Race>& info) { return info.param.name; }

class Overspending : public ::testing::TestWithParam<Race> {};

// The declared limit makes the reservation equal to the cost: the upstream reports just what was held.
TEST_P(Overspending, ServesExactlyWhatTheBalancePaysFor) {
  const Race& race = GetParam();
  TestGateway gateway({{"workers", race.workers}, {"limits.user_concurrency", "0"}, {"limits.token_concurrency", "0"}});
  const std::string body = ask("m", race.stream);
  const auto prompt = static_cast<Quota>(json::estimate_prompt_tokens(json::measure_prompt(body)));
  const Quota cost = prompt + 2 * 100;
  const std::string usage = R"("usage":{"prompt_tokens":)" + std::to_string(prompt) + R"(,"completion_tokens":100})";
  ScriptedUpstream upstream([&](const SeenRequest&) -> Script {
    if (race.stream) {
      auto events = stream_events(Tongue::openai);
      events[4] = R"(data: {"id":"c","object":"chat.completion.chunk","choices":[],)" + usage + "}\n\n";
      return {Send{sse_head() + chunk(joined(events, 3))}, AwaitGate{},
              Send{chunk(events[3] + events[4] + events[5]) + last_chunk()}};
    }
    return {AwaitGate{}, Send{http_json(200, R"({"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},)"
                                             R"("finish_reason":"stop"}],)" +
                                                 usage + "}")}};
  });
  const ChannelId channel = gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  // A little more than K calls cost, not enough for one more.
  const Quota enough = kAffordable * cost + cost - 1;
  const TestCaller caller = race.token_is_short ? gateway.add_caller(1'000'000'000, {.quota = enough})
                                                : gateway.add_caller(enough, {.quota = 1'000'000'000});

  std::atomic<int> served = 0, refused = 0, other = 0;
  const std::string_view code = race.token_is_short ? "insufficient_token_quota" : "insufficient_user_quota";
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      const HttpAnswer answer = gateway.post(caller, "/v1/chat/completions", body);
      if (answer.status == 200 && answer.complete && answer.body.find("\"error\"") == std::string::npos) {
        ++served;
      } else if (answer.status == 402 && error_member(answer.body, "code") == code) {
        // Those who are served wait for the last one to be refused.
        if (++refused == kClients - kAffordable) upstream.open_gate();
      } else {
        ++other;
        upstream.open_gate();
      }
    });
  }
  for (std::thread& client : clients) client.join();

  EXPECT_EQ(served, kAffordable);
  EXPECT_EQ(refused, kClients - kAffordable);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(upstream.request_count(), static_cast<std::size_t>(kAffordable));
  const Quota total = kAffordable * cost;
  EXPECT_EQ(gateway.user_books(caller.user).used, total);
  EXPECT_EQ(gateway.token_books(caller.token).used, total);
  const Books tight = race.token_is_short ? gateway.token_books(caller.token) : gateway.user_books(caller.user);
  EXPECT_EQ(tight.balance(), cost - 1);
  EXPECT_EQ(gateway.channel_used(channel), total);
  EXPECT_EQ(gateway.number("SELECT SUM(quota) FROM logs"), total);
  EXPECT_EQ(gateway.number("SELECT SUM(quota) FROM statistics"), total);
  EXPECT_EQ(gateway.number("SELECT SUM(requests) FROM statistics"), kAffordable);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs WHERE quota > 0"), kAffordable);
  EXPECT_EQ(gateway.number("SELECT SUM(errors) FROM statistics"), kClients - kAffordable);
}
INSTANTIATE_TEST_SUITE_P(Books, Overspending,
                         ::testing::Values(Race{"plain_user", "1", false, false}, Race{"plain_token", "1", false, true},
                                           Race{"stream_user", "1", true, false}, Race{"stream_token", "1", true, true},
                                           Race{"plain_user_two_workers", "2", false, false},
                                           Race{"stream_token_two_workers", "2", true, true}),
                         race_name);

std::string text_event(std::string_view text) {
  return R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":)"
         R"({"content":")" +
         std::string(text) +
         R"("},"finish_reason":null}]})"
         "\n\n";
}

Quota text_bytes_in(std::string_view body) {
  Quota bytes = 0;
  constexpr std::string_view kKey = R"("content":")";
  for (std::size_t at = body.find(kKey); at != std::string_view::npos; at = body.find(kKey, at)) {
    at += kKey.size();
    const std::size_t end = body.find('"', at);
    bytes += static_cast<Quota>(end - at);
    at = end;
  }
  return bytes;
}

/// An undeclared, endless stream against a small balance.
class LongStreams : public ::testing::Test {
 protected:
  /// @return the answer; its charge is checked against the text in it.
  HttpAnswer run(std::size_t bytes_an_event, Quota balance) {
    ScriptedUpstream upstream([&](const SeenRequest&) {
      Script script{Send{sse_head()}};
      for (int i = 0; i < 200; ++i) script.emplace_back(Send{chunk(text_event(std::string(bytes_an_event, 'x')))});
      script.emplace_back(Stall{});
      return script;
    });
    gateway_.add_channel("openai", upstream.url(), "m");
    gateway_.set_price("m", "1", "2");
    const std::string body = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hello"}]})";
    caller_ = gateway_.add_caller(balance);
    HttpAnswer answer = gateway_.post(caller_, "/v1/chat/completions", body);
    EXPECT_TRUE(upstream.wait_hung_up(1));
    if (answer.status == 200) {
      const Quota delivered = text_bytes_in(answer.body);
      EXPECT_EQ(gateway_.user_books(caller_.user).used,
                static_cast<Quota>((body.size() + 3) / 4) + 2 * ((delivered + 3) / 4));
    }
    EXPECT_GE(gateway_.user_books(caller_.user).balance(), 0);
    return answer;
  }
  TestGateway gateway_{{{"billing.default_output_tokens", "16"}}};
  TestCaller caller_;
};

TEST_F(LongStreams, EndWithTheQuotaErrorWhenTheBalanceIsUsedUp) {
  const HttpAnswer answer = run(300, 5'000);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(error_member(answer.body, "code"), "insufficient_user_quota") << answer.body;
  EXPECT_EQ(answer.body.find("[DONE]"), std::string::npos);
  EXPECT_GT(text_bytes_in(answer.body), 3000);
  EXPECT_EQ(logged_calls(gateway_, caller_).at(0).error, "insufficient_user_quota");
}

TEST_F(LongStreams, DeliverNoEventThatTheBalanceCannotPay) {
  const HttpAnswer answer = run(100'000, 5'000);
  EXPECT_EQ(error_member(answer.body, "code"), "insufficient_user_quota") << answer.body.substr(0, 500);
  EXPECT_EQ(text_bytes_in(answer.body), 0);
}

TEST(Totals, AgreeAfterAMixedCrowd) {
  TestGateway gateway({{"workers", "2"}});
  ScriptedUpstream good([](const SeenRequest& request) {
    return sound(request.target == "/v1/messages" ? Tongue::claude : Tongue::openai, request);
  });
  ScriptedUpstream bad([](const SeenRequest& request) -> Script {
    if (request.body.find("\"stream\":true") == std::string::npos) return {Send{http_json(500, "{}")}};
    return {Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, Close{}};
  });
  gateway.add_channel("openai", good.url(), "a");
  gateway.add_channel("anthropic", good.url(), "b");
  gateway.add_channel("openai", bad.url(), "c");
  gateway.update_channel(gateway.add_channel("openai", good.url(), "c"), [](auto& row) { row.priority = -1; });
  for (const char* model : {"a", "b", "c"}) gateway.set_price(model, "1.5", "2.25");
  std::vector<TestCaller> callers;
  for (int i = 0; i < 8; ++i) callers.push_back(gateway.add_caller());
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&, i] {
      HttpClient client(gateway.port());
      for (int n = 0; n < 24; ++n) {
        const char* model = n % 3 == 0 ? "a" : n % 3 == 1 ? "b" : "c";
        const Tongue tongue = (n / 3) % 2 == 0 ? Tongue::openai : Tongue::claude;
        const HttpAnswer answer =
            client.request("POST", path_of(tongue), ask(model, n % 4 < 2),
                           {{"Authorization", "Bearer " + callers[static_cast<std::size_t>(i)].key}});
        EXPECT_EQ(answer.status, 200) << answer.body;
      }
    });
  }
  for (std::thread& one : crowd) one.join();
  const std::int64_t logged = gateway.number("SELECT SUM(quota) FROM logs");
  EXPECT_GT(logged, 0);
  EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs"), 8 * 24);
  for (const char* sql : {"SELECT SUM(used) FROM users", "SELECT SUM(used) FROM tokens",
                          "SELECT SUM(used) FROM channels", "SELECT SUM(quota) FROM statistics"}) {
    EXPECT_EQ(gateway.number(sql), logged) << sql;
  }
  for (const char* sql : {"SELECT SUM(request_count) FROM users", "SELECT SUM(request_count) FROM tokens",
                          "SELECT SUM(request_count) FROM channels", "SELECT SUM(requests) FROM statistics"}) {
    EXPECT_EQ(gateway.number(sql), 8 * 24) << sql;
  }
}

}  // namespace
}  // namespace tollgate::testing
