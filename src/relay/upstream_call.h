#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/client.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/worker.h"
#include "providers/local.h"

namespace tollgate::relay {

/// What an attempt looks at in an answer's head.
struct AnswerHead {
  int status = 0;
  std::string_view content_type;  ///< good as long as the call
  std::optional<std::int64_t> retry_after_ms;
  bool encoded = false;  ///< compressed, although nobody asked for it: its body says nothing to us or to a client
};

/// `Retry-After` in milliseconds: seconds, or an HTTP date counted from `now_unix_s`; also OpenAI's `retry-after-ms`.
[[nodiscard]] std::optional<std::int64_t> parse_retry_after(std::string_view value, std::int64_t now_unix_s);

/// One call to an upstream, over a socket or played from a provider's script, behind one interface. Lives in the call's
/// frame; see http::Call for lifetimes and errors.
class UpstreamCall {
 public:
  UpstreamCall(http::Client& client, net::CancelSignal& signal) : signal_(signal), http_(client, &signal) {}

  net::Task<Result<AnswerHead>> send(const http::OutgoingRequest& request);
  /// @param first_byte_ms, between_bytes_ms  As http::CallDeadlines; 0: none.
  net::Task<Result<AnswerHead>> play(providers::LocalAnswer answer, const http::CallDeadlines& deadlines);

  http::BodyPiece try_read();
  /// Waits until `try_read` has something to say, or until `wake`. `wait_local` is for scripts; a socket's wait is
  /// http().readable(), which costs no frame.
  net::Task<void> wait(Deadline wake = Deadline::never());
  net::Task<void> wait_local(Deadline wake);
  /// The body in one piece, or its first `limit` bytes (http::Call::Whole).
  net::MaybeTask<Result<http::Call::Whole>> read_whole(std::size_t limit);

  [[nodiscard]] const std::optional<Error>& failure() const { return local_ ? failure_ : http_.failure(); }
  void ignore_signal(std::int64_t ms);
  void postpone(std::int64_t ns) {
    if (!local_) http_.postpone(ns);
  }
  void close() {
    if (local_) {
      done_ = true;
    } else {
      http_.close();
    }
  }
  [[nodiscard]] bool is_local() const { return local_; }
  [[nodiscard]] http::Call& http() { return http_; }

 private:
  net::Task<Result<http::Call::Whole>> gather_local(std::size_t limit);
  [[nodiscard]] http::BodyPiece fail_local(Error error);

  net::CancelSignal& signal_;
  http::Call http_;
  bool local_ = false;
  bool done_ = false;
  bool heed_signal_ = true;
  providers::LocalAnswer script_;
  http::CallDeadlines deadlines_;
  std::size_t next_step_ = 0;
  std::int64_t due_ns_ = 0;
  std::string gathered_;
  std::optional<Error> failure_;
};

}  // namespace tollgate::relay
