#include "ledger/sink.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/ledger_journals.h"
#include "telemetry/log.h"

namespace tollgate::ledger {

namespace {

/// Log rows handed to the store at once: few enough to stay in the processor's cache, many enough for one statement.
constexpr std::size_t kRowsAtOnce = 1'024;
/// More dictionary entries than a catalog has: the cache starts anew rather than grow without bound.
constexpr std::size_t kMaxCachedNames = 100'000;

/// Whether the database will never take these records, as opposed to not now.
bool is_rejection(const Error& error) {
  return error.code() != ErrorCode::storage_unavailable && error.code() != ErrorCode::overloaded &&
         error.code() != ErrorCode::shutting_down;
}

}  // namespace

Sink::Sink(const store::Database& database, Role role, const Clock& clock, RecordSource& source)
    : database_(database), role_(role), clock_(clock), source_(source) {}

Sink::~Sink() = default;

Result<store::Session*> Sink::session() {
  if (!session_) {
    auto connected = database_.connect();
    if (!connected) return std::unexpected(std::move(connected.error()));
    session_ = std::move(*connected);
  }
  if (session_->broken()) {
    if (auto mended = session_->reconnect(); !mended) return std::unexpected(std::move(mended.error()));
  }
  return session_.get();
}

std::size_t Sink::watch(std::string key, std::uint64_t position) {
  journals_.push_back({std::move(key), position, position});
  return journals_.size() - 1;
}

Result<void> Sink::apply(std::span<const Range> ranges, const Applied& applied) {
  if (auto known = resolve_doubt(); !known) return known;
  if (retired_) return fail(ErrorCode::conflict, "this node was retired");
  auto done = apply_once(ranges, nullptr, applied);
  if (done || !is_rejection(done.error()) || retired_) return done;
  // One journal at a time, then halves of it, until the record that is refused stands alone.
  for (const Range& range : ranges) {
    if (auto alone = apply_halves(range, nullptr, applied); !alone) return alone;
  }
  return {};
}

Result<void> Sink::close(const Range& rest, const Closing& closing) {
  if (auto known = resolve_doubt(); !known) return known;
  if (retired_) return fail(ErrorCode::conflict, "this node was retired");
  Range range = rest;
  range.from = std::max(range.from, position(rest.journal));
  return apply_halves(range, &closing, {});
}

Result<void> Sink::apply_halves(const Range& range, const Closing* closing, const Applied& applied) {
  if (range.from == range.to && closing == nullptr) return {};
  auto done = apply_once(std::span(&range, 1), closing, applied);
  if (done || !is_rejection(done.error()) || retired_) return done;
  if (range.to - range.from > 1 || (closing != nullptr && range.to != range.from)) {
    const std::uint64_t middle = range.from + (range.to - range.from + 1) / 2;
    if (auto first = apply_halves({range.journal, range.from, middle}, nullptr, applied); !first) {
      return first;
    }
    return apply_halves({range.journal, middle, range.to}, closing, applied);
  }
  if (closing == nullptr) return quarantine(range, done.error(), applied);
  // What a start made up for open calls is refused: close without, and say so.
  if (closing->calls.empty()) return done;
  log::failure(log::Level::error, "open calls could not be settled at start", done.error(),
               {{"journal", key(range.journal)}, {"calls", closing->calls.size()}});
  const Closing without{closing->journal, {}};
  return apply_once(std::span(&range, 1), &without, applied);
}

Result<void> Sink::apply_once(std::span<const Range> ranges, const Closing* closing, const Applied& applied) {
  auto db = session();
  if (!db) return std::unexpected(std::move(db.error()));
  if (auto named = intern(ranges, closing); !named) return named;

  guard_failed_ = false;
  for (const Range& range : ranges) journals_[range.journal].attempted = range.to;
  doubt_ = true;
  auto done = store::transaction(**db, "flush", [&]() -> Result<void> {
    for (const Range& range : ranges) {
      const auto from = static_cast<std::int64_t>(range.from), to = static_cast<std::int64_t>(range.to);
      auto moved = closing != nullptr ? store::close_journal(**db, key(range.journal), from, to, clock_.unix_seconds())
                                      : store::advance_journal(**db, key(range.journal), from, to);
      if (!moved) return std::unexpected(std::move(moved.error()));
      if (!*moved) {
        guard_failed_ = true;
        return fail(ErrorCode::storage_unavailable, "a journal's position is not where it was left");
      }
    }
    if (auto rows = write_rows(**db, ranges, closing); !rows) return rows;
    if (has_balances()) return write_totals(**db);
    return {};
  });
  if (!done) {
    // A rejected statement was rolled back for sure; anything else is looked up before the next attempt.
    if (is_rejection(done.error())) doubt_ = false;
    if (guard_failed_) {
      if (auto known = resolve_doubt(); !known) return known;
      if (retired_) return fail(ErrorCode::conflict, "this node was retired");
    }
    return done;
  }
  doubt_ = false;
  for (const Range& range : ranges) journals_[range.journal].position = range.to;
  if (applied) applied(ranges, fold_);
  return {};
}

Result<void> Sink::quarantine(const Range& slot, const Error& reason, const Applied& applied) {
  bool charged = has_balances();
  auto done = set_aside(slot, reason, charged);
  if (!done && charged && is_rejection(done.error())) {
    charged = false;  // an account is gone
    done = set_aside(slot, reason, charged);
  }
  if (!done) return done;
  ++quarantined_;
  log::failure(log::Level::error, "a record was refused by the database and put into quarantine", reason,
               {{"database", name()}, {"journal", key(slot.journal)}, {"slot", slot.from}, {"charged", charged}});
  if (charged && applied) applied(std::span(&slot, 1), fold_);
  return {};
}

Result<void> Sink::set_aside(const Range& slot, const Error& reason, bool charged) {
  auto db = session();
  if (!db) return std::unexpected(std::move(db.error()));
  const SlotView bytes = source_.bytes_of(slot.journal, slot.from);
  const store::QuarantineRow row{
      .journal_id = key(slot.journal),
      .slot = static_cast<std::int64_t>(slot.from),
      .record = hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}),
      .reason = fmt::format("{}: {} {}", reason.name(), reason.message(), reason.detail()),
      .created_at = clock_.unix_seconds(),
  };
  journals_[slot.journal].attempted = slot.to;
  doubt_ = true;
  auto done = store::transaction(**db, "quarantine", [&]() -> Result<void> {
    auto moved = store::advance_journal(**db, row.journal_id, row.slot, row.slot + 1);
    if (!moved) return std::unexpected(std::move(moved.error()));
    if (!*moved) return fail(ErrorCode::storage_unavailable, "a journal's position is not where it was left");
    if (auto kept = store::insert_quarantine(**db, row); !kept || !charged) return kept;
    fold_.clear();
    source_.visit(slot.journal, slot.from, slot.to, [&](const CallRecord& record, bool) { fold_.add(record); });
    return write_totals(**db);
  });
  if (!done) {
    if (is_rejection(done.error())) doubt_ = false;
    return done;
  }
  doubt_ = false;
  journals_[slot.journal].position = slot.to;
  return {};
}

