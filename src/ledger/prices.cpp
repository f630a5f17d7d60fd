#include "ledger/prices.h"

#include <algorithm>

#include "base/strings.h"

namespace tollgate::ledger {

namespace {

constexpr int kScale = Decimal::kMaxScale;

bool is_claude(std::string_view model) { return istarts_with(model, "claude") || icontains(model, "/claude"); }

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

/// The keys of extra_ratios; see data-model of the predecessors. `text` keys scale what is left of a side.
constexpr std::array<std::string_view, 12> kExtraKeys{
    "cached_tokens",      "cached_read_tokens",  "cached_write_tokens", "cached_write_1h_tokens",
    "input_audio_tokens", "input_text_tokens",   "input_image_tokens",  "output_audio_tokens",
    "output_text_tokens", "output_image_tokens", "reasoning_tokens",    "web_search",
};

std::unexpected<Error> bad_price(std::string field, std::string why) {
  return fail(Error(ErrorCode::invalid_request, "price " + field + " " + why).param(std::move(field)));
}

}  // namespace

Result<PriceSpec> price_from_ratios(const RatioSpec& ratios, std::string_view model) {
  for (const auto& [key, ratio] : ratios.extra_ratios) {
    const std::string field = "extra_ratios." + key;
    if (std::ranges::find(kExtraKeys, key) == kExtraKeys.end()) {
      std::string message = "extra_ratios has no key '" + key + "'";
      const auto near = nearest(key, {kExtraKeys.begin(), kExtraKeys.end()});
      if (!near.empty()) message += "; did you mean '" + std::string(near) + "'?";
      return fail(Error(ErrorCode::invalid_request, std::move(message)).param(field));
    }
    if (ratio.is_negative()) return bad_price(field, "is negative");
  }
  const auto at_least_0 = [](Decimal value) { return value.is_negative() ? Decimal() : value; };
  const Decimal input = at_least_0(ratios.input);
  const Decimal output = at_least_0(ratios.output);
  const auto stated = [&](std::string_view key) -> std::optional<Decimal> {
    const auto found = ratios.extra_ratios.find(key);
    return found == ratios.extra_ratios.end() ? std::nullopt : std::optional(found->second);
  };

  PriceSpec out;
  out.web_search = stated("web_search");
  if (ratios.per_call) {
    out.per_call = true;
    const auto call = Decimal::mul(input, Decimal(1'000));
    if (!call) return bad_price("input", "is too large");
    out.call = *call;
    return out;
  }

  std::string unheld;  // the first field whose product cannot be held
  const auto times = [&](Decimal base, std::string_view key, std::optional<Decimal> ratio) -> std::optional<Decimal> {
    if (!ratio) return std::nullopt;
    auto product = Decimal::mul(base, *ratio);
    if (!product) {
      // Rounded up in the twelfth digit: a price, not yet money.
      const Int128 mantissa = Int128{base.mantissa()} * ratio->mantissa();
      const int scale = base.scale() + ratio->scale();
      if (scale > kScale) product = Decimal::from_parts(ceil_div(mantissa, pow10(scale - kScale)), kScale);
    }
    if (!product && unheld.empty()) unheld = "extra_ratios." + std::string(key);
    return product;
  };
  const bool claude = is_claude(model);
  auto read = stated("cached_read_tokens");
  if (!read) read = stated("cached_tokens");
  if (!read && claude) read = decimal("0.1");
  auto write = stated("cached_write_tokens");
  auto write_1h = stated("cached_write_1h_tokens");
  if (!write_1h) write_1h = write;
  if (claude && !write) write = decimal("1.25");
  if (claude && !write_1h) write_1h = Decimal(2);

  out.input = times(input, "input_text_tokens", stated("input_text_tokens").value_or(Decimal(1))).value_or(Decimal());
  out.output =
      times(output, "output_text_tokens", stated("output_text_tokens").value_or(Decimal(1))).value_or(Decimal());
  // Each kind is relative to the side's base, not to the price of its text.
  const auto or_one = [](std::optional<Decimal> ratio) { return ratio.value_or(Decimal(1)); };
  out.cache_read = times(input, "cached_tokens", or_one(read));
  out.cache_write_5m = times(input, "cached_write_tokens", or_one(write));
  out.cache_write_1h = times(input, "cached_write_1h_tokens", or_one(write_1h));
  out.input_audio = times(input, "input_audio_tokens", or_one(stated("input_audio_tokens")));
  out.input_image = times(input, "input_image_tokens", or_one(stated("input_image_tokens")));
  out.reasoning = stated("reasoning_tokens") ? times(output, "reasoning_tokens", stated("reasoning_tokens"))
                                             : std::optional(out.output);
  out.output_audio = times(output, "output_audio_tokens", or_one(stated("output_audio_tokens")));
  out.output_image = times(output, "output_image_tokens", or_one(stated("output_image_tokens")));
  if (!unheld.empty()) return bad_price(unheld, "makes a price too large to hold");
  return out;
}

Result<Price> Price::from(const PriceSpec& spec, std::int64_t version) {
  Price out;
  out.version_ = version;
  out.per_call_ = spec.per_call;

  std::optional<Error> error;
  const auto scaled = [&](Decimal value, std::string field) -> Int128 {
    if (value.is_negative() && !error) error = bad_price(std::move(field), "is negative").error();
    return Int128{value.mantissa()} * pow10(kScale - value.scale());
  };
  const auto rate = [&](Decimal value, const char* field) -> std::int64_t {
    const auto fits = narrow_int64(scaled(value, field));
    if (!fits && !error) error = bad_price(field, "is more than 9.2 million quota a token").error();
    return fits.value_or(0);
  };
  const auto rate_or = [&](const std::optional<Decimal>& value, const char* field, std::int64_t fallback) {
    return value ? rate(*value, field) : fallback;
  };
  if (spec.per_call) {
    out.call_ = scaled(spec.call, "call");
  } else {
    out.rate_[kInput] = rate(spec.input, "input");
    out.rate_[kOutput] = rate(spec.output, "output");
    const std::int64_t input = out.rate_[kInput], output = out.rate_[kOutput];
    out.rate_[kCacheRead] = rate_or(spec.cache_read, "cache_read", input);
    out.rate_[kCacheWrite5m] = rate_or(spec.cache_write_5m, "cache_write_5m", input);
    out.rate_[kCacheWrite1h] = rate_or(spec.cache_write_1h, "cache_write_1h", out.rate_[kCacheWrite5m]);
    out.rate_[kInputAudio] = rate_or(spec.input_audio, "input_audio", input);
    out.rate_[kInputImage] = rate_or(spec.input_image, "input_image", input);
    out.rate_[kReasoning] = rate_or(spec.reasoning, "reasoning", output);
    out.rate_[kOutputAudio] = rate_or(spec.output_audio, "output_audio", output);
    out.rate_[kOutputImage] = rate_or(spec.output_image, "output_image", output);
  }
  const bool costs_tokens = std::ranges::any_of(out.rate_, [](std::int64_t r) { return r != 0; });
  // A free model's searches are free too unless it says otherwise.
  const bool costs = costs_tokens || out.call_ != 0;
  out.web_search_ = scaled(spec.web_search.value_or(Decimal(costs ? kDefaultWebSearch : 0)), "web_search");
  out.free_ = !costs && out.web_search_ == 0;
  if (error) return fail(std::move(*error));
  return out;
}

namespace {

/// Sums count × rate and remembers whether 128 bits were enough.
class Sum {
 public:
  void add(std::int64_t count, Int128 rate) {
    Int128 product;
    overflow_ |= __builtin_mul_overflow(Int128{count}, rate, &product);
    overflow_ |= __builtin_add_overflow(total_, product, &total_);
  }
  /// × ratio, rounded up once.
  [[nodiscard]] Quota times(Decimal ratio) const {
    if (ratio.mantissa() <= 0 || (total_ == 0 && !overflow_)) return 0;
    Int128 product;
    if (overflow_ || __builtin_mul_overflow(total_, Int128{ratio.mantissa()}, &product)) return kQuotaLimit;
    const Int128 quota = ceil_div(product, pow10(kScale + ratio.scale()));
    return quota > kQuotaLimit ? kQuotaLimit : static_cast<Quota>(quota);
  }

 private:
  Int128 total_ = 0;
  bool overflow_ = false;
};

std::int64_t counted(const std::optional<std::int64_t>& count) {
  return count && *count >= 0 && *count <= llm::kMaxTokenCount ? *count : 0;
}

}  // namespace

Quota cost(const llm::Usage& usage, const Price& price, Decimal group_ratio, std::int64_t calls) {
  if (price.free_) return 0;
  Sum sum;
  if (price.per_call_) {
    sum.add(counted(calls), price.call_);
  } else {
    const std::int64_t output = counted(usage.output);
    const std::int64_t reasoning = std::min(counted(usage.reasoning), output);
    sum.add(counted(usage.input_uncached), price.rate_[Price::kInput]);
    sum.add(output - reasoning, price.rate_[Price::kOutput]);
    // What is rare is not multiplied.
    if (usage.cache_read) sum.add(counted(usage.cache_read), price.rate_[Price::kCacheRead]);
    if (usage.cache_write_5m) sum.add(counted(usage.cache_write_5m), price.rate_[Price::kCacheWrite5m]);
    if (usage.cache_write_1h) sum.add(counted(usage.cache_write_1h), price.rate_[Price::kCacheWrite1h]);
    if (usage.input_audio) sum.add(counted(usage.input_audio), price.rate_[Price::kInputAudio]);
    if (usage.input_image) sum.add(counted(usage.input_image), price.rate_[Price::kInputImage]);
    if (reasoning != 0) sum.add(reasoning, price.rate_[Price::kReasoning]);
    if (usage.output_audio) sum.add(counted(usage.output_audio), price.rate_[Price::kOutputAudio]);
    if (usage.output_image) sum.add(counted(usage.output_image), price.rate_[Price::kOutputImage]);
  }
  if (usage.web_searches) sum.add(counted(usage.web_searches), price.web_search_);
  return sum.times(group_ratio);
}

Quota estimate_cost(const Price& price, Decimal group_ratio, const CallBound& bound) {
  if (price.free_) return 0;
  Sum sum;
  if (price.per_call_) {
    sum.add(counted(bound.calls), price.call_);
  } else {
    std::int64_t input = price.rate_[Price::kInput];
    if (bound.may_write_cache) {
      input = std::max({input, price.rate_[Price::kCacheWrite5m], price.rate_[Price::kCacheWrite1h]});
    }
    sum.add(counted(bound.prompt_tokens), input);
    sum.add(counted(bound.output_tokens), std::max(price.rate_[Price::kOutput], price.rate_[Price::kReasoning]));
  }
  sum.add(counted(bound.web_searches), price.web_search_);
  return sum.times(group_ratio);
}

}  // namespace tollgate::ledger
