#include "net/offload.h"

#include <algorithm>
#include <chrono>

#include <pthread.h>

namespace tollgate::net {
namespace {

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

Error stopped_error() { return Error(ErrorCode::shutting_down, "the gateway is shutting down"); }

}  // namespace

OffloadStats& OffloadStats::operator+=(const OffloadStats& other) {
  waiting += other.waiting;
  ok += other.ok;
  failed += other.failed;
  expired += other.expired;
  refused += other.refused;
  return *this;
}

OffloadQueue::OffloadQueue(OffloadOptions options)
    : options_(std::move(options)), clock_(options_.clock != nullptr ? *options_.clock : system_clock()) {}

OffloadQueue::~OffloadQueue() { stop(); }

void OffloadQueue::start(std::function<void*(std::size_t)> open, std::function<void(void*)> close,
                         std::function<void(void*)> rest) {
  open_ = std::move(open);
  close_ = std::move(close);
  rest_ = std::move(rest);
  running_.resize(options_.threads, nullptr);
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this, i] { thread_main(i); });
}

void OffloadQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::optional<Error> OffloadQueue::submit(Job& job, Deadline deadline) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) {
      ++stats_.refused;
      return stopped_error();
    }
    if (stats_.waiting >= options_.queue_limit) {
      ++stats_.refused;
      return Error(ErrorCode::overloaded, "the gateway is overloaded, try again later")
          .detail("the queue of " + options_.thread_name + " is full");
    }
    job.deadline_ = deadline;
    job.state_ = Job::State::queued;
    job.prev_ = last_;
    job.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &job;
    last_ = &job;
    ++stats_.waiting;
  }
  work_.notify_one();
  return std::nullopt;
}

bool OffloadQueue::withdraw(Job& job) {
  const std::scoped_lock lock(mutex_);
  return take_back(job);
}

bool OffloadQueue::expire(Job& job) {
  const std::scoped_lock lock(mutex_);
  if (!take_back(job)) return false;
  ++stats_.expired;
  return true;
}

bool OffloadQueue::take_back(Job& job) {
  if (job.state_ != Job::State::queued) return false;
  unlink(job);
  job.state_ = Job::State::idle;
  return true;
}

void OffloadQueue::unlink(Job& job) {
  (job.prev_ != nullptr ? job.prev_->next_ : first_) = job.next_;
  (job.next_ != nullptr ? job.next_->prev_ : last_) = job.prev_;
  --stats_.waiting;
}

void OffloadQueue::await_end(Job& job) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return std::ranges::find(running_, &job) == running_.end(); });
}

OffloadStats OffloadQueue::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

Error OffloadQueue::expired_error() const {
  return Error(options_.expired, options_.expired == ErrorCode::storage_unavailable
                                     ? "the storage did not answer in time"
                                     : "the gateway is overloaded, try again later")
      .detail("a job of " + options_.thread_name + " did not run before its deadline");
}

void OffloadQueue::thread_main(std::size_t index) {
  ::pthread_setname_np(::pthread_self(), options_.thread_name.substr(0, 15).c_str());
  void* const context = open_(index);
  std::unique_lock lock(mutex_);
  const auto awake = [this] { return stopping_ || first_ != nullptr; };
  for (;;) {
    if (!work_.wait_for(lock, std::chrono::milliseconds(options_.rest_after_ms), awake)) {
      lock.unlock();
      rest_(context);
      lock.lock();
    }
    work_.wait(lock, awake);
    if (first_ == nullptr) break;
    Job& job = *first_;
    unlink(job);
    job.state_ = Job::State::running;
    running_[index] = &job;
    const bool stopping = stopping_;
    lock.unlock();
    const auto outcome = end_job(job, context, stopping);
    // From here on the job may be gone: only its address is compared.
    lock.lock();
    ++(stats_.*outcome);
    running_[index] = nullptr;
    ended_.notify_all();
  }
  lock.unlock();
  close_(context);
}

std::uint64_t OffloadStats::* OffloadQueue::end_job(Job& job, void* context, bool stopping) {
  auto outcome = &OffloadStats::refused;
  if (stopping) {
    job.refuse(stopped_error());
  } else if (job.deadline_.passed(clock_.mono_ns())) {
    job.refuse(expired_error());
    outcome = &OffloadStats::expired;
  } else {
    outcome = job.execute(context) ? &OffloadStats::ok : &OffloadStats::failed;
  }
  job.complete();
  return outcome;
}

std::unique_ptr<Offload> make_offload(OffloadOptions options) {
  return std::make_unique<Offload>(std::move(options), [](std::size_t) { return std::make_unique<NoContext>(); });
}

}  // namespace tollgate::net
