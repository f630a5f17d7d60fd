#include "dialects/upstream_error.h"

#include <ostream>

#include <gtest/gtest.h>

namespace tollgate::dialects {
namespace {

struct Row {
  int status;
  std::string_view body;
  ErrorCode code;
  int http;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.status << ' ' << row.body; }

class UpstreamError : public testing::TestWithParam<Row> {};

TEST_P(UpstreamError, MeansWhatStatusAndWordsSay) {
  const Row& row = GetParam();
  const Error error = upstream_error(row.status, row.body);
  EXPECT_EQ(error.name(), traits_of(row.code).name);
  EXPECT_EQ(error.http_status(), row.http);
  EXPECT_FALSE(error.message().empty());
  EXPECT_TRUE(error.detail().starts_with("status " + std::to_string(row.status))) << error.detail();
}

using enum ErrorCode;
INSTANTIATE_TEST_SUITE_P(
    Table, UpstreamError,
    testing::Values(
        Row{400, R"({"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}})",
            upstream_rejected_request, 400},
        Row{422, R"({"detail":[{"loc":["body","n"],"msg":"field required"}]})", upstream_rejected_request, 422},
        Row{413, R"({"type":"error","error":{"type":"request_too_large","message":"too large"}})",
            upstream_rejected_request, 413},
        Row{400, "", upstream_rejected_request, 400},
        Row{413, "<html>413 Request Entity Too Large</html>", upstream_rejected_request, 413},
        Row{400, "<html>bad gateway of some proxy</html>", upstream_bad_answer, 502},
        Row{400,
            R"({"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}})",
            upstream_no_credit, 502},
        Row{400,
            R"([{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}])",
            upstream_auth_failed, 502},
        Row{400,
            R"({"type":"error","error":{"type":"invalid_request_error","message":"This organization has been disabled."}})",
            upstream_auth_failed, 502},
        Row{401, R"({"error":{"message":"Incorrect API key provided: sk-ab***yz","code":"invalid_api_key"}})",
            upstream_auth_failed, 502},
        Row{401, "", upstream_auth_failed, 502},
        Row{402, R"({"error":{"message":"Insufficient Balance"}})", upstream_no_credit, 502},
        Row{403, R"({"error":{"message":"forbidden"}})", upstream_auth_failed, 502},
        Row{403, R"({"error":{"message":"Your input was flagged by moderation"}})", upstream_rejected_request, 400},
        Row{403, R"({"error":{"message":"Project does not have access to model gpt-9","code":"model_not_found"}})",
            upstream_model_missing, 502},
        Row{404,
            R"({"error":{"message":"The model `x` does not exist or you do not have access to it.","code":"model_not_found"}})",
            upstream_model_missing, 502},
        Row{404, R"({"type":"error","error":{"type":"not_found_error","message":"model: claude-0"}})",
            upstream_model_missing, 502},
        Row{404, R"({"error":{"message":"No such File object: file-abc"}})", upstream_rejected_request, 404},
        Row{404, "<html>404</html>", upstream_bad_answer, 502}, Row{404, "", upstream_bad_answer, 502},
        Row{408, "", upstream_timeout, 504},
        Row{429, R"({"error":{"message":"Rate limit reached","type":"tokens","code":"rate_limit_exceeded"}})",
            upstream_rate_limited, 429},
        Row{429,
            R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}})",
            upstream_no_credit, 502},
        Row{429, "slow down", upstream_rate_limited, 429},
        Row{500, R"({"error":{"message":"boom at 10.0.0.1:8080"}})", upstream_server_error, 502},
        Row{503, "", upstream_server_error, 503},
        Row{529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
            upstream_server_error, 503},
        Row{502, "<html>", upstream_server_error, 502}, Row{504, "", upstream_timeout, 504},
        Row{524, "", upstream_timeout, 504}, Row{302, "", upstream_bad_answer, 502},
        // Inside an answer that began as a success.
        Row{200, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
            upstream_server_error, 503},
        Row{200, R"({"error":{"type":"rate_limit_error","message":"slow"}})", upstream_rate_limited, 429},
        Row{200, R"({"error":{"code":429,"message":"provider returned error"}})", upstream_rate_limited, 429},
        Row{200, R"({"error":{"code":502,"message":"provider returned error"}})", upstream_server_error, 502},
        Row{200, R"({"error":{"type":"invalid_request_error","message":"bad tool"}})", upstream_rejected_request, 400},
        Row{200, R"({"error":"oops"})", upstream_server_error, 502},
        Row{200, R"({"error":{"type":"timeout_error"}})", upstream_timeout, 504},
        Row{200, "{", upstream_server_error, 502}));

