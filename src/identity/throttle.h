#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"

namespace tollgate::identity {

/// Slows guessing at passwords: after a few failures of one account from one address, each further one doubles the
/// wait. Apart from that, an account that fails from ever new addresses, and an address that tries ever new accounts,
/// are slowed on their own, later and for a shorter time, so that nobody can lock somebody else out for good. Process
/// memory, bounded; a success forgets the pair and the account. Any thread.
class SignInThrottle {
 public:
  struct Options {
    int free_pair = 5, free_account = 50, free_address = 50;  ///< failures before the first wait
    std::int64_t first_wait_ms = 2'000;
    std::int64_t longest_pair_ms = 900'000;  ///< 15 minutes
    std::int64_t longest_other_ms = 30'000;
    std::int64_t forget_ms = 3'600'000;  ///< without a failure
    std::size_t max_entries = 50'000;    ///< beyond, those that failed longest ago are forgotten
  };
  SignInThrottle() : SignInThrottle(Options{}) {}
  explicit SignInThrottle(Options options) : options_(options) {}

  /// Whether a try may be made now, before any password is hashed.
  /// Error: rate_limit_exceeded with retry_after_ms.
  [[nodiscard]] Result<void> check(std::string_view account, std::string_view address, std::int64_t now_ns) const;
  void failed(std::string_view account, std::string_view address, std::int64_t now_ns);
  void succeeded(std::string_view account, std::string_view address);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    int failures = 0;
    std::int64_t until_ns = 0;
    std::int64_t last_ns = 0;
  };
  void count(const std::string& key, int free, std::int64_t longest_ms, std::int64_t now_ns);
  void make_room(std::int64_t now_ns);

  const Options options_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace tollgate::identity
