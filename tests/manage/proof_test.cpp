#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

/// A session whose password was given more than the setting's ten minutes ago.
class Proof : public ::testing::Test {
 protected:
  explicit Proof(std::map<std::string, std::string> more = {}) : gateway_(manage_settings(std::move(more)), &clock_) {}
  void SetUp() override { clock_.advance_ms(11 * kMinuteMs); }

  static bool is_asked(const ManageAnswer& answer) {
    const json::object* envelope = answer.document.if_object();
    return answer.status == 200 && !answer.success() && envelope != nullptr &&
           json::find_string(*envelope, "code") == "password_needed";
  }
  static bool give_password(ManageClient& who, std::string_view password = kRootPassword) {
    return who.post("/api/user/self/prove", json::serialize(json::object{{"password", password}})).success();
  }
  static std::string text(const ManageAnswer& answer, std::string_view member) {
    const json::value& value = answer.data(member);
    return value.is_string() ? std::string(json::view(value.as_string())) : std::string("no text");
  }

  FakeClock clock_;
  TestGateway gateway_;
  ManageClient root_{gateway_, "root", kRootPassword};
  ManageClient alice_ = make_user(gateway_, root_, "alice");
};

TEST_F(Proof, IsAskedBeforeUsersAreDeletedOrGetAnotherRole) {
  const auto act = [this](std::string_view action) {
    return root_.post("/api/user/manage", json::serialize(json::object{{"username", "alice"}, {"action", action}}));
  };
  EXPECT_TRUE(is_asked(act("delete")));
  EXPECT_TRUE(is_asked(act("promote")));
  EXPECT_TRUE(is_asked(act("set_reliable")));
  EXPECT_TRUE(is_asked(act("demote")));
  EXPECT_TRUE(is_asked(root_.del("/api/user/2")));
  EXPECT_TRUE(is_asked(root_.put("/api/user/", R"({"id":2,"role":10})")));
  EXPECT_EQ(root_.get("/api/user/2").data("role"), json::value(1));
  EXPECT_TRUE(is_asked(root_.put("/api/user/", R"({"id":2,"password":"another-1"})")));
  EXPECT_TRUE(is_asked(root_.put("/api/user/self", R"({"password":"another-1"})"))) << "which would open all else";
  EXPECT_TRUE(act("disable").success()) << "what can be taken back at once";
  EXPECT_TRUE(root_.put("/api/user/", R"({"id":2,"role":1,"display_name":"A"})").success()) << "the role it has";

  ASSERT_TRUE(give_password(root_));
  EXPECT_TRUE(act("promote").success());
  EXPECT_TRUE(root_.del("/api/user/2").success());
}

TEST_F(Proof, IsAskedBeforeKeysAreShown) {
  const ManageAnswer made = alice_.post("/api/token/", R"({"name":"t","unlimited_quota":true})");
  ASSERT_EQ(text(made, "key").size(), 48U) << "once, whatever the session";
  const std::string token = "/api/token/" + std::to_string(made.data("id").as_int64());
  const ManageAnswer withheld = alice_.get(token);
  EXPECT_EQ(text(withheld, "key"), "");
  EXPECT_EQ(withheld.data("key_withheld"), json::value(true));
  EXPECT_TRUE(is_asked(alice_.get("/api/user/token")));
  EXPECT_TRUE(is_asked(alice_.get("/api/token/playground")));
  EXPECT_EQ(text(alice_.get("/api/user/self"), "access_token"), "");
  EXPECT_EQ(alice_.get("/api/user/self").data("access_token_withheld"), json::value(true));

  ASSERT_TRUE(give_password(alice_, "pass-alice-1"));
  const ManageAnswer shown = alice_.get(token);
  EXPECT_EQ(text(shown, "key").size(), 48U);
  EXPECT_EQ(shown.data("key_withheld"), json::value(false));
  EXPECT_EQ(text(alice_.get("/api/user/self"), "access_token").size(), 32U);

  clock_.advance_ms(10 * kMinuteMs);
  EXPECT_EQ(text(alice_.get(token), "key"), "") << "it wears off";
}

