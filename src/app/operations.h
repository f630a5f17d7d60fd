#pragma once

#include <string_view>
#include <vector>

#include "app/gateway.h"
#include "http/server.h"
#include "telemetry/metrics.h"

namespace tollgate::app {

inline constexpr std::string_view kVersion = TOLLGATE_VERSION;

/// `/healthz`, `/readyz`, `/metrics` and `/api/metrics`. `parts` must outlive the server.
[[nodiscard]] std::vector<http::Route> operations_routes(Gateway::Parts& parts);

/// What the metrics read from the parts at each scrape.
[[nodiscard]] std::vector<telemetry::Metrics::Registration> register_scrapes(Gateway::Parts& parts);

/// Unknown paths and malformed heads, as the predecessors answer them.
[[nodiscard]] http::ErrorRenderer unknown_path_renderer();

}  // namespace tollgate::app
