#include "clients.h"

#include <array>
#include <chrono>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include "support/http_client.h"

namespace tollgate::crash {
namespace {

/// A way to call: `end` is what the answer's last event or byte looks like.
struct Call {
  std::string_view path;
  std::string_view body;
  std::string_view end;
};

// clang-format off
constexpr std::array kCalls{
    Call{"/v1/chat/completions", R"({"model":"chat","messages":[{"role":"user","content":"Hi"}]})", "}"},
    Call{"/v1/chat/completions", R"({"model":"chat","stream":true,"messages":[{"role":"user","content":"Hi"}]})", "[DONE]\n\n"},
    Call{"/v1/chat/completions", R"({"model":"chat","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]})", "[DONE]\n\n"},
    Call{"/v1/messages", R"({"model":"chat","max_tokens":100,"messages":[{"role":"user","content":"Hi"}]})", "}"},
    Call{"/v1/messages", R"({"model":"chat","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hi"}]})", "{\"type\":\"message_stop\"}\n\n"},
    Call{"/v1/messages", R"({"model":"messages","max_tokens":100,"messages":[{"role":"user","content":"Hi"}]})", "}"},
    Call{"/v1/messages", R"({"model":"messages","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hi"}]})", "{\"type\":\"message_stop\"}\n\n"},
    Call{"/v1/chat/completions", R"({"model":"messages","stream":true,"messages":[{"role":"user","content":"Hi"}]})", "[DONE]\n\n"},
};
// clang-format on

constexpr std::chrono::milliseconds kAfterRefusal{20};  // as clients wait: a busy disk is not met by a storm

}  // namespace

Clients::Clients(std::uint16_t port, const std::vector<std::string>& keys, unsigned threads, std::uint64_t seed)
    : seen_(threads) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back(
        [this, port, key = keys[i % keys.size()], seed, i] { call_until_the_end(port, key, seed + i, seen_[i]); });
  }
}

Clients::~Clients() { join(); }

Seen Clients::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  Seen all;
  for (Seen& one : seen_) {
    all.answered.merge(one.answered);
    all.cut += one.cut;
    all.refused += one.refused;
    for (const auto& [what, count] : one.unexpected) all.unexpected[what] += count;
    one = {};
  }
  return all;
}

void Clients::call_until_the_end(std::uint16_t port, std::string key, std::uint64_t seed, Seen& seen) {
  std::minstd_rand random(static_cast<std::uint32_t>(seed % 2'147'483'646 + 1));
  const testing::HeaderList headers{{"Authorization", "Bearer " + std::move(key)}};
  testing::HttpClient client(port);
  for (;;) {
    const Call& call = kCalls[random() % kCalls.size()];
    testing::HttpAnswer answer = client.request("POST", call.path, call.body, headers);
    // Nothing of the answer is missing once its last event is there, even if the end of its framing is.
    const bool whole =
        answer.status == 200 && answer.body.ends_with(call.end) && (answer.complete || answer.body.ends_with("\n\n"));
    if (whole) seen.answered[answer.headers["x-request-id"]] = std::string(call.path) + " " + std::string(call.body);
    if (answer.complete && whole) continue;
    if (answer.complete && answer.status == 503) {
      ++seen.refused;
      std::this_thread::sleep_for(kAfterRefusal);
      continue;
    }
    if (!whole) ++seen.cut;
    if (answer.complete || !ending_) {
      ++seen.unexpected[std::to_string(answer.status) + " " + answer.body.substr(0, 300)];
    }
    return;
  }
}

}  // namespace tollgate::crash
