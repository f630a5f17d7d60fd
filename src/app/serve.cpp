#include "app/serve.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/gateway.h"
#include "app/operations.h"
#include "json/scan.h"
#include "net/worker.h"
#include "telemetry/log.h"

namespace tollgate::app {
namespace {

/// The signals that the main thread waits for; no other thread is interrupted by them.
sigset_t block_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  net::survive_failed_writes();
  return wanted;
}

/// As many descriptors as the system allows: each stream needs two.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

log::Options log_options(const config::Settings& settings) {
  log::Options out;
  out.level = log::parse_level(settings.log_level).value_or(log::Level::info);
  out.format = settings.log_format == "json" ? log::Format::json : log::Format::text;
  out.access = settings.access_log;
  out.dir = settings.log_dir;
  out.file_name = settings.log_file;
  out.max_file_bytes = settings.log_max_file_bytes;
  out.daily = settings.log_daily;
  out.keep_files = static_cast<int>(settings.log_keep_files);
  out.keep_days = static_cast<int>(settings.log_keep_days);
  return out;
}

void greet(const Gateway& gateway) {
  const std::string address = gateway.address();
  fmt::print("\nTollgate {} answers at {}\n", kVersion, address);
  const FirstStart& first = gateway.first_start();
  if (first.root_password) {
    fmt::print("\n  This is the first start. Sign in as root; the password is shown this once:\n\n    {}\n",
               first.root_password->reveal());
  }
  if (first.root_token) {
    fmt::print(
        "\n  A first call, with a token that is root's:\n\n"
        "    curl -N {}/v1/chat/completions \\\n"
        "      -H 'Authorization: Bearer {}' \\\n"
        "      -H 'Content-Type: application/json' \\\n"
        "      -d "
        "'{{\"model\":\"demo\",\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"Hello\"}}]}}'\n",
        address, first.root_token->reveal());
  }
  fmt::print("\n");
  std::fflush(stdout);
}

/// A second signal while draining: whoever sends it does not want to wait.
void cut_at_second_signal(const sigset_t& signals) {
  std::thread([signals] {
    int signal = 0;
    do {
      sigwait(&signals, &signal);
    } while (signal == SIGHUP);
    log::warn("stopped at once; the journal settles what was under way at the next start");
    log::stop();
    _exit(1);
  }).detach();
}

}  // namespace

int serve(config::Inputs inputs, config::Settings settings, std::span<const console::File> console_files) {
  const sigset_t signals = block_signals();
  raise_descriptor_limit();
  if (auto logging = log::start(log_options(settings)); !logging) {
    fmt::print(stderr, "error: {}\n", logging.error().message());
    return 2;
  }
  const std::int64_t drain_ms = settings.drain_timeout_ms;
  auto started =
      Gateway::start({.inputs = std::move(inputs), .settings = std::move(settings), .console_files = console_files});
  if (!started) {
    log::failure(log::Level::error, "not started", started.error());
    log::stop();
    fmt::print(stderr, "error: {}\n", started.error().message());
    return 1;
  }
  Gateway& gateway = **started;
  for (const std::string& warning : gateway.warnings()) log::warn(warning);
  log::info("listening", {{"address", gateway.address()}, {"version", kVersion}, {"json", json::scan_kernel()}});
  greet(gateway);

  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) {
      log::info("draining", {{"limit_ms", drain_ms}});
      break;
    }
    if (auto reloaded = gateway.reload(); !reloaded) {
      log::failure(log::Level::error, "not reloaded; the settings in force stay", reloaded.error());
    } else {
      log::info("reloaded");
    }
  }
  cut_at_second_signal(signals);
  const bool clean = gateway.stop(drain_ms);
  log::info("stopped", {{"clean", clean}});
  log::stop();
  return clean ? 0 : 1;
}

}  // namespace tollgate::app
