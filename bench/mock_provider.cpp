#include "mock_provider.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tollgate::bench {

namespace {

constexpr std::uint64_t kListenerToken = ~std::uint64_t{0};
constexpr std::size_t kWindow = 2048;  // of a body's start and of its end are looked at
constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kScratch = 256 * 1024;

enum class Ending : std::uint8_t { complete, refused, cut, stalled };

enum class Io : std::int8_t { closed = -2, again = -1 };

SSL_CTX* make_tls(const ProviderOptions& options) {
  if (options.certificate.empty()) return nullptr;
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    die("cannot use the certificate " + options.certificate + " with the key " + options.key);
  }
  return context;
}

std::string_view query_of(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

/// Applies `a=1&b=2`; the first part that means nothing comes back, or nothing at all.
std::string_view apply_query(std::string_view query, Shape& shape) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || !shape.set(part.substr(0, equals), part.substr(equals + 1))) return part;
  }
  return {};
}

}  // namespace

struct Provider::Connection {
  int fd = -1;
  SSL* tls = nullptr;
  std::uint64_t token = 0;

  // The request.
  std::string pending;  ///< bytes read and not yet used: half a head, or the next request
  BodyDecoder body;
  std::string method, target;
  std::string first, last;  ///< the body's start, and where it is longer, its end
  bool in_body = false;
  bool close_after = false;

  // The answer: `text` up to `due` may go out, `sent` of it went; at `end` it is over.
  bool answering = false;
  bool writable = true;
  bool unread = false;  ///< bytes came meanwhile, and their event with them
  Ending ending = Ending::complete;
  std::shared_ptr<const Answer> script;
  std::string own;
  std::string_view text;
  std::size_t sent = 0, due = 0, end = 0;
  std::size_t next_part = 0;  ///< of a paced stream; 0 elsewhere
  bool paced = false;
  std::uint64_t prompt_tokens = 0, completion_tokens = 0;

  /// @return bytes read, or an Io below zero.
  ssize_t read(std::span<char> into) const {
    if (tls) {
      const int n = SSL_read(tls, into.data(), static_cast<int>(into.size()));
      if (n > 0) return n;
      const int error = SSL_get_error(tls, n);
      ERR_clear_error();
      return std::to_underlying(error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::again : Io::closed);
    }
    const ssize_t n = recv(fd, into.data(), into.size(), 0);
    if (n > 0) return n;
    return std::to_underlying(n < 0 && errno == EAGAIN ? Io::again : Io::closed);
  }

  ssize_t write(std::string_view from) const {
    if (tls) {
      const int n = SSL_write(tls, from.data(), static_cast<int>(from.size()));
      if (n > 0) return n;
      const int error = SSL_get_error(tls, n);
      ERR_clear_error();
      return std::to_underlying(error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::again : Io::closed);
    }
    const ssize_t n = send(fd, from.data(), from.size(), MSG_NOSIGNAL);
    if (n >= 0) return n;
    return std::to_underlying(errno == EAGAIN ? Io::again : Io::closed);
  }

  void note_body(std::string_view piece) {
    const std::string_view to_first = piece.substr(0, kWindow - std::min(first.size(), kWindow));
    first += to_first;
    piece.remove_prefix(to_first.size());
    if (piece.size() >= kWindow) {
      last.assign(piece.substr(piece.size() - kWindow));
    } else if (!piece.empty()) {
      last += piece;
      if (last.size() > 2 * kWindow) last.erase(0, last.size() - kWindow);
    }
  }
};

Provider::Provider(const ProviderOptions& options)
    : listener_(listen_on(options.address)), tls_(make_tls(options)), book_(options.shape), scratch_(kScratch) {
  epoll_.add(listener_, kListenerToken);
}

Provider::~Provider() {
  for (const auto& connection : connections_) {
    if (connection) close_connection(*connection);
  }
  close(listener_);
  SSL_CTX_free(tls_);
}

std::uint16_t Provider::port() const { return port_of(listener_); }

void Provider::run(const std::atomic<bool>& stop) {
  std::vector<epoll_event> events(1024);
  while (!stop.load(std::memory_order_relaxed)) {
    for (const epoll_event& event : epoll_.wait(events, timers_.empty() ? -1 : timers_.top().at_ns)) on_event(event);
    if (!timers_.empty()) fire_timers();
  }
}

void Provider::accept_all() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE) std::fputs("no descriptors left: a connection waits\n", stderr);
      return;
    }
    set_no_delay(fd);
    if (connections_.size() <= static_cast<std::size_t>(fd)) connections_.resize(static_cast<std::size_t>(fd) + 1);
    auto connection = std::make_unique<Connection>();
    connection->fd = fd;
    connection->token = std::uint64_t{++generation_} << 32 | static_cast<std::uint32_t>(fd);
    if (tls_) {
      connection->tls = SSL_new(tls_);
      SSL_set_fd(connection->tls, fd);
      SSL_set_accept_state(connection->tls);
    }
    epoll_.add(fd, connection->token);
    ++open_connections_;
    connections_[static_cast<std::size_t>(fd)] = std::move(connection);
  }
}

