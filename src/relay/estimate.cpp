#include "relay/estimate.h"

#include <algorithm>

namespace tollgate::relay {

OutputLimit output_limit(std::optional<std::int64_t> declared, std::optional<std::int64_t> choices,
                         std::int64_t setting) {
  constexpr std::int64_t kMost = std::int64_t{1} << 32;
  const std::int64_t n = std::clamp<std::int64_t>(choices.value_or(1), 1, 128);
  const bool has_limit = declared.has_value() && *declared > 0;
  const std::int64_t each = std::min(has_limit ? *declared : setting, kMost);
  return {.tokens = each * n, .declared = has_limit};
}

std::int64_t tokens_to_hold(std::int64_t delivered_bytes, std::int64_t held_tokens, OutputLimit limit) {
  const std::int64_t needed = ceil_div(delivered_bytes, kReservedBytesPerToken);
  if (needed <= held_tokens) return held_tokens;
  const std::int64_t grown = std::max(needed, held_tokens + std::max<std::int64_t>(held_tokens / 2, 256));
  return limit.declared ? std::max(held_tokens, std::min(grown, limit.tokens)) : grown;
}

}  // namespace tollgate::relay
