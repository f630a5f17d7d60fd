#include "net/tcp.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace tollgate::net {
namespace {

constexpr std::size_t kMaxPieces = 64;
constexpr std::size_t kJoinBytes = 2048;
constexpr std::uint32_t kStreamEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP;

std::string error_text(int error) { return std::generic_category().message(error); }

void set_option(int fd, int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); }

class TcpStream final : public ByteStream, private Pollable {
 public:
  explicit TcpStream(Worker& owner) : ByteStream(owner) { readable_ = false; }

  bool adopt(int descriptor, bool connected, Turn turn) {
    writable_ = connected;
    return Pollable::open(worker(), descriptor, kStreamEvents, turn);
  }
  int release() { return release_fd(); }

  /// After a connect that was under way: 0, or what went wrong.
  [[nodiscard]] int connect_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
  }

  IoResult try_read(std::span<char> into) override {
    if (!readable_) return {};
    if (fd() < 0) return {IoStatus::failed, 0};
    for (;;) {
      const ssize_t n = ::recv(fd(), into.data(), into.size(), 0);
      if (n > 0) {
        // A short read has emptied the socket; what comes next is a new event. The end of the stream is none.
        if (static_cast<std::size_t>(n) < into.size() && !peer_gone_) readable_ = false;
        return {IoStatus::ok, static_cast<std::size_t>(n)};
      }
      if (n == 0) return {IoStatus::closed, 0};
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        readable_ = false;
        return {};
      }
      error_ = errno;
      return {IoStatus::failed, 0};
    }
  }

  IoResult try_write(std::span<const std::string_view> pieces) override {
    if (fd() < 0) return {IoStatus::failed, 0};
    if (!writable_) return {};
    iovec vectors[kMaxPieces];
    std::size_t used = 0, total = 0;
    for (const std::string_view piece : pieces) {
      if (piece.empty()) continue;
      if (used == kMaxPieces) break;
      vectors[used++] = {const_cast<char*>(piece.data()), piece.size()};
      total += piece.size();
    }
    if (used == 0) return {IoStatus::ok, 0};
    // A message of a few hundred bytes is copied sooner than the system reads a list of its pieces.
    char joined[kJoinBytes];
    if (used > 1 && total <= sizeof joined) {
      char* end = joined;
      for (const iovec& vector : std::span(vectors, used)) {
        std::memcpy(end, vector.iov_base, vector.iov_len);
        end += vector.iov_len;
      }
      vectors[0] = {joined, total};
      used = 1;
    }
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = used;
    for (;;) {
      const ssize_t n = used == 1 ? ::send(fd(), vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL)
                                  : ::sendmsg(fd(), &message, MSG_NOSIGNAL);
      if (n >= 0) return {IoStatus::ok, static_cast<std::size_t>(n)};
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        writable_ = false;
        return {};
      }
      error_ = errno;
      return {IoStatus::failed, 0};
    }
  }

  void close_write() override {
    if (fd() >= 0) ::shutdown(fd(), SHUT_WR);
  }

  void close() override {
    if (fd() < 0) return;
    close_fd();
    error_ = ECANCELED;
    readable_ = writable_ = true;
    interrupt();
  }

  [[nodiscard]] std::string last_error() const override { return error_text(error_); }

  [[nodiscard]] std::string peer_name() const override {
    sockaddr_storage address;
    socklen_t size = sizeof address;
    if (fd() < 0 || ::getpeername(fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    const auto ip = IpAddress::of(reinterpret_cast<sockaddr*>(&address));
    return ip ? ip->to_string() : std::string{};
  }

 private:
  void on_events(std::uint32_t events) override {
    const bool over = (events & (EPOLLHUP | EPOLLERR)) != 0;
    if (over || (events & EPOLLRDHUP) != 0) {
      // The flags first: who hears of it may look.
      readable_ = true;
      if (fd() >= 0) peer_left();
    }
    became_ready((events & (EPOLLIN | EPOLLRDHUP)) != 0 || over, (events & EPOLLOUT) != 0 || over, true);
  }

  int error_ = 0;
};

Error connect_failed(const IpAddress& address, std::uint16_t port, int error) {
  return Error(ErrorCode::upstream_connect_failed, "could not connect to the provider")
      .detail(address.to_string() + " port " + std::to_string(port) + ": " + error_text(error));
}

}  // namespace

std::unique_ptr<ByteStream> make_tcp_stream(Worker& worker, int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  auto stream = std::make_unique<TcpStream>(worker);
  if (!stream->adopt(fd, true, Turn::last)) return nullptr;
  return stream;
}

int release_descriptor(std::unique_ptr<ByteStream> stream) { return static_cast<TcpStream&>(*stream).release(); }

