#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/int128.h"
#include "llm/usage.h"

namespace tollgate::ledger {

/// What one token of each kind, or one call, costs, as an operator states it: quota units (500,000 = 1 USD), so that
/// the predecessors' ratio 1 ($2 a million tokens) is the number 1. What is absent falls back, see Price.
struct PriceSpec {
  bool per_call = false;
  Decimal call{};  ///< quota per call, if `per_call`
  Decimal input{}, output{};
  std::optional<Decimal> cache_read{}, cache_write_5m{}, cache_write_1h{};
  std::optional<Decimal> input_audio{}, input_image{};
  std::optional<Decimal> reasoning{}, output_audio{}, output_image{};
  std::optional<Decimal> web_search{};  ///< quota per call of the tool

  friend bool operator==(const PriceSpec&, const PriceSpec&) = default;
};

/// A price row as the predecessors keep it: base ratios (1 = $0.002 per 1,000 tokens = 1 quota a token) and multipliers
/// relative to the side's base.
struct RatioSpec {
  bool per_call = false;  ///< type `times`: `input` is in units of $0.002 per call, that is 1,000 quota
  Decimal input, output;
  std::map<std::string, Decimal, std::less<>> extra_ratios;
};

/// Ratios to prices. Negative bases count as 0; `output` of a per-call price as 0.
/// Multipliers not stated: 1, but for models of Claude (`model` starts with `claude` or has `/claude`), whose caches
/// are read at 0.1, written at 1.25, and for an hour at 2. `cached_read_tokens` goes before `cached_tokens`;
/// `cached_write_1h_tokens`, which the predecessors do not know, falls back to what `cached_write_tokens` states.
/// Errors: invalid_request for an unknown key, a negative multiplier, or a product that cannot be held.
[[nodiscard]] Result<PriceSpec> price_from_ratios(const RatioSpec& ratios, std::string_view model);

/// Web searches without a price of their own: $0.01.
inline constexpr Quota kDefaultWebSearch = 5'000;

struct Bill;  // bill.h

/// What a call may use at most, for `estimate_cost`.
struct CallBound {
  std::int64_t prompt_tokens = 0;  ///< text and whatever else counts as prompt
  std::int64_t output_tokens = 0;
  bool may_write_cache = false;  ///< the request marks parts for the provider's cache
  std::int64_t web_searches = 0;
  std::int64_t calls = 1;  ///< of a per-call price
};

/// An immutable price, with every fallback resolved: a value to copy (some 140 bytes), any thread.
///
/// A kind without a price of its own costs what a neighbour costs: cache reads and writes (five minutes), audio and
/// images of the prompt: input; cache writes of an hour: those of five minutes; reasoning, audio and images of the
/// answer: output; web searches: kDefaultWebSearch.
class Price {
 public:
  /// Free of charge, version 0.
  Price() = default;
  /// @param version  Identifies the price in log rows, so that a bill can be explained later.
  /// Errors: invalid_request, with the field as `param`, for a negative price or one beyond 9.2 million quota a token.
  static Result<Price> from(const PriceSpec& spec, std::int64_t version);

  [[nodiscard]] std::int64_t version() const { return version_; }
  [[nodiscard]] bool per_call() const { return per_call_; }
  /// Nothing that can be counted costs anything.
  [[nodiscard]] bool free() const { return free_; }

 private:
  friend Quota cost(const llm::Usage&, const Price&, Decimal, std::int64_t);
  friend Quota estimate_cost(const Price&, Decimal, const CallBound&);
  friend Bill bill_of(const llm::Usage&, const Price&, Decimal, std::int64_t);

  enum Kind : std::uint8_t {
    kInput,
    kCacheRead,
    kCacheWrite5m,
    kCacheWrite1h,
    kInputAudio,
    kInputImage,
    kOutput,
    kReasoning,
    kOutputAudio,
    kOutputImage,
    kKinds
  };
  std::array<std::int64_t, kKinds> rate_{};  ///< 10^-12 quota a token
  Int128 call_ = 0;                          ///< 10^-12 quota a call
  Int128 web_search_ = 0;
  std::int64_t version_ = 0;
  bool per_call_ = false;
  bool free_ = true;
};

/// What a call costs: Σ count × price, times the group's ratio, exactly, in 128 bits, and then rounded up once to whole
/// quota: a call that costs anything costs at least 1. A per-call price costs the same whatever was counted, times
/// `calls`; web searches are paid beside either.
///
/// Counts outside 0..2^40 are not usage and cost nothing, reasoning beyond the output counts as output only. The result
/// is within 0..kQuotaLimit; a product that 128 bits cannot hold is kQuotaLimit. A negative ratio counts as 0.
[[nodiscard]] Quota cost(const llm::Usage& usage, const Price& price, Decimal group_ratio, std::int64_t calls = 1);

/// The most that a call within `bound` can cost, by the same rule: each prompt token at the dearer of input and, if the
/// request can write a cache, cache writes; each output token at the dearer of output and reasoning. (Prompt tokens are
/// text here: audio and images are priced by the caller's bound on them as prompt tokens.)
[[nodiscard]] Quota estimate_cost(const Price& price, Decimal group_ratio, const CallBound& bound);

}  // namespace tollgate::ledger
