// A load generator for HTTP/1.1 services that answer plainly or with server-sent events: see load_generator.h.
#include <cstdio>
#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>

#include "load_generator.h"

namespace {

namespace bench = tollgate::bench;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) bench::die("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) bench::die("cannot read " + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace

int main(int argc, char** argv) {
  bench::LoadOptions options;
  std::string target, path = "/v1/chat/completions", body_file, keys_file, key_header = "Authorization: Bearer ";
  std::vector<std::string> headers;

  CLI::App app("Sends POST requests and prints one line of JSON: counts, latencies in microseconds, events.");
  app.add_option("target", target, "address and port")->required();
  app.add_option("--path", path)->capture_default_str();
  app.add_option("--body", body_file, "file with the request's body")->required();
  app.add_option("--keys", keys_file, "file of keys, one a line, used in turn");
  app.add_option("--key-header", key_header, "what stands before the key")->capture_default_str();
  app.add_option("--header", headers, "another header line; may be given several times");
  app.add_option("--connections", options.connections)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "no request starts later")->capture_default_str();
  app.add_option("--rate", options.rate, "requests a second; without it each connection sends when free");
  app.add_option("--requests", options.requests, "no more than these");
  app.add_option("--ramp", options.ramp_seconds, "seconds over which first requests are spread");
  app.add_option("--drain", options.drain_seconds, "seconds to wait for requests under way")->capture_default_str();
  app.add_option("--expect-events", options.expect_events, "of each stream; others count as lost");
  CLI11_PARSE(app, argc, argv);

  bench::prepare_process();
  options.target = bench::parse_address(target);
  options.body = read_file(body_file);
  std::vector<std::string> keys{""};
  if (!keys_file.empty()) keys = read_lines(keys_file);
  if (keys.empty()) bench::die(keys_file + " holds no key");
  for (const std::string& key : keys) {
    std::string head = "POST " + path + " HTTP/1.1\r\nHost: " + target + "\r\nContent-Type: application/json\r\n";
    for (const std::string& header : headers) head += header + "\r\n";
    if (!key.empty()) head += key_header + key + "\r\n";
    head += "Content-Length: " + std::to_string(options.body.size()) + "\r\n\r\n";
    options.heads.push_back(std::move(head));
  }

  const bench::LoadResult result = bench::LoadGenerator(options).run();
  std::printf("%s\n", bench::to_json(result).c_str());
  return result.ok > 0 ? 0 : 1;
}
