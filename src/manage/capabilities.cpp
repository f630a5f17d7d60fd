#include "manage/capabilities.h"

#include <algorithm>
#include <array>

namespace tollgate::manage {
namespace {

using identity::Role;

constexpr std::array kCapabilities{
    Capability{"analytics.all", Role::admin},  Capability{"channels.read", Role::admin},
    Capability{"channels.write", Role::admin}, Capability{"groups.read", Role::admin},
    Capability{"groups.write", Role::admin},   Capability{"models", Role::common},
    Capability{"playground", Role::common},    Capability{"prices.read", Role::admin},
    Capability{"prices.write", Role::admin},   Capability{"profile", Role::common},
    Capability{"requests.all", Role::admin},   Capability{"requests.own", Role::common},
    Capability{"settings.read", Role::root},   Capability{"settings.write", Role::root},
    Capability{"setup", Role::root},           Capability{"system", Role::root},
    Capability{"tokens.own", Role::common},    Capability{"usage.own", Role::common},
    Capability{"users.read", Role::admin},     Capability{"users.write", Role::admin},
};
static_assert(std::ranges::is_sorted(kCapabilities, {}, &Capability::name));

}  // namespace

std::span<const Capability> all_capabilities() { return kCapabilities; }

json::array capabilities_of(Role role) {
  json::array out;
  for (const Capability& capability : kCapabilities) {
    if (identity::at_least(role, capability.least)) out.emplace_back(capability.name);
  }
  return out;
}

}  // namespace tollgate::manage
