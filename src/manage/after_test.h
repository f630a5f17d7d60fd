#pragma once

#include <cstdint>
#include <string>

#include "config/settings.h"
#include "relay/channel_test.h"
#include "store/channels.h"

namespace tollgate::manage {

/// What follows for a channel from its test.
struct AfterTest {
  enum class Action : std::uint8_t { none, enable, disable };
  Action action = Action::none;
  std::string reason;  ///< of a disabled one, for the operator; holds no secret
};

/// - An enabled channel is disabled if the operator lets channels be disabled automatically (the setting and the
///   channel's own), and the provider said that key, credit or account is no good, or, in a run over all channels, the
///   answer took longer than the setting channel.disable_threshold.
/// - One that was disabled automatically is enabled if the setting channel.auto_enable says so, the test succeeded, and
///   it was not slower than that.
/// - One that somebody disabled stays so, whatever its test says.
/// Pure.
[[nodiscard]] AfterTest after_test(const store::ChannelRow& row, const relay::ChannelTestOutcome& outcome,
                                   const config::Settings& settings, bool in_run);

}  // namespace tollgate::manage
