#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "crypto/encoding.h"
#include "dialects/registry.h"
#include "llm/sse.h"
#include "providers/demo/schema.h"
#include "providers/demo/words.h"
#include "providers/registry.h"

namespace tollgate::providers::demo {
namespace {

LocalAnswer call(Operation operation, std::string_view body) {
  return find("demo")->local({.dialect = DialectId::openai_chat,
                              .operation = operation,
                              .body = body,
                              .now_unix_s = 1'700'000'000,
                              .id = "abc"});
}

std::string bytes_of(const LocalAnswer& answer) {
  std::string out;
  for (const LocalStep& step : answer.steps) out += step.bytes;
  return out;
}

json::value body_of(const LocalAnswer& answer) { return json::parse(bytes_of(answer)).value(); }

std::string_view text(const json::value& from) { return json::view(from.as_string()); }

const json::object& choice_of(const json::value& body, std::size_t index = 0) {
  return body.at("choices").at(index).as_object();
}

std::string said(std::string_view request) {
  return std::string(text(choice_of(body_of(call(Operation::chat, request))).at("message").at("content")));
}

std::string user(std::string_view words, std::string_view more = "") {
  return R"({"model":"demo-fast","messages":[{"role":"user","content":)" + json::quote(words) + "}]" +
         std::string(more) + "}";
}

TEST(DemoChat, EchoesAndKnowsAFewAnswers) {
  EXPECT_EQ(said(user("The sky is blue.")), "You said: The sky is blue.");
  EXPECT_EQ(said(user("ping")), "pong");
  EXPECT_EQ(said(user("  Thank you! ")), "You are welcome.");
  EXPECT_TRUE(said(user("Hello there")).starts_with("Hello! I am the demo model"));
  EXPECT_TRUE(said(user("你好")).starts_with("你好！"));
  EXPECT_EQ(said(user("Hindsight is easy")), "You said: Hindsight is easy");  // not "hi"
  EXPECT_EQ(said(user("")), "You said nothing.");
  EXPECT_EQ(said(R"({"model":"demo","messages":[{"role":"system","content":"x"}]})"), "You said nothing.");
  EXPECT_EQ(said(R"({"model":"demo","messages":[{"role":"user","content":[{"type":"text","text":"a"},)"
                 R"({"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"b"}]}]})"),
            "You said: ab\n\nYou also showed me 1 image.");
}

TEST(DemoChat, CountsItsWords) {
  const json::value body = body_of(call(Operation::chat, user("one two three")));
  EXPECT_EQ(body.at("usage").at("prompt_tokens"), 3);
  EXPECT_EQ(body.at("usage").at("completion_tokens"), 5);
  EXPECT_EQ(body.at("usage").at("total_tokens"), 8);
  EXPECT_EQ(text(body.at("id")), "chatcmpl-abc");
  EXPECT_EQ(text(choice_of(body).at("finish_reason")), "stop");
}

TEST(DemoChat, KeepsToLimitsStopsAndChoices) {
  const json::value limited = body_of(call(Operation::chat, user("one two three", R"(,"max_tokens":3)")));
  EXPECT_EQ(text(choice_of(limited).at("message").at("content")), "You said: one");
  EXPECT_EQ(text(choice_of(limited).at("finish_reason")), "length");
  EXPECT_EQ(limited.at("usage").at("completion_tokens"), 3);
  EXPECT_EQ(said(user("one two three", R"(,"stop":[" two","three"])")), "You said: one");
  EXPECT_EQ(said(user("one two three", R"(,"stop":"two")")), "You said: one ");
  const json::value several = body_of(call(Operation::chat, user("one", R"(,"n":3)")));
  EXPECT_EQ(several.at("choices").as_array().size(), 3u);
  EXPECT_EQ(several.at("usage").at("completion_tokens"), 9);
}

constexpr std::string_view kTools =
    R"(,"tools":[{"type":"function","function":{"name":"first","parameters":{"type":"object","properties":)"
    R"({"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}}},)"
    R"({"type":"function","function":{"name":"second"}}])";

