#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "store/database.h"
#include "store/session.h"

namespace tollgate::store {

/// A test that runs on SQLite, PostgreSQL and MariaDB. Each starts with empty tables.
///
///     using Users = StoreTest;
///     TOLLGATE_ON_ALL_ENGINES(Users);
///     TEST_P(Users, AreFoundByName) { ... find_user_by_name(db(), "ada") ... }
class StoreTest : public ::testing::TestWithParam<Engine> {
 public:
  static constexpr std::int64_t kNow = 1'800'000'000;

 protected:
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] Database& database() { return *database_; }
  [[nodiscard]] Session& db() { return *session_; }
  /// Another connection to the same database.
  [[nodiscard]] std::unique_ptr<Session> connect(Access access = Access::write);

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Database> own_;
  Database* database_ = nullptr;
  std::unique_ptr<Session> session_;
};

/// Engine names that GoogleTest allows in a test's name.
std::string engine_test_name(const ::testing::TestParamInfo<Engine>& info);

/// A new and empty database of an engine; SQLite's file is put into `folder`.
Dsn fresh_database(Engine engine, const std::filesystem::path& folder);

/// The value, or a failed test with the error's words.
template <class T>
T value_of(Result<T> result, const char* file, int line) {
  if (!result) {
    ADD_FAILURE_AT(file, line) << result.error().name() << ": " << result.error().message() << " ("
                               << result.error().detail() << ")";
    throw std::runtime_error("the test cannot go on");
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
#define VALUE(expression) ::tollgate::store::value_of((expression), __FILE__, __LINE__)
#define EXPECT_CODE(expression, wanted)                                          \
  do {                                                                           \
    auto result_ = (expression);                                                 \
    ASSERT_FALSE(result_.has_value());                                           \
    EXPECT_EQ(result_.error().name(), traits_of(wanted).name)                    \
        << result_.error().message() << " (" << result_.error().detail() << ")"; \
  } while (false)

#define TOLLGATE_ON_ALL_ENGINES(suite)                                                                    \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::Values(Engine::sqlite, Engine::postgresql, Engine::mysql), \
                           engine_test_name)

}  // namespace tollgate::store
