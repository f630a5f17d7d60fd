#pragma once

#include <cstdint>
#include <utility>

#include "base/error.h"
#include "ledger/cells.h"
#include "ledger/prices.h"
#include "ledger/record.h"
#include "llm/usage.h"

namespace tollgate::ledger {

class WorkerLedger;

/// How much a call may cost.
struct Bounds {
  /// Set aside at once: what `estimate_cost` says for the attempt about to go out. Not negative.
  Quota estimate = 0;
  /// The most it can cost, where nothing can be extended on the way: a plain answer, or a stream that reasons unseen. 0
  /// for a stream that extends before it forwards. Above the estimate it is set aside too if the balance allows; if
  /// not, the call may run, but only one such call of an account at a time.
  Quota maximum = 0;
};

/// A call's hold on its caller's balance, from admission to its end, and its place in the journal. Move-only; lives in
/// the call's coroutine frame, on the worker that opened it (some 700 bytes). Nothing here waits, allocates or touches
/// storage.
///
///     auto held = worker.open(account, price, ratio, {.estimate = ...}, facts);
///     ...                                       // attempts: held->facts().add_attempt(...)
///     held->extend_to(cost_of_what_is_about_to_be_forwarded);
///     held->earn(usage);                        // after each event of a stream
///     held->settle(usage);                      // before the answer's last bytes
///
/// Destroyed unsettled, it settles what was earned (facts().cut_short is set then), and releases only if nothing was.
class Reservation {
 public:
  /// Holds nothing.
  Reservation() = default;
  Reservation(Reservation&& other) noexcept { take(other); }
  Reservation& operator=(Reservation&& other) noexcept {
    if (this != &other) {
      finish();
      take(other);
    }
    return *this;
  }
  ~Reservation() { finish(); }

  /// Neither settled nor released.
  [[nodiscard]] bool is_open() const { return worker_ != nullptr; }
  /// What is set aside now.
  [[nodiscard]] Quota held() const { return held_; }
  /// What the call costs if it ends here.
  [[nodiscard]] Quota earned() const { return record_.quota; }
  /// What `earn` was told last.
  [[nodiscard]] const llm::Usage& earned_usage() const { return record_.usage; }
  /// What will stand in the log row: fill it in as it becomes known, until the end.
  [[nodiscard]] CallFacts& facts() { return record_.facts; }
  [[nodiscard]] const CallFacts& facts() const { return record_.facts; }
  [[nodiscard]] const Price& price() const { return price_; }
  [[nodiscard]] Decimal group_ratio() const { return record_.group_ratio; }
  /// What `usage` costs at this call's price.
  [[nodiscard]] Quota cost_of(const llm::Usage& usage) const {
    return cost(usage, price_, record_.group_ratio, calls_);
  }
  /// Of a per-call price: how many it counts for (pictures); 1 unless said.
  void set_calls(std::int64_t calls) { calls_ = calls; }

  /// Another attempt may cost more, at another channel's price: pins the new price and holds at least `bounds`.
  /// Nothing may have been earned. Errors: as extend_to; the call then still holds what it held, at the old price.
  [[nodiscard]] Result<void> reprice(const Price& price, Decimal group_ratio, const Bounds& bounds);
  /// Holds at least `total`, and writes a mark with what was earned so far. Does nothing if that much is held.
  /// Errors: insufficient_user_quota, insufficient_token_quota, account_disabled, disabled_api_key; overloaded (no
  /// journal slot). Nothing is changed then: end the stream.
  [[nodiscard]] Result<void> extend_to(Quota total);
  /// Cumulative: what was delivered so far, as the upstream reported it or as it was counted. Writes a mark the first
  /// time, and when the journal asks for one; otherwise costs one multiplication a kind.
  void earn(const llm::Usage& usage);

  /// Charges what `usage` costs, whatever the balance, writes the settle record, and ends the reservation. Once this
  /// returns the charge survives kill -9.
  /// @return what was charged.
  Quota settle(const llm::Usage& usage);
  /// Ends the reservation with no charge: nothing was delivered. With `facts().error` or a status it leaves a log row.
  void release();

 private:
  friend class WorkerLedger;
  void take(Reservation& other) noexcept;
  void finish() noexcept;
  Quota close(RecordKind kind, Quota charge);
  Result<void> hold(const Bounds& bounds);
  void write_mark();
  void leave_uncovered();

  WorkerLedger* worker_ = nullptr;
  Account account_;
  Price price_;
  CallRecord record_;
  std::int64_t calls_ = 1;
  Quota held_ = 0;
  std::uint64_t newest_slot_ = 0;  ///< of this call's records
  bool marked_ = false;            ///< the booked mark is used up
  bool delivered_ = false;         ///< `earn` was called
  std::uint8_t uncovered_ = 0;     ///< bit 0: the user's, 1: the token's place is taken
};

}  // namespace tollgate::ledger
