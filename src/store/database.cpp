#include "store/database.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/migrations.h"

namespace tollgate::store {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> file_trouble(const std::string& path, std::string_view what) {
  return fail(Error(ErrorCode::invalid_request, fmt::format("the database {}: {}", path, what)));
}

/// The file must be there, be ours alone, and be a SQLite database or empty: SQLite itself would tell only later, and
/// by a number.
Result<void> prepare_file(const Dsn& dsn) {
  const fs::path path(dsn.path);
  std::error_code error;
  if (path.has_parent_path()) {
    const bool existed = fs::exists(path.parent_path(), error);
    fs::create_directories(path.parent_path(), error);
    if (error) return file_trouble(dsn.path, fmt::format("its folder cannot be made: {}", error.message()));
    if (!existed) fs::permissions(path.parent_path(), fs::perms::owner_all, error);
  }
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return file_trouble(dsn.path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  struct stat about{};
  std::array<char, 16> head{};
  const bool known = ::fstat(fd, &about) == 0;
  const auto got = ::pread(fd, head.data(), head.size(), 0);
  ::close(fd);
  if (!known || !S_ISREG(about.st_mode)) return file_trouble(dsn.path, "is not a file");
  if (got != 0 && (got != 16 || std::memcmp(head.data(), "SQLite format 3", 16) != 0))
    return file_trouble(dsn.path, "is not a SQLite database");
  return {};
}

}  // namespace

Database::Database(Dsn dsn, Kind kind)
    : dsn_(std::move(dsn)),
      kind_(kind),
      lock_(dsn_.engine == Engine::sqlite ? std::make_shared<WriteLock>() : nullptr) {}

Result<std::unique_ptr<Database>> Database::open(const Dsn& dsn, Kind kind, std::int64_t now) {
  std::unique_ptr<Database> database(new Database(dsn, kind));
  if (dsn.engine == Engine::sqlite) {
    if (auto ready = prepare_file(dsn); !ready) return std::unexpected(std::move(ready.error()));
  }
  auto session = database->connect(Access::write);
  if (!session) return std::unexpected(std::move(session.error()));
  auto outcome = migrate(**session, all_migrations(), kind == Kind::log, now);
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  database->schema_version_ = outcome->version;
  database->created_ = outcome->fresh;
  return database;
}

Result<std::unique_ptr<Session>> Database::connect(Access access) const { return Session::open(dsn_, access, lock_); }

Result<Databases> open_databases(const Dsn& main, const std::optional<Dsn>& log, std::int64_t now) {
  Databases out;
  auto opened = Database::open(main, Database::Kind::main, now);
  if (!opened) return std::unexpected(std::move(opened.error()));
  out.main_database = std::move(*opened);
  if (!log || log->same_database(main)) return out;
  opened = Database::open(*log, Database::Kind::log, now);
  if (!opened) return std::unexpected(std::move(opened.error()));
  out.log_database = std::move(*opened);
  return out;
}

}  // namespace tollgate::store
