#include "ledger/journal.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ledger/segment_file.h"

namespace tollgate::ledger {

namespace fs = std::filesystem;

namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Result<void> write_at(int fd, const fs::path& path, std::span<const std::byte> bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(file_error("cannot write", path, n < 0 ? errno : ENOSPC));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return {};
}

Result<void> sync_folder(const fs::path& dir) {
  const File folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return fail(file_error("cannot sync", dir, errno));
  return {};
}

std::int64_t segment_bytes(std::uint32_t slots) {
  return static_cast<std::int64_t>(kSegmentHeaderBytes + std::size_t{slots} * kSlotBytes);
}

}  // namespace

Result<std::shared_ptr<Segment>> Segment::create(const fs::path& dir, const JournalId& id, std::uint64_t first_slot,
                                                 std::uint32_t slots) {
  const fs::path path = dir / segment_file_name(first_slot);
  fs::path unfinished = path;
  unfinished.replace_extension(kUnfinishedSuffix);
  const auto bytes = static_cast<std::size_t>(segment_bytes(slots));

  const File file(::open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.get() < 0) return fail(file_error("cannot make", unfinished, errno));
  const auto fill = [&]() -> Result<void> {
    std::array<std::byte, kSlotBytes> header;
    encode_header({id, slots, first_slot}, header);
    if (auto done = write_at(file.get(), unfinished, header, 0); !done) return done;
    static constexpr std::array<std::byte, 64 * 1024> kZeros{};
    for (std::size_t at = kSlotBytes; at < bytes;) {
      const std::size_t n = std::min(kZeros.size(), bytes - at);
      if (auto done = write_at(file.get(), unfinished, std::span(kZeros).first(n), at); !done) return done;
      at += n;
    }
    if (::fsync(file.get()) != 0) return fail(file_error("cannot sync", unfinished, errno));
    if (::rename(unfinished.c_str(), path.c_str()) != 0) return fail(file_error("cannot rename", unfinished, errno));
    return sync_folder(dir);
  };
  if (auto done = fill(); !done) {
    ::unlink(unfinished.c_str());
    return std::unexpected(std::move(done.error()));
  }
  void* base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (base == MAP_FAILED) return fail(file_error("cannot map", path, errno));
  return std::shared_ptr<Segment>(new Segment(path, static_cast<std::byte*>(base), bytes, first_slot, slots));
}

Result<std::shared_ptr<Segment>> Segment::open(const fs::path& dir, std::uint64_t first_slot, std::uint32_t slots) {
  const fs::path path = dir / segment_file_name(first_slot);
  const auto bytes = static_cast<std::size_t>(segment_bytes(slots));
  const File file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct stat facts{};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return fail(file_error("cannot open", path, errno));
  if (static_cast<std::size_t>(facts.st_size) < bytes) return fail(file_error("too short:", path, EIO));
  void* base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (base == MAP_FAILED) return fail(file_error("cannot map", path, errno));
  return std::shared_ptr<Segment>(new Segment(path, static_cast<std::byte*>(base), bytes, first_slot, slots));
}

Segment::~Segment() { ::munmap(base_, bytes_); }

Result<void> Segment::sync(std::uint64_t from, std::uint64_t to) const {
  static const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t begin = (kSegmentHeaderBytes + (from - first_) * kSlotBytes) / page * page;
  const std::size_t end = kSegmentHeaderBytes + (to - first_) * kSlotBytes;
  if (::msync(base_ + begin, end - begin, MS_SYNC) != 0) return fail(file_error("cannot sync", path_, errno));
  return {};
}

void Segment::let_go(std::uint64_t from, std::uint64_t to) const {
  static const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t begin = (kSegmentHeaderBytes + (from - first_) * kSlotBytes) / page * page;
  const std::size_t end = (kSegmentHeaderBytes + (to - first_) * kSlotBytes) / page * page;
  if (end > begin) ::madvise(base_ + begin, end - begin, MADV_DONTNEED);
}

Result<std::unique_ptr<Journal>> Journal::create(const fs::path& dir, JournalId id, const JournalOptions& options) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return fail(file_error("cannot make", dir, error.value()));
  fs::permissions(dir, fs::perms::owner_all, error);
  if (auto done = sync_folder(dir.parent_path()); !done) return std::unexpected(std::move(done.error()));
  std::unique_ptr<Journal> journal(new Journal(dir, std::move(id), options));
  if (auto done = journal->prepare_segment(); !done) return std::unexpected(std::move(done.error()));
  return journal;
}

