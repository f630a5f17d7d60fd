#include "catalog/token_cache.h"

#include <algorithm>
#include <coroutine>
#include <optional>
#include <vector>

#include "crypto/random.h"

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

SipHash::Key random_key() {
  SipHash::Key key;
  crypto::fill_random(key);
  return key;
}

Error unknown_key() { return {ErrorCode::invalid_api_key, "the API key is not valid"}; }

}  // namespace

/// One look-up and those who wait for it. Its worker only.
struct TokenCache::Flight {
  std::vector<std::coroutine_handle<>> waiting;
  std::optional<Result<TokenRef>> answer;
};

/// Waits until the flight has its answer.
class TokenCache::Landing {
 public:
  explicit Landing(Flight& flight) : flight_(flight) {}
  [[nodiscard]] bool await_ready() const { return flight_.answer.has_value(); }
  void await_suspend(std::coroutine_handle<> handle) { flight_.waiting.push_back(handle); }
  void await_resume() const {}

 private:
  Flight& flight_;
};

TokenCache::TokenCache(net::Worker& worker, TokenSource& source, const TokenGenerations& generations,
                       TokenCacheOptions options, TokenCounts counts)
    : worker_(worker),
      source_(source),
      generations_(generations),
      options_(options),
      counts_(counts),
      hash_(random_key()) {}

TokenCache::~TokenCache() = default;

net::MaybeTask<Result<TokenRef>> TokenCache::find(std::string_view key) {
  const Hash128 hash = hash_(key);
  const std::int64_t now = worker_.now_ns();
  if (const auto found = entries_.find(hash); found != entries_.end()) {
    Entry& entry = found->second;
    if (entry.generation == generations_.of(entry.facts->user) &&
        now - entry.loaded_ns < options_.refresh_ms * kNsPerMs) {
      entry.used_ns = now;
      counts_.hit.add();
      return Result<TokenRef>(entry.facts);
    }
  } else if (const auto bad = unknown_.find(hash); bad != unknown_.end()) {
    if (bad->second.made == generations_.made() && now < bad->second.until_ns) {
      counts_.negative.add();
      return Result<TokenRef>(std::unexpected(unknown_key()));
    }
    unknown_.erase(bad);
  }
  counts_.miss.add();

  if (const auto under_way = flights_.find(hash); under_way != flights_.end()) return wait_for(under_way->second);
  if (flights_.size() >= options_.max_loading) {
    return Result<TokenRef>(
        fail(ErrorCode::overloaded, "too many API keys are being looked up at once; try again in a moment"));
  }
  auto flight = std::make_shared<Flight>();
  flights_.emplace(hash, flight);
  // The look-up belongs to nobody who waits for it, so that none of them leaving ends it for the others.
  worker_.spawn(look_up(hash, Secret(key), flight));
  return wait_for(std::move(flight));
}

net::Task<Result<TokenRef>> TokenCache::wait_for(std::shared_ptr<Flight> flight) {
  co_await Landing(*flight);
  co_return *flight->answer;
}

net::Task<void> TokenCache::look_up(Hash128 hash, Secret key, std::shared_ptr<Flight> flight) {
  const std::uint32_t made = generations_.made();
  auto loaded = co_await source_.load(std::move(key));
  if (!loaded) {
    // Facts that are merely old are better than none while the database is away.
    const auto old = entries_.find(hash);
    if (old != entries_.end() && old->second.generation == generations_.of(old->second.facts->user)) {
      flight->answer = old->second.facts;
    } else {
      flight->answer = std::unexpected(std::move(loaded.error()));
    }
  } else if (!loaded->facts) {
    entries_.erase(hash);
    if (unknown_.size() >= options_.max_unknown) unknown_.clear();
    unknown_[hash] = {made, worker_.now_ns() + (options_.unknown_ms * kNsPerMs)};
    flight->answer = std::unexpected(unknown_key());
  } else {
    keep(hash, *loaded);
    flight->answer = TokenRef(std::move(loaded->facts));
  }
  flights_.erase(hash);
  for (const std::coroutine_handle<> waiter : flight->waiting) worker_.defer(waiter);
  flight->waiting.clear();
}

void TokenCache::keep(Hash128 hash, const TokenSource::Loaded& loaded) {
  if (entries_.size() >= options_.max_entries && !entries_.contains(hash)) make_room();
  const std::int64_t now = worker_.now_ns();
  entries_[hash] = {loaded.facts, loaded.generation, now, now};
}

void TokenCache::make_room() {
  std::vector<std::int64_t> used;
  used.reserve(entries_.size());
  for (const auto& [hash, entry] : entries_) used.push_back(entry.used_ns);
  if (used.empty()) return;
  const auto middle = used.begin() + static_cast<std::ptrdiff_t>(used.size() / 2);
  std::ranges::nth_element(used, middle);
  std::size_t to_go = (used.size() / 2) + 1;
  std::erase_if(entries_, [&](const auto& item) {
    if (to_go == 0 || item.second.used_ns > *middle) return false;
    --to_go;
    return true;
  });
}

void TokenCache::sweep() {
  const std::int64_t now = worker_.now_ns();
  std::erase_if(entries_, [&](const auto& item) { return now - item.second.used_ns >= options_.idle_ms * kNsPerMs; });
  std::erase_if(unknown_, [&](const auto& item) { return now >= item.second.until_ns; });
}

void TokenCache::clear() {
  entries_.clear();
  unknown_.clear();
}

TokenCache::Stats TokenCache::stats() const { return {entries_.size(), unknown_.size(), flights_.size()}; }

}  // namespace tollgate::catalog
