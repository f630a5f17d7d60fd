#include "manage/after_test.h"

#include <gtest/gtest.h>

namespace tollgate::manage {
namespace {

using Action = AfterTest::Action;
using store::ChannelStatus;

class AfterTestRule : public ::testing::Test {
 protected:
  AfterTestRule() {
    settings.auto_disable_channels = true;
    settings.auto_enable_channels = true;
    settings.channel_disable_threshold_ms = 5'000;
  }
  Action after(ChannelStatus status, std::int64_t latency_ms, std::optional<Error> failure = {}, bool in_run = true) {
    row.status = status;
    const relay::ChannelTestOutcome outcome{
        .latency_ms = latency_ms, .upstream_model = "m", .failure = std::move(failure)};
    return after_test(row, outcome, settings, in_run).action;
  }

  config::Settings settings = config::Settings::defaults();
  store::ChannelRow row;
  const Error refused_key = Error(ErrorCode::upstream_auth_failed, "no").upstream("", "invalid_api_key").http(401);
  const Error away{ErrorCode::upstream_connect_failed, "nobody there"};
};

TEST_F(AfterTestRule, EnabledOneGoesForARefusedKeyOnly) {
  EXPECT_EQ(after(ChannelStatus::enabled, 10), Action::none);
  EXPECT_EQ(after(ChannelStatus::enabled, 10, refused_key), Action::disable);
  EXPECT_EQ(after(ChannelStatus::enabled, 10, away), Action::none);
  row.auto_disable = false;
  EXPECT_EQ(after(ChannelStatus::enabled, 10, refused_key), Action::none);
  row.auto_disable = true;
  settings.auto_disable_channels = false;
  EXPECT_EQ(after(ChannelStatus::enabled, 10, refused_key), Action::none);
}

TEST_F(AfterTestRule, SlowOneGoesInARunOnly) {
  EXPECT_EQ(after(ChannelStatus::enabled, 5'000), Action::none);
  EXPECT_EQ(after(ChannelStatus::enabled, 5'001), Action::disable);
  EXPECT_EQ(after(ChannelStatus::enabled, 5'001, {}, false), Action::none);
  settings.channel_disable_threshold_ms = 0;
  EXPECT_EQ(after(ChannelStatus::enabled, 600'000), Action::none);
  settings.channel_disable_threshold_ms = 5'000;
  settings.auto_disable_channels = false;
  EXPECT_EQ(after(ChannelStatus::enabled, 5'001), Action::none);
}

TEST_F(AfterTestRule, OnlyWhatWasDisabledAutomaticallyComesBack) {
  EXPECT_EQ(after(ChannelStatus::auto_disabled, 10), Action::enable);
  EXPECT_EQ(after(ChannelStatus::auto_disabled, 5'001), Action::none);
  EXPECT_EQ(after(ChannelStatus::auto_disabled, 10, refused_key), Action::none);
  EXPECT_EQ(after(ChannelStatus::disabled, 10), Action::none);
  EXPECT_EQ(after(ChannelStatus::disabled, 10, refused_key), Action::none);
  settings.auto_enable_channels = false;
  EXPECT_EQ(after(ChannelStatus::auto_disabled, 10), Action::none);
}

}  // namespace
}  // namespace tollgate::manage
