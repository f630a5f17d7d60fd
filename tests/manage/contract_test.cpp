#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "api_document.h"
#include "http/message.h"
#include "manage/dispatch.h"

namespace tollgate::testing {
namespace {

std::string describe(std::string_view method, std::string_view path, std::string_view permission) {
  std::string out(method);
  out.append(" ").append(path).append(" (").append(permission).append(")");
  return out;
}

TEST(ManageContract, DocumentAndRoutesAreTheSame) {
  std::set<std::string> served, described;
  for (const manage::Row& row : manage::all_rows()) {
    const std::string path = std::regex_replace(std::string(row.path), std::regex("[:*](\\w+)"), "{$1}");
    EXPECT_TRUE(
        served.insert(describe(http::method_name(row.method), path, manage::permission_name(row.permission))).second)
        << "twice: " << path;
  }
  const ApiDocument document;
  for (const ApiDocument::Operation& operation : document.operations()) {
    described.insert(describe(operation.method, operation.path, operation.permission));
  }
  for (const std::string& route : served) EXPECT_TRUE(described.contains(route)) << "not described: " << route;
  for (const std::string& route : described) EXPECT_TRUE(served.contains(route)) << "not served: " << route;
}

TEST(ManageContract, NobodyChangesAnythingUnasked) {
  const std::set<std::string_view> open{"/api/user/login"};
  for (const manage::Row& row : manage::all_rows()) {
    const bool reads = row.method == http::Method::get;
    const bool anybody = row.permission == manage::Permission::open || row.permission == manage::Permission::visitor;
    EXPECT_TRUE(reads || !anybody || open.contains(row.path)) << row.path << " may be called by anybody";
  }
}

TEST(ManageContract, SchemasTellWrongAnswers) {
  const ApiDocument document;
  const ApiDocument::Operation* notice = document.find("GET", "/api/notice");
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(document.check(*notice, 200, R"({"success":true,"message":"","data":"x"})"), "");
  EXPECT_EQ(document.check(*notice, 200, R"({"success":false,"message":"why"})"), "");
  EXPECT_NE(document.check(*notice, 200, R"({"success":true,"message":"","data":5})"), "");
  EXPECT_NE(document.check(*notice, 200, R"({"success":true,"message":""})"), "");
  EXPECT_NE(document.check(*notice, 418, R"({"success":true,"message":"","data":"x"})"), "");
  EXPECT_NE(document.check(*notice, 200, "nothing"), "");
  const ApiDocument::Operation* user = document.find("GET", "/api/user/7");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->path, "/api/user/{id}");
  EXPECT_EQ(document.find("GET", "/api/user/self")->path, "/api/user/self");
}

}  // namespace
}  // namespace tollgate::testing
