#pragma once

#include <span>
#include <string_view>

#include "llm/dialect.h"

/// Every folder beside this file is a dialect; the build collects them.
///
/// A new one touches nothing but its own folder and one row of llm::DialectId:
///   - `<name>/CMakeLists.txt` says `tollgate_dialect(<name> SOURCES ... TESTS ...)`; the folder, the namespace and
///     Dialect::name are that same word.
///   - one source defines `extern constinit const llm::Dialect kDialect{...}`. Every function is pure; the helpers
///     beside this file (errors, media, tool names) serve all dialects and know none.
///   - `<name>/fixtures/<case>/` records conversions (conversion_test.cpp says how), and properties_test.cpp holds it
///   to
///     what every dialect must keep, without being told of it.
///   - `fuzz/fuzz_<name>_*.cpp` are found by themselves too.
/// The relay, plan() and the other dialects learn of it through all() and Features alone.
namespace tollgate::dialects {

[[nodiscard]] std::span<const llm::Dialect* const> all();
/// nullptr if this build has no such dialect.
[[nodiscard]] const llm::Dialect* find(llm::DialectId id);
[[nodiscard]] const llm::Dialect* find(std::string_view name);

}  // namespace tollgate::dialects
