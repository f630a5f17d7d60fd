#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "identity/cookie.h"
#include "identity/principal.h"
#include "identity/throttle.h"
#include "net/task.h"
#include "store/users.h"

namespace tollgate::store {
class Session;
class Storage;
}  // namespace tollgate::store

namespace tollgate::identity {

/// What a request shows of its maker; views into it.
struct Presented {
  std::string_view cookie_header;  ///< Cookie
  std::string_view authorization;  ///< Authorization: an access token, with or without `Bearer `
  std::string_view user_header;    ///< New-Api-User, if there is one: must then name the user
  bool unattended = false;         ///< a page refreshes itself, and nobody is at it: no use of the session
};

/// Of a sign-in.
struct SignIn {
  Secret cookie;  ///< value of the session cookie
  store::UserRow user;
};

struct AccountsOptions {
  std::int64_t session_lifetime_s = 30 * 86'400;  ///< without use
  int bcrypt_cost = crypto::kBcryptCostDefault;
  bool password_login = true;
};

/// Signing in and out, and who is calling. Functions that take a Session block and run on a storage thread; the others
/// run on any worker and do the rest there. Lives as long as the server. Any thread.
class Accounts {
 public:
  /// @param access_hash  Keyed hash of access tokens (users.access_token_hash); its own sub-key of the master key.
  Accounts(store::Storage& storage, const CookieSigner& signer, const crypto::KeyedHash& access_hash,
           const crypto::Sealer& sealer, const Clock& clock);

  /// The user behind a session cookie or, if there is none that holds, an access token. One look-up in the database.
  /// A session that is used is prolonged, at most once an hour or eight times in its life.
  /// Errors: not_signed_in() (nothing shown, or nothing that holds), account_disabled, permission_denied (New-Api-User
  /// names another user), storage_unavailable, overloaded.
  net::Task<Result<Principal>> authenticate(Presented shown, AccountsOptions options, Deadline deadline);
  [[nodiscard]] Result<Principal> authenticate_blocking(store::Session& db, const Presented& shown);

  /// Checks name (or e-mail address) and password, and makes a session. Whether the name exists shows neither in the
  /// answer nor in its time. The hash is renewed when its cost has changed.
  /// Errors: invalid_request ("user name or password is wrong"), account_disabled (only with the right password),
  /// rate_limit_exceeded with retry_after_ms, permission_denied (password sign-in is switched off),
  /// storage_unavailable, overloaded.
  net::Task<Result<SignIn>> sign_in(std::string name, Secret password, std::string address, std::string user_agent,
                                    AccountsOptions options, Deadline deadline);
  /// Takes the password once more from somebody who is signed in by a session, which is noted there.
  /// Errors: invalid_request ("the password is wrong", naming it), rate_limit_exceeded with retry_after_ms,
  /// storage_unavailable, overloaded.
  net::Task<Result<void>> prove(Principal who, Secret password, std::string address, Deadline deadline);
  /// Makes a session for a user who was identified otherwise. Blocking.
  [[nodiscard]] Result<SignIn> open_session(store::Session& db, const store::UserRow& user, std::string_view address,
                                            std::string_view user_agent, const AccountsOptions& options);

  /// Ends the session of the cookie; one that does not hold is no error. Blocking.
  [[nodiscard]] Result<void> sign_out(store::Session& db, std::string_view cookie_header);
  /// Ends a user's sessions but, if it is given, the one of `except` (Principal::session). Blocking.
  [[nodiscard]] Result<void> end_sessions(store::Session& db, UserId user, std::string_view except = {});

  /// Sets a password and ends the user's other sessions. Blocking. Errors: invalid_request, not_found, conflict.
  [[nodiscard]] Result<void> set_password(store::Session& db, UserId user, const Secret& password,
                                          const AccountsOptions& options, std::string_view keep_session = {});
  /// Whether it is the user's password. Blocking, some 50 ms.
  [[nodiscard]] bool password_is(const store::UserRow& user, const Secret& password) const;

  /// A new access token for the management API in place of the old one. Blocking. Errors: not_found, conflict.
  [[nodiscard]] Result<Secret> renew_access_token(store::Session& db, UserId user);
  /// Fills the row's access token columns; for rows about to be written.
  void put_access_token(store::UserRow& row, const Secret& token) const;
  /// The user's access token, if there is one. Errors: internal (sealed by another key).
  [[nodiscard]] Result<std::optional<Secret>> access_token(const store::UserRow& row) const;

  [[nodiscard]] SignInThrottle& throttle() { return throttle_; }

 private:
  store::Storage& storage_;
  const CookieSigner& signer_;
  const crypto::KeyedHash access_hash_;
  const crypto::Sealer& sealer_;
  const Clock& clock_;
  SignInThrottle throttle_;
};

/// 401 "not signed in, or the access token is not valid": the one answer to all who are not known.
[[nodiscard]] Error not_signed_in();

}  // namespace tollgate::identity
