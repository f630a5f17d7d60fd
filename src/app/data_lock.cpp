#include "app/data_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"

namespace tollgate::app {

Result<std::unique_ptr<DataLock>> DataLock::take(const std::filesystem::path& data_dir) {
  std::error_code problem;
  if (std::filesystem::create_directories(data_dir, problem)) {
    std::filesystem::permissions(data_dir, std::filesystem::perms::owner_all, problem);
  }
  if (!std::filesystem::is_directory(data_dir)) {
    return fail(ErrorCode::invalid_request, "the data directory '" + data_dir.string() + "' cannot be made: " +
                                                (problem ? problem.message() : "not a directory"));
  }
  const std::filesystem::path path = data_dir / "lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(ErrorCode::invalid_request,
                "the data directory '" + data_dir.string() + "' cannot be written: " + std::strerror(errno));
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> text{};
    const ssize_t size = ::read(fd, text.data(), text.size() - 1);
    ::close(fd);
    const std::string_view owner = trim(std::string_view(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
    return fail(ErrorCode::conflict, "another tollgate" +
                                         (owner.empty() ? std::string() : " (process " + std::string(owner) + ")") +
                                         " runs on the data directory '" + data_dir.string() +
                                         "'; stop it, or give this one another --data-dir");
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, self.data(), self.size(), 0) < 0) {
    // The lock is what counts; the number in it is a courtesy.
  }
  return std::unique_ptr<DataLock>(new DataLock(fd));
}

DataLock::~DataLock() { ::close(fd_); }

}  // namespace tollgate::app
