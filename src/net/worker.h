#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/cancel.h"
#include "net/task.h"
#include "net/timer.h"

namespace tollgate::net {

class Worker;

/// A message to a worker that needs no allocation: it must outlive its delivery.
class PostNode {
 public:
  PostNode() = default;
  PostNode(const PostNode&) = delete;
  PostNode& operator=(const PostNode&) = delete;

 protected:
  ~PostNode() = default;

 private:
  friend class Worker;
  virtual void on_post() = 0;
  /// The worker has stopped: it will not be delivered. Any thread.
  virtual void on_drop() {}
  PostNode* next_ = nullptr;
};

/// Holds bytes in the worker's read buffer that it has not used up.
class ReadBufferUser {
 protected:
  ~ReadBufferUser() = default;

 private:
  friend class Worker;
  /// Somebody else is about to read: copy what is still needed.
  virtual void on_read_buffer_taken() = 0;
};

/// Which descriptors a turn of the loop serves first: those of calls under way, so that they end and what they hold is
/// still in the processor's caches, before those that bring new calls.
enum class Turn : std::uint8_t { first, last };

/// A registered descriptor (edge-triggered, once for its life). Owned by its stream or listener; worker thread only.
class Pollable {
 public:
  Pollable() = default;
  Pollable(const Pollable&) = delete;
  Pollable& operator=(const Pollable&) = delete;

 protected:
  ~Pollable();
  /// Takes ownership of the non-blocking `fd`. @return false if the system refuses.
  bool open(Worker& worker, int fd, std::uint32_t events, Turn turn = Turn::first);
  void close_fd();
  /// Unregisters the descriptor and hands it over.
  [[nodiscard]] int release_fd();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  friend class Worker;
  /// @param events  EPOLL bits. May destroy this object.
  virtual void on_events(std::uint32_t events) = 0;

  Worker* poll_worker_ = nullptr;
  int fd_ = -1;
  std::uint32_t slot_ = 0;
};

struct WorkerOptions {
  /// Tests hand in their own; the loop then looks at it every few milliseconds, since it cannot sleep by it.
  const Clock* clock = nullptr;  ///< the system's if null; must outlive the worker
  std::string thread_name = "worker";
  /// Told of an exception that left a spawned task; prints to stderr if empty.
  std::function<void(const char* what)> on_uncaught;
};

/// Writing to a connection that the peer has reset, or to a file that may not grow further, is an error to handle, not
/// a reason to die: the process ignores the signals from now on. Every worker asks for it.
void survive_failed_writes();

/// One thread with one readiness loop. What is created on it stays on it; other threads talk to it through `post`.
///
/// It stops when told: tasks still suspended then are destroyed on its thread, in reverse order of their start.
class Worker {
 public:
  explicit Worker(WorkerOptions options = {}, std::size_t index = 0);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The worker whose thread this is; it must be one.
  static Worker& current() { return *current_; }
  static Worker* current_or_null() { return current_; }
  [[nodiscard]] std::size_t index() const { return index_; }

  void start();
  /// Any other thread; joins.
  void stop();
  /// Runs the loop on the calling thread until `stop_soon`; for tests and tools with one thread.
  void run();
  void stop_soon();

  // --- any thread ---
  /// Runs `message` on the worker's thread, in order. Dropped (destroyed) if the worker has stopped.
  void post(std::move_only_function<void()> message);
  void post(PostNode& node);
  /// Starts `task` on the worker.
  void spawn_from_anywhere(Task<void> task);

  // --- its own thread ---
  /// Starts a task at once; it runs until its first suspension. It frees itself at its end.
  void spawn(Task<void> task);
  /// Resumes `handle` in this turn of the loop, after the events at hand.
  void defer(std::coroutine_handle<> handle) { ready_.push_back(handle); }
  /// Time at the start of this turn of the loop.
  [[nodiscard]] std::int64_t now_ns() const { return now_ns_; }
  [[nodiscard]] std::int64_t now_unix_ms() const { return now_unix_ms_; }  ///< the same, wall clock
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Deadline in_ms(std::int64_t ms) const { return Deadline::after_ms(now_ns_, ms); }

  void arm(TimerNode& node, Deadline deadline) {
    if (deadline.is_never()) {
      node.disarm();
    } else {
      timers_.arm(node, deadline.ns());
    }
  }

