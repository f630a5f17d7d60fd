#include "catalog/token_cache.h"

#include <coroutine>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace tollgate::catalog {
namespace {

// Answers when told to, so that a test decides what happens while a look-up is under way.
class HeldSource final : public TokenSource {
 public:
  explicit HeldSource(const TokenGenerations& generations) : generations_(generations) {}

  net::Task<Result<Loaded>> load(Secret key) override {
    ++loads;
    const std::uint64_t generation = generations_.of(UserId{3});
    if (held) co_await Hold{*this};
    if (error) co_return std::unexpected(*error);
    const auto found = keys.find(key.reveal());
    if (found == keys.end()) co_return Loaded{};
    auto facts = std::make_shared<TokenFacts>();
    facts->token = TokenId{found->second};
    facts->user = UserId{3};
    co_return Loaded{std::move(facts), generation};
  }
  void release(net::Worker& worker) {
    held = false;
    for (const auto handle : std::exchange(waiting_, {})) worker.defer(handle);
  }

  std::map<std::string, std::int64_t> keys{{"good", 1}};
  std::optional<Error> error;
  bool held = false;
  int loads = 0;

 private:
  struct Hold {
    HeldSource& source;
    static bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> handle) const { source.waiting_.push_back(handle); }
    void await_resume() const {}
  };
  const TokenGenerations& generations_;
  std::vector<std::coroutine_handle<>> waiting_;
};

class TokenCaching : public ::testing::Test {
 protected:
  // Runs a script on the worker, to its end.
  template <class Script>
  void run(Script script) {
    worker.spawn_from_anywhere(wrap(std::move(script)));
    worker.run();
  }
  template <class Script>
  net::Task<void> wrap(Script script) {
    cache.emplace(worker, source, generations, options);
    co_await script();
    cache.reset();
    worker.stop_soon();
  }
  // Lets the loop turn, so that it looks at the clock.
  struct Turn {
    net::Worker& worker;
    static bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> handle) const {
      worker.post([handle] { handle.resume(); });
    }
    void await_resume() const {}
  };
  Turn turn() { return {worker}; }
  void pass_ms(std::int64_t ms) { clock.advance_ms(ms); }
  net::Task<void> ask(std::string key, std::vector<std::string>& out) {
    auto found = co_await cache->find(key);
    out.push_back(found ? std::to_string((*found)->token.value) : std::string(found.error().name()));
  }

  ::tollgate::testing::FakeClock clock;
  net::Worker worker{net::WorkerOptions{.clock = &clock, .thread_name = "test", .on_uncaught = {}}};
  TokenGenerations generations;
  HeldSource source{generations};
  TokenCacheOptions options;
  std::optional<TokenCache> cache;
};

TEST_F(TokenCaching, LooksUpOnceThenHits) {
  run([&]() -> net::Task<void> {
    for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await cache->find("good")).value()->token, TokenId{1});
    EXPECT_EQ(source.loads, 1);
    EXPECT_TRUE(cache->find("good").ready());
    EXPECT_EQ(cache->stats().entries, 1U);
  });
}

TEST_F(TokenCaching, RemembersUnknownKeysForAWhileAndUntilATokenIsMade) {
  run([&]() -> net::Task<void> {
    for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await cache->find("new")).error().code(), ErrorCode::invalid_api_key);
    EXPECT_EQ(source.loads, 1);
    source.keys["new"] = 2;
    generations.token_made();
    EXPECT_EQ((co_await cache->find("new")).value()->token, TokenId{2});

    EXPECT_FALSE(co_await cache->find("bad"));
    pass_ms(options.unknown_ms + 1);
    co_await turn();
    EXPECT_FALSE(co_await cache->find("bad"));
    EXPECT_EQ(source.loads, 4);
  });
}

TEST_F(TokenCaching, OneLooksUpForAllThatMissTogether) {
  run([&]() -> net::Task<void> {
    source.held = true;
    std::vector<std::string> answers;
    for (int i = 0; i < 5; ++i) worker.spawn(ask(i < 3 ? "good" : "bad", answers));
    EXPECT_EQ(source.loads, 2);
    EXPECT_EQ(cache->stats().loading, 2U);
    EXPECT_TRUE(answers.empty());
    source.release(worker);
    while (answers.size() < 5) co_await turn();
    EXPECT_EQ(std::ranges::count(answers, "1"), 3);
    EXPECT_EQ(std::ranges::count(answers, "invalid_api_key"), 2);
    EXPECT_EQ(cache->stats().loading, 0U);
  });
}

TEST_F(TokenCaching, AChangeOfTheUserIsAMissAtOnce) {
  run([&]() -> net::Task<void> {
    EXPECT_TRUE(co_await cache->find("good"));
    source.keys.erase("good");
    generations.user_changed(UserId{3});
    EXPECT_FALSE(co_await cache->find("good"));
    EXPECT_EQ(source.loads, 2);
    EXPECT_EQ(cache->stats().entries, 0U);
    source.keys["good"] = 9;
    generations.all_changed();
    EXPECT_EQ((co_await cache->find("good")).value()->token, TokenId{9});
  });
}

