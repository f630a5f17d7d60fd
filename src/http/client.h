#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/head_parser.h"
#include "http/message.h"
#include "net/byte_stream.h"
#include "net/cancel.h"
#include "net/dialer.h"
#include "net/task.h"
#include "net/worker.h"
#include "telemetry/metrics.h"

namespace tollgate::http {

struct ClientOptions {
  std::size_t max_idle_per_endpoint = 512;
  std::size_t max_idle = 2'048;
  std::int64_t idle_timeout_ms = 50'000;
  HeadLimits head{};
};

/// The five deadlines of a call, each with its own message under upstream_timeout; 0: none.
struct CallDeadlines {
  std::int64_t connect_ms = 5'000;
  std::int64_t tls_ms = 10'000;
  std::int64_t first_byte_ms = 600'000;  ///< from the request's last byte to the answer's head
  std::int64_t between_bytes_ms = 300'000;
  std::int64_t total_ms = 0;
};

/// What is sent. The client adds Host, Content-Length and `Accept-Encoding: identity` (each unless given).
struct OutgoingRequest {
  const net::Endpoint* endpoint = nullptr;  ///< must outlive the call
  Method method = Method::post;
  std::string_view target;                 ///< path and query, starting with `/`
  const HeaderBlock* headers = nullptr;    ///< may be null
  std::span<const std::string_view> body;  ///< sent behind the head in one write; must live until the answer's head
  CallDeadlines deadlines;
};

/// How opening connections ended; those of TLS that took up an earlier session are `resumed`. Of the worker's thread.
struct ConnectCounts {
  telemetry::Counter ok, resumed, failed;
};

struct PoolStats {
  std::size_t idle = 0;    ///< connections waiting for use
  std::size_t active = 0;  ///< in use by calls
  std::uint64_t opened = 0;
  std::uint64_t reused = 0;
  std::uint64_t stale_retries = 0;  ///< calls repeated because a pooled connection had died
};

class Client;

/// What a read of an answer's body found.
struct BodyPiece {
  enum class Status : std::uint8_t {
    data,         ///< `bytes`
    would_block,  ///< nothing yet: co_await readable(), then again
    end,          ///< the body is complete; the connection has gone back to its pool
    failed,       ///< `call.failure()`
  };
  Status status = Status::would_block;
  /// Decoded body bytes, good until the next await or the next read, whichever is first.
  std::string_view bytes;
};

/// One request to an upstream and its answer. Lives in the caller's frame; destroying it before the body's end closes
/// the connection. One call after another may use the same object.
///
/// @code
///   Call call(client, &exchange.cancel_signal());
///   auto head = co_await call.send(request);
///   for (;;) {
///     const BodyPiece piece = call.try_read();
///     if (piece.status == BodyPiece::Status::would_block) { co_await call.readable(); continue; }
///     ...
///   }
/// @endcode
class Call final : private net::Cancelable, private net::ReadBufferUser {
 public:
  explicit Call(Client& client, net::CancelSignal* signal = nullptr);
  ~Call();

  /// Takes a connection from the pool or opens one, sends the request, and waits for the answer's head (1xx heads are
  /// skipped). A pooled connection that dies before anything of the answer arrived is replaced, once, by a new one.
  /// Errors: upstream_connect_failed, upstream_tls_failed, upstream_timeout, upstream_reset (closed or reset before or
  /// inside the head), upstream_bad_answer, the signal's reason.
  net::Task<Result<const ResponseHead*>> send(const OutgoingRequest& request);
  [[nodiscard]] const ResponseHead& head() const { return head_; }

  /// A plain call. Never blocks, allocates nothing.
  BodyPiece try_read();
  /// Waits until `try_read` has something to say: bytes, the end, a deadline, or the signal. Awaiting it costs no
  /// frame.
  /// @param wake  Comes back then at the latest, with nothing failed and maybe nothing to read.
  class Readable;
  Readable readable(Deadline wake = Deadline::never());
  /// The two together.
  net::Task<BodyPiece> read();

  struct Whole {
    std::string_view bytes;  ///< good until the next await, read, or end of the call
    bool complete = false;   ///< false: there was more than `limit`; these are the first bytes, go on with try_read
  };
  /// The body in one piece, at least 64 readable bytes behind it. Ready at once, without a copy, when it came with the
  /// head. Errors as the reads'.
  net::MaybeTask<Result<Whole>> read_whole(std::size_t limit);

