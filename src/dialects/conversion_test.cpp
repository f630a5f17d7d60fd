// The recorded conversions of every dialect. A case is a folder src/dialects/<upstream>/fixtures/<case> with any of
//   <client>.request.json    and what it becomes: <upstream>.request.json (or refused.json) and dropped.json
//   <upstream>.response.json and what it becomes: <client>.response.json and usage.json
//   <upstream>.stream.sse    and what it becomes: <client>.stream.sse and stream_usage.json
//   facts.json               what the channel says about the upstream
// for each client dialect but the upstream's own.

#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "dialects/registry.h"
#include "dialects/testing.h"
#include "support/golden.h"

namespace tollgate::dialects {
namespace {

namespace fs = std::filesystem;

struct Case {
  const llm::Dialect* upstream = nullptr;
  const llm::Dialect* client = nullptr;
  std::string name;
  [[nodiscard]] fs::path folder() const { return fixtures(*upstream) / name; }
  [[nodiscard]] fs::path file(const llm::Dialect& dialect, std::string_view what) const {
    return folder() / (std::string(dialect.name) + "." + std::string(what));
  }
  static fs::path fixtures(const llm::Dialect& dialect) {
    return fs::path(TOLLGATE_SOURCE_DIR) / "src/dialects" / dialect.name / "fixtures";
  }
  friend std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.client->name << " on " << one.upstream->name << ": " << one.name;
  }
};

enum class Given { request, response, stream };

std::vector<Case> cases(Given given) {
  std::vector<Case> out;
  for (const llm::Dialect* upstream : all()) {
    for (const std::string& name : tollgate::test::cases_in(Case::fixtures(*upstream))) {
      for (const llm::Dialect* client : all()) {
        if (client == upstream) continue;
        const Case one{upstream, client, name};
        const fs::path input = given == Given::request    ? one.file(*client, "request.json")
                               : given == Given::response ? one.file(*upstream, "response.json")
                                                          : one.file(*upstream, "stream.sse");
        if (fs::exists(input)) out.push_back(one);
      }
    }
  }
  return out;
}

llm::Conversion conversion_of(const Case& one) {
  llm::Conversion out = test::fixed_conversion(one.client->id, one.upstream->id);
  if (fs::exists(one.folder() / "facts.json")) {
    const json::object facts = tollgate::test::read_json(one.folder() / "facts.json");
    for (const auto& fact : facts) {
      const std::string_view key(fact.key().data(), fact.key().size());
      if (key == "adaptive_thinking") {
        out.facts.adaptive_thinking = fact.value().as_bool();
      } else if (key == "structured_output") {
        out.facts.structured_output = fact.value().as_bool();
      } else if (key == "max_completion_tokens") {
        out.facts.max_completion_tokens = fact.value().as_bool();
      } else if (key == "accepts_reasoning") {
        out.facts.accepts_reasoning = fact.value().as_bool();
      } else if (key == "include_usage") {
        out.facts.include_usage = fact.value().as_bool();
      } else {
        ADD_FAILURE() << "unknown fact " << key;
      }
    }
  }
  return out;
}

/// Fills what rendering the case's request leaves behind for the answer.
void remember_request(const Case& one, llm::Conversion& conversion) {
  if (!fs::exists(one.file(*one.client, "request.json"))) return;
  const auto request = one.client->parse_request(tollgate::test::read_json(one.file(*one.client, "request.json")));
  ASSERT_TRUE(request.has_value());
  (void)one.upstream->render_request(*request, conversion);
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return std::string(info.param.client->name) + "_on_" + std::string(info.param.upstream->name) + "_" + info.param.name;
}

class Conversion : public testing::TestWithParam<Case> {};

class RequestConversion : public Conversion {};
TEST_P(RequestConversion, IsAsRecorded) {
  const Case& one = GetParam();
  llm::Conversion conversion = conversion_of(one);
  const auto request = one.client->parse_request(tollgate::test::read_json(one.file(*one.client, "request.json")));
  ASSERT_TRUE(request.has_value()) << request.error().message();
  const auto body = one.upstream->render_request(*request, conversion);
  if (!body) {
    tollgate::test::expect_golden(one.folder() / "refused.json", json::object{{"code", body.error().name()},
                                                                              {"param", body.error().param()},
                                                                              {"message", body.error().message()}});
    EXPECT_FALSE(fs::exists(one.file(*one.upstream, "request.json"))) << "refused, but recorded as accepted";
    return;
  }
  tollgate::test::expect_golden(one.file(*one.upstream, "request.json"), *body);
  json::object dropped;
  for (const llm::Note& note : conversion.notes) dropped[note.path] = note.what;
  tollgate::test::expect_golden(one.folder() / "dropped.json", dropped);
  // What is sent must itself be a request of that dialect.
  const auto again = one.upstream->parse_request(*body);
  EXPECT_TRUE(again.has_value()) << again.error().message();
}
INSTANTIATE_TEST_SUITE_P(Fixtures, RequestConversion, testing::ValuesIn(cases(Given::request)), case_name);

class ResponseConversion : public Conversion {};
TEST_P(ResponseConversion, IsAsRecorded) {
  const Case& one = GetParam();
  llm::Conversion conversion = conversion_of(one);
  remember_request(one, conversion);
  const auto response =
      one.upstream->parse_response(tollgate::test::read_json(one.file(*one.upstream, "response.json")), conversion);
  ASSERT_TRUE(response.has_value()) << response.error().message();
  tollgate::test::expect_golden(one.file(*one.client, "response.json"),
                                one.client->render_response(*response, conversion));
  tollgate::test::expect_golden(one.folder() / "usage.json",
                                test::usage_members(response->usage.value_or(llm::Usage{})));
}
INSTANTIATE_TEST_SUITE_P(Fixtures, ResponseConversion, testing::ValuesIn(cases(Given::response)), case_name);

class StreamConversion : public Conversion {};
TEST_P(StreamConversion, IsAsRecordedForAnyCut) {
  const Case& one = GetParam();
  llm::Conversion conversion = conversion_of(one);
  remember_request(one, conversion);
  const std::string input = tollgate::test::read_file(one.file(*one.upstream, "stream.sse"));
  test::Relay whole(*one.upstream, *one.client, conversion);
  whole.feed(input);
  whole.finish();
  ASSERT_TRUE(whole.over());
  EXPECT_FALSE(whole.spoke_after_end());
  tollgate::test::expect_golden_text(one.file(*one.client, "stream.sse"), whole.out());
  tollgate::test::expect_golden(one.folder() / "stream_usage.json", test::usage_members(whole.usage()));

  for (std::size_t cut = 1; cut < input.size(); ++cut) {
    test::Relay parts(*one.upstream, *one.client, conversion);
    parts.feed(std::string_view(input).substr(0, cut));
    parts.feed(std::string_view(input).substr(cut));
    parts.finish();
    ASSERT_EQ(parts.out(), whole.out()) << "cut at byte " << cut;
    ASSERT_EQ(parts.usage(), whole.usage()) << "cut at byte " << cut;
  }
  test::Relay bytes(*one.upstream, *one.client, conversion);
  for (const char& c : input) bytes.feed({&c, 1});
  bytes.finish();
  EXPECT_EQ(bytes.out(), whole.out());
}
INSTANTIATE_TEST_SUITE_P(Fixtures, StreamConversion, testing::ValuesIn(cases(Given::stream)), case_name);

TEST(Registry, FindsDialectsByIdAndByName) {
  ASSERT_GE(all().size(), 2u);
  for (const llm::Dialect* dialect : all()) {
    EXPECT_EQ(find(dialect->id), dialect);
    EXPECT_EQ(find(dialect->name), dialect);
    EXPECT_FALSE(tollgate::test::cases_in(Case::fixtures(*dialect)).empty())
        << dialect->name << " has no recorded case";
  }
  EXPECT_EQ(find("no such dialect"), nullptr);
}

}  // namespace
}  // namespace tollgate::dialects
