#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "crypto/password.h"

namespace tollgate::identity {

/// Bounds of a new password: in characters from below, in bytes from above (bcrypt reads no further). The predecessors
/// stop at 20 characters; longer ones are fine here.
inline constexpr std::size_t kPasswordMinChars = 8;

/// Whether a text may become a password: long enough, not too long, no control characters, not one of the few that
/// everybody tries first, not the user's own name. Pure. Error: invalid_request, param `password`.
[[nodiscard]] Result<void> check_new_password(const Secret& password, std::string_view username);

/// Whether a text may become a user name: 1 to 12 characters as the predecessors have it (up to 64 for those whom an
/// administrator or a sign-in provider makes), no blanks around it, no control characters.
/// Error: invalid_request, param `username`.
[[nodiscard]] Result<void> check_username(std::string_view username, std::size_t max_chars = 12);

}  // namespace tollgate::identity
