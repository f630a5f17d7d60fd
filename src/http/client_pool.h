#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/client.h"

namespace tollgate::http {

/// Idle connections by endpoint, the newest first. A connection whose peer speaks or leaves is dropped at once.
class Client::Pool final : private net::TimerNode {
 public:
  Pool(net::Worker& worker, const ClientOptions& options) : worker_(worker), options_(options) {}
  ~Pool() { clear(); }

  std::unique_ptr<net::ByteStream> take(const net::Endpoint& endpoint) {
    const auto it = shelves_.find(Key{endpoint.hash, endpoint.key});
    if (it == shelves_.end() || it->second.first == nullptr) return nullptr;
    Idle* const idle = it->second.first;
    std::unique_ptr<net::ByteStream> stream = std::move(idle->stream);
    unlink(*idle);
    free_.push_back(std::unique_ptr<Idle>(idle));
    stream->watch_idle(nullptr);
    return stream;
  }

  void give(const net::Endpoint& endpoint, std::unique_ptr<net::ByteStream> stream) {
    if (stream->peer_gone() || options_.max_idle_per_endpoint == 0 || options_.max_idle == 0) return;
    auto it = shelves_.find(Key{endpoint.hash, endpoint.key});
    if (it == shelves_.end()) it = shelves_.emplace(OwnedKey{endpoint.hash, endpoint.key}, Shelf{}).first;
    Shelf& shelf = it->second;
    if (shelf.count >= options_.max_idle_per_endpoint) drop(*shelf.last);
    if (total_ >= options_.max_idle) drop_oldest();
    Idle* idle = nullptr;
    if (free_.empty()) {
      idle = new Idle;
    } else {
      idle = free_.back().release();
      free_.pop_back();
    }
    idle->pool = this;
    idle->shelf = &shelf;
    idle->since_ns = worker_.now_ns();
    idle->stream = std::move(stream);
    idle->prev = nullptr;
    idle->next = shelf.first;
    (shelf.first != nullptr ? shelf.first->prev : shelf.last) = idle;
    shelf.first = idle;
    ++shelf.count;
    ++total_;
    idle->stream->watch_idle(idle);
    if (!armed()) worker_.arm(*this, worker_.in_ms(options_.idle_timeout_ms));
  }

  void clear() {
    disarm();
    for (auto& [key, shelf] : shelves_) {
      // The analyzer does not see that the shelf lets go of what is dropped.
      while (shelf.first != nullptr) drop(*shelf.first);  // NOLINT(clang-analyzer-cplusplus.NewDelete)
    }
    shelves_.clear();
  }

  [[nodiscard]] std::size_t size() const { return total_; }

 private:
  struct Shelf;
  struct Idle final : net::ByteStream::IdleWatch {
    Pool* pool = nullptr;
    Shelf* shelf = nullptr;
    Idle *prev = nullptr, *next = nullptr;
    std::int64_t since_ns = 0;
    std::unique_ptr<net::ByteStream> stream;
    /// It ended, or said something unasked: either way it is of no use.
    void on_idle_event() override { pool->drop(*this); }
  };
  struct Shelf {
    Idle *first = nullptr, *last = nullptr;
    std::size_t count = 0;
  };
  struct Key {
    std::uint64_t hash;
    std::string_view text;
  };
  struct OwnedKey {
    std::uint64_t hash;
    std::string text;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Key& key) const { return key.hash; }
    std::size_t operator()(const OwnedKey& key) const { return key.hash; }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const OwnedKey& a, const OwnedKey& b) const { return a.text == b.text; }
    bool operator()(const Key& a, const OwnedKey& b) const { return a.text == b.text; }
    bool operator()(const OwnedKey& a, const Key& b) const { return a.text == b.text; }
  };

  void unlink(Idle& idle) {
    (idle.prev != nullptr ? idle.prev->next : idle.shelf->first) = idle.next;
    (idle.next != nullptr ? idle.next->prev : idle.shelf->last) = idle.prev;
    --idle.shelf->count;
    --total_;
  }
  void drop(Idle& idle) {
    unlink(idle);
    delete &idle;
  }
  void drop_oldest() {
    Idle* oldest = nullptr;
    for (auto& [key, shelf] : shelves_) {
      if (shelf.last != nullptr && (oldest == nullptr || shelf.last->since_ns < oldest->since_ns)) oldest = shelf.last;
    }
    if (oldest != nullptr) drop(*oldest);
  }
  void on_timer() override {
    const std::int64_t oldest = worker_.now_ns() - options_.idle_timeout_ms * 1'000'000;
    std::int64_t next = worker_.now_ns();
    for (auto it = shelves_.begin(); it != shelves_.end();) {
      Shelf& shelf = it->second;
      while (shelf.last != nullptr && shelf.last->since_ns <= oldest) drop(*shelf.last);
      if (shelf.last != nullptr) next = std::min(next, shelf.last->since_ns);
      it = shelf.first == nullptr ? shelves_.erase(it) : std::next(it);
    }
    free_.clear();
    if (total_ > 0) worker_.arm(*this, Deadline::at_ns(next + options_.idle_timeout_ms * 1'000'000));
  }

  net::Worker& worker_;
  const ClientOptions& options_;
  std::unordered_map<OwnedKey, Shelf, Hash, Same> shelves_;
  std::vector<std::unique_ptr<Idle>> free_;  // as many as connections are in use
  std::size_t total_ = 0;
};

}  // namespace tollgate::http
