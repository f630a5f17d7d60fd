#include "load_generator.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace tollgate::bench {

namespace {

constexpr std::size_t kScratch = 256 * 1024;
constexpr std::uint32_t kConnectingAtOnce = 256;  // fewer than the accept queue of any server holds
constexpr std::size_t kKeptOfRefusal = 400;
constexpr double kConnectSeconds = 10;

std::int64_t ns(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

}  // namespace

struct LoadGenerator::Connection {
  int fd = -1;
  std::uint32_t index = 0, life = 0;
  State state = State::closed;
  bool in_body = false, event_stream = false, close_after = false;
  int status = 0;

  std::int64_t due_ns = 0;
  bool first_byte_seen = false;
  const std::string* head = nullptr;
  std::size_t sent = 0;

  std::string partial;  // half an answer's head
  BodyDecoder body;
  EventCounter events;
  std::string refusal;

  [[nodiscard]] std::uint64_t token() const { return std::uint64_t{life} << 32 | index; }
};

LoadGenerator::LoadGenerator(const LoadOptions& options)
    : options_(options), connections_(options.connections), scratch_(kScratch) {
  for (std::uint32_t i = 0; i < options.connections; ++i) connections_[i].index = i;
  const std::size_t expected = 1 << 20;
  result_.latency.reserve(expected);
  result_.first_byte.reserve(expected);
  result_.lag.reserve(expected);
}

LoadGenerator::~LoadGenerator() {
  for (const Connection& connection : connections_) {
    if (connection.fd >= 0) close(connection.fd);
  }
}

bool LoadGenerator::connect(std::uint32_t index) {
  Connection& connection = connections_[index];
  connection.fd = start_connecting(options_.target);
  if (connection.fd < 0) return false;
  connection.state = State::connecting;
  ++connection.life;
  ++connecting_;
  epoll_.add(connection.fd, connection.token());
  return true;
}

void LoadGenerator::connect_all() {
  std::array<epoll_event, 512> events{};
  const std::int64_t give_up = now_ns() + ns(kConnectSeconds);
  std::uint32_t opened = 0;
  while (idle_.size() < options_.connections) {
    while (opened < options_.connections && connecting_ < kConnectingAtOnce) {
      if (!connect(opened)) die("cannot open connection " + std::to_string(opened) + ": out of descriptors?");
      ++opened;
    }
    for (const epoll_event& event : epoll_.wait(events, give_up)) on_event(event);
    if (now_ns() > give_up) die("the target did not accept " + std::to_string(options_.connections) + " connections");
  }
}

LoadResult LoadGenerator::run() {
  connect_all();

  std::array<epoll_event, 512> events{};
  started_load_ = true;
  begin_ns_ = next_due_ns_ = now_ns();
  end_ns_ = begin_ns_ + ns(options_.seconds);
  gap_ns_ = options_.rate > 0 ? ns(1 / options_.rate) : 0;
  const std::int64_t give_up = end_ns_ + ns(options_.drain_seconds);

  for (;;) {
    const std::int64_t now = now_ns();
    start_due(now);
    if (busy_ == 0 && !may_start(now)) break;
    if (now >= give_up) break;
    const std::int64_t next = next_start();
    std::int64_t until = now < end_ns_ ? end_ns_ : give_up;
    if (next >= 0) until = std::min(until, next);
    for (const epoll_event& event : epoll_.wait(events, until)) on_event(event);
  }

  result_.unfinished = busy_;
  result_.elapsed_ns = now_ns() - begin_ns_;
  std::ranges::sort(result_.latency);
  std::ranges::sort(result_.first_byte);
  std::ranges::sort(result_.lag);
  return std::move(result_);
}

bool LoadGenerator::may_start(std::int64_t now) const {
  return now < end_ns_ && (options_.requests == 0 || started_ < options_.requests);
}

// When the next request is due that no answer triggers; -1 for none.
std::int64_t LoadGenerator::next_start() const {
  if (options_.rate > 0) return options_.requests == 0 || started_ < options_.requests ? next_due_ns_ : -1;
  if (ramped_ >= options_.connections) return -1;
  return begin_ns_ + ns(options_.ramp_seconds * ramped_ / options_.connections);
}

void LoadGenerator::start_due(std::int64_t now) {
  if (options_.rate > 0) {
    for (; next_due_ns_ <= now && next_due_ns_ < end_ns_; next_due_ns_ += gap_ns_) due_.push_back(next_due_ns_);
    while (!due_.empty() && !idle_.empty() && may_start(now)) {
      const std::int64_t due = due_.front();
      Connection& connection = connections_[idle_.front()];
      due_.pop_front();
      idle_.pop_front();
      start(connection, due, now);
    }
    return;
  }
  while (ramped_ < options_.connections && next_start() <= now && may_start(now)) {
    Connection& connection = connections_[ramped_++];
    if (connection.state == State::idle) start(connection, now, now);
  }
}

void LoadGenerator::start(Connection& connection, std::int64_t due_ns, std::int64_t now) {
  connection.state = State::busy;
  ++busy_;
  connection.head = &options_.heads[started_++ % options_.heads.size()];
  connection.sent = 0;
  connection.due_ns = due_ns;
  connection.in_body = connection.event_stream = connection.first_byte_seen = false;
  connection.status = 0;
  connection.events.reset();
  result_.lag.push_back(now - due_ns);
  send_rest(connection);
}

void LoadGenerator::send_rest(Connection& connection) {
  const std::string& head = *connection.head;
  const std::size_t total = head.size() + options_.body.size();
  while (connection.sent < total) {
    std::array<iovec, 2> pieces{};
    std::size_t count = 0;
    if (connection.sent < head.size()) {
      pieces[count++] = {const_cast<char*>(head.data()) + connection.sent, head.size() - connection.sent};
    }
    const std::size_t of_body = std::max(connection.sent, head.size()) - head.size();
    pieces[count++] = {const_cast<char*>(options_.body.data()) + of_body, options_.body.size() - of_body};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t n = sendmsg(connection.fd, &message, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno != EAGAIN) fail(connection);
      return;
    }
    connection.sent += static_cast<std::size_t>(n);
  }
}