SlotBytes Journal::take_slot() {
  if (!current_ || next_ >= current_->end_slot()) {
    current_ = segment_of(next_);
    announced_.clear();
  }
  return current_->slot(next_);
}

void Journal::append(const CallRecord& record) {
  encode_call(record, seed_, next_, take_slot());
  written_.store(++next_, std::memory_order_release);
}

void Journal::announce(NameId id, const NameTable& names) {
  if (id == NameId::none) return;
  // What is announced is what the segment in use has: at its last slot that is another one.
  if (current_ && next_ < current_->end_slot() && announced_.contains(std::uint64_t(id))) return;
  if (!has_room(1)) return;
  const std::string_view text = names.text_of(id);
  if (text.empty()) return;
  encode_name({id, text}, seed_, next_, take_slot());
  announced_.insert(std::uint64_t(id));
  written_.store(++next_, std::memory_order_release);
}

std::uint64_t Journal::free_slots() const {
  const std::uint64_t taken = written() + booked_shown_.load(std::memory_order_relaxed);
  const std::uint64_t all = prepared();
  return all > taken ? all - taken : 0;
}

bool Journal::wants_segment() const {
  return free_slots() < std::uint64_t{options_.segments_ahead} * options_.slots_per_segment;
}

bool Journal::at_limit() const {
  return bytes_.load(std::memory_order_relaxed) + segment_bytes(options_.slots_per_segment) > options_.max_bytes;
}

Result<void> Journal::prepare_segment() {
  const std::int64_t bytes = segment_bytes(options_.slots_per_segment);
  struct statvfs disk{};
  if (::statvfs(dir_.c_str(), &disk) != 0) return fail(file_error("cannot read the free space of", dir_, errno));
  const auto available = static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  if (available - bytes < options_.min_free_bytes) {
    return fail(Error(ErrorCode::storage_unavailable, "the disk is nearly full").detail(dir_.string()));
  }
  const std::uint64_t first = prepared();
  auto segment = Segment::create(dir_, id_, first, options_.slots_per_segment);
  if (!segment) return std::unexpected(std::move(segment.error()));
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  {
    const std::scoped_lock lock(mutex_);
    segments_.push_back(std::move(*segment));
  }
  prepared_.store(first + options_.slots_per_segment, std::memory_order_release);
  return {};
}

std::shared_ptr<Segment> Journal::segment_of(std::uint64_t slot) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(segments_, [slot](const auto& s) { return slot < s->end_slot(); });
  if (found == segments_.end() || slot < (*found)->first_slot()) return nullptr;
  return *found;
}

Result<void> Journal::sync(std::uint64_t to) {
  while (synced_ < to) {
    const auto segment = segment_of(synced_);
    const std::uint64_t end = std::min(to, segment->end_slot());
    if (auto done = segment->sync(synced_, end); !done) return done;
    synced_ = end;
  }
  return {};
}

void Journal::let_go(std::uint64_t to) {
  if (const auto segment = segment_of(to); segment != nullptr && to > segment->first_slot()) {
    segment->let_go(std::max(let_go_, segment->first_slot()), to);
  }
  let_go_ = to;
}

SlotView Journal::read(std::uint64_t slot) {
  static constexpr std::array<std::byte, kSlotBytes> kNothing{};
  if (!reading_ || slot < reading_->first_slot() || slot >= reading_->end_slot()) {
    reading_ = segment_of(slot);
    if (!reading_) {
      auto again = Segment::open(dir_, slot - slot % options_.slots_per_segment, options_.slots_per_segment);
      if (!again) return kNothing;
      reading_ = std::move(*again);
    }
  }
  return reading_->slot(slot);
}

void Journal::release_below(std::uint64_t slot) {
  if (reading_ && reading_->end_slot() <= slot) reading_.reset();
  const std::scoped_lock lock(mutex_);
  std::erase_if(segments_, [slot](const auto& s) { return s->end_slot() <= slot; });
}

}  // namespace tollgate::ledger
