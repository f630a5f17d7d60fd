#include "ledger/flusher.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/ledger_accounts.h"
#include "store/ledger_journals.h"
#include "store/ledger_nodes.h"
#include "telemetry/log.h"

namespace tollgate::ledger {

namespace {

/// Records; what some 5,000 calls leave behind.
constexpr std::uint64_t kUrgentBacklog = 10'000;

/// A thread that may not raise its priority again would be left in the idle class for good.
bool may_come_back_from_idle(int nice) {
  if (::geteuid() == 0) return true;
  rlimit limit{};
  return ::getrlimit(RLIMIT_NICE, &limit) == 0 && limit.rlim_cur >= static_cast<rlim_t>(20 - nice);
}

constexpr std::int64_t kRestAfterNs = 5'000'000'000;
constexpr std::int64_t kEvictEveryMs = 30'000;
constexpr std::int64_t kMaxBackoffMs = 5'000;

/// Of a slot that this process wrote: looked at without checking, since its own memory is not in doubt.
struct Glance {
  RecordKind kind;
  std::uint64_t call;
};
Glance glance(SlotView slot) {
  Glance out;
  std::uint8_t kind;
  std::memcpy(&kind, slot.data() + 4, 1);
  std::memcpy(&out.call, slot.data() + 8, 8);
  out.kind = RecordKind{kind};
  return out;
}
NameId name_at(SlotView slot, std::size_t at) {
  std::uint64_t id;
  std::memcpy(&id, slot.data() + at, 8);
  return NameId{id};
}
bool ends_call(RecordKind kind) { return kind == RecordKind::settle || kind == RecordKind::release; }

}  // namespace

Flusher::Flusher(Parts parts, telemetry::Metrics* metrics)
    : parts_(std::move(parts)),
      logs_apart_(parts_.databases.log_is_separate()),
      metrics_(metrics != nullptr ? &metrics->make_cells() : nullptr),
      main_positions_(parts_.journals.size()),
      log_positions_(parts_.journals.size()),
      cells_applied_(parts_.journals.size(), 0) {
  RecordSource& source = *this;
  main_ = std::make_unique<Sink>(parts_.databases.main(), logs_apart_ ? Sink::Role::main : Sink::Role::both,
                                 parts_.clock, source);
  if (logs_apart_) log_ = std::make_unique<Sink>(parts_.databases.log(), Sink::Role::log, parts_.clock, source);
  for (const Journal* journal : parts_.journals) {
    retention_.emplace_back(journal->options().slots_per_segment);
    main_->watch(journal->id().key(), 0);
    if (log_) log_->watch(journal->id().key(), 0);
  }
  next_reread_ms_ = parts_.clock.unix_ms() + parts_.settings.sync_frequency_s * 1000;
  next_eviction_ms_ = parts_.clock.unix_ms() + kEvictEveryMs;
}

void Flusher::start() {
  thread_.start([this](const std::stop_token& asked) { run(asked); });
}

void Flusher::stop() { thread_.stop(); }

void Flusher::reload(std::vector<AccountKey> accounts, std::function<void(Result<void>)> done) {
  // A load that read before this must read again: what it read may be older than the change.
  for (const AccountKey account : accounts) parts_.cells.bump_generation(account);
  {
    const std::scoped_lock lock(mutex_);
    if (!thread_.stopping()) {
      reloads_.push_back({std::move(accounts), std::move(done)});
      wake_.notify_all();
      return;
    }
  }
  done(fail(ErrorCode::shutting_down, "the gateway is shutting down"));
}

Result<void> Flusher::flush_blocking(Deadline deadline) {
  std::unique_lock lock(mutex_);
  // A round that is under way may have begun before what the caller wrote: the next one is meant.
  const std::uint64_t round = ++asked_;
  wake_.notify_all();
  while (done_ < round && !thread_.stopping()) {
    answered_.wait_for(lock, std::chrono::milliseconds(10));
    if (done_ < round && deadline.passed(parts_.clock.mono_ns())) {
      return fail(ErrorCode::storage_unavailable, "the books did not reach the database in time");
    }
  }
  if (done_ < round) return fail(ErrorCode::shutting_down, "the gateway is shutting down");
  return last_outcome_;
}

Result<void> Flusher::finish_blocking(Deadline deadline) {
  Result<void> outcome;
  do {
    {
      const std::scoped_lock lock(mutex_);
      finishing_ = true;
    }
    outcome = flush_blocking(deadline);
    const std::scoped_lock lock(mutex_);
    if (finished_) return {};
  } while (!outcome && outcome.error().code() == ErrorCode::storage_unavailable &&
           !deadline.passed(parts_.clock.mono_ns()));
  return outcome;
}

void Flusher::run(const std::stop_token& asked) {
  // Only this thread: on Linux the niceness belongs to the thread.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), parts_.settings.flusher_nice);
  may_yield_ = may_come_back_from_idle(parts_.settings.flusher_nice);
  std::unique_lock lock(mutex_);
  while (true) {
    const auto interval = std::chrono::milliseconds(std::max(parts_.settings.flush_interval_ms, backoff_ms_));
    wake_.wait_for(lock, asked, interval, [this] { return !reloads_.empty() || asked_ > done_; });
    if (asked.stop_requested()) break;
    const auto reloads = std::exchange(reloads_, {});
    const std::uint64_t round = asked_;
    const bool finishing = finishing_;
    lock.unlock();

    run_reloads(reloads);
    auto outcome = cycle();
    if (outcome) {
      backoff_ms_ = 0;
      keep_house();
    } else {
      backoff_ms_ = std::min(kMaxBackoffMs, std::max(parts_.settings.flush_interval_ms, backoff_ms_ * 2));
    }
    bool finished = false;
    if (outcome && finishing) {
      outcome = close_journals();
      finished = outcome.has_value();
    }

    lock.lock();
    done_ = round;
    last_outcome_ = std::move(outcome);
    finished_ = finished_ || finished;
    answered_.notify_all();
  }
  auto reloads = std::exchange(reloads_, {});
  lock.unlock();
  for (Reload& reload : reloads) reload.done(fail(ErrorCode::shutting_down, "the gateway is shutting down"));
}

/// On one core a batch in the database's hands would hold up a waking worker for milliseconds: a thread of the idle
/// class gives way at once. When records pile up, because the workers leave it nothing, it takes its share again.
void Flusher::yield_to_workers(bool yield) {
  if (!may_yield_ || yield == yields_) return;
  const sched_param none{};
  if (::sched_setscheduler(0, yield ? SCHED_IDLE : SCHED_OTHER, &none) == 0) yields_ = yield;
}

Result<void> Flusher::cycle() {
  std::vector<std::uint64_t> ends;
  bool anything = false;
  std::uint64_t backlog = 0;
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) {
    ends.push_back(parts_.journals[i]->written());
    backlog += ends[i] - std::min(ends[i], main_->position(i));
    anything |= ends[i] > main_->position(i) || (log_ && ends[i] > log_->position(i));
    track(i, ends[i]);
  }
  if (!anything) {
    trust_journals_again();
    if (busy_until_ns_ != 0 && parts_.clock.mono_ns() - busy_until_ns_ > kRestAfterNs) rest();
    return {};
  }

