#include "net/worker.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <latch>
#include <stdexcept>
#include <system_error>

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tollgate::net {
namespace {

constexpr std::uint32_t kWakeSlot = ~std::uint32_t{0};
// How often a loop looks at a clock that it cannot sleep by.
constexpr std::size_t kLateAtOnce = 16;
constexpr int kFakeClockPollMs = 5;

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

class PostedFunction final : public PostNode {
 public:
  explicit PostedFunction(std::move_only_function<void()> fn) : fn_(std::move(fn)) {}

 private:
  void on_post() override {
    const std::unique_ptr<PostedFunction> self(this);
    fn_();
  }
  void on_drop() override { delete this; }
  std::move_only_function<void()> fn_;
};

}  // namespace

thread_local Worker* Worker::current_ = nullptr;

/// A spawned task's outermost frame, in the worker's list for as long as it lives.
class Worker::Root {
 public:
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  void destroy() { handle_.destroy(); }

 protected:
  explicit Root(Worker& owner) : owner_(owner), next_(owner.roots_) {
    if (next_ != nullptr) next_->prev_ = this;
    owner.roots_ = this;
    ++owner.task_count_;
  }
  ~Root() {
    (prev_ != nullptr ? prev_->next_ : owner_.roots_) = next_;
    if (next_ != nullptr) next_->prev_ = prev_;
    --owner_.task_count_;
  }
  void report(const char* what) const {
    if (owner_.options_.on_uncaught) {
      owner_.options_.on_uncaught(what);
    } else {
      std::fprintf(stderr, "uncaught exception in a task: %s\n", what);
    }
  }
  std::coroutine_handle<> handle_;

 private:
  Worker& owner_;
  Root* prev_ = nullptr;
  Root* next_;
};

namespace {

struct RootCoroutine {
  struct promise_type : Worker::Root, detail::FrameAllocation {
    promise_type(Worker& owner, Task<void>&) : Root(owner) {}
    RootCoroutine get_return_object() {
      handle_ = std::coroutine_handle<promise_type>::from_promise(*this);
      return {handle_};
    }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept {
      try {
        throw;
      } catch (const std::exception& e) {
        report(e.what());
      } catch (...) {
        report("an exception of unknown type");
      }
    }
  };
  std::coroutine_handle<> handle;
};

RootCoroutine run_root(Worker&, Task<void> task) { co_await task; }

}  // namespace

bool Pollable::open(Worker& worker, int fd, std::uint32_t events, Turn turn) {
  poll_worker_ = &worker;
  fd_ = fd;
  if (worker.add(*this, events, turn)) return true;
  ::close(fd_);
  fd_ = -1;
  return false;
}

void Pollable::close_fd() {
  const int fd = release_fd();
  if (fd >= 0) ::close(fd);
}

int Pollable::release_fd() {
  if (fd_ < 0) return -1;
  poll_worker_->remove(*this);
  return std::exchange(fd_, -1);
}

Pollable::~Pollable() { close_fd(); }

void survive_failed_writes() {
  static const bool ignored = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR && std::signal(SIGXFSZ, SIG_IGN) != SIG_ERR;
  (void)ignored;
}

Worker::Worker(WorkerOptions options, std::size_t index)
    : clock_(options.clock != nullptr ? *options.clock : system_clock()),
      real_time_(dynamic_cast<const SystemClock*>(&clock_) != nullptr),
      index_(index),
      options_(std::move(options)),
      now_ns_(clock_.mono_ns()),
      now_unix_ms_(clock_.unix_ms()),
      timers_(now_ns_),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBufferBytes + kReadPadding)) {
  std::fill_n(buffer_.get() + kReadBufferBytes, kReadPadding, '\0');
  survive_failed_writes();
  epoll_fd_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kWakeSlot;
  if (epoll_fd_ < 0 || wake_fd_ < 0 || ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make a worker's readiness set");
  }
}

Worker::~Worker() {
  stop();
  shut();
  ::close(wake_fd_);
  ::close(epoll_fd_);
}

void Worker::start() {
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), options_.thread_name.substr(0, 15).c_str());
    run();
    shut();
  });
}

void Worker::stop() {
  stop_soon();
  if (thread_.joinable()) thread_.join();
}

void Worker::stop_soon() {
  stopping_.store(true, std::memory_order_release);
  wake();
}

void Worker::run() {
  Worker* const outer = std::exchange(current_, this);
  while (!stopping_.load(std::memory_order_acquire)) turn();
  current_ = outer;
}