Task<Result<std::unique_ptr<ByteStream>>> tcp_connect(Worker& worker, IpAddress address, std::uint16_t port,
                                                      Deadline deadline, CancelSignal* signal) {
  if (signal != nullptr && signal->canceled()) co_return fail(signal->error());
  sockaddr_storage target;
  const socklen_t size = address.to_sockaddr(port, target);
  const int fd = ::socket(target.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return fail(connect_failed(address, port, errno));
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);  // a peer that vanished without a word is noticed in the end
  int error = ::connect(fd, reinterpret_cast<sockaddr*>(&target), size) == 0 ? 0 : errno;
  if (error != 0 && error != EINPROGRESS) {
    ::close(fd);
    co_return fail(connect_failed(address, port, error));
  }
  auto stream = std::make_unique<TcpStream>(worker);
  if (!stream->adopt(fd, error == 0, Turn::first)) co_return fail(connect_failed(address, port, errno));
  if (error == EINPROGRESS) {
    const CancelWaits canceler(*stream, signal);
    switch (co_await stream->wait(Readiness::writable, deadline)) {
      case WaitStatus::ready:
        break;
      case WaitStatus::timeout:
        co_return fail(Error(ErrorCode::upstream_timeout, "connecting to the provider took too long")
                           .detail(address.to_string() + " port " + std::to_string(port)));
      case WaitStatus::interrupted:
        co_return fail(signal != nullptr ? signal->error() : connect_failed(address, port, ECANCELED));
    }
    error = stream->connect_error();
    if (error != 0) co_return fail(connect_failed(address, port, error));
  }
  co_return std::unique_ptr<ByteStream>(std::move(stream));
}

namespace {

Result<int> open_listener(const ListenOptions& options, bool shared) {
  const auto address = IpAddress::parse(options.host);
  if (!address) {
    return fail(ErrorCode::internal, "cannot listen on '" + options.host + "': it is not an address");
  }
  sockaddr_storage local;
  const socklen_t size = address->to_sockaddr(options.port, local);
  const int fd = ::socket(local.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const auto refuse = [&](const char* what) -> std::unexpected<Error> {
    const int error = errno;
    if (fd >= 0) ::close(fd);
    const std::string where = options.host + " port " + std::to_string(options.port);
    if (error == EADDRINUSE) return fail(ErrorCode::conflict, where + " is taken by another program");
    return fail(ErrorCode::internal, std::string("cannot ") + what + " " + where + ": " + error_text(error));
  };
  if (fd < 0) return refuse("open a socket for");
  set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (shared) set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (address->is_v6()) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&local), size) != 0) return refuse("bind");
  if (::listen(fd, options.backlog) != 0) return refuse("listen on");
  return fd;
}

// How long a listener that ran out of descriptors leaves connections in the kernel's queue.
constexpr std::int64_t kRetryMs = 100;

}  // namespace

Result<void> probe_port(const ListenOptions& options) {
  if (options.port == 0) return {};
  auto fd = open_listener(options, false);
  if (!fd) return std::unexpected(std::move(fd.error()));
  ::close(*fd);
  return {};
}

Result<std::unique_ptr<Listener>> Listener::open(Worker& worker, const ListenOptions& options, Accept accept) {
  auto fd = open_listener(options, options.shared);
  if (!fd) return std::unexpected(std::move(fd.error()));
  std::unique_ptr<Listener> listener(new Listener(worker, std::move(accept)));
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(*fd, reinterpret_cast<sockaddr*>(&local), &size);
  listener->port_ = ntohs(local.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(local).sin6_port
                                                      : reinterpret_cast<sockaddr_in&>(local).sin_port);
  if (!listener->Pollable::open(worker, *fd, EPOLLIN)) {
    return fail(ErrorCode::internal, "cannot watch the listening socket: " + error_text(errno));
  }
  return listener;
}

Listener::~Listener() = default;

void Listener::on_events(std::uint32_t) { accept_all(); }

void Listener::on_timer() { accept_all(); }

void Listener::accept_all() {
  while (fd() >= 0) {
    sockaddr_storage address;
    socklen_t size = sizeof address;
    const int accepted = ::accept4(fd(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      // Out of descriptors or memory: no event will come for those that wait already.
      if (errno != EAGAIN) worker_.arm(*this, worker_.in_ms(kRetryMs));
      return;
    }
    accept_(accepted, IpAddress::of(reinterpret_cast<sockaddr*>(&address)).value_or(IpAddress{}));
  }
}

void Listener::drain_and_close() {
  disarm();
  accept_all();
  disarm();
  close_fd();
}

}  // namespace tollgate::net
