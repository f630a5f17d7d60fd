#include <algorithm>
#include <array>
#include <utility>

#include "config/settings.h"
#include "json/value.h"
#include "llm/operation.h"
#include "relay/relay_call.h"
#include "relay/usage_scanner.h"

namespace tollgate::relay {
namespace {

constexpr std::string_view kJson = "application/json";

Error no_answer(std::string_view body) {
  return Error(ErrorCode::upstream_bad_answer, "the provider's answer could not be understood")
      .detail(std::string(body.substr(0, 512)));
}

}  // namespace

net::Task<RelayCall::Outcome> RelayCall::answer_plain(catalog::Choice& choice, const AnswerHead& head) {
  const bool converts = mode_ == llm::Mode::convert;
  const auto limit = static_cast<std::size_t>(converts ? settings().max_answer_bytes : settings().answer_buffer_bytes);
  const auto whole = co_await upstream_.read_whole(limit);
  if (!whole) co_return fail_attempt(whole.error());
  if (!whole->complete) {
    if (!converts) co_return co_await answer_large(choice, head, whole->bytes);
    upstream_.close();
    co_return fail_attempt(Error(ErrorCode::upstream_bad_answer, "the provider's answer is too large"));
  }

  const providers::ProviderDescriptor& provider = *choice.channel->provider;
  if (provider.errors_with_status_200 && provider.classify_error != nullptr) {
    if (auto error = provider.classify_error(head.status, whole->bytes)) co_return fail_attempt(std::move(*error));
  }
  const llm::PlainTap tap = upstream_dialect_->tap_plain(whole->bytes, read_usage_);
  if (!tap.well_formed) co_return fail_attempt(no_answer(whole->bytes));
  if (tap.is_error) co_return fail_attempt(upstream_dialect_->parse_error(head.status, whole->bytes));
  if (converts) co_return co_await answer_converted(choice, whole->bytes);

  choice.attempt.answered(relay_.worker.now_ns());
  count_attempt(std::nullopt);
  settle(tap.usage, tap.delivered_bytes, true, head.status);
  answer_headers(relay_.answer_headers, exchange_.head(), id_.view(), kJson, settings().cors_origins);
  (void)co_await respond(head.status, relay_.answer_headers, whole->bytes);
  co_return Outcome::answered;
}

net::Task<RelayCall::Outcome> RelayCall::answer_converted(catalog::Choice& choice, std::string_view body) {
  const auto tree = json::parse_object(body);
  if (!tree) co_return fail_attempt(no_answer(body));
  conversion_ = std::move(admission_->upstream.conversion);
  auto parsed = upstream_dialect_->parse_response(*tree, *conversion_);
  if (!parsed) co_return fail_attempt(std::move(parsed.error()));
  const llm::PlainTap tap = upstream_dialect_->tap_plain(body, read_usage_);
  // The client is told what it is charged for, also where that had to be counted.
  const Metered metered = meter(parsed->usage.value_or(llm::Usage{}), shape_.prompt, tap.delivered_bytes, true);
  parsed->usage = metered.usage;
  std::string text;
  json::serialize_to(route_.dialect->render_response(*parsed, *conversion_), text);

  choice.attempt.answered(relay_.worker.now_ns());
  count_attempt(std::nullopt);
  settle(metered, true, 200);
  answer_headers(relay_.answer_headers, exchange_.head(), id_.view(), kJson, settings().cors_origins);
  (void)co_await respond(200, relay_.answer_headers, text);
  co_return Outcome::answered;
}

/// Forwarded as it comes. The last byte waits for the settlement, so that no whole answer leaves uncharged.
net::Task<RelayCall::Outcome> RelayCall::answer_large(catalog::Choice& choice, const AnswerHead& head,
                                                      std::string_view first) {
  using Status = http::BodyPiece::Status;
  UsageScanner scanner;
  choice.attempt.answered(relay_.worker.now_ns());
  count_attempt(std::nullopt);
  answer_headers(relay_.answer_headers, exchange_.head(), id_.view(), kJson, settings().cors_origins);
  start_answer(head.status, relay_.answer_headers);
  const auto most = static_cast<std::uint64_t>(settings().max_answer_bytes);
  std::uint64_t passed = 0;
  std::int64_t blocked_ns = exchange_.blocked_ns();
  char held = 0;
  std::string_view bytes = first;
  std::optional<Error> broken;
  for (;;) {
    if (!bytes.empty()) {
      scanner.feed(bytes);
      const std::array<std::string_view, 2> pieces{passed > 0 ? std::string_view(&held, 1) : std::string_view(),
                                                   bytes.substr(0, bytes.size() - 1)};
      const char next = bytes.back();
      passed += bytes.size();
      if (auto written = co_await exchange_.write(pieces); !written) {
        broken = written.error();
        break;
      }
      // A client that reads slowly does not make the upstream late.
      const std::int64_t blocked_now_ns = exchange_.blocked_ns();
      upstream_.postpone(blocked_now_ns - blocked_ns);
      blocked_ns = blocked_now_ns;
      held = next;
    }
    if (passed > most) {
      broken = Error(ErrorCode::upstream_bad_answer, "the provider's answer is too large");
      break;
    }
    const http::BodyPiece piece = upstream_.try_read();
    if (piece.status == Status::end) break;
    if (piece.status == Status::failed) {
      broken = *upstream_.failure();
      break;
    }
    bytes = piece.bytes;
    if (piece.status == Status::would_block) {
      bytes = {};
      co_await upstream_.wait();
    }
  }
  llm::Usage usage;
  if (!scanner.value().empty()) usage = llm::read_usage_text(scanner.value(), read_usage_).value_or(llm::Usage{});
  if (broken) note_error(*broken);
  // Vectors and verdicts are no text.
  const std::uint64_t delivered = llm::traits_of(route_.operation).generates ? passed : 0;
  settle(usage, delivered, !broken, broken ? broken->http_status() : head.status);
  if (broken) {
    if (broken->blame() == Blame::channel) {
      choice.attempt.failed(*broken, relay_.worker.now_ns(), admission_->catalog->health_policy());
      relay_.metrics.upstream_failed(channel_, broken->code());
    }
    error_ = std::move(broken);
    upstream_.close();
    exchange_.abort();
  } else {
    (void)co_await exchange_.finish(std::string_view(&held, 1));
  }
  co_return Outcome::answered;
}

}  // namespace tollgate::relay
