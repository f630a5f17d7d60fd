#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "load_generator.h"

namespace tollgate::bench {

namespace {

std::string distribution(const std::vector<std::int64_t>& sorted) {
  const auto us = [](std::int64_t ns) { return static_cast<double>(ns) / 1000; };
  const double mean =
      sorted.empty() ? 0 : std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
  return fmt::format(R"({{"mean":{:.2f},"p50":{:.2f},"p90":{:.2f},"p99":{:.2f},"p999":{:.2f},"max":{:.2f}}})",
                     mean / 1000, us(percentile(sorted, 0.5)), us(percentile(sorted, 0.9)),
                     us(percentile(sorted, 0.99)), us(percentile(sorted, 0.999)),
                     us(sorted.empty() ? 0 : sorted.back()));
}

// Enough of JSON's rules for text that a server sent.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::int64_t percentile(const std::vector<std::int64_t>& sorted, double fraction) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::string to_json(const LoadResult& result) {
  const double seconds = static_cast<double>(result.elapsed_ns) / 1e9;
  const std::uint64_t answers = result.latency.size();
  std::string refused;
  for (const auto& [status, count] : result.refused) {
    refused += fmt::format(R"({}"{}":{})", refused.empty() ? "" : ",", status, count);
  }
  return fmt::format(
      R"({{"seconds":{:.4f},"answers":{},"per_second":{:.1f},"ok":{},"refused":{{{}}},"first_refusal":{},"broken":{},)"
      R"("unfinished":{},"lost_streams":{},"reconnects":{},"events":{},"bytes":{},)"
      R"("latency_us":{},"first_byte_us":{},"lag_us":{}}})",
      seconds, answers, seconds > 0 ? static_cast<double>(answers) / seconds : 0, result.ok, refused,
      quoted(result.first_refusal), result.broken, result.unfinished, result.lost_streams, result.reconnects,
      result.events, result.bytes, distribution(result.latency), distribution(result.first_byte),
      distribution(result.lag));
}

}  // namespace tollgate::bench
