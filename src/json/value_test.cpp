#include "json/value.h"

#include <gtest/gtest.h>

namespace tollgate::json {
namespace {

std::string again(std::string_view text) {
  const Result<value> parsed = parse(text);
  return parsed ? serialize(*parsed) : parsed.error().message();
}

TEST(JsonValue, CompactTextComesBackAsItWas) {
  for (const std::string_view text :
       {R"({})", R"([])", R"(null)", R"("")", R"({"a":[1,-2,true,false,null,"x"],"b":{"c":{}}})",
        R"({"z":1,"a":2,"m":3})", R"(["é","日本","😀","\u0001","\"\\\n\t"])", R"([18446744073709551615])",
        R"([-9223372036854775808])"}) {
    EXPECT_EQ(again(text), text);
  }
}

TEST(JsonValue, DoublesAreExactShortestAndPlain) {
  for (const std::string_view text :
       {"0.7", "0.1", "0.3", "1.1", "0.95", "1.0", "-0.0", "123456.789", "0.000001", "2.5", "100000.0",
        "3.141592653589793", "1e+30", "1.7976931348623157e+308", "5e-324"}) {
    EXPECT_EQ(again(text), text);
  }
  EXPECT_EQ(again("7E-1"), "0.7");
  EXPECT_EQ(again("1e2"), "100.0");
  EXPECT_EQ(again("1e-400"), "0.0");
}

TEST(JsonValue, NumbersWithoutAValueAreRefused) {
  for (const std::string_view text : {"1e400", "[-1e999]", "1e99999999999"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  EXPECT_EQ(serialize(value(std::numeric_limits<double>::infinity())), "null");
}

TEST(JsonValue, WhatIsNoJsonIsRefusedWithItsPlace) {
  struct Case {
    std::string_view text, message;
  };
  for (const Case& c : {
           Case{"", "the JSON document is empty"},
           Case{" \n", "the JSON document is empty"},
           Case{R"({"a":1)", "the JSON document is cut off at byte 6"},
           Case{R"({"a":1} x)", "invalid JSON at byte 8: text follows the document"},
           Case{R"({"a":1}{})", "invalid JSON at byte 7: text follows the document"},
       }) {
    const auto parsed = parse(c.text);
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_json);
    EXPECT_EQ(parsed.error().message(), c.message);
  }
  for (const std::string_view text :
       {"{a:1}", "[1,]", "{\"a\":1,}", "'x'", "[01]", "[1.]", "[.5]", "[+1]", "nul", "[NaN]", "\"\\x\"",
        "\"\\ud83d\\u12\"", "\"\xff\"", "\"\xc0\x80\"", "\"a\nb\"", "// c\n1", "\xef\xbb\xbf{}"}) {
    const auto parsed = parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_json) << text;
    EXPECT_NE(parsed.error().message().find("byte"), std::string::npos) << parsed.error().message();
  }
}

TEST(JsonValue, HalvesOfACharacterAreReplaced) {
  struct Case {
    std::string_view text, read;
  };
  for (const Case& c : {
           Case{R"("cut \ud83d")", R"("cut �")"},
           Case{R"(["\ude00 off","\ud83d\ud83d\ude00\n"])", R"(["� off","�😀\n"])"},
           Case{R"({"\ud800":"\ud83dx\\ud83d"})", R"({"�":"�x\\ud83d"})"},
       }) {
    EXPECT_EQ(again(c.text), c.read) << c.text;
  }
  EXPECT_EQ(again(R"(["\ud83d",])"), "invalid JSON at byte 10: syntax error");
}

TEST(JsonValue, DepthAndSizeAreBounded) {
  const std::string deepest = std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']');
  EXPECT_TRUE(parse(deepest));
  EXPECT_FALSE(parse("[" + deepest + "]"));
  EXPECT_FALSE(parse(std::string(1'000'000, '[')));
  EXPECT_TRUE(parse("[[]]", {.max_bytes = 4, .max_depth = 2}));
  EXPECT_FALSE(parse("[[[]]]", {.max_bytes = 100, .max_depth = 2}));
  const auto large = parse("[[]] ", {.max_bytes = 4, .max_depth = 2});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code(), ErrorCode::request_too_large);
}

