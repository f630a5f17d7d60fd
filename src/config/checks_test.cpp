#include "config/checks.h"

#include <vector>

#include <gtest/gtest.h>

namespace tollgate::config::checks {
namespace {

using Texts = std::vector<const char*>;

void expect(std::string (*check)(std::string_view), const Texts& good, const Texts& bad) {
  for (const char* text : good) EXPECT_EQ(check(text), "") << text;
  for (const char* text : bad) EXPECT_NE(check(text), "") << text;
}

TEST(Checks, IpRanges) {
  expect(&ip_ranges, {"", "10.0.0.1", "10.0.0.0/8, ::1", "fd00::/8", "0.0.0.0/0"},
         {"10.0.0.0/33", "10.0.0", "::/129", "host", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.1 10.0.0.2"});
}

TEST(Checks, SqlDsnTakesThePredecessorsForms) {
  expect(&sql_dsn,
         {"postgres://u:p@h:5432/db", "postgresql://u@h/db?sslmode=disable", "u:p@tcp(h:3306)/db?parseTime=true",
          "u:p@ss/w@rd@tcp(h:3306)/db", "u@unix(/run/mysqld.sock)/db", "tcp(h:3306)/db", "local",
          "postgres:///db?host=/run/postgresql", "postgresql:///db"},
         {"postgres://h:5432", "postgres://h/", "postgres:///", "postgres:///?host=/run", "mysql://u:p@h/db",
          "u:p@h/db", "u:p@tcp(h:3306)", "u:p@tcp(h:3306)/", "nonsense", "file.db"});
}

TEST(Checks, Urls) {
  expect(&http_url, {"http://a", "https://a.b:8443/c?d", "http://[::1]:80"},
         {"a.b", "ftp://a", "http://", "http:///path", "http://a:0", "http://a:99999", "http://a b", "http://[::1",
          "http://[x]:1"});
  expect(&proxy_url, {"http://h:1", "socks5://u:p@h:1080", "socks5h://h:1080", "https://h:1/"},
         {"h:1", "ftp://h:1", "http://h:1/path", "socks4://h:1"});
  expect(&redis_url, {"redis://h", "redis://:p@h:6379/0", "rediss://h:1"}, {"h:6379", "http://h"});
}

TEST(Checks, Origins) {
  expect(&origins, {"", "*", "https://a.b", "http://a:1, https://c"}, {"a.b", "https://a/path", "null"});
}

TEST(Checks, SecretsThatAreNone) {
  expect(&session_secret, {"0123456789abcdef"}, {"random_string", "short"});
  expect(&master_key, {"0123456789abcdef"}, {"short"});
  expect(&root_password, {"12345678"},
         {"1234567", "0123456789012345678901234567890123456789012345678901234567890123456789012"});
  expect(&token_key, {"sk-12345678", "12345678"}, {"sk-1", "sk-1234 5678", "1234567\x7f"});
  expect(&access_token, {"12345678"}, {"1234567", "1234 5678"});
}

TEST(Checks, PricePolicy) { expect(&price_policy, {"refuse", "Refuse", "0", "2.50"}, {"", "free", "-1", "1,5"}); }

TEST(Checks, HostsAndHeaders) {
  expect(&host, {"0.0.0.0", "::", "127.0.0.1", "localhost"}, {"", "example.com", "0.0.0.0:3000"});
  expect(&header_name, {"CF-Connecting-IP", "x_real"}, {"a b", "a:b", "a\r\nb"});
  expect(&json_object, {"", "{}", "{\"a\":1}"}, {"[]", "1", "{"});
}

}  // namespace
}  // namespace tollgate::config::checks
