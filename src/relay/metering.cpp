#include "relay/metering.h"

#include <algorithm>

namespace tollgate::relay {
namespace {

bool reports_prompt(const llm::Usage& usage) {
  return usage.input_uncached || usage.cache_read || usage.cache_write_5m || usage.cache_write_1h ||
         usage.input_audio || usage.input_image;
}

bool reports_answer(const llm::Usage& usage) { return usage.output || usage.output_audio || usage.output_image; }

ledger::CallBound bound_of(const CallShape& call, std::int64_t output_tokens) {
  return {.prompt_tokens = static_cast<std::int64_t>(json::estimate_prompt_tokens(call.prompt)),
          .output_tokens = output_tokens,
          .may_write_cache = call.may_write_cache};
}

}  // namespace

Metered meter(const llm::Usage& reported, const json::PromptSize& prompt, std::uint64_t delivered_bytes,
              bool complete) {
  Metered out{reported, false};
  if (!reports_prompt(reported)) {
    out.usage.input_uncached = billed_tokens(static_cast<std::int64_t>(prompt.text_bytes), prompt.media);
    out.estimated = true;
  }
  const std::int64_t counted = billed_tokens(static_cast<std::int64_t>(delivered_bytes));
  if (!reports_answer(reported)) {
    out.usage.output = counted;
    out.estimated = out.estimated || counted > 0;
  } else if (!complete && counted > reported.output.value_or(0)) {
    out.usage.output = counted;
    out.estimated = true;
  }
  return out;
}

ledger::Bounds bounds_of(const CallShape& call, const ledger::Price& price, Decimal group_ratio,
                         std::int64_t stream_hold_tokens) {
  if (call.stream) {
    return {.estimate = stream_hold(call, price, group_ratio, std::min(call.output.tokens, stream_hold_tokens)),
            .maximum = 0};
  }
  const Quota estimate = ledger::estimate_cost(price, group_ratio, bound_of(call, call.output.tokens));
  if (call.output.declared) return {.estimate = estimate, .maximum = 0};
  const std::int64_t longest = std::max(call.output.tokens, kLongestUndeclaredOutput);
  return {.estimate = estimate, .maximum = ledger::estimate_cost(price, group_ratio, bound_of(call, longest))};
}

Quota stream_hold(const CallShape& call, const ledger::Price& price, Decimal group_ratio, std::int64_t output_tokens) {
  return ledger::estimate_cost(price, group_ratio, bound_of(call, output_tokens));
}

}  // namespace tollgate::relay
