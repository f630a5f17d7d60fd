#include "telemetry/log_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"

namespace tollgate::log {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

struct OldFile {
  std::string day;
  std::int64_t number = 0;
  fs::path path;
};

std::unexpected<Error> problem(const fs::path& path, std::string_view what, const std::string& why) {
  return fail(ErrorCode::invalid_request, "log file " + path.string() + " " + std::string(what) + ": " + why);
}

struct NameParts {
  std::string stem, extension;
};

NameParts parts_of(const std::string& name) {
  const fs::path path(name);
  return {path.stem().string(), path.extension().string()};
}

/// The day and number of a file set aside earlier; nothing for any other name.
std::optional<OldFile> parse_old(const NameParts& parts, const fs::path& path) {
  const std::string name = path.filename().string();
  std::string_view rest(name);
  const std::string prefix = parts.stem + ".";
  if (!rest.starts_with(prefix) || !rest.ends_with(parts.extension)) return std::nullopt;
  rest.remove_prefix(prefix.size());
  if (rest.size() < parts.extension.size()) return std::nullopt;
  rest.remove_suffix(parts.extension.size());
  if (rest.size() < 12 || rest[4] != '-' || rest[7] != '-' || rest[10] != '.') return std::nullopt;
  for (const std::size_t at : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (rest[at] < '0' || rest[at] > '9') return std::nullopt;
  }
  const auto number = parse_int(rest.substr(11));
  if (!number || *number < 1) return std::nullopt;
  return OldFile{std::string(rest.substr(0, 10)), *number, path};
}

std::vector<OldFile> old_files(const fs::path& dir, const std::string& name) {
  std::vector<OldFile> out;
  const NameParts parts = parts_of(name);
  std::error_code error;
  for (auto it = fs::directory_iterator(dir, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    if (auto old = parse_old(parts, it->path())) out.push_back(std::move(*old));
  }
  std::ranges::sort(
      out, [](const OldFile& a, const OldFile& b) { return a.day != b.day ? a.day < b.day : a.number < b.number; });
  return out;
}

}  // namespace

std::string day_text(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) + "-" +
         two(static_cast<unsigned>(date.day()));
}

RotatingFile::RotatingFile(Options options) : options_(std::move(options)) {}

RotatingFile::~RotatingFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<int> RotatingFile::open_file() const {
  const fs::path path = options_.dir / options_.name;
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return problem(path, "cannot be opened", std::strerror(errno));
  return fd;
}

void RotatingFile::adopt(int fd, std::int64_t now_ms) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  size_ = 0;
  day_ = now_ms / kDayMs;
  struct stat info{};
  if (::fstat(fd_, &info) == 0 && info.st_size > 0) {
    size_ = info.st_size;
    day_ = std::min<std::int64_t>(day_, info.st_mtim.tv_sec / (kDayMs / 1000));
  }
}

Result<void> RotatingFile::open(std::int64_t now_ms) {
  std::error_code error;
  fs::create_directories(options_.dir, error);
  if (error) return problem(options_.dir, "cannot be put into its folder", error.message());
  auto fd = open_file();
  if (!fd) return std::unexpected(std::move(fd.error()));
  adopt(*fd, now_ms);
  prune(now_ms);
  return {};
}

Result<void> RotatingFile::reopen(std::int64_t now_ms) {
  auto fd = open_file();
  if (!fd) return std::unexpected(std::move(fd.error()));
  adopt(*fd, now_ms);
  return {};
}

std::size_t RotatingFile::append(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t put = ::write(fd_, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    done += static_cast<std::size_t>(put);
  }
  size_ += static_cast<std::int64_t>(done);
  return done;
}

std::size_t RotatingFile::write(std::string_view lines, std::int64_t now_ms) {
  if (fd_ < 0) return 0;
  if (options_.daily && size_ > 0 && now_ms / kDayMs > day_) rotate(now_ms);
  if (size_ == 0) day_ = now_ms / kDayMs;
  std::size_t done = 0;
  while (done < lines.size()) {
    const std::string_view rest = lines.substr(done);
    const std::int64_t room = options_.max_bytes - size_;
    std::size_t piece = rest.size();
    if (static_cast<std::int64_t>(piece) > room) {
      // As many whole lines as fit; into an empty file at least one.
      const std::size_t end = room > 0 ? rest.rfind('\n', static_cast<std::size_t>(room) - 1) : std::string_view::npos;
      if (end != std::string_view::npos) {
        piece = end + 1;
      } else if (size_ > 0) {
        rotate(now_ms);
        if (size_ == 0) continue;
        // It could not be set aside: better a long file than lost lines.
      } else {
        piece = std::min(rest.find('\n'), rest.size() - 1) + 1;
      }
    }
    const std::size_t put = append(rest.substr(0, piece));
    done += put;
    if (put < piece) break;
  }
  return done;
}

void RotatingFile::rotate(std::int64_t now_ms) {
  const fs::path path = options_.dir / options_.name;
  const NameParts parts = parts_of(options_.name);
  const std::string day = day_text(day_);
  std::int64_t number = 1;
  for (const OldFile& old : old_files(options_.dir, options_.name)) {
    if (old.day == day) number = old.number + 1;
  }
  const fs::path aside = options_.dir / (parts.stem + "." + day + "." + std::to_string(number) + parts.extension);
  if (::rename(path.c_str(), aside.c_str()) != 0 && errno != ENOENT) return;
  if (auto fd = open_file()) adopt(*fd, now_ms);
  prune(now_ms);
}

void RotatingFile::prune(std::int64_t now_ms) const {
  const std::vector<OldFile> files = old_files(options_.dir, options_.name);
  const std::string oldest_day = day_text(now_ms / kDayMs - options_.keep_days);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool too_many = options_.keep_files > 0 && files.size() - i > static_cast<std::size_t>(options_.keep_files);
    const bool too_old = options_.keep_days > 0 && files[i].day < oldest_day;
    if (too_many || too_old) ::unlink(files[i].path.c_str());
  }
}

}  // namespace tollgate::log
