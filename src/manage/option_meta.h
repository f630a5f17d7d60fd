#pragma once

#include "config/settings.h"
#include "json/value.h"
#include "manage/words.h"

namespace tollgate::manage {

/// A setting as a settings page needs it: what it is, its value and where that comes from, and whether it can be
/// changed here. A secret's value is never part of it. Pure.
[[nodiscard]] json::object option_meta(const config::Settings& settings, const config::Row& row, Language language);

}  // namespace tollgate::manage
