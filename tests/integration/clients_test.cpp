// What clients may do: leave at any moment, close half, read slowly, send ahead. The upstream is let go, and what was
// produced is charged, exactly.
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

/// How a client leaves.
enum class Leaving : std::uint8_t { close, reset, half_close };
constexpr Leaving kLeavings[] = {Leaving::close, Leaving::reset, Leaving::half_close};

void leave(HttpClient& client, Leaving how) {
  switch (how) {
    case Leaving::close:
      return client.close();
    case Leaving::reset:
      return client.reset();
    case Leaving::half_close:
      return client.half_close();
  }
}

class Clients : public ::testing::Test {
 protected:
  void serve(ScriptedUpstream& upstream, Tongue tongue = Tongue::openai, std::string options = {}) {
    store::ChannelRow row;
    row.options = std::move(options);
    channel_ = gateway_.add_channel(provider_of(tongue), upstream.url(), "m", row);
    gateway_.set_price("m", "1", "2");
  }
  bool send(HttpClient& client, const TestCaller& caller, std::string_view body, Tongue tongue = Tongue::openai) {
    return client.send_request("POST", path_of(tongue), body, {{"Authorization", "Bearer " + caller.key}});
  }
  bool gone(std::string_view phase, int count) {
    const std::string line =
        "tollgate_client_gone_total{phase=\"" + std::string(phase) + "\"} " + std::to_string(count) + "\n";
    return eventually(
        [&] { return http_request(gateway_.port(), "GET", "/metrics").body.find(line) != std::string::npos; });
  }
  void expect_channel_blameless() {
    EXPECT_TRUE(eventually([&] { return gateway_.parts().health->stats(channel_)->in_flight == 0; }));
    EXPECT_EQ(gateway_.parts().health->stats(channel_)->state.failures_in_row, 0U);
  }

  TestGateway gateway_{{{"relay.usage_wait", "5s"}}};
  ChannelId channel_;
};

TEST_F(Clients, ThatLeaveWhileTheUpstreamThinksPayNothing) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Stall{}}; });
  serve(upstream);
  std::size_t calls = 0;
  for (const Leaving how : kLeavings) {
    for (const bool stream : {false, true}) {
      const TestCaller caller = gateway_.add_caller();
      HttpClient client(gateway_.port());
      ASSERT_TRUE(send(client, caller, ask("m", stream)));
      ++calls;
      ASSERT_TRUE(eventually([&] { return upstream.request_count() == calls; }));
      leave(client, how);
      ASSERT_TRUE(upstream.wait_hung_up(calls)) << "way " << static_cast<int>(how);
      ASSERT_TRUE(gone("before_head", static_cast<int>(calls)));
      EXPECT_EQ(gateway_.user_books(caller.user).used, 0);
      EXPECT_EQ(gateway_.user_books(caller.user).balance(), 1'000'000'000);
    }
  }
  expect_channel_blameless();
}

TEST_F(Clients, ThatLeaveAPlainAnswerHalfWayPayNothing) {
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\""},
                  Stall{}};
  });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  ASSERT_TRUE(send(client, caller, ask("m")));
  ASSERT_TRUE(eventually([&] { return upstream.request_count() == 1; }));
  client.close();
  ASSERT_TRUE(upstream.wait_hung_up(1));
  ASSERT_TRUE(gone("before_head", 1));
  EXPECT_EQ(gateway_.user_books(caller.user).used, 0);
  expect_channel_blameless();
}

TEST_F(Clients, ThatLeaveAStreamPayForWhatWasDelivered) {
  ScriptedUpstream upstream(
      [](const SeenRequest&) { return Script{Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, Stall{}}; });
  serve(upstream);
  std::size_t calls = 0;
  for (const Leaving how : kLeavings) {
    const TestCaller caller = gateway_.add_caller();
    HttpClient client(gateway_.port());
    const std::string body = ask("m", true);
    ASSERT_TRUE(send(client, caller, body));
    ASSERT_TRUE(client.read_until(R"("content":"i")").has_value());
    leave(client, how);
    ASSERT_TRUE(upstream.wait_hung_up(++calls)) << "way " << static_cast<int>(how);
    ASSERT_TRUE(gone("streaming", static_cast<int>(calls)));
    const Quota charge = static_cast<Quota>((body.size() + 3) / 4) + 2;
    ASSERT_TRUE(eventually([&] { return gateway_.user_books(caller.user).used == charge; }))
        << gateway_.user_books(caller.user).used;
    const auto logged = logged_calls(gateway_, caller);
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(logged[0].error, "client_gone");
    EXPECT_EQ(logged[0].row.status, 499);
    EXPECT_TRUE(logged[0].row.has(store::kLogInterrupted));
    EXPECT_TRUE(logged[0].row.has(store::kLogEstimated));
  }
  expect_channel_blameless();
}

