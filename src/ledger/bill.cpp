#include "ledger/bill.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace tollgate::ledger {
namespace {

constexpr int kScale = Decimal::kMaxScale;

/// An amount in 10^-12 quota as a plain decimal.
std::string decimal_text(Int128 amount) {
  const Int128 whole = amount / pow10(kScale);
  std::string fraction = fmt::format("{:012}", amount % pow10(kScale));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction.empty() ? fmt::format("{}", whole) : fmt::format("{}.{}", whole, fraction);
}

std::int64_t counted(const std::optional<std::int64_t>& count) {
  return count && *count >= 0 && *count <= llm::kMaxTokenCount ? *count : 0;
}

class Lines {
 public:
  void add(std::string_view kind, std::int64_t count, Int128 price) {
    if (count == 0) return;
    const Int128 amount = count * price;
    sum_ += amount;
    lines_.push_back({kind, count, decimal_text(price), decimal_text(amount)});
  }
  [[nodiscard]] Int128 sum() const { return sum_; }
  [[nodiscard]] std::vector<BillLine> take() { return std::move(lines_); }

 private:
  std::vector<BillLine> lines_;
  Int128 sum_ = 0;
};

}  // namespace

Bill bill_of(const llm::Usage& usage, const Price& price, Decimal group_ratio, std::int64_t calls) {
  Lines lines;
  if (price.per_call_) {
    lines.add("call", counted(calls), price.call_);
  } else {
    const std::int64_t output = counted(usage.output);
    const std::int64_t reasoning = std::min(counted(usage.reasoning), output);
    lines.add("input", counted(usage.input_uncached), price.rate_[Price::kInput]);
    lines.add("cache_read", counted(usage.cache_read), price.rate_[Price::kCacheRead]);
    lines.add("cache_write", counted(usage.cache_write_5m), price.rate_[Price::kCacheWrite5m]);
    lines.add("cache_write_1h", counted(usage.cache_write_1h), price.rate_[Price::kCacheWrite1h]);
    lines.add("input_audio", counted(usage.input_audio), price.rate_[Price::kInputAudio]);
    lines.add("input_image", counted(usage.input_image), price.rate_[Price::kInputImage]);
    lines.add("output", output - reasoning, price.rate_[Price::kOutput]);
    lines.add("reasoning", reasoning, price.rate_[Price::kReasoning]);
    lines.add("output_audio", counted(usage.output_audio), price.rate_[Price::kOutputAudio]);
    lines.add("output_image", counted(usage.output_image), price.rate_[Price::kOutputImage]);
  }
  lines.add("web_search", counted(usage.web_searches), price.web_search_);
  Bill out;
  out.sum = decimal_text(lines.sum());
  out.group_ratio = group_ratio;
  out.quota = cost(usage, price, group_ratio, calls);
  out.lines = lines.take();
  return out;
}

}  // namespace tollgate::ledger
