#include "identity/cross_site.h"

#include <algorithm>

#include "base/strings.h"

namespace tollgate::identity {
namespace {

// `https://host:port` without its scheme; empty for `null` and anything that is no origin.
std::string_view authority_of(std::string_view origin) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (istarts_with(origin, scheme)) return origin.substr(scheme.size());
  }
  return {};
}

std::string_view without_default_port(std::string_view authority, std::string_view origin) {
  const std::string_view port = istarts_with(origin, "https://") ? ":443" : ":80";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

}  // namespace

Result<void> check_provenance(const Provenance& from, std::span<const std::string> trusted) {
  if (!from.changes_state) return {};
  const auto refused = [] {
    return fail(ErrorCode::permission_denied, "requests from another site's page are refused");
  };
  // The browser's own word comes first: a proxy in front may have changed Host, or speak TLS where we do not.
  const std::string_view site = trim(from.sec_fetch_site);
  if (iequals(site, "same-origin") || iequals(site, "none")) return {};

  const std::string_view origin = trim(from.origin);
  if (origin.empty()) return site.empty() ? Result<void>{} : refused();
  if (std::ranges::any_of(trusted, [&](const std::string& one) { return iequals(one, origin); })) return {};
  const std::string_view authority = without_default_port(authority_of(origin), origin);
  const std::string_view host = without_default_port(trim(from.host), origin);
  if (site.empty() && !authority.empty() && iequals(authority, host)) return {};
  return refused();
}

}  // namespace tollgate::identity
