#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"

namespace tollgate::app {

/// Keeps a second process off the data directory. Released when destroyed, and by the system when the process dies.
class DataLock {
 public:
  /// Makes the directory (mode 0700) if there is none. Errors: invalid_request (cannot be made, or is no directory),
  /// conflict (another process holds it; the message names its process id if it is known).
  static Result<std::unique_ptr<DataLock>> take(const std::filesystem::path& data_dir);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  explicit DataLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace tollgate::app
