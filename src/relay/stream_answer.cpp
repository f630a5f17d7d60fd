#include <utility>
#include <vector>

#include "config/settings.h"
#include "relay/relay_call.h"

namespace tollgate::relay {
namespace {

/// After an answer's end, how long the upstream's connection may take to say so, for the pool's sake.
constexpr std::int64_t kTailMs = 50;

}  // namespace

net::Task<RelayCall::Outcome> RelayCall::answer_stream(catalog::Choice& choice) {
  using Status = http::BodyPiece::Status;
  if (mode_ == llm::Mode::convert) conversion_ = std::move(admission_->upstream.conversion);
  const std::unique_ptr<StreamPump> pump =
      mode_ == llm::Mode::convert ? make_convert_pump(*route_.dialect, *upstream_dialect_, *conversion_, shape_.prompt)
                                  : make_pass_pump(*upstream_dialect_, read_usage_, keep_usage_, shape_.choices);
  telemetry::GaugeGuard open_stream;
  Flow flow;
  bool begun = false;
  std::optional<Error> broken;
  std::int64_t blocked_ns = exchange_.blocked_ns();
  std::int64_t sent_ns = 0;
  for (;;) {
    const http::BodyPiece piece = upstream_.try_read();
    if (piece.status == Status::would_block) {
      const Deadline ping = begun        ? Deadline::after_ms(sent_ns, settings().sse_keepalive_ms)
                            : heartbeat_ ? heartbeat_->due()
                                         : Deadline::never();
      if (upstream_.is_local()) {
        co_await upstream_.wait_local(ping);
      } else {
        co_await upstream_.http().readable(ping);
      }
      if (ping.passed(relay_.worker.now_ns()) && !exchange_.cancel_signal().canceled()) {
        sent_ns = relay_.worker.now_ns();
        (void)co_await (begun ? exchange_.write(route_.dialect->ping) : heartbeat_->beat());
      }
      continue;
    }
    if (piece.status == Status::failed) {
      broken = *upstream_.failure();
      flow.clear();
    } else if (piece.status == Status::end) {
      pump->finish(flow);
    } else {
      pump->feed(piece.bytes, flow);
    }
    if (!broken && pump->failure()) broken = *pump->failure();
    if (!flow.empty() || pump->ended()) {
      if (auto held = hold_enough(*pump); !held) {
        upstream_.close();
        if (!begun) co_return fail_attempt(std::move(held.error()));
        co_await end_unpaid_stream(held.error());
        co_return Outcome::answered;
      }
      if (!begun) {
        // The first event that is no error: from here on this is the answer.
        begun = true;
        first_byte_ns_ = relay_.worker.now_ns() - began_ns_;
        choice.attempt.answered(relay_.worker.now_ns());
        count_attempt(std::nullopt);
        leave_admission_for_stream();
        open_stream = telemetry::GaugeGuard(relay_.metrics.streams);
        stream_headers(relay_.answer_headers, exchange_.head(), id_.view(), settings().cors_origins);
        start_answer(200, relay_.answer_headers);
      }
      const Metered earned = meter(pump->usage(), shape_.prompt, pump->delivered_bytes(), false);
      reservation_.facts().estimated = earned.estimated;
      reservation_.earn(earned.usage);
      if (pump->ended()) {
        settle(pump->usage(), pump->delivered_bytes(), true, 200);
        flow.now.push_back(flow.last);
        const auto finished = co_await exchange_.finish(flow.now);
        if (finished) co_await finish_upstream();
        co_return Outcome::answered;
      }
      if (auto written = co_await exchange_.write(flow.now); !written && !broken) broken = written.error();
      sent_ns = relay_.worker.now_ns();
      const std::int64_t blocked_now_ns = exchange_.blocked_ns();
      upstream_.postpone(blocked_now_ns - blocked_ns);
      blocked_ns = blocked_now_ns;
    }
    if (broken) break;
  }

  if (!begun) {
    upstream_.close();
    co_return fail_attempt(std::move(*broken));
  }
  if (broken->blame() == Blame::channel) {
    choice.attempt.failed(*broken, relay_.worker.now_ns(), relay_.catalog()->health_policy());
    relay_.metrics.upstream_failed(channel_, broken->code());
  }
  if (broken->code() == ErrorCode::client_gone) co_await await_usage(*pump, flow);
  upstream_.close();
  co_await end_stream_with(*broken, *pump);
  co_return Outcome::answered;
}

void RelayCall::leave_admission_for_stream() {
  relay_.give_back(std::move(admission_));
  exchange_.release_body();
}

/// A stream pays as it goes: what is about to be forwarded is covered first.
Result<void> RelayCall::hold_enough(const StreamPump& pump) {
  const std::int64_t wanted =
      tokens_to_hold(static_cast<std::int64_t>(pump.delivered_bytes()), held_output_tokens_, shape_.output);
  if (wanted <= held_output_tokens_) return {};
  auto held = reservation_.extend_to(stream_hold(shape_, reservation_.price(), reservation_.group_ratio(), wanted));
  if (held) held_output_tokens_ = wanted;
  return held;
}

/// The client left an answer whose end was seen: only its usage is still to come.
net::Task<void> RelayCall::await_usage(StreamPump& pump, Flow& flow) {
  using Status = http::BodyPiece::Status;
  relay_.metrics.client_left(true);
  if (!pump.finish_seen() || pump.ended() || settings().usage_wait_ms <= 0) co_return;
  upstream_.ignore_signal(settings().usage_wait_ms);
  for (;;) {
    const http::BodyPiece piece = upstream_.try_read();
    if (piece.status == Status::would_block) {
      co_await upstream_.wait();
      continue;
    }
    if (piece.status != Status::data) co_return;
    pump.feed(piece.bytes, flow);
    if (pump.ended() || pump.failure()) co_return;
  }
}

net::Task<void> RelayCall::end_stream_with(const Error& error, const StreamPump& pump) {
  error_ = error;
  note_error(error);
  settle(pump.usage(), pump.delivered_bytes(), pump.ended(), error.http_status());
  co_await write_stream_error(error);
}

/// The balance does not cover what came last: that is neither forwarded nor charged.
net::Task<void> RelayCall::end_unpaid_stream(const Error& error) {
  error_ = error;
  note_error(error);
  const Metered earned{reservation_.earned_usage(), reservation_.facts().estimated};
  settle(earned, false, error.http_status());
  co_await write_stream_error(error);
}

net::Task<void> RelayCall::write_stream_error(const Error& error) {
  if (error.code() == ErrorCode::client_gone) {
    exchange_.abort();
    co_return;
  }
  (void)co_await exchange_.finish(route_.dialect->render_error(error, id_.view(), true));
}

/// Reads the end of the upstream's body, so that its connection can be used again.
net::Task<void> RelayCall::finish_upstream() {
  using Status = http::BodyPiece::Status;
  if (upstream_.is_local()) co_return;
  upstream_.ignore_signal(kTailMs);
  for (;;) {
    const http::BodyPiece piece = upstream_.try_read();
    if (piece.status == Status::would_block) {
      co_await upstream_.wait();
    } else if (piece.status != Status::data) {
      break;
    }
  }
}

}  // namespace tollgate::relay
