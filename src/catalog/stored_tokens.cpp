#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "catalog/token_cache.h"
#include "ledger/ledger.h"
#include "store/executor.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::catalog {
namespace {

// How long a request may wait for its token to be looked up.
constexpr std::int64_t kLoadMs = 10'000;

// Cells that are shared by all workers for as long as somebody holds them.
class ConcurrencyCells {
 public:
  std::shared_ptr<ConcurrencyCell> of(std::int64_t id) {
    if (cells_.size() >= prune_at_) {
      std::erase_if(cells_, [](const auto& item) { return item.second.expired(); });
      prune_at_ = std::max<std::size_t>(1024, cells_.size() * 2);
    }
    auto& known = cells_[id];
    auto cell = known.lock();
    if (!cell) known = cell = std::make_shared<ConcurrencyCell>();
    return cell;
  }

 private:
  std::unordered_map<std::int64_t, std::weak_ptr<ConcurrencyCell>> cells_;
  std::size_t prune_at_ = 1024;
};

}  // namespace

struct StoredTokens::Shared {
  RateCells rates;
  std::mutex mutex;
  ConcurrencyCells users, tokens;
};

StoredTokens::StoredTokens(store::Storage& storage, ledger::Ledger& ledger, const crypto::KeyedHash& hash,
                           const TokenGenerations& generations, const Clock& clock)
    : storage_(storage),
      ledger_(ledger),
      hash_(hash),
      generations_(generations),
      clock_(clock),
      shared_(std::make_unique<Shared>()) {}

StoredTokens::~StoredTokens() = default;

void StoredTokens::fill(TokenFacts& facts) {
  facts.rate = shared_->rates.of(facts.user, clock_.mono_ns());
  const std::lock_guard lock(shared_->mutex);
  facts.user_calls = shared_->users.of(facts.user.value);
  if (facts.token) facts.token_calls = shared_->tokens.of(facts.token.value);
}

net::Task<Result<TokenSource::Loaded>> StoredTokens::load(Secret key) {
  const net::Worker& worker = net::Worker::current();
  co_return co_await storage_.read([this, &key](store::Session& db) { return load_blocking(db, key); },
                                   worker.in_ms(kLoadMs));
}

Result<TokenSource::Loaded> StoredTokens::load_blocking(store::Session& db, const Secret& key) {
  const std::string key_hash = hash_(key.reveal()).hex();
  // Facts and number must belong together. Changes are far apart, so one reading does; where many fall together, the
  // number is spoilt and the facts serve only those who wait for them now.
  Loaded out;
  for (int round = 0;; ++round) {
    const std::uint64_t total = generations_.total();
    auto found = store::find_token_access(db, key_hash);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return Loaded{};
    out.facts = std::make_shared<TokenFacts>(facts_from(**found));
    out.generation = generations_.of(out.facts->user);
    if (generations_.total() == total) break;
    if (round == 3) {
      --out.generation;
      break;
    }
  }
  auto account = ledger_.load_blocking(db, out.facts->user, out.facts->token);
  if (!account) {
    if (account.error().code() == ErrorCode::not_found) return Loaded{};  // deleted in between
    return std::unexpected(std::move(account.error()));
  }
  out.facts->account = std::move(*account);
  fill(*out.facts);
  return out;
}

Result<TokenRef> StoredTokens::for_user_blocking(store::Session& db, UserId user) {
  auto row = store::find_user(db, user);
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return fail(ErrorCode::not_found, "no such user");
  auto account = ledger_.load_blocking(db, user, TokenId{});
  if (!account) return std::unexpected(std::move(account.error()));
  auto facts = std::make_shared<TokenFacts>();
  facts->user = user;
  facts->username = (*row)->username;
  facts->role = (*row)->role;
  facts->user_enabled = (*row)->status == store::UserStatus::enabled;
  facts->user_group = (*row)->group;
  facts->unlimited = true;
  facts->account = std::move(*account);
  fill(*facts);
  return TokenRef(std::move(facts));
}

}  // namespace tollgate::catalog
