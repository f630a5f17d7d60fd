#pragma once

#include <cstdint>
#include <optional>

namespace tollgate::relay {

/// How tokens are counted where nobody reports them. Two rules, both in whole tokens and both documented in
/// docs/architecture.md: a high one for what is set aside before a call, and a fair one for what is billed when the
/// upstream never said.

/// Set aside: a token for every three bytes of text (English runs at four, Chinese at three), a flat price an image.
inline constexpr std::int64_t kReservedBytesPerToken = 3;
/// Billed without a report: a token for every four bytes of text delivered.
inline constexpr std::int64_t kBilledBytesPerToken = 4;
inline constexpr std::int64_t kTokensPerImage = 1600;

[[nodiscard]] constexpr std::int64_t ceil_div(std::int64_t value, std::int64_t by) { return (value + by - 1) / by; }

/// Upper bound of the prompt's tokens, from its bytes of text (payloads of images left out) and its images.
[[nodiscard]] constexpr std::int64_t reserved_prompt_tokens(std::int64_t text_bytes, std::int64_t images) {
  return ceil_div(text_bytes, kReservedBytesPerToken) + images * kTokensPerImage;
}

/// Tokens billed for text of which only the length is known.
[[nodiscard]] constexpr std::int64_t billed_tokens(std::int64_t text_bytes, std::int64_t images = 0) {
  return ceil_div(text_bytes, kBilledBytesPerToken) + images * kTokensPerImage;
}

/// What a call may produce at most: what it declared, once per choice, else the setting.
struct OutputLimit {
  std::int64_t tokens;
  bool declared;  ///< the upstream will not go beyond it
};
[[nodiscard]] OutputLimit output_limit(std::optional<std::int64_t> declared, std::optional<std::int64_t> choices,
                                       std::int64_t setting);

/// Output tokens to hold before the next bytes of a stream are forwarded: grows in steps, so that a long stream extends
/// its reservation a few times and not once an event.
/// @param delivered_bytes  text bytes forwarded so far plus those about to be.
/// @param held_tokens      output tokens that the reservation covers now.
/// @param limit            never more than what the call may produce.
/// @return the new number of tokens to hold; `held_tokens` when that is enough.
[[nodiscard]] std::int64_t tokens_to_hold(std::int64_t delivered_bytes, std::int64_t held_tokens, OutputLimit limit);

}  // namespace tollgate::relay
