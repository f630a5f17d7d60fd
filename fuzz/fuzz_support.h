#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace tollgate::fuzz {

/// Ends the process when a promise is broken, in every kind of build.
inline void demand(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace tollgate::fuzz
