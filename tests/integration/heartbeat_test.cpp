// What a token's heartbeat sends while a provider is silent.
#include "relay/heartbeat.h"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "integration/cases.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

using relay::Heartbeat;

constexpr std::int64_t kSilenceMs = 30'000;

std::string without_beats(std::string_view body) {
  while (body.starts_with(Heartbeat::kOfStreams)) body.remove_prefix(Heartbeat::kOfStreams.size());
  return std::string(body);
}

class Heartbeats : public ::testing::Test {
 protected:
  Heartbeats() {
    gateway_.set_price("m", "1", "2");
    gateway_.change_token(caller_, [](store::TokenRow& row) {
      row.heartbeat = true;
      row.heartbeat_seconds = kSilenceMs / 1000;
    });
  }

  void send(HttpClient& client, Tongue tongue, bool stream) {
    const std::string usage = stream && tongue == Tongue::openai ? R"("stream_options":{"include_usage":true},)" : "";
    ASSERT_TRUE(client.send_request("POST", path_of(tongue), ask("m", stream, usage),
                                    {{"Authorization", "Bearer " + caller_.key}}));
  }
  /// The provider has the request, and then nothing happens for as long.
  void pass_silence(const ScriptedUpstream& upstream, std::size_t requests = 1) {
    ASSERT_TRUE(eventually([&] { return upstream.request_count() == requests; }));
    clock_.advance_ms(kSilenceMs);
  }

  FakeClock clock_;
  TestGateway gateway_{{{"relay.retry_window", "0"}}, &clock_};  // retries are not a matter of time here
  TestCaller caller_ = gateway_.add_caller();

 private:
  /// Beside its jumps the clock goes on: a timer that is armed late still runs out.
  std::jthread ticking_{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      clock_.advance_ms(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }};
};

TEST_F(Heartbeats, ComeBeforeAStreamBegins) {
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    for (const bool head_comes_early : {false, true}) {
      ScriptedUpstream upstream([&](const SeenRequest&) {
        const std::string head = head_comes_early ? sse_head() : "";
        const std::string rest = (head_comes_early ? "" : sse_head()) + chunk(joined(stream_events(tongue)));
        return Script{Send{head}, AwaitGate{}, Send{rest + last_chunk()}};
      });
      const ChannelId channel = gateway_.add_channel(provider_of(tongue), upstream.url(), "m");
      const Quota used = gateway_.user_books(caller_.user).used;
      HttpClient client(gateway_.port());
      send(client, tongue, true);
      pass_silence(upstream);
      ASSERT_TRUE(client.read_until(Heartbeat::kOfStreams).has_value());
      clock_.advance_ms(Heartbeat::kIntervalMs);
      upstream.open_gate();
      const HttpAnswer answer = client.read_answer();
      EXPECT_TRUE(answer.complete);
      EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
      EXPECT_EQ(without_beats(answer.body), joined(stream_events(tongue)));
      EXPECT_EQ(gateway_.user_books(caller_.user).used - used, 20);
      gateway_.update_channel(channel, [](store::ChannelRow& row) { row.status = store::ChannelStatus::disabled; });
    }
  }
}

TEST_F(Heartbeats, AreWhiteSpaceBeforeADocument) {
  ScriptedUpstream upstream(
      [](const SeenRequest&) { return Script{AwaitGate{}, Send{http_json(200, plain_answer(Tongue::openai))}}; });
  gateway_.add_channel("openai", upstream.url(), "m");
  HttpClient client(gateway_.port());
  send(client, Tongue::openai, false);
  pass_silence(upstream);
  ASSERT_TRUE(client.read_until("\r\n\r\n1\r\n\n").has_value());
  upstream.open_gate();
  const HttpAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(answer.body, "\n" + plain_answer(Tongue::openai));
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 20);
}

Script failure() { return {AwaitGate{}, Send{http_json(500, R"({"error":{"message":"out of order"}})")}}; }

TEST_F(Heartbeats, LeaveFailuresTheirWords) {
  for (const bool stream : {true, false}) {
    ScriptedUpstream upstream([](const SeenRequest&) { return failure(); });
    const ChannelId channel = gateway_.add_channel("openai", upstream.url(), "m");
    HttpClient client(gateway_.port());
    send(client, Tongue::openai, stream);
    pass_silence(upstream);
    ASSERT_TRUE(client.read_until(stream ? Heartbeat::kOfStreams : "\r\n\r\n1\r\n\n").has_value());
    upstream.open_gate();
    const HttpAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(error_member(answer.body, "code"), "upstream_server_error") << answer.body;
    EXPECT_EQ(answer.body.find("data: {") != std::string::npos, stream);
    gateway_.update_channel(channel, [](store::ChannelRow& row) { row.status = store::ChannelStatus::disabled; });
  }
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 0);
  EXPECT_EQ(logged_calls(gateway_, caller_).front().error, "upstream_server_error");
}

TEST_F(Heartbeats, LeaveRetriesTheirChance) {
  ScriptedUpstream broken([](const SeenRequest&) { return failure(); });
  ScriptedUpstream good([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  store::ChannelRow first;
  first.priority = 1;
  gateway_.add_channel("openai", broken.url(), "m", first);
  gateway_.add_channel("openai", good.url(), "m");
  HttpClient client(gateway_.port());
  send(client, Tongue::openai, true);
  pass_silence(broken);
  ASSERT_TRUE(client.read_until(Heartbeat::kOfStreams).has_value());
  broken.open_gate();
  EXPECT_EQ(client.read_answer().body, std::string(Heartbeat::kOfStreams) + joined(stream_events(Tongue::openai)));
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 20);
}

TEST_F(Heartbeats, DoNotKeepACallWhoseClientLeft) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Stall{}}; });
  gateway_.add_channel("openai", upstream.url(), "m");
  HttpClient client(gateway_.port());
  send(client, Tongue::openai, true);
  pass_silence(upstream);
  ASSERT_TRUE(client.read_until(Heartbeat::kOfStreams).has_value());
  client.close();
  EXPECT_TRUE(upstream.wait_hung_up(1));
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 0);
}

TEST_F(Heartbeats, AreForTokensThatAskForThem) {
  gateway_.change_token(caller_, [](store::TokenRow& row) { row.heartbeat = false; });
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{AwaitGate{}, Send{sse_head() + chunk(joined(stream_events(Tongue::openai))) + last_chunk()}};
  });
  gateway_.add_channel("openai", upstream.url(), "m");
  HttpClient client(gateway_.port());
  send(client, Tongue::openai, true);
  pass_silence(upstream);
  // One worker: what was due ran before this was answered.
  EXPECT_EQ(http_request(gateway_.port(), "GET", "/readyz", {}, {}).status, 200);
  upstream.open_gate();
  EXPECT_EQ(client.read_answer().body, joined(stream_events(Tongue::openai)));
}

}  // namespace
}  // namespace tollgate::testing
