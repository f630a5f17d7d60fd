#pragma once

#include "base/error.h"
#include "catalog/credential.h"
#include "catalog/token.h"
#include "http/exchange.h"
#include "net/address.h"
#include "net/task.h"

namespace tollgate::relay {

class WorkerRelay;

/// Who calls a route that wants a key, and what their key's suffix asks for.
struct Caller {
  catalog::TokenRef facts;
  catalog::Pin pin;
  net::IpAddress address;
};

/// Finds the key wherever it may stand, and checks that it may be used from there: known, enabled, not expired, its
/// owner enabled, the address allowed, the suffix an administrator's.
/// Errors: missing_api_key, invalid_api_key, expired_api_key, disabled_api_key, account_disabled, ip_not_allowed,
/// channel_pin_not_allowed, rate_limit_exceeded (too many unknown keys); storage_unavailable, overloaded.
net::Task<Result<Caller>> identify_caller(WorkerRelay& relay, http::Exchange& exchange, catalog::CredentialStyle style);

}  // namespace tollgate::relay