void LoadGenerator::on_event(const epoll_event& event) {
  Connection& connection = connections_[static_cast<std::uint32_t>(event.data.u64)];
  if (connection.token() != event.data.u64 || connection.state == State::closed) return;
  if (connection.state == State::connecting) {
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) return fail(connection);
    if ((event.events & EPOLLOUT) == 0) return;
    --connecting_;
    failures_in_a_row_ = 0;
    return become_idle(connection, now_ns());
  }
  if (connection.state == State::busy && (event.events & EPOLLOUT) != 0 &&
      connection.sent < connection.head->size() + options_.body.size()) {
    send_rest(connection);
  }
  if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0 && connection.state != State::closed &&
      connection.token() == event.data.u64) {
    read_answer(connection, (event.events & EPOLLRDHUP) != 0);
  }
}

// @param to_end  The peer closes: its end comes after these bytes, and no event more will tell.
void LoadGenerator::read_answer(Connection& connection, bool to_end) {
  const std::uint64_t token = connection.token();
  for (;;) {
    const ssize_t n = recv(connection.fd, scratch_.data(), scratch_.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return fail(connection);
    result_.bytes += static_cast<std::uint64_t>(n);
    if (connection.state != State::busy || !take(connection, {scratch_.data(), static_cast<std::size_t>(n)})) {
      return fail(connection);  // bytes that nobody asked for, or that are no answer
    }
    if (connection.token() != token || connection.state == State::closed) return;
    if (static_cast<std::size_t>(n) < scratch_.size() && !to_end) return;
  }
}

// False if this is no answer.
bool LoadGenerator::take(Connection& connection, std::string_view input) {
  std::string joined;
  if (!connection.in_body) {
    if (!connection.partial.empty()) {
      joined = std::exchange(connection.partial, {});
      joined += input;
      input = joined;
    }
    const auto head = parse_head(input);
    if (!head) {
      connection.partial = input;
      return true;
    }
    connection.status = status_of(head->first_line);
    if (connection.status == 0 || (!head->chunked && !head->has_length)) return false;
    connection.event_stream = head->event_stream;
    connection.close_after = head->close;
    connection.body.start(*head);
    connection.in_body = true;
    input.remove_prefix(head->size);
  }
  const auto on_data = [&](std::string_view piece) {
    if (!connection.first_byte_seen) {
      connection.first_byte_seen = true;
      result_.first_byte.push_back(now_ns() - connection.due_ns);
    }
    if (connection.event_stream) connection.events.feed(piece);
    if (connection.status != 200 && result_.first_refusal.size() < kKeptOfRefusal && result_.refused.empty()) {
      result_.first_refusal += piece.substr(0, kKeptOfRefusal);
    }
  };
  input.remove_prefix(connection.body.feed(input, on_data));
  if (connection.body.failed() || (connection.body.done() && !input.empty())) return false;
  if (connection.body.done()) complete(connection);
  return true;
}

void LoadGenerator::complete(Connection& connection) {
  const std::int64_t now = now_ns();
  result_.latency.push_back(now - connection.due_ns);
  if (connection.status == 200) {
    ++result_.ok;
  } else {
    ++result_.refused[connection.status];
  }
  if (connection.event_stream) {
    result_.events += connection.events.events();
    const bool counted = options_.expect_events == 0 || connection.events.events() == options_.expect_events;
    if (!connection.events.finished() || !counted) ++result_.lost_streams;
  }
  --busy_;
  if (connection.close_after) {
    close(connection.fd);
    connection.fd = -1;
    connection.state = State::closed;
    ++result_.reconnects;
    connect(connection.index);
    return;
  }
  become_idle(connection, now);
}

void LoadGenerator::become_idle(Connection& connection, std::int64_t now) {
  connection.state = State::idle;
  const bool ramping = connection.index >= ramped_;
  if (options_.rate > 0 || !started_load_ || ramping || !may_start(now)) {
    idle_.push_back(connection.index);
    return;
  }
  start(connection, now, now);
}

void LoadGenerator::fail(Connection& connection) {
  if (connection.state == State::busy) {
    ++result_.broken;
    --busy_;
  } else if (connection.state == State::connecting) {
    --connecting_;
  } else {
    std::erase(idle_, connection.index);
  }
  close(connection.fd);
  connection.fd = -1;
  connection.state = State::closed;
  connection.partial.clear();
  if (++failures_in_a_row_ > 2 * std::uint64_t{options_.connections} + 100)
    die("the target is gone: no connection succeeds");
  if (started_load_) ++result_.reconnects;
  connect(connection.index);
}

}  // namespace tollgate::bench
