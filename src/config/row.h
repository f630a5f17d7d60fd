#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/secret.h"

/// The settings table. One row in one of `table/*.def` is the whole of a setting: its member in `Settings`, its key in
/// the YAML file, its environment variable, flag and database option, its default, unit and bounds, and its sentence in
/// the reference. Adding a setting adds a row, then `make settings-reference` (or the test with UPDATE_GOLDEN=1).
namespace tollgate::config {

/// How a setting's text is read, and what it is read into.
enum class Kind : std::uint8_t {
  Boolean,  ///< bool: true, false, yes, no, on, off, 1, 0
  Integer,  ///< int64, within bounds; `_` may group digits
  Millis,   ///< int64 milliseconds: `250ms`, `5s`, `10min`, `2h`, `30d`; a plain number counts in the row's unit
  Bytes,    ///< int64 bytes: `64MiB`, `512 KB` (K = 1024 either way); a plain number counts in the row's unit
  Ratio,    ///< Decimal, exact
  Text,     ///< std::string
  Secret,   ///< tollgate::Secret: never shown, never logged
  List,     ///< std::vector<std::string>: a YAML list, or text with commas (or lines, where the unit is `line`)
  Choice,   ///< std::string, one of the row's choices (case does not matter; kept as written in the row)
};

namespace kinds {
using Boolean = bool;
using Integer = std::int64_t;
using Millis = std::int64_t;
using Bytes = std::int64_t;
using Ratio = Decimal;
using Text = std::string;
using Secret = tollgate::Secret;
using List = std::vector<std::string>;
using Choice = std::string;
}  // namespace kinds

enum class Section : std::uint8_t {
  server,
  storage,
  security,
  upstream,
  relay,
  billing,
  limits,
  logs,
  accounts,
  site,
  payments,
  first_start,
};

/// Every setting, in the order of the table.
enum class Key : std::uint16_t {
#define SETTING(member, ...) member,
#include "config/table/all.def"
#undef SETTING
};

inline constexpr std::int64_t kNoMin = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kNoMax = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;

/// What a `check` function says about a text: empty if it is fine, else what is wrong ("must be ...").
using Check = std::string (*)(std::string_view text);

struct Row {
  Key id;
  Kind kind;
  Section section;
  std::string_view member;    ///< the field of `Settings`
  std::string_view key;       ///< in the YAML file: lower case, dots between levels
  std::string_view fallback;  ///< the default, as text

  std::string_view env = {};     ///< environment variable; empty: TOLLGATE_ and the key (see env_name())
  std::string_view flag = {};    ///< command-line flag, if it has one of its own (`--set key=value` reaches all)
  std::string_view option = {};  ///< name in the database's options, if it can be changed at run time
  std::string_view status = {};  ///< member of /api/status that shows it, if any
  std::string_view alias = {};   ///< the predecessors' key in config.yaml, where it differs
  std::string_view unit = {};    ///< what a plain number counts in
  std::int64_t min = kNoMin;     ///< bounds in the stored unit (ms, bytes, count), inclusive
  std::int64_t max = kNoMax;
  std::string_view choices = {};  ///< of Kind::Choice: separated by commas
  bool restart = false;           ///< a change takes effect at the next start only
  bool inert = false;             ///< accepted and kept for the predecessors' scripts, but has no effect (yet)
  Check check = nullptr;
  std::string_view example = {};
  std::string_view doc = {};  ///< one sentence

  [[nodiscard]] bool secret() const { return kind == Kind::Secret; }
  [[nodiscard]] std::string env_name() const;
};

/// The table.
[[nodiscard]] std::span<const Row> rows();
[[nodiscard]] const Row& row(Key key);

/// Look-ups; keys and aliases in any case, the others exactly.
[[nodiscard]] const Row* find_key(std::string_view key);
[[nodiscard]] const Row* find_env(std::string_view name);
[[nodiscard]] const Row* find_option(std::string_view name);

[[nodiscard]] std::string_view kind_name(Kind kind);
/// `server`, `first_start`: for front-ends, which have words of their own.
[[nodiscard]] std::string_view section_name(Section section);
[[nodiscard]] std::string_view section_title(Section section);
[[nodiscard]] std::string_view section_sentence(Section section);

/// A key or variable of the predecessors that means nothing here; a name ending in `.` stands for all below it.
struct ForeignKey {
  std::string_view key;  ///< in config.yaml
  std::string_view env;  ///< and in the environment; either may be empty
  std::string_view why;
};
[[nodiscard]] std::span<const ForeignKey> foreign_keys();

}  // namespace tollgate::config
