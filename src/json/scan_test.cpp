#include "json/scan.h"

#include <random>

#include <gtest/gtest.h>

#include "json/value.h"

namespace tollgate::json {
namespace {

Result<Envelope> scan(std::string_view text) {
  // What stands behind the body must not matter: make it look like more JSON.
  const std::string padded = std::string(text) + std::string(kScanPadding, '}');
  return scan_envelope(std::string_view(padded).substr(0, text.size()));
}

std::string refusal(std::string_view text) {
  const auto got = scan(text);
  if (got) return "accepted";
  return std::string(got.error().name()) + ": " + got.error().message() + " <" + got.error().param() + ">";
}

TEST(ScanEnvelope, ReadsWhatARelayMustKnow) {
  const std::string_view body =
      R"({"model" : "gpt-4o","messages": [{"role":"user","content":"hi"}] , "stream":true,)"
      R"("stream_options":{"x":[1],"include_usage": false},"max_tokens":100,"max_completion_tokens":200.0,)"
      R"("max_output_tokens":null,"n":2,"tools":[{}],"input":"x","prompt":7,"system":[]  })";
  const auto got = scan(body);
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_TRUE(got->has_model);
  EXPECT_EQ(got->model, "gpt-4o");
  EXPECT_EQ(got->model_member.key.of(body), R"("model")");
  EXPECT_EQ(got->model_member.value.of(body), R"("gpt-4o")");
  EXPECT_EQ(got->model_member.removal.of(body), R"("model" : "gpt-4o",)");
  EXPECT_TRUE(got->stream);
  EXPECT_EQ(got->stream_member.value.of(body), "true");
  EXPECT_EQ(got->stream_options.value.of(body), R"({"x":[1],"include_usage": false})");
  EXPECT_EQ(got->include_usage.of(body), "false");
  EXPECT_FALSE(got->asks_usage);
  EXPECT_EQ(got->max_tokens, 100);
  EXPECT_EQ(got->max_completion_tokens, 200);
  EXPECT_EQ(got->max_output_tokens, std::nullopt);
  EXPECT_EQ(got->n, 2);
  EXPECT_TRUE(got->has_tools);
  EXPECT_EQ(got->messages.of(body), R"([{"role":"user","content":"hi"}])");
  EXPECT_EQ(got->messages_kind, '[');
  EXPECT_EQ(got->input_kind, '"');
  EXPECT_EQ(got->prompt_kind, '7');
  EXPECT_EQ(got->system.of(body), "[]");
  EXPECT_EQ(got->after_brace, 1u);
  EXPECT_FALSE(got->empty_object);
}

TEST(ScanEnvelope, AbsentIsNotZero) {
  const auto got = scan(R"( {  } )");
  ASSERT_TRUE(got);
  EXPECT_FALSE(got->has_model);
  EXPECT_TRUE(got->empty_object);
  EXPECT_EQ(got->after_brace, 2u);
  EXPECT_FALSE(got->stream);
  EXPECT_FALSE(got->stream_member);
  EXPECT_FALSE(got->max_tokens);
  EXPECT_FALSE(got->has_tools);
  EXPECT_EQ(got->messages_kind, 0);
  const auto nulls =
      scan(R"({"stream":null,"stream_options":null,"max_tokens":null,"n":null,"tools":null,"messages":null})");
  ASSERT_TRUE(nulls);
  EXPECT_FALSE(nulls->stream);
  EXPECT_TRUE(nulls->stream_options);
  EXPECT_FALSE(nulls->n);
  EXPECT_FALSE(nulls->has_tools);
  EXPECT_EQ(nulls->messages_kind, 'n');
}

TEST(ScanEnvelope, OnlyTopLevelMembersCount) {
  const auto got = scan(R"({"metadata":{"model":"b","stream":true,"n":500},"x":["model"],"model":"a","tools":[ ]})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->model, "a");
  EXPECT_FALSE(got->stream);
  EXPECT_FALSE(got->n);
  EXPECT_FALSE(got->has_tools);
}

TEST(ScanEnvelope, ASecondModelIsRefusedHoweverItIsSpelled) {
  for (const std::string_view body :
       {R"({"model":"a","model":"b"})", R"({"model":"a","messages":[],"mod\u0065l":"b"})",
        R"({"\u006dodel":"a","model":"b"})", R"({"model":"a","Model":"b"})", R"({"MODEL":"a","model":"b"})",
        R"({"model":"a","m\u004fdel":"b"})", R"({"Model":"a"})"}) {
    const auto got = scan(body);
    ASSERT_FALSE(got) << body;
    EXPECT_EQ(got.error().code(), ErrorCode::invalid_request) << body;
    EXPECT_EQ(got.error().param(), "model") << body;
  }
  const auto escaped = scan(R"({"mod\u0065l":"a\u00e9\"b"})");
  ASSERT_TRUE(escaped);
  EXPECT_EQ(escaped->model, "aé\"b");
}

TEST(ScanEnvelope, EveryMemberThatIsReadMayOccurOnce) {
  for (const std::string_view name :
       {"stream", "stream_options", "max_tokens", "max_completion_tokens", "max_output_tokens", "n", "tools",
        "functions", "messages", "input", "prompt", "system"}) {
    const std::string twice = "{\"" + std::string(name) + "\":null,\"other\":1,\"" + std::string(name) + "\":null}";
    EXPECT_EQ(refusal(twice),
              "invalid_request: " + std::string(name) + " occurs more than once <" + std::string(name) + ">");
  }
  EXPECT_EQ(refusal(R"({"stream":true,"str\u0065am":false})"),
            "invalid_request: stream occurs more than once <stream>");
  EXPECT_EQ(refusal(R"({"stream_options":{"include_usage":true,"include\u005fusage":false}})"),
            "invalid_request: stream_options.include_usage occurs more than once <stream_options.include_usage>");
  EXPECT_EQ(refusal(R"({"other":1,"other":2,"Stream":true,"stream":false})"), "accepted");
}

TEST(ScanEnvelope, WrongTypesNameTheMember) {
  struct Case {
    std::string_view body, message;
  };
  for (const Case& c : {
           Case{R"({"model":1})", "model must be a string <model>"},
           Case{R"({"model":null})", "model must be a string <model>"},
           Case{R"({"model":["a"]})", "model must be a string <model>"},
           Case{R"({"stream":"true"})", "stream must be a boolean <stream>"},
           Case{R"({"stream":1})", "stream must be a boolean <stream>"},
           Case{R"({"stream_options":true})", "stream_options must be an object <stream_options>"},
           Case{R"({"stream_options":{"include_usage":"yes"}})",
                "stream_options.include_usage must be a boolean <stream_options.include_usage>"},
           Case{R"({"max_tokens":"100"})", "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"max_tokens":-1})", "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"max_tokens":1.5})", "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"max_tokens":1073741824})", "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"max_tokens":99999999999999999999999})",
                "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"max_tokens":1e999})", "max_tokens must be an integer between 0 and 1073741823 <max_tokens>"},
           Case{R"({"n":0})", "n must be an integer between 1 and 128 <n>"},
           Case{R"({"n":129})", "n must be an integer between 1 and 128 <n>"},
           Case{R"({"n":[]})", "n must be an integer between 1 and 128 <n>"},
       }) {
    EXPECT_EQ(refusal(c.body), "invalid_request: " + std::string(c.message)) << c.body;
  }
  EXPECT_EQ(scan(R"({"max_tokens":1073741823,"n":128})")->max_tokens, 1073741823);
  EXPECT_EQ(scan(R"({"max_tokens":4e3})")->max_tokens, 4000);
}

TEST(ScanEnvelope, SaysWhatIsWrongWithTheDocument) {
  struct Case {
    std::string_view body, message;
  };
  constexpr std::string_view start = "the request body is not valid JSON: ";
  for (const Case& c : {
           Case{"", "it is empty"},
           Case{" \n\t", "it is empty"},
           Case{R"({"a":1)", "it is cut off at byte 6"},
           Case{R"({"a")", "it is cut off at byte 4"},
           Case{R"({"a":)", "it is cut off at byte 5"},
           Case{R"({"a":[1,)", "it is cut off at byte 8"},
           Case{R"({)", "it is cut off at byte 1"},
           Case{R"({"a":"b)", "it is cut off inside a string"},
           Case{R"({"a":1} {})", "text follows the object at byte 8"},
           Case{R"({"a":1}x)", "text follows the object at byte 7"},
           Case{R"({"a":1,})", "a member's key is missing at byte 7"},
           Case{R"({"a":[1,]})", "a value is missing at byte 8"},
           Case{R"({,})", "a member's key is missing at byte 1"},
           Case{R"({"a" 1})", "a colon is missing at byte 5"},
           Case{R"({"a":1 "b":2})", "a comma or a closing brace is missing at byte 7"},
           Case{R"({"a":[1 2]})", "a comma or a closing bracket is missing at byte 8"},
           Case{R"({"a":[1}})", "an array is closed by a brace at byte 7"},
           Case{R"({"a":{"b":1]})", "an object is closed by a bracket at byte 11"},
           Case{R"({"a":tru})", "a value is malformed at byte 5"},
           Case{R"({"a":01})", "a value is malformed at byte 5"},
           Case{"{\"a\":\"\xff\"}", "it is not UTF-8"},
           Case{"{\"a\":\"x\ny\"}", "a string holds a raw control character"},
           Case{R"({"mod\xel":"a"})", "an escape in a key is malformed at byte 1"},
           Case{R"({"model":"\u12"})", "an escape in model is malformed at byte 9"},
       }) {
    const auto got = scan(c.body);
    ASSERT_FALSE(got) << c.body;
    EXPECT_EQ(got.error().code(), ErrorCode::invalid_json);
    EXPECT_EQ(got.error().message(), std::string(start) + std::string(c.message)) << c.body;
  }
  for (const std::string_view body : {"[]", "null", "7", R"("x")", "[{}]"}) {
    EXPECT_EQ(refusal(body), "invalid_json: the request body must be a JSON object <>") << body;
  }
}

TEST(ScanEnvelope, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(scan(nested(kMaxDepth)));
  EXPECT_EQ(refusal(nested(kMaxDepth + 1)),
            "invalid_json: the request body is not valid JSON: it is nested too deep at byte 68 <>");
  EXPECT_FALSE(scan("{\"a\":" + std::string(1'000'000, '[')));
}

TEST(ScanEnvelope, LargeBodiesAreReadWhole) {
  const std::string text(3'000'000, 'x');
  const auto got = scan(R"({"messages":[{"content":")" + text + R"("}],"model":"m"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->model, "m");
  EXPECT_EQ(got->messages.length, text.size() + 16);
  // The buffers of a large body do not stay, and small ones work after it.
  EXPECT_TRUE(scan(R"({"model":"m"})"));
}

TEST(FindMember, FindsTheValueOrNothing) {
  const std::string_view answer = R"({"id":"x","choices":[{"usage":1}],"us\u0061ge": {"prompt_tokens":7} ,"z":null})";
  EXPECT_EQ(find_member(answer, "usage").of(answer), R"({"prompt_tokens":7})");
  EXPECT_EQ(find_member(answer, "z").of(answer), "null");
  EXPECT_FALSE(find_member(answer, "prompt_tokens"));
  EXPECT_FALSE(find_member(R"({"usage":{}} x)", "usage"));
  EXPECT_FALSE(find_member(R"({"usage":{})", "usage"));
  EXPECT_FALSE(find_member(R"([{"usage":1}])", "usage"));
  EXPECT_FALSE(find_member("", "usage"));
  EXPECT_FALSE(find_member("<html>", "usage"));
  EXPECT_TRUE(find_member(R"({"half \ud83d":1})", "half \uFFFD"));  // as the trees name it
  const std::string_view twice = R"({"usage":1,"usage":2})";
  EXPECT_EQ(find_member(twice, "usage").of(twice), "2");
}

TEST(FindMembers, FindsSeveralAtOnce) {
  const std::string_view text = R"({"a":1,"b":[2],"c":"3"})";
  WantedMember wanted[] = {{"c"}, {"nope"}, {"a"}};
  ASSERT_TRUE(find_members(text, wanted, 3));
  EXPECT_EQ(wanted[0].value.of(text), "\"3\"");
  EXPECT_FALSE(wanted[1].value);
  EXPECT_EQ(wanted[2].value.of(text), "1");
  EXPECT_FALSE(find_members(R"({"a":1,"c":2)", wanted, 3));
  EXPECT_FALSE(wanted[2].value);
  EXPECT_TRUE(find_members("{}", wanted, 3));
}

TEST(ScanKernel, HasAName) { EXPECT_FALSE(scan_kernel().empty()); }

TEST(MeasurePrompt, LeavesOutPayloadsAndCountsMedia) {
  const std::string payload(5000, 'A');
  struct Case {
    std::string body;
    std::size_t left_out;
    std::uint32_t media;
  };
  const Case cases[] = {
      {R"({"messages":[{"role":"user","content":"hi"}]})", 0, 0},
      {R"({"image_url":{"url":"data:image/png;base64,)" + payload + R"("}})", 5000, 1},
      {R"({"image_url" : "data:image\/png;base64,)" + payload + R"(","x":1})", 5000, 1},
      {R"({"url":"data:a;base64,)" + payload + R"("},{"url":"data:a;base64,)" + payload + R"("})", 10000, 2},
      {R"({"file":{"file_data":"data:application/pdf;base64,)" + payload + R"("}})", 5000, 1},
      {R"({"source":{"type":"base64","data":")" + payload + R"("}})", 5000, 1},
      {R"({"source":{"data" : "short"}})", 0, 0},
      {R"({"image_url":{"url": "https://example.com/a.png"}})", 0, 1},
      {R"({"image_url":"http://example.com/a.png"})", 0, 1},
      {R"({"url":"ftp://x"})", 0, 0},
      // Text that only looks like a medium is text.
      {R"({"content":"data:image/png;base64,)" + payload + R"("})", 0, 0},
      {R"({"text":"see data:image/png;base64,)" + payload + R"("})", 0, 0},
      {R"({"content":"{\"url\":\"https://x\",\"data\":\"y\"}"})", 0, 0},
      {R"({"source":{"type":"text","data":")" + std::string(2000, ' ') + R"("}})", 0, 0},
      // Cut off: nobody reads beyond the end.
      {R"({"url":"data:image/png;base64,)" + payload, 5000, 1},
      {R"({"data":")" + payload, 5000, 1},
      {R"({"url":"data:image/png;base64,)", 0, 1},
      {R"("url")", 0, 0},
      {"", 0, 0},
  };
  for (const Case& c : cases) {
    const PromptSize got = measure_prompt(c.body);
    EXPECT_EQ(got.text_bytes, c.body.size() - c.left_out) << c.body.substr(0, 60);
    EXPECT_EQ(got.media, c.media) << c.body.substr(0, 60);
  }
}

TEST(MeasurePrompt, FindsPatternsAtEveryPlace) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 40; ++after) {
      const std::string body =
          std::string(before, 'u') + R"("url":"data:x;base64,QUJD")" + std::string(after, ';') + "}";
      const PromptSize got = measure_prompt(body);
      ASSERT_EQ(got.media, 1u) << before << ' ' << after;
      ASSERT_EQ(got.text_bytes, body.size() - 4) << before << ' ' << after;
    }
  }
}

TEST(MeasurePrompt, EstimatesHigh) {
  EXPECT_EQ(estimate_prompt_tokens({.text_bytes = 300, .media = 0}), 100 + kTokensPerRequest);
  EXPECT_EQ(estimate_prompt_tokens({.text_bytes = 1, .media = 2}), 1 + 2 * kTokensPerMedium + kTokensPerRequest);
}

/// Documents that are mostly right, from a seed.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string document() {
    std::string text = blanks() + value(0) + blanks();
    if (pick(3) == 0) damage(text);
    return text;
  }
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  std::string blanks() {
    static constexpr std::string_view kBlanks[] = {"", "", "", " ", "\n", "\t \r"};
    return std::string(kBlanks[pick(6)]);
  }
  std::string value(int depth) {
    switch (pick(depth == 0 ? 2 : depth > 6 ? 5 : 8)) {
      case 0:
      case 5:
      case 6:
        return object(depth);
      case 1:
        return depth == 0 ? object(depth) : array(depth);
      case 2:
        return string();
      case 3: {
        static constexpr std::string_view kNumbers[] = {"0",  "-1", "12.5", "1e5", "-0.1E-2",
                                                        "01", "1.", "-",    "1e",  "9"};
        return std::string(kNumbers[pick(20) == 0 ? pick(10) : pick(5)]);
      }
      case 4: {
        static constexpr std::string_view kLiterals[] = {"true", "false", "null", "nul", "True", "nullx"};
        return std::string(kLiterals[pick(20) == 0 ? pick(6) : pick(3)]);
      }
      default:
        return array(depth);
    }
  }
  std::string string() {
    static constexpr std::string_view kPieces[] = {"a",    "{",   "}", "[",  "]",       ",", ":",  "\\\"",
                                                   "\\\\", "\\n", "é", "日", "\\u0041", " ", "😀", "/"};
    std::string out = "\"";
    for (unsigned i = pick(6); i > 0; --i) out += kPieces[pick(16)];
    if (pick(50) == 0) out += pick(2) == 0 ? "\xff" : "\n";
    return out + "\"";
  }
  std::string object(int depth) {
    std::string out = "{" + blanks();
    for (unsigned i = pick(4), first = 1; i > 0; --i, first = 0) {
      if (first == 0) out += "," + blanks();
      out += string() + blanks() + ":" + blanks() + value(depth + 1) + blanks();
    }
    return out + "}";
  }
  std::string array(int depth) {
    std::string out = "[" + blanks();
    for (unsigned i = pick(4), first = 1; i > 0; --i, first = 0) {
      if (first == 0) out += "," + blanks();
      out += value(depth + 1) + blanks();
    }
    return out + "]";
  }
  void damage(std::string& text) {
    static constexpr std::string_view kBytes = "{}[]:,\"\\ 0aet\n\x0c\x1a";
    const std::size_t at = pick(static_cast<unsigned>(text.size()) + 1);
    switch (pick(4)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.insert(at, 1, kBytes[pick(kBytes.size())]);
        break;
      case 2:
        if (at < text.size()) text.erase(at, 1);
        break;
      default:
        if (at < text.size()) text[at] = kBytes[pick(kBytes.size())];
    }
  }
  std::mt19937 random_;
};

/// The scan accepts what Boost.JSON accepts as an object, but for escapes and number ranges, which it does not read.
TEST(ScanEnvelope, AgreesWithATreeParserOnGeneratedDocuments) {
  const unsigned seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  Generator generator(seed);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = generator.document();
    const auto tree = parse(text);
    const bool object = tree && tree->is_object();
    const auto scanned = scan(text);
    if (object) {
      ++accepted;
      ASSERT_TRUE(scanned || scanned.error().code() == ErrorCode::invalid_request) << "seed " << seed << "\n"
                                                                                   << text << "\n"
                                                                                   << scanned.error().message();
      for (const auto& member : tree->get_object()) {
        const Span found = find_member(text, {member.key().data(), member.key().size()});
        ASSERT_TRUE(found) << "seed " << seed << "\n" << text;
        ASSERT_EQ(parse(found.of(text)).value(), member.value()) << "seed " << seed << "\n" << text;
      }
    } else if (!tree && scanned) {
      std::string without_escapes = text;
      for (std::size_t at = 0; (at = without_escapes.find('\\', at)) != std::string::npos;) {
        without_escapes[at] = 'x';
        char& escaped = without_escapes[at + 1];
        if (escaped == '"' || escaped == '\\') escaped = 'x';
      }
      ASSERT_TRUE(parse(without_escapes)) << "seed " << seed << "\n" << text << "\n" << tree.error().message();
    } else {
      ++refused;
      ASSERT_FALSE(scanned) << "seed " << seed << "\n" << text;
    }
  }
  EXPECT_GT(accepted, 5'000);
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace tollgate::json