  yield_to_workers(backlog < kUrgentBacklog);
  const std::int64_t began = parts_.clock.mono_ns();
  parts_.syncer.sync(ends);
  auto outcome = apply(*main_, ends);
  if (log_) {
    // The log database may be away while balances go on, and the other way round.
    if (auto logged = apply(*log_, ends); !logged && outcome) outcome = std::move(logged);
  }
  publish_positions();
  trust_journals_again();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    parts_.journals[i]->let_go(std::min(main_->position(i), log_ ? log_->position(i) : main_->position(i)));
  }
  counts_.quarantined.store(main_->quarantined() + (log_ ? log_->quarantined() : 0), std::memory_order_relaxed);
  busy_until_ns_ = parts_.clock.mono_ns();
  const std::int64_t took = busy_until_ns_ - began;
  counts_.flushes.fetch_add(1, std::memory_order_relaxed);
  counts_.flush_ns.fetch_add(took, std::memory_order_relaxed);
  counts_.fails.store(!outcome, std::memory_order_relaxed);
  if (metrics_ != nullptr) metrics_->histogram(telemetry::Metric::flush_seconds).observe_ns(took);
  if (!outcome) {
    counts_.failures.fetch_add(1, std::memory_order_relaxed);
    static std::atomic<std::int64_t> said{0};
    if (log::every(said, 10'000)) log::failure(log::Level::error, "the journal cannot be flushed", outcome.error());
    if (main_->retired() || (log_ && log_->retired())) {
      parts_.admission.stop(Admission::Cause::retired, "this node was retired: another one took its place");
    }
  }
  return outcome;
}

void Flusher::trust_journals_again() {
  std::vector<std::uint64_t> applied;
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) applied.push_back(main_->position(i));
  parts_.syncer.trust_again(applied);
}