Provider::Connection* Provider::find(std::uint64_t token) {
  const auto fd = static_cast<std::uint32_t>(token);
  if (fd >= connections_.size() || !connections_[fd] || connections_[fd]->token != token) return nullptr;
  return connections_[fd].get();
}

void Provider::close_connection(Connection& connection) {
  const int fd = connection.fd;
  SSL_free(connection.tls);
  close(fd);
  --open_connections_;
  connections_[static_cast<std::size_t>(fd)].reset();
}

void Provider::on_event(const epoll_event& event) {
  if (event.data.u64 == kListenerToken) return accept_all();
  const std::uint64_t token = event.data.u64;
  Connection* connection = find(token);
  if (!connection) return;
  if ((event.events & EPOLLOUT) != 0 && connection->answering && !connection->writable) {
    connection->writable = true;
    flush(*connection);
    connection = find(token);
    if (!connection) return;
  }
  const bool left = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (connection->answering) {
    connection->unread = connection->unread || (event.events & EPOLLIN) != 0;
    if (!left) return;
    if (connection->ending == Ending::complete) ++stats_.cancelled;
    return close_connection(*connection);
  }
  if ((event.events & EPOLLIN) != 0 || left) read_requests(*connection);
}

void Provider::fire_timers() {
  const std::int64_t now = now_ns();
  while (!timers_.empty() && timers_.top().at_ns <= now) {
    const Timer timer = timers_.top();
    timers_.pop();
    if (Connection* connection = find(timer.token)) advance(*connection, timer.at_ns);
  }
}

void Provider::read_requests(Connection& connection) {
  const std::uint64_t token = connection.token;
  if (!connection.pending.empty() && !connection.answering) {
    const std::string held = std::exchange(connection.pending, {});
    take(connection, held);
  }
  for (Connection* c = find(token); c && !c->answering; c = find(token)) {
    const ssize_t n = c->read(scratch_);
    if (n == std::to_underlying(Io::again)) return;
    if (n < 0) return close_connection(*c);
    take(*c, std::string_view(scratch_.data(), static_cast<std::size_t>(n)));
    if (!tls_ && static_cast<std::size_t>(n) < scratch_.size()) return;  // that was all there was
  }
}

// Uses input up to the end of one request; what follows it waits in `pending`.
void Provider::take(Connection& connection, std::string_view input) {
  std::string joined;
  if (!connection.in_body) {
    if (!connection.pending.empty()) {
      joined = std::exchange(connection.pending, {});
      joined += input;
      input = joined;
    }
    const auto head = parse_head(input);
    if (!head) {
      if (input.size() > kMaxHead) return close_connection(connection);
      connection.pending = input;
      return;
    }
    const std::size_t space = head->first_line.find(' ');
    const std::size_t second = head->first_line.find(' ', space + 1);
    if (space == std::string_view::npos || second == std::string_view::npos) return close_connection(connection);
    connection.method = head->first_line.substr(0, space);
    connection.target = head->first_line.substr(space + 1, second - space - 1);
    connection.close_after = head->close;
    connection.first.clear();
    connection.last.clear();
    connection.body.start(*head);
    connection.in_body = true;
    input.remove_prefix(head->size);
  }
  input.remove_prefix(connection.body.feed(input, [&](std::string_view piece) { connection.note_body(piece); }));
  if (connection.body.failed()) return close_connection(connection);
  if (!connection.body.done()) return;
  connection.in_body = false;
  connection.pending = input;
  answer(connection);
}

void Provider::answer(Connection& connection) {
  ++stats_.requests;
  connection.answering = true;
  connection.ending = Ending::complete;
  connection.prompt_tokens = connection.completion_tokens = 0;
  connection.paced = false;

  const std::string_view path = std::string_view(connection.target).substr(0, connection.target.find('?'));
  if (connection.method == "POST") {
    if (path.ends_with("/chat/completions")) return answer_model(connection, Operation::chat);
    if (path.ends_with("/messages")) return answer_model(connection, Operation::messages);
    if (path.ends_with("/completions")) return answer_model(connection, Operation::completions);
    if (path.ends_with("/embeddings")) return answer_model(connection, Operation::embeddings);
  }
  --stats_.requests;  // control does not count
  answer_own(connection, answer_control(connection.method, connection.target));
}

void Provider::answer_own(Connection& connection, std::string message) {
  connection.own = std::move(message);
  connection.script.reset();
  connection.text = connection.own;
  connection.sent = 0;
  connection.due = connection.end = connection.text.size();
  if (connection.ending == Ending::complete) connection.ending = Ending::refused;
  flush(connection);
}

