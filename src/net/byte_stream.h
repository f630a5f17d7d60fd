#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/worker.h"

namespace tollgate::net {

enum class IoStatus : std::uint8_t {
  ok,           ///< `bytes` were moved, at least one
  would_block,  ///< nothing now: `wait`, then try again
  closed,       ///< reading: the peer ended its side in good order
  failed,       ///< the connection is of no use any more: `last_error()`
};

struct IoResult {
  IoStatus status = IoStatus::would_block;
  std::size_t bytes = 0;
};

enum class Readiness : std::uint8_t { readable, writable };

enum class WaitStatus : std::uint8_t {
  ready,        ///< worth a try; it may still block
  timeout,      ///< the deadline passed
  interrupted,  ///< `interrupt()`, or the stream's CancelSignal
};

/// A connection's bytes: TCP, TLS over it, or one end of a pipe in memory. Reads and writes are plain calls that never
/// block; only waiting suspends, and costs no frame and no system call. Belongs to the worker that made it.
class ByteStream {
 public:
  virtual ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Reads what is there, up to `into.size()`, which must not be 0.
  virtual IoResult try_read(std::span<char> into) = 0;
  /// Writes from the front of `pieces` as one message; empty pieces are allowed. At most 64 pieces are looked at.
  virtual IoResult try_write(std::span<const std::string_view> pieces) = 0;
  IoResult try_write(std::string_view bytes) { return try_write(std::span<const std::string_view>(&bytes, 1)); }
  /// Says "no more from this side"; what was written still arrives.
  virtual void close_write() = 0;
  /// Ends both sides now. Waits are interrupted; reads and writes fail from then on.
  virtual void close() = 0;

  class Wait;
  /// One waiter a direction at a time.
  Wait wait(Readiness what, Deadline deadline = Deadline::never());
  /// Ends the waits under way as `interrupted`. They resume in this turn of the loop, not inside the call.
  void interrupt();

  /// The peer ended its side, or the connection: noticed at once, whether or not anybody reads.
  [[nodiscard]] bool peer_gone() const { return peer_gone_; }
  /// Hears once of `peer_gone()`, from the loop; at once if it has gone already. May close, must not destroy the
  /// stream.
  class PeerWatch {
   public:
    virtual void on_peer_gone() = 0;

   protected:
    ~PeerWatch() = default;
  };
  void watch_peer(PeerWatch* watch);
  /// Hears of any readiness while nobody waits: for idle pooled connections, where bytes are unwelcome too.
  class IdleWatch {
   public:
    /// May destroy the stream.
    virtual void on_idle_event() = 0;

   protected:
    ~IdleWatch() = default;
  };
  void watch_idle(IdleWatch* watch) { idle_watch_ = watch; }

  /// What went wrong, for logs: "connection reset by peer".
  [[nodiscard]] virtual std::string last_error() const = 0;
  /// The peer's address and port, as far as there is one.
  [[nodiscard]] virtual std::string peer_name() const { return {}; }
  [[nodiscard]] Worker& worker() const { return worker_; }

 protected:
  explicit ByteStream(Worker& worker) : worker_(worker), read_(*this), write_(*this) {}

  /// For the implementations: bytes or room may have come. Resumes waiters, within the call (`now`; this may be gone
  /// afterwards) or later in this turn of the loop.
  void became_ready(bool readable, bool writable, bool now);
  /// The peer ended its side: told before waiters resume.
  void peer_left();

  /// Whether a try may succeed; cleared by the try that would block.
  bool readable_ = true, writable_ = true;
  bool peer_gone_ = false;

 private:
  struct Waiter final : TimerNode {
    explicit Waiter(ByteStream& owner) : stream(owner) {}
    void on_timer() override;
    ByteStream& stream;
    std::coroutine_handle<> handle;
    WaitStatus status = WaitStatus::ready;
  };
  void wake(Waiter& waiter, WaitStatus status, bool now);

  Worker& worker_;
  Waiter read_, write_;
  PeerWatch* peer_watch_ = nullptr;
  IdleWatch* idle_watch_ = nullptr;
};

class ByteStream::Wait {
 public:
  Wait(ByteStream& stream, Readiness what, Deadline deadline) : stream_(stream), what_(what), deadline_(deadline) {}
  [[nodiscard]] bool await_ready() const {
    return what_ == Readiness::readable ? stream_.readable_ : stream_.writable_;
  }
  void await_suspend(std::coroutine_handle<> handle) {
    Waiter& waiter = waiter_of();
    waiter.handle = handle;
    stream_.worker_.arm(waiter, deadline_);
    suspended_ = true;
  }
  [[nodiscard]] WaitStatus await_resume() { return suspended_ ? waiter_of().status : WaitStatus::ready; }

 private:
  Waiter& waiter_of() { return what_ == Readiness::readable ? stream_.read_ : stream_.write_; }
  ByteStream& stream_;
  Readiness what_;
  Deadline deadline_;
  bool suspended_ = false;
};

inline ByteStream::Wait ByteStream::wait(Readiness what, Deadline deadline) { return {*this, what, deadline}; }

/// Lets a signal end a stream's waits, for as long as this lives. What waits must look at the signal first.
class CancelWaits final : public Cancelable {
 public:
  CancelWaits(ByteStream& stream, CancelSignal* signal) : stream_(stream) {
    if (signal != nullptr) attach(*signal);
  }

 private:
  void on_cancel() override { stream_.interrupt(); }
  ByteStream& stream_;
};

/// Writes all of `bytes`, waiting as needed.
/// @return ready, or timeout or interrupted; a stream that failed counts as interrupted.
Task<WaitStatus> write_all(ByteStream& stream, std::string_view bytes, Deadline deadline);

/// Two ends of a pipe in memory, `capacity` bytes each way, for tests without sockets. Both of the current worker.
struct StreamPair {
  std::unique_ptr<ByteStream> first, second;
};
[[nodiscard]] StreamPair make_memory_pair(Worker& worker, std::size_t capacity = 64 * 1024);

}  // namespace tollgate::net
