#include "base/strings.h"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Strings, SplitListTrimsAndDropsEmptyParts) {
  EXPECT_EQ(split_list(" a, b ,,c,"), (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_TRUE(split_list("").empty());
}

TEST(Strings, ParseIntTakesOnlyAWholeNumber) {
  EXPECT_EQ(parse_int("-42"), -42);
  EXPECT_FALSE(parse_int("42x"));
  EXPECT_FALSE(parse_int(""));
  EXPECT_FALSE(parse_int("99999999999999999999"));
}

TEST(Strings, HexRoundTrips) {
  const std::string bytes("\x00\xff\x10z", 4);
  EXPECT_EQ(hex(bytes), "00ff107a");
  EXPECT_EQ(unhex(hex(bytes)), bytes);
  EXPECT_FALSE(unhex("abc"));
  EXPECT_FALSE(unhex("zz"));
}

TEST(Strings, ClipNeverCutsACharacter) {
  EXPECT_EQ(clip_utf8("aé", 2), "a");
  EXPECT_EQ(clip_utf8("aé", 3), "aé");
  EXPECT_EQ(clip_utf8("日本", 5), "日");
}

TEST(Strings, NearestFindsATypoAndNothingFarAway) {
  const std::vector<std::string_view> keys{"sql_dsn", "log_sql_dsn", "port"};
  EXPECT_EQ(nearest("sql_dns", keys), "sql_dsn");
  EXPECT_EQ(nearest("completely_else", keys), "");
}

}  // namespace
}  // namespace tollgate
