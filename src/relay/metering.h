#pragma once

#include <cstdint>
#include <optional>

#include "json/scan.h"
#include "ledger/prices.h"
#include "ledger/reservation.h"
#include "llm/usage.h"
#include "relay/estimate.h"

/// What a call is charged for, and what is set aside for it. Pure.
namespace tollgate::relay {

/// What was counted, and whether any of it had to be counted by us.
struct Metered {
  llm::Usage usage;
  bool estimated = false;
};

/// The one rule for what is billed:
///
/// 1. What the upstream reported counts as reported.
/// 2. Where it reported nothing of the prompt, the prompt is ceil(text bytes / 4) tokens and 1,600 an image.
/// 3. Where it reported nothing of the answer, the answer is ceil(delivered bytes / 4) tokens.
/// 4. An answer that did not reach its end is the larger of what was reported so far and of rule 3: an upstream's
///    early report (Claude's says 1 token at the start) is no account of what followed.
///
/// @param delivered_bytes  Text, reasoning and tool arguments handed to the client.
/// @param complete         The upstream's answer reached its end.
[[nodiscard]] Metered meter(const llm::Usage& reported, const json::PromptSize& prompt, std::uint64_t delivered_bytes,
                            bool complete);

/// An undeclared plain answer may be this long; its cost is what a balance must cover for such calls to run side by
/// side (Bounds::maximum).
inline constexpr std::int64_t kLongestUndeclaredOutput = 32'768;

struct CallShape {
  json::PromptSize prompt;
  OutputLimit output{0, true};
  std::int64_t choices = 1;
  bool stream = false;
  bool may_write_cache = false;
};

/// What to set aside before an attempt.
/// @param stream_hold_tokens  Setting billing.default_output_tokens: what a stream holds at first.
[[nodiscard]] ledger::Bounds bounds_of(const CallShape& call, const ledger::Price& price, Decimal group_ratio,
                                       std::int64_t stream_hold_tokens);

/// What a stream must hold when its output is covered up to `output_tokens`.
[[nodiscard]] Quota stream_hold(const CallShape& call, const ledger::Price& price, Decimal group_ratio,
                                std::int64_t output_tokens);

}  // namespace tollgate::relay
