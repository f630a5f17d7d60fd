#include "relay/usage_scanner.h"

#include <gtest/gtest.h>

namespace tollgate::relay {
namespace {

constexpr std::string_view kAnswer =
    R"({"data":[{"usage":{"no":1},"text":"a \"usage\":{\"no\":2} \\"},[1,2]],"note":"usage", "usage" : {"prompt_tokens":7,)"
    R"("details":{"x":"}"}},"model":"m"})";
constexpr std::string_view kUsage = R"({"prompt_tokens":7,"details":{"x":"}"}})";

TEST(UsageScanner, FindsTheTopLevelMemberForAnyCut) {
  for (std::size_t step = 1; step <= kAnswer.size(); ++step) {
    UsageScanner scanner;
    for (std::size_t at = 0; at < kAnswer.size(); at += step) scanner.feed(kAnswer.substr(at, step));
    EXPECT_EQ(scanner.value(), kUsage) << "step " << step;
  }
}

TEST(UsageScanner, AnswersNothingWhenThereIsNone) {
  UsageScanner scanner;
  scanner.feed(R"({"data":["usage",{"usage":{}}],"usage":null,"x":1})");
  EXPECT_EQ(scanner.value(), "");
  scanner.feed("garbage }}} \" ");
  EXPECT_EQ(scanner.value(), "");
}

TEST(UsageScanner, DropsAValueThatCannotBeUsage) {
  UsageScanner scanner;
  scanner.feed(R"({"usage":{"x":")");
  scanner.feed(std::string(100'000, 'y'));
  scanner.feed(R"("}})");
  EXPECT_EQ(scanner.value(), "");
}

}  // namespace
}  // namespace tollgate::relay
