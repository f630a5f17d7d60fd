#include "support/scripted_upstream.h"

#include <chrono>
#include <optional>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strings.h"

namespace tollgate::testing {
namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// The next whole request in `buffer`, reading as needed; none when the peer has gone.
std::optional<SeenRequest> read_request(int fd, std::string& buffer) {
  const auto more = [&] {
    char bytes[16384];
    const ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(n));
    return true;
  };
  std::size_t head_end = std::string::npos;
  while ((head_end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  SeenRequest request;
  const std::string head = buffer.substr(0, head_end);
  std::size_t line_end = head.find("\r\n");
  const std::string first = head.substr(0, line_end);
  request.method = first.substr(0, first.find(' '));
  request.target = first.substr(request.method.size() + 1, first.rfind(' ') - request.method.size() - 1);
  while (line_end != std::string::npos) {
    const std::size_t start = line_end + 2;
    line_end = head.find("\r\n", start);
    const std::string line = head.substr(start, line_end == std::string::npos ? line_end : line_end - start);
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos)
      request.headers[to_lower(line.substr(0, colon))] = trim(std::string_view(line).substr(colon + 1));
  }
  std::size_t length = 0;
  if (const auto it = request.headers.find("content-length"); it != request.headers.end()) {
    length = static_cast<std::size_t>(parse_int(it->second).value_or(0));
  }
  while (buffer.size() < head_end + 4 + length) {
    if (!more()) return std::nullopt;
  }
  request.body = buffer.substr(head_end + 4, length);
  buffer.erase(0, head_end + 4 + length);
  return request;
}

}  // namespace

ScriptedUpstream::ScriptedUpstream(Responder responder) : responder_(std::move(responder)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 1024) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("scripted upstream: cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedUpstream::~ScriptedUpstream() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& thread : threads_) thread.join();
}

std::string ScriptedUpstream::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<SeenRequest> ScriptedUpstream::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

std::size_t ScriptedUpstream::request_count() const {
  const std::scoped_lock lock(mutex_);
  return seen_.size();
}

bool ScriptedUpstream::wait_hung_up(std::size_t count, int ms) const {
  for (int waited = 0; hung_up_ < count; waited += 5) {
    if (waited >= ms) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void ScriptedUpstream::open_gate() { gate_open_ = true; }

void ScriptedUpstream::accept_loop() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void ScriptedUpstream::serve(int fd) {
  std::string buffer;
  for (;;) {
    // A kept-alive connection must not outlive the test: look up now and then.
    while (buffer.empty()) {
      pollfd wait{fd, POLLIN, 0};
      if (::poll(&wait, 1, 20) > 0) break;
      if (stopping_) break;
    }
    if (stopping_) break;
    const auto request = read_request(fd, buffer);
    if (!request) break;
    {
      const std::scoped_lock lock(mutex_);
      seen_.push_back(*request);
    }
    if (!play(fd, responder_(*request))) break;
  }
  ::close(fd);
}

bool ScriptedUpstream::hung_up_within(int fd, int ms) const {
  pollfd wait{fd, POLLIN | POLLRDHUP, 0};
  if (::poll(&wait, 1, ms) <= 0) return false;
  char byte;
  return (wait.revents & (POLLHUP | POLLERR | POLLRDHUP)) != 0 || ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

bool ScriptedUpstream::play(int fd, const Script& script) {
  for (const Step& step : script) {
    if (const auto* send = std::get_if<Send>(&step)) {
      if (!send_all(fd, send->bytes)) return ++hung_up_, false;
    } else if (const auto* pause = std::get_if<Pause>(&step)) {
      if (hung_up_within(fd, pause->ms)) return ++hung_up_, false;
    } else if (std::holds_alternative<AwaitGate>(step)) {
      while (!gate_open_ && !stopping_) {
        if (hung_up_within(fd, 5)) return ++hung_up_, false;
      }
    } else if (std::holds_alternative<Stall>(step)) {
      while (!stopping_) {
        if (hung_up_within(fd, 10)) return ++hung_up_, false;
      }
      return false;
    } else if (std::holds_alternative<Reset>(step)) {
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return false;
    } else {
      return false;
    }
  }
  return true;
}

std::string http_json(int status, std::string_view body, std::string_view extra_headers) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n";
  out += extra_headers;
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  out += body;
  return out;
}

std::string sse_head() {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
}

std::string chunk(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string size;
  for (std::size_t n = bytes.size(); n > 0; n /= 16) size.insert(size.begin(), digits[n % 16]);
  return size + "\r\n" + std::string(bytes) + "\r\n";
}

}  // namespace tollgate::testing
