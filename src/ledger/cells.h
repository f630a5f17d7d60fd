#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/grants.h"

namespace tollgate::ledger {

using store::AccountKind;

/// An account by kind and number.
struct AccountKey {
  AccountKind kind = AccountKind::user;
  std::int64_t id = 0;

  static AccountKey of(UserId user) { return {AccountKind::user, user.value}; }
  static AccountKey of(TokenId token) { return {AccountKind::token, token.value}; }
  friend auto operator<=>(const AccountKey&, const AccountKey&) = default;
};

/// What the database says about an account: two totals with one writer each (`granted`: management; `used`: flusher),
/// and whether it may spend.
struct AccountState {
  Quota granted = 0;
  Quota used = 0;
  bool unlimited = false;  ///< tokens only: booked like any other, compared with nothing
  bool enabled = true;     ///< false: disabled or deleted
};

/// The live balance of one account in this process. One atomic word decides: available = granted − used − reserved.
///
/// Workers reserve, settle and release, from any thread and without waiting. Only the flusher's thread feeds it
/// (`feed`, `applied`, `try_close`). Whoever holds a pointer to it keeps it in memory.
class Cell {
 public:
  enum class Taken : std::uint8_t { yes, short_of_quota, disabled, closed };

  Cell(AccountKey key, const AccountState& state, std::int64_t now_ms);
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  [[nodiscard]] AccountKey key() const { return key_; }

  /// Compare and subtract. An unlimited account skips only the comparison; an amount of 0 too.
  [[nodiscard]] Taken reserve(Quota amount);
  /// Gives a reservation back.
  void release(Quota amount) { available_.fetch_add(amount, std::memory_order_acq_rel); }
  /// Turns a reservation into use, whatever the balance: the answer was given.
  /// @return what is available afterwards; below zero on a limited account is an overdraft.
  Quota settle(Quota reserved, Quota cost) {
    used_.fetch_add(cost, std::memory_order_relaxed);
    return available_.fetch_add(reserved - cost, std::memory_order_acq_rel) + (reserved - cost);
  }

  [[nodiscard]] Quota available() const { return available_.load(std::memory_order_acquire); }
  /// Including what no database has seen yet.
  [[nodiscard]] Quota used() const { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool unlimited() const { return flags_.load(std::memory_order_relaxed) & kUnlimited; }
  [[nodiscard]] bool enabled() const { return !(flags_.load(std::memory_order_relaxed) & kDisabled); }
  [[nodiscard]] bool closed() const { return available() < kClosedBelow; }

  /// The one place for a call that the balance may not cover; see WorkerLedger::open.
  [[nodiscard]] bool enter_uncovered() {
    return !(flags_.fetch_or(kUncovered, std::memory_order_acq_rel) & kUncovered);
  }
  void leave_uncovered() { flags_.fetch_and(~kUncovered, std::memory_order_acq_rel); }

  // The flusher's thread only, from here on.

  /// Adds the difference between what the database grants now and what it granted when last looked at.
  void feed(const AccountState& state);
  /// `cost` of what was settled here is now in the database's `used`.
  void applied(Quota cost, std::int64_t now_ms) {
    applied_used_ += cost;
    last_used_ms_ = now_ms;
  }
  /// Swaps in the closed mark if nothing is reserved and everything settled is applied: exactly then available =
  /// granted − applied, so one comparison decides. Afterwards every reservation answers `closed`.
  [[nodiscard]] bool try_close();
  [[nodiscard]] Quota granted() const { return granted_; }
  [[nodiscard]] std::int64_t last_used_ms() const { return last_used_ms_; }

 private:
  static constexpr std::int64_t kClosed = std::numeric_limits<std::int64_t>::min() / 4 * 3;
  static constexpr std::int64_t kClosedBelow = std::numeric_limits<std::int64_t>::min() / 2;
  static constexpr std::uint32_t kUnlimited = 1, kDisabled = 2, kUncovered = 4;

  std::atomic<std::int64_t> available_;
  std::atomic<std::int64_t> used_;
  std::atomic<std::uint32_t> flags_;
  const AccountKey key_;
  Quota granted_;
  Quota applied_used_;
  std::int64_t last_used_ms_;
};

/// A caller's accounts: the user who pays and, unless the call comes from a session, the token that limits. A handle to
/// keep beside the token (32 bytes, shared ownership): while it lives its cells are not evicted. Any thread.
class Account {
 public:
  Account() = default;
  Account(std::shared_ptr<Cell> user, std::shared_ptr<Cell> token) : user_(std::move(user)), token_(std::move(token)) {}

  [[nodiscard]] explicit operator bool() const { return user_ != nullptr; }
  [[nodiscard]] UserId user_id() const { return UserId{user_ ? user_->key().id : 0}; }
  [[nodiscard]] TokenId token_id() const { return TokenId{token_ ? token_->key().id : 0}; }
  /// What the next call may reserve: the smaller of both balances, the token's only if it is limited.
  [[nodiscard]] Quota available() const;
  [[nodiscard]] Cell* user() const { return user_.get(); }
  /// Null for a call without a token.
  [[nodiscard]] Cell* token() const { return token_.get(); }
  /// A cell was evicted: load the account again. Cannot be while this handle has been held since it was loaded.
  [[nodiscard]] bool stale() const { return user_->closed() || (token_ && token_->closed()); }

  /// Token first, then user; the token is undone if the user refuses.
  /// Errors: insufficient_token_quota, insufficient_user_quota, account_disabled, disabled_api_key; overloaded for a
  /// stale handle.
  [[nodiscard]] Result<void> reserve(Quota amount) const;
  void release(Quota amount) const;

 private:
  std::shared_ptr<Cell> user_;
  std::shared_ptr<Cell> token_;
};

/// The live cells. Any thread; locks are short, per shard, and off the request path.
class CellTable {
 public:
  /// Null if the account has no live cell.
  [[nodiscard]] std::shared_ptr<Cell> find(AccountKey key) const;
  /// Puts a loaded account in; a cell that is there already wins: its numbers are newer.
  std::shared_ptr<Cell> insert(AccountKey key, const AccountState& state, std::int64_t now_ms);
  /// Counts the changes of an account's grants that this process heard of. A load notes it before it reads, and reads
  /// again if it moved meanwhile, so that no change falls between reading and inserting.
  [[nodiscard]] std::uint64_t generation(AccountKey key) const;
  void bump_generation(AccountKey key);
  /// Flusher's thread. Evicts cells that nobody holds, that were not used since `idle_since_ms`, and that close.
  /// @return how many.
  std::size_t evict(std::int64_t idle_since_ms);
  /// Every live account, for rereading.
  [[nodiscard]] std::vector<AccountKey> keys() const;
  [[nodiscard]] std::size_t size(AccountKind kind) const;

 private:
  static constexpr std::size_t kShards = 64;
  struct KeyHash {
    std::size_t operator()(AccountKey key) const noexcept {
      return (static_cast<std::uint64_t>(key.id) * 2 + static_cast<std::uint64_t>(key.kind)) * 0x9E3779B97F4A7C15ull;
    }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<AccountKey, std::shared_ptr<Cell>, KeyHash> cells;
    std::uint64_t generation = 0;
  };
  [[nodiscard]] Shard& shard(AccountKey key) const { return shards_[KeyHash{}(key) >> 58]; }

  mutable std::array<Shard, kShards> shards_;
  std::array<std::atomic<std::size_t>, 2> counts_{};  ///< of users and tokens
};

}  // namespace tollgate::ledger
