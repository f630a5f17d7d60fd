#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "net/byte_stream.h"

struct ssl_ctx_st;

namespace tollgate::net {

/// Whom to believe on outgoing connections. Equal settings share one context.
struct TlsTrust {
  bool verify = true;  ///< false: encrypted, but anybody may answer; only by an operator's explicit setting
  std::string ca_pem;  ///< PEM of authorities to believe instead of the system's
  friend bool operator==(const TlsTrust&, const TlsTrust&) = default;
};

/// TLS settings and what OpenSSL keeps for them, shared by many connections. Any worker.
class TlsContext {
 public:
  /// Contexts are shared: one for each distinct trust. The first use of the system's authorities reads them (some
  /// milliseconds), so ask once at start.
  /// Errors: upstream_tls_failed (unreadable authorities).
  static Result<std::shared_ptr<TlsContext>> for_client(const TlsTrust& trust);
  /// @param certificate_pem  The chain, leaf first.   Errors: internal (unreadable, or the key does not fit).
  static Result<std::shared_ptr<TlsContext>> for_server(const std::string& certificate_pem, const Secret& key_pem);
  ~TlsContext();

  [[nodiscard]] ssl_ctx_st* native() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

/// Sessions to resume, by peer. One worker.
class TlsSessionCache {
 public:
  explicit TlsSessionCache(std::size_t max_entries = 1024);
  ~TlsSessionCache();
  TlsSessionCache(const TlsSessionCache&) = delete;
  TlsSessionCache& operator=(const TlsSessionCache&) = delete;
  [[nodiscard]] std::size_t size() const;

 private:
  friend class TlsStream;
  struct State;
  std::shared_ptr<State> state_;
};

struct TlsClientOptions {
  std::string_view peer = "provider";   ///< what error messages call it
  std::string server_name;              ///< checked against the certificate, and sent unless it is an address
  TlsSessionCache* sessions = nullptr;  ///< where to find and leave the session
  std::string session_key;              ///< names peer and trust in it
  CancelSignal* signal = nullptr;
};

/// Takes over a connected, non-blocking descriptor (closed on failure too) and shakes hands.
/// Errors: upstream_tls_failed (with the reason in the detail), upstream_timeout, upstream_reset.
Task<Result<std::unique_ptr<ByteStream>>> tls_connect(Worker& worker, int fd, std::shared_ptr<TlsContext> context,
                                                      TlsClientOptions options, Deadline deadline);
/// A second TLS inside a stream of `tls_connect`, whose peer by now leads to another one (a proxy that speaks TLS
/// itself). Errors as of `tls_connect`.
Task<Result<std::unique_ptr<ByteStream>>> tls_connect_inside(std::unique_ptr<ByteStream> stream,
                                                             std::shared_ptr<TlsContext> context,
                                                             TlsClientOptions options, Deadline deadline);
/// The server's side. Errors: client_gone.
Task<Result<std::unique_ptr<ByteStream>>> tls_accept(Worker& worker, int fd, std::shared_ptr<TlsContext> context,
                                                     Deadline deadline);

/// For tests and metrics: whether the stream is TLS (of two, the inner one) and was resumed.
[[nodiscard]] bool tls_session_reused(const ByteStream& stream);

}  // namespace tollgate::net
