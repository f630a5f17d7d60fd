#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/server.h"
#include "net/run_blocking.h"
#include "net/worker.h"

namespace tollgate::http {

inline Route route(Method method, std::string pattern, Handler handler) {
  Route out;
  out.method = method;
  out.pattern = std::move(pattern);
  out.handler = std::move(handler);
  return out;
}

/// Answers with what it was sent.
inline Route echo() {
  return route(Method::post, "/echo", [](Exchange& exchange) -> net::Task<void> {
    auto body = co_await exchange.read_body();
    if (!body) {
      co_await exchange.respond_error(body.error());
      co_return;
    }
    co_await exchange.respond(200, {{"X-Path", exchange.head().path}}, *body);
  });
}

inline Route hello() {
  return route(Method::get, "/hello/:name", [](Exchange& exchange) -> net::Task<void> {
    co_await exchange.respond(text_response(200, "hello " + std::string(exchange.params().get("name"))));
  });
}

/// A running server on a free port of 127.0.0.1, for the tests of this folder.
class Served {
 public:
  explicit Served(std::vector<Route> routes, ServerOptions options = {}, const Clock* clock = nullptr,
                  ErrorRenderer errors = {}, std::size_t workers = 1)
      : pool_(workers, with(clock)), server_(on_loopback(std::move(options)), std::move(routes), std::move(errors)) {
    pool_.start();
    started_ = server_.start(pool_);
  }
  ~Served() {
    server_.drain(0);
    pool_.stop();
  }

  [[nodiscard]] const Result<void>& started() const { return started_; }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  Server& operator*() { return server_; }
  Server* operator->() { return &server_; }
  net::WorkerPool& workers() { return pool_; }

 private:
  static net::WorkerOptions with(const Clock* clock) {
    net::WorkerOptions out;
    out.clock = clock;
    return out;
  }
  static ServerOptions on_loopback(ServerOptions options) {
    options.listen.host = "127.0.0.1";
    return options;
  }
  net::WorkerPool pool_;
  Server server_;
  Result<void> started_;
};

}  // namespace tollgate::http
