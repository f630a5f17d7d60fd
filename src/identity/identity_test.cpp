#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/cookie.h"
#include "identity/cross_site.h"
#include "identity/passwords.h"
#include "identity/principal.h"
#include "identity/throttle.h"

namespace tollgate::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// --- the session cookie ---

TEST(SessionCookie, IsFoundByItsRecordAndByNothingElse) {
  const CookieSigner signer(Secret("a secret of the operator"));
  const auto issued = signer.issue();
  EXPECT_EQ(signer.verify(issued.value.reveal()), issued.id_hash);
  EXPECT_NE(signer.issue().id_hash, issued.id_hash);
  EXPECT_THAT(issued.id_hash, Not(HasSubstr(issued.value.reveal().substr(0, 10))));
}

TEST(SessionCookie, DoesNotVerifyWhenAltered) {
  const CookieSigner signer(Secret("a secret of the operator"));
  const std::string value = signer.issue().value.reveal();
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string other = value;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(signer.verify(other)) << i;
  }
  EXPECT_FALSE(signer.verify(""));
  EXPECT_FALSE(signer.verify("."));
  EXPECT_FALSE(signer.verify(value + "A"));
  EXPECT_FALSE(signer.verify(value.substr(0, value.size() - 1)));
  EXPECT_FALSE(signer.verify(std::string(100'000, 'A')));
  EXPECT_FALSE(CookieSigner(Secret("another secret")).verify(value));
}

TEST(SessionCookie, IsSetAndClearedWithTheRulesOfTheSettings) {
  EXPECT_EQ(set_cookie("v", {.lifetime_s = 2'592'000}),
            "session=v; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict");
  EXPECT_EQ(set_cookie("v", {.same_site = SameSite::lax, .secure = true, .lifetime_s = 5}),
            "session=v; Path=/; Max-Age=5; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(clear_cookie({}), "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(SessionCookie, IsReadFromAmongOthers) {
  EXPECT_EQ(cookie_value("a=1; session=xyz; b=2"), "xyz");
  EXPECT_EQ(cookie_value("session=\"quoted\""), "quoted");
  EXPECT_EQ(cookie_value(" session = x=y ;"), "x=y");
  EXPECT_EQ(cookie_value("session=first; session=second"), "first");
  EXPECT_EQ(cookie_value("mysession=1; sessions=2; session"), "");
  EXPECT_EQ(cookie_value(""), "");
  EXPECT_EQ(cookie_value(";;=;"), "");
}

// --- other sites ---

TEST(CrossSite, ReadingIsFree) {
  EXPECT_TRUE(check_provenance({.host = "gate", .origin = "https://evil", .sec_fetch_site = "cross-site"}, {}));
}

TEST(CrossSite, ScriptsSendNeitherAndPass) {
  EXPECT_TRUE(check_provenance({.changes_state = true, .host = "gate:3000", .origin = "", .sec_fetch_site = ""}, {}));
}

TEST(CrossSite, TheBrowsersOwnWordCounts) {
  const auto site = [](std::string_view value) {
    return check_provenance({.changes_state = true, .host = "gate", .origin = "", .sec_fetch_site = value}, {});
  };
  EXPECT_TRUE(site("same-origin"));
  EXPECT_TRUE(site("none"));
  EXPECT_EQ(site("same-site").error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(site("cross-site").error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(site("anything").error().code(), ErrorCode::permission_denied);
}

TEST(CrossSite, WithoutItTheOriginMustBeTheHost) {
  const auto from = [](std::string_view origin, std::string_view host) {
    return check_provenance({.changes_state = true, .host = host, .origin = origin, .sec_fetch_site = ""}, {})
        .has_value();
  };
  EXPECT_TRUE(from("https://gate.example", "gate.example"));
  EXPECT_TRUE(from("http://GATE.example:3000", "gate.example:3000"));
  EXPECT_TRUE(from("https://gate.example", "gate.example:443"));
  EXPECT_FALSE(from("https://evil.example", "gate.example"));
  EXPECT_FALSE(from("https://gate.example:8443", "gate.example"));
  EXPECT_FALSE(from("https://gate.example.evil", "gate.example"));
  EXPECT_FALSE(from("null", "gate.example"));
  EXPECT_FALSE(from("null", ""));
  EXPECT_FALSE(from("file://", ""));
}

TEST(CrossSite, AnOriginThatTheOperatorNamedIsTrusted) {
  const std::vector<std::string> trusted{"https://console.example"};
  EXPECT_TRUE(check_provenance(
      {.changes_state = true, .host = "gate", .origin = "https://console.example", .sec_fetch_site = "cross-site"},
      trusted));
  EXPECT_FALSE(check_provenance(
      {.changes_state = true, .host = "gate", .origin = "https://console.example.evil", .sec_fetch_site = "cross-site"},
      trusted));
}

TEST(CrossSite, AProxyThatChangesTheHostDoesNoHarm) {
  EXPECT_TRUE(check_provenance(
      {.changes_state = true, .host = "inner:3000", .origin = "https://outer", .sec_fetch_site = "same-origin"}, {}));
}

// --- passwords and names ---

TEST(Passwords, AreLongEnoughAndNotTooLong) {
  EXPECT_EQ(check_new_password(Secret("short12"), "u").error().param(), "password");
  EXPECT_TRUE(check_new_password(Secret("quite-ok"), "u"));
  EXPECT_TRUE(check_new_password(Secret("пароль-я"), "u")) << "eight characters, fifteen bytes";
  EXPECT_TRUE(check_new_password(Secret(std::string(72, 'x')), "u"));
  EXPECT_FALSE(check_new_password(Secret(std::string(73, 'x')), "u"));
  EXPECT_FALSE(check_new_password(Secret(""), "u"));
}

TEST(Passwords, AreNotWhatEverybodyTries) {
  for (const char* bad : {"12345678", "PASSWORD", "changeme", "the-user"}) {
    const auto checked = check_new_password(Secret(bad), "The-User");
    ASSERT_FALSE(checked) << bad;
    EXPECT_THAT(checked.error().message(), Not(HasSubstr(bad)));
  }
  EXPECT_FALSE(check_new_password(Secret("line\nbreak"), "u"));
}

TEST(Usernames, ArePlainAndBounded) {
  EXPECT_TRUE(check_username("alice"));
  EXPECT_TRUE(check_username("用户名"));
  EXPECT_FALSE(check_username(""));
  EXPECT_FALSE(check_username("thirteen-long"));
  EXPECT_TRUE(check_username("thirteen-long", 64));
  EXPECT_FALSE(check_username(" alice"));
  EXPECT_FALSE(check_username("a\tb"));
  EXPECT_FALSE(check_username(std::string(10'000, 'x'), 64));
}

// --- roles ---

TEST(Roles, AreALadder) {
  Principal admin;
  admin.role = Role::admin;
  EXPECT_TRUE(require(admin, Role::common));
  EXPECT_TRUE(require(admin, Role::admin));
  EXPECT_EQ(require(admin, Role::root).error().code(), ErrorCode::permission_denied);
}

TEST(Roles, NobodyChangesAnEqualButRoot) {
  Principal who;
  who.role = Role::admin;
  EXPECT_TRUE(require_above(who, Role::common));
  EXPECT_FALSE(require_above(who, Role::admin));
  EXPECT_FALSE(require_above(who, Role::root));
  who.role = Role::root;
  EXPECT_TRUE(require_above(who, Role::root));
}

// --- the throttle ---

constexpr std::int64_t kSecond = 1'000'000'000;

class Throttle : public ::testing::Test {
 protected:
  bool allowed(std::string_view account, std::string_view address) {
    return throttle.check(account, address, now).has_value();
  }
  void fail_times(int times, std::string_view account, std::string_view address) {
    for (int i = 0; i < times; ++i) throttle.failed(account, address, now);
  }
  SignInThrottle throttle;
  std::int64_t now = 1'000 * kSecond;
};

TEST_F(Throttle, LetsAFewMistakesPass) {
  fail_times(4, "alice", "1.2.3.4");
  EXPECT_TRUE(allowed("alice", "1.2.3.4"));
  fail_times(1, "alice", "1.2.3.4");
  const auto refused = throttle.check("alice", "1.2.3.4", now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(refused.error().retry_after_ms(), 2'000);
}

TEST_F(Throttle, DoublesUpToAQuarterOfAnHour) {
  fail_times(5, "alice", "1.2.3.4");
  for (const std::int64_t seconds : {2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
    EXPECT_EQ(throttle.check("alice", "1.2.3.4", now).error().retry_after_ms(), seconds * 1'000);
    now += seconds * kSecond;
    EXPECT_TRUE(allowed("alice", "1.2.3.4"));
    fail_times(1, "alice", "1.2.3.4");
  }
}

TEST_F(Throttle, DoesNotLockTheOwnerOutElsewhere) {
  fail_times(20, "alice", "6.6.6.6");
  EXPECT_FALSE(allowed("alice", "6.6.6.6"));
  EXPECT_TRUE(allowed("alice", "1.2.3.4"));
  EXPECT_TRUE(allowed("bob", "6.6.6.6"));
}

TEST_F(Throttle, SlowsManyAddressesAndManyAccountsForAShortTime) {
  for (int i = 0; i < 60; ++i) throttle.failed("alice", "10.0.0." + std::to_string(i), now);
  ASSERT_FALSE(allowed("alice", "1.2.3.4"));
  EXPECT_LE(*throttle.check("alice", "1.2.3.4", now).error().retry_after_ms(), 30'000);
  for (int i = 0; i < 60; ++i) throttle.failed("user" + std::to_string(i), "6.6.6.6", now);
  EXPECT_FALSE(allowed("bob", "6.6.6.6"));
  EXPECT_TRUE(allowed("bob", "1.2.3.4"));
}

TEST_F(Throttle, ASuccessForgives) {
  fail_times(9, "alice", "1.2.3.4");
  throttle.succeeded("alice", "1.2.3.4");
  EXPECT_TRUE(allowed("alice", "1.2.3.4"));
}

TEST_F(Throttle, NeitherLetterCaseNorBlanksMakeANewAccount) {
  fail_times(3, "Alice", "1.2.3.4");
  fail_times(2, " aLICE ", "1.2.3.4");
  EXPECT_FALSE(allowed("alice", "1.2.3.4"));
}

TEST_F(Throttle, ForgetsAfterAnHour) {
  fail_times(9, "alice", "1.2.3.4");
  now += 3'601 * kSecond;
  fail_times(1, "alice", "1.2.3.4");
  EXPECT_TRUE(allowed("alice", "1.2.3.4"));
}

TEST_F(Throttle, StaysWithinItsBounds) {
  SignInThrottle small({.max_entries = 100});
  for (int i = 0; i < 2'000; ++i) {
    small.failed("user" + std::to_string(i), std::to_string(i), now + i);
    EXPECT_LE(small.size(), 100U);
  }
  small.failed(std::string(100'000, 'x'), std::string(100'000, 'y'), now + 3'000);
  EXPECT_LE(small.size(), 103U);
}

}  // namespace
}  // namespace tollgate::identity
