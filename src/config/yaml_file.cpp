#include "config/yaml_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include <yaml-cpp/yaml.h>

#include "base/strings.h"

namespace tollgate::config {
namespace {

constexpr std::size_t kLongestFile = 1 << 20;

bool is_section(std::string_view path) {
  const std::string prefix = std::string(path) + ".";
  for (const Row& r : rows()) {
    if (istarts_with(r.key, prefix) || istarts_with(r.alias, prefix)) return true;
  }
  for (const ForeignKey& foreign : foreign_keys()) {
    if (istarts_with(foreign.key, prefix) && !iequals(foreign.key, prefix)) return true;
  }
  return false;
}

/// The foreign key that `path`, or a section that it is in or is, stands for.
const ForeignKey* find_foreign(std::string_view path, bool section) {
  for (const ForeignKey& foreign : foreign_keys()) {
    if (foreign.key.empty()) continue;
    if (foreign.key.ends_with('.')) {
      if (istarts_with(path, foreign.key)) return &foreign;
      if (section && iequals(path, foreign.key.substr(0, foreign.key.size() - 1))) return &foreign;
    } else if (iequals(path, foreign.key)) {
      return &foreign;
    }
  }
  return nullptr;
}

class Reader {
 public:
  Reader(FileContent& out, const std::string& name) : out_(out), name_(name) {}

  void map(const YAML::Node& node, const std::string& prefix) {
    std::map<std::string, int> seen;
    for (const auto& pair : node) {
      const int line = pair.first.Mark().line + 1;
      if (!pair.first.IsScalar()) {
        problem(prefix, line, "keys must be plain words");
        continue;
      }
      const std::string path = prefix + pair.first.Scalar();
      const auto [first, fresh] = seen.emplace(to_lower(path), line);
      if (!fresh) {
        problem(path, line, "is given twice; the first time in line " + std::to_string(first->second));
        continue;
      }
      entry(path, line, pair.second);
    }
  }

  void problem(std::string key, int line, std::string message, Problem::Severity severity = Problem::Severity::error) {
    out_.problems.push_back({severity, std::move(key), name_, line, std::move(message)});
  }

 private:
  void entry(const std::string& path, int line, const YAML::Node& node) {
    if (const Row* row = find_key(path)) {
      value(*row, path, line, node);
    } else if (const ForeignKey* foreign = find_foreign(path, node.IsMap())) {
      problem(path, line, "has no effect here: " + std::string(foreign->why), Problem::Severity::warning);
    } else if (is_section(path)) {
      if (node.IsMap()) {
        map(node, path + ".");
      } else if (!node.IsNull()) {
        problem(path, line, "must be a section with keys of its own");
      }
    } else {
      std::vector<std::string_view> known;
      for (const Row& r : rows()) known.push_back(r.key);
      const std::string_view meant = nearest(path, known);
      problem(path, line, meant.empty() ? "unknown key" : "unknown key; did you mean '" + std::string(meant) + "'?");
    }
  }

  void value(const Row& row, const std::string& path, int line, const YAML::Node& node) {
    const auto [first, fresh] = lines_.emplace(row.id, line);
    if (!fresh) {
      problem(path, line, "is given twice; the first time in line " + std::to_string(first->second));
      return;
    }
    if (node.IsNull()) return;
    std::string text;
    if (node.IsScalar()) {
      text = node.Scalar();
      const bool may_be_empty = row.kind == Kind::Text || row.kind == Kind::List || row.kind == Kind::Secret;
      if (text.empty() && !may_be_empty) return;
    } else if (node.IsSequence() && row.kind == Kind::List) {
      const char separator = row.unit == "line" ? '\n' : ',';
      for (const auto& item : node) {
        if (!item.IsScalar() || item.Scalar().find(separator) != std::string::npos) {
          problem(path, item.Mark().line + 1, "must be a list of plain words");
          return;
        }
        if (!text.empty()) text += separator;
        text += item.Scalar();
      }
    } else {
      problem(path, line, row.kind == Kind::List ? "must be a list of plain words" : "must be a single value");
      return;
    }
    out_.entries.push_back({&row, path, std::move(text), line});
  }

  FileContent& out_;
  const std::string& name_;
  std::map<Key, int> lines_;
};

}  // namespace

FileContent read_yaml(std::string_view text, const std::string& name) {
  FileContent out;
  Reader reader(out, name);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return out;
    if (documents.size() > 1) {
      reader.problem("", documents[1].Mark().line + 1, "holds more than one document");
      return out;
    }
    const YAML::Node& root = documents.front();
    if (root.IsMap()) {
      reader.map(root, "");
    } else if (!root.IsNull()) {
      reader.problem("", root.Mark().line + 1, "must hold keys and values, such as `port: 3000`");
    }
  } catch (const YAML::Exception& error) {
    out.entries.clear();
    reader.problem("", error.mark.is_null() ? 0 : error.mark.line + 1, "is not valid YAML: " + error.msg);
  }
  return out;
}

FileContent read_yaml_file(const std::filesystem::path& path, bool required) {
  FileContent out;
  const auto problem = [&](std::string message) {
    out.problems.push_back({Problem::Severity::error, "", path.string(), 0, std::move(message)});
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (required) problem("does not exist");
    return out;
  }
  if (std::filesystem::is_directory(status)) {
    problem("is a folder");
    return out;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    problem(std::string("cannot be read: ") + std::strerror(errno));
    return out;
  }
  std::string text(kLongestFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) {
    problem("cannot be read");
    return out;
  }
  if (text.size() > kLongestFile) {
    problem("is longer than 1 MiB");
    return out;
  }
  return read_yaml(text, path.string());
}

}  // namespace tollgate::config
