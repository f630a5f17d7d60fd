#include "net/byte_stream.h"

#include <algorithm>
#include <utility>

namespace tollgate::net {

ByteStream::~ByteStream() = default;

void ByteStream::Waiter::on_timer() { stream.wake(*this, WaitStatus::timeout, true); }

void ByteStream::wake(Waiter& waiter, WaitStatus status, bool now) {
  if (!waiter.handle) return;
  waiter.disarm();
  waiter.status = status;
  const std::coroutine_handle<> handle = std::exchange(waiter.handle, nullptr);
  if (now) {
    handle.resume();
  } else {
    worker_.defer(handle);
  }
}

void ByteStream::interrupt() {
  wake(read_, WaitStatus::interrupted, false);
  wake(write_, WaitStatus::interrupted, false);
}

void ByteStream::watch_peer(PeerWatch* watch) {
  peer_watch_ = watch;
  if (peer_gone_ && watch != nullptr) {
    peer_watch_ = nullptr;
    watch->on_peer_gone();
  }
}

void ByteStream::peer_left() {
  if (peer_gone_) return;
  peer_gone_ = true;
  if (PeerWatch* watch = std::exchange(peer_watch_, nullptr)) watch->on_peer_gone();
}

void ByteStream::became_ready(bool readable, bool writable, bool now) {
  if (readable) readable_ = true;
  if (writable) writable_ = true;
  // Who is resumed inside the call may destroy this stream: nothing of it is touched afterwards.
  const bool wakes_writer = writable && write_.handle;
  const bool wakes_reader = readable && read_.handle;
  if (wakes_writer && (wakes_reader || !now)) {
    wake(write_, WaitStatus::ready, false);
  } else if (wakes_writer) {
    wake(write_, WaitStatus::ready, true);
    return;
  }
  if (wakes_reader) {
    wake(read_, WaitStatus::ready, now);
  } else if (readable && idle_watch_ != nullptr) {
    idle_watch_->on_idle_event();
  }
}

Task<WaitStatus> write_all(ByteStream& stream, std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const IoResult wrote = stream.try_write(bytes);
    if (wrote.status == IoStatus::ok) {
      bytes.remove_prefix(wrote.bytes);
    } else if (wrote.status == IoStatus::would_block) {
      const WaitStatus waited = co_await stream.wait(Readiness::writable, deadline);
      if (waited != WaitStatus::ready) co_return waited;
    } else {
      co_return WaitStatus::interrupted;
    }
  }
  co_return WaitStatus::ready;
}

namespace {

struct PipeEnd;

/// One direction.
struct Pipe {
  explicit Pipe(std::size_t limit) : capacity(limit) {}
  std::string data;
  std::size_t capacity;
  bool ended = false;   // no more will be written
  bool broken = false;  // nobody reads any more
  PipeEnd* reader = nullptr;
  PipeEnd* writer = nullptr;
};

struct PipeEnd final : ByteStream {
  PipeEnd(Worker& owner, std::shared_ptr<Pipe> from, std::shared_ptr<Pipe> into)
      : ByteStream(owner), in(std::move(from)), out(std::move(into)) {
    in->reader = this;
    out->writer = this;
    readable_ = false;
  }
  ~PipeEnd() override { close(); }

  IoResult try_read(std::span<char> into) override {
    if (closed) return {IoStatus::failed, 0};
    if (in->data.empty()) {
      if (in->ended) return {IoStatus::closed, 0};
      readable_ = false;
      return {};
    }
    const std::size_t n = in->data.copy(into.data(), into.size());
    in->data.erase(0, n);
    if (in->writer != nullptr) in->writer->became_ready(false, true, false);
    return {IoStatus::ok, n};
  }

  IoResult try_write(std::span<const std::string_view> pieces) override {
    if (closed || out->ended || out->broken) return {IoStatus::failed, 0};
    std::size_t wrote = 0, wanted = 0;
    for (const std::string_view piece : pieces) {
      const std::string_view fits = piece.substr(0, out->capacity - out->data.size());
      out->data += fits;
      wrote += fits.size();
      wanted += piece.size();
    }
    if (wrote == 0 && wanted != 0) {
      writable_ = false;
      return {};
    }
    if (out->reader != nullptr) out->reader->became_ready(true, false, false);
    return {IoStatus::ok, wrote};
  }

  void close_write() override {
    if (out->ended) return;
    out->ended = true;
    if (PipeEnd* peer = out->reader) {
      peer->peer_left();
      peer->became_ready(true, false, false);
    }
  }

  void close() override {
    if (std::exchange(closed, true)) return;
    close_write();
    in->broken = true;
    in->reader = nullptr;
    out->writer = nullptr;
    if (PipeEnd* peer = in->writer) peer->became_ready(false, true, false);
    readable_ = writable_ = true;
    interrupt();
  }

  [[nodiscard]] std::string last_error() const override { return closed ? "closed" : "broken pipe"; }

  std::shared_ptr<Pipe> in, out;
  bool closed = false;
};

}  // namespace

StreamPair make_memory_pair(Worker& worker, std::size_t capacity) {
  auto forth = std::make_shared<Pipe>(capacity);
  auto back = std::make_shared<Pipe>(capacity);
  return {std::make_unique<PipeEnd>(worker, back, forth), std::make_unique<PipeEnd>(worker, forth, back)};
}

}  // namespace tollgate::net
