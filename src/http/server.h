#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "http/exchange.h"
#include "http/head_parser.h"
#include "http/message.h"
#include "http/router.h"
#include "net/tcp.h"
#include "net/worker.h"

namespace tollgate::http {

using Handler = std::function<net::Task<void>(Exchange&)>;
/// Turns an error into the body of a route's dialect. Any worker. `head` may be incomplete after a malformed request:
/// then only `target` and `method` may be set.
using ErrorRenderer = std::function<Response(const Error&, const RequestHead& head)>;

struct Route {
  Method method = Method::get;
  std::string pattern;  ///< see RouteTable
  Handler handler;
  ErrorRenderer render_error;  ///< the server's if empty
  std::string name;            ///< for metrics and logs; the pattern if empty
};

struct ServerOptions {
  net::ListenOptions listen;
  std::string certificate_pem;  ///< with `key_pem`: the listener speaks TLS
  Secret key_pem;
  /// Below which a proxy in front publishes the server (`/gateway`): routes match also behind it. Empty: nowhere else.
  std::string base_path;
  HeadLimits head{};
  std::size_t max_body_bytes = std::size_t{64} << 20;
  std::size_t max_bodies_bytes = std::size_t{512} << 20;  ///< all request bodies in memory together
  std::size_t max_connections = 16'384;                   ///< of all workers; further ones are answered 503
  std::int64_t head_timeout_ms = 15'000;                  ///< from a request's first byte to the end of its head
  std::int64_t idle_timeout_ms = 75'000;                  ///< between requests; a new connection's first byte
  std::int64_t body_timeout_ms = 30'000;                  ///< for a body to begin and, with `min_body_rate`, to go on
  std::int64_t min_body_rate = 4'096;      ///< bytes a second that a body must reach on average after that
  std::int64_t write_timeout_ms = 60'000;  ///< a client that reads nothing for so long is gone
  std::int64_t tls_timeout_ms = 10'000;
  /// After each request, on its worker: for metrics and the access log. Not for malformed heads.
  std::function<void(const Exchange&)> on_exchange_end;
  /// A handler threw or did not answer: for the log.
  std::function<void(const Exchange&, std::string_view what)> on_handler_failure;
};

struct ServerStats {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  ///< over the limit
  std::uint64_t requests = 0;
  std::uint64_t malformed = 0;
  std::size_t connections_open = 0;
  std::size_t requests_active = 0;
  std::size_t body_bytes = 0;  ///< held for bodies now
};

/// An HTTP/1.1 server over a set of workers, each with a listener of its own. Created, started and drained by one
/// thread that is no worker; must outlive the workers' run.
class Server {
 public:
  /// @param fallback_error  Renders errors where no route is known (malformed heads, unknown paths). Empty: JSON.
  /// Throws std::invalid_argument if a route's pattern is wrong: that is a mistake in the program.
  Server(ServerOptions options, std::vector<Route> routes, ErrorRenderer fallback_error = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens the listeners. Errors: conflict (port taken, also by a stranger that shares ports), internal.
  Result<void> start(net::WorkerPool& workers);
  [[nodiscard]] std::uint16_t port() const;

  /// Accepts what the kernel has queued, closes the listeners and idle connections, and lets requests under way end;
  /// after `limit_ms` of real time what is left is canceled (shutting_down) and cut. Blocks.
  /// @return whether everything ended by itself.
  bool drain(std::int64_t limit_ms);
  /// Whether `drain` has begun: for /readyz.
  [[nodiscard]] bool draining() const;

  [[nodiscard]] ServerStats stats() const;

  class Shared;

 private:
  std::unique_ptr<Shared> shared_;
};

}  // namespace tollgate::http
