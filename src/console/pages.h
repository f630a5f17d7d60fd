#pragma once

#include <string_view>

namespace tollgate::console {

/// Whether a path that no route and no file has is a page of the console, whose own router says what is there. Never
/// one of an API's paths, so that a client with a wrong address is not answered HTML, and nothing that only a scanner
/// would ask for (`/x.php`, `/a/../b`, escapes that are broken or hide something). Pure.
/// @param path  Not unescaped, without the slash in front.
[[nodiscard]] bool is_page(std::string_view path);

}  // namespace tollgate::console
