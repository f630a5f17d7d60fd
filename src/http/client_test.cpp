#include "http/client.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "http/client_fixture.h"
#include "http/served.h"
#include "net/run_blocking.h"
#include "net/test_certificate.h"
#include "support/fake_clock.h"
#include "support/scripted_upstream.h"

namespace tollgate::http {
namespace {

using namespace tollgate::testing;  // the script's steps

TEST(Client, SendsHeadAndBodyViewsAndReadsTheAnswer) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(200, "{\"a\":1}")}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  const HeaderBlock headers{{"Authorization", "Bearer k"}, {"Content-Type", "application/json"}};
  const std::string_view body[] = {"{\"model\":", "\"m\"", "}"};
  OutgoingRequest request = post_to(endpoint, "/v1/chat?x=1");
  request.headers = &headers;
  request.body = body;
  const Outcome out = run_call(caller, request);
  EXPECT_EQ(out.status, 200);
  EXPECT_EQ(out.body, "{\"a\":1}");
  const SeenRequest seen = upstream.seen().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/v1/chat?x=1");
  EXPECT_EQ(seen.body, "{\"model\":\"m\"}");
  EXPECT_EQ(seen.headers.at("host"), endpoint.host_header);
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer k");
  EXPECT_EQ(seen.headers.at("accept-encoding"), "identity");
}

/// The same body in each framing, however the bytes are cut.
TEST(Client, DecodesEveryFraming) {
  const std::string body = "data: one\n\ndata: two\n\n";
  const std::string chunked = chunk("data: one\n\n") + chunk("data: ") + chunk("two\n\n") + last_chunk();
  for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}}) {
    for (const std::string& wire :
         {http_json(200, body), sse_head() + chunked, "HTTP/1.1 200 OK\r\n\r\n" + body,
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + http_json(200, body)}) {
      ScriptedUpstream upstream([&](const SeenRequest&) {
        Script script;
        for (std::size_t at = 0; at < wire.size(); at += cut) script.push_back(Send{wire.substr(at, cut)});
        if (wire.starts_with("HTTP/1.1 200 OK\r\n\r\n")) script.push_back(Close{});
        return script;
      });
      const net::Endpoint endpoint = endpoint_of(upstream);
      Caller caller;
      const Outcome out = run_call(caller, post_to(endpoint));
      EXPECT_EQ(out.status, 200);
      EXPECT_EQ(out.body, body) << wire;
      EXPECT_FALSE(out.error);
    }
  }
}

TEST(Client, KnowsTheBodysEndWithItsLastBytes) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{sse_head() + chunk("only") + last_chunk()}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  caller.on([&]() -> net::Task<void> {
    Call call(caller.client());
    EXPECT_TRUE(co_await call.send(post_to(endpoint)));
    const BodyPiece piece = co_await call.read();
    EXPECT_EQ(piece.bytes, "only");
    EXPECT_TRUE(call.complete());
    EXPECT_EQ(caller.client().stats().idle, 1U) << "the connection is back before anybody asks again";
  });
}

