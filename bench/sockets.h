#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/epoll.h>

namespace tollgate::bench {

/// Nanoseconds of the monotonic clock: what every time in these tools is.
std::int64_t now_ns();

/// An address such as "127.0.0.1:8080" (IPv4 only: the tools stay on one machine). Exits with a message if it is none.
sockaddr_in parse_address(std::string_view text);

/// A listening, non-blocking socket; port 0 takes any free one. Exits with a message if the port is taken.
int listen_on(const sockaddr_in& address);

/// The port that a socket is bound to.
std::uint16_t port_of(int fd);

/// A non-blocking socket on its way to the address, without Nagle's delay; -1 when there are no descriptors left.
int start_connecting(const sockaddr_in& address);

void set_no_delay(int fd);

/// Makes closing the socket reset the connection.
void set_reset_on_close(int fd);

/// An epoll descriptor. Edge-triggered for both directions, so that no request costs an epoll_ctl.
class Epoll {
 public:
  Epoll();
  ~Epoll();
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;

  /// `token` comes back in the events' data. Closing the descriptor removes it.
  void add(int fd, std::uint64_t token) const;

  /// Waits until something happens or the time has come (never before it), without spinning.
  /// @param until_ns  a time of now_ns(), or -1 for no limit.
  std::span<epoll_event> wait(std::span<epoll_event> events, std::int64_t until_ns) const;

 private:
  int fd_;
};

/// Raises the limit of descriptors as far as it may go, and asks the kernel for timers as exact as it can.
void prepare_process();

/// Prints the message and ends the process with code 1.
[[noreturn]] void die(const std::string& message);

}  // namespace tollgate::bench
