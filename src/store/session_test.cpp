#include "store/session.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "store/options.h"
#include "store/query.h"
#include "store/store_fixture.h"
#include "store/users.h"

namespace tollgate::store {
namespace {

class Sessions : public StoreTest {
 protected:
  Result<void> set(Session& session, const std::string& name, const std::string& value = "v") {
    return set_option(session, {.name = name, .value = value, .sealed = false, .updated_at = 0});
  }
  bool has(const std::string& name) { return VALUE(find_option(db(), name)).has_value(); }
};
TOLLGATE_ON_ALL_ENGINES(Sessions);

TEST_P(Sessions, CommitWhatSucceedsAndUndoWhatFails) {
  VALUE(transaction(db(), "t", [&]() -> Result<void> { return set(db(), "kept"); }));
  const auto failed = transaction(db(), "t", [&]() -> Result<void> {
    VALUE(set(db(), "undone"));
    return fail(ErrorCode::permission_denied, "no");
  });
  EXPECT_EQ(failed.error().code(), ErrorCode::permission_denied);
  EXPECT_THROW((void)transaction(db(), "t",
                                 [&]() -> Result<void> {
                                   VALUE(set(db(), "thrown"));
                                   throw std::logic_error("bug");
                                 }),
               std::logic_error);
  EXPECT_TRUE(has("kept"));
  EXPECT_FALSE(has("undone"));
  EXPECT_FALSE(has("thrown"));
  EXPECT_FALSE(db().in_transaction());
}

TEST_P(Sessions, JoinTheTransactionAround) {
  VALUE(transaction(db(), "outer", [&]() -> Result<void> {
    VALUE(transaction(db(), "inner", [&]() -> Result<void> { return set(db(), "a"); }));
    EXPECT_TRUE(db().in_transaction());
    return set(db(), "b");
  }));
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(has("b"));
  // The inner one fails and the outer goes on all the same: nothing may come of it.
  const auto outer = transaction(db(), "outer", [&]() -> Result<void> {
    VALUE(set(db(), "c"));
    (void)transaction(db(), "inner", [&]() -> Result<void> { return fail(ErrorCode::conflict, "x"); });
    return {};
  });
  EXPECT_FALSE(outer);
  EXPECT_FALSE(has("c"));
}

TEST_P(Sessions, DoNotCommitAfterAFailedStatement) {
  UserRow user;
  user.username = "ada";
  VALUE(create_user(db(), user));
  const auto done = transaction(db(), "t", [&]() -> Result<void> {
    VALUE(set(db(), "half"));
    EXPECT_FALSE(create_user(db(), user));
    return {};
  });
  EXPECT_FALSE(done);
  EXPECT_FALSE(has("half"));
  VALUE(set(db(), "later"));  // the session works on
}

TEST_P(Sessions, NeverRepeatValuesInWhatTheyReport) {
  UserRow user;
  user.username = "very-secret-name";
  user.access_token_hash = "s3cr3t'hash";
  VALUE(create_user(db(), user));
  const auto twice = create_user(db(), user);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code(), ErrorCode::conflict);
  EXPECT_EQ(twice.error().detail().find("secret-name"), std::string::npos) << twice.error().detail();
  user.username = "other";
  const auto token = create_user(db(), user);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().detail().find("s3cr3t"), std::string::npos) << token.error().detail();
  const auto broken = guarded(db(), "broken", [&]() -> Result<void> {
    Query q(db(), "SELEC :secret");
    q.use("secret", "s3cr3t").execute();
    return {};
  });
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code(), ErrorCode::internal);
  EXPECT_EQ(broken.error().detail().find("s3cr3t"), std::string::npos) << broken.error().detail();
}

TEST_P(Sessions, RefuseTextThatTheEnginesWouldTreatDifferently) {
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("\x80"), std::string("\xC0\xAF"), std::string("\xED\xA0\x80"),
        std::string("\xF5\x80\x80\x80"), std::string("\xE2\x82"), std::string("\xF4\x90\x80\x80")}) {
    EXPECT_CODE(set(db(), "name", bad), ErrorCode::invalid_request);
  }
  VALUE(set(db(), "name", "\x01 ok \xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80"));
}

TEST_P(Sessions, StatementsMayBeRepeatedWithOtherValues) {
  VALUE(transaction(db(), "t", [&]() -> Result<void> {
    Query q(db(), "INSERT INTO options (name, value, sealed, updated_at) VALUES (:name, :value, :sealed, :at)");
    for (int i = 0; i < 3; ++i) {
      q.use("name", "n" + std::to_string(i)).use("value", "v").use("sealed", i % 2 == 0).use("at", i);
      EXPECT_EQ(q.execute(), 1);
    }
    Query names(db(), "INSERT INTO names (kind, text) VALUES (:kind, :text)");
    const auto first = names.use("kind", 1).use("text", "a").insert();
    EXPECT_GT(names.use("kind", 1).use("text", "b").insert(), first);
    return {};
  }));
  EXPECT_EQ(VALUE(load_options(db())).size(), 3u);
}

