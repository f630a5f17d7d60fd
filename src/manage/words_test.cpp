#include "manage/words.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "providers/registry.h"
#include "providers/target.h"

namespace tollgate::manage {
namespace {

TEST(ManageWords, TheLanguageIsThatWhichIsPreferred) {
  for (const char* chinese : {"zh", "zh-CN", "ZH-hans-CN,en;q=0.9", "fr, zh;q=0.2", "en;q=0.5, zh-TW;q=0.8"}) {
    EXPECT_EQ(preferred_language(chinese), Language::chinese) << chinese;
  }
  for (const char* english : {"", "*", "fr", "en-GB,zh;q=0.9", "en,zh", "zh;q=0", "zha", "zh;q=0.1,en;q=0.2"}) {
    EXPECT_EQ(preferred_language(english), Language::english) << english;
  }
}

/// The keys, each of which must be there once.
std::set<std::string, std::less<>> keys_of(WordList list) {
  std::set<std::string, std::less<>> out;
  for (const std::string_view key : chinese_keys(list)) EXPECT_TRUE(out.emplace(key).second) << "twice: " << key;
  return out;
}

bool is_chinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
}

TEST(ManageWords, EverySettingAndSectionIsExplainedInChinese) {
  auto settings = keys_of(WordList::settings), sections = keys_of(WordList::sections);
  std::set<std::string_view> seen;
  for (const config::Row& row : config::rows()) {
    EXPECT_EQ(settings.erase(std::string(row.key)), 1U) << row.key << " is not in words/settings_zh.def";
    EXPECT_TRUE(is_chinese(setting_help(row, Language::chinese))) << row.key;
    EXPECT_EQ(setting_help(row, Language::english), row.doc);
    if (!seen.insert(config::section_name(row.section)).second) continue;
    EXPECT_EQ(sections.erase(std::string(config::section_name(row.section))), 1U) << config::section_name(row.section);
    EXPECT_TRUE(is_chinese(section_title(row.section, Language::chinese)));
  }
  for (const std::string& key : settings) ADD_FAILURE() << key << " is no setting";
  for (const std::string& name : sections) ADD_FAILURE() << name << " is no section";
}

TEST(ManageWords, EveryFieldOfAProviderIsExplainedInChinese) {
  auto fields = keys_of(WordList::fields), named = keys_of(WordList::providers);
  for (const providers::ProviderDescriptor* provider : providers::all()) {
    named.erase(std::string(provider->slug));
    EXPECT_EQ(provider_value(*provider, Language::english), providers::describe(*provider));
    const json::object chinese = provider_value(*provider, Language::chinese);
    for (const json::value& field : chinese.at("options").as_array()) {
      const std::string key =
          std::string(provider->slug) + "." + std::string(json::find_string(field.as_object(), "name"));
      EXPECT_EQ(fields.erase(key), 1U) << key << " is not in words/option_fields_zh.def";
      EXPECT_TRUE(is_chinese(json::find_string(field.as_object(), "title"))) << key;
      EXPECT_TRUE(is_chinese(json::find_string(field.as_object(), "help"))) << key;
    }
  }
  for (const std::string& key : fields) ADD_FAILURE() << key << " is no field";
  for (const std::string& slug : named) ADD_FAILURE() << slug << " is no provider";
}

TEST(ManageWords, ProvidersHaveTheNamesTheyAreKnownBy) {
  const auto title = [](std::string_view slug, Language language) {
    return std::string(json::find_string(provider_value(*providers::find(slug), language), "title"));
  };
  EXPECT_EQ(title("demo", Language::chinese), "演示");
  EXPECT_EQ(title("demo", Language::english), "Demo");
  EXPECT_EQ(title("openai", Language::chinese), "OpenAI");
}

}  // namespace
}  // namespace tollgate::manage