TEST(JsonValue, AnObjectIsDemandedWhereOneIsNeeded) {
  EXPECT_TRUE(parse_object(" {} "));
  EXPECT_EQ(parse_object("[]").error().message(), "the JSON document must be an object");
  EXPECT_EQ(parse_object("null").error().code(), ErrorCode::invalid_json);
}

TEST(JsonValue, EscapesRoundTrip) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "é日😀";
  std::string inside, back;
  escape_to(all, inside);
  ASSERT_TRUE(unescape_to(inside, back));
  EXPECT_EQ(back, all);
  EXPECT_EQ(view(parse('"' + inside + '"')->as_string()), all);
}

TEST(JsonValue, EscapesAreFoundWhereverTheyStand) {
  for (std::size_t length = 1; length < 50; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char c : {'"', '\\', '\0', '\x1f', '\n', '\x7f', ' ', '\xff'}) {
        std::string text(length, 'x');
        text[at] = c;
        std::string inside, back;
        escape_to(text, inside);
        ASSERT_EQ(inside.size() > text.size(), static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\');
        ASSERT_TRUE(unescape_to(inside, back));
        ASSERT_EQ(back, text);
      }
    }
  }
}

TEST(JsonValue, UnescapingDecodesEveryFormAndRefusesBrokenOnes) {
  std::string out = "kept ";
  ASSERT_TRUE(unescape_to(R"(\"\\\/\b\f\n\r\t\u0041\u00e9\u65E5\ud83d\ude00)", out));
  EXPECT_EQ(out, "kept \"\\/\b\f\n\r\tAé日😀");
  for (const std::string_view raw :
       {R"(\)", R"(\x)", R"(\u12)", R"(\u12g4)", R"(\u+123)", R"(\u-123)", R"(\ud83d\u12)", R"(\ud83d\)"}) {
    std::string ignored;
    EXPECT_FALSE(unescape_to(raw, ignored)) << raw;
  }
}

TEST(JsonValue, UnescapingReadsHalfACharacterAsTheTreesDo) {
  for (const std::string_view raw : {R"(\ud83d)", R"(\ud83dx)", R"(\ud83d\n)", R"(\ud83d\u0041)", R"(\ude00)",
                                     R"(\ude00\ud83d)", R"(\ud83d\ud83d\ude00)"}) {
    std::string out;
    ASSERT_TRUE(unescape_to(raw, out)) << raw;
    EXPECT_EQ(out, view(parse('"' + std::string(raw) + '"')->as_string())) << raw;
    EXPECT_NE(out.find("\uFFFD"), std::string::npos) << raw;
  }
}

TEST(SmallTree, HoldsOneDocumentAfterAnother) {
  SmallTree tree;
  const object* first = tree.parse_object(R"({"a":{"b":[1,2,3]},"text":"a text that is too long to be kept inside"})");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(serialize(*first), R"({"a":{"b":[1,2,3]},"text":"a text that is too long to be kept inside"})");
  const std::string large = "{\"x\":\"" + std::string(100'000, 'y') + "\"}";
  const object* second = tree.parse_object(large);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(serialize(*second), large);
  EXPECT_EQ(tree.parse_object("[1]"), nullptr);
  EXPECT_EQ(tree.parse_object("{"), nullptr);
  EXPECT_EQ(tree.parse_object(R"({"z":null})")->size(), 1u);
}

TEST(JsonValue, ReadingWithoutComplaint) {
  const object o = parse_object(R"({"n":null,"s":"x","o":{"k":1},"a":[1]})").value();
  EXPECT_EQ(find(o, "n"), nullptr);
  EXPECT_EQ(find(o, "absent"), nullptr);
  EXPECT_EQ(find_string(o, "s"), "x");
  EXPECT_EQ(find_string(o, "o"), "");
  EXPECT_NE(find_object(o, "o"), nullptr);
  EXPECT_EQ(find_object(o, "s"), nullptr);
  EXPECT_EQ(find_array(o, "a")->size(), 1u);
  EXPECT_EQ(find_array(o, "n"), nullptr);
}

}  // namespace
}  // namespace tollgate::json
