#pragma once

#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/worker.h"

namespace tollgate::net {

struct OffloadOptions {
  std::size_t threads = 2;
  std::size_t queue_limit = 1024;  ///< jobs waiting; a further one is answered `overloaded`
  std::string thread_name = "offload";
  const Clock* clock = nullptr;  ///< the system's if null
  /// The answer to a job whose deadline passed before it ran.
  ErrorCode expired = ErrorCode::overloaded;
  /// A thread that found nothing to do for so long lets what it owns rest.
  std::int64_t rest_after_ms = 5'000;
};

/// What a pool did since its start, and what waits in it now.
struct OffloadStats {
  std::size_t waiting = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;   ///< ran, and answered with an error
  std::uint64_t expired = 0;  ///< past their deadline before they ran
  std::uint64_t refused = 0;  ///< the queue was full, or the pool stopping
  OffloadStats& operator+=(const OffloadStats& other);
};

/// The part of a pool that does not depend on what its threads own. Any thread.
class OffloadQueue {
 public:
  class Job {
   public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

   protected:
    ~Job() = default;

   private:
    friend class OffloadQueue;
    enum class State : std::uint8_t { idle, queued, running, done };
    /// On a pool thread, `context` being what that thread owns. @return whether the answer is no error.
    virtual bool execute(void* context) noexcept = 0;
    /// It will not be executed. On a pool thread.
    virtual void refuse(Error error) noexcept = 0;
    /// The last call on it, from a pool thread; it may be gone when this returns.
    virtual void complete() noexcept = 0;

    Job *prev_ = nullptr, *next_ = nullptr;
    Deadline deadline_;
    State state_ = State::idle;
  };

  explicit OffloadQueue(OffloadOptions options);
  /// Ends the threads: jobs that run are finished, those that wait are refused with shutting_down.
  ~OffloadQueue();

  /// `open` runs on each new thread and makes what it owns; `close` gives it back there; `rest` runs there when there
  /// has been nothing to do for a while.
  void start(std::function<void*(std::size_t thread)> open, std::function<void(void*)> close,
             std::function<void(void*)> rest);
  void stop();

  /// @return an error (overloaded, shutting_down) if it is not taken; then `complete` is not called.
  std::optional<Error> submit(Job& job, Deadline deadline);
  /// Takes a job back that does not run yet. @return false if it runs or has run.
  bool withdraw(Job& job);
  /// The same because its deadline has passed.
  bool expire(Job& job);
  /// Waits until the job is not running.
  void await_end(Job& job);

  [[nodiscard]] OffloadStats stats() const;
  [[nodiscard]] const OffloadOptions& options() const { return options_; }
  [[nodiscard]] Error expired_error() const;

 private:
  void thread_main(std::size_t index);
  /// Runs or refuses it. @return what it counts as; the job may be gone.
  std::uint64_t OffloadStats::* end_job(Job& job, void* context, bool stopping);
  bool take_back(Job& job);
  void unlink(Job& job);

  const OffloadOptions options_;
  const Clock& clock_;
  std::function<void*(std::size_t)> open_;
  std::function<void(void*)> close_, rest_;
  mutable std::mutex mutex_;
  std::condition_variable work_, ended_;
  Job *first_ = nullptr, *last_ = nullptr;
  OffloadStats stats_;
  bool stopping_ = false;
  std::vector<Job*> running_;  // by thread
  std::vector<std::thread> threads_;
};

namespace detail {

template <class R>
struct AsResult {
  using type = Result<R>;
};
template <class R>
struct AsResult<Result<R>> {
  using type = Result<R>;
};

}  // namespace detail

/// Threads for what blocks (names, files, databases, bcrypt), each owning one `Context`, behind one bounded queue.
/// A function that takes `Context&` can only run there. If `Context` has a member `rest()`, a thread calls it when it
/// has had nothing to do for a while (OffloadOptions::rest_after_ms).
template <class Context>
class OffloadPool {
 public:
  /// @param make  Runs on each thread as it starts. Null from it is allowed only if the functions never touch it.
  OffloadPool(OffloadOptions options, std::function<std::unique_ptr<Context>(std::size_t thread)> make)
      : queue_(std::move(options)), make_(std::move(make)) {
    queue_.start([this](std::size_t thread) -> void* { return make_(thread).release(); },
                 [](void* context) { delete static_cast<Context*>(context); },
                 [](void* context) {
                   if constexpr (requires(Context& owned) { owned.rest(); }) static_cast<Context*>(context)->rest();
                 });
  }

  /// What `fn(Context&)` returns, as a Result (a Result stays what it is).
  template <class Fn>
  using Answer = typename detail::AsResult<std::invoke_result_t<Fn&, Context&>>::type;

