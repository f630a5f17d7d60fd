#pragma once

#include <string>
#include <string_view>

namespace tollgate::app {

/// No script, no other origin.
inline constexpr std::string_view kWelcomePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a browser finds at `/`: where this is, a first call to copy, and where to go on.
/// @param address  `http://host:port` as the browser called it; hostile text is escaped.
[[nodiscard]] std::string welcome_page(std::string_view system_name, std::string_view address);

}  // namespace tollgate::app