  class Sleep;
  /// Ends early if `signal` triggers. Coarse: up to 8 ms late.
  Sleep sleep(std::int64_t ms, CancelSignal* signal = nullptr);

  /// The one read buffer, for `user`'s next read; what its previous user still needs is saved first. Readable padding
  /// of 64 bytes follows it.
  static constexpr std::size_t kReadBufferBytes = 64 * 1024;
  static constexpr std::size_t kReadPadding = 64;
  std::span<char> read_buffer(ReadBufferUser& user) {
    if (reader_ != nullptr && reader_ != &user) reader_->on_read_buffer_taken();
    reader_ = &user;
    return {buffer_.get(), kReadBufferBytes};
  }
  /// `user` needs nothing in the buffer any more.
  void release_read_buffer(const ReadBufferUser& user) {
    if (reader_ == &user) reader_ = nullptr;
  }
  /// Text that is built and written without a suspension in between: cleared by each user.
  [[nodiscard]] std::string& scratch() { return scratch_; }

  /// Tasks that were spawned and have not ended.
  [[nodiscard]] std::size_t task_count() const { return task_count_; }

  class Root;

 private:
  friend class Pollable;
  struct Slot {
    Pollable* pollable = nullptr;
    std::uint32_t generation = 0;
    Turn turn = Turn::first;
  };
  /// An event whose descriptor waits for its turn.
  struct Late {
    std::uint64_t token;
    std::uint32_t events;
  };

  bool add(Pollable& pollable, std::uint32_t events, Turn turn);
  void remove(Pollable& pollable);
  void turn();
  void serve(std::uint64_t token, std::uint32_t events);
  void serve_late();
  [[nodiscard]] int wait_ms() const;
  void wake();
  void run_posted();
  void run_ready();
  void shut();

  static thread_local Worker* current_;

  const Clock& clock_;
  const bool real_time_;
  const std::size_t index_;
  WorkerOptions options_;
  int epoll_fd_ = -1, wake_fd_ = -1;
  std::int64_t now_ns_;
  std::int64_t now_unix_ms_;
  TimerWheel timers_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Late> late_;  // from late_next_ on
  std::size_t late_next_ = 0;
  std::vector<std::coroutine_handle<>> ready_, running_;
  std::unique_ptr<char[]> buffer_;
  ReadBufferUser* reader_ = nullptr;
  std::string scratch_;
  Root* roots_ = nullptr;
  std::size_t task_count_ = 0;

  std::mutex post_mutex_;
  PostNode* post_first_ = nullptr;  // guarded by post_mutex_
  PostNode** post_last_ = &post_first_;
  bool closed_ = false;  // guarded by post_mutex_
  std::atomic<bool> wake_pending_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// See Worker::sleep. @return (when awaited) false if the signal ended it.
class Worker::Sleep final : private TimerNode, private Cancelable {
 public:
  Sleep(Worker& worker, Deadline until, CancelSignal* signal) : worker_(worker), until_(until), stop_(signal) {}
  [[nodiscard]] bool await_ready() const { return stop_ != nullptr && stop_->canceled(); }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    if (stop_ != nullptr) attach(*stop_);
    worker_.arm(*this, until_);
  }
  bool await_resume() const { return stop_ == nullptr || !stop_->canceled(); }

 private:
  void on_timer() override {
    detach();
    worker_.defer(handle_);
  }
  void on_cancel() override {
    disarm();
    worker_.defer(handle_);
  }
  Worker& worker_;
  Deadline until_;
  CancelSignal* stop_;
  std::coroutine_handle<> handle_;
};

inline Worker::Sleep Worker::sleep(std::int64_t ms, CancelSignal* signal) {
  return {*this, Deadline::at_ns(now_ns_ + (ms > 0 ? ms : 0) * 1'000'000), signal};
}

/// A fixed set of workers. Created, started and stopped by one thread.
class WorkerPool {
 public:
  WorkerPool(std::size_t count, const WorkerOptions& options);
  ~WorkerPool();
  void start();
  void stop();
  [[nodiscard]] std::size_t size() const { return workers_.size(); }
  [[nodiscard]] Worker& operator[](std::size_t index) { return *workers_[index]; }
  /// Runs `fn` on every worker and waits until all have. Not from a worker.
  void on_each(const std::function<void(Worker&)>& fn);

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace tollgate::net
