#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "telemetry/metric_table.h"

/// Metrics without locks on the request path. Each worker (and any other thread that counts) owns a `MetricCells`; its
/// handles add to plain words that only that thread writes, and a scrape sums the words of all threads.
///
///     // once, at the worker's start, or when a channel is first used:
///     Counter retries = cells.counter(Metric::retries, {"upstream_timeout"});
///     // on the request path: one relaxed load and store
///     retries.add();
///
/// Label values are bounded: after `MetricsOptions::max_label_values` distinct values of one label, further ones count
/// as `other`; overlong values are cut. So a caller that invents model names cannot fill the memory.
namespace tollgate::telemetry {

/// The words of one series on one thread. Internal, but inline because the hot path is this.
namespace detail {
inline void add_single_writer(std::atomic<std::int64_t>& word, std::int64_t n) {
  word.store(word.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}
}  // namespace detail

/// Handles: two words, copy freely, valid as long as the `MetricCells` they came from. Only that object's thread may
/// use them. A default-made handle counts into nothing.
class Counter {
 public:
  Counter() = default;
  explicit Counter(std::atomic<std::int64_t>* word) : word_(word) {}
  void add(std::int64_t n = 1) const {
    if (word_ != nullptr) detail::add_single_writer(*word_, n);
  }

 private:
  std::atomic<std::int64_t>* word_ = nullptr;
};

/// A share of a gauge: the gauge is the sum of all threads' shares.
class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(std::atomic<std::int64_t>* word) : word_(word) {}
  void add(std::int64_t n = 1) const {
    if (word_ != nullptr) detail::add_single_writer(*word_, n);
  }
  void sub(std::int64_t n = 1) const { add(-n); }
  void set(std::int64_t n) const {
    if (word_ != nullptr) word_->store(n, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t>* word_ = nullptr;
};

/// Adds one to a gauge for its lifetime.
class GaugeGuard {
 public:
  GaugeGuard() = default;
  explicit GaugeGuard(Gauge gauge) : gauge_(gauge), held_(true) { gauge_.add(); }
  GaugeGuard(GaugeGuard&& other) noexcept : gauge_(other.gauge_), held_(std::exchange(other.held_, false)) {}
  GaugeGuard& operator=(GaugeGuard&& other) noexcept {
    if (this != &other) {
      release();
      gauge_ = other.gauge_;
      held_ = std::exchange(other.held_, false);
    }
    return *this;
  }
  GaugeGuard(const GaugeGuard&) = delete;
  GaugeGuard& operator=(const GaugeGuard&) = delete;
  ~GaugeGuard() { release(); }
  void release() {
    if (std::exchange(held_, false)) gauge_.sub();
  }

 private:
  Gauge gauge_;
  bool held_ = false;
};

/// Words: one a bound, one for what is beyond the last, one for the sum in nanoseconds.
class Histogram {
 public:
  static constexpr std::size_t kWords = kLatencyBounds.size() + 2;

  Histogram() = default;
  explicit Histogram(std::atomic<std::int64_t>* words) : words_(words) {}
  void observe_ns(std::int64_t ns) const {
    if (words_ == nullptr) return;
    if (ns < 0) ns = 0;
    std::size_t bucket = 0;
    while (bucket < kLatencyBounds.size() && ns > kLatencyBounds[bucket]) ++bucket;
    detail::add_single_writer(words_[bucket], 1);
    detail::add_single_writer(words_[kWords - 1], ns);
  }

 private:
  std::atomic<std::int64_t>* words_ = nullptr;
};

class Metrics;

/// The cells of one thread. Made by `Metrics::make_cells`; used by one thread at a time.
class MetricCells {
 public:
  ~MetricCells();
  MetricCells(const MetricCells&) = delete;
  MetricCells& operator=(const MetricCells&) = delete;

  /// The handle of a series; label values in the order of the table's row. The first call for a series takes the
  /// registry's lock and allocates, later ones cost one hash look-up (some 50 ns, no lock, no allocation); keep the
  /// handle where you can. The metric's type and the number of values must be those of its row (checked: the process
  /// ends).
  Counter counter(Metric metric, std::initializer_list<std::string_view> values = {});
  Gauge gauge(Metric metric, std::initializer_list<std::string_view> values = {});
  Histogram histogram(Metric metric, std::initializer_list<std::string_view> values = {});

 private:
  friend class Metrics;
  struct Impl;
  explicit MetricCells(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct MetricsOptions {
  /// Distinct values of one label of one metric before further ones become `other`.
  std::size_t max_label_values = 500;
  std::size_t max_label_bytes = 128;
  /// Series of one metric before further combinations of values become one series of `other`.
  std::size_t max_series = 5000;
  std::string_view version = "";
};

/// Receives the samples of a gauge or counter that is read at a scrape.
using SampleSink = std::function<void(std::initializer_list<std::string_view> values, double value)>;

/// The registry: one a process (tests make their own). All functions: any thread.
class Metrics {
 public:
  explicit Metrics(MetricsOptions options = {});
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// A new thread's cells; they live as long as this object and keep their counts when the thread ends. Never freed
  /// before, so make one a thread, not one a task.
  MetricCells& make_cells();

  /// A gauge or counter that somebody else keeps (breaker states, pool sizes, journal depth): `read` is called at each
  /// scrape, on the scraping thread, and must not block. It lives until the returned handle is destroyed; destroying it
  /// waits for a scrape that is under way.
  using Registration = std::shared_ptr<void>;
  [[nodiscard]] Registration on_scrape(Metric metric, std::function<void(const SampleSink&)> read);

  /// Everything in Prometheus' text format, version 0.0.4, sorted by name. Some hundred microseconds for a few thousand
  /// series: answer it from a storage thread, not from a worker.
  [[nodiscard]] std::string render() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  /// The present sum of one series, for tests and for the console's live figures; a histogram's count.
  [[nodiscard]] std::int64_t value(Metric metric, std::initializer_list<std::string_view> values = {}) const;

 private:
  friend class MetricCells;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tollgate::telemetry
