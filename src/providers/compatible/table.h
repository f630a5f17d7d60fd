#pragma once

#include <span>

#include "providers/descriptor.h"

/// Providers that speak OpenAI's Chat Completions and need no code: one row each.
namespace tollgate::providers::compatible {

[[nodiscard]] std::span<const ProviderDescriptor> rows();

}  // namespace tollgate::providers::compatible
