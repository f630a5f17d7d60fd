#include "catalog/disable_writer.h"

#include <future>

#include <gtest/gtest.h>

#include "store/audit.h"
#include "store/channels.h"
#include "support/temp_storage.h"

namespace tollgate::catalog {
namespace {

class Disabling : public ::testing::Test {
 protected:
  Disabling() {
    channel = temp.run([](store::Session& db) {
      store::ChannelRow row;
      row.name = "one";
      return store::create_channel(db, row);
    });
  }
  store::ChannelRow row() {
    return *temp.run([this](store::Session& db) { return store::find_channel(db, channel); });
  }
  Result<bool> write(const std::string& reason) {
    return temp.storage->main().run_blocking([&](store::Session& db) {
      return DisableWriter::write(db, {.channel = channel, .reason = reason}, temp.clock.unix_seconds());
    });
  }

  ::tollgate::testing::TempStorage temp;
  ChannelId channel;
};

TEST_F(Disabling, StoresTheReasonOnceAndRaisesTheVersion) {
  const std::int64_t version = row().version;
  EXPECT_TRUE(write("invalid_api_key").value());
  EXPECT_EQ(row().status, store::ChannelStatus::auto_disabled);
  EXPECT_EQ(row().disabled_reason, "invalid_api_key");
  EXPECT_EQ(row().disabled_at, temp.clock.unix_seconds());
  EXPECT_NE(row().version, version);
  EXPECT_FALSE(write("another").value());
  EXPECT_EQ(row().disabled_reason, "invalid_api_key");

  const auto audit = temp.run([](store::Session& db) { return store::list_audit(db, {}, {}); });
  ASSERT_EQ(audit.rows.size(), 1U);
  EXPECT_EQ(audit.rows[0].action, "channel.auto_disable");
  EXPECT_EQ(audit.rows[0].target_id, channel.value);
  EXPECT_EQ(audit.rows[0].summary, "invalid_api_key");
}

TEST_F(Disabling, LeavesAChannelAloneThatAnOperatorDisabled) {
  temp.run([this](store::Session& db) {
    return store::set_channel_status(db, channel, store::ChannelStatus::enabled, store::ChannelStatus::disabled, "", 1);
  });
  EXPECT_FALSE(write("invalid_api_key").value());
  EXPECT_EQ(row().status, store::ChannelStatus::disabled);
}

TEST_F(Disabling, WritesFromAnywhereAndSaysThatTheCatalogChanged) {
  net::WorkerPool workers(1, net::WorkerOptions{.clock = &temp.clock, .thread_name = "w", .on_uncaught = {}});
  std::promise<void> changed;
  DisableWriter writer(workers, *temp.storage, temp.clock, [&] { changed.set_value(); });
  workers.start();
  writer.take({.channel = channel, .whole_channel = false, .reason = "one key of several"});
  writer.take({.channel = channel, .reason = "no credit"});
  changed.get_future().wait();
  EXPECT_EQ(row().disabled_reason, "no credit");
  EXPECT_EQ(writer.disabled(), 1U);
  workers.stop();
}

}  // namespace
}  // namespace tollgate::catalog
