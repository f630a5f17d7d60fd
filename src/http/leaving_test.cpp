#include <atomic>
#include <chrono>
#include <latch>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "http/served.h"
#include "http/server.h"
#include "support/fake_clock.h"
#include "support/http_client.h"

/// Clients that leave or dawdle, and a server that is to end.
namespace tollgate::http {
namespace {

using tollgate::testing::http_request;
using tollgate::testing::HttpAnswer;
using tollgate::testing::HttpClient;

/// Tells when its client has left, and how.
struct GoneProbe {
  std::latch waiting{1};
  std::atomic<int> code = -1;
  Route as_route() {
    return route(Method::post, "/wait", [this](Exchange& exchange) -> net::Task<void> {
      (void)co_await exchange.read_body();
      waiting.count_down();
      const bool slept = co_await exchange.worker().sleep(3'600'000, &exchange.cancel_signal());
      EXPECT_FALSE(slept);
      code = static_cast<int>(exchange.cancel_signal().reason());
      code.notify_one();
    });
  }
  ErrorCode wait() {
    code.wait(-1);
    return static_cast<ErrorCode>(code.load());
  }
};

TEST(Server, NoticesAClientThatLeavesWhileTheHandlerIsBusy) {
  for (const int how : {0, 1, 2}) {
    GoneProbe probe;
    Served server({probe.as_route()});
    HttpClient client(server.port());
    ASSERT_TRUE(client.send_request("POST", "/wait", "x"));
    probe.waiting.wait();
    if (how == 0) client.close();
    if (how == 1) client.reset();
    if (how == 2) client.half_close();
    EXPECT_EQ(probe.wait(), ErrorCode::client_gone) << how;
  }
}

TEST(Server, SendsEverythingToASlowReader) {
  std::string big;
  for (int i = 0; big.size() < 20'000'000; ++i) big += std::to_string(i) + ",";
  std::atomic<std::int64_t> blocked = 0;
  Served server({route(Method::get, "/big", [&](Exchange& exchange) -> net::Task<void> {
    exchange.start(200, {});
    for (std::size_t at = 0; at < big.size(); at += 1'000'000) {
      std::string piece = big.substr(at, 1'000'000);
      EXPECT_TRUE(co_await exchange.write(piece));
      piece.assign(piece.size(), '#');  // the views are free again
    }
    co_await exchange.finish();
    blocked = exchange.blocked_ns();
  })});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_request("GET", "/big"));
  const HttpAnswer answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(answer.body == big);
}

TEST(Server, GivesUpOnAClientThatNeverReads) {
  tollgate::testing::FakeClock clock;
  std::atomic<int> outcome = -1;
  std::latch writing{1};
  Served server({route(Method::get, "/big",
                       [&](Exchange& exchange) -> net::Task<void> {
                         exchange.start(200, {});
                         const std::string piece(4'000'000, 'x');
                         writing.count_down();
                         for (;;) {
                           auto sent = co_await exchange.write(piece);
                           if (sent) continue;
                           outcome = static_cast<int>(sent.error().code());
                           outcome.notify_one();
                           co_return;
                         }
                       })},
                {}, &clock);
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_request("GET", "/big"));
  writing.wait();
  std::thread mover([&] {
    while (outcome == -1) {
      clock.advance_ms(10'000);
      std::this_thread::sleep_for(std::chrono::milliseconds(6));
    }
  });
  outcome.wait(-1);
  mover.join();
  EXPECT_EQ(outcome, static_cast<int>(ErrorCode::client_gone));
}

/// Moves the clock until the client has its answer, or the end of the connection.
HttpAnswer answer_as_time_passes(HttpClient& client, tollgate::testing::FakeClock& clock) {
  std::atomic<bool> done = false;
  std::thread mover([&] {
    while (!done) {
      clock.advance_ms(1'000);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  const HttpAnswer answer = client.read_answer();
  done = true;
  mover.join();
  return answer;
}

TEST(Server, DoesNotWaitForeverForSlowClients) {
  tollgate::testing::FakeClock clock;
  Served server({echo()}, {}, &clock);
  HttpClient idle(server.port());
  EXPECT_EQ(answer_as_time_passes(idle, clock).status, 0) << "a connection without a request is closed";
  HttpClient slow_head(server.port());
  ASSERT_TRUE(slow_head.send_raw("POST /echo HTTP/1.1\r\nHost:"));
  EXPECT_EQ(answer_as_time_passes(slow_head, clock).status, 408);
  HttpClient slow_body(server.port());
  ASSERT_TRUE(slow_body.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\nabc"));
  EXPECT_EQ(answer_as_time_passes(slow_body, clock).status, 408);
  HttpClient slow_chunks(server.port());
  ASSERT_TRUE(slow_chunks.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"));
  EXPECT_EQ(answer_as_time_passes(slow_chunks, clock).status, 408);
}

TEST(Server, LimitsItsConnections) {
  ServerOptions options;
  options.max_connections = 2;
  Served server({hello()}, options);
  HttpClient first(server.port()), second(server.port());
  EXPECT_EQ(first.request("GET", "/hello/1").status, 200);
  EXPECT_EQ(second.request("GET", "/hello/2").status, 200);
  HttpClient third(server.port());
  EXPECT_EQ(third.read_answer().status, 503);
  EXPECT_EQ(server->stats().connections_refused, 1U);
  first.close();
  while (server->stats().connections_open > 1) std::this_thread::yield();
  EXPECT_EQ(http_request(server.port(), "GET", "/hello/4").status, 200);
}

TEST(Server, DrainsWhatIsUnderWay) {
  std::latch busy{1};
  std::atomic<bool> go = false;
  Served server({route(Method::get, "/slow",
                       [&](Exchange& exchange) -> net::Task<void> {
                         busy.count_down();
                         while (!go) co_await exchange.worker().sleep(1);
                         co_await exchange.respond(text_response(200, "done"));
                       }),
                 hello()});
  HttpClient slow(server.port()), idle(server.port()), fresh(server.port());
  EXPECT_EQ(idle.request("GET", "/hello/a").status, 200);
  ASSERT_TRUE(slow.send_request("GET", "/slow"));
  busy.wait();
  std::atomic<int> drained = -1;
  std::thread drainer([&] { drained = server->drain(10'000) ? 1 : 0; });
  EXPECT_EQ(idle.read_answer().status, 0) << "an idle connection ends";
  EXPECT_EQ(fresh.request("GET", "/hello/late").status, 200) << "one that was accepted may still ask";
  EXPECT_EQ(drained, -1);
  EXPECT_TRUE(server->draining());
  go = true;
  const HttpAnswer answer = slow.read_answer();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  drainer.join();
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(http_request(server.port(), "GET", "/hello/a").status, 0) << "nobody listens any more";
}

TEST(Server, CancelsWhatIsLeftAfterTheDrainsLimit) {
  GoneProbe probe;
  Served server({probe.as_route()});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_request("POST", "/wait", "x"));
  probe.waiting.wait();
  EXPECT_FALSE(server->drain(10));
  EXPECT_EQ(probe.wait(), ErrorCode::shutting_down);
}

TEST(Server, LetsWhatItCancelsSayItsLastWords) {
  std::latch begun(1);
  Served server({route(Method::get, "/stream", [&](Exchange& exchange) -> net::Task<void> {
    exchange.start(200, {});
    co_await exchange.write("first ");
    begun.count_down();
    while (!exchange.cancel_signal().canceled()) co_await exchange.worker().sleep(1);
    co_await exchange.finish("last");
  })});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_request("GET", "/stream"));
  begun.wait();
  EXPECT_FALSE(server->drain(1));
  const HttpAnswer answer = client.read_answer();
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, "first last");
}

TEST(Server, CutsWhatDoesNotListen) {
  std::latch begun(1);
  std::atomic<bool> go = false;
  Served server({route(Method::get, "/deaf", [&](Exchange& exchange) -> net::Task<void> {
    exchange.start(200, {});
    co_await exchange.write("first ");
    begun.count_down();
    while (!go) co_await exchange.worker().sleep(1);
  })});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_request("GET", "/deaf"));
  begun.wait();
  std::thread drainer([&] { EXPECT_FALSE(server->drain(1)); });
  EXPECT_FALSE(client.read_answer().complete);
  go = true;
  drainer.join();
}

}  // namespace
}  // namespace tollgate::http
