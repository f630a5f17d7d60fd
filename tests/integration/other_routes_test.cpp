// What the relay offers beside chats: lists of models, counts of tokens, embeddings, completions, moderations.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

using ::testing::HasSubstr;

class OtherRoutes : public ::testing::Test {
 protected:
  OtherRoutes() {
    for (const char* model : {"m", "claude-m"}) gateway_.set_price(model, "1", "2");
    caller_ = gateway_.add_caller();
  }
  static Script answer(const SeenRequest& request) { return sound(Tongue::openai, request); }

  TestGateway gateway_;
  TestCaller caller_;
};

TEST_F(OtherRoutes, ListsTheModelsThatTheCallerMayUse) {
  ScriptedUpstream upstream(answer);
  gateway_.add_group("club", "1");
  store::ChannelRow club;
  club.groups = "club";
  gateway_.add_channel("openai", upstream.url(), "m,real,gpt-*");
  gateway_.add_channel("openai", upstream.url(), "hidden", club);
  const auto ids = [&](std::string_view path, HeaderList headers = {}) {
    const HttpAnswer answer = gateway_.get(caller_, path, std::move(headers));
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto body = json::parse_object(answer.body);
    std::vector<std::string> out;
    for (const json::value& model : body->at("data").as_array()) {
      const std::string id(json::find_string(model.as_object(), "id"));
      if (!id.starts_with("demo")) out.push_back(id);
    }
    return out;
  };
  EXPECT_THAT(ids("/v1/models"), ::testing::ElementsAre("m", "real"));
  EXPECT_THAT(ids("/claude/v1/models"), ::testing::ElementsAre("m", "real"));
  gateway_.change_token(caller_, [](auto& row) {
    row.models_limited = true;
    row.models = R"(["real","hidden"])";
  });
  EXPECT_THAT(ids("/v1/models"), ::testing::ElementsAre("real"));
  gateway_.change_token(caller_, [](auto& row) { row.group = "club"; });
  EXPECT_THAT(ids("/v1/models"), ::testing::ElementsAre("hidden"));

  const HttpAnswer openai = gateway_.get(caller_, "/v1/models/hidden");
  EXPECT_EQ(openai.status, 200);
  EXPECT_EQ(json::find_string(*json::parse_object(openai.body), "object"), "model");
  const HttpAnswer claude = gateway_.get(caller_, "/v1/models/hidden", {{"anthropic-version", "2023-06-01"}});
  EXPECT_EQ(json::find_string(*json::parse_object(claude.body), "type"), "model");
  const HttpAnswer list = gateway_.get(caller_, "/v1/models", {{"anthropic-version", "2023-06-01"}});
  EXPECT_THAT(list.body, HasSubstr(R"("has_more":false)"));
  const HttpAnswer missing = gateway_.get(caller_, "/v1/models/real");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(error_member(missing.body, "code"), "model_not_found");
  EXPECT_EQ(http_request(gateway_.port(), "GET", "/v1/models").status, 401);
}

TEST_F(OtherRoutes, CountsTokensForFree) {
  ScriptedUpstream upstream(answer);
  gateway_.add_channel("anthropic", upstream.url(), "claude-m");
  const HttpAnswer counted = gateway_.post(caller_, "/v1/messages/count_tokens",
                                           R"({"model":"claude-m","messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(counted.status, 200) << counted.body;
  const auto body = json::parse_object(counted.body);
  ASSERT_TRUE(body.has_value());
  EXPECT_GT(body->at("input_tokens").as_int64(), 1);
  EXPECT_LT(body->at("input_tokens").as_int64(), 100);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 0);
  EXPECT_EQ(gateway_.post(caller_, "/v1/messages/count_tokens", "{}").status, 400);
  EXPECT_EQ(http_request(gateway_.port(), "POST", "/v1/messages/count_tokens", "{}").status, 401);
}

TEST_F(OtherRoutes, AnswersEmbeddingsCompletionsAndModerations) {
  ScriptedUpstream upstream([](const SeenRequest& request) {
    if (request.target.ends_with("/embeddings")) {
      return Script{
          Send{http_json(200, R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],)"
                              R"("model":"m","usage":{"prompt_tokens":7,"total_tokens":7}})")}};
    }
    if (request.target.ends_with("/moderations")) {
      return Script{Send{http_json(200, R"({"id":"x","model":"m","results":[{"flagged":false}]})")}};
    }
    return Script{Send{http_json(200, R"({"id":"c","object":"text_completion","choices":[{"text":"Hi","index":0}],)"
                                      R"("usage":{"prompt_tokens":3,"completion_tokens":2}})")}};
  });
  gateway_.add_channel("openai", upstream.url(), "m");
  EXPECT_EQ(gateway_.post(caller_, "/v1/embeddings", R"({"model":"m","input":"Hello"})").status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 7);
  EXPECT_EQ(gateway_.post(caller_, "/v1/completions", R"({"model":"m","prompt":"Hello"})").status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 7 + 3 + 4);
  const std::string_view question = R"({"model":"m","input":"Hello"})";
  EXPECT_EQ(gateway_.post(caller_, "/v1/moderations", question).status, 200);
  EXPECT_EQ(gateway_.user_books(caller_.user).used, 14 + static_cast<Quota>((question.size() + 3) / 4));
  // Old clients name the model in the address.
  EXPECT_EQ(gateway_.post(caller_, "/v1/engines/m/embeddings", R"({"input":"Hello"})").status, 200);
  EXPECT_EQ(gateway_.post(caller_, "/v1/engines/m/embeddings", R"({"model":"x","input":"Hello"})").status, 200);
  EXPECT_EQ(gateway_.post(caller_, "/v1/engines/x/embeddings", question).status, 404);
  const auto seen = upstream.seen();
  ASSERT_EQ(seen.size(), 5U);
  for (const std::size_t i : {3, 4}) {
    EXPECT_EQ(seen[i].target, "/v1/embeddings");
    EXPECT_EQ(json::find_string(*json::parse_object(seen[i].body), "model"), "m") << seen[i].body;
  }
  EXPECT_EQ(seen[0].target, "/v1/embeddings");
  EXPECT_EQ(seen[1].target, "/v1/completions");
  EXPECT_EQ(seen[2].target, "/v1/moderations");
}

}  // namespace
}  // namespace tollgate::testing
