#include "http/server.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "http/served.h"
#include "support/http_client.h"

namespace tollgate::http {
namespace {

using tollgate::testing::http_request;
using tollgate::testing::HttpAnswer;
using tollgate::testing::HttpClient;

TEST(Server, AnswersManyRequestsOnOneConnection) {
  Served server({echo(), hello()});
  HttpClient client(server.port());
  for (int i = 0; i < 50; ++i) {
    const std::string body(static_cast<std::size_t>(i) * 200, static_cast<char>('a' + i % 26));
    const HttpAnswer answer = client.request("POST", "/echo", body);
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
    EXPECT_TRUE(answer.headers.contains("date"));
  }
  EXPECT_EQ(client.request("GET", "/hello/you").body, "hello you");
  EXPECT_EQ(server->stats().connections_accepted, 1U);
  EXPECT_EQ(server->stats().requests, 51U);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  Served server({echo(), hello()});
  HttpClient client(server.port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::string(i < 10 ? "1" : "2") + "\r\n\r\n" +
           std::to_string(i) + "GET /hello/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  ASSERT_TRUE(client.send_raw(all));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.read_answer().body, std::to_string(i));
    EXPECT_EQ(client.read_answer().body, "hello " + std::to_string(i));
  }
}

TEST(Server, TakesARequestCutAnywhere) {
  Served server({echo()});
  const std::string text = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  HttpClient client(server.port());
  for (std::size_t cut = 1; cut < text.size(); cut += 3) {
    ASSERT_TRUE(client.send_raw(text.substr(0, cut)));
    std::this_thread::yield();
    ASSERT_TRUE(client.send_raw(text.substr(cut)));
    EXPECT_EQ(client.read_answer().body, "hello") << cut;
  }
}

TEST(Server, TakesLargeBodiesInOnePiece) {
  Served server({echo()});
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i);
  HttpClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(client.request("POST", "/echo", body).body == body);
  }
  // What bodies took is given back, a moment after the answer's last byte.
  for (int i = 0; i < 5'000 && server->stats().body_bytes != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(server->stats().body_bytes, 0U);
}

TEST(Server, TakesChunkedBodies) {
  Served server({echo()});
  HttpClient client(server.port());
  std::string body, wire;
  for (int i = 1; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i), 'x');
    char size[16];
    std::snprintf(size, sizeof size, "%x", i);
    body += piece;
    wire += std::string(size) + "\r\n" + piece + "\r\n";
  }
  wire += "0\r\n\r\n";
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  ASSERT_TRUE(client.send_raw(head + wire + head));
  EXPECT_TRUE(client.read_answer().body == body);
  for (std::size_t at = 0; at < wire.size(); at += 997) ASSERT_TRUE(client.send_raw(wire.substr(at, 997)));
  EXPECT_TRUE(client.read_answer().body == body);
}

TEST(Server, RefusesBadChunksInTheMiddle) {
  Served server({echo()});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX"));
  const HttpAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_NE(answer.body.find("chunk"), std::string::npos);
}

TEST(Server, LeavesReadablePaddingBehindEveryBody) {
  std::atomic<int> sum = 0;
  Served server({route(Method::post, "/pad", [&](Exchange& exchange) -> net::Task<void> {
    auto body = co_await exchange.read_body();
    for (std::size_t i = 0; i < 64; ++i) sum += body->data()[body->size() + i];  // the sanitizer looks on
    co_await exchange.respond(200, {}, *body);
  })});
  for (const std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{2'048}, std::size_t{2'049},
                                 std::size_t{65'536}, std::size_t{70'000}}) {
    EXPECT_EQ(http_request(server.port(), "POST", "/pad", std::string(size, 'b')).body.size(), size);
  }
  HttpClient chunked(server.port());
  ASSERT_TRUE(
      chunked.send_raw("POST /pad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"));
  EXPECT_EQ(chunked.read_answer().body, "x");
}

TEST(Server, SaysContinueWhenTheBodyIsWanted) {
  Served server({echo()});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(client.read_until("100 Continue\r\n\r\n"));
  ASSERT_TRUE(client.send_raw("hello"));
  EXPECT_TRUE(client.read_until("hello"));
}

