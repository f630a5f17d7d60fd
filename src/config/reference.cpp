#include "config/reference.h"

#include "base/strings.h"
#include "config/settings.h"

namespace tollgate::config {
namespace {

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string default_text(const Row& row) {
  if (row.fallback.empty()) return "";
  if (row.unit == "line") return "(" + std::to_string(split_list(row.fallback, '\n').size()) + " phrases)";
  return code(row.fallback);
}

std::string range_text(const Row& row) {
  if (row.kind == Kind::Choice) {
    std::string out;
    for (const std::string_view choice : split_list(row.choices)) out += (out.empty() ? "" : ", ") + code(choice);
    return out;
  }
  std::string out;
  if (row.min != kNoMin && row.max != kNoMax) {
    out = human_value(row, row.min) + " – " + human_value(row, row.max);
  } else if (row.min != kNoMin) {
    out = "≥ " + human_value(row, row.min);
  }
  switch (row.kind) {
    case Kind::Boolean:
      return "true, false";
    case Kind::Millis:
      return "time in " + std::string(row.unit) + ", " + out;
    case Kind::Bytes:
      return "size in " + std::string(row.unit) + ", " + out;
    case Kind::Integer:
      return out.empty() ? "whole number" : out + (row.unit.empty() ? "" : " " + std::string(row.unit));
    case Kind::Ratio:
      return out.empty() ? "number" : "number, " + out;
    case Kind::List:
      return row.unit == "line" ? "list, one a line" : "list";
    case Kind::Secret:
      return "secret";
    default:
      return "text";
  }
}

std::string names_text(const Row& row) {
  std::string out = code(row.env_name());
  if (!row.flag.empty()) out += " " + code(row.flag);
  if (!row.option.empty()) out += " option " + code(row.option);
  if (!row.alias.empty()) out += " also " + code(row.alias);
  return out;
}

std::string meaning_text(const Row& row) {
  std::string out(row.doc);
  if (!row.example.empty()) out += " Example: " + code(row.example) + ".";
  if (row.restart) out += " *Needs a restart.*";
  if (row.inert) out += " *No effect in this version.*";
  return out;
}

std::string yaml_scalar(const Row& row) {
  if (row.kind == Kind::List && row.fallback.empty()) return "[]";
  if (row.unit == "line") {
    std::string out;
    for (const std::string_view line : split_list(row.fallback, '\n')) out += "\n#   - " + std::string(line);
    return out;
  }
  const bool plain = row.kind == Kind::Boolean || row.kind == Kind::Integer || row.kind == Kind::Ratio ||
                     row.kind == Kind::Millis || row.kind == Kind::Bytes || row.kind == Kind::Choice;
  if (plain) return std::string(row.fallback);
  return "'" + std::string(row.fallback) + "'";
}

}  // namespace

std::string settings_reference() {
  std::string out =
      "# Settings\n\n"
      "<!-- Generated from src/config/table: change the rows there, then run the tests of config with UPDATE_GOLDEN=1. "
      "-->\n\n"
      "A setting comes from, in this order: a command-line flag, an environment variable, the file `config.yaml` (or "
      "the one that\n"
      "`--config` names), the database's options (where one is named), its default. An empty variable counts as not "
      "set.\n"
      "`--set key=value` sets any of them from the command line; `tollgate check` reads everything and names each "
      "mistake.\n"
      "SIGHUP reads file and environment again; if anything is wrong, the settings in force stay.\n\n"
      "Times are written `250ms`, `5s`, `10min`, `2h`, `30d`; sizes `64KiB`, `100MiB`, `1GiB`. A plain number counts "
      "in the unit\n"
      "named. Lists are YAML lists, or text with commas. In the file, the dots of a key are levels:\n\n"
      "```yaml\nport: 3000\nupstream:\n  connect_timeout: 5s\n```\n\n"
      "Keys and variables of one-api, one-hub and new-api that mean nothing here are named in a warning; any other "
      "unknown key is an\n"
      "error.\n";
  int section = -1;
  for (const Row& row : rows()) {
    if (static_cast<int>(row.section) != section) {
      section = static_cast<int>(row.section);
      out += "\n## " + std::string(section_title(row.section)) + "\n\n" + std::string(section_sentence(row.section)) +
             "\n\n";
      out += "| Key | Default | Values | Variable, flag, option | Meaning |\n|---|---|---|---|---|\n";
    }
    out += "| " + code(row.key) + " | " + cell(default_text(row)) + " | " + cell(range_text(row)) + " | " +
           cell(names_text(row)) + " | " + cell(meaning_text(row)) + " |\n";
  }
  out += "\n## Keys of the predecessors without effect\n\n| Key | Variable | Why |\n|---|---|---|\n";
  for (const ForeignKey& foreign : foreign_keys()) {
    std::string key(foreign.key);
    if (key.ends_with('.')) key += '*';
    out += "| " + (key.empty() ? "" : code(key)) + " | " + (foreign.env.empty() ? "" : code(foreign.env)) + " | " +
           cell(foreign.why) + " |\n";
  }
  return out;
}

std::string example_yaml() {
  std::string out =
      "# Every setting that belongs in a file, at its default. Remove the # of what you change; docs/settings.md "
      "explains each.\n"
      "# Secrets are better given as environment variables.\n";
  int section = -1;
  for (const Row& row : rows()) {
    if (row.section == Section::first_start || row.inert) continue;
    if (static_cast<int>(row.section) != section) {
      section = static_cast<int>(row.section);
      out += "\n# --- " + std::string(section_title(row.section)) + " ---\n";
    }
    out += "\n# " + std::string(row.doc) + "\n";
    if (!row.example.empty()) out += "# Example: " + std::string(row.example) + "\n";
    out += "#" + std::string(row.key) + ": " + yaml_scalar(row) + "\n";
  }
  return out;
}

}  // namespace tollgate::config
