#include "telemetry/metrics.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::telemetry {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

// Names and labels are what dashboards and alerts are written against.
TEST(MetricTable, IsTheGoldenOne) {
  std::set<std::string> lines;
  for (const MetricRow& row : kMetrics) {
    constexpr std::array<const char*, 3> types{"counter", "gauge", "histogram"};
    std::string line = std::string(row.name) + " " + types[static_cast<std::size_t>(row.type)];
    for (std::size_t i = 0; i < row.label_count(); ++i) line += " " + std::string(row.labels[i]);
    lines.insert(line);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const std::filesystem::path golden =
      std::filesystem::path(TOLLGATE_SOURCE_DIR) / "src/telemetry/fixtures/metrics.txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(golden.parent_path());
    std::ofstream(golden) << text;
  }
  EXPECT_EQ(text, read(golden)) << "run this test with UPDATE_GOLDEN=1 and commit the file";
}

TEST(MetricTable, NamesFollowTheConventions) {
  std::set<std::string_view> names;
  for (const MetricRow& row : kMetrics) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.type == MetricType::counter) << row.name;
    EXPECT_EQ(row.name.ends_with("_seconds"),
              row.type == MetricType::histogram || row.metric == Metric::process_start_time)
        << row.name;
  }
}

TEST(Metrics, SumOverThreads) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&metrics] {
        MetricCells& cells = metrics.make_cells();
        const Counter requests = cells.counter(Metric::requests, {"gpt-4", "1", "200"});
        const Gauge in_flight = cells.gauge(Metric::requests_in_flight);
        for (int i = 0; i < 1000; ++i) {
          requests.add();
          in_flight.add();
        }
        in_flight.sub(999);
      });
    }
  }
  EXPECT_EQ(metrics.value(Metric::requests, {"gpt-4", "1", "200"}), 4000);
  EXPECT_EQ(metrics.value(Metric::requests_in_flight), 4);
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "tollgate_requests_total{model=\"gpt-4\",channel=\"1\",status=\"200\"} 4000")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_requests_in_flight 4")) << text;
  EXPECT_TRUE(has_line(text, "# TYPE tollgate_requests_total counter")) << text;
}

TEST(Metrics, AreScrapedWhileTheyAreWritten) {
  Metrics metrics;
  std::jthread writer([&metrics](const std::stop_token& stop) {
    MetricCells& cells = metrics.make_cells();
    for (int i = 0; !stop.stop_requested(); ++i) cells.counter(Metric::retries, {std::to_string(i % 50)}).add();
  });
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(metrics.render().empty());
}

TEST(Metrics, HistogramsAreCumulativeAndInSeconds) {
  Metrics metrics;
  const Histogram latency = metrics.make_cells().histogram(Metric::request_seconds, {"m"});
  latency.observe_ns(5 * kMs);  // a bound belongs to its bucket
  latency.observe_ns(30 * kMs);
  latency.observe_ns(1'000'000 * kMs);
  latency.observe_ns(-1);
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_bucket{model=\"m\",le=\"0.005\"} 2")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_bucket{model=\"m\",le=\"0.025\"} 2")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_bucket{model=\"m\",le=\"0.05\"} 3")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_bucket{model=\"m\",le=\"+Inf\"} 4")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_count{model=\"m\"} 4")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_request_duration_seconds_sum{model=\"m\"} 1000.035")) << text;
  EXPECT_EQ(metrics.value(Metric::request_seconds, {"m"}), 4);
}

TEST(Metrics, InventedLabelValuesEndAsOther) {
  Metrics metrics({.max_label_values = 3});
  MetricCells& cells = metrics.make_cells();
  for (int i = 0; i < 100; ++i) cells.counter(Metric::retries, {"code" + std::to_string(i)}).add();
  MetricCells& second = metrics.make_cells();
  second.counter(Metric::retries, {"code2"}).add();
  second.counter(Metric::retries, {"code99"}).add();
  EXPECT_EQ(metrics.value(Metric::retries, {"code2"}), 2);
  EXPECT_EQ(metrics.value(Metric::retries, {"other"}), 98);
  EXPECT_EQ(metrics.value(Metric::retries, {"code99"}), 0);
}

