#pragma once

#include <functional>
#include <vector>

#include "http/server.h"

namespace tollgate::relay {

class WorkerRelay;

/// The relay of the worker that serves an exchange.
using RelayOf = std::function<WorkerRelay&(const net::Worker&)>;

/// Every model route: method, path, dialect of its errors.
[[nodiscard]] std::vector<http::Route> relay_routes(const RelayOf& relay_of);

}  // namespace tollgate::relay
