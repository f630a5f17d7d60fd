#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "config/settings.h"

namespace CLI {
class App;
}

namespace tollgate::config {

/// Something wrong (or worth saying) about one setting.
struct Problem {
  enum class Severity : std::uint8_t { warning, error };
  Severity severity = Severity::error;
  std::string key;    ///< as it was written
  std::string where;  ///< `config.yaml`, `environment`, `flag`, `database option`
  int line = 0;       ///< in the file, from 1; 0 if unknown
  std::string message;

  /// `config.yaml:12: prot: unknown key; did you mean 'port'?`
  [[nodiscard]] std::string text() const;
};

/// Everything that settings can come from, as text. Tests fill it by hand.
struct Inputs {
  std::filesystem::path file = "config.yaml";
  bool file_required = false;  ///< the user named it, so it must be there
  /// Key to text, from the command line.
  std::map<std::string, std::string> flags;
  /// Names and values; an empty value counts as not set.
  std::vector<std::pair<std::string, std::string>> environment;
  /// The database's options, name to text. What does not parse there is a warning, and the row's next source counts: a
  /// bad row in the database must not keep the gateway from starting.
  std::map<std::string, std::string> options;
};

/// The environment of this process.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_environment();

/// Adds `--config`, a flag for each row that has one, and `--set key=value`; parsing fills `inputs`, which must outlive
/// the parse.
void add_flags(CLI::App& app, Inputs& inputs);

struct Loaded {
  Settings settings;
  std::vector<Problem> problems;  ///< all of them, in the order of the sources

  [[nodiscard]] bool ok() const;
  /// The errors (not the warnings), a line each.
  [[nodiscard]] std::string errors() const;
};

/// Reads all sources and checks everything, collecting every problem: unknown and duplicate keys, wrong types, bounds,
/// what does not fit together. Blocking (one small file, 1 MiB at most). Never throws.
[[nodiscard]] Loaded load(const Inputs& inputs);

/// The settings in force. Any thread; functions that change block on a mutex and read a file: not for event loops.
class SettingsHolder {
 public:
  using Snapshot = std::shared_ptr<const Settings>;

  struct Change {
    Snapshot settings;
    std::vector<Key> changed;       ///< in force now
    std::vector<Key> need_restart;  ///< changed in the sources, but kept as they are until the next start
    std::vector<Problem> warnings;
  };

  /// @param loaded  what `load(inputs)` gave, without errors.
  SettingsHolder(Inputs inputs, Settings loaded);

  [[nodiscard]] Snapshot current() const;

  /// Reads file and environment again (SIGHUP, the API). All or nothing: on any error the last good settings stay.
  /// Errors: invalid_request with every problem in the message.
  Result<Change> reload();

  /// Replaces the database's options by these. Texts that do not parse are warnings and keep the value in force.
  Change set_options(std::map<std::string, std::string> options);

  /// Whether `text` may become the option `name`. Errors: invalid_request with what is wrong; names without a row are
  /// not found here (not_found): the caller decides about them. Not an error, but visible in `source`: a flag, variable
  /// or file entry that wins over the option.
  static Result<void> check_option(std::string_view name, std::string_view text);

 private:
  Change adopt(Settings next, std::vector<Problem> problems);
  mutable std::mutex mutex_;
  Inputs inputs_;
  Snapshot current_;
};

}  // namespace tollgate::config
