#include "identity/principal.h"

namespace tollgate::identity {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::guest:
      return "guest";
    case Role::common:
      return "user";
    case Role::reliable:
      return "trusted";
    case Role::admin:
      return "admin";
    case Role::root:
      return "root";
  }
  return "unknown";
}

Result<void> require(const Principal& principal, Role wanted) {
  if (principal.is(wanted)) return {};
  return fail(ErrorCode::permission_denied, "this needs the role " + std::string(role_name(wanted)));
}

Result<void> require_above(const Principal& principal, Role target) {
  if (principal.role == Role::root || static_cast<std::int32_t>(principal.role) > static_cast<std::int32_t>(target)) {
    return {};
  }
  return fail(ErrorCode::permission_denied, "users of the same or a higher role may not be changed");
}

}  // namespace tollgate::identity
