#pragma once

#include <vector>

#include "store/logs.h"
#include "store/store_fixture.h"

namespace tollgate::store {

/// Log rows, for the tests of this folder.
class LogsTest : public StoreTest {
 protected:
  LogRow row(std::int64_t user, std::int64_t at, Quota quota = 1) {
    LogRow out;
    out.created_at = at;
    out.user = UserId{user};
    out.token = TokenId{user * 10};
    out.channel = ChannelId{user % 3};
    out.model = user % 2 + 1;
    out.quota = quota;
    out.input_tokens = 100;
    out.output_tokens = 10;
    return out;
  }
  /// `count` rows a second apart, of users 1 to 5 in turn.
  void fill(int count) {
    std::vector<LogRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(row(i % 5 + 1, kNow + i, i));
    EXPECT_EQ(VALUE(insert_logs(db(), rows)), count);
  }
  LogFilter of_user(std::int64_t user) {
    LogFilter filter;
    filter.users = {UserId{user}};
    return filter;
  }
};

}  // namespace tollgate::store
