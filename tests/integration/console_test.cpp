// The console as a browser is given it: its page, its files, and what stays an unknown path.
#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "console/files.h"
#include "support/http_client.h"
#include "support/test_gateway.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::array kFiles{
    console::File{.path = "assets/app-1.js",
                  .content_type = "text/javascript; charset=utf-8",
                  .hash = "aaaa",
                  .plain = "plain script",
                  .br = "br script",
                  .gzip = "gz script!"},
    console::File{.path = "index.html",
                  .content_type = "text/html; charset=utf-8",
                  .hash = "bbbb",
                  .plain = R"(<base href="__TOLLGATE_BASE__"><meta nonce="__TOLLGATE_NONCE__">)",
                  .br = "x",
                  .gzip = "y"},
    console::File{
        .path = "mark.svg", .content_type = "image/svg+xml", .hash = "cccc", .plain = "<svg/>", .br = {}, .gzip = {}},
};
const HeaderList kBrowser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};

class Console : public ::testing::Test {
 protected:
  HttpAnswer get(std::string_view path, const HeaderList& headers = kBrowser) {
    return http_request(gateway_.port(), "GET", path, {}, headers);
  }
  TestGateway gateway_{{}, nullptr, kFiles};
};

bool is_shell(const HttpAnswer& answer) {
  const auto type = answer.headers.find("content-type");
  return answer.status == 200 && type != answer.headers.end() && type->second == "text/html; charset=utf-8" &&
         answer.body.starts_with("<base href=");
}

bool is_unknown_path(const HttpAnswer& answer) {
  return answer.status == 404 && answer.headers.at("content-type").starts_with("application/json") &&
         answer.body.contains("Invalid URL");
}

std::string nonce_of(const HttpAnswer& answer) {
  const std::size_t from = answer.body.find("nonce=\"") + 7;
  return answer.body.substr(from, answer.body.find('"', from) - from);
}

