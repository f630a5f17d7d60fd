#include "telemetry/metrics.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "base/strings.h"
#include "telemetry/log.h"
#include "telemetry/process_stats.h"

namespace tollgate::telemetry {
namespace {

constexpr std::string_view kOther = "other";
constexpr std::size_t kMetricCount = kMetrics.size();
using Word = std::atomic<std::int64_t>;

std::size_t index_of(Metric metric) { return static_cast<std::size_t>(metric); }
std::size_t words_of(MetricType type) { return type == MetricType::histogram ? Histogram::kWords : 1; }

/// A mistake in our own code, found by the first test that runs it.
void must(bool ok, const MetricRow& row, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "tollgate: metric %.*s: %s\n", static_cast<int>(row.name.size()), row.name.data(), what);
  std::abort();
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// The metric and its label values as one text. 0xFF is in no UTF-8 text.
void put_key(std::string& out, Metric metric, std::span<const std::string_view> values) {
  out.clear();
  out += static_cast<char>(metric);
  for (const std::string_view value : values) {
    out += value;
    out += '\xFF';
  }
}

struct Series {
  Metric metric{};
  std::vector<std::string> values;
  std::vector<const Word*> shares;  ///< of each thread that has the series

  [[nodiscard]] std::int64_t sum(std::size_t word = 0) const {
    std::int64_t out = 0;
    for (const Word* share : shares) out += share[word].load(std::memory_order_relaxed);
    return out;
  }
};

/// Words in blocks of cache lines of their own, so that no two threads write one line.
class Arena {
 public:
  Word* take(std::size_t count) {
    if (count > left_) {
      blocks_.push_back(std::make_unique<Block>());
      next_ = blocks_.back()->words.data();
      left_ = Block::kWords;
    }
    Word* out = next_;
    next_ += count;
    left_ -= count;
    return out;
  }

 private:
  struct alignas(64) Block {
    static constexpr std::size_t kWords = 128;
    std::array<Word, kWords> words{};
  };
  static_assert(Histogram::kWords <= Block::kWords);
  std::vector<std::unique_ptr<Block>> blocks_;
  Word* next_ = nullptr;
  std::size_t left_ = 0;
};

prometheus::MetricType library_type(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric labeled(const MetricRow& row, std::span<const std::string> values) {
  prometheus::ClientMetric out;
  for (std::size_t i = 0; i < values.size(); ++i) out.label.push_back({std::string(row.labels[i]), values[i]});
  return out;
}

void put_value(prometheus::ClientMetric& out, MetricType type, double value) {
  if (type == MetricType::counter) {
    out.counter.value = value;
  } else {
    out.gauge.value = value;
  }
}

prometheus::ClientMetric snapshot(const Series& series) {
  const MetricRow& row = row_of(series.metric);
  prometheus::ClientMetric out = labeled(row, series.values);
  if (row.type != MetricType::histogram) {
    put_value(out, row.type, static_cast<double>(series.sum()));
    return out;
  }
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
    count += static_cast<std::uint64_t>(series.sum(i));
    prometheus::ClientMetric::Bucket bucket;
    bucket.cumulative_count = count;
    bucket.upper_bound = static_cast<double>(kLatencyBounds[i]) / 1e9;
    out.histogram.bucket.push_back(bucket);
  }
  count += static_cast<std::uint64_t>(series.sum(kLatencyBounds.size()));
  prometheus::ClientMetric::Bucket last;
  last.cumulative_count = count;
  last.upper_bound = std::numeric_limits<double>::infinity();
  out.histogram.bucket.push_back(last);
  out.histogram.sample_count = count;
  out.histogram.sample_sum = static_cast<double>(series.sum(Histogram::kWords - 1)) / 1e9;
  return out;
}

}  // namespace

struct Metrics::Impl {
  struct Reader {
    Metric metric;
    std::function<void(const SampleSink&)> read;
  };

  MetricsOptions options;
  std::string version;

  mutable std::mutex mutex;  // series, labels, cells
  std::map<std::string, Series, std::less<>> series;
  std::array<std::array<std::set<std::string, std::less<>>, kMaxLabels>, kMetricCount> known;
  std::array<std::size_t, kMetricCount> series_count{};
  std::vector<std::unique_ptr<MetricCells>> cells;

  mutable std::mutex readers_mutex;  // held while they run
  std::list<Reader> readers;

  /// The series that these values count into. Under `mutex`.
  Series& resolve(Metric metric, std::span<const std::string_view> values, std::string& key) {
    std::array<std::string_view, kMaxLabels> bounded;
    for (std::size_t i = 0; i < values.size(); ++i) bounded[i] = bound(metric, i, values[i]);
    const auto used = std::span(bounded).first(values.size());
    put_key(key, metric, used);
    if (const auto found = series.find(key); found != series.end()) return found->second;
    if (series_count[index_of(metric)] >= options.max_series) {
      std::fill(used.begin(), used.end(), kOther);
      put_key(key, metric, used);
      if (const auto found = series.find(key); found != series.end()) return found->second;
    }
    ++series_count[index_of(metric)];
    Series fresh{.metric = metric, .values = {used.begin(), used.end()}, .shares = {}};
    return series.emplace(key, std::move(fresh)).first->second;
  }

