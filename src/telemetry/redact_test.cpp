#include "telemetry/redact.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tollgate::telemetry {
namespace {

TEST(Redact, HidesWhatLooksLikeASecret) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"token sk-abcDEF123456 refused", "token *** refused"},
      {"sk-ant-api03-abc_def-123", "***"},
      {"two sk-aaaaaaaa, sk-bbbbbbbb.", "two ***, ***."},
      {"sk-0123456789abcdef#7", "***#7"},
      {"Authorization: Bearer abc.def", "Authorization: ***"},
      {"got bearer abc", "got bearer ***"},
      {"Proxy-Authorization: Basic dXNlcjpwYXNz", "Proxy-Authorization: ***"},
      {"Basic dXNlcjpwYXNz", "Basic ***"},
      {"GET /v1?key=AIzaSyA1&alt=sse", "GET /v1?key=***&alt=sse"},
      {"AIzaSyA1234567890abcdefghijklmnopq", "***"},
      {"x-api-key: abcdef", "x-api-key: ***"},
      {"api_key=\"ab cd\" next", "api_key=\"***\" next"},
      {R"({"api_key":"abc","n":1})", R"({"api_key":"***","n":1})"},
      {R"({"api_key": "a\"b","n":1})", R"({"api_key": "***","n":1})"},
      {R"(body="{\"api_key\":\"abc\",\"n\":1}")", R"(body="{\"api_key\":\"***\",\"n\":1}")"},
      {"password=123456 user=me", "password=*** user=me"},
      {"client_secret: xyz", "client_secret: ***"},
      {"access_token=0123456789abcdef", "access_token=***"},
      {"Cookie: session=abc; other=def", "Cookie: ***"},
      {"postgres://me:pw@host:5432/db", "postgres://***@host:5432/db"},
      {"socks5://u:p@ss@proxy:1080 refused", "socks5://***@proxy:1080 refused"},
      {"cannot open root:hun/t@er@tcp(db:3306)/x", "cannot open ***@tcp(db:3306)/x"},
      {"sql_dsn=root:pw@tcp(db)/x", "sql_dsn=***"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(redacted(text), expected);
}

TEST(Redact, LeavesTheRestAlone) {
  for (const char* text : {"",
                           "task-1234567 done",
                           "disk-full-error",
                           "sk-",
                           "sk-abc",
                           "tokens=12 max_tokens: 5 token_id=7",
                           "max_token=4096",
                           "https://host:8080/path?x=1",
                           "10:30:00",
                           "model=gpt-4 status=200",
                           "basic authentication",
                           "monkeys: 3",
                           "http://[::1]:80/",
                           "mail to me@example.com",
                           "a=b",
                           "=",
                           ":",
                           "://",
                           "@tcp(",
                           "key=",
                           "AIzaShort"}) {
    EXPECT_EQ(redacted(text), text);
  }
}

TEST(Redact, IsStable) {
  for (const char* text : {"key=abc", "Authorization: Bearer x", "sk-abcdefgh", "a://b:c@d"}) {
    EXPECT_EQ(redacted(redacted(text)), redacted(text));
  }
}

TEST(Redact, LeavesTheOutputAloneWhenThereIsNothing) {
  std::string out = "before";
  EXPECT_FALSE(redact_into("nothing here", out));
  EXPECT_EQ(out, "before");
  EXPECT_TRUE(redact_into("key=abc", out));
  EXPECT_EQ(out, "key=***");
}

TEST(Redact, NoKeyEverSurvivesAmongNoise) {
  std::mt19937 random(42);
  const std::string noise = " \"'\\=:@-/{}[],;&ABCkeytoken\n";
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    for (int n = static_cast<int>(random() % 20); n > 0; --n) line += noise[random() % noise.size()];
    line += " sk-0123456789abcdefSECRET ";
    for (int n = static_cast<int>(random() % 20); n > 0; --n) line += noise[random() % noise.size()];
    const std::string out = redacted(line);
    ASSERT_EQ(out.find("SECRET"), std::string::npos) << line << "\n" << out;
  }
}

TEST(Redact, IsLinear) {
  std::string line;
  for (int i = 0; i < 20'000; ++i) line += "key=abcdefgh sk-abcdefghij://@:@ ";
  EXPECT_EQ(redacted(line).find("abcdefgh"), std::string::npos);
  EXPECT_EQ(redacted(std::string(500'000, '@')).size(), 500'000U);
  EXPECT_EQ(redacted(std::string(500'000, ':')).size(), 500'000U);
}

}  // namespace
}  // namespace tollgate::telemetry
