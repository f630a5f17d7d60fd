#include "support/http_client.h"

#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/strings.h"

namespace tollgate::testing {

HttpClient::HttpClient(std::uint16_t port, int timeout_ms) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

HttpClient::~HttpClient() { close(); }

bool HttpClient::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = fd_ < 0 ? -1 : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool HttpClient::send_request(std::string_view method, std::string_view target, std::string_view body,
                              const HeaderList& headers) {
  std::string out = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: gateway.test\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST" || method == "PUT") {
    out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  out += "\r\n";
  out += body;
  return send_raw(out);
}

HttpAnswer HttpClient::request(std::string_view method, std::string_view target, std::string_view body,
                               const HeaderList& headers) {
  if (!send_request(method, target, body, headers)) return {};
  return read_answer();
}

bool HttpClient::fill() {
  char bytes[65536];
  const ssize_t n = fd_ < 0 ? -1 : ::recv(fd_, bytes, sizeof bytes, 0);
  if (n <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

HttpAnswer HttpClient::read_answer() {
  HttpAnswer answer;
  std::size_t head_end = 0;
  while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return answer;
  }
  answer.status = std::atoi(buffer_.c_str() + 9);
  for (std::size_t at = buffer_.find("\r\n"); at < head_end;) {
    const std::size_t end = buffer_.find("\r\n", at + 2);
    const std::string line = buffer_.substr(at + 2, end - at - 2);
    if (const auto colon = line.find(':'); colon != std::string::npos) {
      answer.headers[to_lower(line.substr(0, colon))] = trim(std::string_view(line).substr(colon + 1));
    }
    at = end;
  }
  buffer_.erase(0, head_end + 4);
  if (answer.status == 100) return read_answer();
  if (answer.status == 204 || answer.status == 304) {
    answer.complete = true;
    return answer;
  }
  if (icontains(answer.headers["transfer-encoding"], "chunked")) {
    for (;;) {
      std::size_t line_end = 0;
      while ((line_end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return answer;
      }
      const std::size_t size = std::strtoull(buffer_.c_str(), nullptr, 16);
      while (buffer_.size() < line_end + 2 + size + 2) {
        if (!fill()) {
          if (buffer_.size() > line_end + 2) answer.body += buffer_.substr(line_end + 2, size);
          return answer;
        }
      }
      answer.body += buffer_.substr(line_end + 2, size);
      buffer_.erase(0, line_end + 2 + size + 2);
      if (size == 0) {
        answer.complete = true;
        return answer;
      }
    }
  }
  if (const auto length = answer.headers.find("content-length"); length != answer.headers.end()) {
    const std::size_t size = std::strtoull(length->second.c_str(), nullptr, 10);
    while (buffer_.size() < size) {
      if (!fill()) break;
    }
    answer.complete = buffer_.size() >= size;
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
  }
  while (fill()) continue;
  answer.body = std::exchange(buffer_, {});
  answer.complete = true;
  return answer;
}

std::optional<std::string> HttpClient::read_until(std::string_view text) {
  while (buffer_.find(text) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  return buffer_;
}

void HttpClient::half_close() { ::shutdown(fd_, SHUT_WR); }

void HttpClient::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void HttpClient::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void HttpClient::drain() {
  while (fill()) continue;
}

HttpAnswer http_request(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body,
                        const HeaderList& headers) {
  HttpClient client(port);
  return client.request(method, target, body, headers);
}

}  // namespace tollgate::testing
