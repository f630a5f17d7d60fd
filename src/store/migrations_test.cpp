#include "store/migrations.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "store/logs.h"
#include "store/query.h"
#include "store/store_fixture.h"
#include "store/users.h"
#include "support/database_servers.h"

namespace tollgate::store {
namespace {

namespace fs = std::filesystem;

class Migrations : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "tollgate-migrations-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  Dsn fresh() { return fresh_database(GetParam(), folder_); }
  /// An empty database that no migration has touched.
  std::unique_ptr<Session> raw(const Dsn& dsn) {
    if (dsn.engine == Engine::sqlite) std::ofstream(dsn.path).close();
    return VALUE(Session::open(dsn, Access::write, nullptr));
  }
  static void run(Session& db, const std::string& sql) {
    VALUE(guarded(db, "test", [&]() -> Result<void> {
      execute(db, sql);
      return {};
    }));
  }
  fs::path folder_;
};
TOLLGATE_ON_ALL_ENGINES(Migrations);

TEST_P(Migrations, MakeTheSchemaOnce) {
  const Dsn dsn = fresh();
  auto database = VALUE(Database::open(dsn, Database::Kind::main, 5));
  EXPECT_TRUE(database->created());
  EXPECT_EQ(database->schema_version(), all_migrations().back().number);
  database = VALUE(Database::open(dsn, Database::Kind::main, 6));
  EXPECT_FALSE(database->created());
  EXPECT_EQ(database->schema_version(), all_migrations().back().number);
}

TEST_P(Migrations, GiveASeparateLogDatabaseOnlyWhatItNeeds) {
  const Dsn main = fresh(), log = fresh();
  const Databases both = VALUE(open_databases(main, log, 5));
  ASSERT_TRUE(both.log_is_separate());
  const auto session = VALUE(both.log().connect());
  VALUE(insert_log(*session, {}));
  EXPECT_CODE(find_user(*session, UserId{1}), ErrorCode::internal);
  EXPECT_NE(&both.log(), &both.main());
  const Databases one = VALUE(open_databases(main, main, 5));
  EXPECT_FALSE(one.log_is_separate());
  EXPECT_EQ(&one.log(), &one.main());
}

TEST_P(Migrations, AreAppliedFromWhereOneIs) {
  const auto db = raw(fresh());
  const std::array steps{
      Migration{1, "one", true, "CREATE TABLE IF NOT EXISTS a (id {id}, t {short} NOT NULL) {table};\n"},
      Migration{2, "two", false, "CREATE TABLE IF NOT EXISTS b (id {id}) {table};\nCREATE INDEX a_t ON a (t);\n"}};
  auto outcome = VALUE(migrate(*db, std::span(steps).first(1), false, 1));
  EXPECT_EQ(outcome.version, 1);
  EXPECT_EQ(outcome.applied, 1);
  EXPECT_TRUE(outcome.fresh);
  outcome = VALUE(migrate(*db, steps, false, 1));
  EXPECT_EQ(outcome.version, 2);
  EXPECT_EQ(outcome.applied, 1);
  EXPECT_FALSE(outcome.fresh);
  EXPECT_EQ(VALUE(migrate(*db, steps, false, 1)).applied, 0);
  run(*db, "INSERT INTO b (id) VALUES (1)");
}

TEST_P(Migrations, RefuseASchemaOfTheFuture) {
  const auto db = raw(fresh());
  const std::array steps{Migration{1, "one", true, "CREATE TABLE IF NOT EXISTS a (id {id}) {table};\n"},
                         Migration{2, "two", true, "CREATE TABLE IF NOT EXISTS b (id {id}) {table};\n"}};
  VALUE(migrate(*db, steps, false, 1));
  const auto older = migrate(*db, std::span(steps).first(1), false, 1);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code(), ErrorCode::invalid_request);
  EXPECT_NE(older.error().message().find("version 2"), std::string::npos);
  EXPECT_NE(older.error().message().find("newer version of Tollgate"), std::string::npos);
}