TEST(DemoChat, CallsToolsAndAnswersAfterTheirResult) {
  const auto called = [](std::string_view request) {
    const json::value body = body_of(call(Operation::chat, request));
    const json::object& function = choice_of(body).at("message").at("tool_calls").at(0).at("function").as_object();
    return std::string(text(function.at("name"))) + text(function.at("arguments")).data();
  };
  EXPECT_EQ(called(user("Paris", kTools)), R"(first{"city":"Paris","days":1})");
  EXPECT_EQ(
      called(user("x", std::string(kTools) + R"(,"tool_choice":{"type":"function","function":{"name":"second"}})")),
      "second{}");
  EXPECT_EQ(said(user("x", std::string(kTools) + R"(,"tool_choice":"none")")), "You said: x");
  EXPECT_EQ(said(std::string(R"({"model":"demo","messages":[{"role":"user","content":"Paris"},)") +
                 R"({"role":"assistant","tool_calls":[]},{"role":"tool","tool_call_id":"c","content":"sunny"}])" +
                 std::string(kTools) + "}"),
            "The tool answered: sunny");
}

TEST(DemoChat, HonoursJsonModes) {
  EXPECT_EQ(said(user("x", R"(,"response_format":{"type":"json_object"})")), R"({"answer":"You said: x"})");
  EXPECT_EQ(said(user("Ada", R"(,"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object",)"
                             R"("properties":{"name":{"type":"string"}},"required":["name"]}}})")),
            R"({"name":"Ada"})");
}

TEST(DemoStream, SaysTheSameAtAHumanPace) {
  const std::string request = user("one two three", R"(,"stream":true,"n":2)");
  std::string slow_request = request;
  slow_request.replace(slow_request.find("demo-fast"), 9, "demo");
  const LocalAnswer slow = call(Operation::chat, slow_request);
  EXPECT_EQ(slow.end, LocalAnswer::End::complete);
  ASSERT_GT(slow.steps.size(), 4u);
  EXPECT_GT(slow.steps[0].delay_ms, 0);
  for (std::size_t i = 1; i < slow.steps.size(); ++i) {
    EXPECT_GE(slow.steps[i].delay_ms, 30);
    EXPECT_LE(slow.steps[i].delay_ms, 60);
  }
  const LocalAnswer fast = call(Operation::chat, request);
  ASSERT_EQ(fast.steps.size(), 1u);
  EXPECT_EQ(fast.steps[0].delay_ms, 0);
  EXPECT_TRUE(fast.steps[0].bytes.ends_with("data: [DONE]\n\n"));
  EXPECT_EQ(fast.steps[0].bytes.find("\"usage\""), std::string::npos);
}

/// What a client would put together from a stream.
struct Collected {
  std::string content, arguments;
  bool done = false, error = false, malformed = false;
};

Collected collect(const LocalAnswer& answer) {
  Collected out;
  llm::SseSplitter splitter;
  const llm::Dialect& dialect = *dialects::find(DialectId::openai_chat);
  EXPECT_TRUE(splitter.feed(bytes_of(answer), [&](std::string_view event) {
    const auto kind = dialect.tap(event, nullptr).kind;
    out.done |= kind == llm::Tap::Kind::terminal;
    out.error |= kind == llm::Tap::Kind::error;
    out.malformed |= kind == llm::Tap::Kind::malformed;
    std::string scratch;
    const auto chunk = json::parse_object(llm::read_sse_event(event, scratch).data);
    if (!chunk || out.error) return true;
    for (const json::value& choice : chunk->at("choices").as_array()) {
      const json::object& delta = choice.at("delta").as_object();
      out.content += json::find_string(delta, "content");
      if (const json::array* calls = json::find_array(delta, "tool_calls")) {
        out.arguments += text(calls->at(0).at("function").at("arguments"));
      }
    }
    return true;
  }));
  return out;
}

TEST(DemoStream, AddsUpToThePlainAnswer) {
  const Collected words = collect(call(Operation::chat, user("a \"b\"\n日本 c", R"(,"stream":true)")));
  EXPECT_EQ(words.content, "You said: a \"b\"\n日本 c");
  EXPECT_TRUE(words.done);
  const Collected tool =
      collect(call(Operation::chat, user("Paris and Rome", std::string(kTools) + R"(,"stream":true)")));
  EXPECT_EQ(tool.arguments, R"({"city":"Paris and Rome","days":1})");
  EXPECT_TRUE(tool.done);
}

