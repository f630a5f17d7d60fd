#include "relay/relay_metrics.h"

#include <charconv>

namespace tollgate::relay {
namespace {

using telemetry::Metric;

/// A small number as text, without allocating.
class NumberText {
 public:
  explicit NumberText(std::int64_t value) { end_ = std::to_chars(text_, text_ + sizeof text_, value).ptr; }
  [[nodiscard]] std::string_view view() const { return {text_, static_cast<std::size_t>(end_ - text_)}; }

 private:
  char text_[24];
  char* end_;
};

}  // namespace

RelayMetrics::RelayMetrics(telemetry::MetricCells& cells)
    : in_flight(cells.gauge(Metric::requests_in_flight)),
      streams(cells.gauge(Metric::streams_open)),
      cells_(cells),
      series_(kKept) {}

RelayMetrics::Series& RelayMetrics::series_of(const Ended& call) {
  const auto hash = (reinterpret_cast<std::uintptr_t>(call.model.data()) >> 3) * 31 +
                    static_cast<std::uint64_t>(call.channel.value) * 7 + static_cast<std::uint64_t>(call.status);
  Series& series = series_[hash % kKept];
  if (series.model.data() == call.model.data() && series.channel == call.channel && series.status == call.status) {
    return series;
  }
  const NumberText channel(call.channel.value);
  const NumberText status(call.status);
  series = {.model = call.model,
            .channel = call.channel,
            .status = call.status,
            .requests = cells_.counter(Metric::requests,
                                       {call.model, call.channel ? channel.view() : std::string_view(), status.view()}),
            .quota = cells_.counter(Metric::quota_charged, {call.model}),
            .input = cells_.counter(Metric::tokens, {call.model, "input"}),
            .output = cells_.counter(Metric::tokens, {call.model, "output"}),
            .latency = cells_.histogram(Metric::request_seconds, {call.model}),
            .first_byte = cells_.histogram(Metric::first_token_seconds, {call.model})};
  return series;
}

void RelayMetrics::ended(const Ended& call) {
  const Series& series = series_of(call);
  series.requests.add();
  series.latency.observe_ns(call.latency_ns);
  if (call.first_byte_ns > 0) series.first_byte.observe_ns(call.first_byte_ns);
  if (call.charged > 0) series.quota.add(call.charged);
  const llm::Usage& usage = call.usage;
  if (usage.input_uncached) series.input.add(*usage.input_uncached);
  if (usage.output) series.output.add(*usage.output);
  const auto rare = [&](std::string_view kind, std::optional<std::int64_t> count) {
    if (count && *count > 0) cells_.counter(Metric::tokens, {call.model, kind}).add(*count);
  };
  rare("cache_read", usage.cache_read);
  rare("cache_write", usage.cache_write_5m);
  rare("cache_write", usage.cache_write_1h);
  rare("reasoning", usage.reasoning);
  rare("audio_input", usage.input_audio);
  rare("audio_output", usage.output_audio);
  rare("image", usage.input_image);
  rare("image", usage.output_image);
}

void RelayMetrics::refused(ErrorCode code) { cells_.counter(Metric::refused, {traits_of(code).name}).add(); }

void RelayMetrics::retried(ErrorCode code) { cells_.counter(Metric::retries, {traits_of(code).name}).add(); }

void RelayMetrics::upstream_failed(ChannelId channel, ErrorCode code) {
  cells_.counter(Metric::upstream_failures, {NumberText(channel.value).view(), traits_of(code).name}).add();
}

void RelayMetrics::client_left(bool streaming) {
  cells_.counter(Metric::client_gone, {streaming ? "streaming" : "before_head"}).add();
}

net::DnsCounts RelayMetrics::look_ups() {
  const auto outcome = [this](std::string_view name) { return cells_.counter(Metric::dns_lookups, {name}); };
  return {.ok = outcome("ok"), .failed = outcome("failed"), .stale = outcome("stale")};
}

http::ConnectCounts RelayMetrics::connects() {
  const auto outcome = [this](std::string_view name) { return cells_.counter(Metric::upstream_connects, {name}); };
  return {.ok = outcome("ok"), .resumed = outcome("resumed"), .failed = outcome("failed")};
}

catalog::TokenCounts RelayMetrics::tokens() {
  const auto outcome = [this](std::string_view name) { return cells_.counter(Metric::token_cache, {name}); };
  return {.hit = outcome("hit"), .negative = outcome("negative"), .miss = outcome("miss")};
}

}  // namespace tollgate::relay