TEST_P(Migrations, RefuseThePredecessorsDatabase) {
  const Dsn dsn = fresh();
  const auto db = raw(dsn);
  run(*db, "CREATE TABLE users (id INTEGER PRIMARY KEY, quota INTEGER)");
  const auto refused = Database::open(dsn, Database::Kind::main, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_request);
  EXPECT_NE(refused.error().message().find("tollgate import"), std::string::npos);
  run(*db, "INSERT INTO users (id, quota) VALUES (1, 5)");  // untouched
}

TEST_P(Migrations, MayBeRepeatedAfterAFailureHalfWay) {
  const auto db = raw(fresh());
  const std::array broken{Migration{
      1, "one", true,
      "CREATE TABLE IF NOT EXISTS a (id {id}, t {short} NOT NULL) {table};\nCREATE INDEX a_t ON a (t);\nNONSENSE;\n"}};
  EXPECT_FALSE(migrate(*db, broken, false, 1));
  const std::array mended{
      Migration{1, "one", true,
                "CREATE TABLE IF NOT EXISTS a (id {id}, t {short} NOT NULL) {table};\nCREATE INDEX a_t ON a (t);\n"}};
  EXPECT_EQ(VALUE(migrate(*db, mended, false, 1)).applied, 1);
}

TEST_P(Migrations, OfManyProcessesAtOnceHappenOnce) {
  const Dsn dsn = fresh();
  if (dsn.engine == Engine::sqlite) std::ofstream(dsn.path).close();
  std::array<bool, 3> created{};
  std::vector<std::thread> threads;
  for (bool& mine : created) {
    threads.emplace_back([&] { mine = VALUE(Database::open(dsn, Database::Kind::main, 5))->created(); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::count(created.begin(), created.end(), true), 1);
}

TEST(MigrationTexts, AreNumberedWithoutGapsAndFullyTranslated) {
  int number = 0;
  for (const Migration& migration : all_migrations()) {
    EXPECT_EQ(migration.number, ++number);
    for (const Engine engine : {Engine::sqlite, Engine::postgresql, Engine::mysql}) {
      const auto statements = statements_of(migration, engine);
      EXPECT_FALSE(statements.empty());
      for (const std::string& sql : statements) {
        EXPECT_EQ(sql.find_first_of("{}@;"), std::string::npos) << sql;
      }
    }
  }
}

class SqliteFiles : public ::testing::Test {
 protected:
  SqliteFiles() {
    std::string pattern = (fs::temp_directory_path() / "tollgate files=X XXXXXX").string();  // a blank, an equals sign
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    dsn_.path = folder_ / "sub" / "my = data.db";
  }
  ~SqliteFiles() override { fs::remove_all(folder_); }
  std::string refusal() {
    auto opened = Database::open(dsn_, Database::Kind::main, 1);
    EXPECT_FALSE(opened);
    return opened ? "" : opened.error().message();
  }
  fs::path folder_;
  Dsn dsn_;
};

TEST_F(SqliteFiles, AreMadeWithTheirFolderForTheOwnerAlone) {
  VALUE(Database::open(dsn_, Database::Kind::main, 1));
  struct stat about{};
  ASSERT_EQ(::stat(dsn_.path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat((folder_ / "sub").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700u);
}

TEST_F(SqliteFiles, AreRefusedIfTheyAreSomethingElse) {
  fs::create_directories(folder_ / "sub");
  std::ofstream(dsn_.path) << "this is a text, and a long one";
  EXPECT_NE(refusal().find("is not a SQLite database"), std::string::npos);
  fs::remove(dsn_.path);
  fs::create_directory(dsn_.path);
  EXPECT_NE(refusal().find("cannot be opened"), std::string::npos);
  fs::remove(dsn_.path);
  std::ofstream(dsn_.path) << "SQLite format 3" << '\0' << std::string(2000, 'x');
  EXPECT_FALSE(Database::open(dsn_, Database::Kind::main, 1));
}

TEST_F(SqliteFiles, AreRefusedBelowAFile) {
  std::ofstream(folder_ / "sub") << "x";
  EXPECT_NE(refusal().find("folder"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::store
