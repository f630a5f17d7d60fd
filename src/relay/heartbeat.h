#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "http/exchange.h"
#include "http/message.h"
#include "net/event.h"
#include "net/task.h"

namespace tollgate::relay {

/// Bytes that mean nothing, for a client whose answer does not come yet, so that nothing in between takes the
/// connection for dead. The first of them carries the answer's head, status 200: what fails afterwards is told in the
/// body. One worker.
class Heartbeat {
 public:
  /// The first is due after `silence_ms`, and one every kIntervalMs from then on.
  /// @param headers  Of the answer, whatever it will be.
  /// @param bytes    What is sent; outlives it.
  Heartbeat(http::Exchange& exchange, http::HeaderBlock headers, std::string_view bytes, std::int64_t silence_ms);
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  /// Beats by itself from now on, while its owner waits for something else and leaves the exchange alone.
  void begin();
  /// No longer: when this is done, the exchange is the owner's. Must follow each `begin`.
  net::Task<void> stop();

  /// For an owner that waits itself: when to call `beat`.
  [[nodiscard]] Deadline due() const { return due_; }
  [[nodiscard]] net::MaybeTask<Result<void>> beat();

  static constexpr std::int64_t kIntervalMs = 5'000;
  /// A comment of an event stream, and white space before a JSON document.
  static constexpr std::string_view kOfStreams = ": keep-alive\n\n", kOfDocuments = "\n";

 private:
  net::Task<void> go_on();

  http::Exchange& exchange_;
  http::HeaderBlock headers_;
  std::string_view bytes_;
  Deadline due_;
  net::Event stopping_, ended_;
};

}  // namespace tollgate::relay
