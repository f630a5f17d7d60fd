#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace tollgate::net {

namespace detail {

/// Coroutine frames come from small per-thread lists of frames that were freed before.
[[nodiscard]] void* allocate_frame(std::size_t size);
void free_frame(void* frame, std::size_t size) noexcept;

struct FrameAllocation {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }
};

struct PromiseBase : FrameAllocation {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  struct Final {
    static constexpr bool await_ready() noexcept { return false; }
    template <class Promise>
    static std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
      return done.promise().continuation;
    }
    static constexpr void await_resume() noexcept {}
  };
  static constexpr std::suspend_always initial_suspend() noexcept { return {}; }
  static constexpr Final final_suspend() noexcept { return {}; }
};

template <class T>
struct Promise;

}  // namespace detail

/// The one awaitable function type: lazy, resumes its awaiter directly (no queue, no stack growth), costs one
/// allocation. Await it once, or hand it to `Worker::spawn`. Destroying it unfinished destroys its frame.
///
/// Cancellation: nothing stops a coroutine in the middle. Whoever wants it to stop triggers the CancelSignal that its
/// operations were given; the pending operation, and each later one, then answers at once with the signal's error. So
/// whatever must happen anyway (settling, releasing a slot) is a destructor or a plain call, never an await.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(handle_); }

  struct Awaiter {
    Handle handle;
    [[nodiscard]] bool await_ready() const noexcept { return handle.done(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
      handle.promise().continuation = awaiting;
      return handle;
    }
    T await_resume() { return handle.promise().take(); }
  };
  Awaiter operator co_await() const& noexcept { return {handle_}; }
  Awaiter operator co_await() && noexcept { return {handle_}; }

 private:
  Handle handle_;
};

namespace detail {

template <class T>
struct Promise final : PromiseBase {
  std::optional<T> value;
  std::exception_ptr error;

  Task<T> get_return_object() { return Task<T>(std::coroutine_handle<Promise>::from_promise(*this)); }
  void unhandled_exception() noexcept { error = std::current_exception(); }
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};

template <>
struct Promise<void> final : PromiseBase {
  std::exception_ptr error;

  Task<void> get_return_object() { return Task<void>(std::coroutine_handle<Promise>::from_promise(*this)); }
  void unhandled_exception() noexcept { error = std::current_exception(); }
  void return_void() noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

/// An answer that is usually there already: awaiting it then costs no frame and no suspension. Otherwise it is a Task.
template <class T>
class [[nodiscard]] MaybeTask {
 public:
  MaybeTask(T value) : value_(std::move(value)) {}
  MaybeTask(Task<T> task) : task_(std::move(task)) {}

  [[nodiscard]] bool ready() const { return value_.has_value(); }

  [[nodiscard]] bool await_ready() const noexcept { return value_.has_value(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    return (awaiter_ = task_.operator co_await()).await_suspend(awaiting);
  }
  T await_resume() { return value_ ? std::move(*value_) : awaiter_.await_resume(); }

 private:
  std::optional<T> value_;
  Task<T> task_;
  typename Task<T>::Awaiter awaiter_{};
};

}  // namespace tollgate::net
