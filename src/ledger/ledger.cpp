#include "ledger/ledger.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "crypto/random.h"
#include "ledger/completion.h"
#include "ledger/flusher.h"
#include "ledger/keeper.h"
#include "ledger/recovery.h"
#include "store/database.h"
#include "store/executor.h"
#include "store/ledger_accounts.h"
#include "store/ledger_journals.h"
#include "store/ledger_nodes.h"
#include "store/options.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace tollgate::ledger {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kUuidLength = 36;

bool is_uuid(std::string_view text) {
  return text.size() == kUuidLength && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

/// Who this data directory is, made up at its first start.
Result<std::string> node_name(const fs::path& data_dir) {
  const fs::path path = data_dir / "node";
  if (std::ifstream file(path); file) {
    std::string text;
    std::getline(file, text);
    if (is_uuid(text)) return text;
    return fail(ErrorCode::invalid_request,
                "the file " + path.string() +
                    " should hold this node's uuid and does not: restore it, or delete it to become another node");
  }
  std::string name = crypto::uuid4();
  const fs::path unfinished = data_dir / "node.new";
  const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return fail(file_error("cannot make", unfinished, errno));
  const std::string line = name + "\n";
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!written) return fail(file_error("cannot write", unfinished, error));
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return fail(file_error("cannot rename", unfinished, errno));
  return name;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

}  // namespace

/// Loads under way, so that many callers of one account wait for one look-up.
class Ledger::Flights {
 public:
  using Key = std::pair<std::int64_t, std::int64_t>;

  /// @return what to wait for, or null if the caller is to load.
  std::shared_ptr<Completion> join(Key key) {
    const std::scoped_lock lock(mutex_);
    const auto [flight, is_new] = flights_.try_emplace(key);
    if (!is_new) return flight->second;
    flight->second = std::make_shared<Completion>();
    return nullptr;
  }
  void land(Key key, Result<void> outcome) {
    std::shared_ptr<Completion> completion;
    {
      const std::scoped_lock lock(mutex_);
      const auto flight = flights_.find(key);
      completion = std::move(flight->second);
      flights_.erase(flight);
    }
    completion->set(std::move(outcome));
  }

 private:
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<Completion>> flights_;
};

Ledger::Ledger(const store::Databases& databases, const Settings& settings, const Clock& clock)
    : databases_(databases), settings_(settings), clock_(clock), flights_(std::make_unique<Flights>()) {}

Ledger::~Ledger() {
  registrations_.clear();
  if (flusher_) flusher_->stop();
  if (keeper_) keeper_->stop();
  if (syncer_) syncer_->stop();
}

Result<std::unique_ptr<Ledger>> Ledger::start(const store::Databases& databases, const Settings& settings,
                                              const Clock& clock, telemetry::Metrics* metrics) {
  std::unique_ptr<Ledger> ledger(new Ledger(databases, settings, clock));
  if (auto begun = ledger->begin(); !begun) return std::unexpected(std::move(begun.error()));
  std::vector<Journal*> journals;
  for (const auto& journal : ledger->journals_) journals.push_back(journal.get());
  ledger->syncer_ = std::make_unique<Syncer>(journals, ledger->admission_);
  ledger->flusher_ = std::make_unique<Flusher>(
      Flusher::Parts{databases, journals, ledger->names_, ledger->cells_, ledger->admission_, *ledger->syncer_,
                     ledger->clock_, ledger->settings_, ledger->node_, ledger->epoch_},
      metrics);
  ledger->keeper_ = std::make_unique<Keeper>(journals, ledger->admission_);
  ledger->flusher_->start();
  ledger->keeper_->start();
  ledger->syncer_->start(std::chrono::milliseconds(ledger->settings_.sync_interval_ms));
  if (metrics != nullptr) ledger->register_metrics(*metrics);
  return ledger;
}

Result<void> Ledger::begin() {
  std::error_code error;
  fs::create_directories(settings_.data_dir / "journal", error);
  if (error) return fail(file_error("cannot make", settings_.data_dir / "journal", error.value()));
  fs::permissions(settings_.data_dir / "journal", fs::perms::owner_all, error);
  auto name = node_name(settings_.data_dir);
  if (!name) return std::unexpected(std::move(name.error()));
  node_ = std::move(*name);

  auto db = databases_.main().connect();
  if (!db) return std::unexpected(std::move(db.error()));
  auto uuid = store::claim_meta_value(**db, store::kMetaLedgerUuid, crypto::uuid4());
  if (!uuid) return std::unexpected(std::move(uuid.error()));
  uuid_ = std::move(*uuid);
  if (!settings_.retire_node.empty() && settings_.retire_node != node_) {
    if (auto retired = store::retire_node(**db, settings_.retire_node); !retired) return retired;
    log::warn("a node was retired", {{"node", settings_.retire_node}});
  }
  auto node = store::claim_node(**db, node_, host_name(), clock_.unix_seconds());
  if (!node) return std::unexpected(std::move(node.error()));
  epoch_ = node->epoch;

  auto recovered = recover(
      {databases_, settings_.data_dir / "journal" / uuid_, uuid_, node->id, settings_.segment_retention_s, clock_});
  if (!recovered) return std::unexpected(std::move(recovered.error()));
  recovery_ = *recovered;
  return make_journals(**db, node->id);
}

