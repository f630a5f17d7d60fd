#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "providers/descriptor.h"

/// Every provider of this build: the folders beside this file, and the rows of compatible/.
namespace tollgate::providers {

/// By number.
[[nodiscard]] std::span<const ProviderDescriptor* const> all();
/// nullptr if this build has no such provider.
[[nodiscard]] const ProviderDescriptor* find(std::int32_t number);
[[nodiscard]] const ProviderDescriptor* find(std::string_view slug);
/// Name of a channel type that the predecessor knew and this build does not speak to yet; empty for any other number.
[[nodiscard]] std::string_view find_missing(std::int32_t number);

}  // namespace tollgate::providers
