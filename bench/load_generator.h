#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

#include "http_message.h"
#include "sockets.h"

namespace tollgate::bench {

struct LoadOptions {
  sockaddr_in target{};
  std::vector<std::string> heads;  ///< complete heads, used in turn: one for each key
  std::string body;
  std::uint32_t connections = 32;
  double seconds = 10;              ///< no request starts later; those under way are waited for
  double rate = 0;                  ///< requests a second (open loop); 0: each connection sends when it is free
  double ramp_seconds = 0;          ///< the connections' first requests are spread over this time
  std::uint64_t requests = 0;       ///< no more than these; 0: no limit
  double drain_seconds = 30;        ///< how long requests under way are waited for
  std::uint64_t expect_events = 0;  ///< of each stream; 0: any number
};

struct LoadResult {
  std::int64_t elapsed_ns = 0;           ///< from the first request to the last answer
  std::uint64_t ok = 0;                  ///< answers with status 200, whole
  std::map<int, std::uint64_t> refused;  ///< other statuses
  std::uint64_t broken = 0;              ///< connections that ended in mid-answer, or answered nonsense
  std::uint64_t unfinished = 0;          ///< still without an end when the wait was over
  std::uint64_t lost_streams = 0;        ///< of `ok`: streams without their own end, or with another number of events
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t reconnects = 0;
  std::string first_refusal;  ///< the beginning of the first body that came with another status
  // Nanoseconds, sorted. Latency counts from when the request was due, not from when it could be sent: a server that
  // stalls is charged for every request that was due meanwhile.
  std::vector<std::int64_t> latency, first_byte;
  std::vector<std::int64_t> lag;  ///< how late the generator itself was, with a connection free
};

/// Sends requests over keep-alive connections: one thread, one epoll, no spinning.
class LoadGenerator {
 public:
  explicit LoadGenerator(const LoadOptions& options);
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  /// Opens the connections, sends the load, waits for what is under way. Ends the process if the target is not there.
  LoadResult run();

 private:
  enum class State : std::uint8_t { closed, connecting, idle, busy };
  struct Connection;

  void connect_all();
  bool connect(std::uint32_t index);
  void on_event(const epoll_event& event);
  void start_due(std::int64_t now);
  void start(Connection& connection, std::int64_t due_ns, std::int64_t now);
  void send_rest(Connection& connection);
  void read_answer(Connection& connection, bool to_end);
  bool take(Connection& connection, std::string_view input);
  void complete(Connection& connection);
  void become_idle(Connection& connection, std::int64_t now);
  void fail(Connection& connection);
  [[nodiscard]] bool may_start(std::int64_t now) const;
  [[nodiscard]] std::int64_t next_start() const;

  const LoadOptions& options_;
  Epoll epoll_;
  LoadResult result_;
  std::vector<Connection> connections_;
  std::vector<char> scratch_;
  std::deque<std::uint32_t> idle_;
  std::deque<std::int64_t> due_;  // open loop: requests that wait for a connection
  std::int64_t begin_ns_ = 0, end_ns_ = 0, next_due_ns_ = 0, gap_ns_ = 0;
  std::uint32_t ramped_ = 0;  // closed loop: connections whose first request went out
  std::uint32_t connecting_ = 0, busy_ = 0;
  std::uint64_t started_ = 0, failures_in_a_row_ = 0;
  bool started_load_ = false;
};

/// One line of JSON.
std::string to_json(const LoadResult& result);

/// The value that `fraction` (0..1) of the sorted values do not exceed; 0 of none.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, double fraction);

}  // namespace tollgate::bench
