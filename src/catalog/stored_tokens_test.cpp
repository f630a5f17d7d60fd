#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "catalog/token_cache.h"
#include "crypto/master_key.h"
#include "ledger/ledger.h"
#include "store/grants.h"
#include "store/tokens.h"
#include "store/users.h"
#include "support/temp_storage.h"

namespace tollgate::catalog {
namespace {

class StoredTokenLookUp : public ::testing::Test {
 protected:
  StoredTokenLookUp() {
    user = temp.run([](store::Session& db) {
      store::UserRow row;
      row.username = "alice";
      return store::create_user(db, row);
    });
    token = temp.run([this](store::Session& db) {
      store::TokenRow row;
      row.user = user;
      row.name = "mine";
      row.key_hash = hash("the-key").hex();
      return store::create_token(db, row);
    });
    grant(store::AccountKind::user, user.value, 500);
    grant(store::AccountKind::token, token.value, 70);
    ledger::Settings settings;
    settings.data_dir = temp.folder();
    settings.journal = {.slots_per_segment = 64, .segments_ahead = 2, .max_bytes = 64 << 20, .min_free_bytes = 0};
    auto started = ledger::Ledger::start(temp.databases, settings, temp.clock);
    if (!started) throw std::runtime_error(started.error().message() + " " + started.error().detail());
    books = std::move(*started);
    tokens.emplace(*temp.storage, *books, hash, generations, temp.clock);
  }
  ~StoredTokenLookUp() override {
    tokens.reset();
    static_cast<void>(books->drain(Deadline::never()));
    books.reset();
  }
  void grant(store::AccountKind kind, std::int64_t account, Quota amount) {
    temp.run([&](store::Session& db) {
      store::GrantRow row;
      row.kind = kind;
      row.account = account;
      row.amount = amount;
      row.reference = "first-" + std::to_string(static_cast<int>(kind));
      return store::change_grant(db, row);
    });
  }
  Result<TokenSource::Loaded> load(std::string key) {
    return temp.storage->main().read_blocking(
        [this, key = Secret(std::move(key))](store::Session& db) { return tokens->load_blocking(db, key); });
  }

  ::tollgate::testing::TempStorage temp;
  crypto::KeyedHash hash = crypto::MasterKey::generate().token_hash();
  TokenGenerations generations;
  UserId user;
  TokenId token;
  std::unique_ptr<ledger::Ledger> books;
  std::optional<StoredTokens> tokens;
};

TEST_F(StoredTokenLookUp, FindsATokenWithItsOwnerAndAccount) {
  const auto found = load("the-key");
  ASSERT_TRUE(found) << found.error().message();
  ASSERT_TRUE(found->facts);
  EXPECT_EQ(found->facts->token, token);
  EXPECT_EQ(found->facts->user, user);
  EXPECT_EQ(found->facts->username, "alice");
  EXPECT_EQ(found->facts->account.available(), 70);
  EXPECT_EQ(found->generation, generations.of(user));
  EXPECT_TRUE(found->facts->rate);
}

TEST_F(StoredTokenLookUp, TellsThatAKeyIsUnknown) {
  for (const char* key : {"another", "", "the-key "}) {
    const auto found = load(key);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_FALSE(found->facts) << key;
  }
}

TEST_F(StoredTokenLookUp, TwoLookUpsShareAccountAndCells) {
  const auto one = load("the-key");
  const auto two = load("the-key");
  EXPECT_NE(one->facts, two->facts);
  EXPECT_EQ(one->facts->rate, two->facts->rate);
  EXPECT_EQ(one->facts->user_calls, two->facts->user_calls);
  EXPECT_EQ(one->facts->token_calls, two->facts->token_calls);
  EXPECT_EQ(one->facts->account.user(), two->facts->account.user());
}

TEST_F(StoredTokenLookUp, ADeletedTokenIsUnknown) {
  temp.run([this](store::Session& db) { return store::delete_token(db, user, token, 1); });
  EXPECT_FALSE(load("the-key")->facts);
}

TEST_F(StoredTokenLookUp, AUserMayCallWithoutAToken) {
  const auto facts =
      temp.storage->main().read_blocking([this](store::Session& db) { return tokens->for_user_blocking(db, user); });
  ASSERT_TRUE(facts);
  EXPECT_FALSE((*facts)->token);
  EXPECT_EQ((*facts)->account.available(), 500);
  const auto nobody = temp.storage->main().read_blocking(
      [this](store::Session& db) { return tokens->for_user_blocking(db, UserId{999}); });
  EXPECT_EQ(nobody.error().code(), ErrorCode::not_found);
}

TEST_F(StoredTokenLookUp, AWorkersCacheFindsItAndLosesItWhenItIsDisabled) {
  net::Worker worker{net::WorkerOptions{.clock = &temp.clock, .thread_name = "w", .on_uncaught = {}}};
  std::optional<TokenCache> cache;
  const auto script = [&]() -> net::Task<void> {
    cache.emplace(worker, *tokens, generations);
    auto found = co_await cache->find("the-key");
    EXPECT_TRUE(found && check_usable(**found, 0));
    EXPECT_TRUE(cache->find("the-key").ready());

    const auto disabled = co_await temp.storage->run(
        [this](store::Session& db) -> Result<void> {
          auto row = store::find_token(db, token);
          if (!row) return std::unexpected(std::move(row.error()));
          (*row)->status = store::TokenStatus::disabled;
          return store::update_token(db, **row);
        },
        Deadline::never());
    EXPECT_TRUE(disabled);
    generations.user_changed(user);
    found = co_await cache->find("the-key");
    EXPECT_EQ(check_usable(**found, 0).error().code(), ErrorCode::disabled_api_key);
    cache.reset();
    worker.stop_soon();
  };
  worker.spawn_from_anywhere(script());
  worker.run();
}

}  // namespace
}  // namespace tollgate::catalog
