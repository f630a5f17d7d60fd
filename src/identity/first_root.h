#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "identity/accounts.h"

namespace tollgate::store {
class Session;
}

namespace tollgate::identity {

/// What the operator wants of the first start; empty: made at random.
struct FirstRoot {
  Secret password;         ///< INITIAL_ROOT_PASSWORD
  Secret token;            ///< INITIAL_ROOT_TOKEN, with or without `sk-`
  Secret access_token;     ///< INITIAL_ROOT_ACCESS_TOKEN; empty: none
  bool keep_token = true;  ///< setting tokens.reveal: keep an encrypted copy of the key
  int bcrypt_cost = crypto::kBcryptCostDefault;
};

/// What was made, to be printed once where it is random.
struct MadeRoot {
  UserId user;
  Secret password;
  bool password_is_random = false;
  Secret token;  ///< as callers send it
  bool token_is_random = false;
};

inline constexpr Quota kRootQuota = 100'000'000;  ///< as the predecessors give it: $200

/// Creates the account `root` with a balance and its first, unlimited token, all or nothing, unless somebody has the
/// role already. Of two processes at once, one makes it. Blocking.
/// @param token_hash  crypto::MasterKey::token_hash().
/// @return what was made; nothing if there is a root.
/// Errors: invalid_request (a password or token that may not be one), conflict (a user called root without the role),
/// storage_unavailable.
[[nodiscard]] Result<std::optional<MadeRoot>> create_root_if_missing(store::Session& db, const Accounts& accounts,
                                                                     const crypto::KeyedHash& token_hash,
                                                                     const crypto::Sealer& sealer,
                                                                     const FirstRoot& wanted, std::int64_t now_unix_s);

/// Whether the password that was made at random at the first start, and printed, still opens the account. Blocking.
[[nodiscard]] Result<bool> first_password_in_use(store::Session& db, const crypto::KeyedHash& token_hash);

}  // namespace tollgate::identity