void Flusher::track(std::size_t journal, std::uint64_t end) {
  Retention& retention = retention_[journal];
  for (std::uint64_t slot = retention.seen(); slot < end; ++slot) {
    const Glance record = glance(parts_.journals[journal]->read(slot));
    switch (record.kind) {
      case RecordKind::open:
        retention.opened(slot);
        break;
      case RecordKind::mark:
        retention.marked(record.call, slot);
        break;
      case RecordKind::settle:
      case RecordKind::release:
        if (record.call != slot) retention.ended(record.call);  // else it was refused before it opened
        break;
      case RecordKind::name:
        break;
    }
  }
  retention.set_seen(end);
  parts_.journals[journal]->set_mark_below(retention.mark_below());
}

Result<void> Flusher::apply(Sink& sink, const std::vector<std::uint64_t>& ends) {
  if (auto known = sink.resolve_doubt(); !known) return known;
  if (!sink.has_balances()) return apply_from_positions(sink, ends, {});
  catch_up_cells();
  while (true) {
    // What a restore took back is applied again, in transactions of its own: the cells know of it already.
    std::vector<std::uint64_t> until = ends;
    bool again = false;
    for (std::size_t i = 0; i < ends.size(); ++i) again |= sink.position(i) < cells_applied_[i];
    if (again) until = cells_applied_;
    const auto applied = [&](std::span<const Sink::Range> ranges, const Fold& fold) {
      std::uint64_t records = 0;
      for (const Sink::Range& range : ranges) records += range.to - range.from;
      counts_.records.fetch_add(records, std::memory_order_relaxed);
      if (!again) tell_cells(fold);
    };
    auto done = apply_from_positions(sink, until, applied);
    for (std::size_t i = 0; i < ends.size(); ++i) cells_applied_[i] = std::max(cells_applied_[i], sink.position(i));
    if (!done || !again) return done;
  }
}

Result<void> Flusher::apply_from_positions(Sink& sink, const std::vector<std::uint64_t>& ends,
                                           const Sink::Applied& applied) {
  while (true) {
    std::vector<Sink::Range> ranges;
    auto room = static_cast<std::uint64_t>(parts_.settings.max_batch);
    for (std::size_t i = 0; i < ends.size() && room > 0; ++i) {
      const std::uint64_t from = sink.position(i);
      if (from >= ends[i]) continue;
      const std::uint64_t to = std::min(ends[i], from + room);
      ranges.push_back({i, from, to});
      room -= to - from;
    }
    if (ranges.empty()) return {};
    if (auto done = sink.apply(ranges, applied); !done) return done;
  }
}

void Flusher::catch_up_cells() {
  Fold fold;
  for (std::size_t i = 0; i < cells_applied_.size(); ++i) {
    if (main_->position(i) <= cells_applied_[i]) continue;
    visit(i, cells_applied_[i], main_->position(i), [&](const CallRecord& record, bool) { fold.add(record); });
    cells_applied_[i] = main_->position(i);
  }
  tell_cells(fold);
}

void Flusher::tell_cells(const Fold& fold) {
  const std::int64_t now = parts_.clock.unix_ms();
  const auto tell = [&](AccountKind kind, const std::vector<store::UsageDelta>& deltas) {
    for (const store::UsageDelta& delta : deltas) {
      if (const auto cell = parts_.cells.find({kind, delta.id})) cell->applied(delta.used, now);
    }
  };
  tell(AccountKind::user, fold.users());
  tell(AccountKind::token, fold.tokens());
}

void Flusher::rest() {
  main_->rest();
  if (log_) log_->rest();
  busy_until_ns_ = 0;
}

void Flusher::keep_house() {
  const std::int64_t now = parts_.clock.unix_ms();
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) {
    Journal& journal = *parts_.journals[i];
    const std::uint64_t applied = applied_everywhere(i);
    journal.release_below(applied);
    const std::uint32_t slots = journal.options().slots_per_segment;
    const std::uint64_t keep =
        static_cast<std::uint64_t>(parts_.settings.segment_retention_bytes) / (std::size_t{slots} * kSlotBytes);
    while (const auto first =
               retention_[i].next_to_delete(applied, now, parts_.settings.segment_retention_s * 1000, keep)) {
      std::error_code error;
      std::filesystem::remove(journal.dir() / segment_file_name(*first), error);
      if (error) {
        log::warn("a journal segment cannot be deleted", {{"journal", journal.id().key()}, {"error", error.message()}});
        break;
      }
      journal.forget_bytes(static_cast<std::int64_t>(kSegmentHeaderBytes + std::size_t{slots} * kSlotBytes));
      retention_[i].deleted();
    }
  }
  if (now >= next_eviction_ms_) {
    next_eviction_ms_ = now + kEvictEveryMs;
    parts_.cells.evict(now - parts_.settings.idle_account_s * 1000);
  }
  if (now >= next_reread_ms_) {
    next_reread_ms_ = now + parts_.settings.sync_frequency_s * 1000;
    if (auto done = reread(parts_.cells.keys()); !done) {
      log::failure(log::Level::warn, "live accounts could not be reread", done.error());
    }
  }
}

