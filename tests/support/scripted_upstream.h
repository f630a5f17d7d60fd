#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

namespace tollgate::testing {

/// What a scripted provider does after it has read one request. Data, so that a test reads like a protocol transcript.
struct Send {
  std::string bytes;
};
struct Pause {
  int ms;
};
/// Waits until the test calls `ScriptedUpstream::open_gate()`.
struct AwaitGate {};
/// Says nothing more until the gateway hangs up.
struct Stall {};
/// Ends the connection in good order.
struct Close {};
/// Ends it with a TCP reset.
struct Reset {};
using Step = std::variant<Send, Pause, AwaitGate, Stall, Close, Reset>;
using Script = std::vector<Step>;

struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A provider that plays scripts over real sockets on a free port of 127.0.0.1. One thread a connection; tests only.
class ScriptedUpstream {
 public:
  using Responder = std::function<Script(const SeenRequest&)>;
  explicit ScriptedUpstream(Responder responder);
  ~ScriptedUpstream();
  ScriptedUpstream(const ScriptedUpstream&) = delete;
  ScriptedUpstream& operator=(const ScriptedUpstream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<SeenRequest> seen() const;
  [[nodiscard]] std::size_t request_count() const;
  [[nodiscard]] std::size_t connection_count() const { return connections_; }
  /// How many connections the gateway ended while a script still had something to do.
  [[nodiscard]] std::size_t hung_up() const { return hung_up_; }
  /// Waits, at most `ms`, until `hung_up()` reaches `count`.
  [[nodiscard]] bool wait_hung_up(std::size_t count, int ms = 5000) const;
  void open_gate();

 private:
  void accept_loop();
  void serve(int fd);
  bool play(int fd, const Script& script);
  [[nodiscard]] bool hung_up_within(int fd, int ms) const;

  Responder responder_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> gate_open_ = false;
  std::atomic<std::size_t> connections_ = 0, hung_up_ = 0;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// `HTTP/1.1 <status>` with a JSON body and its length.
[[nodiscard]] std::string http_json(int status, std::string_view body, std::string_view extra_headers = {});
/// The head of an event stream in chunks.
[[nodiscard]] std::string sse_head();
/// One chunk of a chunked body.
[[nodiscard]] std::string chunk(std::string_view bytes);
[[nodiscard]] inline std::string last_chunk() { return "0\r\n\r\n"; }

}  // namespace tollgate::testing
