#pragma once

#include <utility>
#include <vector>

#include "telemetry/metric_table.h"

namespace tollgate::telemetry {

/// What the kernel says about this process: memory, descriptors, processor time, threads. What cannot be read is left
/// out.
[[nodiscard]] std::vector<std::pair<Metric, double>> process_stats();

}  // namespace tollgate::telemetry
