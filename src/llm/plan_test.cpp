#include "llm/plan.h"

#include <vector>

#include <gtest/gtest.h>

#include "llm/conversion.h"
#include "llm/operation.h"

namespace tollgate::llm {
namespace {

Dialect dialect(DialectId id, Features features) {
  Dialect out{};
  out.id = id;
  out.features = features;
  return out;
}

const Dialect kChat = dialect(DialectId::openai_chat, Feature::tools | Feature::images | Feature::several_choices);
const Dialect kClaude = dialect(DialectId::claude, Feature::tools | Feature::images | Feature::reasoning);

std::string answer(const Result<Plan>& got) {
  if (!got) return std::string(got.error().name()) + ": " + got.error().message();
  static constexpr std::string_view kModes[] = {"bytes", "patch", "convert"};
  return std::string(kModes[static_cast<int>(got->mode)]) + (got->upstream == &kChat ? " chat" : " claude");
}

TEST(Plan, ChoosesTheCheapestWayThatIsRight) {
  struct Case {
    std::string_view name;
    DialectId client;
    std::vector<const Dialect*> upstreams;
    Operation operation;
    Edits edits;
    Features features;
    std::string_view want;
  };
  const DialectId chat = DialectId::openai_chat;
  const DialectId claude = DialectId::claude;
  const Case cases[] = {
      {"same dialect", chat, {&kChat}, Operation::chat, {}, {}, "bytes chat"},
      {"other name", chat, {&kChat}, Operation::chat, {.model = true, .stream_options = true}, {}, "bytes chat"},
      {"features do not matter within a dialect",
       chat,
       {&kChat},
       Operation::chat,
       {},
       Feature::custom_tools,
       "bytes chat"},
      {"system prompt", chat, {&kChat}, Operation::chat, {.system_prompt = true}, {}, "patch chat"},
      {"parameters", claude, {&kClaude}, Operation::chat, {.parameters = true}, {}, "patch claude"},
      {"a system prompt means nothing to embeddings",
       chat,
       {&kChat},
       Operation::embeddings,
       {.system_prompt = true},
       {},
       "bytes chat"},
      {"but to counting", claude, {&kClaude}, Operation::count_tokens, {.system_prompt = true}, {}, "patch claude"},
      {"parameters of embeddings", chat, {&kChat}, Operation::embeddings, {.parameters = true}, {}, "patch chat"},
      {"second dialect is the client's", claude, {&kChat, &kClaude}, Operation::chat, {}, {}, "bytes claude"},
      {"other dialect", claude, {&kChat}, Operation::chat, {}, Feature::tools, "convert chat"},
      {"other dialect, edits",
       chat,
       {&kClaude},
       Operation::chat,
       {.model = true, .system_prompt = true},
       {},
       "convert claude"},
      {"other dialect lacks something",
       chat,
       {&kClaude},
       Operation::chat,
       {},
       Feature::several_choices | Feature::tools,
       "unsupported_parameter: the channel's provider cannot be sent several choices in its own format"},
      {"only chat is converted",
       claude,
       {&kChat},
       Operation::count_tokens,
       {},
       {},
       "not_supported: count_tokens is not offered by this channel in the format that was used"},
      {"nor are embeddings",
       chat,
       {&kClaude},
       Operation::embeddings,
       {},
       {},
       "not_supported: embeddings is not offered by this channel in the format that was used"},
      {"no dialect at all",
       chat,
       {},
       Operation::chat,
       {},
       {},
       "not_supported: chat is not offered by this channel in the format that was used"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(answer(plan(c.client, c.upstreams, c.operation, c.edits, c.features)), c.want) << c.name;
  }
}

TEST(Plan, TakesTheFirstDialectThatCanSayEverything) {
  const Dialect client = dialect(static_cast<DialectId>(200), {});
  const std::vector<const Dialect*> both{&kChat, &kClaude};
  EXPECT_EQ(plan(client.id, both, Operation::chat, {}, Feature::images)->upstream, &kChat);
  EXPECT_EQ(plan(client.id, both, Operation::chat, {}, Feature::reasoning)->upstream, &kClaude);
  // If none can, the message names the fewest obstacles.
  const auto refused = plan(client.id, both, Operation::chat, {},
                            Feature::reasoning | Feature::files | Feature::several_choices | Feature::audio_input);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(),
            "the channel's provider cannot be sent audio input, files, reasoning in its own format");
}

TEST(Plan, FeaturesAreNeededOnlyForConversion) {
  const std::vector<const Dialect*> both{&kChat, &kClaude};
  EXPECT_FALSE(needs_conversion(DialectId::claude, both));
  EXPECT_TRUE(needs_conversion(static_cast<DialectId>(200), both));
  EXPECT_TRUE(needs_conversion(DialectId::claude, {}));
}

TEST(FeatureNames, AreWords) {
  EXPECT_EQ(feature_names({}), "");
  EXPECT_EQ(feature_names(Feature::images | Feature::custom_tools), "images, custom tools");
}

TEST(Conversion, KnowsTheClientsNameOfATool) {
  Conversion conversion;
  conversion.renamed_tools = {{"get_weather_1", "get.weather"}};
  EXPECT_EQ(conversion.client_tool_name("get_weather_1"), "get.weather");
  EXPECT_EQ(conversion.client_tool_name("other"), "other");
}

std::string required(Operation operation, std::string_view body) {
  const std::string padded = std::string(body) + std::string(json::kScanPadding, ' ');
  const auto envelope = json::scan_envelope(std::string_view(padded).substr(0, body.size()));
  EXPECT_TRUE(envelope) << body;
  const auto got = check_required(operation, *envelope);
  return got ? "" : got.error().message() + " <" + got.error().param() + ">";
}

TEST(CheckRequired, NamesTheFieldThatIsMissing) {
  struct Case {
    Operation operation;
    std::string_view body, want;
  };
  using enum Operation;
  for (const Case& c : {
           Case{chat, R"({"model":"m","messages":[{}]})", ""},
           Case{chat, R"({"messages":[{}]})", "field model is required <model>"},
           Case{chat, R"({"model":"","messages":[{}]})", "field model is required <model>"},
           Case{chat, R"({"model":"m"})", "field messages is required <messages>"},
           Case{chat, R"({"model":"m","messages":null})", "field messages is required <messages>"},
           Case{chat, R"({"model":"m","messages":"hi"})", "field messages must be an array <messages>"},
           Case{chat, R"({"model":"m","messages":[]})", "field messages must not be empty <messages>"},
           Case{count_tokens, R"({"model":"m"})", "field messages is required <messages>"},
           Case{completions, R"({"model":"m","prompt":"x"})", ""},
           Case{completions, R"({"model":"m","prompt":[1,2]})", ""},
           Case{completions, R"({"model":"m"})", "field prompt is required <prompt>"},
           Case{completions, R"({"model":"m","prompt":7})", "field prompt must be a string or an array <prompt>"},
           Case{embeddings, R"({"model":"m","input":["x"]})", ""},
           Case{embeddings, R"({"model":"m","input":""})", "field input must not be empty <input>"},
           Case{embeddings, R"({"model":"m"})", "field input is required <input>"},
           Case{embeddings, R"({"input":"x"})", "field model is required <model>"},
           Case{moderations, R"({"input":"x"})", ""},
           Case{moderations, R"({"model":"","input":"x"})", "field model is required <model>"},
           Case{moderations, R"({"model":"m","input":{}})", "field input must be a string or an array <input>"},
       }) {
    EXPECT_EQ(required(c.operation, c.body), c.want) << c.body;
  }
}

TEST(DeclaredOutputLimit, IsTheLargestTimesTheChoices) {
  json::Envelope envelope;
  EXPECT_EQ(declared_output_limit(envelope), std::nullopt);
  envelope.n = 3;
  EXPECT_EQ(declared_output_limit(envelope), std::nullopt);
  envelope.max_tokens = 100;
  EXPECT_EQ(declared_output_limit(envelope), 300);
  envelope.max_completion_tokens = 200;
  EXPECT_EQ(declared_output_limit(envelope), 600);
  envelope.max_output_tokens = 50;
  EXPECT_EQ(declared_output_limit(envelope), 600);
  envelope.max_completion_tokens = (std::int64_t{1} << 30) - 1;
  envelope.n = 128;
  EXPECT_GT(*declared_output_limit(envelope), 0);
}

}  // namespace
}  // namespace tollgate::llm
