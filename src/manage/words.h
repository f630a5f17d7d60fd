#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "config/row.h"
#include "json/value.h"
#include "providers/descriptor.h"

/// The server's own words for people, in the caller's language. The English ones stand where a setting or a provider is
/// described, the Chinese ones in words/*.def; a test fails where one is missing. Pure.
namespace tollgate::manage {

enum class Language : std::uint8_t { english, chinese };

/// Which of the two an Accept-Language field prefers; English if it names neither.
[[nodiscard]] Language preferred_language(std::string_view accept_language);

[[nodiscard]] std::string_view setting_help(const config::Row& row, Language language);
[[nodiscard]] std::string_view section_title(config::Section section, Language language);
/// providers::describe, in a language.
[[nodiscard]] json::object provider_value(const providers::ProviderDescriptor& provider, Language language);

/// What words/*.def have, so that a test sees what is missing and what is left over: settings by key, sections by name,
/// providers by slug, fields of their channels' forms by `slug.name`.
enum class WordList : std::uint8_t { settings, sections, providers, fields };
[[nodiscard]] std::vector<std::string_view> chinese_keys(WordList list);

}  // namespace tollgate::manage
