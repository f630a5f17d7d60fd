#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/error.h"

namespace tollgate::ledger {

/// Whether new calls are admitted, and why not. Any thread; asking costs one relaxed load.
class Admission {
 public:
  enum class Cause : std::uint8_t { sync, disk, retired, draining };
  static constexpr std::size_t kCauses = 4;

  [[nodiscard]] bool admitting() const { return closed_.load(std::memory_order_relaxed) == 0; }
  /// The words of the weightiest cause; empty while calls are admitted.
  [[nodiscard]] std::string trouble() const;
  /// What a caller is told. Only while not admitting.
  [[nodiscard]] Error error() const;

  /// @return whether that is new.
  bool stop(Cause cause, std::string why);
  bool resume(Cause cause);

 private:
  static std::uint32_t bit(Cause cause) { return 1u << static_cast<unsigned>(cause); }

  std::atomic<std::uint32_t> closed_{0};
  mutable std::mutex mutex_;
  std::array<std::string, kCauses> why_;
};

}  // namespace tollgate::ledger
