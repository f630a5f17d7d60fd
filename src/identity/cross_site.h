#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tollgate::identity {

/// What a browser says about where a request comes from; empty where the header is absent.
struct Provenance {
  bool changes_state = false;       ///< any method but GET, HEAD and OPTIONS
  std::string_view host;            ///< Host
  std::string_view origin;          ///< Origin
  std::string_view sec_fetch_site;  ///< Sec-Fetch-Site
};

/// Refuses requests that another site's page makes with the user's cookie. The predecessors' scripts know no CSRF
/// token, and neither browsers nor scripts need one: a browser sends Sec-Fetch-Site or Origin with every request that
/// changes something, a script neither.
///
/// Only for requests that are authenticated by cookie, and for signing in.
/// @param trusted  Further origins (`https://console.example.com`) that may, from the settings.
/// Error: permission_denied.
[[nodiscard]] Result<void> check_provenance(const Provenance& from, std::span<const std::string> trusted);

}  // namespace tollgate::identity
