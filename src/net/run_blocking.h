#pragma once

#include <future>
#include <utility>

#include "net/task.h"
#include "net/worker.h"

namespace tollgate::net {

/// Runs a task on a worker and waits for its answer: for start-up, tools and tests. Never from a worker.
/// An exception that leaves the task is thrown here; std::future_error if the worker stops before its end.
template <class T>
T run_blocking(Worker& worker, Task<T> task) {
  std::promise<T> promise;
  std::future<T> answer = promise.get_future();
  worker.spawn_from_anywhere([](Task<T> inner, std::promise<T> result) -> Task<void> {
    try {
      if constexpr (std::is_void_v<T>) {
        co_await inner;
        result.set_value();
      } else {
        result.set_value(co_await inner);
      }
    } catch (...) {
      result.set_exception(std::current_exception());
    }
  }(std::move(task), std::move(promise)));
  return answer.get();
}

}  // namespace tollgate::net
