#include "config/loader.h"

#include <algorithm>
#include <optional>

#include <unistd.h>

#include "base/strings.h"
#include "config/yaml_file.h"

extern char** environ;

namespace tollgate::config {
namespace {

using Severity = Problem::Severity;

std::string unknown(std::string_view what, std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view meant = nearest(name, candidates);
  return "unknown " + std::string(what) + (meant.empty() ? "" : "; did you mean '" + std::string(meant) + "'?");
}

/// Kubernetes puts such variables into every container of a namespace that has a service called tollgate.
bool is_service_variable(std::string_view name) {
  return name == "TOLLGATE_PORT" || name.starts_with("TOLLGATE_PORT_") || name.starts_with("TOLLGATE_SERVICE_");
}

class Loader {
 public:
  explicit Loader(Loaded& out) : out_(out) {}

  void options(const std::map<std::string, std::string>& options) {
    for (const auto& [name, text] : options) {
      const Row* row = find_option(name);
      if (row == nullptr) continue;  // options that others keep there, or of another version
      take(*row, name, text, "database option", 0, Source::option);
    }
  }

  void file(const FileContent& content, const std::string& name) {
    out_.problems.insert(out_.problems.end(), content.problems.begin(), content.problems.end());
    for (const FileEntry& entry : content.entries)
      take(*entry.row, entry.written, entry.text, name, entry.line, Source::file);
  }

  void environment(const std::vector<std::pair<std::string, std::string>>& variables) {
    for (const auto& [name, text] : variables) {
      if (const Row* row = find_env(name)) {
        if (!trim(text).empty()) take(*row, name, text, "environment", 0, Source::environment);
        continue;
      }
      if (text.empty()) continue;
      if (const auto foreign = std::ranges::find(foreign_keys(), name, &ForeignKey::env);
          foreign != foreign_keys().end()) {
        problem(Severity::warning, name, "environment", 0, "has no effect here: " + std::string(foreign->why));
      } else if (name.starts_with("TOLLGATE_") && !is_service_variable(name)) {
        std::vector<std::string> names;
        for (const Row& r : rows()) names.push_back(r.env_name());
        problem(Severity::error, name, "environment", 0, unknown("variable", name, {names.begin(), names.end()}));
      }
    }
  }

  void flags(const std::map<std::string, std::string>& flags) {
    for (const auto& [key, text] : flags) {
      if (const Row* row = find_key(key)) {
        take(*row, row->flag.empty() ? key : std::string(row->flag), text, "flag", 0, Source::flag);
      } else {
        std::vector<std::string_view> keys;
        for (const Row& r : rows()) keys.push_back(r.key);
        problem(Severity::error, key, "flag", 0, unknown("key", key, keys));
      }
    }
  }

  /// What no single row can say.
  void together() {
    const Settings& s = out_.settings;
    if (s.tls_cert_file.empty() != s.tls_key_file.empty()) {
      blame(s.tls_cert_file.empty() ? Key::tls_cert_file : Key::tls_key_file,
            "is missing: the certificate and its key are given together");
    }
    if (s.metrics_user.empty() != s.metrics_password.empty()) {
      blame(s.metrics_user.empty() ? Key::metrics_user : Key::metrics_password,
            "is missing: user and password are given together");
    }
    if (s.cooldown_ms > s.cooldown_max_ms) blame(Key::cooldown_max_ms, "must not be less than `relay.cooldown`");
    if (s.max_body_bytes > s.body_budget_bytes) {
      blame(Key::body_budget_bytes,
            "must not be less than `server.max_body_bytes`, or no request of that size could pass");
    }
    if (s.log_file.empty() || s.log_file.find('/') != std::string::npos)
      blame(Key::log_file, "must be a file's name, without a folder");
    if (s.source(Key::trusted_header) != Source::fallback && s.trusted_proxies.empty()) {
      problem(Severity::warning, "trusted_header", std::string(source_name(s.source(Key::trusted_header))), 0,
              "has no effect until `trusted_proxies` says whose word counts");
    }
    for (const Key key : {Key::tls_cert_file, Key::tls_key_file, Key::upstream_ca_file}) {
      const std::string path = std::get<std::string>(get(s, key));
      if (!path.empty() && ::access(path.c_str(), R_OK) != 0) blame(key, "names a file that cannot be read: " + path);
    }
  }

 private:
  void take(const Row& row, const std::string& written, std::string_view text, const std::string& where, int line,
            Source source) {
    auto value = parse_value(row, text);
    if (value) {
      set(out_.settings, row.id, *std::move(value), source);
      if (row.inert && source == Source::file) {
        problem(Severity::warning, written, where, line, "is accepted, but has no effect in this version");
      }
      return;
    }
    const bool option = source == Source::option;
    problem(option ? Severity::warning : Severity::error, written, where, line,
            value.error().message() + (option ? "; it is ignored" : ""));
  }

  void blame(Key key, std::string message) {
    const Source source = out_.settings.source(key);
    problem(Severity::error, std::string(row(key).key), std::string(source_name(source)), 0, std::move(message));
  }

  void problem(Severity severity, std::string key, std::string where, int line, std::string message) {
    out_.problems.push_back({severity, std::move(key), std::move(where), line, std::move(message)});
  }

  Loaded& out_;
};

}  // namespace

std::string Problem::text() const {
  std::string out = where;
  if (line > 0) out += ":" + std::to_string(line);
  out += ": ";
  if (!key.empty()) out += key + ": ";
  return out + message;
}

bool Loaded::ok() const {
  return std::ranges::none_of(problems, [](const Problem& p) { return p.severity == Severity::error; });
}

std::string Loaded::errors() const {
  std::string out;
  for (const Problem& p : problems) {
    if (p.severity == Severity::error) out += (out.empty() ? "" : "\n") + p.text();
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

Loaded load(const Inputs& inputs) {
  Loaded out{.settings = Settings::defaults(), .problems = {}};
  Loader loader(out);
  loader.options(inputs.options);
  loader.file(read_yaml_file(inputs.file, inputs.file_required), inputs.file.string());
  loader.environment(inputs.environment);
  loader.flags(inputs.flags);
  loader.together();
  return out;
}

}  // namespace tollgate::config
