#include "ledger/cells.h"

#include <algorithm>

namespace tollgate::ledger {

Cell::Cell(AccountKey key, const AccountState& state, std::int64_t now_ms)
    : available_(state.granted - state.used),
      used_(state.used),
      flags_((state.unlimited ? kUnlimited : 0) | (state.enabled ? 0 : kDisabled)),
      key_(key),
      granted_(state.granted),
      applied_used_(state.used),
      last_used_ms_(now_ms) {}

Cell::Taken Cell::reserve(Quota amount) {
  const std::uint32_t flags = flags_.load(std::memory_order_relaxed);
  if (flags & kDisabled) return Taken::disabled;
  const bool compare = !(flags & kUnlimited) && amount > 0;
  std::int64_t available = available_.load(std::memory_order_relaxed);
  do {
    if (available < kClosedBelow) return Taken::closed;
    if (compare && available < amount) return Taken::short_of_quota;
  } while (!available_.compare_exchange_weak(available, available - amount, std::memory_order_acq_rel,
                                             std::memory_order_relaxed));
  return Taken::yes;
}

void Cell::feed(const AccountState& state) {
  const Quota difference = state.granted - granted_;
  granted_ = state.granted;
  if (difference != 0) available_.fetch_add(difference, std::memory_order_acq_rel);
  const std::uint32_t set = (state.unlimited ? kUnlimited : 0) | (state.enabled ? 0 : kDisabled);
  flags_.fetch_or(set, std::memory_order_relaxed);
  flags_.fetch_and(set | kUncovered, std::memory_order_relaxed);
}

bool Cell::try_close() {
  std::int64_t idle = granted_ - applied_used_;
  return available_.compare_exchange_strong(idle, kClosed, std::memory_order_acq_rel, std::memory_order_relaxed);
}

Quota Account::available() const {
  const Quota user = user_->available();
  return token_ && !token_->unlimited() ? std::min(user, token_->available()) : user;
}

Result<void> Account::reserve(Quota amount) const {
  const auto refused = [](AccountKind kind, Cell::Taken why) {
    const bool user = kind == AccountKind::user;
    switch (why) {
      case Cell::Taken::disabled:
        return user ? Error(ErrorCode::account_disabled, "this account is disabled")
                    : Error(ErrorCode::disabled_api_key, "this API key is disabled");
      case Cell::Taken::short_of_quota:
        return user ? Error(ErrorCode::insufficient_user_quota, "the account's balance does not cover this request")
                    : Error(ErrorCode::insufficient_token_quota, "this API key's quota does not cover this request");
      default:
        return Error(ErrorCode::overloaded, "the account is being loaded; try again");
    }
  };
  if (token_) {
    if (const auto taken = token_->reserve(amount); taken != Cell::Taken::yes) {
      return fail(refused(AccountKind::token, taken));
    }
  }
  if (const auto taken = user_->reserve(amount); taken != Cell::Taken::yes) {
    if (token_) token_->release(amount);
    return fail(refused(AccountKind::user, taken));
  }
  return {};
}

void Account::release(Quota amount) const {
  if (token_) token_->release(amount);
  user_->release(amount);
}

std::shared_ptr<Cell> CellTable::find(AccountKey key) const {
  Shard& in = shard(key);
  const std::scoped_lock lock(in.mutex);
  const auto found = in.cells.find(key);
  return found == in.cells.end() ? nullptr : found->second;
}

std::shared_ptr<Cell> CellTable::insert(AccountKey key, const AccountState& state, std::int64_t now_ms) {
  Shard& in = shard(key);
  const std::scoped_lock lock(in.mutex);
  auto& cell = in.cells[key];
  if (!cell) {
    cell = std::make_shared<Cell>(key, state, now_ms);
    ++counts_[key.kind == AccountKind::user ? 0 : 1];
  }
  return cell;
}

std::uint64_t CellTable::generation(AccountKey key) const {
  Shard& in = shard(key);
  const std::scoped_lock lock(in.mutex);
  return in.generation;
}

void CellTable::bump_generation(AccountKey key) {
  Shard& in = shard(key);
  const std::scoped_lock lock(in.mutex);
  ++in.generation;
}

std::size_t CellTable::evict(std::int64_t idle_since_ms) {
  std::size_t evicted = 0;
  for (Shard& in : shards_) {
    const std::scoped_lock lock(in.mutex);
    // Copies are made under the lock only, or from a copy: with one owner nobody else can get hold of the cell.
    evicted += std::erase_if(in.cells, [&](const auto& entry) {
      const auto& cell = entry.second;
      if (cell.use_count() != 1 || cell->last_used_ms() >= idle_since_ms || !cell->try_close()) return false;
      --counts_[entry.first.kind == AccountKind::user ? 0 : 1];
      return true;
    });
  }
  return evicted;
}

std::vector<AccountKey> CellTable::keys() const {
  std::vector<AccountKey> out;
  for (Shard& in : shards_) {
    const std::scoped_lock lock(in.mutex);
    for (const auto& [key, cell] : in.cells) out.push_back(key);
  }
  return out;
}

std::size_t CellTable::size(AccountKind kind) const {
  return counts_[kind == AccountKind::user ? 0 : 1].load(std::memory_order_relaxed);
}

}  // namespace tollgate::ledger
