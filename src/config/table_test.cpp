// The table itself: every row is complete, and the committed documents are what it generates.
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "base/strings.h"
#include "config/reference.h"
#include "config/settings.h"
#include "config/yaml_file.h"

namespace tollgate::config {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

void expect_committed(const fs::path& path, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_TRUE(read(path) == text) << path
                                  << " differs from the table: run this test with UPDATE_GOLDEN=1 and commit the file";
}

TEST(SettingsTable, EveryRowHasASentenceThatEndsInAFullStop) {
  for (const Row& r : rows()) {
    EXPECT_GT(r.doc.size(), 10U) << r.key;
    EXPECT_TRUE(r.doc.ends_with('.')) << r.key;
    EXPECT_EQ(r.doc.find('\n'), std::string_view::npos) << r.key;
  }
}

TEST(SettingsTable, EveryDefaultAndExampleParses) {
  for (const Row& r : rows()) {
    const auto value = parse_value(r, r.fallback);
    EXPECT_TRUE(value) << r.key << " " << value.error().message();
    if (r.example.empty()) continue;
    const auto example = parse_value(r, r.example);
    EXPECT_TRUE(example) << r.key << " " << example.error().message();
  }
}

TEST(SettingsTable, BoundsAreSane) {
  for (const Row& r : rows()) {
    EXPECT_LE(r.min, r.max) << r.key;
    const bool number = r.kind == Kind::Integer || r.kind == Kind::Millis || r.kind == Kind::Bytes;
    if (number) EXPECT_NE(r.min, kNoMin) << r.key << " has no lower bound";
    if (r.kind == Kind::Millis || r.kind == Kind::Bytes) {
      EXPECT_NE(r.max, kNoMax) << r.key << " has no upper bound";
      EXPECT_FALSE(r.unit.empty()) << r.key << ": what does a plain number count in?";
    }
    EXPECT_EQ(r.kind == Kind::Choice, !r.choices.empty()) << r.key;
  }
}

TEST(SettingsTable, NamesAreUniqueAndWellFormed) {
  std::set<std::string> keys, variables, flags, options, statuses;
  for (const Row& r : rows()) {
    EXPECT_TRUE(keys.insert(to_lower(r.key)).second) << r.key;
    if (!r.alias.empty()) EXPECT_TRUE(keys.insert(to_lower(r.alias)).second) << r.alias;
    EXPECT_TRUE(variables.insert(r.env_name()).second) << r.env_name();
    if (!r.flag.empty()) EXPECT_TRUE(flags.insert(std::string(r.flag)).second) << r.flag;
    if (!r.option.empty()) EXPECT_TRUE(options.insert(std::string(r.option)).second) << r.option;
    if (!r.status.empty()) EXPECT_TRUE(statuses.insert(std::string(r.status)).second) << r.status;
    EXPECT_EQ(r.key, to_lower(r.key));
    EXPECT_EQ(r.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."), std::string_view::npos) << r.key;
    EXPECT_EQ(r.env_name().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), std::string::npos)
        << r.env_name();
    if (!r.flag.empty()) EXPECT_TRUE(r.flag.starts_with("--")) << r.flag;
    // An option takes effect at once, so it cannot need a restart.
    EXPECT_FALSE(!r.option.empty() && r.restart) << r.key;
  }
  for (const Row& r : rows()) {  // a key may not be a section as well
    for (const std::string& other : keys) EXPECT_FALSE(other.starts_with(std::string(r.key) + ".")) << r.key;
  }
}

TEST(SettingsTable, ForeignKeysAreNotOurs) {
  std::set<std::string_view> keys, variables;
  for (const ForeignKey& foreign : foreign_keys()) {
    EXPECT_FALSE(foreign.key.empty() && foreign.env.empty());
    EXPECT_FALSE(foreign.why.empty()) << foreign.key;
    if (!foreign.key.empty()) {
      EXPECT_TRUE(keys.insert(foreign.key).second) << foreign.key;
      EXPECT_EQ(find_key(foreign.key), nullptr) << foreign.key;
    }
    if (!foreign.env.empty()) {
      EXPECT_TRUE(variables.insert(foreign.env).second) << foreign.env;
      EXPECT_EQ(find_env(foreign.env), nullptr) << foreign.env;
    }
  }
}

TEST(SettingsTable, SecretsAreTypedAsSuch) {
  for (const Row& r : rows()) {
    const bool sounds_secret = icontains(r.member, "secret") || icontains(r.member, "password") ||
                               icontains(r.member, "dsn") || r.member.ends_with("_token") || r.member.ends_with("_key");
    const bool excepted = r.kind == Kind::Boolean || r.id == Key::turnstile_site_key;
    EXPECT_TRUE(!sounds_secret || r.secret() || excepted) << r.key;
    if (r.secret()) EXPECT_TRUE(r.fallback.empty()) << r.key << ": a secret has no default";
  }
}

// The options that a one-hub front-end reads and writes, with their defaults there.
TEST(SettingsTable, HasEveryOptionOfOneHubAtItsDefault) {
  const std::vector<std::pair<std::string_view, std::string_view>> options{
      {"PasswordLoginEnabled", "true"},
      {"PasswordRegisterEnabled", "true"},
      {"RegisterEnabled", "true"},
      {"EmailVerificationEnabled", "false"},
      {"GitHubOAuthEnabled", "false"},
      {"GitHubClientId", ""},
      {"GitHubClientSecret", ""},
      {"GitHubOldIdCloseEnabled", "false"},
      {"WeChatAuthEnabled", "false"},
      {"WeChatServerAddress", ""},
      {"WeChatServerToken", ""},
      {"WeChatAccountQRCodeImageURL", ""},
      {"LarkAuthEnabled", "false"},
      {"OIDCAuthEnabled", "false"},
      {"OIDCClientId", ""},
      {"OIDCClientSecret", ""},
      {"OIDCIssuer", ""},
      {"OIDCScopes", ""},
      {"OIDCUsernameClaims", ""},
      {"TurnstileCheckEnabled", "false"},
      {"TurnstileSiteKey", ""},
      {"TurnstileSecretKey", ""},
      {"EmailDomainRestrictionEnabled", "false"},
      {"EmailDomainWhitelist",
       "gmail.com,163.com,126.com,qq.com,outlook.com,hotmail.com,icloud.com,yahoo.com,foxmail.com"},
      {"SMTPServer", ""},
      {"SMTPPort", "587"},
      {"SMTPAccount", ""},
      {"SMTPFrom", ""},
      {"SMTPToken", ""},
      {"Notice", ""},
      {"About", ""},
      {"HomePageContent", ""},
      {"Footer", ""},
      {"SystemName", "Tollgate"},
      {"Logo", ""},
      {"AnalyticsCode", ""},
      {"ServerAddress", "http://localhost:3000"},
      {"TopUpLink", ""},
      {"ChatLink", ""},
      {"ChatLinks", ""},
      {"QuotaForNewUser", "0"},
      {"QuotaForInviter", "0"},
      {"QuotaForInvitee", "0"},
      {"QuotaRemindThreshold", "1000"},
      {"PreConsumedQuota", "500"},
      {"QuotaPerUnit", "500000"},
      {"DisplayInCurrencyEnabled", "true"},
      {"ApproximateTokenEnabled", "false"},
      {"LogConsumeEnabled", "true"},
      {"AutomaticDisableChannelEnabled", "false"},
      {"AutomaticEnableChannelEnabled", "false"},
      {"ChannelDisableThreshold", "5"},
      {"RetryTimes", "2"},
      {"RetryCooldownSeconds", "5"},
      {"RetryTimeOut", "30"},
      {"MjNotifyEnabled", "false"},
      {"ChatImageRequestProxy", ""},
      {"CFWorkerImageUrl", ""},
      {"CFWorkerImageKey", ""},
      {"PaymentUSDRate", "7.3"},
      {"PaymentMinAmount", "1"},
      {"RechargeDiscount", "{}"},
      {"OldTokenMaxId", "0"},
      {"GeminiAPIEnabled", "true"},
      {"ClaudeAPIEnabled", "true"},
      {"GeminiOpenThink", "{}"},
      {"ClaudeDefaultMaxTokens", "{\"default\":8192}"},
      {"ClaudeBudgetTokensPercentage", "0.8"},
      {"EnableSafe", "false"},
      {"SafeToolName", "Keyword"},
      {"SafeKeyWords", ""}};
  const Settings defaults = Settings::defaults();
  for (const auto& [name, text] : options) {
    const Row* r = find_option(name);
    ASSERT_NE(r, nullptr) << name;
    EXPECT_EQ(value_text(defaults, *r), text) << name;
  }
  ASSERT_NE(find_option("DisableChannelKeywords"), nullptr);
  EXPECT_EQ(defaults.disable_channel_keywords.size(), 12U);
  EXPECT_EQ(options.size() + 1, 72U);
}

TEST(SettingsTable, EveryValueSurvivesItsText) {
  const Settings defaults = Settings::defaults();
  for (const Row& r : rows()) {
    Settings again = Settings::defaults();
    auto value = parse_value(r, value_text(defaults, r));
    ASSERT_TRUE(value) << r.key << " " << value.error().message();
    set(again, r.id, *std::move(value), Source::file);
    EXPECT_EQ(value_text(again, r), value_text(defaults, r)) << r.key;
    EXPECT_EQ(again.source(r.id), Source::file);
  }
}

TEST(SettingsDocuments, AreWhatTheTableSays) {
  const fs::path docs = fs::path(TOLLGATE_SOURCE_DIR) / "docs";
  expect_committed(docs / "settings.md", settings_reference());
  expect_committed(docs / "config.example.yaml", example_yaml());
}

TEST(SettingsDocuments, TheExampleWithEverythingUncommentedLoads) {
  std::string text;
  std::istringstream lines(example_yaml());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#   - ")) {
      text += line.substr(1) + "\n";
    } else if (line.starts_with('#') && !line.starts_with("# ")) {
      text += line.substr(1) + "\n";
    }
  }
  const FileContent content = read_yaml(text, "example");
  for (const Problem& p : content.problems) ADD_FAILURE() << p.text();
  EXPECT_GT(content.entries.size(), 80U);
  const Settings defaults = Settings::defaults();
  for (const FileEntry& entry : content.entries) {
    Settings read_back = defaults;
    auto value = parse_value(*entry.row, entry.text);
    ASSERT_TRUE(value) << entry.written;
    set(read_back, entry.row->id, *std::move(value), Source::file);
    EXPECT_EQ(value_text(read_back, *entry.row), value_text(defaults, *entry.row)) << entry.written;
  }
}

// Every configuration that is shipped or shown: files whose name says so, under deploy/ and docs/.
TEST(SettingsDocuments, EveryExampleConfigurationLoads) {
  int found = 0;
  for (const char* folder : {"deploy", "docs"}) {
    const fs::path root = fs::path(TOLLGATE_SOURCE_DIR) / folder;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string name = entry.path().filename().string();
      const bool yaml = name.ends_with(".yaml") || name.ends_with(".yml");
      const bool ours = name.find("config") != std::string::npos || name.find("tollgate") != std::string::npos;
      if (!yaml || !ours || name.find("compose") != std::string::npos) continue;
      ++found;
      for (const Problem& p : read_yaml(read(entry.path()), entry.path().string()).problems) ADD_FAILURE() << p.text();
    }
  }
  EXPECT_GE(found, 1);
}

}  // namespace
}  // namespace tollgate::config
