#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/hash.h"

namespace tollgate::identity {

/// The name that the predecessors' front-ends and scripts know.
inline constexpr std::string_view kSessionCookie = "session";

enum class SameSite : std::uint8_t { strict, lax };

/// How the cookie is set, from the settings.
struct CookieRules {
  SameSite same_site = SameSite::strict;
  bool secure = false;          ///< only over TLS
  std::int64_t lifetime_s = 0;  ///< Max-Age
};

/// Makes and checks the cookie's value: a random id of 256 bits and a signature under the session secret. The signature
/// keeps guesses away from the database; what counts is the server's record, found by a keyed hash of the id, so that a
/// copy of the database opens no session. Pure; immutable; any thread.
class CookieSigner {
 public:
  /// @param secret  The setting session_secret, or crypto::MasterKey::signing_key("session").
  explicit CookieSigner(const Secret& secret);

  struct Issued {
    Secret value;         ///< for the cookie
    std::string id_hash;  ///< for the record, hex
  };
  [[nodiscard]] Issued issue() const;
  /// The record's key of a cookie that we signed; nothing for any other text.
  [[nodiscard]] std::optional<std::string> verify(std::string_view value) const;

 private:
  crypto::KeyedHash signature_;
  crypto::KeyedHash record_;
};

/// Set-Cookie's value: Path=/, HttpOnly, SameSite, Max-Age, and Secure where the rules say so.
[[nodiscard]] std::string set_cookie(std::string_view value, const CookieRules& rules);
/// The one that takes the cookie away.
[[nodiscard]] std::string clear_cookie(const CookieRules& rules);
/// A cookie's value in a Cookie header; the first of that name, empty if there is none.
[[nodiscard]] std::string_view cookie_value(std::string_view header, std::string_view name = kSessionCookie);

}  // namespace tollgate::identity
