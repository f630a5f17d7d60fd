#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/publisher.h"
#include "catalog/rng.h"
#include "catalog/token_cache.h"
#include "http/client.h"
#include "ledger/ledger.h"
#include "net/dialer.h"
#include "net/dns.h"
#include "net/offload.h"
#include "net/timer.h"
#include "net/worker.h"
#include "relay/admission.h"
#include "relay/bad_keys.h"
#include "relay/relay_metrics.h"
#include "telemetry/metrics.h"
#include "telemetry/request_id.h"

namespace tollgate::relay {

/// What all workers relay by. Any thread; outlives every worker's relay.
struct RelayServices {
  catalog::Publisher& catalogs;
  ledger::Ledger& ledger;
  catalog::TokenSource& tokens;
  const catalog::TokenGenerations& token_generations;
  telemetry::Metrics& metrics;
  net::Offload& offload;  ///< for names, and bodies too large to scan on the loop
  net::DnsOptions dns;
  http::ClientOptions client;
  catalog::TokenCacheOptions token_cache;
  std::shared_ptr<BadKeys> bad_keys;
};

/// One worker's part of the relay: its upstream connections, its tokens, its journal, its metrics. Made, used and
/// destroyed on the worker's thread.
class WorkerRelay final : private net::TimerNode {
 public:
  WorkerRelay(RelayServices& services, net::Worker& worker);
  WorkerRelay(const WorkerRelay&) = delete;
  WorkerRelay& operator=(const WorkerRelay&) = delete;
  ~WorkerRelay();

  RelayServices& services;
  net::Worker& worker;
  RelayMetrics metrics;
  net::DnsCache names;
  net::Dialer dialer;
  http::Client client;
  ledger::WorkerLedger& books;
  catalog::TokenCache tokens;
  telemetry::RequestIdGenerator ids;
  catalog::Rng rng;
  http::HeaderBlock answer_headers;  ///< scratch: filled and sent without a suspension in between

  /// The snapshot of the moment.
  [[nodiscard]] const std::shared_ptr<const catalog::Catalog>& catalog() const { return services.catalogs.on(worker); }

  /// Admissions are reused, so that their buffers are.
  [[nodiscard]] std::unique_ptr<Admission> take_admission();
  void give_back(std::unique_ptr<Admission> admission);

 private:
  void on_timer() override;
  std::vector<std::unique_ptr<Admission>> spare_;
};

}  // namespace tollgate::relay
