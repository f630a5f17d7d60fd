#include "http/head_parser.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

ParseResult parse(std::string_view text, RequestHead& head, HeadLimits limits = {}) {
  return parse_request_head(text, limits, head);
}

TEST(RequestHead, IsReadWithItsFacts) {
  const std::string text =
      "POST /v1/chat/completions?beta=1 HTTP/1.1\r\nHost: gw\r\nAuthorization:Bearer k \r\nContent-Length: 12\r\n"
      "Expect: 100-continue\r\nX-Empty:\r\n\r\n{\"a\":1}";
  RequestHead head;
  const ParseResult result = parse(text, head);
  ASSERT_EQ(result.status, ParseStatus::done) << result.problem;
  EXPECT_EQ(text.substr(result.head_bytes), "{\"a\":1}");
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.target, "/v1/chat/completions?beta=1");
  EXPECT_EQ(head.path, "/v1/chat/completions");
  EXPECT_EQ(head.query, "beta=1");
  EXPECT_EQ(head.headers.get("authorization"), "Bearer k");
  EXPECT_TRUE(head.headers.has("x-empty"));
  EXPECT_EQ(head.headers.get("x-empty"), "");
  EXPECT_EQ(head.framing, Framing::length);
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_TRUE(head.keep_alive);
}

struct Refused {
  const char* name;
  std::string text;
  int status = 400;
};

class RefusedRequest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, IsRefusedWithItsStatus) {
  RequestHead head;
  const ParseResult result = parse(GetParam().text, head);
  ASSERT_EQ(result.status, ParseStatus::bad);
  EXPECT_EQ(result.http_status, GetParam().status) << result.problem;
  EXPECT_NE(std::string_view(result.problem), "");
}

