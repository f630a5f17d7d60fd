#include "console/pages.h"

#include <string>

#include <gtest/gtest.h>

namespace tollgate::console {
namespace {

TEST(Pages, AreThePathsThatNothingElseHas) {
  for (const std::string_view path :
       {"", "login", "setup", "panel", "panel/", "panel/channels/7/edit", "panel/models/gpt-4.1", "panel/models/a%2Fb",
        "apis", "v10/x", "dashboard", "oauth/github", "%E4%BD%A0"}) {
    EXPECT_TRUE(is_page(path)) << path;
  }
}

TEST(Pages, AreNeverAnApisPaths) {
  for (const std::string_view path : {"api",
                                      "api/",
                                      "api/nothing",
                                      "API/status",
                                      "%61pi/status",
                                      "v1",
                                      "v1/nothing",
                                      "v1beta/models",
                                      "pg/x",
                                      "dashboard/billing/usage",
                                      "Dashboard/Billing",
                                      "claude/v1/x",
                                      "gemini/v1beta/models",
                                      "metrics",
                                      "metrics/x",
                                      "healthz",
                                      "readyz",
                                      "mj/submit",
                                      "suno/x",
                                      "assets",
                                      "assets/gone.js",
                                      "assets/%2e"}) {
    EXPECT_FALSE(is_page(path)) << path;
  }
}

TEST(Pages, AreNotWhatOnlyAScannerAsksFor) {
  for (const std::string_view path :
       {"..", "../etc/passwd", "panel/../api/status", "panel/%2e%2e/x", "panel/./x", "/api/status", "panel//x",
        "%2Fapi", "panel/%00", "panel/%0d%0aX", "panel/%", "panel/%zz", "panel\\x", "panel/%5c", ".env", ".git/config",
        "favicon.ico", "wp-login.php", "x/y.php"}) {
    EXPECT_FALSE(is_page(path)) << path;
  }
  EXPECT_FALSE(is_page(std::string_view("panel/\0x", 8)));
}

}  // namespace
}  // namespace tollgate::console
