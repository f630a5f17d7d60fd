#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace tollgate::relay {

class WorkerRelay;
struct Caller;

/// The relay of the worker that serves an exchange.
using RelayOf = std::function<WorkerRelay&(const net::Worker&)>;

/// Every model route: method, path, dialect of its errors.
[[nodiscard]] std::vector<http::Route> relay_routes(const RelayOf& relay_of);

/// Serves a Chat Completions call of somebody who is known already (a session's playground) like one with a key.
/// @param body  In place of the one that came, with at least json::kScanPadding readable bytes behind it. Outlives the
///              call.
net::Task<void> serve_chat_for(WorkerRelay& relay, http::Exchange& exchange, Caller caller, std::string_view body);

}  // namespace tollgate::relay
