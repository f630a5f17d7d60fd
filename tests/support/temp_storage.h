#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <stdlib.h>

#include "store/database.h"
#include "store/executor.h"
#include "support/fake_clock.h"

namespace tollgate::testing {

/// A fresh SQLite database in a folder of its own, with storage threads; gone with the test.
class TempStorage {
 public:
  TempStorage() {
    std::error_code ignored;
    const std::filesystem::path parent =
        std::filesystem::is_directory("/dev/shm", ignored) ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string name = (parent / "tollgate-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = name;
    auto dsn = store::parse_dsn("", "SQL_DSN", folder_ / "tollgate.db");
    if (!dsn) throw std::runtime_error(dsn.error().message());
    auto opened = store::open_databases(*dsn, std::nullopt, clock.unix_seconds());
    if (!opened) throw std::runtime_error(opened.error().message() + " " + opened.error().detail());
    databases = std::move(*opened);
    storage.emplace(databases, store::ExecutorOptions{.thread_name = "test", .clock = &clock});
  }
  ~TempStorage() {
    storage.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TempStorage(const TempStorage&) = delete;
  TempStorage& operator=(const TempStorage&) = delete;

  /// Runs a function of the session, which returns a Result, and gives its value; throws where there is none.
  template <class Fn>
  auto run(Fn fn) {
    auto result = storage->main().run_blocking(std::move(fn));
    if (!result) throw std::runtime_error(result.error().message() + " " + result.error().detail());
    if constexpr (!std::is_void_v<typename decltype(result)::value_type>) return std::move(*result);
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  FakeClock clock;
  store::Databases databases;
  std::optional<store::Storage> storage;

 private:
  std::filesystem::path folder_;
};

}  // namespace tollgate::testing