  [[nodiscard]] bool complete() const { return state_ == State::complete; }
  /// Why the last read failed: upstream_timeout, upstream_reset (cut short), upstream_bad_answer (chunks), the
  /// signal's reason. After the signal's reason the connection is still good: `ignore_signal` and read on.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// Reads on although the signal has triggered (the last usage of a finished answer). `deadline` bounds all of it.
  void ignore_signal(Deadline deadline);
  /// Pauses the deadline between bytes by that much: the client was slow.
  void postpone(std::int64_t ns);
  /// Gives up: closes the connection.
  void close();

  [[nodiscard]] bool reused_connection() const { return reused_; }
  [[nodiscard]] std::uint64_t received_bytes() const { return received_; }  ///< decoded body bytes so far

 private:
  friend class Client;
  enum class State : std::uint8_t { idle, sending, head, body, complete, failed };

  void on_cancel() override;
  void on_read_buffer_taken() override;

  net::Task<Result<void>> send_rest(const OutgoingRequest& request, std::string head_rest, std::size_t body_sent);
  /// @param stale  Set if the connection ended before anything came.   @param closed  The error to give then.
  net::Task<Result<const ResponseHead*>> receive_head(const OutgoingRequest& request, bool& stale, Error closed);
  void take_head(std::size_t head_bytes);
  net::Task<Result<Whole>> gather(std::size_t limit);
  BodyPiece deliver();
  void join_chunks(std::string_view& piece);
  BodyPiece fail_read(Error error);
  BodyPiece fail_wait();
  void finish_body();
  [[nodiscard]] bool in_stash() const;
  [[nodiscard]] Error timeout_error(const char* what) const;

  Client& client_;
  net::CancelSignal* signal_;
  std::unique_ptr<net::ByteStream> stream_;
  const net::Endpoint* endpoint_ = nullptr;
  ResponseHead head_;
  std::string head_bytes_;   ///< what head_'s views point into
  std::string stash_;        ///< undelivered bytes that had to leave the worker's buffer
  std::string gathered_;     ///< of read_whole
  std::string_view unread_;  ///< received and not yet delivered
  ChunkReader chunks_;
  std::uint64_t left_ = 0;  ///< of a body with a length
  std::uint64_t received_ = 0;
  CallDeadlines deadlines_;
  Deadline total_;
  std::int64_t last_byte_ns_ = 0;
  std::optional<Error> failure_;
  State state_ = State::idle;
  bool reused_ = false;
  bool at_eof_ = false;
  bool signal_ignored_ = false;
  bool signal_failure_ = false;  ///< failure_ is the signal's, and the connection still good
};

/// Upstream connections of one worker, pooled by endpoint key.
class Client {
 public:
  Client(net::Worker& worker, net::Dialer& dialer, ClientOptions options = {}, ConnectCounts counts = {});
  /// On the worker's thread, or after it has stopped; no call may be under way.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] PoolStats stats() const;
  [[nodiscard]] net::Worker& worker() const { return worker_; }
  [[nodiscard]] net::Dialer& dialer() const { return dialer_; }
  /// Closes idle connections, for example after a change of configuration.
  void close_idle();

 private:
  friend class Call;
  class Pool;
  net::Worker& worker_;
  net::Dialer& dialer_;
  ClientOptions options_;
  ConnectCounts counts_;
  PoolStats stats_;
  std::unique_ptr<Pool> pool_;
};

/// See Call::readable.
class Call::Readable {
 public:
  Readable(Call& call, Deadline wake);
  [[nodiscard]] bool await_ready() const;
  void await_suspend(std::coroutine_handle<> handle) { wait_->await_suspend(handle); }
  void await_resume();

 private:
  Call& call_;
  Deadline hard_;  ///< whose passing is a failure
  std::optional<net::ByteStream::Wait> wait_;
};

/// A whole small call (OAuth, health, webhooks): the answer with its body, at most `limit` bytes.
struct FetchedAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
  bool truncated = false;
};
net::Task<Result<FetchedAnswer>> fetch(Client& client, OutgoingRequest request, std::size_t limit,
                                       net::CancelSignal* signal = nullptr);

}  // namespace tollgate::http
