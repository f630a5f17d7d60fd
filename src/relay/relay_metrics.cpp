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
    : in_flight(cells.gauge(Metric::requests_in_flight)), streams(cells.gauge(Metric::streams_open)), cells_(cells) {}

void RelayMetrics::ended(const Ended& call) {
  const NumberText channel(call.channel.value);
  const NumberText status(call.status);
  cells_.counter(Metric::requests, {call.model, call.channel ? channel.view() : std::string_view(), status.view()})
      .add();
  cells_.histogram(Metric::request_seconds, {call.model}).observe_ns(call.latency_ns);
  if (call.first_byte_ns > 0) {
    cells_.histogram(Metric::first_token_seconds, {call.model}).observe_ns(call.first_byte_ns);
  }
  if (call.charged > 0) cells_.counter(Metric::quota_charged, {call.model}).add(call.charged);
  const auto tokens = [&](std::string_view kind, std::optional<std::int64_t> count) {
    if (count && *count > 0) cells_.counter(Metric::tokens, {call.model, kind}).add(*count);
  };
  const llm::Usage& usage = call.usage;
  tokens("input", usage.input_uncached);
  tokens("cache_read", usage.cache_read);
  tokens("cache_write", usage.cache_write_5m);
  tokens("cache_write", usage.cache_write_1h);
  tokens("output", usage.output);
  tokens("reasoning", usage.reasoning);
  tokens("audio_input", usage.input_audio);
  tokens("audio_output", usage.output_audio);
  tokens("image", usage.input_image);
  tokens("image", usage.output_image);
}

void RelayMetrics::refused(ErrorCode code) { cells_.counter(Metric::refused, {traits_of(code).name}).add(); }

void RelayMetrics::retried(ErrorCode code) { cells_.counter(Metric::retries, {traits_of(code).name}).add(); }

void RelayMetrics::upstream_failed(ChannelId channel, ErrorCode code) {
  cells_.counter(Metric::upstream_failures, {NumberText(channel.value).view(), traits_of(code).name}).add();
}

void RelayMetrics::client_left(bool streaming) {
  cells_.counter(Metric::client_gone, {streaming ? "streaming" : "before_head"}).add();
}

}  // namespace tollgate::relay
