#include "config/loader.h"

#include <cstdlib>
#include <fstream>
#include <random>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "config/yaml_file.h"

namespace tollgate::config {
namespace {

namespace fs = std::filesystem;

class Loading : public testing::Test {
 protected:
  Loading() {
    std::string pattern = (fs::temp_directory_path() / "tollgate-config-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    inputs_.file = dir_ / "config.yaml";
  }
  ~Loading() override {
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
  }
  void file(std::string_view text) const { std::ofstream(inputs_.file, std::ios::binary) << text; }
  [[nodiscard]] Loaded loaded() const { return load(inputs_); }
  /// The texts of all problems, a line each, without the folder.
  [[nodiscard]] std::string problems() const {
    std::string out;
    for (const Problem& p : loaded().problems) {
      std::string text = p.text();
      if (const auto at = text.find(dir_.string() + "/"); at != std::string::npos)
        text.erase(at, dir_.string().size() + 1);
      out += text + "\n";
    }
    return out;
  }

  fs::path dir_;
  Inputs inputs_;
};

TEST_F(Loading, NothingGivesTheDefaults) {
  const Loaded out = loaded();
  EXPECT_TRUE(out.ok()) << out.errors();
  EXPECT_TRUE(out.problems.empty());
  EXPECT_EQ(out.settings.port, 3000);
  EXPECT_EQ(out.settings.connect_timeout_ms, 5000);
  EXPECT_EQ(out.settings.first_byte_timeout_ms, 600'000);
  EXPECT_EQ(out.settings.between_bytes_timeout_ms, 300'000);
  EXPECT_EQ(out.settings.total_timeout_ms, 0);
  EXPECT_EQ(out.settings.max_body_bytes, 64 << 20);
  EXPECT_EQ(out.settings.retry_times, 2);
  EXPECT_EQ(out.settings.default_output_tokens, 2048);
  EXPECT_EQ(out.settings.source(Key::port), Source::fallback);
}

TEST_F(Loading, AFlagBeatsTheEnvironmentBeatsTheFileBeatsTheOptionBeatsTheDefault) {
  inputs_.options = {{"RetryTimes", "1"}};
  EXPECT_EQ(loaded().settings.retry_times, 1);
  EXPECT_EQ(loaded().settings.source(Key::retry_times), Source::option);
  file("relay:\n  retries: 3\n");
  EXPECT_EQ(loaded().settings.retry_times, 3);
  EXPECT_EQ(loaded().settings.source(Key::retry_times), Source::file);
  inputs_.environment = {{"TOLLGATE_RELAY_RETRIES", "4"}};
  EXPECT_EQ(loaded().settings.retry_times, 4);
  EXPECT_EQ(loaded().settings.source(Key::retry_times), Source::environment);
  inputs_.flags = {{"relay.retries", "5"}};
  EXPECT_EQ(loaded().settings.retry_times, 5);
  EXPECT_EQ(loaded().settings.source(Key::retry_times), Source::flag);
}

TEST_F(Loading, HonoursThePredecessorsVariables) {
  inputs_.environment = {{"PORT", "8080"},
                         {"SQL_DSN", "u:p@tcp(h:3306)/db"},
                         {"LOG_SQL_DSN", "postgres://u:p@h/logs"},
                         {"SESSION_SECRET", "0123456789abcdef"},
                         {"SYNC_FREQUENCY", "30"},
                         {"GLOBAL_API_RATE_LIMIT", "0"},
                         {"NODE_TYPE", "slave"},
                         {"RELAY_TIMEOUT", "90"},
                         {"WORKERS", "3"},
                         {"SQLITE_BUSY_TIMEOUT", "2500"},
                         {"INITIAL_ROOT_TOKEN", "sk-0123456789"},
                         {"INITIAL_ROOT_ACCESS_TOKEN", "0123456789"},
                         {"INITIAL_ROOT_PASSWORD", "12345678"},
                         {"PATH", "/bin"},
                         {"REDIS_CONN_STRING", ""}};
  const Loaded out = loaded();
  EXPECT_TRUE(out.problems.empty()) << problems();
  EXPECT_EQ(out.settings.port, 8080);
  EXPECT_EQ(out.settings.sql_dsn.reveal(), "u:p@tcp(h:3306)/db");
  EXPECT_EQ(out.settings.sync_frequency_ms, 30'000);
  EXPECT_EQ(out.settings.api_rate_limit, 0);
  EXPECT_EQ(out.settings.node_type, "slave");
  EXPECT_EQ(out.settings.total_timeout_ms, 90'000);
  EXPECT_EQ(out.settings.sqlite_busy_timeout_ms, 2500);
  EXPECT_EQ(out.settings.initial_root_token.reveal(), "sk-0123456789");
  EXPECT_EQ(out.settings.source(Key::redis_conn_string), Source::fallback) << "an empty variable counts as not set";
}

TEST_F(Loading, NamesEveryMistakeWithItsLineAndTheNearestKey) {
  file(
      "prot: 3000\n"
      "log_level: loud\n"
      "upstream:\n"
      "  conect_timeout: 5\n"
      "  tls_timeout: soon\n"
      "workers: [1, 2]\n"
      "relay: 3\n"
      "zzzzzzzzzzzz: 1\n"
      "port: 70000\n"
      "Port: 1\n");
  EXPECT_EQ(problems(),
            "config.yaml:1: prot: unknown key; did you mean 'port'?\n"
            "config.yaml:4: upstream.conect_timeout: unknown key; did you mean 'upstream.connect_timeout'?\n"
            "config.yaml:6: workers: must be a single value\n"
            "config.yaml:7: relay: must be a section with keys of its own\n"
            "config.yaml:8: zzzzzzzzzzzz: unknown key\n"
            "config.yaml:10: Port: is given twice; the first time in line 9\n"
            "config.yaml:2: log_level: must be one of debug, info, warn, error, fatal, panic, not 'loud'\n"
            "config.yaml:5: upstream.tls_timeout: must be a time within 10 ms and 10 min (such as `10s`), not 'soon'\n"
            "config.yaml:9: port: must be a whole number within 0 and 65535, not '70000'\n");
  EXPECT_FALSE(loaded().ok());
}

TEST_F(Loading, TheSameSettingUnderBothItsNamesIsADuplicate) {
  file("connect_timeout: 5\nupstream:\n  connect_timeout: 6\n");
  EXPECT_EQ(problems(), "config.yaml:3: upstream.connect_timeout: is given twice; the first time in line 1\n");
}

TEST_F(Loading, BrokenYamlIsNamedWithItsLine) {
  file("port: 3000\nworkers: [1, 2\n");
  EXPECT_EQ(problems().find("config.yaml:3: is not valid YAML"), 0U) << problems();
  file("- a\n- b\n");
  EXPECT_NE(problems().find("must hold keys and values"), std::string::npos);
  file("port: 1\n---\nport: 2\n");
  EXPECT_NE(problems().find("more than one document"), std::string::npos);
  file("? [a, b]\n: 1\n");
  EXPECT_NE(problems().find("keys must be plain words"), std::string::npos);
  file(std::string((1 << 20) + 1, '#'));
  EXPECT_NE(problems().find("longer than 1 MiB"), std::string::npos);
  file(std::string(100'000, '['));
  EXPECT_NE(problems().find("is not valid YAML"), std::string::npos);
}

TEST_F(Loading, EmptyFilesAndEmptyValuesCountAsNotSet) {
  for (const char* text : {"", "\n# only a comment\n", "---\n", "port:\nworkers: ''\nlog_dir: ''\nupstream:\n"}) {
    file(text);
    EXPECT_TRUE(loaded().problems.empty()) << problems();
    EXPECT_EQ(loaded().settings.port, 3000);
  }
}

TEST_F(Loading, AListMayBeAListOrText) {
  file("trusted_proxies:\n  - 10.0.0.0/8\n  - ::1\ncors:\n  origins: 'https://a, https://b'\n");
  const Settings s = loaded().settings;
  EXPECT_EQ(s.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(s.cors_origins, (std::vector<std::string>{"https://a", "https://b"}));
  file("cors:\n  origins: []\ntrusted_proxies: [[1]]\n");
  EXPECT_TRUE(loaded().settings.cors_origins.empty());
  EXPECT_NE(problems().find("config.yaml:3: trusted_proxies: must be a list of plain words"), std::string::npos);
}

TEST_F(Loading, AMissingFileMattersOnlyWhenItWasNamed) {
  EXPECT_TRUE(loaded().ok());
  inputs_.file_required = true;
  EXPECT_EQ(problems(), "config.yaml: does not exist\n");
  fs::create_directory(inputs_.file);
  EXPECT_EQ(problems(), "config.yaml: is a folder\n");
}

TEST_F(Loading, ASecretIsNeverRepeated) {
  inputs_.environment = {
      {"SESSION_SECRET", "hunter2"}, {"SQL_DSN", "mysql://root:hunter2@h/db"}, {"TOLLGATE_MASTER_KEY", "hunter2"}};
  EXPECT_FALSE(loaded().ok());
  EXPECT_EQ(problems().find("hunter2"), std::string::npos) << problems();
  inputs_.environment = {{"SESSION_SECRET", "hunter2hunter2hunter2"}};
  EXPECT_EQ(shown_text(loaded().settings, row(Key::session_secret)), "***");
  EXPECT_EQ(shown_text(loaded().settings, row(Key::sql_dsn)), "");
}

TEST_F(Loading, UnknownVariablesOfOursAreErrorsAndOthersAreNot) {
  inputs_.environment = {{"TOLLGATE_MASTER_KEI", "0123456789abcdef"}, {"HOME", "/root"}};
  EXPECT_EQ(problems(), "environment: TOLLGATE_MASTER_KEI: unknown variable; did you mean 'TOLLGATE_MASTER_KEY'?\n");
  EXPECT_FALSE(loaded().ok());
  inputs_.environment = {{"TOLLGATE_PORT", "tcp://10.0.0.1:3000"}, {"TOLLGATE_SERVICE_HOST", "10.0.0.1"}};
  EXPECT_EQ(problems(), "") << "what Kubernetes sets for a service of our name";
}

TEST_F(Loading, WhatDoesNotFitTogetherIsAnError) {
  file("tls:\n  cert_file: /nowhere/cert.pem\nmetrics:\n  user: me\nserver:\n  max_body_bytes: 1GiB\n");
  const std::string text = problems();
  EXPECT_NE(text.find("tls.key_file: is missing"), std::string::npos) << text;
  EXPECT_NE(text.find("tls.cert_file: names a file that cannot be read: /nowhere/cert.pem"), std::string::npos) << text;
  EXPECT_NE(text.find("metrics.password: is missing"), std::string::npos) << text;
  EXPECT_NE(text.find("server.body_budget_bytes: must not be less"), std::string::npos) << text;
}

// Keys as a one-hub operator has them: all of them start here, the ones without meaning with a warning.
TEST_F(Loading, AOneHubConfigurationStarts) {
  file(R"(
port: 3000
gin_mode: "release"
log_level: "info"
log_dir: ""
logs:
  filename: "one-hub.log"
  max_size: 100
  max_age: 7
  max_backups: 10
  compress: false
session_secret: "a-long-session-secret"
user_token_secret: "0123456789abcdef0123456789abcdef"
hashids_salt: ""
trusted_header: "CF-Connecting-IP"
language: zh_CN
favicon: ""
memory_cache_enabled: false
sync_frequency: 600
node_type: "master"
frontend_base_url: ""
polling_interval: 0
batch_update_interval: 5
batch_update_enabled: false
auto_price_updates: true
auto_price_updates_mode: "system"
auto_price_updates_interval: 1440
sqlite_path: "one-api.db"
sqlite_busy_timeout: 3000
redis_db: 0
user_invoice_month: false
github_proxy: ""
global:
  api_rate_limit: 180
  web_rate_limit: 100
channel:
  update_frequency: 0
  test_frequency: 0
connect_timeout: 5
relay_timeout: 0
tg:
  bot_api_key: ""
  webhook_secret: ""
  http_proxy: ""
notify:
  email:
    disable: false
    smtp_to: ""
  dingTalk:
    token: ""
    keyWord: ""
storage:
  smms:
    secret: ""
  s3:
    endpoint: ""
    expirationDays: 3
metrics:
  user: ""
  password: ""
search:
  searxng:
    url: ""
mcp:
  enable: false
uptime_kuma:
  enable: false
  domain: ""
)");
  const Loaded out = loaded();
  EXPECT_TRUE(out.ok()) << problems();
  EXPECT_EQ(out.settings.log_file, "one-hub.log");
  EXPECT_EQ(out.settings.log_max_file_bytes, 100 << 20);
  EXPECT_EQ(out.settings.log_keep_files, 10);
  EXPECT_EQ(out.settings.sync_frequency_ms, 600'000);
  EXPECT_EQ(out.settings.api_rate_limit, 180);
  EXPECT_EQ(out.settings.connect_timeout_ms, 5000);
  EXPECT_EQ(out.settings.trusted_header, "CF-Connecting-IP");
  const std::string text = problems();
  for (const char* key : {"gin_mode", "logs.compress", "user_token_secret", "memory_cache_enabled",
                          "batch_update_enabled", ": tg:", ": notify:", "storage.smms:", "storage.s3:", ": search:",
                          ": mcp:", ": uptime_kuma:", "trusted_header: has no effect until"}) {
    EXPECT_NE(text.find(key), std::string::npos) << key << "\n" << text;
  }
}

TEST_F(Loading, ABadOptionInTheDatabaseIsAWarning) {
  inputs_.options = {{"RetryTimes", "many"}, {"SomebodyElses", "x"}, {"QuotaPerUnit", "250000"}};
  EXPECT_TRUE(loaded().ok());
  EXPECT_EQ(problems(),
            "database option: RetryTimes: must be a whole number within 0 and 20, not 'many'; it is ignored\n");
  EXPECT_EQ(loaded().settings.retry_times, 2);
  EXPECT_EQ(loaded().settings.quota_per_unit, 250'000);
}

TEST_F(Loading, FlagsAreParsedFromTheTable) {
  CLI::App app;
  add_flags(app, inputs_);
  const std::string config = inputs_.file.string();
  app.parse("--port 8080 --host=127.0.0.1 --set relay.retries=4 --set server.idle_timeout=1min --config " + config);
  EXPECT_TRUE(inputs_.file_required);
  file("");
  const Loaded out = loaded();
  EXPECT_TRUE(out.ok()) << out.errors();
  EXPECT_EQ(out.settings.port, 8080);
  EXPECT_EQ(out.settings.host, "127.0.0.1");
  EXPECT_EQ(out.settings.retry_times, 4);
  EXPECT_EQ(out.settings.idle_timeout_ms, 60'000);
}

TEST_F(Loading, BadFlagsAreNamed) {
  {
    CLI::App app;
    add_flags(app, inputs_);
    EXPECT_THROW(app.parse("--set novalue"), CLI::ValidationError);
  }
  CLI::App app;
  add_flags(app, inputs_);
  app.parse("--port=-1 --set relay.retrys=4");
  EXPECT_EQ(problems(),
            "flag: --port: must be a whole number within 0 and 65535, not '-1'\n"
            "flag: relay.retrys: unknown key; did you mean 'relay.retries'?\n");
}

TEST(Yaml, AnyDamageToAFileIsAProblemWithALineOrAnotherFile) {
  const std::string whole =
      "port: 3000\nupstream:\n  connect_timeout: 5s\n  tls_timeout: &a 10s\ntrusted_proxies: [10.0.0.0/8, '::1']\n"
      "cors:\n  origins:\n    - https://a.b\nlog_level: *a\n\"site\": {name: x}\n";
  constexpr std::string_view kNoise = ":-[]{}#&*!|>'\"%@`,? \n\t\\0a\xff";
  std::mt19937 random(20260131);
  for (int i = 0; i < 400; ++i) {
    std::string text = whole;
    for (int n = 1 + static_cast<int>(random() % 4); n > 0; --n) {
      const std::size_t at = random() % text.size();
      const char c = kNoise[random() % kNoise.size()];
      switch (random() % 3) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        default:
          text.erase(at, 1 + random() % 5);
      }
    }
    const FileContent content = read_yaml(text, "f");
    for (const Problem& p : content.problems) ASSERT_FALSE(p.message.empty()) << text;
    for (const FileEntry& e : content.entries) (void)parse_value(*e.row, e.text);
  }
}

TEST(Values, TimesAndSizesHaveUnits) {
  const auto millis = [](std::string_view text) { return parse_value(row(Key::idle_timeout_ms), text); };
  EXPECT_EQ(std::get<std::int64_t>(*millis("2")), 2000);
  EXPECT_EQ(std::get<std::int64_t>(*millis("1.5s")), 1500);
  EXPECT_EQ(std::get<std::int64_t>(*millis("250 ms")), 250);
  EXPECT_EQ(std::get<std::int64_t>(*millis("2min")), 120'000);
  EXPECT_EQ(std::get<std::int64_t>(*millis("1H")), 3'600'000);
  for (const char* bad : {"", "s", "5 parsecs", "-5s", "1e3", "0.0001s", "999999999999999999999s", "5s5s", "0x5"}) {
    EXPECT_FALSE(millis(bad)) << bad;
  }
  const auto bytes = [](std::string_view text) { return parse_value(row(Key::log_max_file_bytes), text); };
  EXPECT_EQ(std::get<std::int64_t>(*bytes("5")), 5 << 20) << "a plain number counts in MB there";
  EXPECT_EQ(std::get<std::int64_t>(*bytes("512 KB")), 512 << 10);
  EXPECT_EQ(std::get<std::int64_t>(*bytes("1g")), 1 << 30);
  EXPECT_FALSE(bytes("1XB"));
}

TEST(Values, NumbersMayBeGroupedAndFractionsOfThemAreRefused) {
  const Row& quota = row(Key::quota_per_unit);
  EXPECT_EQ(std::get<std::int64_t>(*parse_value(quota, "500_000")), 500'000);
  EXPECT_EQ(std::get<std::int64_t>(*parse_value(quota, "500000.0")), 500'000);
  EXPECT_EQ(std::get<std::int64_t>(*parse_value(quota, "5e5")), 500'000);
  EXPECT_FALSE(parse_value(quota, "0.5"));
  EXPECT_FALSE(parse_value(quota, "_5"));
  EXPECT_FALSE(parse_value(quota, "5 apples"));
  EXPECT_EQ(std::get<Decimal>(*parse_value(row(Key::claude_budget_share), "0.35")), Decimal::parse("0.35").value());
  EXPECT_FALSE(parse_value(row(Key::claude_budget_share), "1.01"));
}

TEST(Values, ALongBadTextIsCutAndItsLineEndsAreNot) {
  const auto value = parse_value(row(Key::port), "1\n2" + std::string(1000, 'x'));
  ASSERT_FALSE(value);
  EXPECT_LT(value.error().message().size(), 160U);
  EXPECT_EQ(value.error().message().find('\n'), std::string::npos);
}

class Holding : public Loading {
 protected:
  [[nodiscard]] SettingsHolder holder() const { return {inputs_, loaded().settings}; }
};

TEST_F(Holding, AReloadTakesWhatMayChangeAndNamesWhatNeedsARestart) {
  file("relay:\n  retries: 1\nport: 3000\n");
  SettingsHolder held = holder();
  const auto before = held.current();
  file("relay:\n  retries: 5\nport: 3001\n");
  const auto change = held.reload();
  ASSERT_TRUE(change) << change.error().message();
  EXPECT_EQ(change->changed, std::vector{Key::retry_times});
  EXPECT_EQ(change->need_restart, std::vector{Key::port});
  EXPECT_EQ(held.current()->retry_times, 5);
  EXPECT_EQ(held.current()->port, 3000);
  EXPECT_EQ(before->retry_times, 1) << "a snapshot in use never changes";
}

TEST_F(Holding, ABadReloadKeepsTheLastGoodSettings) {
  file("relay:\n  retries: 1\n");
  SettingsHolder held = holder();
  const auto before = held.current();
  file("relay:\n  retries: 5\nport: x\nnonsense_key: 1\n");
  const auto change = held.reload();
  ASSERT_FALSE(change);
  EXPECT_NE(change.error().message().find("port"), std::string::npos);
  EXPECT_NE(change.error().message().find("nonsense_key"), std::string::npos);
  EXPECT_EQ(held.current(), before);
}

TEST_F(Holding, OptionsComeAndGoBelowFileAndEnvironment) {
  file("billing:\n  quota_per_unit: 1000\n");
  SettingsHolder held = holder();
  auto change = held.set_options({{"RetryTimes", "7"}, {"QuotaPerUnit", "2000"}, {"SystemName", "Mine"}});
  EXPECT_EQ(change.settings->retry_times, 7);
  EXPECT_EQ(change.settings->system_name, "Mine");
  EXPECT_EQ(change.settings->quota_per_unit, 1000) << "the file wins";
  EXPECT_TRUE(change.warnings.empty());

  change = held.set_options({{"RetryTimes", "x"}});
  EXPECT_EQ(change.settings->retry_times, 7) << "a text that does not parse keeps the value in force";
  EXPECT_EQ(change.warnings.size(), 1U);
  EXPECT_EQ(change.settings->system_name, "Tollgate") << "an option that is gone is at its default";

  EXPECT_TRUE(held.reload());
  EXPECT_EQ(held.current()->retry_times, 2);
}

TEST_F(Holding, OptionsAreCheckedBeforeTheyAreStored) {
  EXPECT_TRUE(SettingsHolder::check_option("RetryTimes", "3"));
  EXPECT_EQ(SettingsHolder::check_option("RetryTimes", "x").error().code(), ErrorCode::invalid_request);
  EXPECT_EQ(SettingsHolder::check_option("Nonsense", "x").error().code(), ErrorCode::not_found);
  EXPECT_EQ(SettingsHolder::check_option("RetryTimes", "x").error().message(),
            "RetryTimes must be a whole number within 0 and 20, not 'x'");
}

}  // namespace
}  // namespace tollgate::config
