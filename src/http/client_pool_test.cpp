#include <atomic>
#include <latch>
#include <string>

#include <gtest/gtest.h>

#include "http/client.h"
#include "http/client_fixture.h"
#include "support/fake_clock.h"

/// Which connections a client keeps, and which it takes for the next call.
namespace tollgate::http {
namespace {

using namespace tollgate::testing;  // the script's steps

TEST(ClientPool, KeepsConnectionsAndReusesTheNewest) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, "{}")}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
  EXPECT_EQ(upstream.connection_count(), 1U);
  const PoolStats stats = caller.stats();
  EXPECT_EQ(stats.opened, 1U);
  EXPECT_EQ(stats.reused, 4U);
  EXPECT_EQ(stats.idle, 1U);
  EXPECT_EQ(stats.active, 0U);
}

TEST(ClientPool, SeparatesPoolsByEndpoint) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, "{}")}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  net::Endpoint other = endpoint;
  other.trust.verify = false;
  other.tls = true;
  other.seal();
  EXPECT_NE(endpoint.key, other.key);
  net::Endpoint through = endpoint;
  through.proxy = net::Proxy::parse("http://user:pass@proxy:3128").value();
  through.seal();
  EXPECT_NE(through.key, endpoint.key);
  EXPECT_EQ(through.key.find("pass"), std::string::npos);
  net::Endpoint elsewhere = through;
  elsewhere.proxy = net::Proxy::parse("http://user:other@proxy:3128").value();
  elsewhere.seal();
  EXPECT_NE(elsewhere.key, through.key);
}

TEST(ClientPool, ReplacesAStaleConnectionOnce) {
  // The second request on a connection is answered by closing it: so does a server whose idle timeout has just passed.
  std::atomic<int> calls = 0;
  ScriptedUpstream upstream(
      [&](const SeenRequest&) { return calls++ == 1 ? Script{Close{}} : Script{Send{http_json(200, "{}")}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
  EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
  EXPECT_EQ(caller.stats().stale_retries, 1U);
  EXPECT_EQ(upstream.connection_count(), 2U);
}

TEST(ClientPool, DoesNotRepeatWhatMayHaveBeenAnswered) {
  std::atomic<int> calls = 0;
  ScriptedUpstream upstream([&](const SeenRequest&) {
    return calls++ == 1 ? Script{Send{"HTTP/1.1 2"}, Close{}} : Script{Send{http_json(200, "{}")}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
  const Outcome out = run_call(caller, post_to(endpoint));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code(), ErrorCode::upstream_reset);
  EXPECT_EQ(calls, 2);
}

TEST(ClientPool, DropsIdleConnectionsThatEndOrSpeakUnasked) {
  for (const Step& last : {Step{Close{}}, Step{Send{"HTTP/1.1 408 Timeout\r\n\r\n"}}}) {
    ScriptedUpstream upstream([&](const SeenRequest&) { return Script{Send{http_json(200, "{}")}, Pause{5}, last}; });
    const net::Endpoint endpoint = endpoint_of(upstream);
    Caller caller;
    EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
    for (int i = 0; i < 400 && caller.stats().idle != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(caller.stats().idle, 0U);
    EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
    EXPECT_EQ(caller.stats().stale_retries, 0U);
  }
}

TEST(ClientPool, DoesNotKeepWhatTheAnswerForbids) {
  for (const std::string& answer : {http_json(200, "{}", "Connection: close\r\n"), http_json(200, "{}") + "junk",
                                    std::string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}")}) {
    ScriptedUpstream upstream([&](const SeenRequest&) { return Script{Send{answer}}; });
    const net::Endpoint endpoint = endpoint_of(upstream);
    Caller caller;
    EXPECT_EQ(run_call(caller, post_to(endpoint)).body, "{}");
    EXPECT_EQ(caller.stats().idle, 0U) << answer;
  }
}

TEST(ClientPool, KeepsNoMoreIdleConnectionsThanItsCaps) {
  std::latch all{3};
  ScriptedUpstream upstream([&](const SeenRequest&) {
    all.arrive_and_wait();
    return Script{Send{http_json(200, "{}")}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller(nullptr, {.max_idle_per_endpoint = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(caller.stats().opened, 3U);
  EXPECT_EQ(caller.stats().idle, 2U);
}

TEST(ClientPool, ClosesIdleConnectionsAfterTheirTime) {
  FakeClock clock;
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, "{}")}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller(&clock, {.idle_timeout_ms = 10'000});
  EXPECT_EQ(run_call(caller, post_to(endpoint)).status, 200);
  clock.advance_ms(9'000);
  EXPECT_EQ(caller.stats().idle, 1U);
  clock.advance_ms(1'100);
  for (int i = 0; i < 400 && caller.stats().idle != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(caller.stats().idle, 0U);
}

}  // namespace
}  // namespace tollgate::http
