#include "relay/relay_call.h"

#include <algorithm>
#include <utility>

#include "config/settings.h"
#include "dialects/registry.h"
#include "telemetry/log.h"

namespace tollgate::relay {
namespace {

/// Another candidate may have better luck. A channel whose own configuration is at fault is no reason to stop.
bool worth_another(const Error& error) {
  return error.retry() == Retry::other_channel || error.code() == ErrorCode::channel_not_usable ||
         error.code() == ErrorCode::not_supported;
}

bool is_limit(const Error& error) { return error.code() == ErrorCode::upstream_rate_limited; }

/// Refusals that leave a row in the log: those that an operator or the caller will look for there.
bool belongs_in_log(ErrorCode code) {
  switch (code) {
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::client_gone:
    case ErrorCode::shutting_down:
    case ErrorCode::overloaded:
    case ErrorCode::storage_unavailable:
      return false;
    default:
      return true;
  }
}

/// The model may be any text that a caller thought of: the labels of metrics are for those that exist.
constexpr std::string_view kInventedModel = "(unknown)";
bool is_invented(ErrorCode code) { return code == ErrorCode::model_not_found || code == ErrorCode::model_not_allowed; }

}  // namespace

RelayCall::RelayCall(WorkerRelay& relay, http::Exchange& exchange, const RouteFacts& route)
    : relay_(relay),
      exchange_(exchange),
      route_(route),
      id_(relay.ids.next(relay.worker.now_unix_ms() * 1'000'000)),
      began_ns_(exchange.received_ns()),
      admission_(relay.take_admission()),
      upstream_(relay.client, exchange.cancel_signal()),
      in_flight_(relay.metrics.in_flight) {
  admission_->catalog = relay.catalog();
  settings_ = admission_->catalog->shared_settings();
  facts_.request_id = id_;
  facts_.created_ms = relay.worker.now_unix_ms();
  facts_.operation = route.operation;
  facts_.client_dialect = route.dialect->id;
  facts_.no_log = !settings_->log_consume;
}

RelayCall::~RelayCall() {
  if (admission_) relay_.give_back(std::move(admission_));
}

net::Task<void> RelayCall::run() {
  if (auto known = co_await identify(); !known) {
    co_await refuse(known.error());
    co_return;
  }
  co_await serve_admitted();
}

net::Task<void> RelayCall::run_for(Caller caller, std::string_view body) {
  take_caller(std::move(caller));
  given_body_ = body;
  co_await serve_admitted();
}

net::Task<void> RelayCall::serve_admitted() {
  if (auto admitted = co_await admit(); !admitted) {
    co_await refuse(admitted.error());
    co_return;
  }
  if (caller_->heartbeat && llm::traits_of(route_.operation).generates) make_heartbeat();
  co_await attempts();
  write_down();
}

void RelayCall::make_heartbeat() {
  http::HeaderBlock headers;
  if (stream_) {
    stream_headers(headers, exchange_.head(), id_.view(), settings().cors_origins);
  } else {
    answer_headers(headers, exchange_.head(), id_.view(), "application/json", settings().cors_origins);
  }
  heartbeat_ = std::make_unique<Heartbeat>(exchange_, std::move(headers),
                                           stream_ ? Heartbeat::kOfStreams : Heartbeat::kOfDocuments,
                                           std::int64_t{caller_->heartbeat_seconds} * 1000);
}

void RelayCall::start_answer(int status, const http::HeaderBlock& headers) {
  if (!exchange_.started()) exchange_.start(status, headers);
}

net::MaybeTask<Result<void>> RelayCall::respond(int status, const http::HeaderBlock& headers, std::string_view body) {
  if (exchange_.started()) return exchange_.finish(body);
  return exchange_.respond(status, headers, body);
}

net::Task<void> RelayCall::attempts() {
  const std::int64_t window_ms = settings().retry_window_ms;
  std::int64_t retries_left = settings().retry_times;
  for (;;) {
    auto choice = admission_->chooser->next(relay_.rng, relay_.worker.now_ns());
    if (!choice) {
      // What the last attempt met says more than that nothing is left; but of limits, the one that ends first counts.
      if (!error_) {
        error_ = std::move(choice.error());
      } else if (is_limit(*error_) && is_limit(choice.error())) {
        error_->retry_after_ms(*choice.error().retry_after_ms());
      }
      break;
    }
    channel_ = choice->channel->id;
    const Outcome outcome = co_await attempt(*choice);
    if (outcome == Outcome::answered) co_return;

    // Whoever left while we waited says nothing about the channel.
    if (exchange_.cancel_signal().canceled()) {
      error_ = exchange_.cancel_signal().error();
      break;
    }
    const Error& failed = *error_;
    if (failed.blame() == Blame::account) {
      // No channel's errors count what its callers cannot pay.
      channel_ = {};
      (reservation_.is_open() ? reservation_.facts() : facts_).channel = {};
    } else {
      count_attempt(failed.code());
    }
    if (failed.blame() == Blame::channel) {
      choice->attempt.failed(failed, relay_.worker.now_ns(), admission_->catalog->health_policy());
      relay_.metrics.upstream_failed(channel_, failed.code());
      log::failure(log::Level::warn, "attempt failed", failed,
                   {{"request_id", id_.view()}, {"channel", channel_.value}, {"model", admission_->model}});
    }
    const bool in_time = window_ms == 0 || elapsed_ms() < window_ms;
    if (!worth_another(failed) || retries_left <= 0 || !in_time || pin_.kind == catalog::Pin::Kind::use) break;
    --retries_left;
    admission_->chooser->exclude(*choice, failed);
    relay_.metrics.retried(failed.code());
  }
  co_await answer_failure();
}

net::Task<void> RelayCall::answer_failure() {
  const Error error = std::move(*error_);
  note_error(error);
  status_ = error.http_status();
  ledger::CallFacts& facts = reservation_.is_open() ? reservation_.facts() : facts_;
  facts.status = static_cast<std::uint16_t>(status_);
  facts.latency_ms = static_cast<std::uint32_t>(elapsed_ms());
  if (reservation_.is_open()) {
    reservation_.release();
  } else if (belongs_in_log(error.code())) {
    relay_.books.log_refused(caller_->user, caller_->token, facts);
  }
  if (error.code() == ErrorCode::client_gone) {
    relay_.metrics.client_left(false);
    exchange_.abort();
  } else if (exchange_.started()) {
    (void)co_await exchange_.finish(route_.dialect->render_error(error, id_.view(), stream_));
  } else {
    (void)co_await exchange_.respond(
        error_answer(*route_.dialect, error, exchange_.head(), id_.view(), settings().cors_origins));
  }
}

net::Task<void> RelayCall::refuse(const Error& error) {
  relay_.metrics.refused(error.code());
  if (caller_ && belongs_in_log(error.code())) {
    note_error(error);
    facts_.status = static_cast<std::uint16_t>(error.http_status());
    facts_.latency_ms = static_cast<std::uint32_t>(elapsed_ms());
    relay_.books.log_refused(caller_->user, caller_->token, facts_);
  }
  status_ = error.http_status();
  error_ = error;
  if (error.code() == ErrorCode::client_gone) {
    exchange_.abort();
  } else {
    (void)co_await exchange_.respond(
        error_answer(*route_.dialect, error, exchange_.head(), id_.view(), settings().cors_origins));
  }
  write_down();
}

void RelayCall::note_error(const Error& error) {
  ledger::CallFacts& facts = reservation_.is_open() ? reservation_.facts() : facts_;
  facts.error = relay_.books.name(error.name());
}

void RelayCall::count_attempt(std::optional<ErrorCode> error) {
  ledger::CallFacts& facts = reservation_.is_open() ? reservation_.facts() : facts_;
  facts.channel = channel_;
  facts.add_attempt(channel_, error);
  // Answered: what went wrong before it is among the attempts.
  if (!error) error_.reset();
  ++attempts_;
}

void RelayCall::settle(const llm::Usage& reported, std::uint64_t delivered_bytes, bool complete, int status) {
  settle(meter(reported, shape_.prompt, delivered_bytes, complete), complete, status);
}

void RelayCall::settle(const Metered& metered, bool complete, int status) {
  usage_ = metered.usage;
  status_ = status;
  ledger::CallFacts& facts = reservation_.facts();
  facts.status = static_cast<std::uint16_t>(status);
  facts.latency_ms = static_cast<std::uint32_t>(elapsed_ms());
  facts.first_byte_ms = static_cast<std::uint32_t>(first_byte_ns_ / 1'000'000);
  facts.estimated = metered.estimated;
  facts.cut_short = !complete;
  charged_ = reservation_.settle(metered.usage);
}

std::int64_t RelayCall::elapsed_ms() const { return (relay_.worker.now_ns() - began_ns_) / 1'000'000; }

void RelayCall::write_down() {
  const std::int64_t latency_ns = relay_.worker.now_ns() - began_ns_;
  if (caller_ && model_name_ != ledger::NameId::none) {
    relay_.metrics.ended({.model = error_ && is_invented(error_->code()) ? kInventedModel : model_text_,
                          .channel = channel_,
                          .status = status_,
                          .latency_ns = latency_ns,
                          .first_byte_ns = first_byte_ns_,
                          .usage = usage_,
                          .charged = charged_});
  }
  if (!log::access_enabled()) return;
  const std::string client = exchange_.peer().to_string();
  log::access({.request_id = id_.view(),
               .method = exchange_.head().method_text,
               .path = exchange_.head().path,
               .client = client,
               .model = model_text_,
               .upstream_model = {},
               .error = error_ ? error_->name() : std::string_view(),
               .user_agent = exchange_.head().headers.get("user-agent"),
               .status = status_,
               .latency_us = latency_ns / 1000,
               .first_byte_us = first_byte_ns_ > 0 ? first_byte_ns_ / 1000 : -1,
               .bytes_in = -1,
               .bytes_out = static_cast<std::int64_t>(exchange_.bytes_sent()),
               .user_id = caller_ ? caller_->user.value : 0,
               .token_id = caller_ ? caller_->token.value : 0,
               .channel_id = channel_.value,
               .input_tokens = usage_.empty() ? -1 : usage_.input_total(),
               .output_tokens = usage_.empty() ? -1 : usage_.output_total(),
               .quota = charged_,
               .attempts = attempts_});
}

net::Task<void> serve(WorkerRelay& relay, http::Exchange& exchange, const RouteFacts& route) {
  RelayCall call(relay, exchange, route);
  co_await call.run();
}

}  // namespace tollgate::relay
