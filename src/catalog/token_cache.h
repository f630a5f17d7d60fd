#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "catalog/rate_limit.h"
#include "catalog/sip_hash.h"
#include "catalog/token.h"
#include "crypto/hash.h"
#include "net/task.h"
#include "net/worker.h"
#include "telemetry/metrics.h"

namespace tollgate::ledger {
class Ledger;
}
namespace tollgate::store {
class Session;
class Storage;
}  // namespace tollgate::store

namespace tollgate::catalog {

/// Which facts are out of date. A change raises the number of its user; a cached entry that was loaded under another
/// number is a miss. So a change made through this process holds on every worker at once, before its answer is sent.
/// Any thread; a look costs two relaxed loads. Users share numbers (4,096 of them): then one more look-up is made than
/// needed.
class TokenGenerations {
 public:
  /// A user, or any of a user's tokens, was changed or deleted.
  void user_changed(UserId user) {
    total_.fetch_add(1, std::memory_order_seq_cst);
    slot(user).fetch_add(1, std::memory_order_seq_cst);
  }
  /// A token was made: keys that were unknown may not be so any more.
  void token_made() { made_.fetch_add(1, std::memory_order_release); }
  /// Anything may have changed (another node, an import).
  void all_changed() {
    total_.fetch_add(1, std::memory_order_seq_cst);
    all_.fetch_add(1, std::memory_order_seq_cst);
    token_made();
  }

  [[nodiscard]] std::uint64_t of(UserId user) const {
    return (std::uint64_t{all_.load(std::memory_order_acquire)} << 32) + slot(user).load(std::memory_order_acquire);
  }
  /// Counts all changes. Facts that were read between two equal totals belong to the number that `of` gives before the
  /// second.
  [[nodiscard]] std::uint64_t total() const { return total_.load(std::memory_order_seq_cst); }
  [[nodiscard]] std::uint32_t made() const { return made_.load(std::memory_order_acquire); }

 private:
  static constexpr std::size_t kSlots = 4096;
  std::atomic<std::uint32_t>& slot(UserId user) const {
    return slots_[static_cast<std::uint64_t>(user.value) % kSlots];
  }
  mutable std::array<std::atomic<std::uint32_t>, kSlots> slots_{};
  std::atomic<std::uint32_t> all_{0}, made_{0};
  std::atomic<std::uint64_t> total_{0};
};

/// Where token facts come from on a miss.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  struct Loaded {
    std::shared_ptr<TokenFacts> facts;  ///< null: there is no such key
    std::uint64_t generation = 0;       ///< TokenGenerations::of(user) that the facts belong to
  };
  /// On the worker that asks. Errors: storage_unavailable, overloaded, shutting_down.
  virtual net::Task<Result<Loaded>> load(Secret key) = 0;
};

/// The database: found by keyed hash on a storage thread, with the ledger's account and the shared rate cells.
class StoredTokens final : public TokenSource {
 public:
  /// @param hash  crypto::MasterKey::token_hash().
  StoredTokens(store::Storage& storage, ledger::Ledger& ledger, const crypto::KeyedHash& hash,
               const TokenGenerations& generations, const Clock& clock);
  ~StoredTokens() override;

  net::Task<Result<Loaded>> load(Secret key) override;

  /// What `load` does on the storage thread. Blocking.
  [[nodiscard]] Result<Loaded> load_blocking(store::Session& db, const Secret& key);
  /// Facts of a call that a user makes without a token (the console's playground, tests of channels). Blocking.
  /// Errors: not_found.
  [[nodiscard]] Result<TokenRef> for_user_blocking(store::Session& db, UserId user);

 private:
  struct Shared;  // cells of users and tokens
  void fill(TokenFacts& facts);

  store::Storage& storage_;
  ledger::Ledger& ledger_;
  const crypto::KeyedHash hash_;
  const TokenGenerations& generations_;
  const Clock& clock_;
  std::unique_ptr<Shared> shared_;
};

struct TokenCacheOptions {
  std::size_t max_entries = 50'000;  ///< of one worker; beyond, the half that was used longest ago goes
  std::int64_t refresh_ms = 60'000;  ///< facts older than this are read again (SYNC_FREQUENCY)
  std::int64_t idle_ms = 600'000;    ///< facts unused for so long are let go of by `sweep`
  std::size_t max_unknown = 8'192;   ///< keys remembered as unknown
  std::int64_t unknown_ms = 10'000;  ///< and for how long
  std::size_t max_loading = 512;     ///< keys being looked up at once; a further one is `overloaded`
};

/// How keys were found: among the facts, among the keys known as unknown (`negative`), or in neither. Of the worker's
/// thread.
struct TokenCounts {
  telemetry::Counter hit, negative, miss;
};

/// One worker's tokens. A hit is one short keyed hash of the key (SipHash-2-4, 128 bits, of a random key of this
/// cache's own), one look into a hash map and two atomic loads; it neither locks nor allocates, and no key is kept in
/// clear. Two keys with the same hash would need 2^64 tries by someone who knows the random key. Its worker's thread
/// only.
class TokenCache {
 public:
  TokenCache(net::Worker& worker, TokenSource& source, const TokenGenerations& generations,
             TokenCacheOptions options = {}, TokenCounts counts = {});
  ~TokenCache();
  TokenCache(const TokenCache&) = delete;
  TokenCache& operator=(const TokenCache&) = delete;

  /// The facts of a key (Credential::key). Ready at once on a hit; of several that miss at once, one looks up. While
  /// facts are reloaded only because of their age and the database is away, the old ones go on serving.
  /// @param key  Need not outlive the call.
  /// Errors: invalid_api_key (no such key), storage_unavailable, overloaded, shutting_down.
  net::MaybeTask<Result<TokenRef>> find(std::string_view key);

  /// Whether `find` would not have to ask whether there is such a key: its facts are here, be they old.
  [[nodiscard]] bool has(std::string_view key) const { return entries_.contains(hash_(key)); }

  /// Lets go of what was not used for a while, so that the ledger may too. Call it every minute or so.
  void sweep();
  void clear();

  struct Stats {
    std::size_t entries = 0, unknown = 0, loading = 0;
  };
  [[nodiscard]] Stats stats() const;

 private:
  struct Entry {
    TokenRef facts;
    std::uint64_t generation = 0;
    std::int64_t loaded_ns = 0;
    std::int64_t used_ns = 0;
  };
  struct Unknown {
    std::uint32_t made = 0;
    std::int64_t until_ns = 0;
  };
  struct Flight;
  class Landing;

  net::Task<Result<TokenRef>> wait_for(std::shared_ptr<Flight> flight);
  net::Task<void> look_up(Hash128 hash, Secret key, std::shared_ptr<Flight> flight);
  void keep(Hash128 hash, const TokenSource::Loaded& loaded);
  void make_room();

  net::Worker& worker_;
  TokenSource& source_;
  const TokenGenerations& generations_;
  const TokenCacheOptions options_;
  const TokenCounts counts_;
  const SipHash hash_;
  std::unordered_map<Hash128, Entry> entries_;
  std::unordered_map<Hash128, Unknown> unknown_;
  std::unordered_map<Hash128, std::shared_ptr<Flight>> flights_;
};

}  // namespace tollgate::catalog
