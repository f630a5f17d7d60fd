#include "catalog/model_mapping.h"

#include <gtest/gtest.h>

namespace tollgate::catalog {
namespace {

MappedModel map(const ModelMapping& mapping, std::string_view model) {
  static std::string buffer;
  return mapping.map(model, buffer);
}

TEST(ModelMapping, LeavesUnknownNamesAlone) {
  for (const std::string_view text : {"", "  ", "null", "{}"}) {
    const ModelMapping mapping = ModelMapping::parse(text).value();
    EXPECT_TRUE(mapping.empty());
    const MappedModel mapped = map(mapping, "gpt-4o");
    EXPECT_EQ(mapped.upstream, "gpt-4o");
    EXPECT_EQ(mapped.billed, "gpt-4o");
    EXPECT_FALSE(mapped.mapped);
  }
}

TEST(ModelMapping, BillsTheUpstreamNameUnlessAPlusSaysOtherwise) {
  const ModelMapping mapping = ModelMapping::parse(R"({"a": "x", "b": "+y", "same": "same"})").value();
  EXPECT_EQ(map(mapping, "a").upstream, "x");
  EXPECT_EQ(map(mapping, "a").billed, "x");
  EXPECT_EQ(map(mapping, "b").upstream, "y");
  EXPECT_EQ(map(mapping, "b").billed, "b");
  EXPECT_TRUE(map(mapping, "b").mapped);
  EXPECT_FALSE(map(mapping, "same").mapped);
}

TEST(ModelMapping, TakesOneStepSoThatNamesCanBeSwapped) {
  const ModelMapping mapping = ModelMapping::parse(R"({"a": "b", "b": "a"})").value();
  EXPECT_EQ(map(mapping, "a").upstream, "b");
  EXPECT_EQ(map(mapping, "b").upstream, "a");
}

TEST(ModelMapping, PatternsFillInTheRestAndTheLongestCounts) {
  const ModelMapping mapping =
      ModelMapping::parse(R"({"gpt-*": "openai/gpt-*", "gpt-4*": "four", "*": "+rest-*", "gpt-4o": "exact"})").value();
  EXPECT_EQ(map(mapping, "gpt-3.5").upstream, "openai/gpt-3.5");
  EXPECT_EQ(map(mapping, "gpt-4-turbo").upstream, "four");
  EXPECT_EQ(map(mapping, "gpt-4o").upstream, "exact");
  EXPECT_EQ(map(mapping, "claude").upstream, "rest-claude");
  EXPECT_EQ(map(mapping, "claude").billed, "claude");
}

TEST(ModelMapping, RefusesWhatIsNoMapping) {
  for (const std::string_view text :
       {"[]", "{", R"({"a": 1})", R"({"a": ""})", R"({"": "b"})", R"({"a": "+"})", "text"}) {
    const auto parsed = ModelMapping::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_request) << text;
  }
  EXPECT_EQ(ModelMapping::parse(R"({"a": 1})").error().param(), "model_mapping.a");
}

}  // namespace
}  // namespace tollgate::catalog
