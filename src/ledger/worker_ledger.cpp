#include <utility>

#include "ledger/ledger.h"
#include "telemetry/log.h"

namespace tollgate::ledger {

namespace {

/// A call books its mark and its end, beside the slot of its open record.
constexpr std::uint64_t kBooked = 2;
/// Names an open record may have to announce.
constexpr std::uint64_t kNames = 4;
constexpr std::size_t kMaxKnownNames = 100'000;

}  // namespace

NameId WorkerLedger::name(std::string_view text) {
  const NameId id = name_id(text);
  if (id == NameId::none || known_names_.contains(std::uint64_t(id))) return id;
  if (known_names_.size() >= kMaxKnownNames) known_names_.clear();
  const NameId kept = names_.intern(text);
  if (kept == id) known_names_.insert(std::uint64_t(id));
  return kept;
}

void WorkerLedger::announce(const CallFacts& facts) {
  journal_.announce(facts.model, names_);
  journal_.announce(facts.group, names_);
  if (facts.upstream_model != facts.model) journal_.announce(facts.upstream_model, names_);
  journal_.announce(facts.error, names_);
}

std::uint64_t WorkerLedger::append(const CallRecord& record) {
  announce(record.facts);
  const std::uint64_t slot = journal_.next_slot();
  journal_.append(record);
  return slot;
}

Result<Reservation> WorkerLedger::open(const Account& account, const Price& price, Decimal group_ratio,
                                       const Bounds& bounds, const CallFacts& facts) {
  if (!admission_.admitting()) return fail(admission_.error());
  if (!journal_.has_room(1 + kBooked + kNames)) {
    return fail(ErrorCode::overloaded, "the gateway's journal is full; try again later");
  }
  Result<Reservation> out{std::in_place};
  Reservation& held = *out;
  held.account_ = account;
  held.price_ = price;
  if (auto taken = held.hold(bounds); !taken) return std::unexpected(std::move(taken.error()));

  CallRecord& record = held.record_;
  record.kind = RecordKind::open;
  record.user = account.user_id();
  record.token = account.token_id();
  record.quota = held.held_;
  record.price_version = price.version();
  record.group_ratio = group_ratio;
  record.per_call = price.per_call();
  record.facts = facts;
  announce(facts);
  record.call = journal_.next_slot();
  held.newest_slot_ = record.call;
  journal_.append(record);
  journal_.book(kBooked);
  record.quota = 0;
  count_held(held.held_);
  held.worker_ = this;
  return out;
}

void WorkerLedger::log_refused(UserId user, TokenId token, const CallFacts& facts) {
  if (!journal_.has_room(1 + kNames)) return;
  CallRecord record;
  record.kind = RecordKind::release;
  record.user = user;
  record.token = token;
  record.facts = facts;
  announce(facts);
  record.call = journal_.next_slot();
  journal_.append(record);
}

void WorkerLedger::note_overdraft(const CallRecord& record, Quota beyond) {
  add(overdrafts_, 1);
  add(overdraft_quota_, beyond);
  log::warn("a call cost more than was left", {{"user", record.user.value},
                                               {"token", record.token.value},
                                               {"charged", record.quota},
                                               {"overdraft", beyond},
                                               {"request_id", record.facts.request_id.view()}});
}

}  // namespace tollgate::ledger
