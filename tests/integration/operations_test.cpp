// What an operator looks at and does: health, readiness, metrics, draining, restarting.
#include <fstream>
#include <future>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Operations, SaysThatItIsAliveAndReady) {
  TestGateway gateway;
  const HttpAnswer alive = http_request(gateway.port(), "GET", "/healthz");
  EXPECT_EQ(alive.status, 200);
  EXPECT_EQ(alive.body, R"({"status":"ok"})");
  const HttpAnswer ready = http_request(gateway.port(), "GET", "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, R"({"status":"ready"})");
  HttpClient client(gateway.port());
  client.send_raw("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n").value_or(""), ::testing::StartsWith("HTTP/1.1 200 "));
}

TEST(Operations, WaitsForSQLitesLockAsLongAsTheSettingSays) {
  TestGateway gateway({{"sqlite_busy_timeout", "1234ms"}});
  EXPECT_EQ(gateway.parts().databases.main().dsn().busy_timeout_ms, 1234);
}

TEST(Operations, MeasuresCallsByModelChannelAndStatus) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  ScriptedUpstream bad([](const SeenRequest&) { return Script{Send{http_json(500, "{}")}}; });
  const std::string channel = std::to_string(gateway.add_channel("openai", upstream.url(), "m").value);
  store::ChannelRow first;
  first.priority = 5;
  const std::string broken = std::to_string(gateway.add_channel("openai", bad.url(), "m", first).value);
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m", true)).status, 200);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", "{").status, 400);
  EXPECT_EQ(http_request(gateway.port(), "POST", "/v1/chat/completions", ask("m")).status, 401);
  gateway.flush();
  const std::string text = metrics_of(gateway);
  const std::string labels = "model=\"m\",channel=\"" + channel + "\",status=\"200\"";
  EXPECT_THAT(text, HasSubstr("tollgate_requests_total{" + labels + "} 2\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_request_duration_seconds_count{model=\"m\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_first_token_seconds_count{model=\"m\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_tokens_total{model=\"m\",kind=\"input\"} 20\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_tokens_total{model=\"m\",kind=\"output\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_quota_charged_total{model=\"m\"} 40\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_retries_total{code=\"upstream_server_error\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_upstream_failures_total{channel=\"" + broken +
                              "\",code=\"upstream_server_error\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_refused_total{code=\"invalid_json\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_refused_total{code=\"missing_api_key\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_requests_in_flight 0\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_streams_open 0\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_journal_depth 0\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_channel_state{channel=\"" + channel + "\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("tollgate_upstream_connections{state=\"idle\"}"));
  // Nothing secret, nobody's name.
  for (const std::string& secret : {caller.key.substr(3), std::string("upstream-key"), std::string("user1")}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST(Operations, CountsWhatIsUnderWay) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, AwaitGate{},
                  Send{chunk(stream_events(Tongue::openai)[3] + "data: [DONE]\n\n") + last_chunk()}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  HttpClient client(gateway.port());
  ASSERT_TRUE(
      client.send_request("POST", "/v1/chat/completions", ask("m", true), {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(client.read_until(R"("content":"i")").has_value());
  const std::string during = metrics_of(gateway);
  EXPECT_THAT(during, HasSubstr("tollgate_requests_in_flight 1\n"));
  EXPECT_THAT(during, HasSubstr("tollgate_streams_open 1\n"));
  EXPECT_THAT(during, Not(HasSubstr("tollgate_quota_reserved 0\n")));
  upstream.open_gate();
  EXPECT_TRUE(client.read_answer().complete);
  EXPECT_TRUE(eventually([&] {
    const std::string after = metrics_of(gateway);
    return after.find("tollgate_requests_in_flight 0\n") != std::string::npos &&
           after.find("tollgate_streams_open 0\n") != std::string::npos &&
           after.find("tollgate_quota_reserved 0\n") != std::string::npos;
  }));
}

TEST(Operations, CountsHowKeysAreFound) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  const HeaderList unknown{{"Authorization", "Bearer sk-unknown"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(gateway.get(caller, "/v1/models").status, 200);
    EXPECT_EQ(http_request(gateway.port(), "GET", "/v1/models", {}, unknown).status, 401);
  }
  EXPECT_EQ(metric(gateway, R"(tollgate_token_cache_total{outcome="miss"})"), 2);
  EXPECT_EQ(metric(gateway, R"(tollgate_token_cache_total{outcome="hit"})"), 2);
  EXPECT_EQ(metric(gateway, R"(tollgate_token_cache_total{outcome="negative"})"), 2);
}

TEST(Operations, CountsLookUpsOfNamesAndConnectionsToUpstreams) {
  TestGateway gateway({{"relay.retries", "0"}});
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  gateway.add_channel("openai", "http://localhost:" + std::to_string(upstream.port()), "here");
  gateway.add_channel("openai", dead_url(), "dead");
  // Longer than a part of a name may be: no server has to be asked.
  gateway.add_channel("openai", "http://" + std::string(64, 'x') + ".invalid", "nowhere");
  for (const char* model : {"here", "dead", "nowhere"}) gateway.set_price(model, "1", "2");
  const TestCaller caller = gateway.add_caller();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("here")).status, 200);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("dead")).status, 502);
  EXPECT_EQ(metric(gateway, R"(tollgate_upstream_connects_total{outcome="ok"})"), 1) << "and used twice";
  EXPECT_EQ(metric(gateway, R"(tollgate_upstream_connects_total{outcome="resumed"})"), 0);
  EXPECT_EQ(metric(gateway, R"(tollgate_upstream_connects_total{outcome="failed"})"), 1);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("nowhere")).status, 502);
  EXPECT_EQ(metric(gateway, R"(tollgate_dns_lookups_total{outcome="ok"})"), 1);
  EXPECT_EQ(metric(gateway, R"(tollgate_dns_lookups_total{outcome="failed"})"), 1);
  EXPECT_EQ(metric(gateway, R"(tollgate_dns_lookups_total{outcome="stale"})"), 0);
}

