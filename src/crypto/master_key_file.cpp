#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"
#include "crypto/master_key.h"
#include "crypto/random.h"

namespace tollgate::crypto {
namespace {

constexpr std::size_t kLongestFile = 4096;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<Error> problem(const std::filesystem::path& path, std::string_view what, int error = 0) {
  std::string message = "master key file " + path.string() + ": " + std::string(what);
  if (error != 0) message += std::string(": ") + std::strerror(error);
  return fail(ErrorCode::invalid_request, std::move(message));
}

Result<MasterKey> read_file(const std::filesystem::path& path, int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return problem(path, "cannot be examined", errno);
  if (!S_ISREG(info.st_mode)) return problem(path, "is not a regular file");
  if ((info.st_mode & 077) != 0) {
    std::array<char, 8> mode;
    std::snprintf(mode.data(), mode.size(), "%04o", info.st_mode & 07777U);
    return problem(path, std::string("has mode ") + mode.data() + ", so others could read it; run `chmod 600` on it");
  }
  if (info.st_uid != ::geteuid() && info.st_uid != 0) return problem(path, "belongs to another user");
  if (info.st_size > static_cast<off_t>(kLongestFile)) return problem(path, "is too long to hold a key");

  std::string text(kLongestFile, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return problem(path, "cannot be read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  const Secret content(std::string_view(text).substr(0, size));
  explicit_bzero(text.data(), text.size());
  if (trim(content.reveal()).empty()) {
    return problem(
        path,
        "is empty; put the key back, or remove the file to have a new one made (what was encrypted is lost then)");
  }
  auto key = MasterKey::from_text(content);
  if (!key) return problem(path, "holds no key: " + key.error().message());
  return key;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

/// Moves `from` to `to` unless that exists; 0, or the error.
int rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system without that call: a link does not replace either.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

/// Makes the file whole under another name first. Somebody else's, made meanwhile, wins.
Result<void> create_file(const std::filesystem::path& dir, const std::filesystem::path& path) {
  const std::string draft = (dir / (std::string(kMasterKeyFile) + "." + random_alnum(12) + ".new")).string();
  {
    const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return problem(path, "cannot be made", errno);
    const Secret text(hex(random_bytes(32)) + "\n");
    if (!write_all(file.get(), text.reveal()) || ::fsync(file.get()) != 0) {
      const int error = errno;
      ::unlink(draft.c_str());
      return problem(path, "cannot be written", error);
    }
  }
  const int error = rename_new(draft, path.string());
  if (error != 0) ::unlink(draft.c_str());
  if (error != 0 && error != EEXIST) return problem(path, "cannot be made", error);
  const Descriptor folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
  return {};
}

}  // namespace

Result<MasterKey> load_master_key(const Secret& configured, const std::filesystem::path& data_dir, bool may_create) {
  if (!configured.empty()) return MasterKey::from_text(configured);
  const std::filesystem::path path = data_dir / kMasterKeyFile;
  for (int round = 0; round < 2; ++round) {
    // Not waiting, should somebody have put a pipe there.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file) return read_file(path, file.get());
    if (errno != ENOENT) return problem(path, "cannot be opened", errno);
    if (!may_create) return problem(path, "does not exist, and TOLLGATE_MASTER_KEY is not set");
    if (auto made = create_file(data_dir, path); !made) return std::unexpected(std::move(made.error()));
  }
  return problem(path, "was made and is gone again");
}

}  // namespace tollgate::crypto
