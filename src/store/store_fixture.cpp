#include "store/store_fixture.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "store/query.h"
#include "support/database_servers.h"

namespace tollgate::store {
namespace {

namespace fs = std::filesystem;

testing::ServerKind server_of(Engine engine) {
  return engine == Engine::postgresql ? testing::ServerKind::postgresql : testing::ServerKind::mariadb;
}

fs::path temporary_folder() {
  std::string pattern = (fs::temp_directory_path() / "tollgate-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
  return pattern;
}

/// A SQLite file with the schema and nothing else, made once: copying it is quicker than migrating for each test.
const fs::path& template_file() {
  struct Template {
    fs::path folder = temporary_folder();
    fs::path file = folder / "template.db";
    Template() {
      Dsn dsn;
      dsn.path = file;
      VALUE(Database::open(dsn, Database::Kind::main, StoreTest::kNow));
    }
    ~Template() {
      std::error_code error;
      fs::remove_all(folder, error);
    }
  };
  static const Template made;
  return made.file;
}

/// One database a server, wiped for each test.
Database& shared_database(Engine engine) {
  static std::unique_ptr<Database> made[3];
  auto& database = made[static_cast<std::size_t>(engine)];
  if (!database) database = VALUE(Database::open(fresh_database(engine, {}), Database::Kind::main, StoreTest::kNow));
  return *database;
}

void wipe(Session& db) {
  static std::vector<std::string> tables[3];
  auto& names = tables[static_cast<std::size_t>(db.engine())];
  if (names.empty()) {
    std::string name;
    Query q(db, fmt::format("SELECT table_name FROM information_schema.tables WHERE table_schema = {} AND "
                            "table_name <> 'tollgate_schema'",
                            db.engine() == Engine::mysql ? "DATABASE()" : "'public'"));
    q.into(name);
    while (q.next()) names.push_back(name);
  }
  for (const std::string& name : names) execute(db, "DELETE FROM " + name);
}

}  // namespace

Dsn fresh_database(Engine engine, const fs::path& folder) {
  static int count = 0;
  if (engine == Engine::sqlite) {
    Dsn dsn;
    dsn.path = folder / fmt::format("fresh{}.db", ++count);
    return dsn;
  }
  const std::string text =
      testing::DatabaseServers::instance().create_database(server_of(engine), fmt::format("test{}", ++count));
  return VALUE(parse_dsn(text, "SQL_DSN", {}));
}

void StoreTest::SetUp() {
  if (GetParam() == Engine::sqlite) {
    folder_ = temporary_folder();
    Dsn dsn;
    dsn.path = folder_ / "test.db";
    fs::copy_file(template_file(), dsn.path);
    own_ = VALUE(Database::open(dsn, Database::Kind::main, kNow));
    database_ = own_.get();
  } else {
    database_ = &shared_database(GetParam());
  }
  session_ = connect();
  if (GetParam() != Engine::sqlite) {
    VALUE(guarded(db(), "wipe", [&]() -> Result<void> {
      wipe(db());
      return {};
    }));
  }
}

void StoreTest::TearDown() {
  session_.reset();
  own_.reset();
  std::error_code error;
  if (!folder_.empty()) fs::remove_all(folder_, error);
}

std::unique_ptr<Session> StoreTest::connect(Access access) { return VALUE(database_->connect(access)); }

std::string engine_test_name(const ::testing::TestParamInfo<Engine>& info) {
  return std::string(engine_name(info.param));
}

}  // namespace tollgate::store
