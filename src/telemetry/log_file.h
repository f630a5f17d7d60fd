#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tollgate::log {

/// A log file that is set aside when it is full or its day is over, and whose old ones are deleted. One thread.
class RotatingFile {
 public:
  struct Options {
    std::filesystem::path dir;
    std::string name = "tollgate.log";
    std::int64_t max_bytes = 100 << 20;
    bool daily = true;
    int keep_files = 10;
    int keep_days = 7;
  };

  explicit RotatingFile(Options options);
  ~RotatingFile();
  RotatingFile(const RotatingFile&) = delete;
  RotatingFile& operator=(const RotatingFile&) = delete;

  /// Makes the folder if need be and opens the file for appending. Errors: invalid_request, naming it.
  Result<void> open(std::int64_t now_ms);
  /// Opens the file anew by name; if that fails, the old one stays in use.
  Result<void> reopen(std::int64_t now_ms);
  /// Appends whole lines. @return how many of their bytes were written.
  std::size_t write(std::string_view lines, std::int64_t now_ms);

 private:
  Result<int> open_file() const;
  void adopt(int fd, std::int64_t now_ms);
  void rotate(std::int64_t now_ms);
  void prune(std::int64_t now_ms) const;
  [[nodiscard]] std::size_t append(std::string_view text);

  Options options_;
  int fd_ = -1;
  std::int64_t size_ = 0;
  std::int64_t day_ = 0;  ///< days since 1970 of what is in the file
};

/// `2026-01-31`, of a number of days since 1970.
[[nodiscard]] std::string day_text(std::int64_t day);

}  // namespace tollgate::log
