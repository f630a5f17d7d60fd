#include "identity/accounts.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/master_key.h"
#include "crypto/password.h"
#include "identity/first_root.h"
#include "store/executor.h"
#include "store/sessions.h"
#include "store/tokens.h"
#include "support/temp_storage.h"

namespace tollgate::identity {
namespace {

using ::testing::HasSubstr;

class AccountsTest : public ::testing::Test {
 protected:
  AccountsTest() {
    options.bcrypt_cost = crypto::kBcryptCostMin;
    options.session_lifetime_s = 86'400;
    alice = add("alice", "alices-word");
  }
  UserId add(std::string name, const std::string& password, Role role = Role::common) {
    return temp.run([&](store::Session& db) {
      store::UserRow row;
      row.username = name;
      row.email = name + "@example.com";
      row.invite_code = name;
      row.role = role;
      if (!password.empty()) row.password_hash = *crypto::hash_password(Secret(password), crypto::kBcryptCostMin);
      return store::create_user(db, row);
    });
  }
  void change(UserId id, const std::function<void(store::UserRow&)>& edit) {
    temp.run([&](store::Session& db) -> Result<void> {
      auto row = store::find_user(db, id);
      if (!row) return std::unexpected(std::move(row.error()));
      edit(**row);
      return store::update_user(db, **row);
    });
  }
  Result<SignIn> sign_in(const std::string& name, const std::string& password, const std::string& address = "1.2.3.4") {
    return await<SignIn>(
        [&] { return accounts.sign_in(name, Secret(password), address, "browser\x01/1", options, Deadline::never()); });
  }
  Result<Principal> who(std::string cookie, std::string authorization = {}, std::string user_header = {}) {
    const std::string header = cookie.empty() ? "" : "other=1; session=" + cookie;
    return await<Principal>(
        [&] { return accounts.authenticate({header, authorization, user_header}, options, Deadline::never()); });
  }
  template <class T, class Start>
  Result<T> await(Start start) {
    net::Worker worker{net::WorkerOptions{.clock = &temp.clock, .thread_name = "w", .on_uncaught = {}}};
    std::optional<Result<T>> answer;
    const auto script = [&]() -> net::Task<void> {
      answer.emplace(co_await start());
      worker.stop_soon();
    };
    worker.spawn_from_anywhere(script());
    worker.run();
    return std::move(*answer);
  }

