#include "identity/throttle.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace tollgate::identity {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kMaxPart = 128;

// Names are folded and clipped, so that neither letter case nor length makes a new account.
std::string account_key(std::string_view account) { return "u" + to_lower(clip_utf8(trim(account), kMaxPart)); }
std::string address_key(std::string_view address) { return "a" + std::string(clip_utf8(address, kMaxPart)); }
std::string pair_key(std::string_view account, std::string_view address) {
  return "p" + account_key(account) + '\n' + address_key(address);
}

}  // namespace

Result<void> SignInThrottle::check(std::string_view account, std::string_view address, std::int64_t now_ns) const {
  std::int64_t until = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : {pair_key(account, address), account_key(account), address_key(address)}) {
      if (const auto found = entries_.find(key); found != entries_.end())
        until = std::max(until, found->second.until_ns);
    }
  }
  if (until <= now_ns) return {};
  const std::int64_t wait_ms = (until - now_ns + kNsPerMs - 1) / kNsPerMs;
  return fail(Error(ErrorCode::rate_limit_exceeded,
                    "too many failed sign-ins; try again in " + std::to_string((wait_ms + 999) / 1'000) + " s")
                  .retry_after_ms(wait_ms));
}

void SignInThrottle::failed(std::string_view account, std::string_view address, std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() + 3 > options_.max_entries) make_room(now_ns);
  count(pair_key(account, address), options_.free_pair, options_.longest_pair_ms, now_ns);
  count(account_key(account), options_.free_account, options_.longest_other_ms, now_ns);
  count(address_key(address), options_.free_address, options_.longest_other_ms, now_ns);
}

void SignInThrottle::succeeded(std::string_view account, std::string_view address) {
  const std::lock_guard lock(mutex_);
  entries_.erase(pair_key(account, address));
  entries_.erase(account_key(account));
}

std::size_t SignInThrottle::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void SignInThrottle::count(const std::string& key, int free, std::int64_t longest_ms, std::int64_t now_ns) {
  Entry& entry = entries_[key];
  if (now_ns - entry.last_ns >= options_.forget_ms * kNsPerMs) entry = {};
  entry.last_ns = now_ns;
  ++entry.failures;
  const int over = entry.failures - free;
  if (over < 0) return;
  const std::int64_t wait = std::min(longest_ms, options_.first_wait_ms << std::min(over, 20));
  entry.until_ns = now_ns + (wait * kNsPerMs);
}

void SignInThrottle::make_room(std::int64_t now_ns) {
  std::erase_if(entries_,
                [&](const auto& item) { return now_ns - item.second.last_ns >= options_.forget_ms * kNsPerMs; });
  if (entries_.size() < options_.max_entries / 2) return;
  std::vector<std::int64_t> last;
  last.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) last.push_back(entry.last_ns);
  const auto middle = last.begin() + static_cast<std::ptrdiff_t>(last.size() / 2);
  std::ranges::nth_element(last, middle);
  std::size_t to_go = (last.size() / 2) + 1;
  std::erase_if(entries_, [&](const auto& item) {
    if (to_go == 0 || item.second.last_ns > *middle) return false;
    --to_go;
    return true;
  });
}

}  // namespace tollgate::identity
