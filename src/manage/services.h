#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "catalog/publisher.h"
#include "config/loader.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "http/message.h"
#include "identity/accounts.h"
#include "ledger/ledger.h"
#include "net/offload.h"
#include "relay/routes.h"
#include "store/channels.h"
#include "store/executor.h"
#include "store/session.h"
#include "telemetry/metrics.h"

namespace tollgate::manage {

// What nearly every file here names.
using http::Method;
using store::ChannelRow;
using store::ChannelStatus;
using store::Session;

class Upkeep;

/// What the management API works on. Made once, by the wiring; everything in it outlives the server. Any worker.
struct Services {
  store::Storage& storage;
  ledger::Ledger& ledger;
  catalog::Publisher& publisher;
  catalog::StoredTokens& tokens;
  catalog::Health& health;
  config::SettingsHolder& settings;
  identity::Accounts& accounts;
  const crypto::Sealer& sealer;
  const crypto::KeyedHash& token_hash;  ///< of token keys: crypto::MasterKey::token_hash()
  telemetry::Metrics& metrics;
  net::Offload& offload;
  const Clock& clock;
  relay::RelayOf relay_of;      ///< for tests of channels and routes that a token's key opens
  std::string version;          ///< of the program
  std::int64_t started_at = 0;  ///< Unix seconds
  Upkeep* upkeep = nullptr;     ///< set by the wiring before the first call
  /// Whether all channels are being tested: one run at a time.
  std::shared_ptr<std::atomic<bool>> testing_channels = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace tollgate::manage
