#include "manage/words.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/strings.h"
#include "http/weighted_list.h"
#include "providers/target.h"

namespace tollgate::manage {
namespace {

struct Entry {
  std::string_view key;
  std::string_view text;
  std::string_view help = {};  ///< of fields
};

constexpr Entry kSettings[] = {
#define WORD(key, text) {key, text},
#include "manage/words/settings_zh.def"
};
constexpr Entry kSections[] = {
#include "manage/words/sections_zh.def"
};
constexpr Entry kProviders[] = {
#include "manage/words/providers_zh.def"
#undef WORD
};
constexpr Entry kFields[] = {
#define FIELD(key, title, help) {key, title, help},
#include "manage/words/option_fields_zh.def"
#undef FIELD
};

std::span<const Entry> entries(WordList list) {
  switch (list) {
    case WordList::settings:
      return kSettings;
    case WordList::sections:
      return kSections;
    case WordList::providers:
      return kProviders;
    case WordList::fields:
      return kFields;
  }
  return {};
}

const Entry* find(WordList list, std::string_view key) {
  const auto all = entries(list);
  const auto found = std::ranges::find(all, key, &Entry::key);
  return found == all.end() ? nullptr : &*found;
}

std::string_view in_language(Language language, WordList list, std::string_view key, std::string_view english) {
  const Entry* chinese = language == Language::chinese ? find(list, key) : nullptr;
  return chinese != nullptr ? chinese->text : english;
}

bool is_language(std::string_view tag, std::string_view language) {
  return iequals(tag.substr(0, tag.find('-')), language);
}

}  // namespace

Language preferred_language(std::string_view accept_language) {
  Language best = Language::english;
  int best_weight = 0;
  for (const http::WeightedItem& item : http::weighted_items(accept_language)) {
    const bool chinese = is_language(item.name, "zh");
    if (item.weight <= best_weight || !(chinese || is_language(item.name, "en"))) continue;
    best = chinese ? Language::chinese : Language::english;
    best_weight = item.weight;
  }
  return best;
}

std::string_view setting_help(const config::Row& row, Language language) {
  return in_language(language, WordList::settings, row.key, row.doc);
}

std::string_view section_title(config::Section section, Language language) {
  return in_language(language, WordList::sections, config::section_name(section), config::section_title(section));
}

json::object provider_value(const providers::ProviderDescriptor& provider, Language language) {
  json::object out = providers::describe(provider);
  if (language == Language::english) return out;
  out["title"] = in_language(language, WordList::providers, provider.slug, provider.title);
  for (json::value& value : out.at("options").as_array()) {
    json::object& field = value.as_object();
    const std::string key = std::string(provider.slug) + "." + std::string(json::find_string(field, "name"));
    const Entry* chinese = find(WordList::fields, key);
    if (chinese == nullptr) continue;
    field["title"] = chinese->text;
    field["help"] = chinese->help;
  }
  return out;
}

std::vector<std::string_view> chinese_keys(WordList list) {
  std::vector<std::string_view> out;
  for (const Entry& entry : entries(list)) out.push_back(entry.key);
  return out;
}

}  // namespace tollgate::manage
