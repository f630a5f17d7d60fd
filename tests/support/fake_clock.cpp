#include "support/fake_clock.h"

namespace tollgate::testing {

std::int64_t FakeClock::mono_ns() const { return mono_ns_.load(); }
std::int64_t FakeClock::unix_ms() const { return unix_ms_.load(); }

void FakeClock::advance_ms(std::int64_t ms) {
  unix_ms_ += ms;
  mono_ns_ += ms * 1'000'000;
}

}  // namespace tollgate::testing
