#include <gtest/gtest.h>

#include "dialects/claude/claude.h"

namespace tollgate::dialects::claude {
namespace {

TEST(ClaudeErrors, HaveTheOfficialShape) {
  EXPECT_EQ(
      render_error(Error(ErrorCode::invalid_api_key, "no \"such\" key"), "req-1", false),
      R"({"type":"error","error":{"type":"authentication_error","message":"no \"such\" key"},"request_id":"req-1"})");
  EXPECT_EQ(render_error(Error(ErrorCode::internal, "m"), "", false),
            R"({"type":"error","error":{"type":"api_error","message":"m"}})");
}

TEST(ClaudeErrors, SayThatAConversationIsTooLongInTheWordsThatAgentsKnow) {
  const auto message_of = [](std::string_view words) {
    const std::string body = R"({"error":{"message":")" + std::string(words) + R"("}})";
    const auto rendered = json::parse_object(render_error(parse_error(400, body), "r", false)).value();
    return std::string(json::find_string(*json::find_object(rendered, "error"), "message"));
  };
  EXPECT_EQ(message_of("the maximum context length is 8 tokens"),
            "prompt is too long: the maximum context length is 8 tokens");
  EXPECT_EQ(message_of("prompt is too long: 9 tokens > 8 maximum"), "prompt is too long: 9 tokens > 8 maximum");
  EXPECT_EQ(message_of("n must be 1"), "n must be 1");
}

TEST(ClaudeErrors, EndAStreamAsAnErrorEvent) {
  EXPECT_EQ(render_error(Error(ErrorCode::upstream_stream_broken, "broken"), "r", true),
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"broken\"},"
            "\"request_id\":\"r\"}\n\n");
}

TEST(ClaudeErrors, TellTheKindsApartThatSdksKnow) {
  const auto type_of = [](const Error& error) {
    const auto body = json::parse_object(render_error(error, "r", false));
    return body ? std::string(json::find_string(*json::find_object(*body, "error"), "type")) : std::string();
  };
  EXPECT_EQ(type_of(Error(ErrorCode::invalid_request, "m")), "invalid_request_error");
  EXPECT_EQ(type_of(Error(ErrorCode::model_not_allowed, "m")), "permission_error");
  EXPECT_EQ(type_of(Error(ErrorCode::model_not_found, "m")), "not_found_error");
  EXPECT_EQ(type_of(Error(ErrorCode::request_too_large, "m")), "request_too_large");
  EXPECT_EQ(type_of(Error(ErrorCode::insufficient_user_quota, "m")), "billing_error");
  EXPECT_EQ(type_of(Error(ErrorCode::rate_limit_exceeded, "m")), "rate_limit_error");
  EXPECT_EQ(type_of(Error(ErrorCode::no_available_channel, "m")), "overloaded_error");
  EXPECT_EQ(type_of(Error(ErrorCode::upstream_timeout, "m")), "timeout_error");
  EXPECT_EQ(type_of(parse_error(529, R"({"type":"error","error":{"type":"overloaded_error","message":"x"}})")),
            "overloaded_error");
  EXPECT_EQ(type_of(parse_error(500, "")), "api_error");
  EXPECT_EQ(type_of(parse_error(413, R"({"type":"error","error":{"type":"request_too_large","message":"x"}})")),
            "request_too_large");
}

}  // namespace
}  // namespace tollgate::dialects::claude
