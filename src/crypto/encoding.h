#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::crypto {

/// RFC 4648 base64. Decoding is strict: no spaces, no stray characters, canonical last bits; of the padded form,
/// padding must be there and right; of the url form, it must be absent. Any thread.
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> unbase64(std::string_view text);
[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> unbase64url(std::string_view text);

}  // namespace tollgate::crypto