Result<void> Sink::intern(std::span<const Range> ranges, const Closing* closing) {
  using store::NameKind;
  if (names_.size() > kMaxCachedNames) names_.clear();
  std::map<NameKind, std::map<NameId, std::string>> missing;
  const auto look = [&](NameKind kind, NameId id) {
    if (!names_.knows(kind, id)) missing[kind].try_emplace(id, source_.text_of(id));
  };
  for (const Range& range : ranges) source_.visit_names(range.journal, range.from, range.to, look);
  if (closing != nullptr) {
    for (const CallRecord& record : closing->calls) {
      look(NameKind::model, record.facts.model);
      look(NameKind::model, record.facts.upstream_model);
      look(NameKind::group, record.facts.group);
      look(NameKind::error, record.facts.error);
    }
  }
  for (const auto& [kind, texts] : missing) {
    std::vector<std::string> all;
    all.reserve(texts.size());
    for (const auto& [id, text] : texts) all.push_back(text);
    auto stored = store::intern_names(*session_, kind, all);
    if (!stored && !is_rejection(stored.error())) return std::unexpected(std::move(stored.error()));
    std::size_t i = 0;
    for (const auto& [id, text] : texts) {
      if (stored) {
        names_.add(kind, id, (*stored)[i++]);
        continue;
      }
      // One of them is a text that no database takes: a row without a name is better than none.
      auto alone = store::intern_names(*session_, kind, {text});
      if (!alone && !is_rejection(alone.error())) return std::unexpected(std::move(alone.error()));
      names_.add(kind, id, alone ? alone->front() : 0);
    }
  }
  return {};
}

