#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "console/files.h"
#include "http/server.h"

namespace tollgate::console {

/// The console: its files, and its page at `/` and wherever `is_page` says so. What is neither is an unknown path, as
/// without a console. No routes where there are no files.
/// @param files  With `index.html`; outlive the server.
/// @param base   Setting console.base_path, normalized.
[[nodiscard]] std::vector<http::Route> console_routes(std::span<const File> files, std::string_view base);

}  // namespace tollgate::console
