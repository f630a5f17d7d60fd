#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "dialects/registry.h"
#include "llm/operation.h"
#include "llm/sse.h"
#include "providers/compatible/table.h"
#include "providers/registry.h"
#include "providers/target.h"
#include "support/golden.h"

namespace tollgate::providers {
namespace {

namespace fs = std::filesystem;
using test::expect_golden;
using test::read_file;
using test::read_json;

fs::path providers_folder() { return fs::path(TOLLGATE_SOURCE_DIR) / "src" / "providers"; }

struct Case {
  Capability capability;
  std::string_view name;
  Operation operation;
};

// Every capability has a row; the fixtures' folders have its name.
constexpr Case kCases[] = {
    {Capability::chat, "chat", Operation::chat},
    {Capability::stream, "stream", Operation::chat},
    {Capability::tools, "tools", Operation::chat},
    {Capability::images, "images", Operation::chat},
    {Capability::reasoning, "reasoning", Operation::chat},
    {Capability::json_schema, "json_schema", Operation::chat},
    {Capability::completions, "completions", Operation::completions},
    {Capability::embeddings, "embeddings", Operation::embeddings},
    {Capability::moderations, "moderations", Operation::moderations},
    {Capability::count_tokens, "count_tokens", Operation::count_tokens},
    {Capability::models, "models", Operation::chat},
};

/// A provider's own case, else the one of all providers that speak OpenAI's dialect as it is.
fs::path fixture(const ProviderDescriptor& provider, std::string_view name) {
  const fs::path own = providers_folder() / provider.slug / "fixtures" / name;
  if (fs::exists(own) || provider.local != nullptr) return own;
  if (provider.dialects.front() != DialectId::openai_chat) return own;
  return providers_folder() / "compatible" / "fixtures" / name;
}

LocalAnswer play(const ProviderDescriptor& provider, Operation operation, const std::string& body) {
  return provider.local({.dialect = provider.dialects.front(),
                         .operation = operation,
                         .body = body,
                         .now_unix_s = 1'700'000'000,
                         .id = "fixture"});
}

std::string bytes_of(const LocalAnswer& answer) {
  std::string out;
  for (const LocalStep& step : answer.steps) out += step.bytes;
  return out;
}

class EveryProvider : public testing::TestWithParam<const ProviderDescriptor*> {
 protected:
  const ProviderDescriptor& provider() const { return *GetParam(); }
  const llm::Dialect& dialect() const { return *dialects::find(provider().dialects.front()); }

  void check_usage(const fs::path& folder, const std::optional<llm::Usage>& usage) {
    if (!fs::exists(folder / "usage.json")) {
      EXPECT_FALSE(usage) << folder;
      return;
    }
    ASSERT_TRUE(usage) << folder;
    expect_golden(folder / "usage.json", llm::openai_usage_json(*usage));
  }

  void check_stream(const fs::path& folder, const std::string& stream) {
    llm::SseSplitter splitter;
    llm::Usage usage;
    bool has_usage = false;
    int finishes = 0, terminals = 0;
    std::uint64_t delivered = 0;
    ASSERT_TRUE(splitter.feed(stream, [&](std::string_view event) {
      const llm::Tap tap = dialect().tap(event, provider().read_usage);
      EXPECT_NE(tap.kind, llm::Tap::Kind::malformed) << event;
      EXPECT_NE(tap.kind, llm::Tap::Kind::error) << event;
      finishes += tap.kind == llm::Tap::Kind::finish;
      terminals += tap.kind == llm::Tap::Kind::terminal;
      delivered += tap.delivered_bytes;
      if (tap.has_usage) usage.overlay(tap.usage);
      has_usage |= tap.has_usage;
      return true;
    }));
    EXPECT_EQ(finishes, 1) << folder;
    EXPECT_EQ(terminals, 1) << folder;
    EXPECT_GT(delivered, 0u) << folder;
    EXPECT_EQ(splitter.rest(), "") << folder;
    check_usage(folder, has_usage ? std::optional(usage) : std::nullopt);
  }

  void check_plain(const fs::path& folder, const std::string& body) {
    const llm::PlainTap tap = dialect().tap_plain(body, provider().read_usage);
    EXPECT_TRUE(tap.well_formed) << folder;
    EXPECT_FALSE(tap.is_error) << folder;
    check_usage(folder, tap.has_usage ? std::optional(tap.usage) : std::nullopt);
  }

  void check_models(const fs::path& folder) {
    const json::object body = read_json(folder / "response.json");
    const json::array* data = json::find_array(body, "data");
    ASSERT_NE(data, nullptr) << folder;
    ASSERT_FALSE(data->empty()) << folder;
    for (const json::value& model : *data) EXPECT_NE(json::find_string(model.as_object(), "id"), "") << folder;
  }

