#include "ledger/recovery.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "ledger/journal_image.h"
#include "ledger/sink.h"
#include "store/ledger_journals.h"
#include "store/names.h"
#include "telemetry/log.h"

namespace tollgate::ledger {

namespace fs = std::filesystem;

namespace {

/// Records in one transaction.
constexpr std::uint64_t kBatch = 50'000;
/// A recovery meets every name of its journals, at most once each.
constexpr std::size_t kNames = 4'000'000;

struct Found {
  fs::path dir;
  JournalImage image;
  Scan seen;
  std::vector<CallRecord> ends;  ///< of calls that were open
};

/// Records as the found journals hold them.
class FoundSource final : public RecordSource {
 public:
  explicit FoundSource(std::vector<Found>& found) : found_(found) {}

  void visit(std::size_t journal, std::uint64_t from, std::uint64_t to, const Visit& visit) override {
    each(journal, from, to, [&](const CallRecord& record) { visit(record, false); });
  }
  void visit_names(std::size_t journal, std::uint64_t from, std::uint64_t to, const VisitName& visit) override {
    using store::NameKind;
    each(journal, from, to, [&](const CallRecord& record) {
      visit(NameKind::model, record.facts.model);
      visit(NameKind::model, record.facts.upstream_model);
      visit(NameKind::group, record.facts.group);
      visit(NameKind::error, record.facts.error);
    });
  }
  [[nodiscard]] std::string_view text_of(NameId id) const override { return names.text_of(id); }
  [[nodiscard]] SlotView bytes_of(std::size_t journal, std::uint64_t slot) override {
    static constexpr std::array<std::byte, kSlotBytes> kNothing{};
    const auto bytes = found_[journal].image.slot(slot);
    return bytes ? *bytes : SlotView(kNothing);
  }
  [[nodiscard]] std::uint64_t first_slot(std::size_t journal) override { return found_[journal].image.first_slot(); }

  NameTable names{kNames};

 private:
  template <class F>
  void each(std::size_t journal, std::uint64_t from, std::uint64_t to, const F& visit) {
    const JournalImage& image = found_[journal].image;
    const std::uint32_t seed = image.id().seed();
    for (std::uint64_t slot = from; slot < to; ++slot) {
      const auto bytes = image.slot(slot);
      if (!bytes || decode(*bytes, seed, slot, call_, name_) != SlotState::call) continue;
      if (call_.kind == RecordKind::settle || call_.kind == RecordKind::release) visit(call_);
    }
  }