TEST(DemoModels, FailAsTheirNamesSay) {
  const auto with = [](std::string_view model, std::string_view more = "") {
    return call(Operation::chat, R"({"model":")" + std::string(model) +
                                     R"(","messages":[{"role":"user","content":"one two three four"}])" +
                                     std::string(more) + "}");
  };
  const LocalAnswer limited = with("demo-429");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.headers.back(), std::pair(std::string("Retry-After"), std::string("2")));
  EXPECT_EQ(text(body_of(limited).at("error").at("code")), "rate_limit_exceeded");
  EXPECT_EQ(with("demo-401").status, 401);
  EXPECT_EQ(with("demo-500").status, 500);
  EXPECT_EQ(with("gpt-4o").status, 404);
  EXPECT_EQ(text(body_of(with("gpt-4o")).at("error").at("code")), "model_not_found");

  const LocalAnswer stalled = with("demo-stall");
  EXPECT_EQ(stalled.end, LocalAnswer::End::stalled);
  EXPECT_TRUE(stalled.steps.empty());
  EXPECT_EQ(with("demo-stall", R"(,"stream":true)").end, LocalAnswer::End::stalled);

  const LocalAnswer broken = with("demo-broken-stream", R"(,"stream":true)");
  EXPECT_EQ(broken.end, LocalAnswer::End::broken);
  EXPECT_FALSE(collect(broken).done);
  EXPECT_EQ(collect(broken).content, "You said: one");
  EXPECT_FALSE(json::parse(bytes_of(with("demo-broken-stream"))));

  const Collected failed = collect(with("demo-stream-error", R"(,"stream":true)"));
  EXPECT_TRUE(failed.error);
  EXPECT_FALSE(failed.done);
  EXPECT_EQ(with("demo-stream-error").status, 500);
  EXPECT_GE(with("demo-slow").head_delay_ms, 3000);
}

TEST(DemoModels, BadRequestsAreRefused) {
  EXPECT_EQ(call(Operation::chat, "not json").status, 400);
  EXPECT_EQ(call(Operation::chat, R"({"model":"demo"})").status, 400);
  EXPECT_EQ(
      call(Operation::chat, R"({"model":"demo","messages":[7,{"content":7},{"role":"user","content":[7]}]})").status,
      200);
  EXPECT_EQ(call(Operation::chat, R"({"model":"demo-embedding","messages":[{}]})").status, 404);
  EXPECT_EQ(call(Operation::completions, R"({"model":"demo"})").status, 400);
  EXPECT_EQ(call(Operation::embeddings, R"({"model":"demo-embedding","input":[]})").status, 400);
  EXPECT_EQ(call(Operation::embeddings, R"({"model":"demo-embedding","input":"x","dimensions":0})").status, 400);
  EXPECT_EQ(call(Operation::moderations, R"({"model":"demo-moderation","input":7})").status, 400);
  EXPECT_EQ(call(Operation::count_tokens, R"({"model":"demo","messages":[{}]})").status, 404);
}

TEST(DemoCompletions, AnswerEachPrompt) {
  const json::value body =
      body_of(call(Operation::completions, R"({"model":"demo-fast","prompt":["ping","a b"],"n":2})"));
  ASSERT_EQ(body.at("choices").as_array().size(), 4u);
  EXPECT_EQ(text(choice_of(body, 0).at("text")), "pong");
  EXPECT_EQ(text(choice_of(body, 3).at("text")), "You said: a b");
  EXPECT_EQ(body.at("usage").at("completion_tokens"), 1 + 1 + 4 + 4);
  const std::string stream =
      bytes_of(call(Operation::completions,
                    R"({"model":"demo-fast","prompt":"ping","stream":true,"stream_options":{"include_usage":true}})"));
  EXPECT_NE(stream.find(R"("text":"pong")"), std::string::npos);
  EXPECT_NE(stream.find(R"("total_tokens":2)"), std::string::npos);
  EXPECT_TRUE(stream.ends_with("data: [DONE]\n\n"));
}

std::vector<float> vector_of(std::string_view input, std::string_view more = "") {
  const json::value body = body_of(call(
      Operation::embeddings, R"({"model":"demo-embedding","input":)" + json::quote(input) + std::string(more) + "}"));
  const json::value& embedding = body.at("data").at(0).at("embedding");
  std::vector<float> out;
  if (const json::string* packed = embedding.if_string()) {
    const std::string bytes = crypto::unbase64(json::view(*packed)).value();
    out.resize(bytes.size() / 4);
    std::memcpy(out.data(), bytes.data(), bytes.size());
  } else {
    for (const json::value& number : embedding.as_array()) out.push_back(number.to_number<float>());
  }
  return out;
}

