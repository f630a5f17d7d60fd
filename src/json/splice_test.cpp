#include "json/splice.h"

#include <gtest/gtest.h>

#include "json/value.h"

namespace tollgate::json {
namespace {

std::string edited(std::string_view body, std::vector<Edit> edits) {
  std::vector<std::string_view> views;
  splice(body, edits, views);
  std::string out;
  for (const std::string_view view : views) {
    EXPECT_FALSE(view.empty());
    out += view;
  }
  EXPECT_EQ(spliced_size(body, edits), out.size());
  return out;
}

Envelope scan(const std::string& body) { return scan_envelope(body).value(); }

TEST(Splice, LeavesEverythingElseAlone) {
  EXPECT_EQ(edited("abcdef", {}), "abcdef");
  EXPECT_EQ(edited("abcdef", {{4, 1, "X"}, {0, 1, "Y"}}), "YbcdXf");
  EXPECT_EQ(edited("abcdef", {{0, 6, ""}}), "");
  EXPECT_EQ(edited("abcdef", {{6, 0, "!"}, {0, 0, "?"}}), "?abcdef!");
  EXPECT_EQ(edited("", {{0, 0, "x"}}), "x");
  EXPECT_EQ(edited("abc", {{1, 1, ""}, {1, 0, "X"}}), "aXc");
}

TEST(Splice, ModelIsReplacedInPlace) {
  const std::string body = R"({ "temperature": 1.0, "model" : "a" , "x":1e2})";
  EXPECT_EQ(edited(body, {set_model(scan(body), "b\"c")}), R"({ "temperature": 1.0, "model" : "b\"c" , "x":1e2})");
  const std::string without = R"({"input":"x"})";
  EXPECT_EQ(edited(without, {set_model(scan(without), "m")}), R"({"model":"m","input":"x"})");
  const std::string empty = "{}";
  EXPECT_EQ(edited(empty, {set_model(scan(empty), "m")}), R"({"model":"m"})");
}

TEST(Splice, UsageIsAskedForWhateverStandsThere) {
  struct Case {
    std::string body, want;
  };
  for (const Case& c : {
           Case{R"({"stream":true})", R"({"stream_options":{"include_usage":true},"stream":true})"},
           Case{R"({"stream":true,"stream_options":null})",
                R"({"stream":true,"stream_options":{"include_usage":true}})"},
           Case{R"({"stream_options":{ }})", R"({"stream_options":{"include_usage":true }})"},
           Case{R"({"stream_options":{"a":1}})", R"({"stream_options":{"include_usage":true,"a":1}})"},
           Case{R"({"stream_options":{"include_usage":false}})", R"({"stream_options":{"include_usage":true}})"},
           Case{R"({"stream_options":{"a":{},"include_usage":null}})",
                R"({"stream_options":{"a":{},"include_usage":true}})"},
           Case{R"({"stream_options":{"include_usage":true}})", R"({"stream_options":{"include_usage":true}})"},
       }) {
    std::vector<Edit> edits;
    ask_usage(c.body, scan(c.body), edits);
    EXPECT_EQ(edited(c.body, edits), c.want);
  }
}

TEST(Splice, RemovingAMemberTakesOneComma) {
  const auto without_options = [](const std::string& body) {
    std::vector<Edit> edits;
    remove_member(scan(body).stream_options, edits);
    return edited(body, edits);
  };
  EXPECT_EQ(without_options(R"({"stream_options":{},"a":1})"), R"({"a":1})");
  EXPECT_EQ(without_options(R"({ "a":1 , "stream_options" : {} , "b":2 })"), R"({ "a":1 , "b":2 })");
  EXPECT_EQ(without_options(R"({"a":1 , "stream_options":{} })"), R"({"a":1  })");
  EXPECT_EQ(without_options(R"({ "stream_options":{} })"), R"({  })");
  EXPECT_EQ(without_options(R"({"a":1})"), R"({"a":1})");
}

TEST(Splice, AnySetOfMembersCanBeRemoved) {
  const std::string_view parts[] = {R"("model":"m")", R"("stream":true)", R"("stream_options":{"a":[1,2]})",
                                    R"("max_tokens":5)", R"("x":"}")"};
  for (unsigned order = 0; order < 5; ++order) {
    std::string body = "{";
    for (unsigned i = 0; i < 5; ++i) body += (i > 0 ? " , " : "") + std::string(parts[(i + order) % 5]);
    body += " }";
    const Envelope envelope = scan(body);
    for (unsigned set = 0; set < 16; ++set) {
      std::vector<Edit> edits;
      if ((set & 8) != 0) remove_member(envelope.max_tokens_member, edits);
      if ((set & 1) != 0) remove_member(envelope.model_member, edits);
      if ((set & 4) != 0) remove_member(envelope.stream_options, edits);
      if ((set & 2) != 0) remove_member(envelope.stream_member, edits);
      const std::string out = edited(body, edits);
      object want = parse_object(body).value();
      if ((set & 1) != 0) want.erase("model");
      if ((set & 2) != 0) want.erase("stream");
      if ((set & 4) != 0) want.erase("stream_options");
      if ((set & 8) != 0) want.erase("max_tokens");
      const auto got = parse_object(out);
      ASSERT_TRUE(got) << body << " -> " << out;
      EXPECT_EQ(*got, want) << out;
    }
  }
}

TEST(Splice, SeveralEditsTogether) {
  const std::string body = R"({"stream_options":{"include_usage":false},"model":"a","stream":true})";
  const Envelope envelope = scan(body);
  std::vector<Edit> edits{set_model(envelope, "b"), insert_member(envelope, "user", "\"u\"")};
  remove_member(envelope.stream_options, edits);
  EXPECT_EQ(edited(body, edits), R"({"user":"u","model":"b","stream":true})");
}

}  // namespace
}  // namespace tollgate::json