TEST_F(Console, PageComesWithAPolicyAndANonceOfItsOwn) {
  const HttpAnswer page = get("/");
  ASSERT_TRUE(is_shell(page)) << page.body;
  const std::string nonce = nonce_of(page);
  EXPECT_EQ(nonce.size(), 24U);
  EXPECT_EQ(page.body, "<base href=\"/\"><meta nonce=\"" + nonce + "\">");
  EXPECT_EQ(page.headers.at("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce +
                "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; "
                "frame-ancestors 'none'");
  EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(page.headers.at("referrer-policy"), "same-origin");
  EXPECT_EQ(page.headers.at("cross-origin-opener-policy"), "same-origin");
  EXPECT_FALSE(page.headers.contains("etag"));
  EXPECT_NE(nonce_of(get("/")), nonce);
}

TEST_F(Console, PageIsAtEveryPathOfItsOwnRouter) {
  for (const std::string_view path :
       {"/login", "/panel/channels/7?tab=keys", "/panel/models/gpt-4.1", "/oauth/github"}) {
    EXPECT_TRUE(is_shell(get(path))) << path;
  }
  EXPECT_TRUE(is_shell(get("/panel/channels", {})));
}

TEST_F(Console, HeadAnswersAsGetWithoutTheBody) {
  HttpClient client(gateway_.port());
  client.send_request("HEAD", "/panel", {}, kBrowser);
  const auto page = client.read_until("\r\n\r\n");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(*page, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_TRUE(page->ends_with("\r\n\r\n")) << *page;
  HttpClient other(gateway_.port());
  other.send_request("HEAD", "/assets/app-1.js");
  EXPECT_THAT(other.read_until("\r\n\r\n").value_or(""), HasSubstr("Content-Length: 12\r\n"));
}

TEST_F(Console, FilesAreSentAsTheBrowserLikesThem) {
  struct Case {
    const char *accept, *encoding, *body, *etag;
  };
  for (const Case& one : {Case{"gzip, deflate, br", "br", "br script", "\"aaaa-br\""},
                          Case{"gzip", "gzip", "gz script!", "\"aaaa-gzip\""},
                          Case{"br;q=0.1, identity;q=1", "", "plain script", "\"aaaa\""}}) {
    const HttpAnswer file = get("/assets/app-1.js", {{"Accept-Encoding", one.accept}});
    EXPECT_EQ(file.status, 200);
    EXPECT_EQ(file.body, one.body);
    EXPECT_EQ(file.headers.at("etag"), one.etag);
    EXPECT_EQ(file.headers.contains("content-encoding") ? file.headers.at("content-encoding") : "", one.encoding);
    EXPECT_EQ(file.headers.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(file.headers.at("cache-control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(file.headers.at("vary"), "Accept-Encoding");
    EXPECT_EQ(file.headers.at("x-content-type-options"), "nosniff");
  }
}

TEST_F(Console, FilesWhoseNamesDoNotTellTheirContentAreAskedForAgain) {
  const HttpAnswer file = get("/mark.svg");
  EXPECT_EQ(file.body, "<svg/>");
  EXPECT_EQ(file.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(file.headers.at("etag"), "\"cccc\"");
}

TEST_F(Console, AFileThatTheBrowserHasIsNotSentAgain) {
  const HttpAnswer same = get("/assets/app-1.js", {{"Accept-Encoding", "br"}, {"If-None-Match", "\"aaaa-br\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.headers.at("etag"), "\"aaaa-br\"");
  EXPECT_EQ(same.headers.at("vary"), "Accept-Encoding");
  EXPECT_FALSE(same.headers.contains("content-encoding"));
  EXPECT_EQ(get("/assets/app-1.js", {{"Accept-Encoding", "gzip"}, {"If-None-Match", "\"aaaa-br\""}}).status, 200);
}

TEST_F(Console, RangesAreNotServed) {
  const HttpAnswer file = get("/assets/app-1.js", {{"Range", "bytes=0-3"}});
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, "plain script");
}

TEST_F(Console, NoPathOfAnApiGivesThePage) {
  for (const std::string_view path :
       {"/api/nothing", "/api/", "/v1/nothing", "/v1", "/pg/chat/completions", "/pg/x", "/dashboard/billing/nothing",
        "/metrics/x", "/claude/v1/nothing", "/assets/gone.js", "/assets/", "/favicon.ico", "/index.html"}) {
    EXPECT_TRUE(is_unknown_path(get(path))) << path;
  }
  EXPECT_TRUE(is_unknown_path(get("/panel/x", {{"Accept", "application/json"}})));
}

TEST_F(Console, HostilePathsAreUnknown) {
  for (const std::string_view path :
       {"/../etc/passwd", "/assets/../index.html", "/assets/%2e%2e/index.html", "/panel/%2e%2e%2fapi", "/%00",
        "/panel/%00", "//api/status", "/%61pi/status", "/panel/%", "/panel/a%0d%0ab", "/assets/app-1.js%00",
        "/ASSETS/app-1.js", "/.git/config", "/.env"}) {
    const HttpAnswer answer = get(path);
    EXPECT_TRUE(is_unknown_path(answer)) << path << ": " << answer.status << answer.body;
  }
  HttpClient raw(gateway_.port());
  raw.send_raw(std::string("GET /panel/\0x HTTP/1.1\r\nHost: a\r\n\r\n", 36));
  EXPECT_EQ(raw.read_answer().status, 400);
}

TEST_F(Console, OtherMethodsFindNothingThere) {
  for (const std::string_view method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"}) {
    const HttpAnswer answer = http_request(gateway_.port(), method, "/panel/channels", {}, kBrowser);
    EXPECT_TRUE(is_unknown_path(answer)) << method << answer.body;
    EXPECT_FALSE(answer.headers.contains("allow")) << method;
  }
}

TEST(ConsoleBase, IsFoundBehindItsPathAndWithoutIt) {
  for (const char* base : {"/gateway", "/gateway/"}) {
    TestGateway gateway({{"console.base_path", base}}, nullptr, kFiles);
    const auto get = [&](std::string_view path) { return http_request(gateway.port(), "GET", path, {}, kBrowser); };
    for (const std::string_view path : {"/", "/gateway", "/gateway/", "/gateway/panel/channels", "/panel/channels"}) {
      const HttpAnswer page = get(path);
      ASSERT_TRUE(is_shell(page)) << path;
      EXPECT_THAT(page.body, HasSubstr("<base href=\"/gateway/\">")) << path;
    }
    EXPECT_EQ(get("/gateway/assets/app-1.js").body, "plain script");
    EXPECT_EQ(get("/gateway/api/status").status, 200);
    EXPECT_EQ(get("/gateway/api/status/").headers.at("location"), "/gateway/api/status");
    EXPECT_EQ(get("/api/status").status, 200);
    EXPECT_TRUE(is_unknown_path(get("/gateway/api/nothing")));
  }
}

TEST(ConsoleBase, OtherPathsThanPlainOnesAreRefusedAtTheStart) {
  for (const char* base : {"gateway", "//evil.example/", "/a/../b", "/a b/", "/\"><script>/", "/a?b", "/%2e/"}) {
    EXPECT_THROW(TestGateway({{"console.base_path", base}}), std::runtime_error) << base;
  }
}

TEST(ConsoleAbsent, LeavesEveryPathUnknown) {
  TestGateway gateway;
  EXPECT_TRUE(is_unknown_path(http_request(gateway.port(), "GET", "/", {}, kBrowser)));
  EXPECT_TRUE(is_unknown_path(http_request(gateway.port(), "GET", "/panel", {}, kBrowser)));
}

}  // namespace
}  // namespace tollgate::testing
