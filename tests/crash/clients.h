#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace tollgate::crash {

/// What the clients of one round saw.
struct Seen {
  std::map<std::string, std::string> answered;  ///< answers that were whole: request id to what was asked
  std::uint64_t cut = 0;                        ///< requests that were under way when the gateway was killed
  std::uint64_t refused = 0;  ///< answered by 503: no journal slot was left, on a machine that is busy elsewhere
  std::map<std::string, int> unexpected;  ///< anything else, and how often
};

/// Threads that call a gateway in every way, each one request after the other over a connection of its own, until the
/// gateway goes away.
class Clients {
 public:
  /// @param keys  Tokens, used in turn.   @param seed  Of what each thread chooses.
  Clients(std::uint16_t port, const std::vector<std::string>& keys, unsigned threads, std::uint64_t seed);
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  /// To be called before the gateway is killed: from then on, what breaks is no surprise.
  void expect_the_end() { ending_ = true; }
  /// Waits for the threads, which end when the gateway does.
  Seen join();

 private:
  void call_until_the_end(std::uint16_t port, std::string key, std::uint64_t seed, Seen& seen);

  std::atomic<bool> ending_ = false;
  std::vector<Seen> seen_;
  std::vector<std::thread> threads_;
};

}  // namespace tollgate::crash
