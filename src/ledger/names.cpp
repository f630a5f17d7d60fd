#include "ledger/names.h"

#include "base/strings.h"

namespace tollgate::ledger {

namespace {
constexpr std::string_view kOther = "(other)";
}  // namespace

NameId name_id(std::string_view text) {
  text = clip_utf8(text, kMaxNameBytes);
  if (text.empty()) return NameId::none;
  std::uint64_t hash = 0xCBF29CE484222325ull;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3ull;
  hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93ull;
  hash ^= hash >> 32;
  return NameId{hash == 0 ? 1 : hash};
}

NameTable::NameTable(std::size_t limit) : limit_(limit) { texts_.emplace(std::uint64_t(name_id(kOther)), kOther); }

NameId NameTable::intern(std::string_view text) {
  text = clip_utf8(text, kMaxNameBytes);
  const NameId id = name_id(text);
  if (id == NameId::none) return id;
  const std::scoped_lock lock(mutex_);
  if (texts_.contains(std::uint64_t(id))) return id;
  if (texts_.size() >= limit_) return name_id(kOther);
  texts_.emplace(std::uint64_t(id), text);
  return id;
}

std::string_view NameTable::text_of(NameId id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = texts_.find(std::uint64_t(id));
  return found == texts_.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t NameTable::size() const {
  const std::scoped_lock lock(mutex_);
  return texts_.size();
}

}  // namespace tollgate::ledger
