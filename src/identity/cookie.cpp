#include "identity/cookie.h"

#include <algorithm>

#include "base/strings.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace tollgate::identity {
namespace {

constexpr std::size_t kIdChars = 43;  // 32 bytes as base64url

std::string derive(const Secret& secret, std::string_view purpose) {
  const crypto::Digest digest = crypto::KeyedHash(secret.reveal())(purpose);
  return std::string(digest.view());
}

std::string attributes(const CookieRules& rules, std::int64_t max_age_s) {
  std::string out = "; Path=/; Max-Age=" + std::to_string(max_age_s) + "; HttpOnly; SameSite=";
  out += rules.same_site == SameSite::lax ? "Lax" : "Strict";
  if (rules.secure) out += "; Secure";
  return out;
}

}  // namespace

CookieSigner::CookieSigner(const Secret& secret)
    : signature_(derive(secret, "session.signature")), record_(derive(secret, "session.record")) {}

CookieSigner::Issued CookieSigner::issue() const {
  const std::string id = crypto::base64url(crypto::random_bytes(32));
  return {Secret(id + "." + crypto::base64url(signature_(id).view())), record_(id).hex()};
}

std::optional<std::string> CookieSigner::verify(std::string_view value) const {
  if (value.size() != (kIdChars * 2) + 1 || value[kIdChars] != '.') return std::nullopt;
  const std::string_view id = value.substr(0, kIdChars);
  const std::string wanted = crypto::base64url(signature_(id).view());
  if (!crypto::equal_constant_time(value.substr(kIdChars + 1), wanted)) return std::nullopt;
  return record_(id).hex();
}

std::string set_cookie(std::string_view value, const CookieRules& rules) {
  return std::string(kSessionCookie) + "=" + std::string(value) + attributes(rules, rules.lifetime_s);
}

std::string clear_cookie(const CookieRules& rules) { return std::string(kSessionCookie) + "=" + attributes(rules, 0); }

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trim(header.substr(0, end));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) {
      std::string_view value = trim(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      return value;
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {};
}

}  // namespace tollgate::identity
