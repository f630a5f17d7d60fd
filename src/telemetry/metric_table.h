#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tollgate::telemetry {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

/// Every metric the gateway exposes. Adding one is a row here (enum and table) and a line in the golden file.
enum class Metric : std::uint8_t {
  requests,
  request_seconds,
  first_token_seconds,
  tokens,
  quota_charged,
  requests_in_flight,
  streams_open,
  retries,
  upstream_failures,
  refused,
  client_gone,
  overdrafts,
  overdraft_quota,
  quota_reserved,
  accounts_loaded,
  journal_depth,
  journal_slots_free,
  journal_syncs,
  flush_seconds,
  flushed_records,
  flush_failures,
  quarantined_records,
  channel_state,
  channel_in_flight,
  channel_cooldowns,
  upstream_connections,
  upstream_connects,
  dns_lookups,
  client_connections,
  body_budget_used,
  storage_queue,
  storage_jobs,
  token_cache,
  catalog_rebuilds,
  log_lines_dropped,
  build_info,
  process_resident_memory,
  process_virtual_memory,
  process_open_fds,
  process_max_fds,
  process_cpu_seconds,
  process_start_time,
  process_threads,
};

/// Upper bounds of a histogram, in nanoseconds; exposed in seconds.
inline constexpr std::int64_t kMs = 1'000'000;
inline constexpr std::array<std::int64_t, 16> kLatencyBounds{
    5 * kMs,     10 * kMs,    25 * kMs,     50 * kMs,     100 * kMs,    250 * kMs,    500 * kMs,     1'000 * kMs,
    2'500 * kMs, 5'000 * kMs, 10'000 * kMs, 20'000 * kMs, 40'000 * kMs, 80'000 * kMs, 160'000 * kMs, 320'000 * kMs};
inline constexpr std::size_t kMaxLabels = 3;

struct MetricRow {
  Metric metric;
  MetricType type;
  std::string_view name;
  std::array<std::string_view, kMaxLabels> labels;  ///< unused ones empty
  std::string_view help;

  [[nodiscard]] constexpr std::size_t label_count() const {
    std::size_t n = 0;
    while (n < labels.size() && !labels[n].empty()) ++n;
    return n;
  }
};

