#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "manage_client.h"
#include "store/audit.h"
#include "store/grants.h"

namespace tollgate::testing {
namespace {

std::string body_of(const json::object& body) { return json::serialize(body); }

class People : public ::testing::Test {
 protected:
  TestGateway gateway{manage_settings()};
  ManageClient root{gateway, "root", kRootPassword};

  json::object user(std::int64_t id) {
    const ManageAnswer answer = root.get("/api/user/" + std::to_string(id));
    EXPECT_TRUE(answer.success()) << answer.body;
    return answer.data().is_object() ? answer.data().get_object() : json::object{};
  }
};

TEST_F(People, NewUserStartsWithTheSettingsBalance) {
  ASSERT_TRUE(root.put("/api/option/", R"({"key":"QuotaForNewUser","value":"12345"})").success());
  ManageClient alice = make_user(gateway, root, "alice");
  const ManageAnswer self = alice.get("/api/user/self");
  EXPECT_EQ(self.data("quota"), json::value(12345));
  EXPECT_EQ(self.data("role"), json::value(1));
  EXPECT_EQ(self.data("display_name"), json::value("alice"));
  EXPECT_EQ(self.data("group"), json::value("default"));
  EXPECT_EQ(self.data("password"), json::value(""));
  EXPECT_EQ(json::view(self.data("access_token").as_string()).size(), 32U);
}

TEST_F(People, AreListedByGroupStatusAndRole) {
  make_user(gateway, root, "alice");
  make_user(gateway, root, "carol", "promote");
  ASSERT_TRUE(root.put("/api/user/", R"({"id":2,"group":"vip"})").success());
  ASSERT_TRUE(root.post("/api/user/manage", R"({"username":"alice","action":"disable"})").success());
  const auto names = [&](std::string_view query) {
    std::string out;
    const ManageAnswer answer = root.get("/api/user/?page=1&size=10&order=id&" + std::string(query));
    for (const json::value& row : answer.data("data").as_array()) {
      out.append(json::find_string(row.as_object(), "username")).append(" ");
    }
    return out;
  };
  EXPECT_EQ(names("group=vip"), "alice ");
  EXPECT_EQ(names("group=vi"), "");
  EXPECT_EQ(names("status=2"), "alice ");
  EXPECT_EQ(names("status=1"), "root carol ");
  EXPECT_EQ(names("role=10"), "carol ");
  EXPECT_EQ(names("role=1&status=1"), "");
  EXPECT_FALSE(root.get("/api/user/?page=1&status=7").success());
  EXPECT_FALSE(root.get("/api/user/?page=1&role=x").success());
}

TEST_F(People, ThatWereDeletedComeBackWithBalanceAndTokens) {
  ManageClient alice = make_user(gateway, root, "alice");
  ASSERT_TRUE(root.post("/api/user/quota/2", R"({"quota":500})").success());
  ASSERT_TRUE(alice.post("/api/token/", R"({"name":"laptop","unlimited_quota":true})").success());
  const json::value balance = user(2).at("quota");
  constexpr std::string_view kAlice = R"({"ids":[2]})";
  ASSERT_TRUE(root.del("/api/user/2").success());
  EXPECT_FALSE(root.get("/api/user/2").success());

  EXPECT_EQ(root.post("/api/user/restore", kAlice).data(), json::value(1));
  EXPECT_EQ(user(2).at("username"), json::value("alice"));
  EXPECT_EQ(user(2).at("quota"), balance);
  EXPECT_EQ(root.post("/api/user/restore", kAlice).data(), json::value(0)) << "is there already";
  EXPECT_FALSE(alice.get("/api/token/?page=1").success()) << "the session stays ended";
  ASSERT_TRUE(alice.sign_in("alice", "pass-alice-1").success());
  EXPECT_EQ(alice.get("/api/token/?page=1").data("total_count"), json::value(1));

  ASSERT_TRUE(root.del("/api/user/2").success());
  make_user(gateway, root, "alice");
  const ManageAnswer taken = root.post("/api/user/restore", kAlice);
  EXPECT_NE(taken.message().find("'alice'"), std::string::npos) << taken.body;
  EXPECT_FALSE(root.post("/api/user/restore", R"({"ids":[77]})").success());
  EXPECT_FALSE(root.post("/api/user/restore", R"({"ids":[]})").success());
}

TEST_F(People, AreBroughtBackOnlyByThoseWhoMayDeleteThem) {
  ManageClient alice = make_user(gateway, root, "alice");
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  make_user(gateway, root, "dave", "promote");
  make_user(gateway, root, "eve");
  for (const std::string_view id : {"4", "5"}) ASSERT_TRUE(root.del("/api/user/" + std::string(id)).success());
  const auto restores = [](ManageClient& who, std::string_view ids) {
    return who.post("/api/user/restore", R"({"ids":[)" + std::string(ids) + "]}").success();
  };
  ManageClient guest(gateway);
  EXPECT_FALSE(restores(guest, "5"));
  EXPECT_FALSE(restores(alice, "5"));
  EXPECT_FALSE(restores(carol, "4,5")) << "one of them is an administrator, too";
  EXPECT_FALSE(root.get("/api/user/5").success()) << "all or none";
  EXPECT_TRUE(restores(carol, "5"));
  EXPECT_TRUE(restores(root, "4"));
}

TEST_F(People, PreferencesAreKeptForEachAccount) {
  ManageClient alice = make_user(gateway, root, "alice");
  const auto of = [](ManageClient& who) { return json::serialize(who.get("/api/user/self/preferences").data()); };
  EXPECT_EQ(of(alice), "{}");
  constexpr std::string_view kOnes = R"({"Theme":"dark","columns":{"a":[1,2.5,null,true]},"zone":"Asia/上"})";
  ASSERT_TRUE(alice.put("/api/user/self/preferences", kOnes).success());
  EXPECT_EQ(of(alice), json::serialize(*json::parse(kOnes)));
  EXPECT_EQ(of(root), "{}");
  // A member that is left out goes.
  ASSERT_TRUE(alice.put("/api/user/self/preferences", R"({"Theme":"light"})").success());
  EXPECT_EQ(of(alice), R"({"Theme":"light"})");

  for (const std::string_view wrong : {"[1]", "\"x\"", "null", "{", ""}) {
    EXPECT_FALSE(alice.put("/api/user/self/preferences", wrong).success()) << wrong;
  }
  const auto of_bytes = [](std::size_t bytes) { return R"({"x":")" + std::string(bytes - 8, 'x') + "\"}"; };
  EXPECT_FALSE(alice.put("/api/user/self/preferences", of_bytes(32'769)).success());
  EXPECT_EQ(of(alice), R"({"Theme":"light"})");
  EXPECT_TRUE(alice.put("/api/user/self/preferences", of_bytes(32'768)).success());
  ManageClient guest(gateway);
  EXPECT_EQ(guest.get("/api/user/self/preferences").status, 401);
}

TEST_F(People, AccessTokensAreTheirOwnersAlone) {
  make_user(gateway, root, "alice");
  EXPECT_EQ(json::find_string(user(2), "access_token"), "");
  const ManageAnswer list = root.get("/api/user/?page=1&size=10");
  for (const json::value& row : list.data("data").as_array()) {
    EXPECT_EQ(json::find_string(row.as_object(), "access_token"), "");
    EXPECT_EQ(json::find_string(row.as_object(), "password"), "");
  }
}

TEST_F(People, BalancesCountAtOnce) {
  ManageClient alice = make_user(gateway, root, "alice");
  EXPECT_TRUE(root.post("/api/user/quota/2", R"({"quota":5000,"remark":"gift"})").success());
  EXPECT_EQ(alice.get("/api/user/self").data("quota"), json::value(5000));
  EXPECT_TRUE(root.post("/api/user/quota/2", R"({"quota":-6000})").success());
  EXPECT_EQ(alice.get("/api/user/self").data("quota"), json::value(-1000));
  EXPECT_FALSE(root.post("/api/user/quota/2", R"({"quota":0})").success());
  EXPECT_FALSE(root.post("/api/user/quota/2", R"({"quota":1.5})").success());
  EXPECT_FALSE(root.post("/api/user/quota/2", R"({"quota":9007199254740993})").success());
  EXPECT_FALSE(root.post("/api/user/quota/99", R"({"quota":1})").success());
  const auto sum =
      gateway.on_storage([](store::Session& db) { return store::sum_grants(db, store::AccountKind::user, 2); });
  ASSERT_TRUE(sum);
  EXPECT_EQ(*sum, -1000);
}

TEST_F(People, ManyChangesAtOnceAllCount) {
  make_user(gateway, root, "alice");
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      ManageClient client(gateway);
      client.set_cookie(root.cookie());
      for (int n = 0; n < 10; ++n) done += client.post("/api/user/quota/2", R"({"quota":7})").success() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done.load(), 80);
  EXPECT_EQ(user(2).at("quota"), json::value(560));
}

TEST_F(People, OfOneNameOnlyOneIsMade) {
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      ManageClient client(gateway);
      client.set_cookie(root.cookie());
      made += client.post("/api/user/", R"({"username":"twin","password":"pass-twin-1"})").success() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made.load(), 1);
}

TEST_F(People, WhoeverIsDisabledIsOutAtOnce) {
  ManageClient alice = make_user(gateway, root, "alice");
  EXPECT_TRUE(root.post("/api/user/manage", R"({"username":"alice","action":"disable"})").success());
  EXPECT_FALSE(alice.get("/api/user/self").success());
  EXPECT_FALSE(ManageClient(gateway).sign_in("alice", "pass-alice-1").success());
  EXPECT_TRUE(root.post("/api/user/manage", R"({"username":"alice","action":"enable"})").success());
  EXPECT_TRUE(alice.get("/api/user/self").success());
}

TEST_F(People, WhoeverIsDemotedLosesTheRoleAtOnce) {
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  EXPECT_TRUE(carol.get("/api/user/").success());
  EXPECT_TRUE(root.post("/api/user/manage", R"({"username":"carol","action":"demote"})").success());
  EXPECT_FALSE(carol.get("/api/user/").success());
}

TEST_F(People, NobodyReachesAboveThemselves) {
  ManageClient carol = make_user(gateway, root, "carol", "promote");
  make_user(gateway, root, "dora", "promote");
  make_user(gateway, root, "erin");
  const auto refuse = [](const ManageAnswer& answer) { EXPECT_FALSE(answer.success()) << answer.body; };
  for (const char* name : {"root", "carol", "dora"}) {
    for (const char* action : {"disable", "enable", "delete", "demote", "promote", "set_reliable"}) {
      refuse(carol.post("/api/user/manage", body_of({{"username", name}, {"action", action}})));
    }
  }
  refuse(carol.get("/api/user/1"));
  refuse(carol.get("/api/user/2"));
  refuse(carol.put("/api/user/", R"({"id":1,"password":"taken-over-1"})"));
  refuse(carol.put("/api/user/", R"({"id":3,"display_name":"x"})"));
  refuse(carol.put("/api/user/", R"({"id":4,"role":10})"));
  refuse(carol.put("/api/user/", R"({"id":4,"role":100})"));
  refuse(carol.post("/api/user/manage", R"({"username":"erin","action":"promote"})"));
  refuse(carol.post("/api/user/", R"({"username":"fred","password":"pass-fred-1","role":10})"));
  refuse(carol.del("/api/user/1"));
  refuse(carol.del("/api/user/3"));
  for (const char* action : {"disable", "delete", "demote", "promote", "set_reliable"}) {
    refuse(root.post("/api/user/manage", body_of({{"username", "root"}, {"action", action}})));
  }
  refuse(root.put("/api/user/", R"({"id":1,"role":1})"));
  refuse(root.put("/api/user/", R"({"id":1,"status":2})"));
  refuse(root.del("/api/user/1"));
  EXPECT_TRUE(carol.put("/api/user/", R"({"id":4,"role":3})").success());
  EXPECT_TRUE(carol.del("/api/user/4").success());
  EXPECT_FALSE(root.get("/api/user/4").success());
}

TEST_F(People, ADeletedUsersNameIsFreeAgain) {
  ManageClient alice = make_user(gateway, root, "alice");
  EXPECT_TRUE(root.del("/api/user/2").success());
  EXPECT_EQ(alice.get("/api/user/self").status, 401);
  EXPECT_FALSE(ManageClient(gateway).sign_in("alice", "pass-alice-1").success());
  EXPECT_FALSE(root.del("/api/user/2").success());
  EXPECT_TRUE(root.post("/api/user/", R"({"username":"alice","password":"pass-alice-2"})").success());
}

TEST_F(People, ChangeOnlyWhatIsGiven) {
  make_user(gateway, root, "bob");
  ASSERT_TRUE(
      root.put("/api/user/", R"({"id":2,"display_name":"Bobby","email":"bob@b.example","group":"vip"})").success());
  ASSERT_TRUE(root.put("/api/user/", R"({"id":2,"username":"","password":"","quota":999,"access_token":"x","role":0})")
                  .success());
  const json::object bob = user(2);
  EXPECT_EQ(json::find_string(bob, "username"), "bob");
  EXPECT_EQ(json::find_string(bob, "display_name"), "Bobby");
  EXPECT_EQ(json::find_string(bob, "group"), "vip");
  EXPECT_EQ(bob.at("quota"), json::value(0));
  EXPECT_TRUE(ManageClient(gateway).sign_in("bob@b.example", "pass-bob-1").success());
  EXPECT_FALSE(root.put("/api/user/", R"({"id":2,"group":"nowhere"})").success());
  EXPECT_FALSE(root.put("/api/user/", R"({"id":2,"username":"root"})").success());
  EXPECT_FALSE(root.put("/api/user/", R"({"id":2,"email":"no address"})").success());
  EXPECT_FALSE(root.put("/api/user/", R"({"id":2,"display_name":"123456789012345678901"})").success());
  EXPECT_FALSE(root.put("/api/user/", R"({"username":"bob"})").success());
}

TEST_F(People, AnOutOfDateChangeIsRefused) {
  make_user(gateway, root, "bob");
  json::object seen = user(2);
  ASSERT_TRUE(root.put("/api/user/", R"({"id":2,"display_name":"first"})").success());
  seen["display_name"] = "second";
  EXPECT_FALSE(root.put("/api/user/", json::serialize(seen)).success());
  EXPECT_EQ(json::find_string(user(2), "display_name"), "first");
}

TEST_F(People, ANewPasswordEndsTheOtherSessions) {
  ManageClient alice = make_user(gateway, root, "alice");
  ManageClient elsewhere(gateway, "alice", "pass-alice-1");
  EXPECT_FALSE(alice.put("/api/user/self", R"({"password":"short"})").success());
  EXPECT_TRUE(alice.put("/api/user/self", R"({"password":"pass-alice-2","display_name":"Alice"})").success());
  EXPECT_TRUE(alice.get("/api/user/self").success());
  EXPECT_EQ(elsewhere.get("/api/user/self").status, 401);
  EXPECT_FALSE(ManageClient(gateway).sign_in("alice", "pass-alice-1").success());
  EXPECT_TRUE(ManageClient(gateway).sign_in("alice", "pass-alice-2").success());
}

TEST_F(People, CannotRaiseThemselves) {
  ManageClient alice = make_user(gateway, root, "alice");
  EXPECT_TRUE(
      alice.put("/api/user/self", R"({"username":"root2","role":100,"quota":5,"group":"vip","status":1})").success());
  const json::object row = user(2);
  EXPECT_EQ(json::find_string(row, "username"), "alice");
  EXPECT_EQ(json::find_string(row, "group"), "default");
  EXPECT_EQ(row.at("role"), json::value(1));
  EXPECT_EQ(row.at("quota"), json::value(0));
}

TEST_F(People, SigningOutEndsTheSession) {
  ManageClient alice = make_user(gateway, root, "alice");
  EXPECT_TRUE(alice.get("/api/user/logout").success());
  EXPECT_EQ(alice.get("/api/user/self").status, 401);
  alice.set_cookie(root.cookie() + "x");
  EXPECT_EQ(alice.get("/api/user/self").status, 401);
  EXPECT_TRUE(ManageClient(gateway).get("/api/user/logout").success());
}

TEST_F(People, ChangesAreNotedWithTheirMaker) {
  make_user(gateway, root, "alice");
  ASSERT_TRUE(root.post("/api/user/quota/2", R"({"quota":5})").success());
  const auto page = gateway.on_storage([](store::Session& db) { return store::list_audit(db, {}, {}); });
  ASSERT_TRUE(page);
  ASSERT_FALSE(page->rows.empty());
  EXPECT_EQ(page->rows[0].action, "user.quota");
  EXPECT_EQ(page->rows[0].actor, UserId{1});
  EXPECT_EQ(page->rows[0].target_id, 2);
  EXPECT_EQ(page->rows[0].ip, "127.0.0.1");
}

}  // namespace
}  // namespace tollgate::testing
