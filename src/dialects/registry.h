#pragma once

#include <span>
#include <string_view>

#include "llm/dialect.h"

/// Every folder beside this file is a dialect; the build collects them.
namespace tollgate::dialects {

[[nodiscard]] std::span<const llm::Dialect* const> all();
/// nullptr if this build has no such dialect.
[[nodiscard]] const llm::Dialect* find(llm::DialectId id);
[[nodiscard]] const llm::Dialect* find(std::string_view name);

}  // namespace tollgate::dialects
