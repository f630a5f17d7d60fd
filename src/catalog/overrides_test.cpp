#include "catalog/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string applied(std::string_view overrides, std::string_view body, std::string_view model = "m") {
  const Overrides compiled = Overrides::parse(overrides).value();
  json::object tree = json::parse_object(body).value();
  compiled.apply(tree, model);
  return json::serialize(tree);
}

TEST(Overrides, FillInWhatIsMissing) {
  EXPECT_EQ(applied(R"({"temperature": 0.5, "top_p": 1})", R"({"temperature":0})"), R"({"temperature":0,"top_p":1})");
}

TEST(Overrides, ReplaceWhereTheySaySo) {
  EXPECT_EQ(applied(R"({"overwrite": true, "temperature": 0.5})", R"({"temperature":0})"), R"({"temperature":0.5})");
}

TEST(Overrides, AreLimitedToAModelWherePerModelSaysSo) {
  const std::string_view text = R"({"per_model": true, "a": {"x": 1}, "b": {"x": 2}})";
  EXPECT_EQ(applied(text, "{}", "a"), R"({"x":1})");
  EXPECT_EQ(applied(text, "{}", "b"), R"({"x":2})");
  EXPECT_EQ(applied(text, "{}", "c"), "{}");
  const Overrides compiled = Overrides::parse(text).value();
  EXPECT_TRUE(compiled.touches("a"));
  EXPECT_FALSE(compiled.touches("c"));
}

TEST(Overrides, NeverTouchStreamOrModel) {
  EXPECT_EQ(applied(R"({"overwrite": true, "stream": true, "model": "other", "x": 1})", R"({"stream":false})"),
            R"({"stream":false,"x":1})");
  EXPECT_FALSE(Overrides::parse(R"({"operations": [{"op": "delete", "path": "stream"}]})"));
  EXPECT_FALSE(Overrides::parse(R"({"operations": [{"op": "rename", "path": "x", "to": "model"}]})"));
}

TEST(Overrides, SayWhetherTheyComeBeforeTheConversion) {
  EXPECT_TRUE(Overrides::parse(R"({"pre_add": true, "x": 1})")->before_conversion());
  EXPECT_FALSE(Overrides::parse(R"({"x": 1})")->before_conversion());
}

TEST(Overrides, ControlMembersAloneChangeNothing) {
  for (const std::string_view text : {"", "null", "{}", R"({"overwrite": true})", R"({"operations": []})"}) {
    EXPECT_TRUE(Overrides::parse(text)->empty()) << text;
  }
}

TEST(Overrides, DoFurtherStepsInOrder) {
  EXPECT_EQ(applied(R"({"operations": [
      {"op": "rename", "path": "max_tokens", "to": "limits.output"},
      {"op": "set", "path": "a.b.c", "value": [1]},
      {"op": "default", "path": "a.b.c", "value": 2},
      {"op": "delete", "path": "user"}]})",
                    R"({"max_tokens":5,"user":"u"})"),
            R"({"limits":{"output":5},"a":{"b":{"c":[1]}}})");
}

TEST(Overrides, StepsThatFindNothingDoNothing) {
  const std::string_view text = R"({"operations": [
      {"op": "delete", "path": "a.b"}, {"op": "rename", "path": "x.y", "to": "z"}, {"op": "set", "path": "s.t", "value": 1}]})";
  EXPECT_EQ(applied(text, R"({"a":1,"s":"text"})"), R"({"a":1,"s":"text"})");
}

TEST(Overrides, StepsMayBeLimitedToNamesThatBeginSo) {
  const std::string_view text = R"({"operations": [{"op": "set", "path": "x", "value": 1, "model": "gpt-5*"}]})";
  EXPECT_EQ(applied(text, "{}", "gpt-5-mini"), R"({"x":1})");
  EXPECT_EQ(applied(text, "{}", "gpt-4"), "{}");
}

TEST(Overrides, TellWhetherAnythingChanged) {
  const Overrides compiled = Overrides::parse(R"({"x": 1})").value();
  json::object body = json::parse_object(R"({"x":2})").value();
  EXPECT_FALSE(compiled.apply(body, "m"));
  body.erase("x");
  EXPECT_TRUE(compiled.apply(body, "m"));
}

TEST(Overrides, RefuseWhatTheyCannotMean) {
  for (const std::string_view text :
       {"[]", "{", R"({"overwrite": 1})", R"({"per_model": true, "a": 1})", R"({"operations": {}})",
        R"({"operations": [1]})", R"({"operations": [{"op": "move", "path": "a"}]})",
        R"({"operations": [{"op": "set", "path": "a"}]})",
        R"({"operations": [{"op": "set", "path": "a..b", "value": 1}]})",
        R"({"operations": [{"op": "delete", "path": ""}]})"}) {
    const auto parsed = Overrides::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_request) << text;
  }
  EXPECT_EQ(Overrides::parse(R"({"operations": [{"op": "set", "path": "a"}]})").error().param(), "operations[0].value");
}

TEST(ChannelHeaders, AreChecked) {
  EXPECT_THAT(parse_headers(R"({"X-One": " 1 ", "x_two": ""})").value(),
              ElementsAre(Pair("X-One", "1"), Pair("x_two", "")));
  EXPECT_TRUE(parse_headers("")->empty());
  for (const std::string_view text :
       {R"({"Host": "x"})", R"({"content-length": "1"})", R"({"bad name": "x"})", R"({"": "x"})", R"({"a": 1})",
        R"({"a": "b\r\nc: d"})", R"({"a:b": "x"})", "[]"}) {
    ASSERT_FALSE(parse_headers(text)) << text;
  }
}

TEST(ChannelHeaders, AComplaintNeverRepeatsTheValue) {
  const auto parsed = parse_headers(R"({"X-Key": "secret\u0001more"})");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message(), testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace tollgate::catalog
