#include "http/server.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "base/strings.h"
#include "http/connection.h"

namespace tollgate::http {
namespace {

void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

std::string json_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // Paths in messages are the caller's bytes, maybe not UTF-8.
      out += "\\u00";
      out += hex(std::string_view(&c, 1));
    } else {
      out += c;
    }
  }
  return out;
}

Response default_error(const Error& error, const RequestHead&) {
  return json_response(error.http_status(), "{\"error\":{\"message\":\"" + json_text(error.message()) +
                                                "\",\"type\":\"" + std::string(error.name()) + "\",\"code\":\"" +
                                                std::string(error.name()) + "\"}}");
}

}  // namespace

std::string_view ServerLocal::date_line() {
  if (worker.now_ns() >= date_until_ns_ || date_line_.empty()) {
    date_until_ns_ = worker.now_ns() + 500'000'000;
    const std::time_t now = worker.now_unix_ms() / 1000;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char line[64];
    const int size = std::snprintf(line, sizeof line, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                   kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon], parts.tm_year + 1900,
                                   parts.tm_hour, parts.tm_min, parts.tm_sec);
    date_line_.assign(line, static_cast<std::size_t>(size));
  }
  return date_line_;
}

Server::Shared::Shared(ServerOptions server_options, std::vector<Route> server_routes, ErrorRenderer renderer)
    : options(std::move(server_options)),
      routes(std::move(server_routes)),
      fallback_error(renderer ? std::move(renderer) : &default_error),
      bodies(options.max_bodies_bytes) {
  for (std::uint32_t i = 0; i < routes.size(); ++i) {
    if (routes[i].name.empty()) routes[i].name = routes[i].pattern;
    if (auto added = table.add(routes[i].method, routes[i].pattern, i); !added) {
      throw std::invalid_argument(added.error().message());
    }
  }
}

Response Server::Shared::render(const Route* route, const Error& error, const RequestHead& head) const {
  return route != nullptr && route->render_error ? route->render_error(error, head) : fallback_error(error, head);
}

void Server::Shared::accept(ServerLocal& local, int fd, const net::IpAddress& peer) {
  bump(local.accepted);
  if (open.fetch_add(1, std::memory_order_relaxed) >= options.max_connections) {
    open.fetch_sub(1, std::memory_order_relaxed);
    bump(local.refused);
    constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (!tls) (void)!::send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(fd);
    return;
  }
  local.worker.spawn(Connection::serve(local, fd, peer));
}

Server::Server(ServerOptions options, std::vector<Route> routes, ErrorRenderer fallback_error)
    : shared_(std::make_unique<Shared>(std::move(options), std::move(routes), std::move(fallback_error))) {}

Server::~Server() = default;

Result<void> Server::start(net::WorkerPool& workers) {
  const ServerOptions& options = shared_->options;
  if (!options.certificate_pem.empty()) {
    auto context = net::TlsContext::for_server(options.certificate_pem, options.key_pem);
    if (!context) return std::unexpected(std::move(context.error()));
    shared_->tls = std::move(*context);
  }
  if (auto probed = net::probe_port(options.listen); !probed) return probed;

  net::ListenOptions listen = options.listen;
  listen.shared = true;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    shared_->locals.push_back(std::make_unique<ServerLocal>(*shared_, workers[i]));
  }
  Result<void> result;
  // One after another: the first finds the port that the others share.
  for (const auto& local : shared_->locals) {
    net::Worker& worker = local->worker;
    std::atomic<bool> done = false;
    worker.post([&] {
      auto opened = net::Listener::open(
          worker, listen, [shared = shared_.get(), here = local.get()](int fd, const net::IpAddress& peer) {
            shared->accept(*here, fd, peer);
          });
      if (opened) {
        local->listener = std::move(*opened);
      } else {
        result = std::unexpected(std::move(opened.error()));
      }
      done.store(true, std::memory_order_release);
      done.notify_one();
    });
    done.wait(false, std::memory_order_acquire);
    if (!result) break;
    listen.port = shared_->port = local->listener->port();
  }
  if (!result) {
    workers.on_each([this](net::Worker& worker) { shared_->locals[worker.index()]->listener.reset(); });
  }
  return result;
}

std::uint16_t Server::port() const { return shared_->port; }

bool Server::draining() const { return shared_->draining.load(std::memory_order_relaxed); }

namespace {

using RealTime = std::chrono::steady_clock;

/// For the answers that draining gives up on to tell their clients.
constexpr std::chrono::seconds kLastWords{1};

/// Waits until `done()`, looking every millisecond.
bool wait_until(RealTime::time_point limit, const auto& done) {
  while (!done()) {
    if (RealTime::now() >= limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace

bool Server::drain(std::int64_t limit_ms) {
  shared_->draining.store(true, std::memory_order_relaxed);
  for (const auto& local : shared_->locals) {
    local->worker.post([here = local.get()] {
      if (here->listener) here->listener->drain_and_close();
      here->draining = true;
      for (Connection* c = here->connections; c != nullptr; c = c->next_) c->notice_draining();
      here->drain_begun.store(true, std::memory_order_release);
    });
  }
  const auto all_gone = [this] {
    return std::ranges::all_of(shared_->locals, [](const auto& local) {
      return local->drain_begun.load(std::memory_order_acquire) && local->open.load(std::memory_order_acquire) == 0;
    });
  };
  const bool by_themselves = wait_until(RealTime::now() + std::chrono::milliseconds(limit_ms), all_gone);
  if (by_themselves) return true;
  const auto tell_all = [this](void (Connection::*what)()) {
    for (const auto& local : shared_->locals) {
      local->worker.post([here = local.get(), what] {
        for (Connection* c = here->connections; c != nullptr; c = c->next_) (c->*what)();
      });
    }
  };
  tell_all(&Connection::give_up);
  if (wait_until(RealTime::now() + kLastWords, all_gone)) return false;
  tell_all(&Connection::cut);
  // Handlers that wait for something else than their connection end with it; a worker's stop ends the rest.
  wait_until(RealTime::now() + std::chrono::seconds(2), all_gone);
  return false;
}

ServerStats Server::stats() const {
  ServerStats out;
  for (const auto& local : shared_->locals) {
    out.connections_accepted += local->accepted.load(std::memory_order_relaxed);
    out.connections_refused += local->refused.load(std::memory_order_relaxed);
    out.requests += local->requests.load(std::memory_order_relaxed);
    out.malformed += local->malformed.load(std::memory_order_relaxed);
    out.connections_open += local->open.load(std::memory_order_relaxed);
    out.requests_active += local->active.load(std::memory_order_relaxed);
  }
  out.body_bytes = shared_->bodies.used();
  return out;
}

}  // namespace tollgate::http
