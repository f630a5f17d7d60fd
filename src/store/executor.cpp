#include "store/executor.h"

#include <fmt/format.h>

namespace tollgate::store {
namespace {

/// A connection that lay idle for longer may have been cut by a firewall or the server: it is asked before it is used.
constexpr std::int64_t kTrustNs = 5'000'000'000;

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace

StorageThread::StorageThread(const Database& database, Access access, const Clock& clock)
    : database_(database), access_(access), clock_(clock) {}

StorageThread::~StorageThread() = default;

Result<Session*> StorageThread::session() {
  const std::int64_t now = clock_.mono_ns();
  if (session_ && !session_->broken() && database_.dsn().engine != Engine::sqlite && now - used_at_ns_ > kTrustNs) {
    (void)session_->alive();
  }
  if (!session_) {
    auto opened = database_.connect(access_);
    if (!opened) return std::unexpected(std::move(opened.error()));
    session_ = std::move(*opened);
  } else if (session_->broken()) {
    if (auto again = session_->reconnect(); !again) return std::unexpected(std::move(again.error()));
  }
  used_at_ns_ = now;
  return session_.get();
}

void StorageThread::finish() {
  if (session_) session_->abandon();
  used_at_ns_ = clock_.mono_ns();
}

void StorageThread::rest() noexcept {
  if (session_) session_->shrink();
}

bool StorageThread::lost() const { return session_ && session_->broken(); }

Executor::Executor(const Database& database, ExecutorOptions options) : database_(database) {
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  const bool sqlite = database.dsn().engine == Engine::sqlite;
  const auto pool = [&](std::size_t threads, std::string name, Access access) {
    net::OffloadOptions offload;
    offload.threads = threads;
    offload.queue_limit = options.queue_limit;
    offload.thread_name = std::move(name);
    offload.clock = options.clock;
    offload.expired = ErrorCode::storage_unavailable;
    return std::make_unique<Pool>(std::move(offload), [&database, access, &clock](std::size_t) {
      return std::make_unique<StorageThread>(database, access, clock);
    });
  };
  readers_ =
      pool(options.threads == 0 ? 1 : options.threads, options.thread_name, sqlite ? Access::read : Access::write);
  if (sqlite) writer_ = pool(1, options.thread_name + "-w", Access::write);
}

Executor::~Executor() { stop(); }

net::OffloadStats Executor::stats() const {
  net::OffloadStats out = readers_->stats();
  if (writer_) out += writer_->stats();
  return out;
}

void Executor::stop() {
  if (writer_) writer_->stop();
  readers_->stop();
}

Storage::Storage(const Databases& databases, ExecutorOptions options) {
  main_ = std::make_unique<Executor>(databases.main(), options);
  if (databases.log_is_separate()) {
    options.thread_name += "-log";
    log_ = std::make_unique<Executor>(databases.log(), options);
  }
}

Storage::~Storage() { stop(); }

net::OffloadStats Storage::stats() const {
  net::OffloadStats out = main_->stats();
  if (log_) out += log_->stats();
  return out;
}

void Storage::stop() {
  main_->stop();
  if (log_) log_->stop();
}

}  // namespace tollgate::store