TEST(Metrics, TheNumberOfCombinationsIsBoundedToo) {
  Metrics metrics({.max_series = 10});
  MetricCells& cells = metrics.make_cells();
  for (int model = 0; model < 10; ++model) {
    for (int channel = 0; channel < 10; ++channel) {
      cells.counter(Metric::requests, {std::to_string(model), std::to_string(channel), "200"}).add();
    }
  }
  EXPECT_EQ(metrics.value(Metric::requests, {"0", "9", "200"}), 1);
  EXPECT_EQ(metrics.value(Metric::requests, {"other", "other", "other"}), 90);
}

TEST(Metrics, LongAndHostileLabelValuesAreTamed) {
  Metrics metrics({.max_label_bytes = 8});
  MetricCells& cells = metrics.make_cells();
  cells.counter(Metric::retries, {"0123456789"}).add();
  cells.counter(Metric::retries, {"a\"b\n"}).add();
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "tollgate_retries_total{code=\"01234567\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_retries_total{code=\"a\\\"b\\n\"} 1")) << text;
}

TEST(Metrics, ReadersAreAskedAtEachScrapeUntilTheyAreGone) {
  Metrics metrics;
  double depth = 3;
  auto handle = metrics.on_scrape(Metric::journal_depth, [&](const SampleSink& sink) { sink({}, depth); });
  auto states = metrics.on_scrape(Metric::channel_state, [](const SampleSink& sink) {
    sink({"1"}, 0);
    sink({"2"}, 2);
  });
  EXPECT_TRUE(has_line(metrics.render(), "tollgate_journal_depth 3"));
  EXPECT_TRUE(has_line(metrics.render(), "tollgate_channel_state{channel=\"2\"} 2"));
  depth = 4;
  EXPECT_TRUE(has_line(metrics.render(), "tollgate_journal_depth 4"));
  handle.reset();
  EXPECT_EQ(metrics.render().find("tollgate_journal_depth"), std::string::npos);
}

TEST(Metrics, ARegistrationMayOutliveItsRegistry) {
  Metrics::Registration handle;
  {
    Metrics metrics;
    handle = metrics.on_scrape(Metric::journal_depth, [](const SampleSink&) {});
  }
  handle.reset();
}

TEST(Metrics, SayWhatTheProcessIs) {
  Metrics metrics({.version = "1.2.3"});
  const std::string text = metrics.render();
  EXPECT_TRUE(has_line(text, "tollgate_build_info{version=\"1.2.3\"} 1")) << text;
  EXPECT_TRUE(has_line(text, "tollgate_overdrafts_total 0")) << "counters without labels exist from the start";
  for (const char* name :
       {"process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_cpu_seconds_total",
        "process_start_time_seconds", "process_threads", "tollgate_log_lines_dropped_total"}) {
    const auto at = text.find("\n" + std::string(name) + " ");
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GE(std::atof(text.c_str() + at + 2 + std::string(name).size()), 0) << name;
  }
}

TEST(Metrics, AreSortedByName) {
  Metrics metrics;
  std::istringstream lines(metrics.render());
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    EXPECT_LT(last, line);
    last = line;
  }
}

TEST(Metrics, ADefaultHandleCountsIntoNothing) {
  Counter().add();
  Gauge().set(1);
  Histogram().observe_ns(1);
}

TEST(Metrics, AGaugeGuardCountsForItsLifetime) {
  Metrics metrics;
  const Gauge gauge = metrics.make_cells().gauge(Metric::streams_open);
  {
    GaugeGuard guard(gauge);
    GaugeGuard moved = std::move(guard);
    EXPECT_EQ(metrics.value(Metric::streams_open), 1);
  }
  EXPECT_EQ(metrics.value(Metric::streams_open), 0);
}

TEST(MetricsDeathTest, AMetricAskedForWronglyIsOurMistake) {
  Metrics metrics;
  MetricCells& cells = metrics.make_cells();
  EXPECT_DEATH((void)cells.gauge(Metric::requests, {"a", "b", "c"}), "another type");
  EXPECT_DEATH((void)cells.counter(Metric::requests, {"a"}), "number of label values");
}

}  // namespace
}  // namespace tollgate::telemetry