  std::string_view bound(Metric metric, std::size_t label, std::string_view value) {
    value = clip_utf8(value, options.max_label_bytes);
    auto& values = known[index_of(metric)][label];
    if (const auto found = values.find(value); found != values.end()) return *found;
    if (values.size() >= options.max_label_values) return kOther;
    return *values.emplace(value).first;
  }
};

struct MetricCells::Impl {
  /// Label values as they were given, to the words they count into. Bounded, since callers may invent values.
  static constexpr std::size_t kMostNames = 16'384;

  Metrics::Impl* registry = nullptr;
  std::unordered_map<std::string, Word*, TextHash, std::equal_to<>> names;
  std::unordered_map<const Series*, Word*> owned;
  Arena arena;
  std::string scratch;

  Word* find(Metric metric, MetricType type, std::span<const std::string_view> values) {
    const MetricRow& row = row_of(metric);
    must(row.type == type, row, "asked for as another type");
    must(row.label_count() == values.size(), row, "asked for with another number of label values");
    put_key(scratch, metric, values);
    if (const auto found = names.find(std::string_view(scratch)); found != names.end()) return found->second;

    std::string key;
    const std::scoped_lock lock(registry->mutex);
    Series& series = registry->resolve(metric, values, key);
    auto [word, fresh] = owned.try_emplace(&series, nullptr);
    if (fresh) {
      word->second = arena.take(words_of(type));
      series.shares.push_back(word->second);
    }
    if (names.size() < kMostNames) names.emplace(scratch, word->second);
    return word->second;
  }
};

MetricCells::MetricCells(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricCells::~MetricCells() = default;

Counter MetricCells::counter(Metric metric, std::initializer_list<std::string_view> values) {
  return Counter(impl_->find(metric, MetricType::counter, {values.begin(), values.size()}));
}
Gauge MetricCells::gauge(Metric metric, std::initializer_list<std::string_view> values) {
  return Gauge(impl_->find(metric, MetricType::gauge, {values.begin(), values.size()}));
}
Histogram MetricCells::histogram(Metric metric, std::initializer_list<std::string_view> values) {
  return Histogram(impl_->find(metric, MetricType::histogram, {values.begin(), values.size()}));
}

Metrics::Metrics(MetricsOptions options) : impl_(std::make_shared<Impl>()) {
  impl_->version = std::string(options.version);
  impl_->options = options;
  impl_->options.version = impl_->version;
}
Metrics::~Metrics() = default;

MetricCells& Metrics::make_cells() {
  auto impl = std::make_unique<MetricCells::Impl>();
  impl->registry = impl_.get();
  const std::scoped_lock lock(impl_->mutex);
  return *impl_->cells.emplace_back(new MetricCells(std::move(impl)));
}

Metrics::Registration Metrics::on_scrape(Metric metric, std::function<void(const SampleSink&)> read) {
  must(row_of(metric).type != MetricType::histogram, row_of(metric), "a histogram cannot be read at a scrape");
  const std::scoped_lock lock(impl_->readers_mutex);
  const auto at = impl_->readers.insert(impl_->readers.end(), Impl::Reader{metric, std::move(read)});
  const std::weak_ptr<Impl> weak = impl_;
  return {static_cast<void*>(&*at), [weak, at](void*) {
            const auto impl = weak.lock();
            if (impl == nullptr) return;
            const std::scoped_lock inner(impl->readers_mutex);
            impl->readers.erase(at);
          }};
}

std::int64_t Metrics::value(Metric metric, std::initializer_list<std::string_view> values) const {
  std::string key;
  put_key(key, metric, {values.begin(), values.size()});
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->series.find(key);
  if (found == impl_->series.end()) return 0;
  if (row_of(metric).type != MetricType::histogram) return found->second.sum();
  std::int64_t count = 0;
  for (std::size_t i = 0; i + 1 < Histogram::kWords; ++i) count += found->second.sum(i);
  return count;
}

std::string Metrics::render() const {
  std::vector<prometheus::MetricFamily> families(kMetricCount);
  for (const MetricRow& row : kMetrics) {
    auto& family = families[index_of(row.metric)];
    family.name = std::string(row.name);
    family.help = std::string(row.help);
    family.type = library_type(row.type);
  }
  {
    const std::scoped_lock lock(impl_->mutex);
    for (const auto& [key, series] : impl_->series)
      families[index_of(series.metric)].metric.push_back(snapshot(series));
  }
  const auto sink_of = [&](Metric metric) -> SampleSink {
    return [&families, metric](std::initializer_list<std::string_view> values, double value) {
      const MetricRow& row = row_of(metric);
      must(row.label_count() == values.size(), row, "read with another number of label values");
      auto sample = labeled(row, std::vector<std::string>(values.begin(), values.end()));
      put_value(sample, row.type, value);
      families[index_of(metric)].metric.push_back(std::move(sample));
    };
  };
  {
    const std::scoped_lock lock(impl_->readers_mutex);
    for (const Impl::Reader& reader : impl_->readers) reader.read(sink_of(reader.metric));
  }
  sink_of(Metric::build_info)({impl_->version}, 1);
  sink_of(Metric::log_lines_dropped)({}, static_cast<double>(log::dropped()));
  for (const auto& [metric, value] : process_stats()) sink_of(metric)({}, value);
  // A counter without labels exists from the start, so that its first increment is a change and not an appearance.
  for (const MetricRow& row : kMetrics) {
    auto& family = families[index_of(row.metric)];
    const bool absent = family.metric.empty() && row.type == MetricType::counter && row.label_count() == 0;
    if (absent) sink_of(row.metric)({}, 0);
  }
  std::erase_if(families, [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tollgate::telemetry
