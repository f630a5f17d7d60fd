#include "console/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::console {
namespace {

TEST(Shell, MarksAreFilledInWhereverTheyStand) {
  const Shell shell(
      R"(<base href="__TOLLGATE_BASE__"><meta nonce="__TOLLGATE_NONCE__"><style nonce="__TOLLGATE_NONCE__">)",
      "/gateway/");
  EXPECT_EQ(shell.render("abc"), R"(<base href="/gateway/"><meta nonce="abc"><style nonce="abc">)");
  EXPECT_EQ(shell.render("xyz"), R"(<base href="/gateway/"><meta nonce="xyz"><style nonce="xyz">)");
  EXPECT_EQ(Shell("__TOLLGATE_NONCE__", "/").render("n"), "n");
  EXPECT_EQ(Shell("", "/").render("n"), "");
}

TEST(Shell, PolicyLetsNothingInlineRunButTheStylesThatKnowTheNonce) {
  EXPECT_EQ(
      policy("abc"),
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'; img-src 'self' data:; font-src 'self'; "
      "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
}

}  // namespace
}  // namespace tollgate::console
