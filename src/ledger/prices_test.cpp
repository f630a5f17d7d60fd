#include "ledger/prices.h"

#include <random>

#include <gtest/gtest.h>

namespace tollgate::ledger {
namespace {

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

Price ratio_price(std::string_view input, std::string_view output,
                  std::map<std::string, Decimal, std::less<>> extra = {}, std::string_view model = "gpt-4o",
                  bool per_call = false) {
  const auto spec = price_from_ratios({per_call, d(input), d(output), std::move(extra)}, model);
  EXPECT_TRUE(spec) << spec.error().message();
  const auto price = Price::from(*spec, 7);
  EXPECT_TRUE(price) << price.error().message();
  return *price;
}

llm::Usage tokens(std::int64_t input, std::int64_t output) {
  llm::Usage usage;
  usage.input_uncached = input;
  usage.output = output;
  return usage;
}

struct WorkedExample {
  const char* name;
  Quota expected;
  Price price;
  std::string_view group_ratio;
  llm::Usage usage;
};

// The predecessors' examples, where rounding up once gives what they give.
TEST(Cost, IsThatOfTheWorkedExamples) {
  llm::Usage cached = tokens(500, 300);
  cached.cache_read = 1500;
  llm::Usage claude = tokens(100, 400);
  claude.cache_write_5m = 2000;
  claude.cache_read = 8000;
  llm::Usage searches = tokens(500, 200);
  searches.web_searches = 2;
  llm::Usage transcript;
  transcript.output = 100;
  llm::Usage realtime = tokens(200, 100);
  realtime.input_audio = 800;
  realtime.output_audio = 400;
  llm::Usage image = tokens(100, 1056);
  image.input_image = 200;
  llm::Usage reasoning = tokens(100, 250);
  reasoning.reasoning = 200;

  const WorkedExample examples[] = {
      {"plain chat", 6250, ratio_price("2.5", "7.5"), "1", tokens(1000, 500)},
      {"rounding up with a group", 7, ratio_price("0.25", "0.75"), "0.8", tokens(13, 7)},
      {"cached prompt", 3063, ratio_price("1.25", "5", {{"cached_tokens", d("0.5")}}), "1", cached},
      {"claude cache", 8100, ratio_price("1.5", "7.5", {}, "claude-3-5-sonnet"), "1", claude},
      {"per call", 50'000, ratio_price("50", "0", {}, "mj_imagine", true), "1", {}},
      {"per call with a group", 25'000, ratio_price("50", "0", {}, "mj_imagine", true), "0.5", {}},
      {"dall-e-3", 60'000, ratio_price("20", "20"), "1", tokens(3000, 0)},
      {"web search", 23'670, ratio_price("1", "4", {{"web_search", Decimal(12'500)}}), "0.9", searches},
      {"speech", 83, ratio_price("7.5", "0"), "1", tokens(11, 0)},
      {"transcription", 1500, ratio_price("15", "15"), "1", transcript},
      {"realtime audio", 81'500,
       ratio_price("2.5", "10", {{"input_audio_tokens", Decimal(20)}, {"output_audio_tokens", Decimal(10)}}), "1",
       realtime},
      {"image model with a text discount", 22'370, ratio_price("5", "20", {{"input_text_tokens", d("0.5")}}), "1",
       image},
      {"reasoning", 373, ratio_price("0.075", "0.3", {{"reasoning_tokens", d("5.833")}}), "1", reasoning},
      {"one-api", 3750, ratio_price("1.25", "5"), "1", tokens(1000, 500)},
  };
  for (const auto& example : examples) {
    EXPECT_EQ(cost(example.usage, example.price, d(example.group_ratio)), example.expected) << example.name;
  }
}

TEST(Cost, RoundsUpOnceForTheWholeCall) {
  llm::Usage usage = tokens(1, 1);
  usage.cache_read = 1;
  const Price price = Price::from({.input = d("0.1"), .output = d("0.1"), .cache_read = d("0.1")}, 1).value();
  EXPECT_EQ(cost(usage, price, Decimal(1)), 1);
  EXPECT_EQ(cost(tokens(0, 1), Price::from({.output = d("0.000000000001")}, 1).value(), d("0.000000000001")), 1)
      << "what costs anything costs at least 1";
}

TEST(Cost, DoesNotCountWhatIsNoUsage) {
  const Price price = Price::from({.input = Decimal(1), .output = Decimal(1)}, 1).value();
  EXPECT_EQ(cost(tokens(-5, 3), price, Decimal(1)), 3);
  EXPECT_EQ(cost(tokens(llm::kMaxTokenCount + 1, 3), price, Decimal(1)), 3);
  EXPECT_EQ(cost(tokens(llm::kMaxTokenCount, 0), price, Decimal(1)), llm::kMaxTokenCount);
  llm::Usage usage = tokens(0, 10);
  usage.reasoning = 25;  // more than the output it is part of
  EXPECT_EQ(cost(usage, Price::from({.output = Decimal(1), .reasoning = Decimal(2)}, 1).value(), Decimal(1)), 20);
}

TEST(Cost, SaturatesInsteadOfWrapping) {
  const Price price = Price::from({.input = Decimal(9'000'000), .output = Decimal(9'000'000)}, 1).value();
  EXPECT_EQ(cost(tokens(llm::kMaxTokenCount, llm::kMaxTokenCount), price, Decimal(1'000'000'000)), kQuotaLimit);
}

TEST(Cost, IsNothingForANegativeOrZeroRatio) {
  const Price price = Price::from({.input = Decimal(1)}, 1).value();
  EXPECT_EQ(cost(tokens(10, 0), price, Decimal()), 0);
  EXPECT_EQ(cost(tokens(10, 0), price, Decimal(-1)), 0);
}

TEST(Cost, FallsBackToTheNeighbouringKind) {
  const Price price = Price::from({.input = Decimal(2), .output = Decimal(3), .cache_write_5m = Decimal(5)}, 1).value();
  const auto one = [&](std::optional<std::int64_t> llm::Usage::* kind) {
    llm::Usage usage;
    usage.*kind = 1;
    return cost(usage, price, Decimal(1));
  };
  EXPECT_EQ(one(&llm::Usage::cache_read), 2);
  EXPECT_EQ(one(&llm::Usage::cache_write_5m), 5);
  EXPECT_EQ(one(&llm::Usage::cache_write_1h), 5);
  EXPECT_EQ(one(&llm::Usage::input_audio), 2);
  EXPECT_EQ(one(&llm::Usage::input_image), 2);
  EXPECT_EQ(one(&llm::Usage::output_audio), 3);
  EXPECT_EQ(one(&llm::Usage::output_image), 3);
  EXPECT_EQ(one(&llm::Usage::web_searches), kDefaultWebSearch);
}

TEST(Cost, OfAPerCallPriceIsThatOfTheCalls) {
  const Price price = ratio_price("8", "3", {}, "dall-e-2", true);
  EXPECT_EQ(cost(tokens(1'000'000, 5), price, Decimal(1)), 8'000);
  EXPECT_EQ(cost({}, price, d("1.5"), 3), 36'000);
}

// Against a second implementation: long division of big decimal sums, digit by digit, in two 128-bit halves.
TEST(Cost, EqualsASecondImplementation) {
  std::mt19937_64 random(20240607);
  for (int round = 0; round < 2'000; ++round) {
    const auto pick = [&](std::int64_t below) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
    };
    const std::int64_t in_millionths = pick(50'000'000), out_millionths = pick(90'000'000),
                       ratio_thousandths = pick(5'000);
    const std::int64_t in = pick(2'000'000), out = pick(2'000'000);
    const Price price = Price::from({.input = *Decimal::from_parts(Int128{in_millionths}, 6),
                                     .output = *Decimal::from_parts(Int128{out_millionths}, 6)},
                                    1)
                            .value();
    const Int128 billionths = (Int128{in} * in_millionths + Int128{out} * out_millionths) * ratio_thousandths;
    const Int128 expected = billionths / 1'000'000'000 + (billionths % 1'000'000'000 != 0);
    ASSERT_EQ(cost(tokens(in, out), price, *Decimal::from_parts(Int128{ratio_thousandths}, 3)),
              static_cast<Quota>(expected))
        << "seed 20240607 round " << round;
  }
}

TEST(EstimateCost, IsNeverBelowWhatTheCallCosts) {
  std::mt19937_64 random(7);
  const Price price = ratio_price("1.5", "7.5", {{"reasoning_tokens", d("2")}}, "claude-sonnet-4");
  for (int round = 0; round < 500; ++round) {
    const auto upto = [&](std::int64_t n) {
      return n == 0 ? 0 : static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
    };
    const CallBound bound{.prompt_tokens = upto(5'000), .output_tokens = upto(4'000), .may_write_cache = true};
    llm::Usage usage;
    usage.cache_read = upto(bound.prompt_tokens);
    usage.cache_write_1h = upto(bound.prompt_tokens - *usage.cache_read);
    usage.input_uncached = bound.prompt_tokens - *usage.cache_read - *usage.cache_write_1h;
    usage.output = upto(bound.output_tokens);
    usage.reasoning = upto(*usage.output);
    ASSERT_GE(estimate_cost(price, d("0.8"), bound), cost(usage, price, d("0.8"))) << "seed 7 round " << round;
  }
}

TEST(EstimateCost, IsExactForPlainTextThatUsesItAllUp) {
  const Price price = ratio_price("2.5", "7.5");
  EXPECT_EQ(estimate_cost(price, Decimal(1), {.prompt_tokens = 1000, .output_tokens = 500}), 6250);
}

TEST(Price, RefusesWhatItCannotHold) {
  const auto negative = Price::from({.output = d("-0.5")}, 1);
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().param(), "output");
  EXPECT_EQ(negative.error().message(), "price output is negative");
  const auto large = Price::from({.cache_read = Decimal(10'000'000)}, 1);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().param(), "cache_read");
}

TEST(Price, IsFreeOnlyIfNothingCosts) {
  EXPECT_TRUE(Price().free());
  EXPECT_TRUE(Price::from({}, 1).value().free());
  EXPECT_FALSE(Price::from({.output = d("0.1")}, 1).value().free());
  EXPECT_FALSE(Price::from({.web_search = Decimal(1)}, 1).value().free());
  llm::Usage searches;
  searches.web_searches = 3;
  EXPECT_EQ(cost(searches, Price::from({}, 1).value(), Decimal(1)), 0) << "a free model's searches are free";
}

TEST(PriceFromRatios, NamesTheKeyItDoesNotKnow) {
  const auto spec = price_from_ratios({false, Decimal(1), Decimal(1), {{"cached_token", d("0.5")}}}, "gpt-4o");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().message(), "extra_ratios has no key 'cached_token'; did you mean 'cached_tokens'?");
  EXPECT_EQ(spec.error().param(), "extra_ratios.cached_token");
  EXPECT_FALSE(price_from_ratios({false, Decimal(1), Decimal(1), {{"cached_tokens", d("-1")}}}, "gpt-4o"));
}

TEST(PriceFromRatios, CountsNegativeBasesAsZero) { EXPECT_TRUE(ratio_price("-3", "-1").free()); }

TEST(PriceFromRatios, KnowsClaudesCaches) {
  llm::Usage usage;
  usage.cache_read = 1000;
  usage.cache_write_5m = 1000;
  usage.cache_write_1h = 1000;
  EXPECT_EQ(cost(usage, ratio_price("1", "1", {}, "anthropic/claude-3-opus"), Decimal(1)), 100 + 1250 + 2000);
  EXPECT_EQ(cost(usage, ratio_price("1", "1", {}, "gpt-4o"), Decimal(1)), 3000);
  EXPECT_EQ(cost(usage, ratio_price("1", "1", {{"cached_write_tokens", d("1.5")}}, "claude-3-opus"), Decimal(1)),
            100 + 1500 + 1500);
}

}  // namespace
}  // namespace tollgate::ledger
