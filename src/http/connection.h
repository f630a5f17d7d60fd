#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/body_buffer.h"
#include "http/exchange.h"
#include "http/head_parser.h"
#include "http/server.h"
#include "net/byte_stream.h"
#include "net/task.h"
#include "net/tls.h"

/// The server's inside.
namespace tollgate::http {

/// An unread body up to this size is read and dropped, so that the connection can go on.
inline constexpr std::uint64_t kWorthSkipping = 64 * 1024;

/// A server's part on one worker; used by that worker alone, but for the counters, which anybody may read.
struct ServerLocal {
  ServerLocal(Server::Shared& owner, net::Worker& on) : shared(owner), worker(on) {}

  Server::Shared& shared;
  net::Worker& worker;
  std::unique_ptr<net::Listener> listener;
  Connection* connections = nullptr;  ///< all that are open
  bool draining = false;
  std::atomic<bool> drain_begun = false;

  // One writer each.
  std::atomic<std::uint64_t> accepted = 0, refused = 0, requests = 0, malformed = 0;
  std::atomic<std::size_t> open = 0, active = 0;

  /// `Date: ...\r\n`, at most a second old.
  std::string_view date_line();

 private:
  std::int64_t date_until_ns_ = 0;
  std::string date_line_;
};

/// What the workers share.
class Server::Shared {
 public:
  Shared(ServerOptions server_options, std::vector<Route> server_routes, ErrorRenderer renderer);

  void accept(ServerLocal& local, int fd, const net::IpAddress& peer);
  [[nodiscard]] Response render(const Route* route, const Error& error, const RequestHead& head) const;
  [[nodiscard]] RouteTable::Match match(const RequestHead& head) const {
    return table.match(head.method, below_base(options.base_path, head.path));
  }

  const ServerOptions options;
  std::vector<Route> routes;
  RouteTable table;
  ErrorRenderer fallback_error;
  std::shared_ptr<net::TlsContext> tls;
  ByteBudget bodies;
  std::atomic<std::size_t> open = 0;  ///< connections of all workers
  std::atomic<bool> draining = false;
  std::vector<std::unique_ptr<ServerLocal>> locals;
  std::uint16_t port = 0;
};

/// One accepted connection and the request it is busy with. Lives in its serving coroutine.
class Connection final : private net::ByteStream::PeerWatch, private net::ReadBufferUser {
 public:
  Connection(ServerLocal& local, const net::IpAddress& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Serves requests until the connection ends.
  static net::Task<void> serve(ServerLocal& local, int fd, net::IpAddress peer);

  /// Draining has begun: an idle connection looks up.
  void notice_draining();
  /// Draining is out of patience: the request under way is canceled, and may still say so.
  void give_up();
  /// And it was given its time for that.
  void cut();

 private:
  friend class Exchange;
  friend struct ServerLocal;
  friend class Server;

  // `noinline`: a coroutine frame of its own, so that what it needs is not a part of run()'s as long as a connection
  // lasts.

  enum class Answer : std::uint8_t { none, streaming, finished, aborted };

  net::Task<void> run();
  /// Waits for the next request's head. @return false at the connection's end.
  [[gnu::noinline]] net::Task<bool> next_head();
  net::Task<void> handle();
  [[gnu::noinline]] net::Task<void> refuse_malformed(ParseResult problem);
  void begin_request(std::string_view input, std::size_t head_bytes);
  /// After the answer: gets what is unread of the body out of the way. @return false if that is not worth it.
  [[gnu::noinline]] net::Task<bool> skip_body();
  [[gnu::noinline]] net::Task<void> linger();

  // --- the body ---
  net::MaybeTask<Result<std::string_view>> read_body(std::size_t max_bytes);
  [[gnu::noinline]] net::Task<Result<std::string_view>> receive_body(std::size_t max_bytes);
  net::Task<Result<void>> read_more(Deadline deadline);
  [[nodiscard]] Deadline body_deadline(std::uint64_t received) const;
  void release_body();

  // --- the answer ---
  net::MaybeTask<Result<void>> respond(int status, std::string_view fields, std::span<const std::string_view> body);
  net::MaybeTask<Result<void>> respond_error(const Error& error);
  void start(int status, const HeaderBlock& headers, std::int64_t length);
  net::MaybeTask<Result<void>> write(std::span<const std::string_view> pieces, bool last);
  void append_head(std::string& out, std::int64_t length);
  void decide_keep_alive();
  net::MaybeTask<Result<void>> send(std::span<const std::string_view> pieces);
  [[gnu::noinline]] net::Task<Result<void>> send_rest(std::string rest);
  [[nodiscard]] Error gone() const;
  void abort();

  void on_peer_gone() override;
  void on_read_buffer_taken() override;
  /// Received bytes that nobody has taken yet.
  void keep_unread(std::string_view bytes);
  [[nodiscard]] bool fill();

  ServerLocal& local_;
  Server::Shared& shared_;
  net::Worker& worker_;
  std::unique_ptr<net::ByteStream> stream_;
  net::IpAddress peer_;
  Connection* prev_ = nullptr;
  Connection* next_ = nullptr;

  std::string_view unread_;  // in the worker's buffer or in stash_
  std::string stash_;
  net::IoStatus last_read_ = net::IoStatus::would_block;

  Exchange exchange_{*this};
  net::CancelSignal signal_;
  RequestHead head_;
  PathParams params_;
  const Route* route_ = nullptr;
  std::string block_;  // the head's bytes, and a small body behind them
  std::string_view body_;
  BodyBuffer big_body_;
  ChunkReader chunks_;
  std::uint64_t body_left_ = 0;  // of a body with a length
  std::int64_t received_ns_ = 0;

  std::string start_fields_;
  std::int64_t start_length_ = -1;
  std::int64_t blocked_ns_ = 0;
  std::uint64_t bytes_sent_ = 0, body_sent_ = 0;
  std::uint32_t served_ = 0;
  int status_ = 0;
  std::uint16_t allowed_ = 0;  // the path is known, the method not
  Answer answer_ = Answer::none;
  bool body_done_ = true;   // received to its end
  bool continued_ = false;  // 100 Continue has been sent
  bool head_sent_ = false;
  bool chunked_answer_ = false;
  bool keep_alive_ = true;
  bool idle_ = true;     // between requests
  bool failed_ = false;  // the connection is of no use any more
};

}  // namespace tollgate::http
