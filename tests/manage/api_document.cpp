#include "api_document.h"

#include <algorithm>
#include <cctype>

#include "base/strings.h"

namespace tollgate::testing {
namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out(1);
  for (const char c : path) {
    if (c == '/') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// How many segments are text; nothing if the path does not match.
std::optional<int> match(std::string_view pattern, std::string_view path) {
  const auto wanted = segments(pattern), given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  int text = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return std::nullopt;
    } else if (wanted[i] == given[i]) {
      ++text;
    } else {
      return std::nullopt;
    }
  }
  return text;
}

bool is_kind(std::string_view kind, const json::value& value) {
  if (kind == "string") return value.is_string();
  if (kind == "boolean") return value.is_bool();
  if (kind == "integer") return value.is_int64() || value.is_uint64();
  if (kind == "number") return value.is_number();
  if (kind == "array") return value.is_array();
  if (kind == "object") return value.is_object();
  return kind == "null" && value.is_null();
}

/// A scalar of the document beside a value.
bool equals(const YAML::Node& constant, const json::value& value) {
  return value.is_string() ? constant.Scalar() == json::view(value.get_string())
                           : constant.Scalar() == json::serialize(value);
}

}  // namespace

ApiDocument::ApiDocument() : document_(YAML::LoadFile(TOLLGATE_SOURCE_DIR "/api/openapi.yaml")) {
  for (const auto& path : document_["paths"]) {
    for (const auto& method : path.second) {
      operations_.push_back({upper(method.first.as<std::string>()), path.first.as<std::string>(),
                             method.second["x-permission"].as<std::string>(), method.second});
    }
  }
}

const ApiDocument::Operation* ApiDocument::find(std::string_view method, std::string_view path) const {
  const Operation* best = nullptr;
  int most = -1;
  for (const Operation& operation : operations_) {
    if (operation.method != method) continue;
    const auto text = match(operation.path, path);
    if (text && *text > most) {
      best = &operation;
      most = *text;
    }
  }
  return best;
}

YAML::Node ApiDocument::resolve(YAML::Node node) const {
  while (node.IsMap() && node["$ref"]) {
    const std::string target = node["$ref"].as<std::string>();
    YAML::Node found = document_;
    for (const std::string& name : segments(target.substr(2))) found.reset(found[name]);
    node.reset(found);
  }
  return node;
}

std::string ApiDocument::check(const Operation& operation, int status, std::string_view body) const {
  YAML::Node answers = operation.node["responses"];
  const YAML::Node described = answers[std::to_string(status)];
  if (!described) return "status " + std::to_string(status) + " is not described";
  const YAML::Node content = resolve(described)["content"];
  if (!content || !content["application/json"]) return {};
  const auto value = json::parse(body);
  if (!value) return "the body is no JSON";
  return check_value(content["application/json"]["schema"], *value, "answer");
}

std::string ApiDocument::check_event(const Operation& operation, std::string_view data) const {
  const YAML::Node described = operation.node["responses"]["200"]["content"]["text/event-stream"];
  if (!described) return "no event stream is described";
  const auto value = json::parse(data);
  return value ? check_value(described["schema"], *value, "event") : "the data are no JSON";
}

std::string ApiDocument::check_value(YAML::Node schema, const json::value& value, const std::string& path) const {
  schema.reset(resolve(schema));
  if (const YAML::Node choices = schema["oneOf"]) {
    std::string problems;
    for (const auto& choice : choices) {
      std::string problem = check_value(choice, value, path);
      if (problem.empty()) return {};
      problems += "\n  " + problem;
    }
    return path + " is none of what it may be:" + problems;
  }
  for (const auto& part : schema["allOf"]) {
    if (std::string problem = check_value(part, value, path); !problem.empty()) return problem;
  }
  if (const YAML::Node constant = schema["const"]) {
    return equals(constant, value) ? "" : path + " must be " + constant.Scalar();
  }
  if (const YAML::Node names = schema["enum"]) {
    return std::any_of(names.begin(), names.end(), [&](const auto& name) { return equals(name, value); })
               ? ""
               : path + " is none of the values that it may have";
  }
  if (const YAML::Node type = schema["type"]) {
    const bool fits = type.IsScalar() ? is_kind(type.Scalar(), value)
                                      : std::any_of(type.begin(), type.end(),
                                                    [&](const auto& kind) { return is_kind(kind.Scalar(), value); });
    if (!fits) return path + " is of the wrong kind: " + json::serialize(value);
  }
  if (const auto* list = value.if_array(); list != nullptr && schema["items"]) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      std::string problem = check_value(schema["items"], (*list)[i], path + "[" + std::to_string(i) + "]");
      if (!problem.empty()) return problem;
    }
  }
  if (const auto* object = value.if_object()) return check_object(schema, *object, path);
  return {};
}

std::string ApiDocument::check_object(const YAML::Node& schema, const json::object& value,
                                      const std::string& path) const {
  for (const auto& name : schema["required"]) {
    if (json::find(value, name.Scalar()) == nullptr && !value.contains(name.Scalar())) {
      return path + " lacks " + name.Scalar();
    }
  }
  const YAML::Node properties = schema["properties"];
  const YAML::Node others = schema["additionalProperties"];
  for (const auto& member : value) {
    const std::string name(member.key());
    const std::string at = path + "." + name;
    std::string problem;
    if (properties && properties[name]) {
      problem = check_value(properties[name], member.value(), at);
    } else if (others && others.IsMap()) {
      problem = check_value(others, member.value(), at);
    } else if (properties && path == "answer") {
      problem = at + " is not described";
    }
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace tollgate::testing