  std::vector<Found>& found_;
  CallRecord call_;
  NameRecord name_;
};

bool is_needed(const store::JournalRow& row, const Scan& seen) {
  return row.live || row.closed_at == 0 || static_cast<std::uint64_t>(row.position) < seen.end;
}

/// When the folder was last written to, as seconds before now.
std::int64_t age_seconds(const fs::path& dir) {
  std::error_code error;
  fs::file_time_type newest = fs::last_write_time(dir, error);
  for (fs::directory_iterator at(dir, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    newest = std::max(newest, fs::last_write_time(at->path(), ignored));
  }
  return std::chrono::duration_cast<std::chrono::seconds>(fs::file_time_type::clock::now() - newest).count();
}

class Recoverer {
 public:
  explicit Recoverer(const RecoveryParts& parts)
      : parts_(parts),
        apart_(parts.databases.log_is_separate()),
        source_(found_),
        main_(parts.databases.main(), apart_ ? Sink::Role::main : Sink::Role::both, parts.clock, source_) {
    if (apart_) log_.emplace(parts.databases.log(), Sink::Role::log, parts.clock, source_);
  }

  Result<Recovery> run() {
    if (auto read = read_folders(); !read) return std::unexpected(std::move(read.error()));
    // All rows first: a sink's journals are numbered as they were found.
    std::vector<store::JournalRow> main_rows, log_rows;
    for (const Found& found : found_) {
      auto row = prepare_row(main_, found, std::nullopt);
      if (!row) return std::unexpected(std::move(row.error()));
      main_rows.push_back(*row);
      if (!log_) continue;
      auto log_row = prepare_row(*log_, found, main_rows.back());
      if (!log_row) return std::unexpected(std::move(log_row.error()));
      log_rows.push_back(*log_row);
    }
    for (std::size_t i = 0; i < found_.size(); ++i) {
      found_[i].ends = end_open_calls(found_[i].seen, static_cast<std::uint64_t>(main_rows[i].position));
      const bool main_needs = is_needed(main_rows[i], found_[i].seen);
      const bool log_needs = log_ && is_needed(log_rows[i], found_[i].seen);
      if (!main_needs && !log_needs) {
        drop_old_folder(found_[i].dir);
        continue;
      }
      if (main_needs) {
        report(i, main_rows[i]);
        if (auto done = apply(main_, i, main_rows[i]); !done) return std::unexpected(std::move(done.error()));
      }
      if (log_needs) {
        if (auto done = apply(*log_, i, log_rows[i]); !done) return std::unexpected(std::move(done.error()));
      }
    }
    if (auto done = close_missing(); !done) return std::unexpected(std::move(done.error()));
    out_.quarantined = main_.quarantined() + (log_ ? log_->quarantined() : 0);
    return out_;
  }

 private:
  Result<void> read_folders() {
    std::error_code error;
    if (!fs::exists(parts_.folder, error)) return {};
    std::vector<fs::path> dirs;
    for (fs::directory_iterator at(parts_.folder, error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (at->is_directory(ignored)) dirs.push_back(at->path());
    }
    if (error) return fail(file_error("cannot read", parts_.folder, error.value()));
    std::ranges::sort(dirs);
    for (const fs::path& dir : dirs) {
      auto image = JournalImage::load(dir);
      if (!image && image.error().code() == ErrorCode::not_found) {
        // Its first segment was never finished, so nothing was ever written to it.
        log::warn("a journal folder has no segment", {{"folder", dir.string()}});
        drop_old_folder(dir);
        continue;
      }
      if (!image) return std::unexpected(std::move(image.error()));
      if (image->id().ledger != parts_.ledger) {
        log::error("a journal of another ledger is left alone",
                   {{"folder", dir.string()}, {"ledger", image->id().ledger}});
        continue;
      }
      Scan seen = scan(*image);
      for (const auto& [id, text] : seen.names) source_.names.intern(text);
      found_.push_back({dir, std::move(*image), std::move(seen), {}});
    }
    return load_stored_names();
  }

  /// Of names whose records went with their segments, the text is in the dictionary of the database.
  Result<void> load_stored_names() {
    bool all_known = true;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const auto look = [&](store::NameKind, NameId id) {
        all_known &= id == NameId::none || !source_.names.text_of(id).empty();
      };
      source_.visit_names(i, found_[i].image.first_slot(), found_[i].seen.end, look);
      for (const auto& [number, open] : found_[i].seen.open) {
        look(store::NameKind::model, open.facts.model);
        look(store::NameKind::group, open.facts.group);
      }
    }
    source_.names.intern(traits_of(ErrorCode::internal).name);
    if (all_known) return {};
    for (Sink* sink : {&main_, log_ ? &*log_ : nullptr}) {
      if (sink == nullptr) continue;
      auto db = sink->session();
      if (!db) return std::unexpected(std::move(db.error()));
      for (const auto kind : {store::NameKind::model, store::NameKind::group, store::NameKind::error}) {
        auto rows = store::load_names(**db, kind);
        if (!rows) return std::unexpected(std::move(rows.error()));
        for (const store::NameRow& row : *rows) source_.names.intern(row.text);
      }
    }
    return {};
  }

  /// The journal's row in the sink's database, made if there is none and opened if it has to be applied once more.
  /// @param main_row  For a separate log database: what the main one says.
  Result<store::JournalRow> prepare_row(Sink& sink, const Found& found, const std::optional<store::JournalRow>& main) {
    auto db = sink.session();
    if (!db) return std::unexpected(std::move(db.error()));
    const JournalId& id = found.image.id();
    auto row = store::find_journal(**db, id.key());
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) {
      store::JournalRow fresh{.id = id.key(),
                              .node_id = parts_.node_id,
                              .epoch = id.epoch,
                              .worker = static_cast<std::int32_t>(id.worker),
                              .created_at = parts_.clock.unix_seconds()};
      if (main) {
        // The log database was named only now: until then the rows went where the balances are.
        fresh.position = main->position;
        fresh.live = main->live;
        fresh.closed_at = main->closed_at;
      } else if (found.seen.end == found.image.first_slot()) {
        // Made by a start that went no further.
        fresh.live = false;
        fresh.closed_at = fresh.created_at;
        fresh.position = static_cast<std::int64_t>(found.seen.end);
      } else {
        log::error("the database does not know a journal: it was restored from an older copy; all of it is applied",
                   {{"journal", id.key()}});
      }
      if (auto made = store::create_journals(**db, std::span(&fresh, 1)); !made) {
        return std::unexpected(std::move(made.error()));
      }
      *row = fresh;
    }
    if (!(*row)->live && is_needed(**row, found.seen)) {
      if (auto opened = store::reopen_journal(**db, id.key(), (*row)->position); !opened) {
        return std::unexpected(std::move(opened.error()));
      }
      (*row)->live = true;
    }
    sink.watch(id.key(), static_cast<std::uint64_t>((*row)->position));
    return **row;
  }

  Result<void> apply(Sink& sink, std::size_t journal, const store::JournalRow& row) {
    const Found& found = found_[journal];
    auto position = static_cast<std::uint64_t>(row.position);
    if (position < found.image.first_slot()) {
      if (auto skipped = skip_missing(sink, journal); !skipped) return skipped;
      position = sink.position(journal);
    }
    const std::uint64_t end = std::max(position, found.seen.end);
    while (end - position > kBatch) {
      const Sink::Range range{journal, position, position + kBatch};
      if (auto done = sink.apply(std::span(&range, 1)); !done) return done;
      position = sink.position(journal);
    }
    return sink.close({journal, position, end}, {journal, found.ends});
  }

  Result<void> skip_missing(Sink& sink, std::size_t journal) {
    const std::uint64_t first = found_[journal].image.first_slot();
    log::error(
        "records are gone that the database lacks: charges are lost",
        {{"database", sink.name()}, {"journal", sink.key(journal)}, {"from", sink.position(journal)}, {"to", first}});
    if (sink.has_balances()) out_.missing += first - sink.position(journal);
    return sink.skip_to(journal, first);
  }

  void report(std::size_t journal, const store::JournalRow& row) {
    const Found& found = found_[journal];
    const auto position = static_cast<std::uint64_t>(row.position);
    ++out_.journals;
    out_.records += found.seen.end > position ? found.seen.end - position : 0;
    out_.damaged += slots_in(found.seen.damaged) + found.image.bad_files();
    std::uint64_t settled = 0;
    for (const CallRecord& end : found.ends) settled += end.kind == RecordKind::settle;
    out_.settled += settled;
    out_.released += found.ends.size() - settled;
    log::info("a journal of an earlier start is applied", {{"journal", row.id},
                                                           {"from", position},
                                                           {"to", found.seen.end},
                                                           {"open_settled", settled},
                                                           {"open_released", found.ends.size() - settled}});
    if (found.seen.end < position) {
      log::error("a journal lost its end, which the database has already: its open calls are released",
                 {{"journal", row.id}, {"end", found.seen.end}, {"position", position}});
    }
    for (const SlotRange& range : found.seen.damaged) {
      log::error("journal slots cannot be read", {{"journal", row.id}, {"from", range.from}, {"to", range.to}});
    }
    if (found.image.bad_files() > 0) {
      log::error("files in a journal's folder are not its segments",
                 {{"folder", found.dir.string()}, {"files", found.image.bad_files()}});
    }
  }

  /// Journals of this node that the database waits for and that are not here.
  Result<void> close_missing() {
    for (Sink* sink : {&main_, log_ ? &*log_ : nullptr}) {
      if (sink == nullptr) continue;
      auto db = sink->session();
      if (!db) return std::unexpected(std::move(db.error()));
      auto live = store::find_live_journals(**db, parts_.node_id);
      if (!live) return std::unexpected(std::move(live.error()));
      for (const store::JournalRow& row : *live) {
        if (sink->has_balances()) ++out_.missing_journals;
        log::error("a journal is gone: what was written to it after its position is lost",
                   {{"database", sink->name()}, {"journal", row.id}, {"position", row.position}});
        auto closed = store::close_journal(**db, row.id, row.position, row.position, parts_.clock.unix_seconds());
        if (!closed) return std::unexpected(std::move(closed.error()));
      }
    }
    return {};
  }

  void drop_old_folder(const fs::path& dir) {
    if (age_seconds(dir) < parts_.retention_s) return;
    std::error_code error;
    fs::remove_all(dir, error);
    if (error) log::warn("an old journal cannot be deleted", {{"folder", dir.string()}, {"error", error.message()}});
  }

  const RecoveryParts& parts_;
  const bool apart_;
  std::vector<Found> found_;
  FoundSource source_;
  Sink main_;
  std::optional<Sink> log_;
  Recovery out_;
};

}  // namespace

Result<Recovery> recover(const RecoveryParts& parts) { return Recoverer(parts).run(); }

}  // namespace tollgate::ledger