TEST(Operations, CountsStorageJobs) {
  TestGateway gateway;
  const auto jobs = [&](std::string_view outcome) {
    return metric(gateway, R"(tollgate_storage_jobs_total{outcome=")" + std::string(outcome) + "\"}");
  };
  const std::int64_t failed = jobs("failed");
  EXPECT_GT(jobs("ok"), 0);
  EXPECT_GE(failed, 0);
  const auto refuse = [](store::Session&) -> Result<void> { return fail(ErrorCode::conflict, "no"); };
  EXPECT_FALSE(gateway.on_storage(refuse));
  EXPECT_TRUE(eventually([&] { return jobs("failed") == failed + 1; }));
  store::Executor& database = gateway.parts().storage->main();
  EXPECT_FALSE(database.run_blocking(refuse, Deadline::at_ns(1)));
  EXPECT_TRUE(eventually([&] { return jobs("expired") == 1; }));
  EXPECT_EQ(jobs("refused"), 0);
}

// A reader of the page refuses or drops what comes twice.
TEST(Operations, ExposesEverySeriesOnce) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("demo-fast")).status, 200);
  gateway.flush();
  std::istringstream lines(metrics_of(gateway));
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) continue;
    EXPECT_TRUE(seen.insert(line.substr(0, line.rfind(' '))).second) << line;
  }
  EXPECT_TRUE(seen.contains("tollgate_journal_depth"));
}

TEST(Operations, GivesInventedModelsNoLabels) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("invented-" + std::to_string(i))).status, 404);
  }
  EXPECT_THAT(metrics_of(gateway), Not(HasSubstr("invented")));
}

TEST(Operations, ShowsMetricsToThoseWithTheToken) {
  TestGateway gateway({{"metrics.token", "a-long-token"}});
  EXPECT_EQ(http_request(gateway.port(), "GET", "/metrics").status, 401);
  EXPECT_EQ(http_request(gateway.port(), "GET", "/metrics", {}, {{"Authorization", "Bearer a-long-tokem"}}).status,
            401);
  EXPECT_EQ(http_request(gateway.port(), "GET", "/metrics", {}, {{"Authorization", "Bearer a-long-token"}}).status,
            200);
}

