#include "relay/heartbeat.h"

#include <utility>

namespace tollgate::relay {

Heartbeat::Heartbeat(http::Exchange& exchange, http::HeaderBlock headers, std::string_view bytes,
                     std::int64_t silence_ms)
    : exchange_(exchange),
      headers_(std::move(headers)),
      bytes_(bytes),
      due_(exchange.worker().in_ms(silence_ms)),
      stopping_(exchange.worker()),
      ended_(exchange.worker()) {}

void Heartbeat::begin() {
  stopping_.reset();
  ended_.reset();
  exchange_.worker().spawn(go_on());
}

net::Task<void> Heartbeat::stop() {
  stopping_.set();
  (void)co_await ended_.wait();
}

net::Task<void> Heartbeat::go_on() {
  while (!co_await stopping_.wait(due_)) {
    if (!co_await beat()) break;
  }
  ended_.set();
}

net::MaybeTask<Result<void>> Heartbeat::beat() {
  due_ = exchange_.worker().in_ms(kIntervalMs);
  if (!exchange_.started()) exchange_.start(200, headers_);
  return exchange_.write(bytes_);
}

}  // namespace tollgate::relay