  void check(const Case& c) {
    const fs::path folder = fixture(provider(), c.name);
    ASSERT_TRUE(fs::is_directory(folder)) << provider().slug << " declares " << c.name << " but has no " << folder;
    if (c.capability == Capability::models) return check_models(folder);

    const std::string text = read_file(folder / "request.json");
    const auto envelope = json::scan_envelope(text + std::string(json::kScanPadding, ' '));
    ASSERT_TRUE(envelope) << folder;
    EXPECT_TRUE(llm::check_required(c.operation, *envelope)) << folder;
    EXPECT_TRUE(has(provider().operations, c.operation)) << folder;
    if (fs::exists(folder / "sent.json")) {
      ASSERT_TRUE(needs_adjusting(provider(), text)) << folder;
      json::object body = read_json(folder / "request.json");
      provider().adjust(body);
      expect_golden(folder / "sent.json", body);
    }
    if (provider().local != nullptr) {
      const LocalAnswer answer = play(provider(), c.operation, text);
      EXPECT_EQ(answer.status, 200) << folder;
      if (envelope->stream) {
        test::expect_golden_text(folder / "stream.sse", bytes_of(answer));
      } else {
        expect_golden(folder / "response.json", json::parse(bytes_of(answer)).value());
      }
    }
    if (fs::exists(folder / "stream.sse")) {
      check_stream(folder, read_file(folder / "stream.sse"));
    } else {
      check_plain(folder, read_file(folder / "response.json"));
    }
  }
};

TEST_P(EveryProvider, HasAFixtureForWhatItDeclares) {
  Capabilities known = 0;
  for (const Case& c : kCases) {
    known |= capabilities(c.capability);
    if (has(provider().capabilities, c.capability)) check(c);
  }
  EXPECT_EQ(provider().capabilities & ~known, 0u) << "a capability without a row in kCases";
  EXPECT_NE(provider().capabilities, 0u);
}

TEST_P(EveryProvider, KnowsItsErrors) {
  const fs::path folder = fixture(provider(), "error");
  ASSERT_TRUE(fs::is_directory(folder)) << folder;
  int status;
  std::string body, expected;
  if (provider().local != nullptr) {
    const LocalAnswer answer = play(provider(), Operation::chat, read_file(folder / "request.json"));
    status = answer.status;
    body = bytes_of(answer);
    expected = "upstream_rate_limited";
  } else {
    const json::object answer = read_json(folder / "answer.json");
    status = static_cast<int>(answer.at("status").as_int64());
    body = json::find_string(answer, "body");
    expected = json::find_string(answer, "expected");
  }
  std::optional<Error> error;
  if (provider().classify_error != nullptr) error = provider().classify_error(status, body);
  if (!error) error = dialect().parse_error(status, body);
  EXPECT_EQ(error->name(), expected) << provider().slug;
}

TEST_P(EveryProvider, DeclaresWhatCanBeUsed) {
  const ProviderDescriptor& p = provider();
  EXPECT_FALSE(p.title.empty());
  EXPECT_EQ(p.slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), p.slug.npos) << p.slug;
  EXPECT_FALSE(p.dialects.empty()) << p.slug;
  for (const DialectId id : p.dialects) EXPECT_NE(dialects::find(id), nullptr) << p.slug;
  if (!p.default_base_url.empty()) {
    EXPECT_TRUE(p.default_base_url.starts_with("https://")) << p.slug;
    EXPECT_FALSE(p.default_base_url.ends_with('/')) << p.slug;
  }
  EXPECT_TRUE(p.version.empty() || p.version.starts_with('/')) << p.slug;
  const ChannelFacts channel{.base_url = p.default_base_url};
  EXPECT_EQ(operations_of(p, channel), p.operations) << p.slug << " has an operation without a path";
  for (const PathRow& row : p.paths) EXPECT_TRUE(row.path.empty() || row.path.starts_with('/')) << p.slug;
  for (const OptionField& field : p.options) {
    EXPECT_FALSE(field.title.empty()) << p.slug;
    if (!field.default_value.empty()) EXPECT_TRUE(json::parse(field.default_value)) << p.slug;
  }
  EXPECT_EQ(has(p.capabilities, Capability::completions), has(p.operations, Operation::completions)) << p.slug;
  EXPECT_EQ(has(p.capabilities, Capability::embeddings), has(p.operations, Operation::embeddings)) << p.slug;
  EXPECT_EQ(has(p.capabilities, Capability::count_tokens), has(p.operations, Operation::count_tokens)) << p.slug;
}

std::string case_name(const testing::TestParamInfo<const ProviderDescriptor*>& info) {
  std::string out;
  for (const char c : info.param->slug) out += c == '-' ? '_' : c;
  return out;
}
INSTANTIATE_TEST_SUITE_P(Registry, EveryProvider, testing::ValuesIn(all().begin(), all().end()), case_name);

TEST(Registry, NumbersAndSlugsAreUniqueAndFound) {
  std::set<std::int32_t> numbers;
  std::set<std::string_view> slugs;
  for (const ProviderDescriptor* provider : all()) {
    EXPECT_TRUE(numbers.insert(provider->number).second) << provider->number;
    EXPECT_TRUE(slugs.insert(provider->slug).second) << provider->slug;
    EXPECT_EQ(find(provider->number), provider);
    EXPECT_EQ(find(provider->slug), provider);
    EXPECT_EQ(find_missing(provider->number), "") << provider->slug << " is built and listed as missing";
  }
  EXPECT_EQ(find(0), nullptr);
  EXPECT_EQ(find(999'999), nullptr);
  EXPECT_EQ(find("nobody"), nullptr);
}

// The numbers are stored with every channel: this list only grows.
TEST(Registry, EveryNumberOfThePredecessorIsBuiltOrKnownToBeMissing) {
  for (const std::int32_t number :
       {1,  3,  8,  11, 14, 15, 16, 17, 18, 19, 20, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
        34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56}) {
    EXPECT_TRUE(find(number) != nullptr || !find_missing(number).empty()) << number;
  }
  EXPECT_EQ(find(1)->slug, "openai");
  EXPECT_EQ(find(14)->slug, "anthropic");
  EXPECT_EQ(find(28)->slug, "deepseek");
  EXPECT_EQ(find(1000)->slug, "demo");
  EXPECT_EQ(find_missing(3), "Azure OpenAI");
  EXPECT_EQ(find_missing(50), "");
}

}  // namespace
}  // namespace tollgate::providers
