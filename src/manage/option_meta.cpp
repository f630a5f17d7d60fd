#include "manage/option_meta.h"

#include <string>

#include "base/strings.h"

namespace tollgate::manage {
namespace {

json::value bound(const config::Row& row, std::int64_t value, std::int64_t open) {
  if (value == open) return nullptr;
  return json::value(config::human_value(row, value));
}

json::array choices_of(const config::Row& row) {
  json::array out;
  for (const std::string_view choice : split_list(row.choices)) out.emplace_back(choice);
  return out;
}

}  // namespace

json::object option_meta(const config::Settings& settings, const config::Row& row, Language language) {
  const config::Source source = settings.source(row.id);
  const bool from_outside = source != config::Source::fallback && source != config::Source::option;
  const std::string text = config::value_text(settings, row);
  return {{"key", row.key},
          {"option", row.option},
          {"section", config::section_name(row.section)},
          {"section_title", section_title(row.section, language)},
          {"kind", config::kind_name(row.kind)},
          {"value", row.secret() ? json::value(nullptr) : json::value(text)},
          {"set", row.secret() ? !text.empty() : source != config::Source::fallback},
          {"default", row.secret() ? std::string_view() : row.fallback},
          {"unit", row.unit},
          {"min", bound(row, row.min, config::kNoMin)},
          {"max", bound(row, row.max, config::kNoMax)},
          {"choices", choices_of(row)},
          {"source", config::source_name(source)},
          {"variable", row.env_name()},
          {"flag", row.flag},
          {"changeable", !row.option.empty() && !from_outside},
          {"restart", row.restart},
          {"inert", row.inert},
          {"example", row.example},
          {"help", setting_help(row, language)}};
}

}  // namespace tollgate::manage
