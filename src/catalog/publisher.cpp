#include "catalog/publisher.h"

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <utility>

#include "crypto/random.h"
#include "store/executor.h"
#include "store/options.h"
#include "telemetry/log.h"

namespace tollgate::catalog {
namespace {

constexpr std::string_view kCatalogMark = "changed.catalog";
constexpr std::string_view kTokensMark = "changed.tokens";

// Frees a snapshot on a storage thread; where none takes it, it goes with this frame.
net::Task<void> drop(store::Storage& storage, std::shared_ptr<const Catalog> catalog) {
  static_cast<void>(co_await storage.read(
      [&catalog](store::Session&) -> Result<bool> {
        catalog.reset();
        return true;
      },
      Deadline::never()));
}

}  // namespace

Result<ChangeMarks> read_change_marks(store::Session& db) {
  auto catalog = store::meta_value(db, kCatalogMark);
  if (!catalog) return std::unexpected(std::move(catalog.error()));
  auto tokens = store::meta_value(db, kTokensMark);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return ChangeMarks{std::move(*catalog), std::move(*tokens)};
}

Result<void> mark_change(store::Session& db, Changed what) {
  return store::set_meta_value(db, what == Changed::catalog ? kCatalogMark : kTokensMark, crypto::uuid4());
}

/// Who waits for a snapshot to be everywhere: a coroutine of a worker, or a thread.
struct Publisher::Waiter {
  net::Worker* worker = nullptr;
  std::coroutine_handle<> handle;
  std::mutex mutex;
  std::condition_variable done;
  std::optional<Result<void>> answer;  // of a coroutine: touched by its worker only, once it waits

  static void finish(const std::shared_ptr<Waiter>& waiter, Result<void> result) {
    if (waiter->worker == nullptr) {
      const std::lock_guard lock(waiter->mutex);
      waiter->answer = std::move(result);
      waiter->done.notify_all();
      return;
    }
    waiter->worker->post([waiter, result = std::move(result)]() mutable {
      waiter->answer = std::move(result);
      waiter->worker->defer(waiter->handle);
    });
  }
};

class Publisher::Arrival {
 public:
  Arrival(Publisher& publisher, std::shared_ptr<Waiter> waiter) : publisher_(publisher), waiter_(std::move(waiter)) {}
  [[nodiscard]] static bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter_->worker = &net::Worker::current();
    waiter_->handle = handle;
    publisher_.request(Changed::catalog, waiter_);
  }
  [[nodiscard]] Result<void> await_resume() const { return std::move(*waiter_->answer); }

 private:
  Publisher& publisher_;
  std::shared_ptr<Waiter> waiter_;
};

/// Counts the workers that have a snapshot.
struct Publisher::Round {
  std::atomic<std::size_t> missing;
  std::vector<std::shared_ptr<Waiter>> waiting;

