#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::net {
class TestPeer;
class TestServer;
}  // namespace tollgate::net

namespace tollgate::testing {

/// A proxy on a free port of 127.0.0.1 that wants a user's name and password, and really leads somewhere.
class TunnelProxy {
 public:
  enum class Kind : std::uint8_t { http_connect, socks5 };

  TunnelProxy(Kind kind, std::string user, std::string password);
  ~TunnelProxy();
  TunnelProxy(const TunnelProxy&) = delete;
  TunnelProxy& operator=(const TunnelProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Its address as channels have it, with these credentials.
  [[nodiscard]] std::string url(const std::string& user, const std::string& password) const;
  /// Where it was asked to lead to, `host:port`, by those with the right credentials.
  [[nodiscard]] std::vector<std::string> targets() const;
  [[nodiscard]] int refused() const { return refused_; }

 private:
  void serve(net::TestPeer& peer);
  /// What the client says up to the target it names; nothing if it is refused.
  std::optional<std::string> greet_http(net::TestPeer& peer);
  std::optional<std::string> greet_socks(net::TestPeer& peer);
  std::nullopt_t refuse(net::TestPeer& peer, std::string_view answer);
  void join(int client, const std::string& target) const;

  const Kind kind_;
  const std::string user_, password_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> refused_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> targets_;
  std::unique_ptr<net::TestServer> server_;
};

}  // namespace tollgate::testing