TEST(Server, SaysNoContinueWhenTheBodyIsNotWanted) {
  Served server({route(Method::post, "/no", [](Exchange& exchange) -> net::Task<void> {
    co_await exchange.respond(401, {}, "who are you");
  })});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_raw("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  const HttpAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.at("connection"), "close") << "whether the body comes is not known";
}

TEST(Server, SkipsASmallUnreadBodyAndClosesOnALargeOne) {
  Served server({route(Method::post, "/no",
                       [](Exchange& exchange) -> net::Task<void> { co_await exchange.respond(403, {}, "no"); }),
                 hello()});
  HttpClient client(server.port());
  EXPECT_EQ(client.request("POST", "/no", std::string(10'000, 'x')).status, 403);
  ASSERT_TRUE(
      client.send_raw("POST /no HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
  EXPECT_EQ(client.read_answer().status, 403);
  EXPECT_EQ(client.request("GET", "/hello/again").body, "hello again");
  const HttpAnswer large = http_request(server.port(), "POST", "/no", std::string(600'000, 'x'));
  EXPECT_EQ(large.status, 403) << "the answer arrives although the body was not read";
  EXPECT_EQ(large.headers.at("connection"), "close");
}

TEST(Server, RefusesBodiesOverTheLimit) {
  ServerOptions options;
  options.max_body_bytes = 1'000;
  Served server({echo()}, options);
  EXPECT_EQ(http_request(server.port(), "POST", "/echo", std::string(1'000, 'x')).status, 200);
  EXPECT_EQ(http_request(server.port(), "POST", "/echo", std::string(1'001, 'x')).status, 413);
  HttpClient chunked(server.port());
  ASSERT_TRUE(chunked.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                               std::string(1'001, 'x')));
  EXPECT_EQ(chunked.read_answer().status, 413);
}

TEST(Server, RefusesBodiesThatTogetherTakeTooMuch) {
  ServerOptions options;
  options.max_bodies_bytes = 100'000;
  Served server({echo()}, options);
  const HttpAnswer answer = http_request(server.port(), "POST", "/echo", std::string(200'000, 'x'));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  EXPECT_EQ(http_request(server.port(), "POST", "/echo", std::string(20'000, 'x')).status, 200);
}

TEST(Server, HonoursHeadAndOldClients) {
  Served server({hello()});
  HttpClient head(server.port());
  ASSERT_TRUE(head.send_raw("HEAD /hello/a HTTP/1.1\r\nHost: a\r\n\r\nGET /hello/b HTTP/1.1\r\nHost: a\r\n\r\n"));
  const auto both = head.read_until("hello b");
  ASSERT_TRUE(both);
  EXPECT_NE(both->find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_EQ(both->find("hello a"), std::string::npos);

  HttpClient old(server.port());
  ASSERT_TRUE(old.send_raw("GET /hello/a HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(old.read_answer().headers.at("connection"), "close");
  HttpClient old_kept(server.port());
  ASSERT_TRUE(old_kept.send_raw("GET /hello/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(old_kept.read_answer().headers.at("connection"), "keep-alive");
  EXPECT_EQ(old_kept.request("GET", "/hello/b").status, 200);
}

Response dialect_error(const Error& error, const RequestHead& head) {
  return text_response(error.http_status(), "dialect: " + error.message() + " at " + std::string(head.path));
}

TEST(Server, AnswersErrorsInTheRoutesDialect) {
  Route ours = echo();
  ours.render_error = dialect_error;
  Served server({ours, hello()});
  HttpClient smuggler(server.port());
  ASSERT_TRUE(
      smuggler.send_raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"));
  HttpAnswer answer = smuggler.read_answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.body.starts_with("dialect: ")) << answer.body;
  EXPECT_TRUE(answer.body.ends_with(" at /echo")) << answer.body;
  EXPECT_EQ(http_request(server.port(), "GET", "/nowhere").status, 404);
  answer = http_request(server.port(), "GET", "/echo");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "POST");
  EXPECT_TRUE(answer.body.starts_with("dialect: ")) << answer.body;
  answer = http_request(server.port(), "PATCH", "/\"\xff<b>");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("\\\"\\u00ff<b>"), std::string::npos) << "what is quoted is escaped: " << answer.body;
}

TEST(Server, ClosesAfterAMalformedHead) {
  Served server({hello()});
  HttpClient client(server.port());
  ASSERT_TRUE(client.send_raw(
      "GET /hello/a HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\nGET /hello/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_EQ(client.read_answer().status, 0) << "nothing behind it is read as a request";
  EXPECT_EQ(server->stats().malformed, 1U);
  EXPECT_EQ(server->stats().requests, 0U);
}

TEST(Server, AnswersForHandlersThatDoNot) {
  std::string told;
  ServerOptions options;
  options.on_handler_failure = [&](const Exchange&, std::string_view what) { told = what; };
  Served server({route(Method::get, "/throw",
                       [](Exchange&) -> net::Task<void> {
                         throw std::runtime_error("a detail");
                         co_return;
                       }),
                 route(Method::get, "/silent", [](Exchange&) -> net::Task<void> { co_return; })},
                options);
  HttpClient client(server.port());
  const HttpAnswer thrown = client.request("GET", "/throw");
  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.body.find("a detail"), std::string::npos);
  EXPECT_EQ(told, "a detail");
  EXPECT_EQ(client.request("GET", "/silent").status, 500);
}

TEST(Server, StreamsInChunksAndEndsInGoodOrder) {
  Served server({route(Method::get, "/stream", [](Exchange& exchange) -> net::Task<void> {
    exchange.start(200, {{"Content-Type", "text/event-stream"}});
    EXPECT_FALSE(exchange.head_sent());
    for (int i = 0; i < 3; ++i) {
      const std::string text = "data: " + std::to_string(i);
      const std::string_view pieces[] = {text, "", "\n\n"};
      EXPECT_TRUE(co_await exchange.write(pieces));
      co_await exchange.worker().sleep(1);
    }
    EXPECT_TRUE(co_await exchange.finish("data: [DONE]\n\n"));
    EXPECT_TRUE(exchange.finished());
  })});
  HttpClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    const HttpAnswer answer = client.request("GET", "/stream");
    EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
    EXPECT_EQ(answer.body, "data: 0\n\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
    EXPECT_TRUE(answer.complete);
  }
  HttpClient old(server.port());
  ASSERT_TRUE(old.send_raw("GET /stream HTTP/1.0\r\n\r\n"));
  const auto text = old.read_until("[DONE]\n\n");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("chunked"), std::string::npos);
}

TEST(Server, DeclaresTheLengthOfWhatIsFinishedAtOnce) {
  Served server({route(Method::get, "/once",
                       [](Exchange& exchange) -> net::Task<void> {
                         exchange.start(200, {});
                         const std::string_view pieces[] = {"all ", "of it"};
                         co_await exchange.finish(pieces);
                       }),
                 route(Method::get, "/empty",
                       [](Exchange& exchange) -> net::Task<void> { co_await exchange.respond(204, {}, ""); })});
  HttpClient client(server.port());
  HttpAnswer answer = client.request("GET", "/once");
  EXPECT_EQ(answer.headers.at("content-length"), "9");
  EXPECT_EQ(answer.body, "all of it");
  ASSERT_TRUE(client.send_raw("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n"));
  const auto empty = client.read_until("\r\n\r\n");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->find("Content-Length"), std::string::npos);
}

TEST(Server, CutsAnAnswerThatCannotBeCompleted) {
  Served server({route(Method::get, "/leaves",
                       [](Exchange& exchange) -> net::Task<void> {
                         exchange.start(200, {});
                         co_await exchange.write("half");
                       }),
                 route(Method::get, "/short", [](Exchange& exchange) -> net::Task<void> {
                   exchange.start(200, {}, 10);
                   EXPECT_FALSE(co_await exchange.finish("short"));
                 })});
  for (const char* path : {"/leaves", "/short"}) {
    EXPECT_FALSE(http_request(server.port(), "GET", path).complete) << path;
  }
}

TEST(Server, RefusesATakenPort) {
  Served first({hello()});
  ServerOptions options;
  options.listen.port = first.port();
  Served second({hello()}, options);
  ASSERT_FALSE(second.started());
  EXPECT_EQ(second.started().error().code(), ErrorCode::conflict);
}

TEST(Server, SharesItsPortBetweenWorkers) {
  Served server({hello()}, {}, nullptr, {}, 3);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(http_request(server.port(), "GET", "/hello/a").status, 200);
  EXPECT_EQ(server->stats().requests, 30U);
}

TEST(Server, TellsWhatItSent) {
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<int> status = 0;
  ServerOptions options;
  options.on_exchange_end = [&](const Exchange& exchange) {
    bytes = exchange.bytes_sent();
    status = exchange.status();
  };
  Served server({hello()}, options);
  EXPECT_EQ(http_request(server.port(), "GET", "/hello/a").status, 200);
  while (status == 0) std::this_thread::yield();
  EXPECT_EQ(status, 200);
  EXPECT_GT(bytes, 100U);
}

}  // namespace
}  // namespace tollgate::http
