#pragma once

#include <span>
#include <string_view>

#include "identity/principal.h"
#include "json/value.h"

namespace tollgate::manage {

/// Something that a front-end offers or hides. Routes ask for a role (Permission); this tells a front-end what the role
/// opens, so that it need not know the ladder.
struct Capability {
  std::string_view name;
  identity::Role least;
};

/// All of them, by name.
[[nodiscard]] std::span<const Capability> all_capabilities();
/// Names of what a role may do, sorted.
[[nodiscard]] json::array capabilities_of(identity::Role role);

}  // namespace tollgate::manage
