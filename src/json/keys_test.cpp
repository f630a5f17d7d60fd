#include "json/keys.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "json/value.h"

namespace tollgate::json {
namespace {

TEST(StringHopper, VisitsKeysAndValuesInOrder) {
  StringHopper hop(R"({"a" : "x\"y" ,"b":[1,"two",{"c":  7}], "d":{}})");
  struct Seen {
    std::string_view raw;
    bool escaped, is_key;
    char kind;
  };
  for (const Seen& want : {Seen{"a", false, true, '"'}, Seen{R"(x\"y)", true, false, '\0'}, Seen{"b", false, true, '['},
                           Seen{"two", false, false, '\0'}, Seen{"c", false, true, '7'}, Seen{"d", false, true, '{'}}) {
    ASSERT_TRUE(hop.next()) << want.raw;
    EXPECT_EQ(hop.raw(), want.raw);
    EXPECT_EQ(hop.escaped(), want.escaped) << want.raw;
    EXPECT_EQ(hop.is_key(), want.is_key) << want.raw;
    EXPECT_EQ(hop.value_kind(), want.kind) << want.raw;
  }
  EXPECT_FALSE(hop.next());
  EXPECT_FALSE(hop.next());
}

TEST(StringHopper, GivesTheTextFromAValueOn) {
  StringHopper hop(R"({"usage": {"n":1}})");
  ASSERT_TRUE(hop.next());
  EXPECT_EQ(hop.rest(), R"({"n":1}})");
}

TEST(StringHopper, StopsAtAStringThatDoesNotEnd) {
  for (const std::string_view text : {R"({"abc)", R"(")", R"("\)", R"("\")", R"("a\\\")", "no strings", ""}) {
    StringHopper hop(text);
    EXPECT_FALSE(hop.next()) << text;
    EXPECT_FALSE(hop.next()) << text;
  }
  StringHopper key_at_the_end(R"("k":)");
  ASSERT_TRUE(key_at_the_end.next());
  EXPECT_TRUE(key_at_the_end.is_key());
  EXPECT_EQ(key_at_the_end.value_kind(), '\0');
  EXPECT_EQ(key_at_the_end.rest(), "");
}

TEST(StringHopper, FindsTheEndWhereverItStands) {
  for (std::size_t length = 0; length < 70; ++length) {
    for (std::size_t slash = 0; slash <= length; ++slash) {
      std::string inside(length, 'x');
      if (slash < length) inside.replace(slash, 1, R"(\")");
      const std::string text = "[" + std::string(length % 20, ' ') + '"' + inside + "\",\"next\"]";
      StringHopper hop(text);
      ASSERT_TRUE(hop.next());
      ASSERT_EQ(hop.raw(), inside);
      ASSERT_EQ(hop.escaped(), slash < length);
      ASSERT_TRUE(hop.next());
      ASSERT_EQ(hop.raw(), "next");
    }
  }
}

TEST(ObjectAtStart, EndsWhereItsBraceCloses) {
  EXPECT_EQ(object_at_start(R"({"a":[{"b":"}\"]"}]},"more")"), R"({"a":[{"b":"}\"]"}]})");
  EXPECT_EQ(object_at_start("{}{}"), "{}");
  for (const std::string_view none : {"", "[]", " {}", "{", R"({"a":"})", R"({"a":[})"}) {
    EXPECT_EQ(object_at_start(none), "") << none;
  }
}

TEST(UnescapedSize, CountsWhatTheStringStandsFor) {
  for (const std::string_view raw :
       {"", "plain", R"(\n)", R"(a\"b\\)", R"(\u0041)", R"(\u00e9)", R"(\u65e5)", R"(\ud83d\ude00)",
        R"(x\ud83d\ude00\u00e9y\t日)", R"(\ud83d)", R"(\ude00\ud83dx)"}) {
    std::string out;
    ASSERT_TRUE(unescape_to(raw, out)) << raw;
    EXPECT_EQ(unescaped_size(raw), out.size()) << raw;
  }
}

TEST(UnescapedSize, StaysInBoundsForBrokenEscapes) {
  for (const std::string_view raw : {R"(\)", R"(\u)", R"(\u12)", R"(\ud83d)", R"(\ud83d\u)", R"(abc\)"}) {
    EXPECT_LE(unescaped_size(raw), raw.size()) << raw;
  }
}

}  // namespace
}  // namespace tollgate::json