  Round(std::size_t workers, std::vector<std::shared_ptr<Waiter>> who) : missing(workers), waiting(std::move(who)) {}
  void arrived() {
    if (missing.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    for (const auto& waiter : waiting) Waiter::finish(waiter, {});
  }
};

Publisher::Publisher(net::WorkerPool& workers, store::Storage& storage, Builder& builder, TokenGenerations& generations,
                     SettingsReader settings, Options options)
    : workers_(workers),
      storage_(storage),
      builder_(builder),
      generations_(generations),
      settings_(std::move(settings)),
      options_(options),
      slots_(workers.size()) {}

Publisher::~Publisher() { stop(); }

Result<void> Publisher::start() {
  auto marks = storage_.main().read_blocking([](store::Session& db) { return read_change_marks(db); });
  if (!marks) return std::unexpected(std::move(marks.error()));
  marks_ = std::move(*marks);
  auto built = storage_.main().read_blocking([this](store::Session& db) { return build(db); });
  if (!built) return std::unexpected(std::move(built.error()));
  distribute(std::move(*built), {});
  if (options_.poll_ms > 0) workers_[0].spawn_from_anywhere(poll());
  return {};
}

std::shared_ptr<const Catalog> Publisher::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::vector<BuildProblem> Publisher::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

void Publisher::catalog_changed() { request(Changed::catalog, nullptr); }

net::Task<Result<void>> Publisher::publish() {
  Arrival arrival(*this, std::make_shared<Waiter>());
  co_return co_await arrival;
}

Result<void> Publisher::publish_blocking() {
  auto waiter = std::make_shared<Waiter>();
  request(Changed::catalog, waiter);
  std::unique_lock lock(waiter->mutex);
  waiter->done.wait(lock, [&] { return waiter->answer.has_value(); });
  return std::move(*waiter->answer);
}

void Publisher::token_changed(UserId user, bool made) {
  generations_.user_changed(user);
  if (made) generations_.token_made();
  request(Changed::tokens, nullptr);
}

void Publisher::changed_elsewhere(Changed what) {
  if (what == Changed::tokens) {
    generations_.all_changed();
    return;
  }
  std::unique_lock lock(mutex_);
  dirty_ = true;
  kick(lock);
}

void Publisher::stop() {
  std::vector<std::shared_ptr<Waiter>> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting.swap(waiting_);
  }
  for (const auto& waiter : waiting) {
    Waiter::finish(waiter, fail(ErrorCode::shutting_down, "the gateway is shutting down"));
  }
}

void Publisher::request(Changed what, std::shared_ptr<Waiter> waiter) {
  std::unique_lock lock(mutex_);
  if (stopped_) {
    lock.unlock();
    if (waiter) Waiter::finish(waiter, fail(ErrorCode::shutting_down, "the gateway is shutting down"));
    return;
  }
  if (what == Changed::catalog) {
    dirty_ = mark_catalog_ = true;
    if (waiter) waiting_.push_back(std::move(waiter));
  } else {
    mark_tokens_ = true;
  }
  kick(lock);
}

void Publisher::kick(std::unique_lock<std::mutex>& lock) {
  if (running_ || stopped_) return;
  running_ = true;
  lock.unlock();
  workers_[0].spawn_from_anywhere(run());
}

net::Task<void> Publisher::run() {
  for (;;) {
    bool dirty = false;
    bool mark_catalog = false;
    bool mark_tokens = false;
    std::vector<std::shared_ptr<Waiter>> waiting;
    {
      const std::lock_guard lock(mutex_);
      dirty = std::exchange(dirty_, false);
      mark_catalog = std::exchange(mark_catalog_, false);
      mark_tokens = std::exchange(mark_tokens_, false);
      waiting.swap(waiting_);
      if (stopped_ || (!dirty && !mark_catalog && !mark_tokens)) {
        running_ = false;
        for (const auto& waiter : waiting) {
          Waiter::finish(waiter, fail(ErrorCode::shutting_down, "the gateway is shutting down"));
        }
        co_return;
      }
    }

    Result<void> outcome;
    // This node first: its own workers must have the change soon; other nodes poll.
    if (dirty) {
      auto built = co_await storage_.read([this](store::Session& db) { return build(db); }, Deadline::never());
      if (built) {
        distribute(std::move(*built), std::move(waiting));
        waiting.clear();
        dirty = false;
      } else {
        failed_builds_.fetch_add(1, std::memory_order_relaxed);
        outcome = std::unexpected(std::move(built.error()));
      }
    }
    if (mark_catalog || mark_tokens) {
      auto marked = co_await storage_.run(
          [this, mark_catalog, mark_tokens](store::Session& db) { return write_marks(db, mark_catalog, mark_tokens); },
          Deadline::never());
      if (marked) {
        if (ChangeFeed* feed = feed_.load(std::memory_order_acquire)) {
          if (mark_catalog) feed->announce(Changed::catalog);
          if (mark_tokens) feed->announce(Changed::tokens);
        }
        mark_catalog = mark_tokens = false;
      } else if (outcome) {
        outcome = std::unexpected(std::move(marked.error()));
      }
    }
    if (outcome) continue;

    log::failure(log::Level::error, "a change could not be published; trying again", outcome.error());
    for (const auto& waiter : waiting) Waiter::finish(waiter, std::unexpected(outcome.error()));
    {
      const std::lock_guard lock(mutex_);
      dirty_ = dirty_ || dirty;
      mark_catalog_ = mark_catalog_ || mark_catalog;
      mark_tokens_ = mark_tokens_ || mark_tokens;
    }
    co_await net::Worker::current().sleep(options_.retry_ms);
  }
}

