#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace tollgate::crypto {

/// bcrypt, as all predecessors have it: their hashes ($2a$, $2b$, $2y$) verify here. Every call takes some 50 ms of CPU
/// at cost 10 and doubles with each step: storage threads only, never an event loop.
inline constexpr int kBcryptCostDefault = 10;
inline constexpr int kBcryptCostMin = 4;
inline constexpr int kBcryptCostMax = 16;
/// bcrypt reads no further. Longer passwords are refused when set, rather than cut in silence.
inline constexpr std::size_t kPasswordMaxBytes = 72;

/// Errors: invalid_request (empty, longer than 72 bytes, holds a zero byte, cost out of bounds).
Result<std::string> hash_password(const Secret& password, int cost = kBcryptCostDefault);

/// Whether the password is the one that was hashed. A hash of no known form never matches.
bool verify_password(const Secret& password, std::string_view hash);

/// Takes as long as `verify_password` does, and is false: for names that do not exist, so that time does not tell.
bool verify_nobody(const Secret& password, int cost = kBcryptCostDefault);

/// Whether `hash` was made with another cost and should be made anew at the next sign-in.
bool wants_rehash(std::string_view hash, int cost = kBcryptCostDefault);

}  // namespace tollgate::crypto
