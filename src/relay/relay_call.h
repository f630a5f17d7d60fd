#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/chooser.h"
#include "catalog/credential.h"
#include "catalog/token.h"
#include "http/exchange.h"
#include "ledger/reservation.h"
#include "llm/dialect.h"
#include "llm/ids.h"
#include "relay/admission.h"
#include "relay/answer.h"
#include "relay/caller.h"
#include "relay/heartbeat.h"
#include "relay/metering.h"
#include "relay/pump.h"
#include "relay/upstream_call.h"
#include "relay/worker_relay.h"

namespace tollgate::relay {

/// What a route is for.
struct RouteFacts {
  const llm::Dialect* dialect = nullptr;
  llm::Operation operation = llm::Operation::chat;
  catalog::CredentialStyle credentials = catalog::CredentialStyle::openai;
};

/// One model request from its head to its settlement. Lives in the handler's coroutine frame.
///
/// Steps, in this order: who calls, may they, how fast; the body and its envelope; the model and its channels; then
/// attempts until one answers. An attempt prepares the body, reserves what it may cost, sends, and classifies; a
/// failure before the first byte of an answer goes to the next candidate. The settlement is a plain call that precedes
/// the answer's last bytes, and the reservation's destructor settles what was delivered if anything goes wrong on the
/// way.
class RelayCall {
 public:
  RelayCall(WorkerRelay& relay, http::Exchange& exchange, const RouteFacts& route);
  ~RelayCall();
  RelayCall(const RelayCall&) = delete;
  RelayCall& operator=(const RelayCall&) = delete;

  /// The whole call, for a caller who shows a key.
  net::Task<void> run();
  /// The same for a caller who is known already, and a body in place of the one that came.
  /// @param body  At least json::kScanPadding readable bytes behind it; outlives the call.
  net::Task<void> run_for(Caller caller, std::string_view body);

 private:
  // A step that is `noinline` has a coroutine frame of its own. As a part of its caller's it would take up memory for
  // as long as a stream lasts.

  /// What came of an attempt.
  enum class Outcome : std::uint8_t {
    answered,  ///< the client has its answer, or its end
    failed,    ///< nothing reached the client; `error_` says why
  };

  // admission.cpp
  [[gnu::noinline]] net::Task<Result<void>> identify();
  void take_caller(Caller caller);
  [[gnu::noinline]] net::Task<Result<void>> admit();
  [[gnu::noinline]] net::Task<Result<void>> read_envelope();
  Result<void> choose_groups();

  // relay_call.cpp
  net::Task<void> serve_admitted();
  net::Task<void> attempts();
  [[gnu::noinline]] net::Task<void> refuse(const Error& error);
  [[gnu::noinline]] net::Task<void> answer_failure();
  void write_down();
  void make_heartbeat();
  /// The answer's head, which a heartbeat may have sent already.
  void start_answer(int status, const http::HeaderBlock& headers);
  /// The whole answer; behind a heartbeat its status is 200, whatever `status` says.
  [[nodiscard]] net::MaybeTask<Result<void>> respond(int status, const http::HeaderBlock& headers,
                                                     std::string_view body);

  // attempt.cpp
  net::Task<Outcome> attempt(catalog::Choice& choice);
  [[nodiscard]] bool rewrites_large_body(const catalog::Channel& channel) const;
  Result<void> prepare(const catalog::Choice& choice);
  [[gnu::noinline]] net::Task<Result<void>> prepare_off_loop(const catalog::Choice& choice);
  Result<void> reserve(const catalog::Choice& choice);
  [[gnu::noinline]] net::Task<Result<AnswerHead>> send(const catalog::Choice& choice);
  [[gnu::noinline]] net::Task<Error> read_failure(const catalog::Choice& choice, const AnswerHead& head);
  void leave_admission_for_stream();

  // plain_answer.cpp
  [[gnu::noinline]] net::Task<Outcome> answer_plain(catalog::Choice& choice, const AnswerHead& head);
  net::Task<Outcome> answer_large(catalog::Choice& choice, const AnswerHead& head, std::string_view first);
  net::Task<Outcome> answer_converted(catalog::Choice& choice, std::string_view body);

  // stream_answer.cpp
  net::Task<Outcome> answer_stream(catalog::Choice& choice);
  [[gnu::noinline]] net::Task<void> await_usage(StreamPump& pump, Flow& flow);
  [[gnu::noinline]] net::Task<void> end_stream_with(const Error& error, const StreamPump& pump);
  [[gnu::noinline]] net::Task<void> end_unpaid_stream(const Error& error);
  [[gnu::noinline]] net::Task<void> write_stream_error(const Error& error);
  [[gnu::noinline]] net::Task<void> finish_upstream();
  Result<void> hold_enough(const StreamPump& pump);

  [[nodiscard]] Outcome fail_attempt(Error error) {
    error_ = std::move(error);
    return Outcome::failed;
  }
  void count_attempt(std::optional<ErrorCode> error);
  /// Charges and notes; the charge survives a crash from here on.
  void settle(const llm::Usage& reported, std::uint64_t delivered_bytes, bool complete, int status);
  void settle(const Metered& metered, bool complete, int status);
  void note_error(const Error& error);
  [[nodiscard]] std::int64_t elapsed_ms() const;
  [[nodiscard]] const config::Settings& settings() const { return *settings_; }

  WorkerRelay& relay_;
  http::Exchange& exchange_;
  const RouteFacts route_;
  const telemetry::RequestId id_;
  const std::int64_t began_ns_;
  std::shared_ptr<const config::Settings> settings_;
  std::unique_ptr<Admission> admission_;
  std::optional<std::string_view> given_body_;  ///< in place of the exchange's
  catalog::TokenRef caller_;
  catalog::Pin pin_;
  catalog::CallSlots slots_;
  ledger::Reservation reservation_;
  ledger::CallFacts facts_;  ///< until there is a reservation
  CallShape shape_;
  std::shared_ptr<const net::Endpoint> endpoint_;  ///< of upstream_, which it outlives
  UpstreamCall upstream_;
  telemetry::GaugeGuard in_flight_;
  std::unique_ptr<Heartbeat> heartbeat_;  ///< where the token asks for one
  std::optional<Error> error_;

  // What the answer's readers need of the attempt after the admission is gone.
  const llm::Dialect* upstream_dialect_ = nullptr;
  llm::UsageReader read_usage_ = nullptr;
  std::unique_ptr<llm::Conversion> conversion_;
  llm::Mode mode_ = llm::Mode::bytes;
  bool keep_usage_ = false;
  bool stream_ = false;
  std::int64_t held_output_tokens_ = 0;

  // For metrics and the access log.
  ledger::NameId model_name_ = ledger::NameId::none;
  std::string_view model_text_;  ///< in the ledger's table of names
  std::int64_t first_byte_ns_ = 0;
  llm::Usage usage_;
  Quota charged_ = 0;
  int status_ = 0;
  int attempts_ = 0;
  ChannelId channel_;
};

/// The handler of a model route.
net::Task<void> serve(WorkerRelay& relay, http::Exchange& exchange, const RouteFacts& route);

}  // namespace tollgate::relay
