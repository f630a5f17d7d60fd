#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tollgate::net {

/// The accepted end of a connection, for tests: blocking, with a limit.
class TestPeer {
 public:
  explicit TestPeer(int fd) : fd_(fd) {
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  [[nodiscard]] int fd() const { return fd_; }
  /// Exactly `count` bytes, or what came before the end.
  std::string read(std::size_t count) {
    std::string out(count, '\0');
    std::size_t have = 0;
    while (have < count) {
      const ssize_t n = ::recv(fd_, out.data() + have, count - have, 0);
      if (n <= 0) break;
      have += static_cast<std::size_t>(n);
    }
    out.resize(have);
    return out;
  }
  std::string read_until(std::string_view end) {
    std::string out;
    while (!out.ends_with(end)) {
      const std::string one = read(1);
      if (one.empty()) break;
      out += one;
    }
    return out;
  }
  void write(std::string_view bytes) { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

 private:
  int fd_;
};

/// A connection to a port of 127.0.0.1.
inline int connect_locally(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  throw std::runtime_error("nobody listens on port " + std::to_string(port));
}

/// Passes on what comes from either end to the other until one of them ends, or `stopping`: a connection that is kept
/// alive must not outlive its test.
inline void join_ends(int first, int second, const std::atomic<bool>& stopping) {
  const auto pass_on = [](int from, int to) {
    std::array<char, 16384> bytes;
    const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
    return got > 0 && ::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  };
  for (bool open = true; open && !stopping;) {
    pollfd both[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
    if (::poll(both, 2, 20) < 0) break;
    if (both[0].revents != 0) open = pass_on(first, second);
    if (open && both[1].revents != 0) open = pass_on(second, first);
  }
}

/// Listens on a free port of 127.0.0.1 and serves each connection on a thread of its own.
class TestServer {
 public:
  explicit TestServer(std::function<void(TestPeer&)> serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("test server: cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] {
      for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        ++connections_;
        threads_.emplace_back([this, fd] {
          TestPeer peer(fd);
          serve_(peer);
          ::close(fd);
        });
      }
    });
  }
  ~TestServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& thread : threads_) thread.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  std::function<void(TestPeer&)> serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tollgate::net