// clang-format off
inline constexpr std::array kMetrics{
    MetricRow{Metric::requests, MetricType::counter, "tollgate_requests_total", {"model", "channel", "status"}, "Model requests answered, by the model asked for, the channel that answered (or the last that failed; empty when none was tried) and the HTTP status."},
    MetricRow{Metric::request_seconds, MetricType::histogram, "tollgate_request_duration_seconds", {"model"}, "From the request's head to the last byte of its answer."},
    MetricRow{Metric::first_token_seconds, MetricType::histogram, "tollgate_first_token_seconds", {"model"}, "From the request's head to the first byte of a streamed answer's content."},
    MetricRow{Metric::tokens, MetricType::counter, "tollgate_tokens_total", {"model", "kind"}, "Tokens settled, by kind: input, cache_read, cache_write, output, reasoning, audio_input, audio_output, image."},
    MetricRow{Metric::quota_charged, MetricType::counter, "tollgate_quota_charged_total", {"model"}, "Quota charged for settled calls."},
    MetricRow{Metric::requests_in_flight, MetricType::gauge, "tollgate_requests_in_flight", {}, "Model requests between admission and settlement."},
    MetricRow{Metric::streams_open, MetricType::gauge, "tollgate_streams_open", {}, "Answers being streamed to clients."},
    MetricRow{Metric::retries, MetricType::counter, "tollgate_retries_total", {"code"}, "Attempts after the first, by the error code that caused them."},
    MetricRow{Metric::upstream_failures, MetricType::counter, "tollgate_upstream_failures_total", {"channel", "code"}, "Attempts that failed, by channel and error code."},
    MetricRow{Metric::refused, MetricType::counter, "tollgate_refused_total", {"code"}, "Requests refused before any attempt, by error code."},
    MetricRow{Metric::client_gone, MetricType::counter, "tollgate_client_gone_total", {"phase"}, "Clients that left before the end of their answer, by phase: before_head, streaming."},
    MetricRow{Metric::overdrafts, MetricType::counter, "tollgate_overdrafts_total", {}, "Settlements that took an account below zero."},
    MetricRow{Metric::overdraft_quota, MetricType::counter, "tollgate_overdraft_quota_total", {}, "Quota below zero that these settlements added."},
    MetricRow{Metric::quota_reserved, MetricType::gauge, "tollgate_quota_reserved", {}, "Quota set aside for calls in flight."},
    MetricRow{Metric::accounts_loaded, MetricType::gauge, "tollgate_accounts_loaded", {"kind"}, "Accounts with a live cell, by kind: user, token."},
    MetricRow{Metric::journal_depth, MetricType::gauge, "tollgate_journal_depth", {}, "Journal records not yet in the database."},
    MetricRow{Metric::journal_slots_free, MetricType::gauge, "tollgate_journal_slots_free", {}, "Journal slots prepared and not used: no admission at zero."},
    MetricRow{Metric::journal_syncs, MetricType::counter, "tollgate_journal_syncs_total", {"outcome"}, "Journal syncs, by outcome: ok, failed."},
    MetricRow{Metric::flush_seconds, MetricType::histogram, "tollgate_flush_duration_seconds", {}, "Time of one batch from the journal into the database."},
    MetricRow{Metric::flushed_records, MetricType::counter, "tollgate_flushed_records_total", {}, "Journal records applied to the database."},
    MetricRow{Metric::flush_failures, MetricType::counter, "tollgate_flush_failures_total", {}, "Batches that failed and will be tried again."},
    MetricRow{Metric::quarantined_records, MetricType::counter, "tollgate_quarantined_records_total", {}, "Journal records that the database refused for good: set aside for an operator to look at."},
    MetricRow{Metric::channel_state, MetricType::gauge, "tollgate_channel_state", {"channel"}, "Circuit breaker: 0 closed, 1 half open, 2 open, 3 disabled automatically."},
    MetricRow{Metric::channel_in_flight, MetricType::gauge, "tollgate_channel_in_flight", {"channel"}, "Attempts in flight on a channel."},
    MetricRow{Metric::channel_cooldowns, MetricType::counter, "tollgate_channel_cooldowns_total", {"channel"}, "Times a channel was set aside for a while."},
    MetricRow{Metric::upstream_connections, MetricType::gauge, "tollgate_upstream_connections", {"state"}, "Connections to upstreams, by state: active, idle."},
    MetricRow{Metric::upstream_connects, MetricType::counter, "tollgate_upstream_connects_total", {"outcome"}, "Connections made to upstreams, by outcome: ok, resumed (with an earlier session of TLS), failed."},
    MetricRow{Metric::dns_lookups, MetricType::counter, "tollgate_dns_lookups_total", {"outcome"}, "Look-ups of upstream names, by outcome: ok, failed, stale (failed, and older addresses serve on)."},
    MetricRow{Metric::client_connections, MetricType::gauge, "tollgate_client_connections", {}, "Open connections of clients."},
    MetricRow{Metric::body_budget_used, MetricType::gauge, "tollgate_body_budget_used_bytes", {}, "Bytes of request bodies in flight."},
    MetricRow{Metric::storage_queue, MetricType::gauge, "tollgate_storage_queue", {}, "Jobs waiting for a storage thread."},
    MetricRow{Metric::storage_jobs, MetricType::counter, "tollgate_storage_jobs_total", {"outcome"}, "Storage jobs, by outcome: ok, failed (answered with an error), expired (before they ran), refused (the queue was full, or closing)."},
    MetricRow{Metric::token_cache, MetricType::counter, "tollgate_token_cache_total", {"outcome"}, "API keys looked up in memory, by outcome: hit, negative (remembered as unknown), miss."},
    MetricRow{Metric::catalog_rebuilds, MetricType::counter, "tollgate_catalog_rebuilds_total", {"outcome"}, "Rebuilds of the catalog snapshot, by outcome: ok, failed."},
    MetricRow{Metric::log_lines_dropped, MetricType::counter, "tollgate_log_lines_dropped_total", {}, "Log lines dropped because the queue was full or the file could not be written."},
    MetricRow{Metric::build_info, MetricType::gauge, "tollgate_build_info", {"version"}, "Always 1; the version is its label."},
    MetricRow{Metric::process_resident_memory, MetricType::gauge, "process_resident_memory_bytes", {}, "Resident memory size in bytes."},
    MetricRow{Metric::process_virtual_memory, MetricType::gauge, "process_virtual_memory_bytes", {}, "Virtual memory size in bytes."},
    MetricRow{Metric::process_open_fds, MetricType::gauge, "process_open_fds", {}, "Number of open file descriptors."},
    MetricRow{Metric::process_max_fds, MetricType::gauge, "process_max_fds", {}, "Maximum number of open file descriptors."},
    MetricRow{Metric::process_cpu_seconds, MetricType::counter, "process_cpu_seconds_total", {}, "Total user and system CPU time spent in seconds."},
    MetricRow{Metric::process_start_time, MetricType::gauge, "process_start_time_seconds", {}, "Start time of the process since unix epoch in seconds."},
    MetricRow{Metric::process_threads, MetricType::gauge, "process_threads", {}, "Number of OS threads in the process."},
};
// clang-format on

consteval bool metric_rows_match_enum() {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (static_cast<std::size_t>(kMetrics[i].metric) != i) return false;
  }
  return kMetrics.size() == static_cast<std::size_t>(Metric::process_threads) + 1;
}
static_assert(metric_rows_match_enum(), "every Metric has one row, in enum order");

constexpr const MetricRow& row_of(Metric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

}  // namespace tollgate::telemetry