int Worker::wait_ms() const {
  if (!ready_.empty() || late_next_ < late_.size()) return 0;
  const std::int64_t next = timers_.next_ns();
  if (next == std::numeric_limits<std::int64_t>::max()) return -1;
  if (!real_time_) return kFakeClockPollMs;
  return static_cast<int>(std::clamp<std::int64_t>((next - now_ns_ + 999'999) / 1'000'000, 0, 60'000));
}

void Worker::turn() {
  epoll_event events[256];
  const int count = ::epoll_wait(epoll_fd_, events, std::size(events), wait_ms());
  now_ns_ = clock_.mono_ns();
  now_unix_ms_ = clock_.unix_ms();
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::uint32_t>(events[i].data.u64);
    if (index == kWakeSlot) {
      run_posted();
    } else if (slots_[index].turn == Turn::last) {
      late_.push_back({events[i].data.u64, events[i].events});
    } else {
      serve(events[i].data.u64, events[i].events);
    }
  }
  timers_.advance(now_ns_);
  run_ready();
  serve_late();
}

void Worker::serve(std::uint64_t token, std::uint32_t events) {
  // The descriptor may have been closed, and its slot taken again, since the event came.
  const Slot& slot = slots_[static_cast<std::uint32_t>(token)];
  if (slot.pollable == nullptr || slot.generation != static_cast<std::uint32_t>(token >> 32)) return;
  slot.pollable->on_events(events);
}

/// A few at a time: meanwhile the answers to those before them arrive, which go first in the next turn.
void Worker::serve_late() {
  const std::size_t end = std::min(late_.size(), late_next_ + kLateAtOnce);
  while (late_next_ < end) {
    const Late late = late_[late_next_++];
    serve(late.token, late.events);
  }
  if (late_next_ == late_.size()) {
    late_.clear();
    late_next_ = 0;
  }
}

void Worker::run_ready() {
  if (ready_.empty()) return;
  running_.swap(ready_);
  for (const std::coroutine_handle<> handle : running_) handle.resume();
  running_.clear();
}

void Worker::run_posted() {
  PostNode* node = nullptr;
  wake_pending_.store(false, std::memory_order_release);
  {
    const std::scoped_lock lock(post_mutex_);
    node = std::exchange(post_first_, nullptr);
    post_last_ = &post_first_;
  }
  while (node != nullptr) {
    PostNode* const next = node->next_;
    node->on_post();
    node = next;
  }
}

void Worker::wake() {
  if (wake_pending_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  // The eventfd is never read: each write is an edge of its own.
  while (::write(wake_fd_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void Worker::post(std::move_only_function<void()> message) {
  post(static_cast<PostNode&>(*new PostedFunction(std::move(message))));
}

void Worker::post(PostNode& node) {
  {
    // Woken with the lock held: a worker that is about to end anyway may run the message and be gone as soon as it is
    // free.
    const std::scoped_lock lock(post_mutex_);
    if (!closed_) {
      node.next_ = nullptr;
      *post_last_ = &node;
      post_last_ = &node.next_;
      wake();
      return;
    }
  }
  node.on_drop();
}

void Worker::spawn(Task<void> task) { run_root(*this, std::move(task)).handle.resume(); }

void Worker::spawn_from_anywhere(Task<void> task) {
  post([this, task = std::move(task)]() mutable { spawn(std::move(task)); });
}

void Worker::shut() {
  Worker* const outer = std::exchange(current_, this);
  PostNode* node = nullptr;
  {
    const std::scoped_lock lock(post_mutex_);
    closed_ = true;
    node = std::exchange(post_first_, nullptr);
    post_last_ = &post_first_;
  }
  while (node != nullptr) {
    PostNode* const next = node->next_;
    node->on_drop();
    node = next;
  }
  while (roots_ != nullptr) roots_->destroy();
  ready_.clear();
  current_ = outer;
}

bool Worker::add(Pollable& pollable, std::uint32_t events, Turn turn) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_slots_.back();
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.u64 = index | std::uint64_t{slots_[index].generation} << 32;
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, pollable.fd_, &event) != 0) return false;
  free_slots_.pop_back();
  slots_[index].pollable = &pollable;
  slots_[index].turn = turn;
  pollable.slot_ = index;
  return true;
}

void Worker::remove(Pollable& pollable) {
  // Closing the last descriptor of a socket takes it out of the set, but it may live on: released, or inherited.
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, pollable.fd_, nullptr);
  slots_[pollable.slot_].pollable = nullptr;
  ++slots_[pollable.slot_].generation;
  free_slots_.push_back(pollable.slot_);
}

WorkerPool::WorkerPool(std::size_t count, const WorkerOptions& options) {
  for (std::size_t i = 0; i < count; ++i) {
    WorkerOptions own = options;
    own.thread_name += "-" + std::to_string(i);
    workers_.push_back(std::make_unique<Worker>(std::move(own), i));
  }
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::start() {
  for (const auto& worker : workers_) worker->start();
}

void WorkerPool::stop() {
  for (const auto& worker : workers_) worker->stop_soon();
  for (const auto& worker : workers_) worker->stop();
}

void WorkerPool::on_each(const std::function<void(Worker&)>& fn) {
  std::latch done(static_cast<std::ptrdiff_t>(workers_.size()));
  for (const auto& worker : workers_) {
    worker->post([&fn, &done, &worker] {
      fn(*worker);
      done.count_down();
    });
  }
  done.wait();
}

}  // namespace tollgate::net
