#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "http/router.h"
#include "net/address.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/worker.h"

namespace tollgate::http {

class Connection;
struct Route;

/// One request and its answer, for the handler that was given it. Lives until the handler's task ends; worker thread.
///
/// The answer is either one `respond`, or `start`, any number of `write`, and `finish`. Awaits that find nothing to
/// wait for cost no frame. A handler that answers nothing is answered 500; one that ends in the middle of a streamed
/// answer has the connection cut, so that the client sees that it is not complete.
class Exchange {
 public:
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] const RequestHead& head() const;
  [[nodiscard]] const PathParams& params() const;
  [[nodiscard]] const Route& route() const;
  /// The connection's other end; forwarded headers are not looked at.
  [[nodiscard]] const net::IpAddress& peer() const;
  [[nodiscard]] bool over_tls() const;
  [[nodiscard]] net::Worker& worker() const;
  /// When the request's head was complete, on the worker's clock.
  [[nodiscard]] std::int64_t received_ns() const;

  /// Triggered when the client leaves (closes, resets, or closes its sending side) before the answer is finished, or
  /// when shutting down gives up on the request. Give it to every operation that should end then.
  [[nodiscard]] net::CancelSignal& cancel_signal();
  [[nodiscard]] bool client_gone() const;

  /// The whole body in one piece, at least 64 readable bytes behind it. Good until `release_body`, or the end.
  /// Ready at once when the body came with the head. May be called again.
  /// @param max_bytes  Not more than the server's own limit counts.
  /// Errors: request_too_large, overloaded (all bodies in flight together), invalid_request (bad chunks; the client
  /// was too slow), client_gone.
  net::MaybeTask<Result<std::string_view>> read_body(std::size_t max_bytes = SIZE_MAX);
  /// The body as far as `read_body` has answered.
  [[nodiscard]] std::string_view body() const;
  /// Frees the body, and its share of what all bodies in flight may take. Only the answer is left to do.
  void release_body();

  /// The whole answer, in one write. Framing, Date and Connection are added here; HEAD is honoured.
  /// Errors: client_gone.
  net::MaybeTask<Result<void>> respond(int status, const HeaderBlock& headers, std::span<const std::string_view> body);
  net::MaybeTask<Result<void>> respond(int status, const HeaderBlock& headers, std::string_view body);
  net::MaybeTask<Result<void>> respond(Response response);
  /// The error in the route's own dialect.
  net::MaybeTask<Result<void>> respond_error(const Error& error);

  /// Begins a streamed answer. Nothing leaves until the first `write`, `flush` or `finish`, which carry the head.
  /// @param length  The body's size if it is known; otherwise it is chunked (HTTP/1.0: until close).
  void start(int status, const HeaderBlock& headers, std::int64_t length = -1);
  /// Sends body bytes now. What the socket does not take is copied and waited for, so that the views are free again
  /// when this returns; ready at once in the usual case. No pieces: sends the head alone.
  /// Errors: client_gone (also: it did not read for the server's write timeout).
  net::MaybeTask<Result<void>> write(std::span<const std::string_view> pieces);
  net::MaybeTask<Result<void>> write(std::string_view bytes);
  /// Sends the last bytes and the end of the body in one write. Without an earlier `write` the length is declared.
  net::MaybeTask<Result<void>> finish(std::span<const std::string_view> pieces = {});
  net::MaybeTask<Result<void>> finish(std::string_view bytes);
  /// Cuts the connection: the answer cannot be completed.
  void abort();

  [[nodiscard]] bool started() const;              ///< `respond` or `start` was called
  [[nodiscard]] bool head_sent() const;            ///< bytes of the answer have left
  [[nodiscard]] bool finished() const;             ///< all was handed to the system
  [[nodiscard]] int status() const;                ///< of the answer; 0 before
  [[nodiscard]] std::uint64_t bytes_sent() const;  ///< head included
  /// Time spent waiting for a client that does not read, for deadlines that pause meanwhile.
  [[nodiscard]] std::int64_t blocked_ns() const;

  /// For layers above: what a request carries along (a context, a log record). Not owned.
  void* user_data = nullptr;

 private:
  friend class Connection;
  explicit Exchange(Connection& connection) : connection_(connection) {}
  Connection& connection_;
};

}  // namespace tollgate::http
