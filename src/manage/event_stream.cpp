#include "manage/event_stream.h"

#include <string>

#include "manage/context.h"
#include "net/worker.h"
#include "relay/answer.h"

namespace tollgate::manage {
namespace {

constexpr std::int64_t kHeartbeatMs = 10'000;

}  // namespace

EventStream::EventStream(Context& ctx) : exchange_(ctx.exchange) {
  http::HeaderBlock headers;
  relay::stream_headers(headers, exchange_.head(), ctx.request_id, {});
  headers.add("X-Content-Type-Options", "nosniff");
  exchange_.start(200, headers);
}

net::Task<bool> EventStream::send(std::string_view type, json::value data) {
  std::string frame = "event:message\ndata:";
  json::serialize_to(json::object{{"type", type}, {"data", std::move(data)}}, frame);
  frame += "\n\n";
  const auto sent = co_await exchange_.write(frame);
  co_return sent.has_value();
}

net::Task<void> EventStream::beat_until(net::Event& ended) {
  while (!co_await ended.wait(exchange_.worker().in_ms(kHeartbeatMs))) (void)co_await send("heartbeat", "ping");
}

net::Task<void> EventStream::end() { (void)co_await exchange_.finish(); }

}  // namespace tollgate::manage
