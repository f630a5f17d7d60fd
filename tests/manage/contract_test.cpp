#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "api_document.h"
#include "http/message.h"
#include "manage/capabilities.h"
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

/// Which capability opens an administrator's or root's route: that of the longest beginning of its path.
struct Opened {
  std::string_view prefix, reading, changing;
};
constexpr Opened kOpened[] = {
    {"/api/analytics/", "analytics.all", {}},
    {"/api/channel/", "channels.read", "channels.write"},
    {"/api/channel_tag/", "channels.read", "channels.write"},
    {"/api/group/", "groups.read", {}},
    {"/api/log/", "requests.all", "requests.all"},
    {"/api/model_info/", "prices.read", "prices.write"},
    {"/api/model_ownedby/", "prices.read", "prices.write"},
    {"/api/option/", "settings.read", "settings.write"},
    {"/api/prices", "prices.read", "prices.write"},
    {"/api/providers", "channels.read", {}},
    {"/api/setup/", "system", "setup"},
    {"/api/sse/channel/", "channels.read", "channels.write"},
    {"/api/token/", "users.read", "users.write"},
    {"/api/user/", "users.read", "users.write"},
    {"/api/user_group/", "groups.read", "groups.write"},
};

std::string_view capability_of(const manage::Row& row) {
  const Opened* best = nullptr;
  for (const Opened& opened : kOpened) {
    if (row.path.starts_with(opened.prefix) && (best == nullptr || opened.prefix.size() > best->prefix.size())) {
      best = &opened;
    }
  }
  if (best == nullptr) return {};
  return row.method == http::Method::get && !row.traits.acts ? best->reading : best->changing;
}

TEST(ManageContract, WhatARoleOpensIsACapabilityOfThatRole) {
  const std::map<manage::Permission, identity::Role> roles{{manage::Permission::admin, identity::Role::admin},
                                                           {manage::Permission::root, identity::Role::root}};
  std::set<std::string_view> opening;
  for (const manage::Row& row : manage::all_rows()) {
    const auto role = roles.find(row.permission);
    if (role == roles.end()) continue;
    const std::string_view name = capability_of(row);
    const auto capability = std::ranges::find(manage::all_capabilities(), name, &manage::Capability::name);
    ASSERT_NE(capability, manage::all_capabilities().end()) << row.path << " belongs to no capability";
    EXPECT_EQ(capability->least, role->second) << row.path;
    opening.insert(name);
  }
  for (const manage::Capability& capability : manage::all_capabilities()) {
    const bool everybodys = capability.least == identity::Role::common;
    EXPECT_TRUE(everybodys || opening.contains(capability.name)) << capability.name << " opens nothing";
  }
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