TEST(Draining, FinishesTheStreamUnderWayAndAdmitsNoMore) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, AwaitGate{},
                  Send{chunk(stream_events(Tongue::openai)[3] + stream_events(Tongue::openai)[4] + "data: [DONE]\n\n") +
                       last_chunk()}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  HttpClient client(gateway.port());
  ASSERT_TRUE(
      client.send_request("POST", "/v1/chat/completions", ask("m", true), {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(client.read_until(R"("content":"i")").has_value());
  const std::uint16_t port = gateway.port();
  auto stopped = std::async(std::launch::async, [&] { return gateway.gateway().stop(20'000); });
  // The listener goes first.
  EXPECT_TRUE(eventually([&] { return http_request(port, "GET", "/healthz").status == 0; }));
  upstream.open_gate();
  const HttpAnswer answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n"));
  EXPECT_TRUE(stopped.get());
  gateway.restart();
  EXPECT_EQ(gateway.user_books(caller.user).used, 20);
}

TEST(Draining, GivesUpOnAStreamThatDoesNotEndSaysSoAndChargesIt) {
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    TestGateway gateway;
    ScriptedUpstream upstream([](const SeenRequest&) {
      return Script{Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, Stall{}};
    });
    gateway.add_channel("openai", upstream.url(), "m");
    gateway.set_price("m", "1", "2");
    const TestCaller caller = gateway.add_caller();
    HttpClient client(gateway.port());
    const std::string body = ask("m", true);
    ASSERT_TRUE(client.send_request("POST", path_of(tongue), body, {{"Authorization", "Bearer " + caller.key}}));
    ASSERT_TRUE(client.read_until(R"(":"i")").has_value());
    EXPECT_FALSE(gateway.gateway().stop(50));
    const HttpAnswer answer = client.read_answer();
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(error_member(answer.body, "type"), tongue == Tongue::openai ? "server_error" : "overloaded_error")
        << answer.body;
    EXPECT_THAT(answer.body, Not(HasSubstr("[DONE]")));
    EXPECT_THAT(answer.body, Not(HasSubstr("message_stop")));
    gateway.restart();
    EXPECT_EQ(gateway.user_books(caller.user).used, static_cast<Quota>((body.size() + 3) / 4) + 2);
    const auto logged = logged_calls(gateway, caller);
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(logged[0].error, "shutting_down");
  }
}

TEST(Draining, GivesUpOnACallThatHasNoAnswerYet) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Stall{}}; });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  HttpClient client(gateway.port());
  ASSERT_TRUE(
      client.send_request("POST", "/v1/chat/completions", ask("m"), {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(eventually([&] { return upstream.request_count() == 1; }));
  EXPECT_FALSE(gateway.gateway().stop(50));
  const HttpAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(error_member(answer.body, "code"), "shutting_down");
  gateway.restart();
  EXPECT_EQ(gateway.user_books(caller.user).used, 0);
}

TEST(Restarting, KeepsTheBooks) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  const ChannelId channel = gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller(1'000);
  for (int round = 1; round <= 3; ++round) {
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m", true)).status, 200);
    gateway.restart();
    EXPECT_EQ(gateway.user_books(caller.user).balance(), 1'000 - 40 * round);
    EXPECT_EQ(gateway.token_books(caller.token).used, 40 * round);
    EXPECT_EQ(gateway.channel_used(channel), 40 * round);
    EXPECT_EQ(gateway.number("SELECT COUNT(*) FROM logs"), 2 * round);
    EXPECT_EQ(gateway.number("SELECT SUM(quota) FROM statistics"), 40 * round);
  }
}

TEST(Settings, ThatAreReloadedCountForTheNextCall) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  const std::string big = ask("demo-fast", false, R"("user":")" + std::string(2'000, 'u') + "\",");
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", big).status, 200);
  std::ofstream(gateway.data_dir() / "config.yaml") << "server:\n  max_body_bytes: 1KiB\n";
  ASSERT_TRUE(gateway.gateway().reload().has_value());
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", big).status, 413);
  // What cannot be read changes nothing.
  std::ofstream(gateway.data_dir() / "config.yaml") << "server:\n  max_body_bytes: lots\n";
  const auto refused = gateway.gateway().reload();
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message(), HasSubstr("server.max_body_bytes"));
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", big).status, 413);
}

}  // namespace
}  // namespace tollgate::testing
