#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "catalog/token_cache.h"
#include "http/client.h"
#include "llm/usage.h"
#include "net/dns.h"
#include "telemetry/metrics.h"

namespace tollgate::relay {

/// One worker's counts of model requests. Its thread only.
class RelayMetrics {
 public:
  explicit RelayMetrics(telemetry::MetricCells& cells);

  /// A call ended, however it did.
  struct Ended {
    std::string_view model;  ///< in the ledger's table of names: the same name is always the same view
    ChannelId channel;
    int status = 0;
    std::int64_t latency_ns = 0;
    std::int64_t first_byte_ns = 0;  ///< 0: no stream
    llm::Usage usage;
    Quota charged = 0;
  };
  void ended(const Ended& call);
  void refused(ErrorCode code);
  void retried(ErrorCode code);
  void upstream_failed(ChannelId channel, ErrorCode code);
  void client_left(bool streaming);

  /// For those that count by themselves.
  [[nodiscard]] net::DnsCounts look_ups();
  [[nodiscard]] http::ConnectCounts connects();
  [[nodiscard]] catalog::TokenCounts tokens();

  const telemetry::Gauge in_flight;
  const telemetry::Gauge streams;

 private:
  /// The handles of the series that calls of one kind count in, found once.
  struct Series {
    std::string_view model;
    ChannelId channel;
    int status = -1;
    telemetry::Counter requests, quota, input, output;
    telemetry::Histogram latency, first_byte;
  };
  Series& series_of(const Ended& call);

  static constexpr std::size_t kKept = 256;
  telemetry::MetricCells& cells_;
  std::vector<Series> series_;  ///< by hash; what falls on the same place is found anew
};

}  // namespace tollgate::relay
