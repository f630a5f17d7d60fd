#include "json/reader.h"

#include <gtest/gtest.h>

namespace tollgate::json {
namespace {

class ReaderTest : public testing::Test {
 protected:
  Reader read(std::string_view text) {
    document_ = parse_object(text).value();
    return Reader(document_, root_, problems_);
  }
  std::string problem() {
    if (problems_.empty()) return {};
    const Error error = problems_.failure().error();
    EXPECT_EQ(error.code(), ErrorCode::invalid_request);
    return error.message() + " <" + error.param() + ">";
  }

  object document_;
  Path root_;
  Problems problems_;
};

TEST_F(ReaderTest, ReadsEveryKind) {
  const Reader r = read(R"({"s":"x","b":true,"i":3,"d":0.5,"o":{"k":1},"a":[{"z":1}],"n":null,"whole":4.0})");
  EXPECT_EQ(r.required_string("s"), "x");
  EXPECT_EQ(r.boolean("b"), true);
  EXPECT_EQ(r.integer("i", 0, 10), 3);
  EXPECT_EQ(r.integer("whole", 0, 10), 4);
  EXPECT_EQ(r.number("d", 0, 2), 0.5);
  EXPECT_EQ(r.number("i", 0, 3), 3.0);
  EXPECT_NE(r.required_object("o"), nullptr);
  ASSERT_NE(r.required_array("a"), nullptr);
  EXPECT_NE(r.element(*r.array_at("a"), 0, r.at("a")), nullptr);
  EXPECT_FALSE(r.has("n"));
  EXPECT_FALSE(r.string("n"));
  EXPECT_FALSE(r.boolean("absent"));
  EXPECT_EQ(problem(), "");
}

TEST_F(ReaderTest, NamesTheFieldThatIsWrong) {
  const auto check = [&](std::string_view text, auto&& get, std::string_view message) {
    problems_ = {};
    const Reader r = read(text);
    get(r);
    EXPECT_EQ(problem(), message);
  };
  check("{}", [](const Reader& r) { (void)r.required_string("model"); }, "model is required <model>");
  check(R"({"model":null})", [](const Reader& r) { (void)r.required_string("model"); }, "model is required <model>");
  check(R"({"model":1})", [](const Reader& r) { (void)r.required_string("model"); }, "model must be a string <model>");
  check(R"({"b":"true"})", [](const Reader& r) { (void)r.boolean("b"); }, "b must be a boolean <b>");
  check(R"({"i":1.5})", [](const Reader& r) { (void)r.integer("i", 0, 9); }, "i must be an integer <i>");
  check(R"({"i":10})", [](const Reader& r) { (void)r.integer("i", 0, 9); }, "i must be between 0 and 9 <i>");
  check(
      R"({"i":18446744073709551615})", [](const Reader& r) { (void)r.integer("i", 0, 9); },
      "i must be between 0 and 9 <i>");
  check(R"({"i":1e300})", [](const Reader& r) { (void)r.integer("i", 0, 9); }, "i must be between 0 and 9 <i>");
  check(R"({"d":2.5})", [](const Reader& r) { (void)r.number("d", 0, 2); }, "d must be between 0 and 2 <d>");
  check(R"({"o":[]})", [](const Reader& r) { (void)r.object_at("o"); }, "o must be an object <o>");
  check(R"({"a":{}})", [](const Reader& r) { (void)r.required_array("a"); }, "a must be an array <a>");
  check("{}", [](const Reader& r) { (void)r.required_array("a"); }, "a is required <a>");
  check("{}", [](const Reader& r) { (void)r.required_object("o"); }, "o is required <o>");
}

TEST_F(ReaderTest, PathsGoAllTheWayDown) {
  const Reader root = read(R"({"messages":[{},{"content":[{"type":7}, 5]}]})");
  const array& messages = *root.required_array("messages");
  const Path list = root.at("messages");
  const Path item{&list, {}, 1};
  const Reader message(*root.element(messages, 1, list), item, problems_);
  const array& content = *message.required_array("content");
  const Path parts = message.at("content");
  EXPECT_EQ(message.element(content, 1, parts), nullptr);
  EXPECT_EQ(problem(), "messages[1].content[1] must be an object <messages[1].content[1]>");
  problems_ = {};
  const Path part{&parts, {}, 0};
  (void)Reader(*message.element(content, 0, parts), part, problems_).required_string("type");
  EXPECT_EQ(problem(), "messages[1].content[0].type must be a string <messages[1].content[0].type>");
}

TEST_F(ReaderTest, OnlyTheFirstProblemIsKept) {
  const Reader r = read(R"({"a":1,"b":2})");
  (void)r.required_string("a");
  (void)r.required_string("b");
  EXPECT_EQ(problem(), "a must be a string <a>");
}

}  // namespace
}  // namespace tollgate::json