TEST_F(Proof, IsAskedBeforeChannelsShowTheirKeys) {
  const ManageAnswer made =
      root_.post("/api/channel/", R"({"type":1,"name":"c","key":"sk-a\nsk-b","one_channel":true,"models":"m"})");
  const std::string id = std::to_string(made.data("ids").as_array().front().as_int64());
  const ManageAnswer withheld = root_.get("/api/channel/" + id);
  EXPECT_EQ(text(withheld, "key"), "");
  EXPECT_EQ(withheld.data("key_count"), json::value(2));
  EXPECT_EQ(withheld.data("key_withheld"), json::value(true));
  ASSERT_TRUE(root_.put("/api/channel/", R"({"name":"d","key":"","id":)" + id + "}").success());
  EXPECT_TRUE(is_asked(root_.get("/api/channel_tag/x")));

  ASSERT_TRUE(give_password(root_));
  const ManageAnswer shown = root_.get("/api/channel/" + id);
  EXPECT_EQ(text(shown, "key"), "sk-a\nsk-b") << "saving without it kept it";
  EXPECT_EQ(text(shown, "name"), "d");
}

TEST_F(Proof, IsNotAskedOfAccessTokensNorRightAfterSigningIn) {
  ASSERT_TRUE(give_password(root_));
  const std::string access_token(json::view(root_.get("/api/user/token").data().as_string()));
  clock_.advance_ms(11 * kMinuteMs);
  ManageClient script(gateway_);
  script.use_token(access_token);
  EXPECT_TRUE(script.put("/api/user/", R"({"id":2,"role":10})").success());
  EXPECT_FALSE(give_password(script)) << "there is no session to note it in";
  EXPECT_EQ(script.get("/api/user/self").data("session"), json::value(nullptr));

  ManageClient fresh(gateway_, "root", kRootPassword);
  EXPECT_TRUE(fresh.del("/api/user/2").success());
}

TEST_F(Proof, NeedsTheRightPassword) {
  const ManageAnswer wrong = root_.post("/api/user/self/prove", R"({"password":"guess"})");
  EXPECT_FALSE(wrong.success());
  EXPECT_EQ(json::find_string(wrong.document.as_object(), "field"), "password");
  EXPECT_TRUE(is_asked(root_.del("/api/user/2")));
  ManageAnswer last = wrong;
  for (int i = 0; i < 20 && last.status == 200; ++i)
    last = root_.post("/api/user/self/prove", R"({"password":"guess"})");
  EXPECT_EQ(last.status, 429) << "guessing is slowed";
}

class NoProof : public Proof {
 protected:
  NoProof() : Proof({{"session.ask_password_after", "0"}}) {}
};

TEST_F(NoProof, IsAskedWhereTheSettingIsZero) { EXPECT_TRUE(root_.del("/api/user/2").success()); }

/// Sessions that end after an hour without use.
class SessionEnd : public ::testing::Test {
 protected:
  std::int64_t ends_in(bool attended) {
    const ManageAnswer self = attended ? root_.get("/api/user/self")
                                       : root_.call("GET", "/api/user/self", {}, {{"X-Tollgate-Unattended", "1"}});
    if (!self.success()) return 0;
    EXPECT_EQ(json::find(self.data("session").as_object(), "lifetime_s")->as_int64(), 3'600);
    return json::find(self.data("session").as_object(), "ends_in_s")->as_int64();
  }

  FakeClock clock_;
  TestGateway gateway_{manage_settings({{"session.lifetime", "1h"}}), &clock_};
  ManageClient root_{gateway_, "root", kRootPassword};
};

TEST_F(SessionEnd, IsPutOffByUseOnly) {
  EXPECT_EQ(ends_in(true), 3'600);
  clock_.advance_ms(30 * kMinuteMs);
  EXPECT_EQ(ends_in(false), 1'800) << "a page that refreshes itself";
  EXPECT_EQ(ends_in(true), 3'600);
  clock_.advance_ms(59 * kMinuteMs);
  EXPECT_EQ(ends_in(false), 60);
  clock_.advance_ms(kMinuteMs);
  EXPECT_EQ(ends_in(false), 0) << "it has ended";
}

}  // namespace
}  // namespace tollgate::testing