TEST(Client, ReadsAWholeBodyInPlaceOrGathered) {
  const std::string big(500'000, 'x');
  ScriptedUpstream upstream([&](const SeenRequest& seen) {
    if (seen.target == "/small") return Script{Send{http_json(200, "{\"small\":1}")}};
    if (seen.target == "/chunked") return Script{Send{sse_head() + chunk("one") + chunk("two") + last_chunk()}};
    if (seen.target == "/empty") return Script{Send{http_json(200, "")}};
    return Script{Send{http_json(200, big)}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  caller.on([&]() -> net::Task<void> {
    Call call(caller.client());
    EXPECT_TRUE(co_await call.send(post_to(endpoint, "/small")));
    auto pending = call.read_whole(1'000);
    EXPECT_TRUE(pending.ready()) << "it came with the head";
    auto whole = co_await pending;
    EXPECT_EQ(whole->bytes, "{\"small\":1}");
    EXPECT_TRUE(whole->complete);
    EXPECT_TRUE(co_await call.send(post_to(endpoint, "/chunked")));
    whole = co_await call.read_whole(1'000);
    EXPECT_EQ(whole->bytes, "onetwo");
    EXPECT_TRUE(co_await call.send(post_to(endpoint, "/empty")));
    whole = co_await call.read_whole(1'000);
    EXPECT_EQ(whole->bytes, "");
    EXPECT_TRUE(whole->complete);
    EXPECT_TRUE(co_await call.send(post_to(endpoint, "/big")));
    whole = co_await call.read_whole(1'000'000);
    EXPECT_TRUE(whole->bytes == big);
    EXPECT_TRUE(whole->complete);
    EXPECT_TRUE(co_await call.send(post_to(endpoint, "/big")));
    whole = co_await call.read_whole(100'000);
    EXPECT_FALSE(whole->complete);
    std::string all(whole->bytes);
    for (;;) {
      const BodyPiece piece = co_await call.read();
      if (piece.status != BodyPiece::Status::data) break;
      all += piece.bytes;
    }
    EXPECT_TRUE(all == big) << "reading goes on where the limit was";
    EXPECT_TRUE(call.complete());
  });
}

TEST(Client, SurvivesOthersReadingWhileBytesAreUnread) {
  // Two answers on one worker: while the first one's body is undelivered, the second uses the worker's buffer.
  ScriptedUpstream upstream(
      [](const SeenRequest& seen) { return Script{Send{http_json(200, std::string(2'000, seen.target[1]))}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  caller.on([&]() -> net::Task<void> {
    Call first(caller.client()), second(caller.client());
    EXPECT_TRUE(co_await first.send(post_to(endpoint, "/a")));
    EXPECT_TRUE(co_await second.send(post_to(endpoint, "/b")));
    EXPECT_EQ(std::string((co_await first.read_whole(10'000))->bytes), std::string(2'000, 'a'));
    EXPECT_EQ(std::string((co_await second.read_whole(10'000))->bytes), std::string(2'000, 'b'));
  });
}

struct Fault {
  const char* name;
  Script script;
  ErrorCode code;
};

class UpstreamFault : public ::testing::TestWithParam<Fault> {};

TEST_P(UpstreamFault, HasItsOwnError) {
  ScriptedUpstream upstream([](const SeenRequest&) { return GetParam().script; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  const Outcome out = run_call(caller, post_to(endpoint));
  ASSERT_TRUE(out.error) << out.body;
  EXPECT_EQ(out.error->code(), GetParam().code) << out.error->message() << ": " << out.error->detail();
  EXPECT_EQ(caller.stats().active, 0U);
  EXPECT_EQ(caller.stats().idle, 0U);
  EXPECT_EQ(upstream.request_count(), 1U) << "a new connection's failure is not tried again here";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, UpstreamFault,
    ::testing::Values(
        Fault{"CloseAtOnce", {Close{}}, ErrorCode::upstream_reset},
        Fault{"ResetAtOnce", {Reset{}}, ErrorCode::upstream_reset},
        Fault{"CloseInHead", {Send{"HTTP/1.1 200 OK\r\nContent-"}, Close{}}, ErrorCode::upstream_reset},
        Fault{"NotHttp", {Send{"SSH-2.0-OpenSSH\r\n"}}, ErrorCode::upstream_bad_answer},
        Fault{"ShortBody",
              {Send{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"}, Close{}},
              ErrorCode::upstream_reset},
        Fault{"BadChunk", {Send{sse_head() + "zz\r\n"}}, ErrorCode::upstream_bad_answer},
        Fault{"ChunksCutOff", {Send{sse_head() + chunk("data")}, Close{}}, ErrorCode::upstream_reset},
        Fault{"ResetInBody", {Send{sse_head() + chunk("data")}, Pause{20}, Reset{}}, ErrorCode::upstream_reset},
        Fault{"TwoLengths",
              {Send{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12"}},
              ErrorCode::upstream_bad_answer},
        Fault{
            "EndlessHead", {Send{"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')}}, ErrorCode::upstream_bad_answer},
        Fault{"Upgrade",
              {Send{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"}},
              ErrorCode::upstream_bad_answer}),
    [](const auto& info) { return info.param.name; });

TEST(Client, RefusedConnectionsAreConnectFailures) {
  net::Endpoint endpoint;
  {
    ScriptedUpstream gone([](const SeenRequest&) { return Script{}; });
    endpoint = endpoint_of(gone);
  }
  Caller caller;
  const Outcome out = run_call(caller, post_to(endpoint));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code(), ErrorCode::upstream_connect_failed);
  EXPECT_NE(out.error->detail().find("refused"), std::string::npos) << out.error->detail();
}

/// A call whose time passes by itself: the clock runs while it waits.
Outcome run_as_time_passes(Caller& caller, FakeClock& clock, const OutgoingRequest& request) {
  std::atomic<bool> done = false;
  std::thread mover([&] {
    while (!done) {
      clock.advance_ms(100);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  Outcome out = run_call(caller, request);
  done = true;
  mover.join();
  return out;
}

TEST(Client, EachDeadlineHasItsOwnError) {
  FakeClock clock;
  ScriptedUpstream upstream([](const SeenRequest& seen) {
    if (seen.target == "/silent") return Script{Stall{}};
    return Script{Send{sse_head() + chunk("x")}, Stall{}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller(&clock);
  OutgoingRequest request = post_to(endpoint, "/silent");
  request.deadlines = {.first_byte_ms = 2'000, .between_bytes_ms = 0};
  const Outcome first_byte = run_as_time_passes(caller, clock, request);
  request.target = "/stalls";
  request.deadlines = {.first_byte_ms = 60'000, .between_bytes_ms = 2'000};
  const Outcome between = run_as_time_passes(caller, clock, request);
  request.deadlines = {.first_byte_ms = 60'000, .between_bytes_ms = 60'000, .total_ms = 2'000};
  const Outcome total = run_as_time_passes(caller, clock, request);
  std::vector<std::string> messages;
  for (const Outcome& out : {first_byte, between, total}) {
    ASSERT_TRUE(out.error);
    EXPECT_EQ(out.error->code(), ErrorCode::upstream_timeout);
    EXPECT_EQ(std::ranges::count(messages, out.error->message()), 0) << "each says which it was";
    messages.push_back(out.error->message());
  }
  EXPECT_EQ(between.body, "x");
  EXPECT_TRUE(upstream.wait_hung_up(3)) << "the connections are closed, not kept";
}

TEST(Client, ASignalEndsACallAndTheUpstreamSeesIt) {
  ScriptedUpstream upstream([](const SeenRequest& seen) {
    if (seen.target == "/head") return Script{Stall{}};
    return Script{Send{sse_head() + chunk("x")}, Stall{}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  for (const char* target : {"/head", "/body"}) {
    Outcome out;
    caller.on([&]() -> net::Task<void> {
      net::CancelSignal signal;
      caller.worker().spawn([](net::Worker& worker, net::CancelSignal& stop) -> net::Task<void> {
        co_await worker.sleep(20);
        stop.trigger(ErrorCode::client_gone);
      }(caller.worker(), signal));
      out = co_await call_whole(caller.client(), post_to(endpoint, target), &signal);
    });
    ASSERT_TRUE(out.error);
    EXPECT_EQ(out.error->code(), ErrorCode::client_gone);
  }
  EXPECT_TRUE(upstream.wait_hung_up(2));
}

TEST(Client, ReadsOnAfterTheSignalWhenToldTo) {
  ScriptedUpstream upstream([](const SeenRequest&) {
    return Script{Send{sse_head() + chunk("finish")}, AwaitGate{}, Send{chunk("usage") + last_chunk()}};
  });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  caller.on([&]() -> net::Task<void> {
    net::CancelSignal signal;
    Call call(caller.client(), &signal);
    EXPECT_TRUE(co_await call.send(post_to(endpoint)));
    EXPECT_EQ((co_await call.read()).bytes, "finish");
    signal.trigger(ErrorCode::client_gone);
    EXPECT_EQ((co_await call.read()).status, BodyPiece::Status::failed);
    EXPECT_EQ(call.failure()->code(), ErrorCode::client_gone);
    call.ignore_signal(caller.worker().in_ms(20'000));
    upstream.open_gate();
    EXPECT_EQ((co_await call.read()).bytes, "usage");
    EXPECT_TRUE(call.complete());
  });
}

TEST(Client, SendsLargeBodiesToASlowReader) {
  ScriptedUpstream upstream(
      [](const SeenRequest& seen) { return Script{Send{http_json(200, std::to_string(seen.body.size()))}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  const std::string part(7'000'000, 'x');
  const std::string_view body[] = {part, "{}", part};
  OutgoingRequest request = post_to(endpoint);
  request.body = body;
  EXPECT_EQ(run_call(caller, request).body, "14000002");
}

TEST(Client, SpeaksTlsWithAServerThatSpeaksIt) {
  const net::Pem pem = net::self_signed("IP:127.0.0.1");
  ServerOptions options;
  options.certificate_pem = pem.certificate;
  options.key_pem = Secret(pem.key);
  Route echo;
  echo.method = Method::post;
  echo.pattern = "/echo";
  echo.handler = [](Exchange& exchange) -> net::Task<void> {
    EXPECT_TRUE(exchange.over_tls());
    auto body = co_await exchange.read_body();
    exchange.start(200, {});
    for (std::size_t at = 0; at < body->size(); at += 50'000) co_await exchange.write(body->substr(at, 50'000));
    co_await exchange.finish();
  };
  Served server({echo}, options);
  ASSERT_TRUE(server.started());
  net::Endpoint endpoint = net::Endpoint::parse("https://127.0.0.1:" + std::to_string(server.port()), nullptr).value();
  endpoint.trust.ca_pem = pem.certificate;
  endpoint.seal();
  Caller caller;
  for (const std::size_t size : {std::size_t{5}, std::size_t{500'000}}) {
    const std::string text(size, 'x');
    const std::string_view body = text;
    OutgoingRequest request = post_to(endpoint, "/echo");
    request.body = {&body, 1};
    const Outcome out = run_call(caller, request);
    EXPECT_EQ(out.status, 200) << (out.error ? out.error->detail() : "");
    EXPECT_TRUE(out.body == text);
  }
  EXPECT_EQ(caller.stats().reused, 1U);
}

TEST(Client, FetchBoundsWhatItKeeps) {
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Send{http_json(404, std::string(1'000, 'x'))}}; });
  const net::Endpoint endpoint = endpoint_of(upstream);
  Caller caller;
  OutgoingRequest request = post_to(endpoint);
  request.method = Method::get;
  caller.on([&]() -> net::Task<void> {
    auto answer = co_await fetch(caller.client(), request, 100);
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(answer->content_type, "application/json");
    EXPECT_EQ(answer->body.size(), 100U);
    EXPECT_TRUE(answer->truncated);
    answer = co_await fetch(caller.client(), request, 1'000);
    EXPECT_FALSE(answer->truncated);
  });
  EXPECT_FALSE(upstream.seen().at(0).headers.contains("content-length"));
}

}  // namespace
}  // namespace tollgate::http
