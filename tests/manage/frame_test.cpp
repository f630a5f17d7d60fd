#include <string>

#include <gtest/gtest.h>

#include "manage/dispatch.h"
#include "manage_client.h"

namespace tollgate::testing {
namespace {

std::string concrete(std::string_view pattern) {
  std::string out(pattern);
  for (std::size_t at = out.find(':'); at != std::string::npos; at = out.find(':')) {
    out.replace(at, out.find('/', at) == std::string::npos ? std::string::npos : out.find('/', at) - at, "7");
  }
  return out;
}

TEST(ManageFrame, EveryRouteAsksForItsPermission) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  ManageClient user = make_user(gateway, root, "alice");
  ManageClient admin = make_user(gateway, root, "carol", "promote");
  ManageClient guest(gateway);
  const auto refused = [](const ManageAnswer& answer) {
    return answer.status == 200 && !answer.success() &&
           answer.message().find("this needs the role") != std::string::npos;
  };
  for (const manage::Row& row : manage::all_rows()) {
    const std::string path = concrete(row.path);
    const std::string method(http::method_name(row.method));
    SCOPED_TRACE(method + " " + path);
    if (row.permission == manage::Permission::open || row.permission == manage::Permission::visitor) continue;
    const ManageAnswer by_guest = guest.call(method, path);
    EXPECT_EQ(by_guest.status, 401) << by_guest.body;
    if (row.permission == manage::Permission::key) {
      // A session opens nothing that wants a key.
      EXPECT_EQ(root.call(method, path).status, 401);
      continue;
    }
    EXPECT_FALSE(by_guest.success());
    if (row.permission == manage::Permission::user) continue;
    EXPECT_TRUE(refused(user.call(method, path)));
    if (row.permission == manage::Permission::root) {
      EXPECT_TRUE(refused(admin.call(method, path)));
    }
  }
}

TEST(ManageFrame, BothFormsOfTheLastSlashLeadToTheRoute) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  const ManageAnswer read = root.get("/api/model_ownedby?page=2&x=%41");
  EXPECT_EQ(read.status, 301);
  EXPECT_EQ(read.headers.at("location"), "/api/model_ownedby/?page=2&x=%41");
  const ManageAnswer write = root.put("/api/option", "{}");
  EXPECT_EQ(write.status, 307);
  EXPECT_EQ(write.headers.at("location"), "/api/option/");
  const ManageAnswer extra = root.get("/api/status/");
  EXPECT_EQ(extra.status, 301);
  EXPECT_EQ(extra.headers.at("location"), "/api/status");
  EXPECT_EQ(root.del("/api/user/2/").status, 307);
}

TEST(ManageFrame, OtherMethodsAndPathsAreUnknown) {
  TestGateway gateway(manage_settings());
  ManageClient guest(gateway);
  const ManageAnswer method = guest.del("/api/status");
  EXPECT_EQ(method.status, 404);
  EXPECT_NE(method.body.find("Invalid URL (DELETE /api/status)"), std::string::npos) << method.body;
  EXPECT_EQ(guest.get("/api/nothing").status, 404);
  EXPECT_EQ(guest.call("OPTIONS", "/api/user/self").status, 404);
}

