#include <string>
#include <vector>

#include "store/logs_fixture.h"

namespace tollgate::store {
namespace {

using Logs = LogsTest;
TOLLGATE_ON_ALL_ENGINES(Logs);

TEST_P(Logs, KeepEveryFieldOneByOneAndInBulk) {
  LogRow in;
  in.created_at = kNow;
  in.type = LogType::consume;
  in.user = UserId{1};
  in.token = TokenId{2};
  in.channel = ChannelId{3};
  in.model = 4;
  in.upstream_model = 5;
  in.group = 6;
  in.quota = -9'007'199'254'740'992;
  in.input_tokens = std::int64_t{1} << 40;
  in.cache_read_tokens = 7;
  in.cache_write_tokens = 8;
  in.cache_write_1h_tokens = 9;
  in.input_audio_tokens = 10;
  in.input_image_tokens = 11;
  in.output_tokens = 12;
  in.reasoning_tokens = 13;
  in.output_audio_tokens = 14;
  in.output_image_tokens = 15;
  in.web_searches = 16;
  in.price_version = 17;
  in.group_ratio_micros = 1'500'000'000'000;
  in.duration_ms = 18;
  in.first_byte_ms = 19;
  in.flags = kLogStream | kLogRecovered;
  in.status = 200;
  in.error = 20;
  in.dialects = 257;
  in.request_id = "0123456789abcdef";
  in.ip = "2001:db8::1";
  in.attempts = R"([{"channel":1,"error":"a\tb\\nc"}])";
  in.content = "Tab\t newline\n return\r quote' double\" back\\slash colon: :name ${x} \xE2\x82\xAC";
  in.details = R"({"dropped":["logprobs"]})";
  const std::vector<std::int64_t> ids{VALUE(insert_log(db(), in)), 0};
  VALUE(insert_logs(db(), std::vector{in}));
  const auto page = VALUE(list_logs(db(), {}, {}));
  ASSERT_EQ(page.rows.size(), 2u);
  for (const LogRow& out : page.rows) {
    EXPECT_EQ(out.created_at, in.created_at);
    EXPECT_EQ(out.type, in.type);
    EXPECT_EQ(out.user, in.user);
    EXPECT_EQ(out.token, in.token);
    EXPECT_EQ(out.channel, in.channel);
    EXPECT_EQ(out.model, in.model);
    EXPECT_EQ(out.upstream_model, in.upstream_model);
    EXPECT_EQ(out.group, in.group);
    EXPECT_EQ(out.quota, in.quota);
    EXPECT_EQ(out.input_tokens, in.input_tokens);
    EXPECT_EQ(out.cache_read_tokens, in.cache_read_tokens);
    EXPECT_EQ(out.cache_write_tokens, in.cache_write_tokens);
    EXPECT_EQ(out.cache_write_1h_tokens, in.cache_write_1h_tokens);
    EXPECT_EQ(out.input_audio_tokens, in.input_audio_tokens);
    EXPECT_EQ(out.input_image_tokens, in.input_image_tokens);
    EXPECT_EQ(out.output_tokens, in.output_tokens);
    EXPECT_EQ(out.reasoning_tokens, in.reasoning_tokens);
    EXPECT_EQ(out.output_audio_tokens, in.output_audio_tokens);
    EXPECT_EQ(out.output_image_tokens, in.output_image_tokens);
    EXPECT_EQ(out.web_searches, in.web_searches);
    EXPECT_EQ(out.price_version, in.price_version);
    EXPECT_EQ(out.group_ratio_micros, in.group_ratio_micros);
    EXPECT_EQ(out.duration_ms, in.duration_ms);
    EXPECT_EQ(out.first_byte_ms, in.first_byte_ms);
    EXPECT_EQ(out.flags, in.flags);
    EXPECT_EQ(out.status, in.status);
    EXPECT_EQ(out.error, in.error);
    EXPECT_EQ(out.dialects, in.dialects);
    EXPECT_EQ(out.request_id, in.request_id);
    EXPECT_EQ(out.ip, in.ip);
    EXPECT_EQ(out.attempts, in.attempts);
    EXPECT_EQ(out.content, in.content);
    EXPECT_EQ(out.details, in.details);
    EXPECT_TRUE(out.has(kLogStream));
    EXPECT_FALSE(out.has(kLogBackupGroup));
  }
  EXPECT_EQ(VALUE(find_log(db(), ids[0]))->content, in.content);
  EXPECT_FALSE(VALUE(find_log(db(), 0)));
}

TEST_P(Logs, RefuseABatchWithATextThatCannotBeStored) {
  std::vector<LogRow> rows{row(1, kNow), row(2, kNow)};
  rows[1].content = std::string("a\0b", 3);
  EXPECT_CODE(insert_logs(db(), rows), ErrorCode::invalid_request);
  rows[1].content = "\xED\xA0\x80";  // half a surrogate pair
  EXPECT_CODE(insert_logs(db(), rows), ErrorCode::invalid_request);
  EXPECT_EQ(VALUE(list_logs(db(), {}, {})).total, 0);
  EXPECT_EQ(VALUE(insert_logs(db(), {})), 0);
}

TEST_P(Logs, AreDeletedInSlicesOldestFirst) {
  fill(100);
  LogRow old = row(1, kNow + 1);
  old.type = LogType::manage;
  VALUE(insert_log(db(), old));
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 30);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 20);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::consume, 30)), 0);
  EXPECT_EQ(VALUE(list_logs(db(), {}, {})).total, 51);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, LogType::manage, 30)), 1);
  EXPECT_EQ(VALUE(delete_logs(db(), kNow + 50, std::nullopt, 30)), 0);
  EXPECT_EQ(VALUE(delete_logs(db(), 0, std::nullopt, 30)), 0);
  LogFilter left;
  left.to = kNow + 49;
  EXPECT_EQ(VALUE(list_logs(db(), left, {})).total, 0);
}

}  // namespace
}  // namespace tollgate::store
