#pragma once

#include <string_view>

#include "json/value.h"

namespace tollgate::providers::demo {

/// A value that a JSON schema accepts, as far as its types, enumerations, bounds and required members say. Texts become
/// `text` where the schema leaves them open. Local references (`#/$defs/...`) are followed.
[[nodiscard]] json::value instance_of(const json::object& schema, std::string_view text);

}  // namespace tollgate::providers::demo
