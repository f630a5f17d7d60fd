// A mock provider for measuring and testing: see mock_provider.h for what it answers.
#include <atomic>
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "mock_provider.h"

namespace {

std::atomic<bool> stop = false;  // lock-free: a handler may set it

void on_signal(int /*number*/) { stop = true; }

}  // namespace

int main(int argc, char** argv) {
  namespace bench = tollgate::bench;
  bench::ProviderOptions options;
  std::string listen = "127.0.0.1:0";

  CLI::App app("Answers like a provider, from nothing. Prints its address, and serves until SIGTERM.");
  app.add_option("--listen", listen, "address and port; port 0 takes a free one")->capture_default_str();
  app.add_option("--events", options.shape.events, "deltas of an answer")->capture_default_str();
  app.add_option("--interval-ms", options.shape.interval_ms, "between events; 0: all at once")->capture_default_str();
  app.add_option("--delay-ms", options.shape.delay_ms, "before an answer")->capture_default_str();
  app.add_option("--text-bytes", options.shape.text_bytes, "of text in each delta")->capture_default_str();
  app.add_option("--prompt-tokens", options.shape.prompt_tokens, "reported for each request")->capture_default_str();
  auto* certificate = app.add_option("--certificate", options.certificate, "PEM file; with it, TLS is spoken");
  auto* key = app.add_option("--key", options.key, "PEM file")->needs(certificate);
  certificate->needs(key);
  CLI11_PARSE(app, argc, argv);

  bench::prepare_process();
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
  options.address = bench::parse_address(listen);
  bench::Provider provider(options);
  std::printf("listening on port %u\n", provider.port());
  std::fflush(stdout);
  provider.run(stop);
  return 0;
}
