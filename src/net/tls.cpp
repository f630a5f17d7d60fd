#include "net/tls.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/address.h"

namespace tollgate::net {
namespace {

using StreamResult = Result<std::unique_ptr<ByteStream>>;

constexpr std::size_t kRecordBytes = 16 * 1024;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using SslPtr = std::unique_ptr<SSL, Freer<&SSL_free>>;
using SessionPtr = std::unique_ptr<SSL_SESSION, Freer<&SSL_SESSION_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<&BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;

/// The newest of OpenSSL's complaints, all of which are taken off its queue.
std::string openssl_problem() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown failure";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "failure " + std::to_string(code);
}

int choose_http11(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int in_size,
                  void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp11, sizeof kHttp11 - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void set_common(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Idle connections give their record buffers back.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_read_ahead(context, 1);  // a record's head and body in one system call
}

}  // namespace

struct TlsSessionCache::State {
  std::size_t max_entries;
  std::map<std::string, SessionPtr, std::less<>> sessions;

  void store(const std::string& key, SSL_SESSION* session) {
    if (sessions.size() >= max_entries && !sessions.contains(key)) sessions.erase(sessions.begin());
    sessions[key] = SessionPtr(session);
  }
};

TlsSessionCache::TlsSessionCache(std::size_t max_entries) : state_(std::make_shared<State>(max_entries)) {}
TlsSessionCache::~TlsSessionCache() = default;
std::size_t TlsSessionCache::size() const { return state_->sessions.size(); }

/// TLS over a socket; or two of them, the second inside the first, from `go_inside` on.
class TlsStream final : public ByteStream, private Pollable {
 public:
  explicit TlsStream(Worker& owner, const TlsContext& context)
      : ByteStream(owner), layer_(std::make_unique<Layer>(context)) {
    readable_ = false;
  }
  ~TlsStream() override { close(); }

  bool adopt(int descriptor, Turn turn) {
    if (!Pollable::open(worker(), descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP, turn)) return false;
    return ssl() != nullptr && connect_layer(bio_method());
  }

  /// What is there becomes the carrier of a new layer.
  bool go_inside(const TlsContext& context) {
    carrier_ = std::exchange(layer_, std::make_unique<Layer>(context));
    established_ = false;
    return usable() && ssl() != nullptr && connect_layer(carried_bio_method());
  }

