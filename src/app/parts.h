#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/data_lock.h"
#include "app/gateway.h"
#include "catalog/builder.h"
#include "catalog/disable_writer.h"
#include "catalog/health.h"
#include "catalog/publisher.h"
#include "catalog/token_cache.h"
#include "config/loader.h"
#include "crypto/master_key.h"
#include "http/server.h"
#include "identity/accounts.h"
#include "identity/cookie.h"
#include "ledger/ledger.h"
#include "manage/services.h"
#include "manage/upkeep.h"
#include "net/offload.h"
#include "net/worker.h"
#include "relay/worker_relay.h"
#include "store/database.h"
#include "store/executor.h"
#include "telemetry/metrics.h"

namespace tollgate::app {

/// What a gateway is made of, in the order in which it is made. Destroyed in the reverse order, after `Gateway::stop`
/// has let every request end.
struct Gateway::Parts {
  explicit Parts(GatewayOptions given);

  config::SettingsHolder holder;
  const Clock& clock;
  const std::span<const console::File> console_files;
  FirstStart first_start;
  std::vector<std::string> warnings;
  bool stopped = false;

  std::unique_ptr<DataLock> lock;
  std::unique_ptr<crypto::MasterKey> master_key;
  std::unique_ptr<crypto::Sealer> sealer;
  std::unique_ptr<crypto::KeyedHash> token_hash;
  std::unique_ptr<crypto::KeyedHash> access_hash;
  std::unique_ptr<telemetry::Metrics> metrics;
  store::Databases databases;
  std::unique_ptr<store::Storage> storage;
  std::unique_ptr<identity::CookieSigner> cookies;
  std::unique_ptr<identity::Accounts> accounts;
  std::unique_ptr<net::Offload> offload;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<net::WorkerPool> workers;
  std::unique_ptr<catalog::DisableWriter> disable_writer;
  std::unique_ptr<catalog::Health> health;
  std::unique_ptr<catalog::Builder> builder;
  catalog::TokenGenerations generations;
  std::unique_ptr<catalog::StoredTokens> tokens;
  std::unique_ptr<catalog::Publisher> publisher;
  std::unique_ptr<relay::RelayServices> relay_services;
  std::vector<std::unique_ptr<relay::WorkerRelay>> relays;
  std::unique_ptr<manage::Services> manage_services;
  std::unique_ptr<manage::Upkeep> upkeep;
  std::vector<telemetry::Metrics::Registration> scrapes;
  std::unique_ptr<http::Server> server;

  [[nodiscard]] config::SettingsHolder::Snapshot settings() const { return holder.current(); }
  [[nodiscard]] std::int64_t now_s() const { return clock.unix_seconds(); }
};

}  // namespace tollgate::app