TEST(ManageFrame, PagesOfOtherSitesAreRefused) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  const std::string body = R"({"key":"Notice","value":"owned"})";
  const HeaderList evil{{"Origin", "https://evil.example"}};
  EXPECT_EQ(root.call("PUT", "/api/option/", body, evil).status, 403);
  EXPECT_EQ(root.call("PUT", "/api/option/", body, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(root.call("GET", "/api/user/token", {}, {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(root.call("GET", "/api/user/logout", {}, evil).status, 403);
  ManageClient guest(gateway);
  EXPECT_EQ(guest.call("POST", "/api/user/login", R"({"username":"root","password":"root-pass-12"})", evil).status,
            403);
  EXPECT_EQ(root.get("/api/notice").data(), json::value(""));
  // The gateway's own page, and scripts, may.
  EXPECT_TRUE(root.call("PUT", "/api/option/", body, {{"Sec-Fetch-Site", "same-origin"}}).success());
  EXPECT_TRUE(root.put("/api/option/", body).success());
}

TEST(ManageFrame, AnAccessTokenNeedsNoOrigin) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  const ManageAnswer token = root.get("/api/user/token");
  ASSERT_TRUE(token.data().is_string()) << token.body;
  ManageClient script(gateway);
  script.use_token("Bearer " + std::string(json::view(token.data().get_string())));
  EXPECT_TRUE(script.call("PUT", "/api/option/", R"({"key":"Notice","value":"x"})", {{"Origin", "https://a.example"}})
                  .success());
  script.use_token(json::view(token.data().get_string()));
  EXPECT_TRUE(script.get("/api/user/self").success());
  // The old one ends with a new one.
  EXPECT_TRUE(root.get("/api/user/token").success());
  const ManageAnswer old = script.get("/api/user/self");
  EXPECT_EQ(old.status, 200);
  EXPECT_FALSE(old.success());
}

TEST(ManageFrame, CallsOfOneAddressAreLimited) {
  TestGateway gateway(manage_settings({{"global.api_rate_limit", "3"}, {"trusted_proxies", "127.0.0.1"}}));
  ManageClient guest(gateway);
  const auto from = [&](const char* address) {
    return guest.call("GET", "/api/notice", {}, {{"X-Forwarded-For", address}});
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from("192.0.2.1").status, 200);
  const ManageAnswer refused = from("192.0.2.1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(from("192.0.2.2").status, 200);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(from("2001:db8:1:2::1").status, 200);
  EXPECT_EQ(from("2001:db8:1:2::ffff").status, 429);
}

TEST(ManageFrame, SigningInIsLimitedMore) {
  TestGateway gateway(manage_settings({{"global.critical_rate_limit", "2"}}));
  ManageClient guest(gateway);
  EXPECT_TRUE(guest.sign_in("root", kRootPassword).success());
  EXPECT_TRUE(guest.sign_in("root", kRootPassword).success());
  EXPECT_EQ(guest.sign_in("root", kRootPassword).status, 429);
  EXPECT_EQ(guest.get("/api/notice").status, 200);
}

TEST(ManageFrame, GuessedPasswordsAreSlowed) {
  TestGateway gateway(manage_settings());
  ManageClient guest(gateway);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guest.sign_in("root", "wrong-password").status, 200);
  guest.sign_in("root", "wrong-password");
  const ManageAnswer slowed = guest.sign_in("root", kRootPassword);
  EXPECT_EQ(slowed.status, 429);
  EXPECT_TRUE(slowed.headers.contains("retry-after"));
  EXPECT_FALSE(slowed.success());
}

TEST(ManageFrame, HostileBodiesAreRefusedInTheEnvelope) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  const std::string deep(5000, '[');
  for (const std::string& body : {std::string(), std::string("{"), std::string("[]"), std::string("null"), deep,
                                  std::string("{\"username\":\"\xff\xfe\"}"), std::string("{\"username\":5}"),
                                  std::string(R"({"username":"a\u0000b","password":"long-enough-1"})"),
                                  std::string(R"({"username":{"$gt":""},"password":["x"]})")}) {
    SCOPED_TRACE(body.substr(0, 40));
    const ManageAnswer answer = root.post("/api/user/", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_FALSE(answer.success()) << answer.body;
    EXPECT_FALSE(answer.message().empty());
  }
  // Refused by its announced length, before it is sent.
  HttpClient client(gateway.port());
  ASSERT_TRUE(client.send_raw("POST /api/user/ HTTP/1.1\r\nHost: x\r\nCookie: session=" + root.cookie() +
                              "\r\nContent-Length: 9437184\r\n\r\n"));
  const HttpAnswer large = client.read_answer();
  EXPECT_EQ(large.status, 413);
  EXPECT_NE(large.body.find("\"success\":false"), std::string::npos) << large.body;
  for (const char* path : {"/api/user/0", "/api/user/-1", "/api/user/99999999999999999999", "/api/user/%00",
                           "/api/user/1%27%20OR%201=1", "/api/user/?page=x", "/api/user/?size=101",
                           "/api/user/?order=password_hash", "/api/user/?order=id;drop%20table%20users"}) {
    const ManageAnswer answer = root.get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_FALSE(answer.success()) << path << answer.body;
  }
  EXPECT_TRUE(root.get("/api/user/?keyword=%25%27%22%3B--&page=999999999999").success());
}

TEST(ManageFrame, NamesOfMembersMatchInAnyCase) {
  TestGateway gateway(manage_settings());
  ManageClient root(gateway, "root", kRootPassword);
  EXPECT_TRUE(root.post("/api/user/", R"({"UserName":"alice","PASSWORD":"pass-alice-1","unknown":{}})").success());
}

TEST(ManageFrame, AnswersAreNotKept) {
  TestGateway gateway(manage_settings());
  const ManageAnswer answer = ManageClient(gateway).get("/api/notice");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(answer.headers.at("x-request-id"), answer.headers.at("x-oneapi-request-id"));
}

}  // namespace
}  // namespace tollgate::testing
