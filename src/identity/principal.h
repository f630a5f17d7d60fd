#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "store/users.h"

namespace tollgate::identity {

using store::Role;

/// Roles are a ladder: whoever may more may also less (0 guest, 1 user, 3 trusted employee, 10 administrator, 100
/// root).
[[nodiscard]] constexpr bool at_least(Role role, Role wanted) {
  return static_cast<std::int32_t>(role) >= static_cast<std::int32_t>(wanted);
}
[[nodiscard]] std::string_view role_name(Role role);

/// Who makes a management call. Read from the database for this very call: a user who was disabled, demoted or deleted
/// a moment ago is that already.
struct Principal {
  enum class Via : std::uint8_t { session, access_token };

  UserId user;
  std::string username;
  std::string display_name;
  Role role = Role::common;
  std::string group;
  Via via = Via::session;
  std::string session;               ///< keyed hash of the session's id, hex; empty for access tokens
  std::int64_t proved_at = 0;        ///< when the session's password was last given, Unix seconds
  std::int64_t session_ends_at = 0;  ///< unless it is used before, Unix seconds

  [[nodiscard]] bool is(Role wanted) const { return at_least(role, wanted); }
};

/// Whether the caller may use what needs `wanted`. Error: permission_denied.
[[nodiscard]] Result<void> require(const Principal& principal, Role wanted);
/// Whether the caller may change a user of that role: only one below, except that root may change root.
/// Error: permission_denied.
[[nodiscard]] Result<void> require_above(const Principal& principal, Role target);

}  // namespace tollgate::identity
