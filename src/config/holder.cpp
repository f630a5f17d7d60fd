#include "config/loader.h"

namespace tollgate::config {

SettingsHolder::SettingsHolder(Inputs inputs, Settings loaded)
    : inputs_(std::move(inputs)), current_(std::make_shared<const Settings>(std::move(loaded))) {}

SettingsHolder::Snapshot SettingsHolder::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

SettingsHolder::Change SettingsHolder::adopt(Settings next, std::vector<Problem> problems) {
  Change change{.settings = {}, .changed = {}, .need_restart = {}, .warnings = std::move(problems)};
  for (const Row& r : rows()) {
    if (value_text(next, r) == value_text(*current_, r)) continue;
    if (r.restart) {
      change.need_restart.push_back(r.id);
      set(next, r.id, get(*current_, r.id), current_->source(r.id));
    } else {
      change.changed.push_back(r.id);
    }
  }
  current_ = std::make_shared<const Settings>(std::move(next));
  change.settings = current_;
  return change;
}

Result<SettingsHolder::Change> SettingsHolder::reload() {
  const std::scoped_lock lock(mutex_);
  Inputs inputs = inputs_;
  Loaded loaded = load(inputs);
  if (!loaded.ok()) return fail(ErrorCode::invalid_request, loaded.errors());
  return adopt(std::move(loaded.settings), std::move(loaded.problems));
}

SettingsHolder::Change SettingsHolder::set_options(std::map<std::string, std::string> options) {
  const std::scoped_lock lock(mutex_);
  // Only the options change: what file, environment and flags said when last read stays.
  Settings next = *current_;
  std::vector<Problem> problems;
  for (const Row& r : rows()) {
    if (r.option.empty() || next.source(r.id) > Source::option) continue;
    const auto given = options.find(std::string(r.option));
    if (given == options.end()) {
      set(next, r.id, *parse_value(r, r.fallback), Source::fallback);
      continue;
    }
    auto value = parse_value(r, given->second);
    if (value) {
      set(next, r.id, *std::move(value), Source::option);
    } else {
      problems.push_back({Problem::Severity::warning, given->first, "database option", 0,
                          value.error().message() + "; it is ignored"});
    }
  }
  inputs_.options = std::move(options);
  return adopt(std::move(next), std::move(problems));
}

Result<void> SettingsHolder::check_option(std::string_view name, std::string_view text) {
  const Row* r = find_option(name);
  if (r == nullptr) return fail(ErrorCode::not_found, "no option is called '" + std::string(name) + "'");
  auto value = parse_value(*r, text);
  if (!value) return fail(ErrorCode::invalid_request, std::string(name) + " " + value.error().message());
  return {};
}

}  // namespace tollgate::config