std::string Provider::answer_control(std::string_view method, std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (method == "GET" && path.ends_with("/models")) {
    return json_message(
        200, R"({"object":"list","data":[{"id":"mock","object":"model","created":1700000000,"owned_by":"mock"}]})");
  }
  if (method == "GET" && path == "/stats") {
    return json_message(
        200, fmt::format(R"({{"requests":{},"answered":{},"prompt_tokens":{},"completion_tokens":{},"refused":{},)"
                         R"("broken":{},"cancelled":{},"connections":{}}})",
                         stats_.requests, stats_.answered, stats_.prompt_tokens, stats_.completion_tokens,
                         stats_.refused, stats_.broken, stats_.cancelled, open_connections_));
  }
  if (method == "POST" && path == "/stats/reset") {
    stats_ = {};
    return json_message(200, "{}");
  }
  if (method == "POST" && path == "/shape") {
    Shape shape = book_.shape();
    const std::string_view bad = apply_query(query_of(target), shape);
    if (!bad.empty()) return json_message(400, fmt::format(R"({{"error":{{"message":"no such shape: {}"}}}})", bad));
    book_.reshape(shape);
    return json_message(200, "{}");
  }
  return json_message(404, R"({"error":{"message":"the mock provider has no such path","type":"mock_error"}})");
}

void Provider::answer_model(Connection& connection, Operation operation) {
  const std::string_view last = connection.last.empty() ? std::string_view(connection.first) : connection.last;
  const Wanted wanted = scan_body(connection.first, last);
  const Fault fault = fault_of(wanted.model);

  switch (fault) {
    case Fault::none:
      break;
    case Fault::cut:
      connection.ending = Ending::cut;
      break;
    case Fault::stall_half:
      connection.ending = Ending::stalled;
      break;
    case Fault::stall:
      ++stats_.broken;
      connection.ending = Ending::stalled;
      connection.sent = connection.due = 0;
      connection.end = 1;
      return;
    case Fault::reset:
      ++stats_.broken;
      set_reset_on_close(connection.fd);
      return close_connection(connection);
    default:
      connection.ending = Ending::refused;
      ++stats_.refused;
      return answer_own(connection, fault_message(fault, operation));
  }

  connection.script = book_.find(operation, wanted);
  const Answer& script = *connection.script;
  const Shape& shape = book_.shape();
  const bool stream = wanted.stream && !script.stream.empty();
  connection.prompt_tokens = shape.prompt_tokens;
  connection.completion_tokens = script.completion_tokens;
  connection.text = stream ? script.stream : script.plain;
  connection.sent = connection.due = 0;
  connection.end = connection.text.size();
  if (connection.ending != Ending::complete) {
    const std::size_t half = script.stream_parts.size() / 2;
    connection.end = stream ? static_cast<std::size_t>(script.stream_parts[half].data() - script.stream.data())
                            : connection.text.size() - script.plain.size() / 4;
  }
  connection.paced = stream && shape.interval_ms > 0;
  connection.next_part = 0;
  if (shape.delay_ms > 0) return schedule(connection, now_ns() + shape.delay_ms * 1'000'000);
  advance(connection, connection.paced ? now_ns() : 0);
}

void Provider::schedule(Connection& connection, std::int64_t at_ns) { timers_.push({at_ns, connection.token}); }

// Lets the next event out, or everything where nothing is paced. The pace counts from when it was due, so it does not
// drift.
void Provider::advance(Connection& connection, std::int64_t at_ns) {
  if (!connection.paced) {
    connection.due = connection.end;
  } else {
    connection.due += connection.script->stream_parts[connection.next_part++].size();
    connection.due = std::min(connection.due, connection.end);
    if (connection.due < connection.end) schedule(connection, at_ns + book_.shape().interval_ms * 1'000'000);
  }
  if (connection.writable) flush(connection);
}

void Provider::flush(Connection& connection) {
  while (connection.sent < connection.due) {
    const ssize_t n = connection.write(connection.text.substr(connection.sent, connection.due - connection.sent));
    if (n == std::to_underlying(Io::again)) {
      connection.writable = false;
      return;
    }
    if (n < 0) {
      if (connection.ending == Ending::complete) ++stats_.cancelled;
      return close_connection(connection);
    }
    connection.sent += static_cast<std::size_t>(n);
  }
  if (connection.sent == connection.end) finish(connection);
}

void Provider::finish(Connection& connection) {
  switch (connection.ending) {
    case Ending::complete:
      ++stats_.answered;
      stats_.prompt_tokens += connection.prompt_tokens;
      stats_.completion_tokens += connection.completion_tokens;
      break;
    case Ending::refused:
      break;
    case Ending::cut:
      ++stats_.broken;
      return close_connection(connection);
    case Ending::stalled:
      ++stats_.broken;
      return;  // open, and silent, until the caller leaves
  }
  connection.answering = false;
  connection.script.reset();
  if (connection.close_after) return close_connection(connection);
  if (connection.tls || connection.unread || !connection.pending.empty()) {
    connection.unread = false;
    read_requests(connection);
  }
}

}  // namespace tollgate::bench