  bool prepare_client(const TlsClientOptions& options) {
    SSL_set_connect_state(ssl());
    if (IpAddress::parse(options.server_name)) {
      if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl()), options.server_name.c_str()) != 1) return false;
    } else {
      SSL_set_hostflags(ssl(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      if (SSL_set1_host(ssl(), options.server_name.c_str()) != 1) return false;
      if (SSL_set_tlsext_host_name(ssl(), options.server_name.c_str()) != 1) return false;
    }
    if (options.sessions != nullptr) {
      layer_->sessions = options.sessions->state_;
      layer_->session_key = options.session_key;
      const auto& known = layer_->sessions->sessions;
      const auto it = known.find(layer_->session_key);
      if (it != known.end()) SSL_set_session(ssl(), it->second.get());
    }
    return true;
  }
  void prepare_server() { SSL_set_accept_state(ssl()); }

  /// One step. @return 0: done, SSL_ERROR_WANT_READ or _WRITE: wait, else failed.
  int shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl());
    if (result == 1) {
      established_ = true;
      readable_ = true;  // application data may lie in OpenSSL's buffer already
      return 0;
    }
    const int error = SSL_get_error(ssl(), result);
    readable_ = socket_readable_;
    writable_ = socket_writable_;
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) note_failure(error);
    return error;
  }

  [[nodiscard]] std::string handshake_problem() const {
    const long verdict = SSL_get_verify_result(ssl());
    if (verdict != X509_V_OK) return std::string("certificate: ") + X509_verify_cert_error_string(verdict);
    return problem_;
  }
  [[nodiscard]] bool cut_off() const { return cut_off_; }
  [[nodiscard]] bool reused() const { return SSL_session_reused(ssl()) == 1; }

  IoResult try_read(std::span<char> into) override {
    if (!usable()) return {IoStatus::failed, 0};
    if (!readable_) return {};
    std::size_t total = 0;
    while (total < into.size()) {
      ERR_clear_error();
      std::size_t n = 0;
      const int result = SSL_read_ex(ssl(), into.data() + total, into.size() - total, &n);
      if (result == 1) {
        total += n;
        continue;
      }
      const int error = SSL_get_error(ssl(), result);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        readable_ = false;
        read_wants_write_ = error == SSL_ERROR_WANT_WRITE;
        break;
      }
      // What came before the end is delivered first; the end is met again by the next read.
      if (total > 0) break;
      if (error == SSL_ERROR_ZERO_RETURN) return {IoStatus::closed, 0};
      note_failure(error);
      return {IoStatus::failed, 0};
    }
    if (total == 0) return {};
    return {IoStatus::ok, total};
  }

  IoResult try_write(std::span<const std::string_view> pieces) override {
    if (!usable()) return {IoStatus::failed, 0};
    if (!writable_) return {};
    // Pieces are joined, so that a message is as few records as possible.
    std::array<char, kRecordBytes> joined;
    std::size_t total = 0, piece = 0, offset = 0;
    for (;;) {
      while (piece < pieces.size() && offset == pieces[piece].size()) {
        ++piece;
        offset = 0;
      }
      if (piece == pieces.size()) break;
      std::string_view record = pieces[piece].substr(offset);
      if (record.size() < kRecordBytes && piece + 1 < pieces.size()) {
        std::size_t size = 0;
        for (std::size_t i = piece, from = offset; i < pieces.size() && size < joined.size(); ++i, from = 0) {
          size += pieces[i].substr(from).copy(joined.data() + size, joined.size() - size);
        }
        record = {joined.data(), size};
      }
      if (record.size() > kRecordBytes) record = record.substr(0, kRecordBytes);
      ERR_clear_error();
      std::size_t wrote = 0;
      const int result = SSL_write_ex(ssl(), record.data(), record.size(), &wrote);
      if (result != 1) {
        const int error = SSL_get_error(ssl(), result);
        if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
          writable_ = false;
          write_wants_read_ = error == SSL_ERROR_WANT_READ;
          break;
        }
        note_failure(error);
        return {IoStatus::failed, 0};
      }
      total += wrote;
      for (std::size_t left = wrote; left > 0;) {
        const std::size_t step = std::min(left, pieces[piece].size() - offset);
        offset += step;
        left -= step;
        if (offset == pieces[piece].size()) {
          ++piece;
          offset = 0;
        }
      }
    }
    if (total == 0 && !writable_) return {};
    return {IoStatus::ok, total};
  }

  void close_write() override {
    if (usable()) SSL_shutdown(ssl());
    ERR_clear_error();
    // A carrier is left open: at its end it would close both ways.
    if (fd() >= 0 && !carrier_) ::shutdown(fd(), SHUT_WR);
  }

  void close() override {
    if (fd() < 0) return;
    // What the socket does not take is not worth waiting for.
    if (usable() && established_) SSL_shutdown(ssl());
    if (usable() && carrier_) SSL_shutdown(carrier_->ssl.get());
    ERR_clear_error();
    close_fd();
    if (problem_.empty()) problem_ = "closed";
    broken_ = true;
    readable_ = writable_ = true;
    interrupt();
  }

  [[nodiscard]] std::string last_error() const override { return problem_; }

  /// OpenSSL has a new session to resume: TLS 1.3 sends them after the handshake.
  static int on_new_session(SSL* ssl, SSL_SESSION* session) {
    const auto* layer = static_cast<const Layer*>(SSL_get_ex_data(ssl, Layer::ex_data_index()));
    if (layer == nullptr || !layer->sessions) return 0;
    layer->sessions->store(layer->session_key, session);
    return 1;  // the reference is ours now
  }

 private:
  /// One TLS, and where its sessions go. OpenSSL knows its address.
  struct Layer {
    explicit Layer(const TlsContext& context) : ssl(SSL_new(context.native())) {
      if (ssl) SSL_set_ex_data(ssl.get(), ex_data_index(), this);
    }
    static int ex_data_index() {
      static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
      return index;
    }
    SslPtr ssl;
    std::shared_ptr<TlsSessionCache::State> sessions;
    std::string session_key;
  };

  [[nodiscard]] bool usable() const { return fd() >= 0 && !broken_; }
  [[nodiscard]] SSL* ssl() const { return layer_->ssl.get(); }

  bool connect_layer(const BIO_METHOD* method) {
    BIO* bio = BIO_new(method);
    if (bio == nullptr) return false;
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl(), bio, bio);
    return true;
  }

  void note_failure(int error) {
    broken_ = true;
    if (error == SSL_ERROR_SYSCALL && socket_error_ != 0) {
      problem_ = std::generic_category().message(socket_error_);
      cut_off_ = true;
      ERR_clear_error();
    } else if (error == SSL_ERROR_SYSCALL) {
      problem_ = "the connection was closed in the middle";
      cut_off_ = true;
      ERR_clear_error();
    } else {
      cut_off_ = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
      problem_ = openssl_problem();
    }
  }

  void on_events(std::uint32_t events) override {
    const bool over = (events & (EPOLLHUP | EPOLLERR)) != 0;
    const bool in = over || (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    const bool out = over || (events & EPOLLOUT) != 0;
    if (in) socket_readable_ = true;
    if (out) socket_writable_ = true;
    if (over || (events & EPOLLRDHUP) != 0) {
      socket_ended_ = true;
      readable_ = true;
      if (fd() >= 0) peer_left();
    }
    const bool readable = in || (out && read_wants_write_);
    const bool writable = out || (in && write_wants_read_);
    became_ready(readable, writable, true);
  }

  // --- OpenSSL's view of the socket: it asks the system only when that may have something ---

  static TlsStream& of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int bio_read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    TlsStream& self = of(bio);
    BIO_clear_retry_flags(bio);
    *got = 0;
    while (self.socket_readable_) {
      const ssize_t n = ::recv(self.fd(), into, size, 0);
      if (n > 0) {
        if (static_cast<std::size_t>(n) < size && !self.socket_ended_) self.socket_readable_ = false;
        *got = static_cast<std::size_t>(n);
        return 1;
      }
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) {
        self.socket_readable_ = false;
        break;
      }
      if (n < 0) self.socket_error_ = errno;
      if (n == 0) self.at_eof_ = true;
      return 0;
    }
    BIO_set_retry_read(bio);
    return 0;
  }

  static int bio_write(BIO* bio, const char* bytes, std::size_t size, std::size_t* wrote) {
    TlsStream& self = of(bio);
    BIO_clear_retry_flags(bio);
    *wrote = 0;
    while (self.socket_writable_) {
      const ssize_t n = ::send(self.fd(), bytes, size, MSG_NOSIGNAL);
      if (n >= 0) {
        *wrote = static_cast<std::size_t>(n);
        return 1;
      }
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        self.socket_writable_ = false;
        break;
      }
      self.socket_error_ = errno;
      return 0;
    }
    BIO_set_retry_write(bio);
    return 0;
  }

  static long bio_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return of(bio).at_eof_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  // --- the inner TLS's view: the carrier, which tries the socket in turn ---

  static int carried_read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    SSL* const carrier = of(bio).carrier_->ssl.get();
    BIO_clear_retry_flags(bio);
    *got = 0;
    const int result = SSL_read_ex(carrier, into, size, got);
    if (result == 1) return 1;
    const int error = SSL_get_error(carrier, result);
    if (error == SSL_ERROR_WANT_READ) BIO_set_retry_read(bio);
    if (error == SSL_ERROR_WANT_WRITE) BIO_set_retry_write(bio);
    if (error == SSL_ERROR_ZERO_RETURN) of(bio).at_eof_ = true;
    return 0;
  }

  static int carried_write(BIO* bio, const char* bytes, std::size_t size, std::size_t* wrote) {
    SSL* const carrier = of(bio).carrier_->ssl.get();
    BIO_clear_retry_flags(bio);
    *wrote = 0;
    const int result = SSL_write_ex(carrier, bytes, size, wrote);
    if (result == 1) return 1;
    const int error = SSL_get_error(carrier, result);
    if (error == SSL_ERROR_WANT_READ) BIO_set_retry_read(bio);
    if (error == SSL_ERROR_WANT_WRITE) BIO_set_retry_write(bio);
    return 0;
  }

  using BioRead = int (*)(BIO*, char*, std::size_t, std::size_t*);
  using BioWrite = int (*)(BIO*, const char*, std::size_t, std::size_t*);
  static const BIO_METHOD* make_bio_method(BioRead read, BioWrite write) {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
    BIO_meth_set_read_ex(made, read);
    BIO_meth_set_write_ex(made, write);
    BIO_meth_set_ctrl(made, &bio_control);
    return made;
  }
  static const BIO_METHOD* bio_method() {
    static const BIO_METHOD* const method = make_bio_method(&bio_read, &bio_write);
    return method;
  }
  static const BIO_METHOD* carried_bio_method() {
    static const BIO_METHOD* const method = make_bio_method(&carried_read, &carried_write);
    return method;
  }

  std::unique_ptr<Layer> carrier_;  ///< null unless there are two
  std::unique_ptr<Layer> layer_;
  std::string problem_;
  int socket_error_ = 0;
  bool socket_readable_ = false, socket_writable_ = true, socket_ended_ = false, at_eof_ = false;
  bool read_wants_write_ = false, write_wants_read_ = false;
  bool established_ = false, broken_ = false, cut_off_ = false;
};

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(const TlsTrust& trust) {
  static std::mutex mutex;
  static std::map<std::pair<bool, std::string>, std::shared_ptr<TlsContext>> made;
  const std::scoped_lock lock(mutex);
  std::shared_ptr<TlsContext>& slot = made[{trust.verify, trust.ca_pem}];
  if (slot) return slot;

  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* const context = out->context_;
  const auto refuse = [&](std::string why) -> std::unexpected<Error> {
    made.erase({trust.verify, trust.ca_pem});
    return fail(Error(ErrorCode::upstream_tls_failed, "the TLS settings are unusable").detail(std::move(why)));
  };
  if (context == nullptr) return refuse(openssl_problem());
  set_common(context);
  SSL_CTX_set_verify(context, trust.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!trust.ca_pem.empty()) {
    const BioPtr bio(BIO_new_mem_buf(trust.ca_pem.data(), static_cast<int>(trust.ca_pem.size())));
    int count = 0;
    while (const X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
      ++count;
    }
    ERR_clear_error();
    if (count == 0) return refuse("the authorities are not PEM certificates");
  } else if (trust.verify && SSL_CTX_set_default_verify_paths(context) != 1) {
    return refuse("the system's authorities: " + openssl_problem());
  }
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, kHttp11, sizeof kHttp11 - 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &TlsStream::on_new_session);
  slot = out;
  return out;
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(const std::string& certificate_pem, const Secret& key_pem) {
  std::shared_ptr<TlsContext> out(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* const context = out->context_;
  const auto refuse = [](const std::string& what) -> std::unexpected<Error> {
    return fail(ErrorCode::internal, what + ": " + openssl_problem());
  };
  if (context == nullptr) return refuse("TLS");
  set_common(context);
  const BioPtr chain(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const X509Ptr leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return refuse("the TLS certificate is unreadable");
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return refuse("the TLS certificate chain is unusable");
    }
  }
  ERR_clear_error();
  const BioPtr key_bio(BIO_new_mem_buf(key_pem.reveal().data(), static_cast<int>(key_pem.reveal().size())));
  const KeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return refuse("the TLS key is unreadable");
  if (SSL_CTX_check_private_key(context) != 1) return refuse("the TLS key does not fit the certificate");
  SSL_CTX_set_alpn_select_cb(context, &choose_http11, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets alone, which need no memory here
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  return out;
}

namespace {

/// @return nothing when the handshake is done.
Task<std::optional<WaitStatus>> finish_handshake(TlsStream& stream, Deadline deadline, const CancelSignal* signal,
                                                 bool& failed) {
  for (;;) {
    const int step = stream.shake_hands();
    if (step == 0) co_return std::nullopt;
    if (step != SSL_ERROR_WANT_READ && step != SSL_ERROR_WANT_WRITE) {
      failed = true;
      co_return WaitStatus::interrupted;
    }
    if (signal != nullptr && signal->canceled()) co_return WaitStatus::interrupted;
    const WaitStatus waited =
        co_await stream.wait(step == SSL_ERROR_WANT_READ ? Readiness::readable : Readiness::writable, deadline);
    if (waited != WaitStatus::ready) co_return waited;
  }
}

void set_no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

namespace {

Task<StreamResult> shake_hands_with(std::unique_ptr<TlsStream> stream, TlsClientOptions options, Deadline deadline) {
  const std::string peer(options.peer);
  const CancelWaits canceler(*stream, options.signal);
  bool failed = false;
  const auto stopped = co_await finish_handshake(*stream, deadline, options.signal, failed);
  if (!stopped) co_return std::unique_ptr<ByteStream>(std::move(stream));
  if (failed && stream->cut_off()) {
    co_return fail(
        Error(ErrorCode::upstream_tls_failed, "the " + peer + " ended the connection during the TLS handshake")
            .detail(options.server_name + ": " + stream->last_error()));
  }
  if (failed) {
    co_return fail(Error(ErrorCode::upstream_tls_failed, "TLS with the " + peer + " failed")
                       .detail(options.server_name + ": " + stream->handshake_problem()));
  }
  if (options.signal != nullptr && options.signal->canceled()) co_return fail(options.signal->error());
  co_return fail(Error(ErrorCode::upstream_timeout, "the TLS handshake with the " + peer + " took too long")
                     .detail(options.server_name));
}

std::unexpected<Error> cannot_begin(const TlsClientOptions& options) {
  return fail(Error(ErrorCode::upstream_tls_failed, "TLS with the " + std::string(options.peer) + " failed")
                  .detail(openssl_problem()));
}

}  // namespace

Task<StreamResult> tls_connect(Worker& worker, int fd, std::shared_ptr<TlsContext> context, TlsClientOptions options,
                               Deadline deadline) {
  set_no_delay(fd);
  auto stream = std::make_unique<TlsStream>(worker, *context);
  if (!stream->adopt(fd, Turn::first) || !stream->prepare_client(options)) co_return cannot_begin(options);
  co_return co_await shake_hands_with(std::move(stream), std::move(options), deadline);
}

Task<StreamResult> tls_connect_inside(std::unique_ptr<ByteStream> stream, std::shared_ptr<TlsContext> context,
                                      TlsClientOptions options, Deadline deadline) {
  std::unique_ptr<TlsStream> both(static_cast<TlsStream*>(stream.release()));
  if (!both->go_inside(*context) || !both->prepare_client(options)) co_return cannot_begin(options);
  co_return co_await shake_hands_with(std::move(both), std::move(options), deadline);
}

Task<StreamResult> tls_accept(Worker& worker, int fd, std::shared_ptr<TlsContext> context, Deadline deadline) {
  set_no_delay(fd);
  auto stream = std::make_unique<TlsStream>(worker, *context);
  bool failed = !stream->adopt(fd, Turn::last);
  if (!failed) {
    stream->prepare_server();
    const auto stopped = co_await finish_handshake(*stream, deadline, nullptr, failed);
    if (!stopped) co_return std::unique_ptr<ByteStream>(std::move(stream));
  }
  co_return fail(Error(ErrorCode::client_gone, "the TLS handshake with the client failed")
                     .detail(failed ? stream->last_error() : "timeout"));
}

bool tls_session_reused(const ByteStream& stream) {
  const auto* tls = dynamic_cast<const TlsStream*>(&stream);
  return tls != nullptr && tls->reused();
}

}  // namespace tollgate::net
