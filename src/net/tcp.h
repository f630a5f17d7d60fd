#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "net/address.h"
#include "net/byte_stream.h"

namespace tollgate::net {

/// A stream on a connected descriptor, which it owns and makes non-blocking, TCP_NODELAY set.
[[nodiscard]] std::unique_ptr<ByteStream> make_tcp_stream(Worker& worker, int fd);

/// Gives the descriptor back, so that TLS can go on on it. `stream` must come from make_tcp_stream and is spent.
[[nodiscard]] int release_descriptor(std::unique_ptr<ByteStream> stream);

/// Connects to one address. Errors: upstream_connect_failed (refused, unreachable), upstream_timeout.
Task<Result<std::unique_ptr<ByteStream>>> tcp_connect(Worker& worker, IpAddress address, std::uint16_t port,
                                                      Deadline deadline, CancelSignal* signal = nullptr);

struct ListenOptions {
  std::string host = "0.0.0.0";  ///< an address; `::` listens on both families
  std::uint16_t port = 0;        ///< 0: a free one
  int backlog = 4096;
  bool shared = true;  ///< SO_REUSEPORT: one listener a worker on the same port
};

/// Whether nobody listens there. Call it before the shared listeners are opened, since those would join a stranger's.
/// Errors: conflict (taken), internal (no such address, no permission).
Result<void> probe_port(const ListenOptions& options);

/// A listening socket of one worker. What it accepts is handed over as descriptors, already non-blocking.
class Listener final : private Pollable, private TimerNode {
 public:
  using Accept = std::function<void(int fd, const IpAddress& peer)>;
  /// Errors: conflict (port taken), internal.
  static Result<std::unique_ptr<Listener>> open(Worker& worker, const ListenOptions& options, Accept accept);
  ~Listener();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Accepts what the kernel has queued, then closes.
  void drain_and_close();

 private:
  Listener(Worker& worker, Accept accept) : worker_(worker), accept_(std::move(accept)) {}
  void on_events(std::uint32_t events) override;
  void on_timer() override;
  void accept_all();

  Worker& worker_;
  Accept accept_;
  std::uint16_t port_ = 0;
};

}  // namespace tollgate::net
