#include "ledger/reservation.h"

#include <algorithm>

#include "ledger/ledger.h"

namespace tollgate::ledger {

namespace {

constexpr std::uint8_t kUserPlace = 1, kTokenPlace = 2;

bool is_short(const Error& error) {
  return error.code() == ErrorCode::insufficient_user_quota || error.code() == ErrorCode::insufficient_token_quota;
}

}  // namespace

void Reservation::take(Reservation& other) noexcept {
  worker_ = std::exchange(other.worker_, nullptr);
  account_ = std::move(other.account_);
  price_ = other.price_;
  record_ = other.record_;
  calls_ = other.calls_;
  held_ = std::exchange(other.held_, 0);
  newest_slot_ = other.newest_slot_;
  marked_ = other.marked_;
  delivered_ = other.delivered_;
  uncovered_ = std::exchange(other.uncovered_, std::uint8_t{0});
}

void Reservation::finish() noexcept {
  if (!is_open()) return;
  if (!delivered_ || (record_.quota == 0 && record_.usage.empty())) {
    release();
    return;
  }
  record_.facts.cut_short = true;
  close(RecordKind::settle, record_.quota);
}

void Reservation::leave_uncovered() {
  if (uncovered_ & kUserPlace) account_.user()->leave_uncovered();
  if (uncovered_ & kTokenPlace) account_.token()->leave_uncovered();
  uncovered_ = 0;
}

Result<void> Reservation::hold(const Bounds& bounds) {
  if (price_.free()) return account_.reserve(0);
  const Quota before = held_;
  const auto raise_to = [&](Quota total) -> Result<void> {
    if (total <= held_ && held_ > 0) return {};
    if (auto taken = account_.reserve(total - held_); !taken) return taken;
    held_ = total;
    return {};
  };
  if (bounds.maximum <= bounds.estimate || uncovered_ != 0) return raise_to(bounds.estimate);

  // Whoever finds the balance too small for the whole, but a moment later large enough, tries again.
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto whole = raise_to(bounds.maximum);
    if (whole || !is_short(whole.error())) return whole;
    if (auto some = raise_to(bounds.estimate); !some) return some;

    const Quota lacking = bounds.maximum - held_;
    Cell* token = account_.token();
    const bool last = attempt == 2;
    const bool user_short = account_.user()->available() < lacking || last;
    const bool token_short = token != nullptr && !token->unlimited() && token->available() < lacking;
    if (!user_short && !token_short) continue;
    const auto give_back = [&] {
      account_.release(held_ - before);
      held_ = before;
      leave_uncovered();
    };
    if (token_short) {
      if (!token->enter_uncovered()) {
        give_back();
        return fail(ErrorCode::insufficient_token_quota,
                    "this API key's quota does not cover what this request may cost beside another one");
      }
      uncovered_ |= kTokenPlace;
    }
    if (user_short) {
      if (!account_.user()->enter_uncovered()) {
        give_back();
        return fail(ErrorCode::insufficient_user_quota,
                    "the account's balance does not cover what this request may cost beside another one");
      }
      uncovered_ |= kUserPlace;
    }
    return {};
  }
  return {};
}

Result<void> Reservation::reprice(const Price& price, Decimal group_ratio, const Bounds& bounds) {
  const Price old_price = std::exchange(price_, price);
  const Quota before = held_;
  if (auto held = hold(bounds); !held) {
    price_ = old_price;
    return held;
  }
  worker_->count_held(held_ - before);
  record_.price_version = price.version();
  record_.per_call = price.per_call();
  record_.group_ratio = group_ratio;
  return {};
}

void Reservation::write_mark() {
  record_.kind = RecordKind::mark;
  newest_slot_ = worker_->append(record_);
}

Result<void> Reservation::extend_to(Quota total) {
  if (total <= held_ || price_.free()) return {};
  if (marked_ && !worker_->journal_.has_room(1)) {
    return fail(ErrorCode::overloaded, "the gateway's journal is full; try again later");
  }
  if (auto taken = account_.reserve(total - held_); !taken) return taken;
  worker_->count_held(total - held_);
  held_ = total;
  if (!marked_) {
    marked_ = true;
    worker_->journal_.unbook(1);
  }
  write_mark();
  return {};
}

void Reservation::earn(const llm::Usage& usage) {
  record_.usage = usage;
  record_.quota = cost_of(usage);
  delivered_ = true;
  if (!marked_) {
    marked_ = true;
    worker_->journal_.unbook(1);
    write_mark();
  } else if (newest_slot_ < worker_->journal_.mark_below() && worker_->journal_.has_room(1)) {
    write_mark();
  }
}

Quota Reservation::settle(const llm::Usage& usage) {
  record_.usage = usage;
  return close(RecordKind::settle, cost_of(usage));
}

void Reservation::release() {
  if (!is_open()) return;
  close(RecordKind::release, 0);
}

Quota Reservation::close(RecordKind kind, Quota charge) {
  if (!is_open()) return 0;
  Cell& user = *account_.user();
  Cell* token = account_.token();
  // Totals stay within bounds whatever an upstream reports.
  charge = std::min(charge, std::max<Quota>(0, kQuotaLimit - user.used()));
  if (token != nullptr) charge = std::min(charge, std::max<Quota>(0, kQuotaLimit - token->used()));

  record_.kind = kind;
  record_.quota = charge;
  // The record first: once a balance shows the charge, it can no longer be lost.
  worker_->append(record_);
  worker_->journal_.unbook(marked_ ? 1 : 2);

  Quota beyond = 0;
  if (charge != 0 || held_ != 0) {
    if (token != nullptr) {
      const Quota left = token->settle(held_, charge);
      if (!token->unlimited()) beyond = std::min(charge - held_, -left);
    }
    const Quota left = user.settle(held_, charge);
    beyond = std::max(beyond, std::min(charge - held_, -left));
  }
  leave_uncovered();
  worker_->count_held(-held_);
  held_ = 0;
  WorkerLedger* worker = std::exchange(worker_, nullptr);
  if (beyond > 0) worker->note_overdraft(record_, beyond);
  account_ = Account();
  return charge;
}

}  // namespace tollgate::ledger