void Flusher::run_reloads(const std::vector<Reload>& reloads) {
  if (reloads.empty()) return;
  std::vector<AccountKey> all;
  for (const Reload& reload : reloads) all.insert(all.end(), reload.accounts.begin(), reload.accounts.end());
  const auto outcome = reread(std::move(all));
  for (const Reload& reload : reloads) reload.done(outcome);
}

Result<void> Flusher::reread(std::vector<AccountKey> accounts) {
  std::ranges::sort(accounts);
  const auto twice = std::ranges::unique(accounts);
  accounts.erase(twice.begin(), twice.end());
  for (const AccountKind kind : {AccountKind::user, AccountKind::token}) {
    std::unordered_map<std::int64_t, std::shared_ptr<Cell>> live;
    std::vector<std::int64_t> ids;
    for (const AccountKey account : accounts) {
      if (account.kind != kind) continue;
      if (auto cell = parts_.cells.find(account)) {
        live.emplace(account.id, std::move(cell));
        ids.push_back(account.id);
      }
    }
    if (ids.empty()) continue;
    auto db = main_->session();
    if (!db) return std::unexpected(std::move(db.error()));
    auto rows = store::find_account_states(**db, kind, ids);
    if (!rows) return std::unexpected(std::move(rows.error()));
    for (const store::AccountStateRow& row : *rows) {
      live.at(row.id)->feed(
          {.granted = row.granted, .used = row.used, .unlimited = row.unlimited, .enabled = row.enabled});
    }
  }
  return {};
}

Result<void> Flusher::close_journals() {
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) {
    if (retention_[i].open_calls() != 0) {
      return fail(ErrorCode::conflict, "calls are still open: their journal is closed by the next start");
    }
    if (parts_.journals[i]->written() != main_->position(i) || (log_ && log_->position(i) != main_->position(i))) {
      return fail(ErrorCode::storage_unavailable, "records came in while the journals were closed");
    }
    const Sink::Range rest{i, main_->position(i), main_->position(i)};
    for (Sink* sink : {main_.get(), log_.get()}) {
      if (sink == nullptr) continue;
      if (auto closed = sink->close(rest, {i, {}}); !closed) return closed;
    }
  }
  auto db = main_->session();
  if (!db) return std::unexpected(std::move(db.error()));
  return store::leave_node(**db, parts_.node, parts_.epoch);
}

std::uint64_t Flusher::applied_everywhere(std::size_t journal) const {
  const std::uint64_t main = main_->position(journal);
  return log_ ? std::min(main, log_->position(journal)) : main;
}

void Flusher::publish_positions() {
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) {
    main_positions_[i].store(main_->position(i), std::memory_order_relaxed);
    if (log_) log_positions_[i].store(log_->position(i), std::memory_order_relaxed);
  }
}

std::uint64_t Flusher::depth(const Positions& positions) const {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < parts_.journals.size(); ++i) {
    const std::uint64_t applied = positions[i].load(std::memory_order_relaxed);
    const std::uint64_t written = parts_.journals[i]->written();
    if (written > applied) out += written - applied;
  }
  return out;
}

void Flusher::visit(std::size_t journal, std::uint64_t from, std::uint64_t to, const Visit& visit) {
  Journal& source = *parts_.journals[journal];
  const std::uint32_t seed = source.id().seed();
  for (std::uint64_t slot = from; slot < to; ++slot) {
    const SlotView bytes = source.read(slot);
    if (!ends_call(glance(bytes).kind)) continue;
    if (decode(bytes, seed, slot, call_, name_) == SlotState::call) visit(call_, false);
  }
}

void Flusher::visit_names(std::size_t journal, std::uint64_t from, std::uint64_t to, const VisitName& visit) {
  using store::NameKind;
  Journal& source = *parts_.journals[journal];
  for (std::uint64_t slot = from; slot < to; ++slot) {
    const SlotView bytes = source.read(slot);
    if (!ends_call(glance(bytes).kind)) continue;
    visit(NameKind::model, name_at(bytes, 56));
    visit(NameKind::model, name_at(bytes, 64));
    visit(NameKind::group, name_at(bytes, 72));
    visit(NameKind::error, name_at(bytes, 80));
  }
}

}  // namespace tollgate::ledger
