#include "llm/usage.h"

#include <gtest/gtest.h>

namespace tollgate::llm {
namespace {

json::object object(std::string_view text) { return json::parse_object(text).value(); }

std::string spelled(const Usage& u) {
  std::string out;
  const auto put = [&](std::string_view name, const std::optional<std::int64_t>& count) {
    if (count) out += (out.empty() ? "" : " ") + std::string(name) + "=" + std::to_string(*count);
  };
  put("in", u.input_uncached);
  put("read", u.cache_read);
  put("w5", u.cache_write_5m);
  put("w1h", u.cache_write_1h);
  put("in_audio", u.input_audio);
  put("in_image", u.input_image);
  put("out", u.output);
  put("reasoning", u.reasoning);
  put("out_audio", u.output_audio);
  put("out_image", u.output_image);
  put("searches", u.web_searches);
  return out;
}

struct Case {
  std::string_view json, want;
};

TEST(OpenAiUsage, IsMadeDisjoint) {
  for (const Case& c : {
           Case{R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})", "in=10 out=5"},
           // OpenAI's full form.
           Case{R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
                    "prompt_tokens_details":{"cached_tokens":60,"audio_tokens":10},
                    "completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":5,
                    "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}})",
                "in=30 read=60 in_audio=10 out=45 reasoning=20 out_audio=5"},
           Case{R"({"prompt_tokens":100,"completion_tokens":0,"total_tokens":100,
                    "prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":40,"image_tokens":7}})",
                "in=53 read=0 w5=40 in_image=7 out=0"},
           // DeepSeek: hits and misses beside the total; a miss is ordinary input.
           Case{R"({"prompt_tokens":100,"completion_tokens":9,"total_tokens":109,"prompt_cache_hit_tokens":64,
                    "prompt_cache_miss_tokens":36,"completion_tokens_details":{"reasoning_tokens":4}})",
                "in=36 read=64 out=9 reasoning=4"},
           // Moonshot states cached tokens at the top.
           Case{R"({"prompt_tokens":20,"completion_tokens":1,"total_tokens":21,"cached_tokens":16})",
                "in=4 read=16 out=1"},
           // xAI leaves reasoning out of the completion; the total tells.
           Case{R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":115,
                    "completion_tokens_details":{"reasoning_tokens":100}})",
                "in=10 out=105 reasoning=100"},
           Case{R"({"prompt_tokens":10,"completion_tokens":105,"total_tokens":115,
                    "completion_tokens_details":{"reasoning_tokens":100}})",
                "in=10 out=105 reasoning=100"},
           // Perplexity.
           Case{R"({"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"num_search_queries":2})",
                "in=3 out=4 searches=2"},
           // Responses.
           Case{R"({"input_tokens":36,"input_tokens_details":{"cached_tokens":6},"output_tokens":87,
                    "output_tokens_details":{"reasoning_tokens":7},"total_tokens":123})",
                "in=30 read=6 out=87 reasoning=7"},
           // Embeddings, and those that state only a total.
           Case{R"({"prompt_tokens":8,"total_tokens":8})", "in=8"},
           Case{R"({"total_tokens":8})", "in=8"},
           Case{R"({"completion_tokens":8,"total_tokens":9})", "out=8"},
           // What is not there is not zero.
           Case{"{}", ""},
           Case{R"({"prompt_tokens":null,"completion_tokens":null})", ""},
           Case{R"({"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":null})", "in=5 out=3"},
           Case{R"({"prompt_tokens":5.0,"completion_tokens":3e0})", "in=5 out=3"},
       }) {
    EXPECT_EQ(spelled(read_openai_usage(object(c.json))), c.want) << c.json;
    EXPECT_EQ(spelled(read_usage_text(c.json, &read_openai_usage).value()), c.want) << c.json;
  }
}

TEST(OpenAiUsage, CountsThatDoNotAddUpNeverExceedTheirTotals) {
  const Usage usage = read_openai_usage(object(
      R"({"prompt_tokens":10,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":50,"audio_tokens":9},
          "completion_tokens_details":{"reasoning_tokens":99,"audio_tokens":1}})"));
  EXPECT_EQ(usage.input_total(), 10);
  EXPECT_EQ(usage.output_total(), 3);
  EXPECT_LE(*usage.reasoning, *usage.output);
}

TEST(CountAt, RefusesWhatIsNoCount) {
  const json::object o = object(
      R"({"ok":7,"zero":0,"most":1099511627776,"whole":7.0,"more":1099511627777,"negative":-1,"fraction":1.5,
          "huge":18446744073709551615,"real":1e300,"text":"7","flag":true,"null":null,"list":[7]})");
  EXPECT_EQ(count_at(o, "ok"), 7);
  EXPECT_EQ(count_at(o, "zero"), 0);
  EXPECT_EQ(count_at(o, "most"), kMaxTokenCount);
  EXPECT_EQ(count_at(o, "whole"), 7);
  for (const std::string_view key :
       {"more", "negative", "fraction", "huge", "real", "text", "flag", "null", "list", "absent"}) {
    EXPECT_EQ(count_at(o, key), std::nullopt) << key;
  }
}

