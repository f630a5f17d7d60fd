#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/page.h"
#include "store/users.h"

namespace tollgate::store {

/// What is stored. That a token is expired or exhausted is computed, not stored.
enum class TokenStatus : std::int32_t { enabled = 1, disabled = 2 };

/// An API key. Balance = granted − used; of an unlimited token it is not looked at, though `used` counts on.
struct TokenRow {
  TokenId id;
  UserId user;
  std::string name;
  std::string key_hash;    ///< keyed hash of the key without `sk-`, hex; unique
  std::string key_sealed;  ///< the key, encrypted; empty where it is shown only once
  std::string key_hint;    ///< its last four characters, for people
  TokenStatus status = TokenStatus::enabled;
  std::int64_t expires_at = 0;  ///< Unix seconds; 0 never
  bool unlimited = false;
  std::string group;         ///< symbol; empty: the user's
  std::string backup_group;  ///< symbol; empty: none
  bool models_limited = false;
  std::string models;  ///< JSON array of exact names; limited and empty allows nothing
  bool ips_limited = false;
  std::string ips;  ///< JSON array of addresses and CIDR blocks; empty is no limit
  bool heartbeat = false;
  std::int32_t heartbeat_seconds = 0;
  std::string billing_tag;
  std::string settings;  ///< JSON object with what has no column, or empty
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::int64_t deleted_at = 0;
  std::int64_t version = 1;

  // Read only here: changed by change_grant (grants.h) and by the flusher.
  Quota granted = 0;
  Quota used = 0;
  std::int64_t request_count = 0;
  std::int64_t accessed_at = 0;
};

/// A token with what its owner adds to a decision: what the token cache holds.
struct TokenAccess {
  TokenRow token;
  std::string username;
  Role user_role = Role::common;
  UserStatus user_status = UserStatus::enabled;
  std::string user_group;
  Quota user_granted = 0;
  Quota user_used = 0;
  std::int64_t user_version = 0;
};

struct TokenFilter {
  UserId user;          ///< 0: of all users
  TokenId id;           ///< 0: any
  std::string keyword;  ///< prefix of the name, any case
  std::optional<TokenStatus> status;
};

struct OwnedToken {
  TokenRow token;
  std::string owner_name;  ///< display name, else user name
};

/// All functions here block. Errors: those of `guarded` (session.h). Deleted tokens, and tokens of deleted users, are
/// not found.

/// By keyed hash (hex), with its owner. One indexed look-up.
Result<std::optional<TokenAccess>> find_token_access(Session& db, std::string_view key_hash);
/// The same by id, to refresh a cached one.
Result<std::optional<TokenAccess>> find_token_access(Session& db, TokenId id);
Result<std::optional<TokenRow>> find_token(Session& db, TokenId id);
/// Only if it is this user's.
Result<std::optional<TokenRow>> find_token(Session& db, UserId owner, TokenId id);
Result<std::optional<TokenRow>> find_token_by_name(Session& db, UserId owner, std::string_view name);

/// Orders: id, name, status, expired_time, created_time, accessed_time, remain_quota, used_quota, user_id.
Result<Page<TokenRow>> list_tokens(Session& db, const TokenFilter& filter, const PageRequest& page);
Result<Page<OwnedToken>> list_owned_tokens(Session& db, const TokenFilter& filter, const PageRequest& page);
/// Names for log pages, also of deleted tokens.
struct TokenName {
  TokenId id;
  UserId user;
  std::string name;
};
Result<std::vector<TokenName>> find_token_names(Session& db, const std::vector<TokenId>& ids);
/// Tokens that are called this, also deleted ones, newest first, at most `limit`. `owner` 0: of all users.
Result<std::vector<TokenId>> find_token_ids_by_name(Session& db, UserId owner, std::string_view name,
                                                    std::int64_t limit);

/// Inserts with totals of 0 (a first balance is a grant) and returns the id. If `row.id` is set, that id (imports).
/// Errors: conflict (the key is taken).
Result<TokenId> create_token(Session& db, const TokenRow& row);
/// Writes everything but key and totals; a changed `user` moves the token. Errors: not_found; conflict (changed since
/// `row.version`).
Result<void> update_token(Session& db, const TokenRow& row);
/// Soft delete. `owner` 0: whoever's. Errors: not_found.
Result<void> delete_token(Session& db, UserId owner, TokenId id, std::int64_t now);
/// Brings back this user's that were deleted at `since` or later. @return how many there were.
Result<std::int64_t> restore_tokens(Session& db, UserId owner, const std::vector<TokenId>& ids, std::int64_t since,
                                    std::int64_t now);
/// Those of the list that this user has, by id.
Result<std::vector<TokenId>> find_token_ids(Session& db, UserId owner, const std::vector<TokenId>& ids);
Result<std::int64_t> count_tokens(Session& db, UserId owner);

}  // namespace tollgate::store