net::Task<void> Publisher::poll() {
  for (;;) {
    co_await net::Worker::current().sleep(options_.poll_ms);
    auto marks = co_await storage_.read([](store::Session& db) { return read_change_marks(db); }, Deadline::never());
    if (!marks) continue;  // the database is away: next time
    bool catalog = false;
    bool tokens = false;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) co_return;
      catalog = marks->catalog != marks_.catalog && !mark_catalog_;
      tokens = marks->tokens != marks_.tokens && !mark_tokens_;
      marks_ = std::move(*marks);
    }
    if (catalog) changed_elsewhere(Changed::catalog);
    if (tokens) changed_elsewhere(Changed::tokens);
  }
}

Result<std::shared_ptr<const Catalog>> Publisher::build(store::Session& db) {
  auto rows = load_rows(db);
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto settings = settings_(db);
  if (!settings) return std::unexpected(std::move(settings.error()));
  Built built = builder_.build(*rows, std::move(*settings));
  report(built.problems);
  builds_.fetch_add(1, std::memory_order_relaxed);
  return std::move(built.catalog);
}

Result<void> Publisher::write_marks(store::Session& db, bool catalog, bool tokens) {
  for (const auto& [wanted, name, mark] : {std::tuple(catalog, kCatalogMark, &ChangeMarks::catalog),
                                           std::tuple(tokens, kTokensMark, &ChangeMarks::tokens)}) {
    if (!wanted) continue;
    std::string word = crypto::uuid4();
    if (auto written = store::set_meta_value(db, name, word); !written) return written;
    const std::lock_guard lock(mutex_);
    marks_.*mark = std::move(word);
  }
  return {};
}

void Publisher::distribute(std::shared_ptr<const Catalog> catalog, std::vector<std::shared_ptr<Waiter>> waiting) {
  const Catalog* raw = catalog.get();
  // The last one to let go of it hands it to a storage thread.
  std::shared_ptr<const Catalog> shared(raw, [this, held = std::move(catalog)](const Catalog*) mutable {
    workers_[0].spawn_from_anywhere(drop(storage_, std::move(held)));
  });
  std::shared_ptr<const Catalog> previous;
  {
    const std::lock_guard lock(mutex_);
    previous = std::exchange(newest_, shared);
  }
  auto round = std::make_shared<Round>(workers_.size(), std::move(waiting));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    // A reference count of the worker's own: requests of different workers do not share a cache line.
    std::shared_ptr<const Catalog> own(raw, [shared](const Catalog*) {});
    workers_[i].post([this, i, own = std::move(own), round]() mutable {
      slots_[i].catalog = std::move(own);
      round->arrived();
    });
  }
}

void Publisher::report(const std::vector<BuildProblem>& problems) {
  const std::lock_guard lock(mutex_);
  for (const BuildProblem& problem : problems) {
    const auto same = [&](const BuildProblem& old) { return old.what == problem.what && old.reason == problem.reason; };
    if (std::ranges::none_of(problems_, same)) {
      log::warn("a row cannot be used", {{"row", problem.what}, {"reason", problem.reason}});
    }
  }
  problems_ = problems;
}

}  // namespace tollgate::catalog