float likeness(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST(DemoEmbeddings, PutLikeTextsNearEachOther) {
  const auto cats = vector_of("the cat sat on the mat");
  EXPECT_EQ(cats.size(), 256u);
  EXPECT_NEAR(likeness(cats, cats), 1, 1e-5);
  EXPECT_EQ(cats, vector_of("the cat sat on the mat"));
  EXPECT_EQ(cats, vector_of("the cat sat on the mat", R"(,"encoding_format":"base64")"));
  EXPECT_GT(likeness(cats, vector_of("The cat sat on a mat")), likeness(cats, vector_of("quarterly revenue rose")));
  EXPECT_EQ(vector_of("x", R"(,"dimensions":7)").size(), 7u);
  EXPECT_NEAR(likeness(vector_of(""), vector_of("")), 1, 1e-5);
  const json::value lists =
      body_of(call(Operation::embeddings, R"({"model":"demo-embedding","input":[[1,2,3],[4]],"dimensions":4})"));
  EXPECT_EQ(lists.at("data").as_array().size(), 2u);
  EXPECT_EQ(lists.at("usage").at("total_tokens"), 4);
}

TEST(DemoModerations, FlagViolentWords) {
  const json::value body = body_of(call(
      Operation::moderations,
      R"({"model":"demo-moderation","input":[{"type":"text","text":"kill it"},{"type":"image_url","image_url":{}}]})"));
  ASSERT_EQ(body.at("results").as_array().size(), 1u);
  EXPECT_TRUE(body.at("results").at(0).at("flagged").as_bool());
  EXPECT_TRUE(body.at("results").at(0).at("categories").at("violence").as_bool());
}

TEST(DemoWords, PiecesAreWordsAndLoseNothing) {
  using Pieces = std::vector<std::string_view>;
  EXPECT_EQ(pieces_of("one two  three\n"), (Pieces{"one", " two", "  three", "\n"}));
  EXPECT_EQ(pieces_of("日本 é"), (Pieces{"日", "本", " é"}));
  EXPECT_EQ(pieces_of(""), Pieces{});
  EXPECT_EQ(count_pieces(std::string(100, 'x')), 5);
  for (const std::string_view text : {"a\xff\xfe z", "\x80", "a日b", "   "}) {
    std::string joined;
    for (const std::string_view piece : pieces_of(text)) joined += piece;
    EXPECT_EQ(joined, text);
    EXPECT_EQ(count_pieces(text), static_cast<std::int64_t>(pieces_of(text).size()));
  }
}

TEST(DemoSchema, InstancesFollowTheSchema) {
  struct Case {
    std::string_view schema, instance;
  };
  for (const Case& c : {
           Case{R"({"type":"string"})", R"("hi")"},
           Case{R"({"type":"string","enum":["a","b"]})", R"("a")"},
           Case{R"({"const":7})", "7"},
           Case{R"({"type":"integer","default":5})", "5"},
           Case{R"({"type":"integer","minimum":10})", "10"},
           Case{R"({"type":"integer","maximum":-3})", "-3"},
           Case{R"({"type":"integer","exclusiveMinimum":4})", "5"},
           Case{R"({"type":"number"})", "1.0"},
           Case{R"({"type":"boolean"})", "true"},
           Case{R"({"type":"null"})", "null"},
           Case{R"({"type":["null","boolean"]})", "true"},
           Case{R"({"type":"string","maxLength":1})", R"("h")"},
           Case{R"({"type":"string","minLength":4})", R"("hi..")"},
           Case{R"({"type":"string","format":"date"})", R"("2026-01-01")"},
           Case{R"({"type":"array","items":{"type":"integer"},"minItems":2})", "[1,1]"},
           Case{R"({"type":"array","items":{"type":"integer"},"maxItems":0})", "[]"},
           Case{R"({"type":"array"})", "[]"},
           Case{R"({"anyOf":[{"type":"boolean"},{"type":"string"}]})", "true"},
           Case{R"({"properties":{"a":{"type":"boolean"}}})", R"({"a":true})"},
           Case{R"({"$ref":"#/$defs/x","$defs":{"x":{"type":"boolean"}}})", "true"},
           Case{R"({"$ref":"#/nowhere"})", R"("hi")"},
           Case{R"({})", R"("hi")"},
       }) {
    EXPECT_EQ(json::serialize(instance_of(json::parse_object(c.schema).value(), "hi")), c.instance) << c.schema;
  }
}

TEST(DemoSchema, SchemasThatContainThemselvesComeToAnEnd) {
  for (const std::string_view schema : {
           R"({"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]})",
           R"({"$ref":"#"})",
           R"({"type":"array","minItems":16,"items":{"type":"array","minItems":1,"items":{"type":"object"}}})",
           R"({"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}})",
           R"({"type":"array","minItems":16,"items":{"$ref":"#"}})",
       }) {
    EXPECT_LT(json::serialize(instance_of(json::parse_object(schema).value(), "x")).size(), 100'000u) << schema;
  }
}

}  // namespace
}  // namespace tollgate::providers::demo
