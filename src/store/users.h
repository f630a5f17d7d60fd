#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/page.h"

namespace tollgate::store {

class Session;

enum class Role : std::int32_t { guest = 0, common = 1, reliable = 3, admin = 10, root = 100 };
enum class UserStatus : std::int32_t { enabled = 1, disabled = 2 };

/// One account. Times are Unix seconds, 0 is never. Balance = granted − used.
struct UserRow {
  UserId id;
  std::string username;       ///< unique, case matters
  std::string password_hash;  ///< bcrypt; empty: no sign-in by password
  std::string display_name;
  Role role = Role::common;
  UserStatus status = UserStatus::enabled;
  std::string email;
  std::string avatar_url;
  std::string github_id;  ///< login name, the old way
  std::int64_t github_number = 0;
  std::string oidc_id, wechat_id, lark_id;
  std::int64_t telegram_id = 0;
  std::string linux_do_id;
  std::string access_token_hash;    ///< keyed hash of the management API's access token, hex; empty: none
  std::string access_token_sealed;  ///< the same, encrypted (crypto::Sealer::seal_text)
  std::string group = "default";    ///< symbol
  std::string invite_code;          ///< unique, may be empty
  std::int64_t invite_count = 0;
  Quota invite_quota = 0;          ///< not yet transferred
  Quota invite_quota_history = 0;  ///< all there ever was
  UserId inviter;
  std::int64_t last_login_at = 0;
  std::string last_login_ip;
  std::string settings;  ///< JSON object or empty
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  std::int64_t deleted_at = 0;
  std::int64_t version = 1;  ///< raised by each update

  // Read only here: changed by change_grant (grants.h) and by the flusher.
  Quota granted = 0;
  Quota used = 0;
  std::int64_t request_count = 0;
};

struct UserFilter {
  std::string keyword;  ///< a number: that id; also a prefix of user name, email, display name or group, any case
  std::optional<UserStatus> status;
  std::optional<Role> role;
  std::string group;
};

/// All functions here block. Errors: those of `guarded` (session.h). Soft-deleted users are found by
/// `find_users_by_ids` only.

Result<std::optional<UserRow>> find_user(Session& db, UserId id);
Result<std::optional<UserRow>> find_user_by_name(Session& db, std::string_view username);
/// The first by id if several have it; an empty text finds nobody.
Result<std::optional<UserRow>> find_user_by_email(Session& db, std::string_view email);
Result<std::optional<UserRow>> find_user_by_access_token(Session& db, std::string_view hash);
Result<std::optional<UserRow>> find_user_by_invite_code(Session& db, std::string_view code);
/// An identity at a sign-in provider. Empty and 0 find nobody.
enum class Identity : std::uint8_t { github_id, github_number, oidc_id, wechat_id, lark_id, telegram_id, linux_do_id };
Result<std::optional<UserRow>> find_user_by_identity(Session& db, Identity kind, std::string_view value);

/// Orders: id, username, display_name, email, role, status, group, created_time, last_login_time, last_login_ip, quota,
/// used_quota, request_count.
Result<Page<UserRow>> list_users(Session& db, const UserFilter& filter, const PageRequest& page);
/// Names for log pages, in no order: also of deleted users.
struct UserName {
  UserId id;
  std::string username, display_name;
  std::int64_t deleted_at = 0;
};
Result<std::vector<UserName>> find_user_names(Session& db, const std::vector<UserId>& ids);
/// Every user that has or had this name, for log filters.
Result<std::vector<UserId>> find_user_ids_by_name(Session& db, std::string_view username);

/// Inserts with totals of 0 (a first balance is a grant) and returns the id. If `row.id` is set, that id (imports).
/// Errors: conflict (user name, access token or invite code is taken).
Result<UserId> create_user(Session& db, const UserRow& row);
/// Writes everything but the totals. Errors: not_found; conflict (someone else changed it since `row.version`, or a
/// unique value is taken).
Result<void> update_user(Session& db, const UserRow& row);
/// Notes a sign-in; does not raise the version.
Result<void> touch_user(Session& db, UserId id, std::int64_t now, std::string_view ip);
/// Soft delete: the name becomes `<name>_del_<suffix>` and so is free again, access token and identities are dropped,
/// sessions end, preferences go, tokens are deleted too. Errors: not_found.
Result<void> delete_user(Session& db, UserId id, std::string_view suffix, std::int64_t now);
/// One that was deleted at `since` or later, with the name of before.
Result<std::optional<UserRow>> find_deleted_user(Session& db, UserId id, std::int64_t since);
/// Undoes a deletion, and that of the tokens that went with it; access token, identities and preferences are gone.
/// @param user  from find_deleted_user.   @return the tokens.   Errors: not_found, conflict (the name is taken by now).
Result<std::vector<TokenId>> restore_user(Session& db, const UserRow& user, std::int64_t now);

struct UserTotals {
  std::int64_t users = 0;
  std::int64_t invited_users = 0;
  Quota balance = 0;
  Quota used = 0;
};
Result<UserTotals> user_totals(Session& db);
struct NewUsers {
  std::int64_t day = 0;  ///< Unix seconds of the UTC day's start
  std::int64_t users = 0;
  std::int64_t invited_users = 0;
};
/// Accounts made within a span of time (Unix seconds, both inclusive), by day.
Result<std::vector<NewUsers>> count_new_users(Session& db, std::int64_t from, std::int64_t to);
/// Whether anyone with this role exists: a first start has no root.
Result<bool> any_user_with_role(Session& db, Role role);

}  // namespace tollgate::store
