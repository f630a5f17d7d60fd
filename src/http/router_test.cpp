#include "http/router.h"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

using Outcome = RouteTable::Outcome;

RouteTable table() {
  RouteTable out;
  EXPECT_TRUE(out.add(Method::get, "/", 1));
  EXPECT_TRUE(out.add(Method::get, "/v1/models", 2));
  EXPECT_TRUE(out.add(Method::get, "/v1/models/:id", 3));
  EXPECT_TRUE(out.add(Method::post, "/v1/models/:id", 4));
  EXPECT_TRUE(out.add(Method::get, "/v1/models/special", 5));
  EXPECT_TRUE(out.add(Method::post, "/proxy/:channel/*target", 6));
  EXPECT_TRUE(out.add(Method::get, "/v1/models/:id/files/:file", 7));
  return out;
}

TEST(RouteTable, FindsTextBeforeParametersBeforeTheRest) {
  const RouteTable routes = table();
  EXPECT_EQ(routes.match(Method::get, "/").route, 1U);
  EXPECT_EQ(routes.match(Method::get, "/v1/models").route, 2U);
  EXPECT_EQ(routes.match(Method::get, "/v1/models/special").route, 5U);
  const auto match = routes.match(Method::get, "/v1/models/gpt-4o");
  EXPECT_EQ(match.route, 3U);
  EXPECT_EQ(match.params.get("id"), "gpt-4o");
  const auto deep = routes.match(Method::get, "/v1/models/special/files/a%20b");
  EXPECT_EQ(deep.route, 7U) << "a text that leads nowhere is no obstacle";
  EXPECT_EQ(deep.params.get("id"), "special");
  EXPECT_EQ(deep.params.get("file"), "a%20b");
  const auto rest = routes.match(Method::post, "/proxy/7/v1/chat/x");
  EXPECT_EQ(rest.route, 6U);
  EXPECT_EQ(rest.params.get("channel"), "7");
  EXPECT_EQ(rest.params.get("target"), "v1/chat/x");
  EXPECT_EQ(routes.match(Method::post, "/proxy/7/").params.get("target"), "");
}

TEST(RouteTable, TellsAnUnknownPathFromAnotherMethod) {
  const RouteTable routes = table();
  for (const char* path :
       {"/nope", "/v1", "/v1/models/", "/v1//models", "", "v1/models", "*", "/v1/models/a/b", "/proxy/7"}) {
    EXPECT_EQ(routes.match(Method::get, path).outcome, Outcome::no_path) << path;
  }
  const auto match = routes.match(Method::del, "/v1/models/x");
  EXPECT_EQ(match.outcome, Outcome::no_method);
  EXPECT_EQ(allow_header(match.allowed), "GET, HEAD, POST");
}

TEST(RouteTable, AnswersHeadByGet) {
  const RouteTable routes = table();
  EXPECT_EQ(routes.match(Method::head, "/v1/models").route, 2U);
  EXPECT_EQ(routes.match(Method::head, "/v1/models").outcome, Outcome::found);
}

TEST(RouteTable, RefusesBadPatterns) {
  RouteTable routes = table();
  EXPECT_EQ(routes.add(Method::get, "/v1/models", 9).error().code(), ErrorCode::conflict);
  for (const char* pattern :
       {"", "v1", "/a/:", "/a/*", "/a/*rest/b", "/v1/models/:other", "/:a/:b/:c/:d/:e/:f/:g/:h/:i"}) {
    EXPECT_EQ(routes.add(Method::get, pattern, 9).error().code(), ErrorCode::invalid_request) << pattern;
  }
}

TEST(BasePath, IsTakenOffPathsBelowIt) {
  EXPECT_EQ(below_base("/gateway", "/gateway/v1/models"), "/v1/models");
  EXPECT_EQ(below_base("/gateway", "/gateway/"), "/");
  EXPECT_EQ(below_base("/gateway", "/gateway"), "/");
  for (const std::string_view other : {"/", "/v1/models", "/gateways/x", "/Gateway/x", "/x/gateway/", "*"}) {
    EXPECT_EQ(below_base("/gateway", other), other);
    EXPECT_EQ(below_base("", other), other);
  }
}

}  // namespace
}  // namespace tollgate::http