Result<void> Sink::write_rows(store::Session& db, std::span<const Range> ranges, const Closing* closing) {
  fold_.clear();
  rows_.resize(std::max(rows_.size(), kRowsAtOnce));
  std::size_t filled = 0;
  Result<void> outcome;
  const auto write = [&] {
    if (filled == 0 || !outcome) return;
    auto inserted = store::insert_logs(db, std::span(rows_).first(filled));
    if (!inserted) outcome = std::unexpected(std::move(inserted.error()));
    filled = 0;
  };
  const auto visit = [&](const CallRecord& record, bool recovered) {
    if (has_balances()) fold_.add(record);
    if (!has_logs() || !entry_of(record).log || !outcome) return;
    make_log_row(record, names_, recovered, rows_[filled++]);
    if (filled == kRowsAtOnce) write();
  };
  for (const Range& range : ranges) source_.visit(range.journal, range.from, range.to, visit);
  if (closing != nullptr) {
    for (const CallRecord& record : closing->calls) visit(record, true);
  }
  write();
  return outcome;
}

Result<void> Sink::write_totals(store::Session& db) {
  const auto all_there = [](Result<std::int64_t> changed, std::size_t given, const char* what) -> Result<void> {
    if (!changed) return std::unexpected(std::move(changed.error()));
    if (static_cast<std::size_t>(*changed) == given) return {};
    return fail(Error(ErrorCode::internal, "a charged account does not exist")
                    .detail(fmt::format("{} of {} {} found", *changed, given, what)));
  };
  const auto users = fold_.users();
  if (auto done = all_there(store::add_user_usage(db, users), users.size(), "users"); !done) return done;
  const auto tokens = fold_.tokens();
  if (auto done = all_there(store::add_token_usage(db, tokens), tokens.size(), "tokens"); !done) return done;
  // A channel that was taken out of the database by hand must not keep its callers from being charged.
  if (auto done = store::add_channel_usage(db, fold_.channels()); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return store::add_statistics(db, fold_.statistics(names_));
}

void Sink::rest() {
  fold_ = {};
  rows_ = {};
  if (session_) session_->shrink();
}

Result<void> Sink::resolve_doubt() {
  if (!doubt_) return {};
  for (std::size_t i = 0; i < journals_.size(); ++i) {
    if (auto known = reread(i); !known) return known;
  }
  doubt_ = false;
  return {};
}

Result<void> Sink::reread(std::size_t journal) {
  Watched& mine = journals_[journal];
  auto db = session();
  if (!db) return std::unexpected(std::move(db.error()));
  auto row = store::find_journal(**db, mine.key);
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row || !(*row)->live) {
    retired_ = true;
    log::error("this node's journal was closed by another process or an operator: nothing more is charged by it",
               {{"database", name()}, {"journal", mine.key}});
    return {};
  }
  const auto stored = static_cast<std::uint64_t>((*row)->position);
  if (stored == mine.position || stored == mine.attempted) {
    mine.position = stored;
    return {};
  }
  log::error(
      "a journal's position in the database moved: it was restored from a copy, or another process has the same "
      "data directory; what it lacks is applied again",
      {{"database", name()}, {"journal", mine.key}, {"expected", mine.position}, {"found", stored}});
  mine.position = stored;
  const std::uint64_t first = source_.first_slot(journal);
  if (stored >= first) return {};
  log::error("records that a restored database lacks are gone: charges are lost",
             {{"database", name()}, {"journal", mine.key}, {"from", stored}, {"to", first}});
  missing_ += first - stored;
  return skip_to(journal, first);
}

Result<void> Sink::skip_to(std::size_t journal, std::uint64_t slot) {
  Watched& mine = journals_[journal];
  auto db = session();
  if (!db) return std::unexpected(std::move(db.error()));
  auto moved =
      store::advance_journal(**db, mine.key, static_cast<std::int64_t>(mine.position), static_cast<std::int64_t>(slot));
  if (!moved) return std::unexpected(std::move(moved.error()));
  if (!*moved) return fail(ErrorCode::storage_unavailable, "a journal's position is not where it was left");
  mine.position = mine.attempted = slot;
  return {};
}

}  // namespace tollgate::ledger
