#include "relay/upstream_call.h"

#include <ctime>
#include <utility>

#include "base/strings.h"

namespace tollgate::relay {
namespace {

Error too_late(std::string_view what) {
  return Error(ErrorCode::upstream_timeout, "the provider did not answer in time").detail(std::string(what));
}

std::optional<std::int64_t> parse_http_date(const std::string& text) {
  std::tm when{};
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &when) == nullptr) return std::nullopt;
  return timegm(&when);
}

std::optional<std::int64_t> retry_after_of(const http::Headers& headers, std::int64_t now_unix_s) {
  if (const auto ms = parse_int(headers.get("retry-after-ms")); ms && *ms >= 0) return ms;
  return parse_retry_after(headers.get("retry-after"), now_unix_s);
}

bool is_encoded(const http::Headers& headers) {
  const std::string_view encoding = trim(headers.get("content-encoding"));
  return !encoding.empty() && !iequals(encoding, "identity");
}

}  // namespace

std::optional<std::int64_t> parse_retry_after(std::string_view value, std::int64_t now_unix_s) {
  constexpr std::int64_t kMostSeconds = 366 * 86400;
  value = trim(value);
  if (value.empty() || value.size() > 64) return std::nullopt;
  if (const auto seconds = parse_int(value)) {
    if (*seconds < 0 || *seconds > kMostSeconds) return std::nullopt;
    return *seconds * 1000;
  }
  const auto date = parse_http_date(std::string(value));
  if (!date || *date - now_unix_s > kMostSeconds) return std::nullopt;
  return *date > now_unix_s ? (*date - now_unix_s) * 1000 : 0;
}

net::Task<Result<AnswerHead>> UpstreamCall::send(const http::OutgoingRequest& request) {
  local_ = false;
  const auto head = co_await http_.send(request);
  if (!head) co_return std::unexpected(head.error());
  const std::int64_t now_s = net::Worker::current().now_unix_ms() / 1000;
  co_return AnswerHead{.status = (*head)->status,
                       .content_type = (*head)->headers.get("content-type"),
                       .retry_after_ms = retry_after_of((*head)->headers, now_s),
                       .encoded = is_encoded((*head)->headers)};
}

net::Task<Result<AnswerHead>> UpstreamCall::play(providers::LocalAnswer answer, const http::CallDeadlines& deadlines) {
  local_ = true;
  done_ = false;
  next_step_ = 0;
  failure_.reset();
  script_ = std::move(answer);
  deadlines_ = deadlines;
  net::Worker& worker = net::Worker::current();
  const bool stalls = script_.steps.empty() && script_.end == providers::LocalAnswer::End::stalled;
  const std::int64_t head_delay = stalls ? std::max<std::int64_t>(deadlines.first_byte_ms, 1) : script_.head_delay_ms;
  if (head_delay > 0 && !co_await worker.sleep(head_delay, &signal_)) co_return std::unexpected(signal_.error());
  if (stalls) co_return fail(too_late("first byte"));
  due_ns_ = worker.now_ns() + (script_.steps.empty() ? 0 : script_.steps[0].delay_ms * 1'000'000);
  AnswerHead head{.status = script_.status, .content_type = {}, .retry_after_ms = {}, .encoded = false};
  for (const auto& [name, value] : script_.headers) {
    if (iequals(name, "content-type")) head.content_type = value;
    if (iequals(name, "retry-after")) head.retry_after_ms = parse_retry_after(value, worker.now_unix_ms() / 1000);
  }
  co_return head;
}

http::BodyPiece UpstreamCall::fail_local(Error error) {
  done_ = true;
  failure_ = std::move(error);
  return {.status = http::BodyPiece::Status::failed, .bytes = {}};
}

http::BodyPiece UpstreamCall::try_read() {
  using Status = http::BodyPiece::Status;
  if (!local_) return http_.try_read();
  if (failure_ || done_) return {.status = failure_ ? Status::failed : Status::end, .bytes = {}};
  if (heed_signal_ && signal_.canceled()) return fail_local(signal_.error());
  const net::Worker& worker = net::Worker::current();
  if (next_step_ == script_.steps.size()) {
    switch (script_.end) {
      case providers::LocalAnswer::End::complete:
        done_ = true;
        return {.status = Status::end, .bytes = {}};
      case providers::LocalAnswer::End::broken:
        return fail_local(Error(ErrorCode::upstream_reset, "the provider broke the connection"));
      case providers::LocalAnswer::End::stalled:
        if (worker.now_ns() >= due_ns_) return fail_local(too_late("between bytes"));
        return {.status = Status::would_block, .bytes = {}};
    }
  }
  if (worker.now_ns() < due_ns_) return {.status = Status::would_block, .bytes = {}};
  const providers::LocalStep& step = script_.steps[next_step_++];
  const bool stalls = next_step_ == script_.steps.size() && script_.end == providers::LocalAnswer::End::stalled;
  const std::int64_t pause_ms = next_step_ < script_.steps.size() ? script_.steps[next_step_].delay_ms
                                : stalls                          ? deadlines_.between_bytes_ms
                                                                  : 0;
  due_ns_ = worker.now_ns() + pause_ms * 1'000'000;
  if (step.bytes.empty()) return try_read();
  return {.status = Status::data, .bytes = step.bytes};
}

net::Task<void> UpstreamCall::wait(Deadline wake) {
  if (local_) {
    co_await wait_local(wake);
  } else {
    co_await http_.readable(wake);
  }
}

net::Task<void> UpstreamCall::wait_local(Deadline wake) {
  net::Worker& worker = net::Worker::current();
  const std::int64_t until_ns = Deadline::at_ns(due_ns_).sooner(wake).ns();
  const std::int64_t ms = (until_ns - worker.now_ns() + 999'999) / 1'000'000;
  co_await worker.sleep(ms, heed_signal_ ? &signal_ : nullptr);
}

net::MaybeTask<Result<http::Call::Whole>> UpstreamCall::read_whole(std::size_t limit) {
  if (!local_) return http_.read_whole(limit);
  return gather_local(limit);
}

net::Task<Result<http::Call::Whole>> UpstreamCall::gather_local(std::size_t limit) {
  gathered_.clear();
  for (;;) {
    const http::BodyPiece piece = try_read();
    switch (piece.status) {
      case http::BodyPiece::Status::data:
        gathered_.append(piece.bytes);
        if (gathered_.size() > limit) {
          co_return http::Call::Whole{.bytes = gathered_, .complete = false};
        }
        break;
      case http::BodyPiece::Status::would_block:
        co_await wait();
        break;
      case http::BodyPiece::Status::end:
        gathered_.reserve(gathered_.size() + net::Worker::kReadPadding);
        co_return http::Call::Whole{.bytes = gathered_, .complete = true};
      case http::BodyPiece::Status::failed:
        co_return std::unexpected(*failure_);
    }
  }
}

void UpstreamCall::ignore_signal(std::int64_t ms) {
  heed_signal_ = false;
  if (!local_) http_.ignore_signal(net::Worker::current().in_ms(ms));
}

}  // namespace tollgate::relay
