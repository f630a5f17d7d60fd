#include "support/tunnel_proxy.h"

#include <utility>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/encoding.h"
#include "net/test_server.h"

namespace tollgate::testing {
namespace {

using net::TestPeer;

/// A connection to `host:port`, or -1.
int connect_to(const std::string& target) {
  const std::size_t colon = target.rfind(':');
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(target.substr(0, colon).c_str(), target.substr(colon + 1).c_str(), &hints, &found) != 0) return -1;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = ::connect(fd, found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  if (connected) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

TunnelProxy::TunnelProxy(Kind kind, std::string user, std::string password)
    : kind_(kind),
      user_(std::move(user)),
      password_(std::move(password)),
      server_(std::make_unique<net::TestServer>([this](TestPeer& peer) { serve(peer); })) {}

TunnelProxy::~TunnelProxy() {
  stopping_ = true;
  server_.reset();
}

std::uint16_t TunnelProxy::port() const { return server_->port(); }

std::string TunnelProxy::url(const std::string& user, const std::string& password) const {
  return (kind_ == Kind::socks5 ? "socks5://" : "http://") + user + ":" + password +
         "@127.0.0.1:" + std::to_string(port());
}

std::vector<std::string> TunnelProxy::targets() const {
  const std::scoped_lock lock(mutex_);
  return targets_;
}

void TunnelProxy::serve(TestPeer& peer) {
  const auto target = kind_ == Kind::socks5 ? greet_socks(peer) : greet_http(peer);
  if (!target) return;
  {
    const std::scoped_lock lock(mutex_);
    targets_.push_back(*target);
  }
  join(peer.fd(), *target);
}

std::nullopt_t TunnelProxy::refuse(TestPeer& peer, std::string_view answer) {
  ++refused_;  // before the client knows
  peer.write(answer);
  return std::nullopt;
}

std::optional<std::string> TunnelProxy::greet_http(TestPeer& peer) {
  const std::string head = peer.read_until("\r\n\r\n");
  const std::string credentials = "\r\nProxy-Authorization: Basic " + crypto::base64(user_ + ":" + password_) + "\r\n";
  if (!head.starts_with("CONNECT ") || head.find(credentials) == std::string::npos) {
    return refuse(peer, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  }
  peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
  return head.substr(8, head.find(' ', 8) - 8);
}

std::optional<std::string> TunnelProxy::greet_socks(TestPeer& peer) {
  const auto counted = [&peer] {
    const std::string size = peer.read(1);
    return size.empty() ? size : peer.read(static_cast<unsigned char>(size[0]));
  };
  peer.read(1);  // version
  if (counted().find('\x02') == std::string::npos) {
    return refuse(peer, {"\x05\xff", 2});
  }
  peer.write({"\x05\x02", 2});
  peer.read(1);  // version of the sign-in
  const std::string user = counted();
  if (user != user_ || counted() != password_) {
    return refuse(peer, {"\x01\x01", 2});
  }
  peer.write({"\x01\x00", 2});
  const std::string request = peer.read(4);
  std::string host;
  if (request.ends_with('\x03')) {
    host = counted();
  } else {
    for (const char byte : peer.read(4)) {
      host += (host.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(byte));
    }
  }
  const std::string port = peer.read(2);
  if (port.size() < 2) return std::nullopt;
  peer.write({"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10});
  return host + ":" + std::to_string(static_cast<unsigned char>(port[0]) << 8 | static_cast<unsigned char>(port[1]));
}

void TunnelProxy::join(int client, const std::string& target) const {
  const int upstream = connect_to(target);
  if (upstream < 0) return;
  net::join_ends(client, upstream, stopping_);
  ::close(upstream);
}

}  // namespace tollgate::testing
