#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// What a dictionary entry names. Numbers are stored.
enum class NameKind : std::int32_t { model = 1, group = 2, error = 3 };

/// Names are cut to this many bytes, at a character's boundary, before they are looked up.
inline constexpr std::size_t kMaxNameBytes = 191;

struct NameRow {
  std::int64_t id = 0;
  NameKind kind = NameKind::model;
  std::string text;
};

/// The dictionary of the database that the session is connected to: log rows and statistics hold its ids. The main and
/// a separate log database have one each, with ids of their own. Entries are never changed or deleted. The empty name
/// is id 0 everywhere.
///
/// All functions here block. Errors: those of `guarded` (session.h).

/// The ids of the names, in order, adding those that are missing. Safe against other processes doing the same.
Result<std::vector<std::int64_t>> intern_names(Session& db, NameKind kind, const std::vector<std::string>& texts);
/// The id if there is one; 0 if not.
Result<std::int64_t> find_name(Session& db, NameKind kind, std::string_view text);
/// In no order; unknown ids are left out.
Result<std::vector<NameRow>> find_names(Session& db, const std::vector<std::int64_t>& ids);
Result<std::vector<NameRow>> load_names(Session& db, NameKind kind);

}  // namespace tollgate::store
