#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "net/byte_stream.h"
#include "net/dns.h"
#include "net/tls.h"

namespace tollgate::net {

enum class ProxyKind : std::uint8_t { none, http_connect, https_connect, socks5 };

/// A proxy of a channel: `http://user:password@host:port`, `https://...` (TLS to the proxy, whose certificate is always
/// checked), `socks5://...`. Names are resolved by the proxy.
struct Proxy {
  ProxyKind kind = ProxyKind::none;
  std::string host;
  std::uint16_t port = 0;
  std::string user;
  Secret password;

  /// Empty text is no proxy. Errors: invalid_request naming what is wrong, without the credentials.
  static Result<Proxy> parse(std::string_view url);
  /// Tells proxies apart in keys; holds no credentials, but differs when they do.
  [[nodiscard]] std::string key() const;
};

/// Where to connect. Immutable: made once (when configuration is read), used by every request.
struct Endpoint {
  bool tls = false;
  std::string host;  ///< name or address, without brackets, lower case
  std::uint16_t port = 0;
  Proxy proxy;
  TlsTrust trust;
  /// The URL came from a user: addresses that are not public are refused, and what was checked is what is connected to.
  bool guarded = false;

  std::string key;          ///< scheme, host, port, proxy, trust: what may share a pool
  std::uint64_t hash = 0;   ///< of `key`
  std::string host_header;  ///< host, and the port unless it is the scheme's own

  /// Splits `https://host[:port][/base/path]`. No user, no query, no fragment.
  /// @param base_path  Receives the path without its last slash; may be null if there must be none.
  /// Errors: invalid_request.
  static Result<Endpoint> parse(std::string_view url, std::string* base_path);
  /// After the fields are set: computes key, hash and host_header.
  void seal();
};

struct DialDeadlines {
  std::int64_t connect_ms = 5'000;  ///< name, connection and proxy; 0: none
  std::int64_t tls_ms = 10'000;
};

/// Opens connections for one worker: names, both address families (the next address is tried beside the first after
/// 250 ms, at once if it fails), proxies, TLS with resumption.
class Dialer {
 public:
  Dialer(Worker& worker, DnsCache& dns);
  ~Dialer();

  /// Errors: upstream_connect_failed (name, refused, proxy, not public when guarded), upstream_tls_failed,
  /// upstream_timeout (which deadline is in the message), the signal's reason.
  /// `endpoint` must outlive the call.
  Task<Result<std::unique_ptr<ByteStream>>> dial(const Endpoint& endpoint, DialDeadlines deadlines,
                                                 CancelSignal* signal = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tollgate::net
