#include "llm/model_argument.h"

#include <gtest/gtest.h>

namespace tollgate::llm {
namespace {

TEST(ModelArgument, IsReadWordByWord) {
  struct Case {
    std::string_view text;
    ModelArgument wanted;
  };
  for (const Case& c : {
           Case{"", {}},
           Case{"#", {}},
           Case{"thinking", {.thinking = true}},
           Case{"xhigh", {.effort = "xhigh"}},
           Case{"search", {.search = true}},
           Case{"low#search", {.effort = "low", .search = true}},
           Case{"thinking##none#", {.thinking = true, .effort = "none"}},
       }) {
    const auto got = parse_model_argument(c.text);
    ASSERT_TRUE(got) << c.text;
    EXPECT_EQ(*got, c.wanted) << c.text;
    EXPECT_EQ(got->empty(), c.wanted == ModelArgument{}) << c.text;
  }
}

TEST(ModelArgument, UnknownWordsAreNamed) {
  for (const std::string_view text : {"fast", "high#fast", "fast#", "High"}) {
    const auto got = parse_model_argument(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().code(), ErrorCode::invalid_request);
    EXPECT_EQ(got.error().param(), "model");
  }
  EXPECT_NE(parse_model_argument("high#fast").error().message().find("'#fast'"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::llm
