#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "net/worker.h"

namespace tollgate::http {

/// What all request bodies in memory may take together. Any thread.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t limit) : limit_(limit) {}
  [[nodiscard]] bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
};

/// A body in one piece with readable padding behind it. What it holds is taken from a budget as it arrives, not as it
/// is announced: a large Content-Length costs nobody anything yet.
class BodyBuffer {
 public:
  BodyBuffer() = default;
  BodyBuffer(const BodyBuffer&) = delete;
  BodyBuffer& operator=(const BodyBuffer&) = delete;
  ~BodyBuffer() { clear(); }

  void use(ByteBudget& budget) { budget_ = &budget; }
  void clear() {
    bytes_.reset();
    if (charged_ != 0) budget_->give(charged_);
    size_ = capacity_ = charged_ = 0;
  }

  /// Room for `more` bytes. @param exact  There will not be more than that.
  void reserve(std::size_t more, bool exact) {
    if (capacity_ - size_ >= more) return;
    std::size_t wanted = size_ + more;
    if (!exact && wanted < capacity_ * 2) wanted = capacity_ * 2;
    auto grown = std::make_unique_for_overwrite<char[]>(wanted + net::Worker::kReadPadding);
    if (size_ != 0) std::memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = wanted;
  }
  [[nodiscard]] char* free_space() { return bytes_.get() + size_; }
  [[nodiscard]] std::size_t free_bytes() const { return capacity_ - size_; }
  /// Counts bytes that were put into the free space. @return false if the budget is spent.
  [[nodiscard]] bool grow(std::size_t bytes) {
    size_ += bytes;
    if (size_ <= charged_) return true;
    // In steps, so that a body that trickles in costs few of them.
    const std::size_t step = (size_ - charged_ + kStep - 1) / kStep * kStep;
    if (!budget_->take(step)) return false;
    charged_ += step;
    return true;
  }
  [[nodiscard]] bool append(std::string_view bytes) {
    reserve(bytes.size(), false);
    if (!bytes.empty()) std::memcpy(free_space(), bytes.data(), bytes.size());
    return grow(bytes.size());
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The body, its padding made readable.
  [[nodiscard]] std::string_view finish() {
    if (!bytes_) return {};
    std::memset(bytes_.get() + size_, 0, net::Worker::kReadPadding);
    return {bytes_.get(), size_};
  }

 private:
  static constexpr std::size_t kStep = 64 * 1024;
  ByteBudget* budget_ = nullptr;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0, charged_ = 0;
};

}  // namespace tollgate::http
