#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace tollgate::store {

class Session;

/// The server's record of a sign-in: a cookie without one is worth nothing.
struct SignInRow {
  std::string id_hash;  ///< keyed hash of the cookie's session id, hex; primary key
  UserId user;
  std::int64_t created_at = 0;
  std::int64_t expires_at = 0;
  std::int64_t seen_at = 0;
  std::string ip;
  std::string user_agent;
  std::string data;  ///< JSON object: ceremonies in progress and the like; or empty
};

/// All functions here block. Errors: those of `guarded` (session.h).

/// Errors: conflict.
Result<void> create_sign_in(Session& db, const SignInRow& row);
/// Not if it has expired at `now`.
Result<std::optional<SignInRow>> find_sign_in(Session& db, std::string_view id_hash, std::int64_t now);
Result<void> touch_sign_in(Session& db, std::string_view id_hash, std::int64_t seen_at, std::int64_t expires_at);
Result<void> set_sign_in_data(Session& db, std::string_view id_hash, std::string_view data);
/// @return whether there was one.
Result<bool> delete_sign_in(Session& db, std::string_view id_hash);
/// All of a user's, but for `except` (empty: none is spared). @return how many.
Result<std::int64_t> delete_sign_ins(Session& db, UserId user, std::string_view except);
Result<std::vector<SignInRow>> list_sign_ins(Session& db, UserId user, std::int64_t now);  ///< newest first
/// At most `slice` a call. @return how many.
Result<std::int64_t> delete_expired_sign_ins(Session& db, std::int64_t now, std::int64_t slice);

}  // namespace tollgate::store
