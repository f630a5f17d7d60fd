#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"
#include "manage/context.h"
#include "store/users.h"

namespace tollgate::manage {

inline constexpr std::size_t kMaxDisplayName = 20;  ///< characters, as the predecessors have it
inline constexpr std::size_t kMaxEmail = 50;

/// A user as the API shows them. Members that a route leaves out are zero in the row given.
/// @param used          Live: ledger::Ledger::live_used.
/// @param access_token  Only to its owner.
[[nodiscard]] json::object user_value(const store::UserRow& user, Quota used, std::string_view access_token = {});
/// The same with the live balance.
[[nodiscard]] json::object live_user_value(const Context& ctx, const store::UserRow& user,
                                           std::string_view access_token = {});

/// What a body says of a user; members that are absent, null or empty are not there.
struct UserChange {
  std::string username, display_name, email, group;
  Secret password;
  std::int64_t id = 0, role = 0, status = 0;
  std::optional<std::int64_t> version;
};
/// Reads a body and checks lengths. Error: invalid_request, naming the member.
[[nodiscard]] Result<UserChange> read_user_change(const json::object& body);

/// Hashes a new password, on a reading thread, so that writers do not wait for it. Empty for an empty one.
/// Error: invalid_request (it may not be one, or is the user's own name).
[[nodiscard]] net::Task<Result<std::string>> hash_new_password(Context& ctx, const Secret& password,
                                                               const std::string& username);

/// Characters of a UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace tollgate::manage
