#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include <openssl/ssl.h>
#include <poll.h>

#include "net/test_certificate.h"
#include "net/test_server.h"

namespace tollgate::net {

/// Speaks TLS on a free port of 127.0.0.1 on behalf of another port there that does not, for tests.
class TlsFront {
 public:
  TlsFront(const Pem& pem, std::uint16_t behind)
      : behind_(behind), context_(context_of(pem)), server_([this](TestPeer& peer) { serve(peer.fd()); }) {}
  ~TlsFront() { stopping_ = true; }
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// Connections whose handshake succeeded.
  [[nodiscard]] int served() const { return served_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  using Context = std::unique_ptr<SSL_CTX, Free>;
  static Context context_of(const Pem& pem) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    BIO* bio = BIO_new_mem_buf(pem.certificate.data(), static_cast<int>(pem.certificate.size()));
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = BIO_new_mem_buf(pem.key.data(), static_cast<int>(pem.key.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return Context(context);
  }

  void serve(int client) {
    SSL* ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, client);
    if (SSL_accept(ssl) == 1) {
      ++served_;
      const int upstream = connect_locally(behind_);
      // A kept-alive connection must not outlive the test: look up now and then.
      for (bool open = true; open && !stopping_;) {
        pollfd both[] = {{client, POLLIN, 0}, {upstream, POLLIN, 0}};
        if (::poll(both, 2, SSL_pending(ssl) > 0 ? 0 : 20) < 0) break;
        if (SSL_pending(ssl) > 0 || both[0].revents != 0) open = pass_on(ssl, upstream);
        if (open && both[1].revents != 0) open = pass_back(upstream, ssl);
      }
      ::close(upstream);
    }
    SSL_free(ssl);
  }
  static bool pass_on(SSL* from, int to) {
    std::array<char, 16384> bytes;
    const int got = SSL_read(from, bytes.data(), static_cast<int>(bytes.size()));
    return got > 0 && ::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }
  static bool pass_back(int from, SSL* to) {
    std::array<char, 16384> bytes;
    const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
    return got > 0 && SSL_write(to, bytes.data(), static_cast<int>(got)) == got;
  }

  const std::uint16_t behind_;
  Context context_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> served_ = 0;
  TestServer server_;
};

}  // namespace tollgate::net