TEST(ClaudeUsage, IsDisjointAlready) {
  for (const Case& c : {
           Case{R"({"input_tokens":10,"output_tokens":5})", "in=10 out=5"},
           Case{R"({"input_tokens":10,"cache_creation_input_tokens":100,"cache_read_input_tokens":200,
                    "output_tokens":5})",
                "in=10 read=200 w5=100 out=5"},
           Case{R"({"input_tokens":10,"cache_creation_input_tokens":100,"output_tokens":5,
                    "cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":70}})",
                "in=10 w5=30 w1h=70 out=5"},
           Case{R"({"cache_creation_input_tokens":100,
                    "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":70}})",
                "w5=30 w1h=70"},
           Case{R"({"output_tokens":5,"server_tool_use":{"web_search_requests":3}})", "out=5 searches=3"},
           Case{R"({"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":null})", "in=1 w5=0"},
           Case{"{}", ""},
       }) {
    EXPECT_EQ(spelled(read_claude_usage(object(c.json))), c.want) << c.json;
    EXPECT_EQ(spelled(read_usage_text(c.json, &read_claude_usage).value()), c.want) << c.json;
  }
}

Usage own_reader(const json::object& usage) {
  Usage out;
  out.output = count_at(usage, "words");
  return out;
}

TEST(UsageText, IsReadAsItsTreeWouldBe) {
  for (
      const std::string_view text : {
          R"( { "prompt_tokens" : 5 , "completion_tokens":0 } )",
          R"({"prompt_tokens":5,"prompt_tokens":7})",
          R"({"prompt_tokens":5,"prompt_tokens":null})",
          R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":3},"prompt_tokens_details":{"cached_tokens":4}})",
          R"({"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":3},"prompt_tokens_details":null})",
          R"({"prompt_tokens":9,"prompt_tokens_details":7,"input_tokens_details":{"cached_tokens":3}})",
          R"({"prompt_tokens":-1,"completion_tokens":1.5})",
          R"({"prompt_tokens":9e0,"completion_tokens":18446744073709551616})",
          R"({"prompt_tokens":999999999999999999,"completion_tokens":1099511627776})",
          R"({"prompt_tokens":"9","note":"caf\u00e9","é":1,"completion_tokens":2})",
          R"({"prompt_tok\u0065ns":9})",
          R"({"prompt_tokens":9,"cost_details":{"deep":{"deeper":1}},"list":[1,{"completion_tokens":3}]})",
          R"({"details":{"prompt_tokens":5}})",
          R"({})",
      }) {
    const auto got = read_usage_text(text, &read_openai_usage);
    ASSERT_TRUE(got) << text;
    EXPECT_EQ(*got, read_openai_usage(object(text))) << text;
    EXPECT_EQ(read_usage_text(text, &read_claude_usage), read_claude_usage(object(text))) << text;
  }
  EXPECT_EQ(spelled(read_usage_text(R"({"words":7})", &own_reader).value()), "out=7");
}

TEST(UsageText, WhatIsNoObjectIsNoUsage) {
  for (const std::string_view text :
       {"", "null", "7", "[]", "{", R"({"a":1)", R"({"a":1,})", R"({"a":01})", R"({"a":1}x)", R"({a:1})",
        R"({"a":tru})", R"({"a":{"b":1})", "{\"a\":\"\xff\"}"}) {
    EXPECT_FALSE(read_usage_text(text, &read_openai_usage)) << text;
  }
}

TEST(Usage, CumulativeReportsOverlay) {
  Usage usage = read_claude_usage(
      object(R"({"input_tokens":10,"cache_read_input_tokens":200,"output_tokens":1,"cache_creation_input_tokens":100,
                 "cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":70}})"));
  usage.overlay(read_claude_usage(object(R"({"output_tokens":25})")));
  EXPECT_EQ(spelled(usage), "in=10 read=200 w5=30 w1h=70 out=25");
  // A later total without its lives does not count the longer life twice.
  usage.overlay(read_claude_usage(object(R"({"cache_creation_input_tokens":100,"output_tokens":30})")));
  EXPECT_EQ(spelled(usage), "in=10 read=200 w5=30 w1h=70 out=30");
  EXPECT_EQ(usage.input_total(), 310);
  EXPECT_EQ(usage.total(), 340);
}

TEST(Usage, SumsOfNothingAreZero) {
  EXPECT_TRUE(Usage{}.empty());
  EXPECT_EQ(Usage{}.total(), 0);
  Usage zero;
  zero.output = 0;
  EXPECT_FALSE(zero.empty());
}

TEST(Usage, GoesThroughEachSpellingAndBack) {
  for (
      const std::string_view text : {
          R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})",
          R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60,"audio_tokens":10},"completion_tokens_details":{"reasoning_tokens":20}})",
          R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":5},"num_search_queries":2})",
      }) {
    EXPECT_EQ(json::serialize(openai_usage_json(read_openai_usage(object(text)))), text);
  }
  for (
      const std::string_view text : {
          R"({"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":5})",
          R"({"input_tokens":10,"cache_creation_input_tokens":100,"cache_read_input_tokens":7,"output_tokens":5,"cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":70},"server_tool_use":{"web_search_requests":1}})",
      }) {
    EXPECT_EQ(json::serialize(claude_usage_json(read_claude_usage(object(text)))), text);
  }
  // Into the other spelling the sums stay.
  const Usage claude = read_claude_usage(
      object(R"({"input_tokens":10,"cache_creation_input_tokens":100,"cache_read_input_tokens":7,"output_tokens":5})"));
  EXPECT_EQ(read_openai_usage(openai_usage_json(claude)), claude);
  EXPECT_EQ(json::serialize(openai_usage_json(claude)),
            R"({"prompt_tokens":117,"completion_tokens":5,"total_tokens":122,)"
            R"("prompt_tokens_details":{"cached_tokens":7,"cache_write_tokens":100}})");
}

}  // namespace
}  // namespace tollgate::llm
