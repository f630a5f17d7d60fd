#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <openssl/types.h>

#include "http_message.h"
#include "mock_answers.h"
#include "sockets.h"

namespace tollgate::bench {

struct ProviderOptions {
  sockaddr_in address{};
  Shape shape;
  std::string certificate = {};  ///< PEM files; both empty: no TLS
  std::string key = {};
};

/// What the provider did; GET /stats answers with it. An answer counts once its last byte was handed to the kernel.
struct ProviderStats {
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;  ///< complete answers, each with a usage that was to be billed
  std::uint64_t prompt_tokens = 0;
  std::uint64_t completion_tokens = 0;
  std::uint64_t refused = 0;    ///< error answers, as faults ask for
  std::uint64_t broken = 0;     ///< cut, stalled or reset, as faults ask for
  std::uint64_t cancelled = 0;  ///< the caller left before its answer was whole
};

/// A provider that answers from nothing, as cheaply as it can: one thread, one epoll, answers written once.
///
/// POST .../chat/completions, /completions, /messages, /embeddings; GET /v1/models; GET /stats, POST /stats/reset;
/// POST /shape?events=32&interval_ms=40 changes the shape of later answers.
class Provider {
 public:
  explicit Provider(const ProviderOptions& options);
  ~Provider();
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Serves until `stop` is set, by a signal's handler or before something arrives.
  void run(const std::atomic<bool>& stop);

 private:
  struct Connection;
  struct Timer {
    std::int64_t at_ns;
    std::uint64_t token;
    bool operator>(const Timer& other) const { return at_ns > other.at_ns; }
  };

  void accept_all();
  Connection* find(std::uint64_t token);
  void close_connection(Connection& connection);
  void on_event(const epoll_event& event);
  void fire_timers();

  void read_requests(Connection& connection);
  void take(Connection& connection, std::string_view input);
  void answer(Connection& connection);
  void answer_model(Connection& connection, Operation operation);
  void answer_own(Connection& connection, std::string message);
  std::string answer_control(std::string_view method, std::string_view target);
  void schedule(Connection& connection, std::int64_t at_ns);
  void advance(Connection& connection, std::int64_t at_ns);
  void flush(Connection& connection);
  void finish(Connection& connection);

  Epoll epoll_;
  int listener_;
  SSL_CTX* tls_ = nullptr;
  AnswerBook book_;
  ProviderStats stats_;
  std::uint64_t open_connections_ = 0;
  std::uint32_t generation_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::vector<char> scratch_;
};

}  // namespace tollgate::bench