TEST_F(Clients, ThatLeaveOnceTheReasonWasSeenPayWhatTheUpstreamReports) {
  ScriptedUpstream upstream([](const SeenRequest&) {
    const auto events = stream_events(Tongue::openai);
    return Script{Send{sse_head() + chunk(stream_until_finish(Tongue::openai))}, AwaitGate{},
                  Send{chunk(events[4] + events[5]) + last_chunk()}};
  });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  ASSERT_TRUE(send(client, caller, ask("m", true)));
  ASSERT_TRUE(client.read_until(R"("finish_reason":"stop")").has_value());
  client.close();
  ASSERT_TRUE(gone("streaming", 1));
  EXPECT_EQ(upstream.hung_up(), 0U);
  upstream.open_gate();
  ASSERT_TRUE(eventually([&] { return gateway_.user_books(caller.user).used == 20; }))
      << gateway_.user_books(caller.user).used;
  const auto logged = logged_calls(gateway_, caller);
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_FALSE(logged[0].row.has(store::kLogEstimated));
  expect_channel_blameless();
}

TEST(ClientsOfASilentUpstream, AreChargedByTheTextWhenNoUsageComesInTime) {
  TestGateway gateway({{"relay.usage_wait", "50ms"}});
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{sse_head() + chunk(stream_until_finish(Tongue::openai))}, Stall{}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  HttpClient client(gateway.port());
  const std::string body = ask("m", true);
  ASSERT_TRUE(client.send_request("POST", "/v1/chat/completions", body, {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(client.read_until(R"("finish_reason":"stop")").has_value());
  client.close();
  ASSERT_TRUE(upstream.wait_hung_up(1));
  const Quota charge = static_cast<Quota>((body.size() + 3) / 4) + 2;
  EXPECT_TRUE(eventually([&] { return gateway.user_books(caller.user).used == charge; }));
}

TEST_F(Clients, ThatAskAheadAreAnsweredInOrder) {
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  const auto request = [&](bool stream) {
    const std::string body = ask("m", stream);
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + caller.key +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  ASSERT_TRUE(client.send_raw(request(false) + request(true) + request(false)));
  for (const bool stream : {false, true, false}) {
    const HttpAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.body.starts_with("data: "), stream) << answer.body;
  }
  EXPECT_EQ(gateway_.user_books(caller.user).used, 60);
}

TEST_F(Clients, ThatAskAheadAndLeaveAreSeenToLeave) {
  ScriptedUpstream upstream(
      [](const SeenRequest&) { return Script{Send{sse_head() + chunk(stream_until_text(Tongue::openai))}, Stall{}}; });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  ASSERT_TRUE(send(client, caller, ask("m", true)));
  ASSERT_TRUE(client.read_until(R"("content":"i")").has_value());
  ASSERT_TRUE(send(client, caller, ask("m", true)));
  client.close();
  EXPECT_TRUE(upstream.wait_hung_up(1));
  EXPECT_EQ(upstream.request_count(), 1U);
}

TEST_F(Clients, KeepTheirConnectionAfterErrorsAndStreams) {
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  const HeaderList key{{"Authorization", "Bearer " + caller.key}};
  EXPECT_EQ(client.request("POST", "/v1/chat/completions", ask("unknown"), key).status, 404);
  EXPECT_EQ(client.request("POST", "/v1/chat/completions", "{", key).status, 400);
  EXPECT_EQ(client.request("POST", "/v1/chat/completions", ask("m", true), key).status, 200);
  EXPECT_EQ(client.request("POST", "/v1/messages", ask("m", true), key).status, 200);
  EXPECT_EQ(client.request("POST", "/v1/chat/completions", ask("m"), key).status, 200);
  EXPECT_EQ(gateway_.user_books(caller.user).used, 60);
  EXPECT_EQ(upstream.connection_count(), 1U);
}

TEST_F(Clients, ThatLeaveInTheMiddleOfTheirRequestReachNoUpstream) {
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  serve(upstream);
  const TestCaller caller = gateway_.add_caller();
  {
    HttpClient client(gateway_.port());
    ASSERT_TRUE(client.send_raw("POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + caller.key +
                                "\r\nContent-Length: 500\r\n\r\n{\"model\":\"m\""));
  }
  // The same connection's worker goes on serving.
  EXPECT_EQ(gateway_.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(upstream.request_count(), 1U);
  EXPECT_EQ(logged_calls(gateway_, caller).size(), 1U);
}

TEST_F(Clients, ThatReadSlowlyDoNotMakeTheUpstreamLate) {
  std::string text(32 * 1024, 'x');
  const auto events = stream_events(Tongue::openai);
  const std::string big = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text +
                          "\"},\"finish_reason\":null}]}\n\n";
  constexpr int kEvents = 640;  // 20 MB, more than sockets buffer
  ScriptedUpstream upstream([&](const SeenRequest&) {
    Script script{Send{sse_head() + chunk(events[0])}};
    for (int i = 0; i < kEvents; ++i) script.emplace_back(Send{chunk(big)});
    script.emplace_back(Send{chunk(events[3] + events[4] + events[5]) + last_chunk()});
    return script;
  });
  serve(upstream, Tongue::openai, R"({"gateway":{"idle_timeout_ms":150}})");
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  ASSERT_TRUE(send(client, caller, ask("m", true)));
  ASSERT_TRUE(client.read_until("chatcmpl-1").has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the slowness under test
  const HttpAnswer answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << answer.body.substr(answer.body.size() - 400);
  EXPECT_EQ(answer.body.size(), events[0].size() + big.size() * kEvents + events[3].size() + events[5].size());
  EXPECT_EQ(gateway_.user_books(caller.user).used, 20);
}

// The same for a plain answer that is too large to be held: after the pause, the upstream has its whole time again.
TEST_F(Clients, ThatReadALargeAnswerSlowlyDoNotMakeTheUpstreamLate) {
  const std::string answer_body = R"({"object":"list","data":[")" + std::string(24 << 20, 'x') +
                                  R"("],"usage":{"prompt_tokens":10,"total_tokens":10}})";
  ScriptedUpstream upstream([&](const SeenRequest&) {
    const std::string whole = http_json(200, answer_body);
    return Script{Send{whole.substr(0, whole.size() - 10)}, Pause{100}, Send{whole.substr(whole.size() - 10)}};
  });
  serve(upstream, Tongue::openai, R"({"gateway":{"idle_timeout_ms":250}})");
  const TestCaller caller = gateway_.add_caller();
  HttpClient client(gateway_.port());
  ASSERT_TRUE(client.send_request("POST", "/v1/embeddings", R"({"model":"m","input":"Hello"})",
                                  {{"Authorization", "Bearer " + caller.key}}));
  ASSERT_TRUE(client.read_until("xxx").has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the slowness under test
  const HttpAnswer answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(answer.body == answer_body);
  EXPECT_EQ(gateway_.user_books(caller.user).used, 10);
}

TEST(ClientsThatNeverRead, AreLetGoAfterTheWriteTimeout) {
  TestGateway gateway({{"server.write_timeout", "200ms"}});
  const std::string big = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" +
                          std::string(32 * 1024, 'x') + "\"},\"finish_reason\":null}]}\n\n";
  ScriptedUpstream upstream([&](const SeenRequest&) {
    Script script{Send{sse_head()}};
    for (int i = 0; i < 640; ++i) script.emplace_back(Send{chunk(big)});
    script.emplace_back(Stall{});
    return script;
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  HttpClient client(gateway.port());
  ASSERT_TRUE(
      client.send_request("POST", "/v1/chat/completions", ask("m", true), {{"Authorization", "Bearer " + caller.key}}));
  EXPECT_TRUE(upstream.wait_hung_up(1));
  ASSERT_TRUE(eventually([&] { return logged_calls(gateway, caller).size() == 1; }));
  EXPECT_EQ(logged_calls(gateway, caller)[0].error, "client_gone");
}

}  // namespace
}  // namespace tollgate::testing
