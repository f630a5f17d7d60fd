#include <gtest/gtest.h>

#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {
namespace {

TEST(OpenAiErrors, HaveTheOfficialShape) {
  const Error error = Error(ErrorCode::unsupported_parameter, "n must be 1").param("n");
  EXPECT_EQ(render_error(error, "req-1", false),
            "{\"error\":{\"message\":\"n must be 1 (request id: req-1)\",\"type\":\"invalid_request_error\","
            "\"param\":\"n\",\"code\":\"unsupported_parameter\"}}");
  EXPECT_EQ(render_error(Error(ErrorCode::upstream_timeout, "late \"\n"), "", false),
            "{\"error\":{\"message\":\"late \\\"\\n\",\"type\":\"upstream_error\",\"param\":null,"
            "\"code\":\"upstream_timeout\"}}");
}

TEST(OpenAiErrors, EndAStreamAsOneEventWithoutDone) {
  EXPECT_EQ(render_error(Error(ErrorCode::upstream_stream_broken, "broken"), "r", true),
            "data: {\"error\":{\"message\":\"broken (request id: r)\",\"type\":\"upstream_error\",\"param\":null,"
            "\"code\":\"upstream_stream_broken\"}}\n\n");
}

TEST(OpenAiErrors, TellTheKindsApartThatSdksKnow) {
  const auto has = [](ErrorCode code, std::string_view type, std::string_view name) {
    const auto body = json::parse_object(render_error(Error(code, "m"), "r", false));
    ASSERT_TRUE(body.has_value());
    const json::object* error = json::find_object(*body, "error");
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(json::find_string(*error, "type"), type) << traits_of(code).name;
    EXPECT_EQ(json::find_string(*error, "code"), name);
  };
  has(ErrorCode::invalid_api_key, "invalid_request_error", "invalid_api_key");
  has(ErrorCode::model_not_allowed, "permission_error", "model_not_allowed");
  has(ErrorCode::model_not_found, "invalid_request_error", "model_not_found");
  has(ErrorCode::insufficient_user_quota, "insufficient_quota", "insufficient_user_quota");
  has(ErrorCode::insufficient_token_quota, "insufficient_quota", "insufficient_token_quota");
  has(ErrorCode::rate_limit_exceeded, "rate_limit_error", "rate_limit_exceeded");
  has(ErrorCode::upstream_rate_limited, "rate_limit_error", "rate_limit_exceeded");
  has(ErrorCode::no_available_channel, "server_error", "no_available_channel");
  has(ErrorCode::internal, "server_error", "internal");
}

TEST(OpenAiErrors, HandOnTheProvidersNameOfARejection) {
  const Error rejected = parse_error(400, R"({"error":{"message":"too long","type":"invalid_request_error",)"
                                          R"("param":"messages","code":"context_length_exceeded"}})");
  EXPECT_EQ(render_error(rejected, "r", false),
            "{\"error\":{\"message\":\"too long (request id: r)\",\"type\":\"invalid_request_error\","
            "\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}");
}

}  // namespace
}  // namespace tollgate::dialects::openai_chat
