#include "store/dsn.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tollgate::store {
namespace {

Dsn parsed(std::string_view text) {
  auto dsn = parse_dsn(text, "SQL_DSN", "data/tollgate.db");
  EXPECT_TRUE(dsn) << text << ": " << (dsn ? "" : dsn.error().message());
  return dsn ? *dsn : Dsn{};
}

std::string refusal(std::string_view text) {
  auto dsn = parse_dsn(text, "SQL_DSN", "data/tollgate.db");
  EXPECT_FALSE(dsn) << text;
  return dsn ? "" : dsn.error().message();
}

TEST(DsnTest, WithoutTextIsSqlite) {
  for (const char* text : {"", "  ", "local", "local:x"}) {
    EXPECT_EQ(parsed(text).engine, Engine::sqlite);
    EXPECT_EQ(parsed(text).path, "data/tollgate.db");
  }
  EXPECT_EQ(parsed("sqlite:///var/lib/t.db").path, "/var/lib/t.db");
  EXPECT_EQ(parsed("sqlite:t.db").path, "t.db");
  EXPECT_EQ(parsed("file:t.db?_busy_timeout=3000").path, "t.db");
  EXPECT_EQ(parsed("file:t.db?_busy_timeout=3000").busy_timeout_ms, 3000);
  EXPECT_NE(refusal("sqlite:t.db?_busy_timeout=soon").find("_busy_timeout"), std::string::npos);
  EXPECT_NE(refusal("sqlite:").find("names no file"), std::string::npos);
  EXPECT_NE(refusal("sqlite::memory:").find("in memory"), std::string::npos);
}

TEST(DsnTest, ReadsPostgresql) {
  for (const char* scheme : {"postgres", "postgresql"}) {
    const Dsn dsn = parsed(fmt::format(
        "{}://ada:p%40ss%2Fw%3Ard@db.example.org:6543/gate?sslmode=require&timezone=Asia/Shanghai", scheme));
    EXPECT_EQ(dsn.engine, Engine::postgresql);
    EXPECT_EQ(dsn.user, "ada");
    EXPECT_EQ(dsn.password.reveal(), "p@ss/w:rd");
    EXPECT_EQ(dsn.host, "db.example.org");
    EXPECT_EQ(dsn.port, 6543);
    EXPECT_EQ(dsn.database, "gate");
    EXPECT_EQ(dsn.options, "sslmode='require' ");
  }
  const Dsn local = parsed("postgres:///gate?host=/run/postgresql&user=ada&password=x&port=5433");
  EXPECT_EQ(local.socket, "/run/postgresql");
  EXPECT_EQ(local.port, 5433);
  EXPECT_EQ(local.password.reveal(), "x");
  EXPECT_EQ(parsed("postgres://u:p@[2001:db8::1]:5432/d").host, "2001:db8::1");
  EXPECT_EQ(parsed("postgres://u:a@b@h/d").password.reveal(), "a@b");
  EXPECT_EQ(parsed("postgres://u@h/d?search_path=gate").options, "options='-c search_path=gate' ");
  EXPECT_EQ(parsed("postgres://u@h/d?application_name=it%27s").options, "application_name='it\\'s' ");
}

TEST(DsnTest, ReadsMysqlInTheGoForm) {
  const Dsn dsn = parsed("root:p@ss/w:o?rd@tcp(127.0.0.1:3307)/oneapi?charset=utf8mb4&parseTime=True&loc=Local");
  EXPECT_EQ(dsn.engine, Engine::mysql);
  EXPECT_EQ(dsn.user, "root");
  EXPECT_EQ(dsn.password.reveal(), "p@ss/w:o?rd");
  EXPECT_EQ(dsn.host, "127.0.0.1");
  EXPECT_EQ(dsn.port, 3307);
  EXPECT_EQ(dsn.database, "oneapi");
  EXPECT_EQ(parsed("root@unix(/run/mysqld/mysqld.sock)/d").socket, "/run/mysqld/mysqld.sock");
  EXPECT_EQ(parsed("root@/d").host, "127.0.0.1");
  EXPECT_EQ(parsed("root@tcp([::1]:3306)/d").host, "::1");
  EXPECT_EQ(parsed("tcp(db)/d").host, "db");
  EXPECT_EQ(parsed("u:p@tcp(h)/d?tls=false").tls_ca, "");
  EXPECT_NE(parsed("u:p@tcp(h)/d?tls=true").tls_ca, "");
  EXPECT_EQ(parsed("u:p@tcp(h)/d?tls=/etc/ca.pem").tls_ca, "/etc/ca.pem");
  const Dsn url = parsed("mysql://u:p%25@h:3306/d");
  EXPECT_EQ(url.engine, Engine::mysql);
  EXPECT_EQ(url.password.reveal(), "p%");
}

TEST(DsnTest, SaysWhatIsWrongWithoutShowingIt) {
  EXPECT_NE(refusal("postgres://u:s3cret@h").find("names no database"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret@/d").find("names no host"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret@h:port/d").find("port"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret@h:99999/d").find("port"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret%zz@h/d").find("%25"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret@h,i/d").find("several hosts"), std::string::npos);
  EXPECT_NE(refusal("postgres://u:s3cret@h/d?sslmod=off").find("\"sslmod\""), std::string::npos);
  EXPECT_NE(refusal("u:s3cret@tcp(h:3306/d").find("parenthesis"), std::string::npos);
  EXPECT_NE(refusal("u:s3cret@udp(h:3306)/d").find("tcp(host:port)"), std::string::npos);
  EXPECT_NE(refusal("u:s3cret@tcp(h:3306)/").find("names no database"), std::string::npos);
  EXPECT_NE(refusal("u:s3cret@tcp(h)/d?what=1").find("\"what\""), std::string::npos);
  EXPECT_NE(refusal("s3cret").find("known forms"), std::string::npos);
  EXPECT_NE(refusal("clickhouse://s3cret@h").find("SQL_DSN"), std::string::npos);
  for (const char* text : {"postgres://u:s3cret@h", "u:s3cret@udp(h:3306)/d", "s3cret", "clickhouse://s3cret@h/d",
                           "postgres://u:s3cret%zz@h/d", "u:s3cret@tcp(h)/d?what=s3cret"}) {
    EXPECT_EQ(refusal(text).find("s3cret"), std::string::npos) << text;
  }
}

TEST(DsnTest, DescribesItselfWithoutCredentials) {
  EXPECT_EQ(parsed("postgres://ada:s3cret@h:5432/gate").describe(), "postgresql h:5432/gate");
  EXPECT_EQ(parsed("root:s3cret@unix(/run/m.sock)/d").describe(), "mysql /run/m.sock/d");
  EXPECT_EQ(parsed("").describe(), "sqlite data/tollgate.db");
}

TEST(DsnTest, KnowsTheSameDatabase) {
  EXPECT_TRUE(parsed("postgres://a:b@h/d").same_database(parsed("postgresql://c@h:5432/d")));
  EXPECT_FALSE(parsed("postgres://a:b@h/d").same_database(parsed("postgres://a:b@h/e")));
  EXPECT_FALSE(parsed("a:b@tcp(h)/d").same_database(parsed("postgres://a:b@h/d")));
  EXPECT_TRUE(parsed("sqlite:x/../t.db").same_database(parsed("sqlite:t.db")));
}

}  // namespace
}  // namespace tollgate::store
