#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "ledger/fold.h"
#include "ledger/record.h"
#include "store/database.h"
#include "store/session.h"

namespace tollgate::ledger {

/// Where a sink reads records: live journals, or those a start found. Calls come from one thread.
class RecordSource {
 public:
  using Visit = std::function<void(const CallRecord& record, bool recovered)>;
  using VisitName = std::function<void(store::NameKind kind, NameId id)>;

  virtual ~RecordSource() = default;
  /// The ended calls (settle and release) of the slots [from, to), in order.
  virtual void visit(std::size_t journal, std::uint64_t from, std::uint64_t to, const Visit& visit) = 0;
  /// Every name that they carry, maybe more than once.
  virtual void visit_names(std::size_t journal, std::uint64_t from, std::uint64_t to, const VisitName& visit) = 0;
  [[nodiscard]] virtual std::string_view text_of(NameId id) const = 0;
  /// A slot's bytes, for quarantine.
  [[nodiscard]] virtual SlotView bytes_of(std::size_t journal, std::uint64_t slot) = 0;
  /// The lowest slot there is; below it segments are gone.
  [[nodiscard]] virtual std::uint64_t first_slot(std::size_t journal) = 0;
};

/// One database that journals are applied to: the main one, a separate log database, or one that is both. It knows how
/// far each journal has come there, and moves that position in the same transaction as what the records mean. One
/// thread, which owns its session.
class Sink {
 public:
  enum class Role : std::uint8_t { main, log, both };
  struct Range {
    std::size_t journal = 0;  ///< index of `watch`
    std::uint64_t from = 0, to = 0;
  };
  /// The last records of a journal that a start closes: they have no slots of their own.
  struct Closing {
    std::size_t journal = 0;
    std::span<const CallRecord> calls;
  };

  /// Told after each commit: what the main database now has.
  using Applied = std::function<void(std::span<const Range> ranges, const Fold& fold)>;

  Sink(const store::Database& database, Role role, const Clock& clock, RecordSource& source);
  ~Sink();

  [[nodiscard]] bool has_balances() const { return role_ != Role::log; }
  [[nodiscard]] bool has_logs() const { return role_ != Role::main; }
  [[nodiscard]] std::string_view name() const { return has_balances() ? "main database" : "log database"; }

  /// Connects if need be. Errors: storage_unavailable.
  Result<store::Session*> session();

  /// Adds a journal whose row exists there. @return its index; the source's `journal` is the same.
  std::size_t watch(std::string key, std::uint64_t position);
  [[nodiscard]] std::uint64_t position(std::size_t journal) const { return journals_[journal].position; }
  [[nodiscard]] const std::string& key(std::size_t journal) const { return journals_[journal].key; }
  /// The row was closed or retired by another process: nothing of this process is applied any more.
  [[nodiscard]] bool retired() const { return retired_; }

  /// Applies the ranges in one transaction, each beginning at its journal's position. Records that the database rejects
  /// go to quarantine, alone, and the rest is applied; what such a record charges is charged all the same if only its
  /// log row is rejected. On return the positions say what was applied, also after an error.
  /// Errors: storage_unavailable: try again later, in doubt whether it was applied (the next call rereads it);
  /// conflict: retired.
  Result<void> apply(std::span<const Range> ranges, const Applied& applied = {});
  /// Applies what is left of a journal, then `closing`, and closes it, in one transaction. Errors: as apply.
  Result<void> close(const Range& rest, const Closing& closing);
  /// Moves a journal's position over slots that are gone. Errors: storage_unavailable.
  Result<void> skip_to(std::size_t journal, std::uint64_t slot);
  /// Rereads the positions from the database if the outcome of a transaction is unknown.
  Result<void> resolve_doubt();

  /// Lets go of what only the next batch needs: rows, cached pages.
  void rest();

  [[nodiscard]] std::uint64_t quarantined() const { return quarantined_; }
  /// Slots that were gone when a restored database asked for them again.
  [[nodiscard]] std::uint64_t missing_slots() const { return missing_; }

 private:
  struct Watched {
    std::string key;
    std::uint64_t position = 0;
    std::uint64_t attempted = 0;  ///< where a transaction in doubt would have moved it
  };

  Result<void> apply_once(std::span<const Range> ranges, const Closing* closing, const Applied& applied);
  Result<void> apply_halves(const Range& range, const Closing* closing, const Applied& applied);
  Result<void> quarantine(const Range& slot, const Error& reason, const Applied& applied);
  Result<void> set_aside(const Range& slot, const Error& reason, bool charged);
  Result<void> intern(std::span<const Range> ranges, const Closing* closing);
  Result<void> write_rows(store::Session& db, std::span<const Range> ranges, const Closing* closing);
  Result<void> write_totals(store::Session& db);
  Result<void> reread(std::size_t journal);

  const store::Database& database_;
  const Role role_;
  const Clock& clock_;
  RecordSource& source_;
  std::unique_ptr<store::Session> session_;
  std::vector<Watched> journals_;
  bool doubt_ = false;
  bool retired_ = false;
  bool guard_failed_ = false;
  NameIds names_;
  Fold fold_;
  std::vector<store::LogRow> rows_;
  std::uint64_t quarantined_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace tollgate::ledger
