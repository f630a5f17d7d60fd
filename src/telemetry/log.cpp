#include "telemetry/log.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include <unistd.h>

#include "base/strings.h"
#include "telemetry/log_file.h"
#include "telemetry/log_format.h"

namespace tollgate::log {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 200ms;

std::atomic<Level> g_level{Level::info};
std::atomic<Format> g_format{Format::text};
std::atomic<bool> g_access{true};
std::atomic<std::uint64_t> g_dropped{0};

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::size_t write_stderr(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t put = ::write(STDERR_FILENO, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    done += static_cast<std::size_t>(put);
  }
  return done;
}

/// The queue and its writer. spdlog's queue wakes its thread for each line, a system call that cost the caller 4.4 µs a
/// line where this costs 0.8; this one wakes it once a batch, and hands over all lines in one string.
class Sink {
 public:
  Result<void> start(const Options& options) {
    const std::scoped_lock lock(mutex_);
    if (running_) return fail(ErrorCode::internal, "logging was started twice");
    file_.reset();
    if (!options.dir.empty()) {
      file_ = std::make_unique<RotatingFile>(RotatingFile::Options{.dir = options.dir,
                                                                   .name = options.file_name,
                                                                   .max_bytes = options.max_file_bytes,
                                                                   .daily = options.daily,
                                                                   .keep_files = options.keep_files,
                                                                   .keep_days = options.keep_days});
      if (auto opened = file_->open(unix_ms()); !opened) {
        file_.reset();
        return opened;
      }
    }
    limit_ = options.queue_bytes;
    stopping_ = urgent_ = reopen_ = false;
    running_ = true;
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void stop() {
    std::thread thread;
    {
      const std::scoped_lock lock(mutex_);
      if (!running_ || stopping_) return;
      stopping_ = true;
      thread = std::move(thread_);
    }
    wake_.notify_all();
    thread.join();
    const std::scoped_lock lock(mutex_);
    file_.reset();
  }

  void push(std::string_view line, bool urgent) {
    bool queued = false;
    bool wake = false;
    {
      const std::scoped_lock lock(mutex_);
      queued = running_;
      if (queued) {
        const std::size_t size = pending_.size() + line.size();
        if (size > limit_) {
          g_dropped.fetch_add(1, std::memory_order_relaxed);
          return;
        }
        urgent = urgent || size >= limit_ / 4;
        wake = pending_.empty() || (urgent && !urgent_);
        urgent_ = urgent_ || urgent;
        pending_ += line;
        ++pushed_;
      }
    }
    if (!queued) write_stderr(line);
    if (wake) wake_.notify_all();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    if (!running_) return;
    urgent_ = true;
    const std::uint64_t target = pushed_;
    wake_.notify_all();
    written_wake_.wait(lock, [&] { return written_ >= target || !running_; });
  }

  void reopen() {
    {
      const std::scoped_lock lock(mutex_);
      reopen_ = true;
      urgent_ = true;
    }
    wake_.notify_all();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    std::string batch;
    while (true) {
      wake_.wait(lock, [&] { return !pending_.empty() || stopping_ || reopen_ || urgent_; });
      // Let more gather, so that a busy gateway writes five times a second rather than for each line.
      wake_.wait_for(lock, kGather, [&] { return urgent_ || stopping_; });
      const bool last = stopping_;
      const bool again = std::exchange(reopen_, false);
      urgent_ = false;
      batch.clear();
      batch.swap(pending_);
      const std::uint64_t upto = pushed_;
      lock.unlock();
      deliver(batch, again);
      if (batch.capacity() > kKeptCapacity) batch = std::string();
      lock.lock();
      written_ = upto;
      written_wake_.notify_all();
      if (last && pending_.empty()) {
        running_ = false;
        written_wake_.notify_all();
        return;
      }
    }
  }

  void deliver(std::string& batch, bool again) {
    const std::int64_t now = unix_ms();
    if (const std::uint64_t dropped = g_dropped.load(std::memory_order_relaxed); dropped != reported_) {
      const std::array fields{Field("lines", dropped - reported_)};
      format_line(batch, g_format.load(), Level::warn, now, "log lines were dropped", fields);
      reported_ = dropped;
    }
    if (again && file_ != nullptr) {
      if (auto opened = file_->reopen(now); !opened) {
        const std::array fields{Field("error", opened.error().message())};
        format_line(batch, g_format.load(), Level::error, now, "the log file could not be opened anew", fields);
      }
    }
    if (batch.empty()) return;
    const std::size_t put = file_ != nullptr ? file_->write(batch, now) : write_stderr(batch);
    if (put == batch.size()) return;
    std::uint64_t lost = 0;
    for (const char c : std::string_view(batch).substr(put)) lost += c == '\n' ? 1 : 0;
    g_dropped.fetch_add(lost, std::memory_order_relaxed);
  }

  static constexpr std::size_t kKeptCapacity = 256 << 10;

  mutable std::mutex mutex_;
  std::condition_variable wake_, written_wake_;
  std::string pending_;
  std::size_t limit_ = 0;
  std::uint64_t pushed_ = 0, written_ = 0;
  bool running_ = false, stopping_ = false, urgent_ = false, reopen_ = false;
  std::thread thread_;
  // The writer's own.
  std::unique_ptr<RotatingFile> file_;
  std::uint64_t reported_ = 0;
};

/// Never destroyed: threads may log while the process ends.
Sink& sink() {
  static Sink* const held = new Sink;
  return *held;
}

void emit(Level level, std::string_view message, std::span<const Field> fields) {
  thread_local std::string line;
  line.clear();
  format_line(line, g_format.load(std::memory_order_relaxed), level, unix_ms(), message, fields);
  sink().push(line, level >= Level::warn);
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) {
  for (const Level level : {Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
    if (iequals(name, level_name(level))) return level;
  }
  if (iequals(name, "warning")) return Level::warn;
  if (iequals(name, "fatal") || iequals(name, "panic")) return Level::error;
  return std::nullopt;
}

bool enabled(Level level) { return level >= g_level.load(std::memory_order_relaxed) && level != Level::off; }
void set_level(Level level) { g_level.store(level, std::memory_order_relaxed); }

void write(Level level, std::string_view message, Fields fields) {
  if (enabled(level)) emit(level, message, {fields.begin(), fields.size()});
}

void failure(Level level, std::string_view message, const Error& error, Fields fields) {
  if (!enabled(level)) return;
  std::vector<Field> all(fields);
  all.emplace_back("error", error.name());
  all.emplace_back("reason", error.message());
  if (!error.detail().empty()) all.emplace_back("detail", error.detail());
  emit(level, message, all);
}

bool every(std::atomic<std::int64_t>& state, std::int64_t every_ms) {
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count() +
      1;
  std::int64_t last = state.load(std::memory_order_relaxed);
  if (last != 0 && now - last < every_ms) return false;
  return state.compare_exchange_strong(last, now, std::memory_order_relaxed);
}

bool access_enabled() { return g_access.load(std::memory_order_relaxed) && enabled(Level::info); }

void access(const Access& a) {
  if (!access_enabled()) return;
  thread_local std::vector<Field> fields;
  fields.clear();
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) fields.emplace_back(key, value);
  };
  const auto number = [&](std::string_view key, std::int64_t value, std::int64_t least) {
    if (value >= least) fields.emplace_back(key, value);
  };
  text("request_id", a.request_id);
  number("status", a.status, 1);
  text("method", a.method);
  text("path", a.path);
  number("latency_us", a.latency_us, 0);
  number("first_byte_us", a.first_byte_us, 0);
  text("client", a.client);
  number("user_id", a.user_id, 1);
  number("token_id", a.token_id, 1);
  number("channel_id", a.channel_id, 1);
  text("model", a.model);
  if (a.upstream_model != a.model) text("upstream_model", a.upstream_model);
  number("input_tokens", a.input_tokens, 0);
  number("output_tokens", a.output_tokens, 0);
  number("quota", a.quota, 0);
  number("attempts", a.attempts, 2);
  number("bytes_in", a.bytes_in, 0);
  number("bytes_out", a.bytes_out, 0);
  text("error", a.error);
  text("user_agent", a.user_agent);
  emit(Level::info, "access", fields);
}

Result<void> start(const Options& options) {
  g_level.store(options.level);
  g_format.store(options.format);
  g_access.store(options.access);
  return sink().start(options);
}

void stop() { sink().stop(); }
void flush() { sink().flush(); }
void reopen() { sink().reopen(); }
std::uint64_t dropped() { return g_dropped.load(std::memory_order_relaxed); }

}  // namespace tollgate::log
