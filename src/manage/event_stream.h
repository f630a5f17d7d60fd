#pragma once

#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "http/exchange.h"
#include "json/value.h"
#include "net/event.h"
#include "net/task.h"

namespace tollgate::manage {

class Context;

/// An answer that goes on while something is being done: server-sent events in the predecessors' form,
/// `{"type": ..., "data": ...}`. Lives in the handler's frame; the handler answers with `already_sent()`.
class EventStream {
 public:
  /// Begins the answer: from here on nothing can be refused any more.
  explicit EventStream(Context& ctx);

  /// @return false once the reader has left: there is nobody to go on for.
  net::Task<bool> send(std::string_view type, json::value data);
  /// Awaits a job, and meanwhile says every ten seconds that the stream lives, for proxies that cut silent ones. The
  /// job should end when the exchange's signal is triggered; it is awaited either way.
  template <class T>
  net::Task<T> during(net::Task<T> job);
  net::Task<void> end();

 private:
  /// Set when a job ends, however it does.
  class Ending {
   public:
    explicit Ending(net::Event& event) : event_(event) {}
    ~Ending() { event_.set(); }
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;

   private:
    net::Event& event_;
  };
  template <class T>
  static net::Task<void> run(net::Task<T> job, std::optional<T>& result, std::exception_ptr& failure,
                             net::Event& ended);
  net::Task<void> beat_until(net::Event& ended);

  http::Exchange& exchange_;
};

template <class T>
net::Task<void> EventStream::run(net::Task<T> job, std::optional<T>& result, std::exception_ptr& failure,
                                 net::Event& ended) {
  const Ending ending(ended);
  try {
    result.emplace(co_await std::move(job));
  } catch (...) {
    failure = std::current_exception();
  }
}

template <class T>
net::Task<T> EventStream::during(net::Task<T> job) {
  std::optional<T> result;
  std::exception_ptr failure;
  net::Event ended(exchange_.worker());
  exchange_.worker().spawn(run(std::move(job), result, failure, ended));
  co_await beat_until(ended);
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*result);
}

}  // namespace tollgate::manage