TEST_P(Sessions, CountRowsThatMatchAlsoIfNothingChanges) {
  VALUE(set(db(), "a", "same"));
  VALUE(guarded(db(), "t", [&]() -> Result<void> {
    Query q(db(), "UPDATE options SET value = :value WHERE name = :name");
    EXPECT_EQ(q.use("value", "same").use("name", "a").execute(), 1);
    EXPECT_EQ(q.use("value", "same").use("name", "b").execute(), 0);
    return {};
  }));
}

TEST_P(Sessions, WriteSideBySideWithoutBeingTurnedAway) {
  constexpr int kThreads = 4, kEach = 40;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto session = connect();
      const auto reader = connect(Access::read);
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(t) + "." + std::to_string(i);
        const auto written = i % 2 == 0 ? set(*session, name) : transaction(*session, "t", [&]() -> Result<void> {
          if (auto one = set(*session, name); !one) return one;
          return set(*session, name + "+");
        });
        if (!written || !load_options(*reader)) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(VALUE(load_options(db())).size(), static_cast<std::size_t>(kThreads * kEach * 3 / 2));
}

class SqliteFaults : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(, SqliteFaults, ::testing::Values(Engine::sqlite), engine_test_name);

TEST_P(SqliteFaults, ReadersCannotWrite) {
  const auto reader = connect(Access::read);
  const auto refused = set_meta_value(*reader, "a", "b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(VALUE(meta_value(*reader, "a")), "");
}

TEST_P(SqliteFaults, AFullFileIsSaidToBeFullAndKeepsWhatItHad) {
  VALUE(set_meta_value(db(), "before", "x"));
  VALUE(guarded(db(), "limit", [&]() -> Result<void> {
    std::int64_t pages = 0;
    Query count(db(), "PRAGMA page_count");
    count.into(pages).next();
    execute(db(), "PRAGMA max_page_count = " + std::to_string(pages + 2));
    return {};
  }));
  const auto full = set_meta_value(db(), "big", std::string(1'000'000, 'x'));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code(), ErrorCode::storage_unavailable);
  EXPECT_EQ(full.error().message(), "the database is full");
  EXPECT_FALSE(db().broken());
  EXPECT_EQ(VALUE(meta_value(db(), "before")), "x");
  EXPECT_EQ(VALUE(meta_value(db(), "big")), "");
  VALUE(guarded(db(), "limit", [&]() -> Result<void> {
    execute(db(), "PRAGMA max_page_count = 100000");
    return {};
  }));
  VALUE(set_meta_value(db(), "big", std::string(1'000'000, 'x')));
}

TEST_P(SqliteFaults, AnotherProcessesLockIsWaitedForAndThenReported) {
  // Another process has its own WriteLock: here, a session that shares none.
  Dsn impatient = database().dsn();
  impatient.busy_timeout_ms = 20;
  const auto other = VALUE(Session::open(impatient, Access::write, nullptr));
  const auto own = VALUE(Session::open(impatient, Access::write, nullptr));
  VALUE(transaction(*other, "hold", [&]() -> Result<void> {
    if (auto set = set_meta_value(*other, "a", "1"); !set) return set;
    const auto busy = set_meta_value(*own, "b", "2");
    EXPECT_FALSE(busy);
    if (!busy) {
      EXPECT_EQ(busy.error().code(), ErrorCode::storage_unavailable);
      EXPECT_EQ(busy.error().message(), "the database is busy");
    }
    const auto begun = transaction(*own, "t", [&]() -> Result<void> { return {}; });
    EXPECT_FALSE(begun);
    EXPECT_EQ(VALUE(meta_value(*own, "a")), "");  // reading is never held up
    return {};
  }));
  VALUE(set_meta_value(*own, "b", "2"));
  EXPECT_EQ(VALUE(meta_value(*own, "a")), "1");
}

TEST_P(SqliteFaults, SurviveTheirConnectionsEndInTheMiddleOfATransaction) {
  {
    const auto session = connect();
    ASSERT_TRUE(session->begin());
    VALUE(set_meta_value(*session, "a", "1"));
  }
  EXPECT_EQ(VALUE(meta_value(db(), "a")), "");
  VALUE(set_meta_value(db(), "b", "2"));  // the lock was let go
}

}  // namespace
}  // namespace tollgate::store