Result<void> Ledger::make_journals(store::Session& db, std::int64_t node_id) {
  std::vector<store::JournalRow> rows;
  for (unsigned i = 0; i < settings_.workers; ++i) {
    JournalId id{uuid_, node_, epoch_, i};
    rows.push_back({.id = id.key(),
                    .node_id = node_id,
                    .epoch = epoch_,
                    .worker = static_cast<std::int32_t>(i),
                    .created_at = clock_.unix_seconds()});
    std::string folder = node_ + "-" + std::to_string(epoch_) + "-" + std::to_string(i);
    auto journal = Journal::create(settings_.data_dir / "journal" / uuid_ / folder, std::move(id), settings_.journal);
    if (!journal) return std::unexpected(std::move(journal.error()));
    journals_.push_back(std::move(*journal));
    workers_.emplace_back(new WorkerLedger(*journals_.back(), names_, admission_));
  }
  // Only now: a journal that the database knows and that has no folder would be taken for lost.
  if (auto made = store::create_journals(db, rows); !made) return made;
  if (!databases_.log_is_separate()) return {};
  auto log_db = databases_.log().connect();
  if (!log_db) return std::unexpected(std::move(log_db.error()));
  return store::create_journals(**log_db, rows);
}

Account Ledger::find(UserId user, TokenId token) const {
  auto user_cell = cells_.find(AccountKey::of(user));
  if (!user_cell) return {};
  if (!token) return {std::move(user_cell), nullptr};
  auto token_cell = cells_.find(AccountKey::of(token));
  if (!token_cell) return {};
  return {std::move(user_cell), std::move(token_cell)};
}

Result<Account> Ledger::load_blocking(store::Session& db, UserId user, TokenId token) {
  const auto load = [&](AccountKey key, const char* missing) -> Result<std::shared_ptr<Cell>> {
    while (true) {
      if (auto cell = cells_.find(key)) return cell;
      const std::uint64_t generation = cells_.generation(key);
      auto rows = store::find_account_states(db, key.kind, std::span(&key.id, 1));
      if (!rows) return std::unexpected(std::move(rows.error()));
      if (rows->empty()) return fail(ErrorCode::not_found, missing);
      // What was granted meanwhile would be missed by a cell made of these numbers.
      if (cells_.generation(key) != generation) continue;
      const store::AccountStateRow& row = rows->front();
      return cells_.insert(
          key, {.granted = row.granted, .used = row.used, .unlimited = row.unlimited, .enabled = row.enabled},
          clock_.unix_ms());
    }
  };
  auto user_cell = load(AccountKey::of(user), "there is no such user");
  if (!user_cell) return std::unexpected(std::move(user_cell.error()));
  if (!token) return Account(std::move(*user_cell), nullptr);
  auto token_cell = load(AccountKey::of(token), "there is no such token");
  if (!token_cell) return std::unexpected(std::move(token_cell.error()));
  return Account(std::move(*user_cell), std::move(*token_cell));
}

net::Task<Result<Account>> Ledger::load(store::Executor& executor, UserId user, TokenId token, Deadline deadline) {
  if (Account account = find(user, token)) co_return account;
  const Flights::Key key{user.value, token.value};
  if (auto flight = flights_->join(key)) {
    auto outcome = co_await Completion::wait(std::move(flight));
    if (!outcome) co_return std::unexpected(std::move(outcome.error()));
    if (Account account = find(user, token)) co_return account;
    co_return fail(ErrorCode::overloaded, "the account is being loaded; try again");
  }
  // Whatever becomes of this coroutine, those who wait are answered.
  struct Landing {
    Flights& flights;
    Flights::Key key;
    Result<void> outcome = fail(ErrorCode::overloaded, "the account is being loaded; try again");
    ~Landing() { flights.land(key, std::move(outcome)); }
  } landing{*flights_, key};
  const auto look_up = [this, user, token](store::Session& db) { return load_blocking(db, user, token); };
  auto loaded = co_await executor.read(look_up, deadline);
  if (loaded) {
    landing.outcome = {};
  } else {
    landing.outcome = fail(loaded.error());
  }
  co_return loaded;
}

void Ledger::reload(std::vector<AccountKey> accounts, std::function<void(Result<void>)> done) {
  flusher_->reload(std::move(accounts), std::move(done));
}