TEST(UpstreamError, KeepsTheWordsOfARejectedRequestAlone) {
  const Error rejected = upstream_error(
      400, R"({"error":{"message":"n must be 1","type":"invalid_request_error","param":"n","code":"bad_n"}})");
  EXPECT_EQ(rejected.message(), "n must be 1");
  EXPECT_EQ(rejected.param(), "n");
  EXPECT_EQ(rejected.upstream_code(), "bad_n");
  EXPECT_EQ(rejected.upstream_type(), "invalid_request_error");

  for (const int status : {401, 402, 403, 429, 500, 503}) {
    const Error other = upstream_error(
        status, R"({"error":{"message":"org-abcdefgh1234 has $3.50 left, key sk-1234567890abcdef","code":"x"}})");
    EXPECT_EQ(other.message().find("org-"), std::string::npos) << status;
    EXPECT_EQ(other.message().find("3.50"), std::string::npos) << status;
    EXPECT_EQ(other.message().find("sk-"), std::string::npos) << status;
    EXPECT_EQ(other.detail().find("sk-1234567890abcdef"), std::string::npos) << "a key in the log";
    EXPECT_NE(other.detail().find("$3.50"), std::string::npos) << "the log has what the operator must know";
  }
}

TEST(UpstreamError, NamesARequestThatIsTooLongInOneWay) {
  for (
      const std::string_view body :
      {R"({"error":{"message":"x","code":"context_length_exceeded"}})",
       R"({"error":{"message":"This model's maximum context length is 8192 tokens.","code":null}})",
       R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}})",
       R"({"error":{"message":"Your input exceeds the context window of this model.","code":"invalid_prompt"}})"}) {
    const Error error = upstream_error(400, body);
    EXPECT_EQ(error.code(), ErrorCode::upstream_rejected_request) << body;
    EXPECT_EQ(error.upstream_code(), kTooLong) << body;
  }
  EXPECT_EQ(upstream_error(400, R"({"error":{"message":"max_tokens is too large: 9"}})").upstream_code(), "");
  EXPECT_EQ(upstream_error(500, R"({"error":{"message":"context window"}})").upstream_code(), "");
}

TEST(UpstreamError, FindsTheWordsWhereverProvidersPutThem) {
  for (const std::string_view body :
       {R"({"error":{"message":"the words"}})", R"({"error":"the words"})", R"({"message":"the words"})",
        R"({"msg":"the words"})", R"({"error_msg":"the words","error_code":3})", R"({"detail":"the words"})",
        R"({"errors":[{"message":"the words"}]})", R"({"header":{"message":"the words"}})",
        R"({"response":{"error":{"message":"the words"}}})", R"([{"error":{"message":"the words"}}])", "the words"}) {
    EXPECT_EQ(read_error_body(body).message, "the words") << body;
  }
  EXPECT_EQ(read_error_body("").message, "");
  EXPECT_EQ(read_error_body("{\"a\":").message, "");
  EXPECT_TRUE(read_error_body(" <!DOCTYPE html>").is_html);
}

TEST(PublicText, HidesKeysIdsAndAddresses) {
  const auto expect = [](std::string_view in, std::string_view out) { EXPECT_EQ(public_text(in), out); };
  expect("Incorrect API key provided: sk-proj-abc123456. See https://platform.openai.com/account/api-keys.",
         "Incorrect API key provided: [key]. See [address].");
  expect("key sk-ab***********yz is wrong", "key [key] is wrong");
  expect("Rate limit in organization org-Abcdefgh1234 on requests", "Rate limit in organization [id] on requests");
  expect("connect to 10.1.2.3:8080 and api.internal:443 failed", "connect to [address] and [address] failed");
  expect("write to admin@corp.example.com", "write to [address]");
  expect("bad thing (request id: 20240101abcdef)", "bad thing");
  expect("request 123e4567-e89b-12d3-a456-426614174000 failed", "request [id] failed");
  expect("req_011CSHoEeqs5C35K2UUqR7Fy", "[id]");
}

TEST(PublicText, KeepsWhatHelpsTheCaller) {
  for (const std::string_view text :
       {"messages.0.content.1.type: Field required",
        "max_tokens: 5000 > 4096, which is the maximum for claude-3-5-sonnet-20241022",
        "tool_use ids were found without tool_result: toolu_01A09q90qw90lq917835lq9",
        "Invalid value: 'x'. Supported: 'a', 'b'.", "No such File object: file-abcDEF1234567890abcdef99",
        "tools.0.custom.name: String should match '^[a-zA-Z0-9_-]{1,128}$'", "日本語のエラー"}) {
    EXPECT_EQ(public_text(text), text);
  }
}

TEST(PublicText, IsBoundedValidAndOnOneLine) {
  EXPECT_LE(public_text(std::string(100'000, 'a') + " b").size(), 1000u);
  EXPECT_EQ(public_text("a\nb\x01"
                        "c"),
            "a b c");
  EXPECT_EQ(public_text("bad \xff\xc3 bytes \xed\xa0\x80"), "bad ?? bytes ???");
}

}  // namespace
}  // namespace tollgate::dialects
