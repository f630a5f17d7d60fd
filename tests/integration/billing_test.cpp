// What is charged for each kind of token, to the unit: whoever answers, in whose words, plain or streamed.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

struct KindsCase {
  const char* name;
  Tongue client, upstream;
  bool stream;
};
std::string kinds_name(const ::testing::TestParamInfo<KindsCase>& info) { return info.param.name; }

// 650 + 300 cached + 50 of audio in; 160 of which 60 reasoning, and 40 of audio out.
constexpr std::string_view kOpenaiUsage = R"({"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,)"
                                          R"("prompt_tokens_details":{"cached_tokens":300,"audio_tokens":50},)"
                                          R"("completion_tokens_details":{"reasoning_tokens":60,"audio_tokens":40}})";
// 650 + 300 read from the cache + 120 put into it, 20 of them for an hour; 160 out.
constexpr std::string_view kClaudePrompt =
    R"("input_tokens":650,"cache_read_input_tokens":300,"cache_creation_input_tokens":120,)"
    R"("cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":20})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string plain_with_usage(Tongue upstream) {
  if (upstream == Tongue::openai) {
    return replaced(plain_answer(upstream), R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})",
                    kOpenaiUsage);
  }
  return replaced(plain_answer(upstream), R"("input_tokens":10,"output_tokens":5)",
                  std::string(kClaudePrompt) + R"(,"output_tokens":160)");
}

std::string stream_with_usage(Tongue upstream) {
  const std::string events = joined(stream_events(upstream));
  if (upstream == Tongue::openai) {
    return replaced(events, R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})", kOpenaiUsage);
  }
  const std::string begun =
      replaced(events, R"("input_tokens":10,"output_tokens":1)", std::string(kClaudePrompt) + R"(,"output_tokens":1)");
  return replaced(begun, R"({"output_tokens":5})", R"({"output_tokens":160})");
}

class TokenKinds : public ::testing::TestWithParam<KindsCase> {};

TEST_P(TokenKinds, AreChargedAtTheirOwnPrices) {
  const KindsCase& kind = GetParam();
  ScriptedUpstream upstream([&](const SeenRequest&) -> Script {
    if (kind.stream) return {Send{sse_head() + chunk(stream_with_usage(kind.upstream)) + last_chunk()}};
    return {Send{http_json(200, plain_with_usage(kind.upstream))}};
  });
  TestGateway gateway;
  const ChannelId channel = gateway.add_channel(provider_of(kind.upstream), upstream.url(), "m");
  store::PriceRow price;
  price.model = "m";
  price.input = "1.1";
  price.output = "4";
  price.extra_ratios = R"({"cached_read_tokens":0.25,"cached_write_tokens":1.5,"cached_write_1h_tokens":2.5,)"
                       R"("input_audio_tokens":5,"reasoning_tokens":1.75,"output_audio_tokens":3})";
  gateway.set_price(price);
  const TestCaller caller = gateway.add_caller();
  const HttpAnswer answer = gateway.post(caller, path_of(kind.client), ask("m", kind.stream));
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_TRUE(answer.complete);

  // Rounded up once: 650 x 1.1 + 300 x 0.275 + 50 x 5.5 + 100 x 4 + 60 x 7 + 40 x 12 = 2,372.5;
  // 650 x 1.1 + 300 x 0.275 + 100 x 1.65 + 20 x 2.75 + 160 x 4 = 1,657.5.
  const bool openai = kind.upstream == Tongue::openai;
  const Quota cost = openai ? 2'373 : 1'658;
  EXPECT_EQ(gateway.user_books(caller.user).used, cost);
  EXPECT_EQ(gateway.token_books(caller.token).used, cost);
  EXPECT_EQ(gateway.channel_used(channel), cost);
  const store::LogRow row = logged_calls(gateway, caller).at(0).row;
  EXPECT_EQ(row.quota, cost);
  EXPECT_EQ(row.input_tokens, 650);
  EXPECT_EQ(row.cache_read_tokens, 300);
  EXPECT_EQ(row.cache_write_tokens, openai ? 0 : 100);
  EXPECT_EQ(row.cache_write_1h_tokens, openai ? 0 : 20);
  EXPECT_EQ(row.input_audio_tokens, openai ? 50 : 0);
  EXPECT_EQ(row.output_tokens, 160);
  EXPECT_EQ(row.reasoning_tokens, openai ? 60 : 0);
  EXPECT_EQ(row.output_audio_tokens, openai ? 40 : 0);
  EXPECT_FALSE(row.has(store::kLogEstimated));
}
INSTANTIATE_TEST_SUITE_P(Billing, TokenKinds,
                         ::testing::Values(KindsCase{"openai_plain", Tongue::openai, Tongue::openai, false},
                                           KindsCase{"openai_streamed", Tongue::openai, Tongue::openai, true},
                                           KindsCase{"claude_plain", Tongue::claude, Tongue::claude, false},
                                           KindsCase{"claude_streamed", Tongue::claude, Tongue::claude, true},
                                           KindsCase{"openai_on_claude_plain", Tongue::openai, Tongue::claude, false},
                                           KindsCase{"openai_on_claude_streamed", Tongue::openai, Tongue::claude, true},
                                           KindsCase{"claude_on_openai_plain", Tongue::claude, Tongue::openai, false},
                                           KindsCase{"claude_on_openai_streamed", Tongue::claude, Tongue::openai,
                                                     true}),
                         kinds_name);

/// The upstream says nothing of its usage: what the client is shown is what it is charged.
TEST(UncountedUsage, IsShownAsItIsCharged) {
  ScriptedUpstream upstream([](const SeenRequest& request) -> Script {
    constexpr std::string_view usage = R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})";
    if (request.body.find("\"stream\":true") == std::string::npos) {
      return {Send{http_json(200, replaced(plain_answer(Tongue::openai), usage, R"("usage":null)"))}};
    }
    const std::string events = replaced(joined(stream_events(Tongue::openai)), usage, R"("usage":null)");
    return {Send{sse_head() + chunk(events) + last_chunk()}};
  });
  TestGateway gateway;
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  for (const bool stream : {false, true}) {
    const HttpAnswer answer = gateway.post(caller, "/v1/messages", ask("m", stream));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const store::LogRow row = logged_calls(gateway, caller).at(0).row;
    EXPECT_TRUE(row.has(store::kLogEstimated));
    EXPECT_GT(row.input_tokens, 0);
    EXPECT_GT(row.output_tokens, 0);
    const auto usage_at = answer.body.rfind("\"usage\":");
    ASSERT_NE(usage_at, std::string::npos);
    const std::string shown = answer.body.substr(usage_at);
    EXPECT_NE(shown.find("\"input_tokens\":" + std::to_string(row.input_tokens) + ","), std::string::npos) << shown;
    EXPECT_NE(shown.find("\"output_tokens\":" + std::to_string(row.output_tokens) + "}"), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace tollgate::testing
