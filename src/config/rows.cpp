#include <array>
#include <unordered_map>

#include "base/strings.h"
#include "config/checks.h"
#include "config/row.h"

namespace tollgate::config {
namespace {

constexpr std::array kRows{
#define SETTING(name, type, path, text, ...) \
  Row{.id = Key::name,                       \
      .kind = Kind::type,                    \
      .section = SETTING_SECTION,            \
      .member = #name,                       \
      .key = path,                           \
      .fallback = text,                      \
      __VA_ARGS__},
#include "config/table/all.def"
#undef SETTING
};

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].id) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

using Index = std::unordered_map<std::string, const Row*>;

const Index& key_index() {
  static const Index index = [] {
    Index out;
    for (const Row& r : kRows) {
      out.emplace(to_lower(r.key), &r);
      if (!r.alias.empty()) out.emplace(to_lower(r.alias), &r);
    }
    return out;
  }();
  return index;
}

const Index& env_index() {
  static const Index index = [] {
    Index out;
    for (const Row& r : kRows) out.emplace(r.env_name(), &r);
    return out;
  }();
  return index;
}

const Index& option_index() {
  static const Index index = [] {
    Index out;
    for (const Row& r : kRows) {
      if (!r.option.empty()) out.emplace(r.option, &r);
    }
    return out;
  }();
  return index;
}

const Row* find(const Index& index, const std::string& name) {
  const auto it = index.find(name);
  return it == index.end() ? nullptr : it->second;
}

struct SectionText {
  Section section;
  std::string_view name;
  std::string_view title;
  std::string_view sentence;
};
constexpr std::array kSections{
    SectionText{Section::server, "server", "Server",
                "Where it listens, and what a client may send and how long it may take."},
    SectionText{Section::storage, "storage", "Storage", "The databases, and the journal that charges go through."},
    SectionText{Section::security, "security", "Security", "Keys, sessions, passwords, and who may read the metrics."},
    SectionText{Section::upstream, "upstream", "Upstreams",
                "Connections to providers. A channel may have limits and a proxy of its own."},
    SectionText{Section::relay, "relay", "Relaying",
                "Retries, resting and disabled channels, and what is done to requests and answers."},
    SectionText{Section::billing, "billing", "Billing", "Quota, reservations and prices."},
    SectionText{Section::limits, "limits", "Limits", "How often and how many at a time."},
    SectionText{Section::logs, "logs", "Logs", "What is written, where, and for how long."},
    SectionText{Section::accounts, "accounts", "Accounts", "How people sign in and register, and mail."},
    SectionText{Section::site, "site", "Site", "What the console shows."},
    SectionText{Section::payments, "payments", "Payments", "Topping up."},
    SectionText{Section::first_start, "first_start", "First start", "Used once, when the database is empty."},
};

}  // namespace

std::string Row::env_name() const {
  if (!env.empty()) return std::string(env);
  std::string out = "TOLLGATE_";
  for (const char c : key) out += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  return out;
}

std::span<const Row> rows() { return kRows; }
const Row& row(Key key) { return kRows[static_cast<std::size_t>(key)]; }

std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, 9> kNames{"boolean", "integer", "time", "size",  "number",
                                                   "text",    "secret",  "list", "choice"};
  return kNames[static_cast<std::size_t>(kind)];
}

const Row* find_key(std::string_view key) { return find(key_index(), to_lower(key)); }
const Row* find_env(std::string_view name) { return find(env_index(), std::string(name)); }
const Row* find_option(std::string_view name) { return find(option_index(), std::string(name)); }

std::string_view section_name(Section section) { return kSections[static_cast<std::size_t>(section)].name; }
std::string_view section_title(Section section) { return kSections[static_cast<std::size_t>(section)].title; }
std::string_view section_sentence(Section section) { return kSections[static_cast<std::size_t>(section)].sentence; }

}  // namespace tollgate::config