  template <class Fn>
  class Run;

  /// `co_await pool.run(fn, deadline)` from a worker's coroutine: `fn` runs on a pool thread, the coroutine goes on on
  /// its own. Past its deadline a waiting job is answered (options.expired) without running; one that runs is awaited.
  /// `fn` may refer to the awaiting frame. An exception that leaves it becomes `internal`.
  /// Errors: overloaded (queue full), options.expired, shutting_down, internal, and those of `fn`.
  template <class Fn>
  Run<Fn> run(Fn fn, Deadline deadline) {
    return Run<Fn>(queue_, std::move(fn), deadline);
  }

  /// The same from a thread that may block (start-up, tools, tests; never a worker or a pool thread).
  template <class Fn>
  Answer<Fn> run_blocking(Fn fn, Deadline deadline = Deadline::never()) {
    BlockingJob<Fn> job(std::move(fn));
    return job.wait(queue_, deadline);
  }

  [[nodiscard]] OffloadStats stats() const { return queue_.stats(); }
  /// Refuses what waits, finishes what runs, joins the threads.
  void stop() { queue_.stop(); }

 private:
  template <class Fn>
  class JobOf : public OffloadQueue::Job {
   protected:
    explicit JobOf(Fn fn) : fn_(std::move(fn)) {}
    ~JobOf() = default;
    bool execute(void* context) noexcept override {
      try {
        if constexpr (std::is_void_v<std::invoke_result_t<Fn&, Context&>>) {
          fn_(*static_cast<Context*>(context));
          answer_.emplace();
        } else {
          answer_.emplace(fn_(*static_cast<Context*>(context)));
        }
      } catch (const std::exception& e) {
        answer_.emplace(std::unexpected(Error(ErrorCode::internal, "internal error").detail(e.what())));
      } catch (...) {
        answer_.emplace(std::unexpected(Error(ErrorCode::internal, "internal error")));
      }
      return answer_->has_value();
    }
    void refuse(Error error) noexcept override { answer_.emplace(std::unexpected(std::move(error))); }

    Fn fn_;
    std::optional<Answer<Fn>> answer_;
  };

  template <class Fn>
  class BlockingJob;

  OffloadQueue queue_;
  std::function<std::unique_ptr<Context>(std::size_t)> make_;
};

template <class Context>
template <class Fn>
class OffloadPool<Context>::Run final : private JobOf<Fn>, private PostNode, private TimerNode {
 public:
  Run(OffloadQueue& queue, Fn fn, Deadline deadline) : JobOf<Fn>(std::move(fn)), queue_(queue), deadline_(deadline) {}
  ~Run() {
    // Only a frame that is destroyed while it waits (its worker stops) comes here with a job under way.
    if (!in_flight_ || queue_.withdraw(*this)) return;
    queue_.await_end(*this);
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    worker_ = &Worker::current();
    in_flight_ = true;
    worker_->arm(*this, deadline_);
    if (auto error = queue_.submit(*this, deadline_)) {
      this->refuse(std::move(*error));
      in_flight_ = false;
      this->disarm();
      return false;
    }
    return true;
  }
  Answer<Fn> await_resume() { return std::move(*this->answer_); }

 private:
  void complete() noexcept override { worker_->post(static_cast<PostNode&>(*this)); }
  void on_post() override {
    in_flight_ = false;
    this->disarm();
    handle_.resume();
  }
  void on_timer() override {
    if (!queue_.expire(*this)) return;
    in_flight_ = false;
    this->refuse(queue_.expired_error());
    worker_->defer(handle_);
  }

  OffloadQueue& queue_;
  Deadline deadline_;
  Worker* worker_ = nullptr;
  std::coroutine_handle<> handle_;
  bool in_flight_ = false;
};

template <class Context>
template <class Fn>
class OffloadPool<Context>::BlockingJob final : private JobOf<Fn> {
 public:
  explicit BlockingJob(Fn fn) : JobOf<Fn>(std::move(fn)) {}
  Answer<Fn> wait(OffloadQueue& queue, Deadline deadline) {
    if (auto error = queue.submit(*this, deadline)) return std::unexpected(std::move(*error));
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return completed_; });
    return std::move(*this->answer_);
  }

 private:
  void complete() noexcept override {
    const std::scoped_lock lock(mutex_);
    completed_ = true;
    done_.notify_one();
  }
  std::mutex mutex_;
  std::condition_variable done_;
  bool completed_ = false;
};

/// A pool whose threads own nothing.
struct NoContext {};
using Offload = OffloadPool<NoContext>;
[[nodiscard]] std::unique_ptr<Offload> make_offload(OffloadOptions options);

}  // namespace tollgate::net