net::Task<Result<void>> Ledger::reload(std::vector<AccountKey> accounts) {
  auto completion = std::make_shared<Completion>();
  reload(std::move(accounts), [completion](Result<void> outcome) { completion->set(std::move(outcome)); });
  co_return co_await Completion::wait(completion);
}

Result<void> Ledger::reload_blocking(std::vector<AccountKey> accounts) {
  struct State {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Result<void>> outcome;
  };
  auto state = std::make_shared<State>();
  reload(std::move(accounts), [state](Result<void> outcome) {
    const std::scoped_lock lock(state->mutex);
    state->outcome = std::move(outcome);
    state->done.notify_all();
  });
  std::unique_lock lock(state->mutex);
  state->done.wait(lock, [&] { return state->outcome.has_value(); });
  return *state->outcome;
}

Quota Ledger::live_used(AccountKey account, Quota stored_used) const {
  const auto cell = cells_.find(account);
  return cell ? cell->used() : stored_used;
}

Snapshot Ledger::snapshot() const {
  const Flusher::Counts& counts = flusher_->counts();
  Snapshot out;
  out.journal_depth = flusher_->main_depth();
  out.log_depth = flusher_->log_depth();
  out.journal_slots_free = std::numeric_limits<std::uint64_t>::max();
  for (const auto& journal : journals_)
    out.journal_slots_free = std::min(out.journal_slots_free, journal->free_slots());
  out.accounts_users = cells_.size(AccountKind::user);
  out.accounts_tokens = cells_.size(AccountKind::token);
  out.syncs_ok = syncer_->counts().ok.load(std::memory_order_relaxed);
  out.syncs_failed = syncer_->counts().failed.load(std::memory_order_relaxed);
  out.flushes = counts.flushes.load(std::memory_order_relaxed);
  out.flushed_records = counts.records.load(std::memory_order_relaxed);
  out.flush_failures = counts.failures.load(std::memory_order_relaxed);
  out.flush_fails = counts.fails.load(std::memory_order_relaxed);
  out.flush_ns = counts.flush_ns.load(std::memory_order_relaxed);
  out.quarantined = counts.quarantined.load(std::memory_order_relaxed);
  for (const auto& worker : workers_) {
    out.reserved += worker->held_.load(std::memory_order_relaxed);
    out.overdrafts += static_cast<std::uint64_t>(worker->overdrafts_.load(std::memory_order_relaxed));
    out.overdraft_quota += worker->overdraft_quota_.load(std::memory_order_relaxed);
  }
  out.admitting = admitting();
  return out;
}

void Ledger::register_metrics(telemetry::Metrics& metrics) {
  using telemetry::Metric;
  const auto sample = [&](Metric metric, auto read) {
    registrations_.push_back(metrics.on_scrape(
        metric, [this, read](const telemetry::SampleSink& sink) { sink({}, static_cast<double>(read(snapshot()))); }));
  };
  sample(Metric::journal_depth, [](const Snapshot& s) { return s.journal_depth; });
  sample(Metric::journal_slots_free, [](const Snapshot& s) { return s.journal_slots_free; });
  sample(Metric::flushed_records, [](const Snapshot& s) { return s.flushed_records; });
  sample(Metric::flush_failures, [](const Snapshot& s) { return s.flush_failures; });
  sample(Metric::quarantined_records, [](const Snapshot& s) { return s.quarantined; });
  sample(Metric::quota_reserved, [](const Snapshot& s) { return s.reserved; });
  sample(Metric::overdrafts, [](const Snapshot& s) { return s.overdrafts; });
  sample(Metric::overdraft_quota, [](const Snapshot& s) { return s.overdraft_quota; });
  registrations_.push_back(metrics.on_scrape(Metric::journal_syncs, [this](const telemetry::SampleSink& sink) {
    const Snapshot now = snapshot();
    sink({"ok"}, static_cast<double>(now.syncs_ok));
    sink({"failed"}, static_cast<double>(now.syncs_failed));
  }));
  registrations_.push_back(metrics.on_scrape(Metric::accounts_loaded, [this](const telemetry::SampleSink& sink) {
    sink({"user"}, static_cast<double>(cells_.size(AccountKind::user)));
    sink({"token"}, static_cast<double>(cells_.size(AccountKind::token)));
  }));
}

Result<void> Ledger::flush_blocking(Deadline deadline) { return flusher_->flush_blocking(deadline); }

Result<void> Ledger::drain(Deadline deadline) {
  admission_.stop(Admission::Cause::draining, "the gateway is shutting down");
  auto outcome = flusher_->finish_blocking(deadline);
  keeper_->stop();
  flusher_->stop();
  syncer_->stop();
  return outcome;
}

}  // namespace tollgate::ledger
