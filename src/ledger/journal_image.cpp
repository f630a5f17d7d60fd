#include "ledger/journal_image.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tollgate::ledger {

namespace fs = std::filesystem;

namespace {

struct Mapped {
  std::span<const std::byte> bytes;
  std::shared_ptr<void> owner;
};

Result<Mapped> map_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(file_error("cannot open", path, errno));
  struct stat facts{};
  if (::fstat(fd, &facts) != 0) {
    const int error = errno;
    ::close(fd);
    return fail(file_error("cannot read", path, error));
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size == 0) {
    ::close(fd);
    return Mapped{};
  }
  void* base = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  const int error = errno;
  ::close(fd);
  if (base == MAP_FAILED) return fail(file_error("cannot map", path, error));
  return Mapped{{static_cast<const std::byte*>(base), size},
                std::shared_ptr<void>(base, [size](void* at) { ::munmap(at, size); })};
}

}  // namespace

Result<JournalImage> JournalImage::load(const fs::path& dir) {
  JournalImage image;
  std::error_code error;
  for (fs::directory_iterator at(dir, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != kSegmentSuffix) continue;
    auto mapped = map_file(at->path());
    if (!mapped) return std::unexpected(std::move(mapped.error()));
    image.add(mapped->bytes, std::move(mapped->owner));
  }
  if (error) return fail(file_error("cannot read", dir, error.value()));
  return std::move(image).finish();
}

Result<JournalImage> JournalImage::from_bytes(std::span<const std::span<const std::byte>> files) {
  JournalImage image;
  for (const auto file : files) image.add(file, nullptr);
  return std::move(image).finish();
}

void JournalImage::add(std::span<const std::byte> file, std::shared_ptr<void> mapping) {
  auto header = decode_header(file);
  if (!header || (!segments_.empty() && header->id != id_)) {
    ++bad_files_;
    return;
  }
  id_ = header->id;
  Piece piece{.first = header->first_slot, .slots = header->slots, .bytes = {}, .mapping = std::move(mapping)};
  if (file.size() > kSegmentHeaderBytes) {
    piece.bytes = file.subspan(kSegmentHeaderBytes);
    piece.bytes = piece.bytes.first(std::min<std::size_t>(piece.bytes.size(), header->slots * kSlotBytes));
  }
  segments_.push_back(std::move(piece));
}

Result<JournalImage> JournalImage::finish() && {
  std::ranges::sort(segments_, {}, &Piece::first);
  std::vector<Piece> kept;
  for (Piece& piece : segments_) {
    if (!kept.empty() && piece.first < kept.back().first + kept.back().slots) {
      ++bad_files_;
    } else {
      kept.push_back(std::move(piece));
    }
  }
  segments_ = std::move(kept);
  if (segments_.empty()) return fail(ErrorCode::not_found, "the folder has no journal segment");
  return std::move(*this);
}

std::optional<SlotView> JournalImage::slot(std::uint64_t number) const {
  const auto after = std::ranges::upper_bound(segments_, number, {}, &Piece::first);
  if (after == segments_.begin()) return std::nullopt;
  const Piece& piece = *std::prev(after);
  const std::uint64_t index = number - piece.first;
  if (index >= piece.slots || (index + 1) * kSlotBytes > piece.bytes.size()) return std::nullopt;
  return SlotView(piece.bytes.subspan(index * kSlotBytes, kSlotBytes));
}

std::uint64_t slots_in(const std::vector<SlotRange>& ranges) {
  std::uint64_t out = 0;
  for (const SlotRange& range : ranges) out += range.to - range.from;
  return out;
}

namespace {

void append(std::vector<SlotRange>& ranges, SlotRange range) {
  if (range.from == range.to) return;
  if (!ranges.empty() && ranges.back().to == range.from) {
    ranges.back().to = range.to;
  } else {
    ranges.push_back(range);
  }
}

void note(Scan& out, std::uint64_t slot, SlotState state, CallRecord& call, const NameRecord& name) {
  if (state == SlotState::name) {
    out.names.try_emplace(name.id, name.text);
  } else if (call.kind == RecordKind::open) {
    call.call = slot;
    out.open[slot] = call;
  } else if (call.kind == RecordKind::mark) {
    // Its open record may be in a segment that is gone; if the call had ended, its end would come later.
    out.open[call.call] = call;
  } else {
    out.open.erase(call.call);
  }
}

}  // namespace

Scan scan(const JournalImage& image) {
  Scan out;
  CallRecord call;
  NameRecord name;
  const std::uint32_t seed = image.id().seed();
  std::vector<SlotRange> unread;  // since the last record
  out.end = image.first_slot();
  std::uint64_t next = image.first_slot();
  for (const JournalImage::Piece& piece : image.pieces()) {
    append(unread, {next, piece.first});
    next = piece.first + piece.slots;
    const std::uint64_t there = piece.bytes.size() / kSlotBytes;
    for (std::uint64_t i = 0; i < there; ++i) {
      const std::uint64_t slot = piece.first + i;
      const SlotState state = decode(SlotView(piece.bytes.subspan(i * kSlotBytes, kSlotBytes)), seed, slot, call, name);
      if (state == SlotState::empty || state == SlotState::damaged) {
        if (state == SlotState::damaged) ++out.torn;
        append(unread, {slot, slot + 1});
        continue;
      }
      for (const SlotRange& range : unread) append(out.damaged, range);
      unread.clear();
      out.torn = 0;
      out.end = slot + 1;
      note(out, slot, state, call, name);
    }
    append(unread, {piece.first + there, next});
  }
  return out;
}

std::vector<CallRecord> end_open_calls(const Scan& scan, std::uint64_t position) {
  std::vector<CallRecord> out;
  // The last unreadable slot that the database has applied: calls that began before it may have ended in it.
  std::uint64_t unsure_below = 0;
  for (const SlotRange& range : scan.damaged) {
    if (range.from < position) unsure_below = std::min(range.to, position);
  }
  if (scan.end < position) unsure_below = position;

  for (const auto& [number, newest] : scan.open) {
    CallRecord& end = out.emplace_back(newest);
    end.facts.cut_short = true;
    const bool earned = newest.kind == RecordKind::mark && (newest.quota > 0 || !newest.usage.empty());
    if (earned && number >= unsure_below) {
      end.kind = RecordKind::settle;
      continue;
    }
    end.kind = RecordKind::release;
    end.quota = 0;
    end.facts.error = name_id(traits_of(ErrorCode::internal).name);
  }
  return out;
}

}  // namespace tollgate::ledger