TEST_F(TokenCaching, FactsReadBeforeAChangeAreNotKeptBeyondIt) {
  run([&]() -> net::Task<void> {
    source.held = true;
    std::vector<std::string> answers;
    worker.spawn(ask("good", answers));
    generations.user_changed(UserId{3});  // while the look-up is under way
    source.release(worker);
    while (answers.empty()) co_await turn();
    EXPECT_TRUE(co_await cache->find("good"));
    EXPECT_EQ(source.loads, 2);
  });
}

TEST_F(TokenCaching, FactsAreReadAgainWhenTheyAreOld) {
  run([&]() -> net::Task<void> {
    EXPECT_TRUE(co_await cache->find("good"));
    pass_ms(options.refresh_ms + 1);
    co_await turn();
    EXPECT_TRUE(co_await cache->find("good"));
    EXPECT_EQ(source.loads, 2);
  });
}

TEST_F(TokenCaching, OldFactsServeWhileTheDatabaseIsAwayButNotChangedOnes) {
  run([&]() -> net::Task<void> {
    EXPECT_TRUE(co_await cache->find("good"));
    pass_ms(options.refresh_ms + 1);
    co_await turn();
    source.error = Error(ErrorCode::storage_unavailable, "away");
    EXPECT_TRUE(co_await cache->find("good"));
    generations.user_changed(UserId{3});
    EXPECT_EQ((co_await cache->find("good")).error().code(), ErrorCode::storage_unavailable);
    EXPECT_EQ((co_await cache->find("other")).error().code(), ErrorCode::storage_unavailable);
    source.error.reset();
    EXPECT_TRUE(co_await cache->find("good"));
  });
}

TEST_F(TokenCaching, RefusesWhenTooManyAreLookedUpAtOnce) {
  options.max_loading = 2;
  run([&]() -> net::Task<void> {
    source.held = true;
    std::vector<std::string> answers;
    for (int i = 0; i < 3; ++i) worker.spawn(ask("key-" + std::to_string(i), answers));
    EXPECT_EQ(answers, std::vector<std::string>{"overloaded"});
    source.release(worker);
    while (answers.size() < 3) co_await turn();
  });
}

TEST_F(TokenCaching, StaysWithinItsBoundsAndKeepsTheRecentlyUsed) {
  options.max_entries = 100;
  options.max_unknown = 50;
  run([&]() -> net::Task<void> {
    for (int i = 0; i < 400; ++i) {
      const std::string key = "key-" + std::to_string(i);
      source.keys[key] = i;
      EXPECT_TRUE(co_await cache->find(key));
      EXPECT_TRUE(co_await cache->find("good"));
      EXPECT_LE(cache->stats().entries, 100U);
      EXPECT_FALSE(co_await cache->find("bad-" + std::to_string(i)));
      EXPECT_LE(cache->stats().unknown, 50U);
      pass_ms(20);
      co_await turn();
    }
    EXPECT_GE(cache->stats().entries, 50U);
    EXPECT_LE(source.loads, 400 + 400 + 1);
  });
}

TEST_F(TokenCaching, SweepsWhatWasNotUsed) {
  run([&]() -> net::Task<void> {
    EXPECT_TRUE(co_await cache->find("good"));
    EXPECT_FALSE(co_await cache->find("bad"));
    cache->sweep();
    EXPECT_EQ(cache->stats().entries, 1U);
    pass_ms(options.idle_ms + 1);
    co_await turn();
    cache->sweep();
    EXPECT_EQ(cache->stats().entries, 0U);
    EXPECT_EQ(cache->stats().unknown, 0U);
  });
}

TEST(TokenGenerations, AChangeConcernsItsUserOnly) {
  TokenGenerations generations;
  const auto one = generations.of(UserId{1});
  const auto two = generations.of(UserId{2});
  generations.user_changed(UserId{1});
  EXPECT_NE(generations.of(UserId{1}), one);
  EXPECT_EQ(generations.of(UserId{2}), two);
  const auto made = generations.made();
  generations.all_changed();
  EXPECT_NE(generations.of(UserId{2}), two);
  EXPECT_NE(generations.made(), made);
}

// For the thread sanitizer: changes from one thread, hits on another.
TEST(TokenGenerations, MayBeChangedWhileWorkersLook) {
  TokenGenerations generations;
  std::thread changing([&] {
    for (int i = 0; i < 1'000; ++i) generations.user_changed(UserId{i % 10});
  });
  std::uint64_t seen = 0;
  for (int i = 0; i < 1'000; ++i) seen = std::max(seen, generations.of(UserId{5}));
  changing.join();
  EXPECT_EQ(generations.total(), 1'000U);
  EXPECT_EQ(generations.of(UserId{5}), 100U);
}

}  // namespace
}  // namespace tollgate::catalog
