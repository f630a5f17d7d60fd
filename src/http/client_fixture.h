#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/client.h"
#include "net/dialer.h"
#include "net/dns.h"
#include "net/offload.h"
#include "net/run_blocking.h"
#include "net/worker.h"
#include "support/scripted_upstream.h"

/// A client and its calls, for the tests of this folder.
namespace tollgate::http {

/// A client on a worker of its own.
class Caller {
 public:
  explicit Caller(const Clock* clock = nullptr, ClientOptions options = {}) : worker_(with(clock)) {
    offload_ = net::make_offload({.threads = 1});
    worker_.start();
    on([&]() -> net::Task<void> {
      dns_.emplace(worker_, *offload_);
      dialer_.emplace(worker_, *dns_);
      client_.emplace(worker_, *dialer_, options);
      co_return;
    });
  }
  ~Caller() {
    on([&]() -> net::Task<void> {
      client_.reset();
      dialer_.reset();
      dns_.reset();
      co_return;
    });
    worker_.stop();
  }
  template <class Fn>
  void on(Fn fn) {
    net::run_blocking(worker_, fn());
  }
  Client& client() { return *client_; }
  net::Worker& worker() { return worker_; }
  PoolStats stats() {
    PoolStats out;
    on([&]() -> net::Task<void> {
      out = client_->stats();
      co_return;
    });
    return out;
  }

 private:
  static net::WorkerOptions with(const Clock* clock) {
    net::WorkerOptions out;
    out.clock = clock;
    return out;
  }
  net::Worker worker_;
  std::unique_ptr<net::Offload> offload_;
  std::optional<net::DnsCache> dns_;
  std::optional<net::Dialer> dialer_;
  std::optional<Client> client_;
};

inline net::Endpoint endpoint_of(const tollgate::testing::ScriptedUpstream& upstream) {
  return net::Endpoint::parse(upstream.url(), nullptr).value();
}

inline OutgoingRequest post_to(const net::Endpoint& endpoint, std::string_view target = "/") {
  OutgoingRequest out;
  out.endpoint = &endpoint;
  out.target = target;
  return out;
}

/// What came of a call.
struct Outcome {
  int status = 0;
  std::string body;
  std::optional<Error> error;
};

inline net::Task<Outcome> call_whole(Client& client, OutgoingRequest request, net::CancelSignal* signal = nullptr) {
  Outcome out;
  Call call(client, signal);
  auto head = co_await call.send(request);
  if (!head) {
    out.error = std::move(head.error());
    co_return out;
  }
  out.status = (*head)->status;
  for (;;) {
    const BodyPiece piece = co_await call.read();
    if (piece.status == BodyPiece::Status::end) co_return out;
    if (piece.status == BodyPiece::Status::failed) {
      out.error = call.failure();
      co_return out;
    }
    out.body += piece.bytes;
  }
}

inline Outcome run_call(Caller& caller, const OutgoingRequest& request) {
  return net::run_blocking(caller.worker(), call_whole(caller.client(), request));
}

}  // namespace tollgate::http