std::string post(const std::string& fields) { return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"; }

INSTANTIATE_TEST_SUITE_P(
    Shapes, RefusedRequest,
    ::testing::Values(
        Refused{"BothLengths", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
        Refused{"BothLengthsReversed", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")},
        Refused{"TwoLengths", post("Content-Length: 3\r\nContent-Length: 4\r\n")},
        Refused{"TwoEqualLengths", post("Content-Length: 3\r\nContent-Length: 3\r\n")},
        Refused{"LengthList", post("Content-Length: 3, 3\r\n")},
        Refused{"SignedLength", post("Content-Length: +3\r\n")},
        Refused{"NegativeLength", post("Content-Length: -3\r\n")},
        Refused{"HexLength", post("Content-Length: 0x3\r\n")}, Refused{"EmptyLength", post("Content-Length: \r\n")},
        Refused{"HugeLength", post("Content-Length: 99999999999999999999\r\n")},
        Refused{"OtherEncoding", post("Transfer-Encoding: gzip\r\n")},
        Refused{"EncodingList", post("Transfer-Encoding: gzip, chunked\r\n")},
        Refused{"EncodingTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        Refused{"EncodingWithVerticalTab", post("Transfer-Encoding: \x0b"
                                                "chunked\r\n")},
        Refused{"EncodingQuoted", post("Transfer-Encoding: \"chunked\"\r\n")},
        Refused{"EncodingInOldVersion", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Refused{"FoldedField", post("X-A: 1\r\n 2\r\n")}, Refused{"FoldedFirst", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        Refused{"BlankBeforeColon", post("Content-Length : 3\r\n")}, Refused{"TabBeforeColon", post("X-A\t: 3\r\n")},
        Refused{"NoColon", post("X-A 3\r\n")}, Refused{"NoName", post(": 3\r\n")},
        Refused{"BadName", post("X(A): 3\r\n")}, Refused{"NulInValue", post(std::string("X-A: a\0b\r\n", 10))},
        Refused{"StrayCarriageReturn", post("X-A: a\rb\r\n")}, Refused{"BareLineFeed", "GET / HTTP/1.1\nHost: a\n\n"},
        Refused{"BareLineFeedInFields", post("X-A: a\nX-B: b\r\n")},
        Refused{"DoubleCarriageReturn", post("X-A: a\r\r\n")}, Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        Refused{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        Refused{"NoVersion", "GET /\r\nHost: a\r\n\r\n"},
        Refused{"OtherVersion", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        Refused{"LowVersion", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
        Refused{"NotHttp", "GET / FTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"TwoBlanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"TabInLine", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"BlankInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"ControlInTarget", "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"FragmentInTarget", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"RelativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"ConnectTarget", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"},
        Refused{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01", 6)},
        Refused{"OtherExpect", post("Content-Length: 3\r\nExpect: 200-ok\r\n"), 417}),
    [](const auto& info) { return info.param.name; });

TEST(RequestHead, TakesOnlyWhatItsLimitsAllow) {
  RequestHead head;
  HeadLimits limits{.max_head_bytes = 200, .max_fields = 3};
  EXPECT_EQ(parse(post("X-A: 1\r\nX-B: 2\r\n"), head, limits).status, ParseStatus::done);
  EXPECT_EQ(parse(post("X-A: 1\r\nX-B: 2\r\nX-C: 3\r\n"), head, limits).http_status, 431);
  EXPECT_EQ(parse(post("X-A: " + std::string(200, 'a') + "\r\n"), head, limits).http_status, 431);
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nX-A: " + std::string(200, 'a'), head, limits).http_status, 431);
  EXPECT_EQ(parse("GET /" + std::string(300, 'a'), head, limits).http_status, 414);
  EXPECT_EQ(parse("GET /" + std::string(100, 'a'), head, limits).status, ParseStatus::need_more);
}

TEST(RequestHead, GivesTheSameForAnyCut) {
  const std::string text = "GET /a?b HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(100, 'v') + "\r\n\r\nrest";
  for (std::size_t cut = 0; cut < text.size() - 4; ++cut) {
    RequestHead head;
    const auto first = parse_request_head(std::string_view(text).substr(0, cut), {}, head);
    EXPECT_EQ(first.status, ParseStatus::need_more) << cut;
    const auto second = parse_request_head(text, {}, head, cut);
    ASSERT_EQ(second.status, ParseStatus::done) << cut;
    EXPECT_EQ(second.head_bytes, text.size() - 4);
    EXPECT_EQ(head.headers.size(), 2U);
  }
}

TEST(RequestHead, UnderstandsOldAndUnusualForms) {
  RequestHead head;
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_EQ(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_EQ(parse("GET http://other:80/p?q HTTP/1.1\r\nHost: a\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.path, "/p");
  EXPECT_EQ(head.query, "q");
  EXPECT_EQ(parse("GET http://other HTTP/1.1\r\nHost: a\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.path, "/");
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(parse("PURGE / HTTP/1.1\r\nHost: a\r\nX-\xc3\xa9: 1\r\n\r\n", head).status, ParseStatus::bad);
  EXPECT_EQ(parse("PURGE / HTTP/1.1\r\nHost: a\r\nX-A: \xc3\xa9\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.method, Method::other);
  EXPECT_EQ(head.method_text, "PURGE");
}

ParseResult parse_answer(std::string_view text, ResponseHead& head, Method method = Method::post) {
  return parse_response_head(text, {}, method, head);
}

TEST(ResponseHead, SaysHowItsBodyEnds) {
  ResponseHead head;
  ASSERT_EQ(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::length);
  EXPECT_EQ(head.reason, "OK");
  ASSERT_EQ(parse_answer("HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::chunked);
  EXPECT_TRUE(head.keep_alive);
  ASSERT_EQ(parse_answer("HTTP/1.1 200 \r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::until_close);
  EXPECT_FALSE(head.keep_alive);
  ASSERT_EQ(parse_answer("HTTP/1.1 204 No Content\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::none);
  ASSERT_EQ(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head, Method::head).status, ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::none);
  EXPECT_EQ(head.content_length, 5U);
  ASSERT_EQ(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", head).status,
            ParseStatus::done);
  EXPECT_EQ(head.framing, Framing::chunked);
  EXPECT_FALSE(head.keep_alive) << "somebody on the way may have believed the length";
  ASSERT_EQ(parse_answer("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", head).status, ParseStatus::done);
  EXPECT_FALSE(head.keep_alive);
}

TEST(ResponseHead, IsRefusedWhenItCouldBeReadInTwoWays) {
  ResponseHead head;
  for (const char* text : {
           "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
           "HTTP/1.1 200 OK\nContent-Length: 5\n\n",
           "HTTP/1.1 20 OK\r\n\r\n",
           "HTTP/1.1 2000 OK\r\n\r\n",
           "HTTP/2 200 OK\r\n\r\n",
           "HTTP/1.1 099 X\r\n\r\n",
           "<html>",
           "220 smtp ready\r\n",
           "HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\n\r\n",
       }) {
    EXPECT_EQ(parse_answer(text, head).status, ParseStatus::bad) << text;
  }
  EXPECT_EQ(parse_answer("HTTP/1.", head).status, ParseStatus::need_more);
}

std::string decode(std::string_view text, std::size_t cut_every, ChunkReader::Status& last, std::string_view& rest) {
  ChunkReader reader;
  std::string out;
  last = ChunkReader::Status::need_more;
  while (!text.empty()) {
    std::string_view part = text.substr(0, cut_every);
    text.remove_prefix(part.size());
    for (;;) {
      std::string_view piece;
      last = reader.next(part, piece);
      if (last == ChunkReader::Status::data) {
        out += piece;
        continue;
      }
      break;
    }
    if (last != ChunkReader::Status::need_more) {
      rest = {part.data(), part.size() + text.size()};
      break;
    }
  }
  return out;
}

TEST(ChunkReader, GivesTheSameForAnyCut) {
  const std::string text =
      "5\r\nhello\r\n1;ext=\"a;b\"\r\n \r\n00a\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\nGET /next";
  for (std::size_t cut = 1; cut <= text.size(); ++cut) {
    ChunkReader::Status last{};
    std::string_view rest;
    EXPECT_EQ(decode(text, cut, last, rest), "hello 0123456789") << cut;
    EXPECT_EQ(last, ChunkReader::Status::end) << cut;
    EXPECT_EQ(rest, "GET /next") << cut;
  }
}

TEST(ChunkReader, RefusesWhatIsNoChunk) {
  for (const std::string text :
       {"\r\n", "g\r\n", "-1\r\n", "0x5\r\nhello\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\nhello\r\n",
        "5\r\nhello\n", "5\r\nhelloX\r\n", "5\r\nhello\rX", "5;a\nb\r\n", "0\r\n bad\r\n\r\n", "0\r\n\rX",
        "0\r\nA: b\n\r\n", "10000000000000000\r\n", "fffffffffffffffff\r\n"}) {
    ChunkReader::Status last{};
    std::string_view rest;
    decode(text, text.size(), last, rest);
    EXPECT_EQ(last, ChunkReader::Status::bad) << text;
    decode(text, 1, last, rest);
    EXPECT_EQ(last, ChunkReader::Status::bad) << text;
  }
}

TEST(ChunkReader, BoundsExtensionsAndTrailers) {
  ChunkReader::Status last{};
  std::string_view rest;
  decode("1;" + std::string(20'000, 'x'), 100, last, rest);
  EXPECT_EQ(last, ChunkReader::Status::bad);
  decode("0\r\nA: " + std::string(20'000, 'x'), 100, last, rest);
  EXPECT_EQ(last, ChunkReader::Status::bad);
}

TEST(RequestHead, SurvivesRandomDamage) {
  std::mt19937 random(7);
  const std::string good = post("Content-Length: 3\r\nConnection: keep-alive, x\r\nExpect: 100-continue\r\n");
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (int n = static_cast<int>(random() % 4); n >= 0; --n) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    RequestHead head;
    const ParseResult result = parse(text, head);
    if (result.status == ParseStatus::done) {
      EXPECT_LE(result.head_bytes, text.size());
    }
  }
}

}  // namespace
}  // namespace tollgate::http
