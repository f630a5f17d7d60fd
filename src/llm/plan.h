#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "llm/dialect.h"
#include "llm/features.h"
#include "llm/ids.h"

namespace tollgate::llm {

/// What the channel wants changed in a request.
struct Edits {
  bool model = false;           ///< another name upstream
  bool stream_options = false;  ///< asked for, or taken out
  bool system_prompt = false;   ///< the operator's words in front
  bool parameters = false;      ///< defaults, overrides, removals, renamed members

  [[nodiscard]] constexpr bool need_tree() const { return system_prompt || parameters; }
  friend constexpr bool operator==(const Edits&, const Edits&) = default;
};

enum class Mode : std::uint8_t {
  bytes,    ///< views into the received body around the edited spans; the answer comes back as it is
  patch,    ///< the same dialect, edited as a tree; the answer comes back as it is
  convert,  ///< through the neutral form, both ways
};

struct Plan {
  Mode mode = Mode::bytes;
  const Dialect* upstream = nullptr;
};

/// Whether the request must be parsed (for its features) before plan() can answer.
[[nodiscard]] bool needs_conversion(DialectId client, std::span<const Dialect* const> upstreams);

/// How to speak to an upstream. Pure.
/// @param upstreams  What it speaks, most native first.
/// @param features   What the request needs; looked at only if it must be converted.
/// Errors: not_supported (the operation exists only within one dialect), unsupported_parameter (no dialect of the
/// upstream can say all of it; the message names what is missing).
[[nodiscard]] Result<Plan> plan(DialectId client, std::span<const Dialect* const> upstreams, Operation operation,
                                Edits edits, Features features);

}  // namespace tollgate::llm