  ::tollgate::testing::TempStorage temp;
  crypto::MasterKey master = crypto::MasterKey::generate();
  crypto::Sealer sealer = master.sealer();
  CookieSigner signer{Secret("a secret of the operator")};
  crypto::KeyedHash access_hash{"access tokens"};
  Accounts accounts{*temp.storage, signer, access_hash, sealer, temp.clock};
  AccountsOptions options;
  UserId alice;
};

TEST_F(AccountsTest, SignsInByNameOrAddressAndIsKnownByTheCookie) {
  for (const char* name : {"alice", " alice ", "alice@example.com"}) {
    const auto in = sign_in(name, "alices-word");
    ASSERT_TRUE(in) << in.error().message();
    EXPECT_EQ(in->user.id, alice);
    const auto known = who(in->cookie.reveal());
    ASSERT_TRUE(known) << known.error().message();
    EXPECT_EQ(known->user, alice);
    EXPECT_EQ(known->username, "alice");
    EXPECT_EQ(known->via, Principal::Via::session);
  }
  const auto row = temp.run([this](store::Session& db) { return store::find_user(db, alice); });
  EXPECT_EQ(row->last_login_ip, "1.2.3.4");
  EXPECT_EQ(row->last_login_at, temp.clock.unix_seconds());
}

TEST_F(AccountsTest, SaysTheSameToAllWhoAreWrong) {
  std::set<std::string> answers;
  add("oauth-only", "");
  for (const auto& [name, password] :
       {std::pair("alice", "wrong"), std::pair("nobody", "alices-word"), std::pair("", "x"), std::pair("alice", ""),
        std::pair("oauth-only", "anything")}) {
    const auto in = sign_in(name, password);
    ASSERT_FALSE(in) << name;
    answers.insert(std::string(in.error().name()) + ": " + in.error().message());
  }
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(AccountsTest, TellsThatTheAccountIsDisabledOnlyToWhoKnowsThePassword) {
  change(alice, [](store::UserRow& row) { row.status = store::UserStatus::disabled; });
  EXPECT_EQ(sign_in("alice", "alices-word").error().code(), ErrorCode::account_disabled);
  EXPECT_EQ(sign_in("alice", "wrong").error().code(), ErrorCode::invalid_request);
}

TEST_F(AccountsTest, SlowsGuessingDownAndNamesTheWait) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(sign_in("alice", "wrong"));
  const auto refused = sign_in("alice", "alices-word");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::rate_limit_exceeded);
  EXPECT_TRUE(sign_in("alice", "alices-word", "5.6.7.8")) << "from elsewhere the owner may";
  temp.clock.advance_ms(*refused.error().retry_after_ms());
  EXPECT_TRUE(sign_in("alice", "alices-word"));
}

TEST_F(AccountsTest, PasswordSignInCanBeSwitchedOff) {
  options.password_login = false;
  EXPECT_EQ(sign_in("alice", "alices-word").error().code(), ErrorCode::permission_denied);
}

TEST_F(AccountsTest, RenewsAHashOfAnotherCost) {
  options.bcrypt_cost = crypto::kBcryptCostMin + 1;
  EXPECT_TRUE(sign_in("alice", "alices-word"));
  const auto row = temp.run([this](store::Session& db) { return store::find_user(db, alice); });
  EXPECT_FALSE(crypto::wants_rehash(row->password_hash, options.bcrypt_cost));
  EXPECT_TRUE(sign_in("alice", "alices-word"));
}

TEST_F(AccountsTest, ADemotedDisabledOrDeletedUserIsThatAtOnce) {
  const UserId admin = add("admin", "admins-word", Role::admin);
  const std::string cookie = sign_in("admin", "admins-word")->cookie.reveal();
  EXPECT_EQ(who(cookie)->role, Role::admin);
  change(admin, [](store::UserRow& row) { row.role = Role::common; });
  EXPECT_EQ(who(cookie)->role, Role::common);
  change(admin, [](store::UserRow& row) { row.status = store::UserStatus::disabled; });
  EXPECT_EQ(who(cookie).error().code(), ErrorCode::account_disabled);
  temp.run([&](store::Session& db) { return store::delete_user(db, admin, "x", 1); });
  EXPECT_EQ(who(cookie).error().code(), ErrorCode::invalid_api_key);
}

TEST_F(AccountsTest, ACookieWithoutARecordIsWorthNothing) {
  const std::string forged = signer.issue().value.reveal();
  EXPECT_EQ(who(forged).error().code(), ErrorCode::invalid_api_key);
  EXPECT_EQ(who("rubbish").error().code(), ErrorCode::invalid_api_key);
  EXPECT_EQ(who("").error().code(), ErrorCode::invalid_api_key);
}

TEST_F(AccountsTest, SigningOutEndsTheSession) {
  const std::string one = sign_in("alice", "alices-word")->cookie.reveal();
  const std::string two = sign_in("alice", "alices-word")->cookie.reveal();
  temp.run([&](store::Session& db) { return accounts.sign_out(db, "session=" + one); });
  EXPECT_FALSE(who(one));
  EXPECT_TRUE(who(two));
  temp.run([&](store::Session& db) { return accounts.sign_out(db, "session=rubbish"); });
}

TEST_F(AccountsTest, SessionsEndWithoutUseAndLastWithIt) {
  const std::string used = sign_in("alice", "alices-word")->cookie.reveal();
  const std::string unused = sign_in("alice", "alices-word")->cookie.reveal();
  for (int i = 0; i < 3; ++i) {
    temp.clock.advance_ms(20 * 3'600'000);
    EXPECT_TRUE(who(used)) << i;
  }
  EXPECT_FALSE(who(unused));
  temp.clock.advance_ms(25 * 3'600'000);
  EXPECT_FALSE(who(used));
}

TEST_F(AccountsTest, ANewPasswordEndsTheOtherSessions) {
  const std::string here = sign_in("alice", "alices-word")->cookie.reveal();
  const std::string there = sign_in("alice", "alices-word")->cookie.reveal();
  const std::string session = who(here)->session;
  temp.run(
      [&](store::Session& db) { return accounts.set_password(db, alice, Secret("another-word"), options, session); });
  EXPECT_TRUE(who(here));
  EXPECT_FALSE(who(there));
  EXPECT_FALSE(sign_in("alice", "alices-word"));
  EXPECT_TRUE(sign_in("alice", "another-word"));
  const auto refused = temp.storage->main().run_blocking(
      [&](store::Session& db) { return accounts.set_password(db, alice, Secret("short"), options); });
  EXPECT_EQ(refused.error().param(), "password");
}

TEST_F(AccountsTest, AnAccessTokenIsKnownWithOrWithoutBearer) {
  const Secret token = temp.run([&](store::Session& db) { return accounts.renew_access_token(db, alice); });
  EXPECT_EQ(token.reveal().size(), 32U);
  for (const std::string& header : {token.reveal(), "Bearer " + token.reveal(), "bearer " + token.reveal()}) {
    const auto known = who("", header);
    ASSERT_TRUE(known) << header.size();
    EXPECT_EQ(known->via, Principal::Via::access_token);
    EXPECT_TRUE(known->session.empty());
  }
  const auto row = temp.run([this](store::Session& db) { return store::find_user(db, alice); });
  EXPECT_EQ(accounts.access_token(*row)->value().reveal(), token.reveal());
  EXPECT_THAT(row->access_token_sealed, ::testing::Not(HasSubstr(token.reveal())));

  temp.run([&](store::Session& db) { return accounts.renew_access_token(db, alice); });
  EXPECT_FALSE(who("", token.reveal()));
}

TEST_F(AccountsTest, ASessionWinsOverAnAccessTokenAndABadOneDoesNotStandInItsWay) {
  const UserId bob = add("bob", "bobs-word");
  const Secret token = temp.run([&](store::Session& db) { return accounts.renew_access_token(db, bob); });
  const std::string cookie = sign_in("alice", "alices-word")->cookie.reveal();
  EXPECT_EQ(who(cookie, token.reveal())->user, alice);
  EXPECT_EQ(who("rubbish", token.reveal())->user, bob);
  EXPECT_EQ(who(signer.issue().value.reveal(), token.reveal())->user, bob);
}

TEST_F(AccountsTest, AUserHeaderMustNameTheUser) {
  const std::string cookie = sign_in("alice", "alices-word")->cookie.reveal();
  EXPECT_TRUE(who(cookie, "", std::to_string(alice.value)));
  EXPECT_EQ(who(cookie, "", "999").error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(who(cookie, "", "x").error().code(), ErrorCode::permission_denied);
}

TEST_F(AccountsTest, HostileHeadersAreJustNotSignedIn) {
  for (const std::string& header :
       {std::string(100'000, 'x'), std::string("a\0b", 3), std::string("ключ-ключ"), std::string("Bearer ")}) {
    EXPECT_EQ(who("", header).error().code(), ErrorCode::invalid_api_key);
  }
}

// --- the first start ---

class FirstRootTest : public AccountsTest {
 protected:
  FirstRootTest() { wanted.bcrypt_cost = crypto::kBcryptCostMin; }
  Result<std::optional<MadeRoot>> create() {
    return temp.storage->main().run_blocking([this](store::Session& db) {
      return create_root_if_missing(db, accounts, master.token_hash(), sealer, wanted, temp.clock.unix_seconds());
    });
  }
  FirstRoot wanted;
};

TEST_F(FirstRootTest, MakesAnAccountATokenAndABalance) {
  const auto made = create();
  ASSERT_TRUE(made) << made.error().message();
  ASSERT_TRUE(*made);
  const MadeRoot& root = **made;
  EXPECT_TRUE(root.password_is_random);
  EXPECT_TRUE(root.token_is_random);
  EXPECT_THAT(root.token.reveal(), ::testing::StartsWith("sk-"));
  EXPECT_EQ(sign_in("root", root.password.reveal())->user.role, Role::root);

  const std::string key = root.token.reveal().substr(3);
  const auto access =
      temp.run([&](store::Session& db) { return store::find_token_access(db, master.token_hash()(key).hex()); });
  ASSERT_TRUE(access);
  EXPECT_TRUE(access->token.unlimited);
  EXPECT_EQ(access->user_granted, kRootQuota);
  EXPECT_EQ(access->user_role, Role::root);
  EXPECT_EQ(access->token.key_hint, key.substr(key.size() - 4));
  EXPECT_EQ(sealer.open_text(access->token.key_sealed, "token.key")->reveal(), key);
}

TEST_F(FirstRootTest, DoesNothingWhenThereIsOne) {
  ASSERT_TRUE(create()->has_value());
  const auto again = create();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(FirstRootTest, TakesWhatTheOperatorWants) {
  wanted.password = Secret("operators-word");
  wanted.token = Secret("sk-operators-own-key");
  wanted.access_token = Secret("0123456789abcdef0123456789abcdef");
  wanted.keep_token = false;
  const auto made = create();
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_FALSE((*made)->password_is_random);
  EXPECT_EQ((*made)->token.reveal(), "sk-operators-own-key");
  EXPECT_TRUE(sign_in("root", "operators-word"));
  EXPECT_EQ(who("", "0123456789abcdef0123456789abcdef")->role, Role::root);
  const auto access = temp.run(
      [&](store::Session& db) { return store::find_token_access(db, master.token_hash()("operators-own-key").hex()); });
  ASSERT_TRUE(access);
  EXPECT_TRUE(access->token.key_sealed.empty());
}

TEST_F(FirstRootTest, KnowsWhetherTheRandomPasswordWasReplaced) {
  const auto first_in_use = [this] {
    return temp.run([this](store::Session& db) { return first_password_in_use(db, master.token_hash()); });
  };
  EXPECT_FALSE(first_in_use());
  const UserId root = (*create())->user;
  EXPECT_TRUE(first_in_use());
  temp.run([&](store::Session& db) { return accounts.set_password(db, root, Secret("another-word"), options, {}); });
  EXPECT_FALSE(first_in_use());
}

TEST_F(FirstRootTest, APasswordOfTheOperatorsOwnNeedsNoReplacing) {
  wanted.password = Secret("operators-word");
  ASSERT_TRUE(create()->has_value());
  EXPECT_FALSE(temp.run([this](store::Session& db) { return first_password_in_use(db, master.token_hash()); }));
}

TEST_F(FirstRootTest, RefusesWhatCannotWorkAndLeavesNothingBehind) {
  wanted.password = Secret("short");
  EXPECT_EQ(create().error().code(), ErrorCode::invalid_request);
  wanted.password = Secret("operators-word");
  for (const char* token :
       {"x", "with#hash-inside", "with blank inside", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL-12"}) {
    wanted.token = Secret(token);
    const auto made = create();
    ASSERT_FALSE(made) << token;
    EXPECT_EQ(made.error().param(), "initial_root_token") << token;
  }
  wanted.token = Secret();
  EXPECT_TRUE(create()->has_value());
}

TEST_F(FirstRootTest, SaysWhenTheNameIsTaken) {
  add("root", "somebody-else");
  EXPECT_EQ(create().error().code(), ErrorCode::conflict);
}

}  // namespace
}  // namespace tollgate::identity
