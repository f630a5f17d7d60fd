#include "catalog/overrides.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace tollgate::catalog {
namespace {

constexpr std::size_t kMaxSteps = 256;
constexpr std::size_t kMaxPath = 16;

std::unexpected<Error> wrong(std::string where, std::string_view what) {
  std::string message = where + " " + std::string(what);
  return fail(Error(ErrorCode::invalid_request, std::move(message)).param(std::move(where)));
}

// The gateway alone decides these.
bool is_protected(std::string_view member) { return member == "stream" || member == "model"; }

Result<std::vector<std::string>> split_path(std::string_view text, const std::string& where) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t dot = std::min(text.find('.', begin), text.size());
    if (dot == begin) return wrong(where, "has an empty part");
    out.emplace_back(text.substr(begin, dot - begin));
    begin = dot + 1;
  }
  if (out.empty()) return wrong(where, "is empty");
  if (out.size() > kMaxPath) return wrong(where, "is too deep");
  if (out.size() == 1 && is_protected(out[0])) return wrong(where, "may not be changed");
  return out;
}

// The object that holds the last part of the path; null if something on the way is absent or no object.
json::object* holder(json::object& body, const std::vector<std::string>& path, bool make) {
  json::object* at = &body;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    json::value* next = at->if_contains(path[i]);
    if (next == nullptr || next->is_null()) {
      if (!make) return nullptr;
      next = &((*at)[path[i]] = json::object());
    }
    at = next->if_object();
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool flag(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

Result<Overrides> Overrides::parse(std::string_view text) {
  Overrides out;
  text = trim(text);
  if (text.empty() || text == "null") return out;
  auto parsed = json::parse_object(text);
  if (!parsed) {
    return fail(ErrorCode::invalid_request, "custom parameters are not a JSON object: " + parsed.error().message());
  }
  for (const std::string_view control : {"overwrite", "per_model", "pre_add"}) {
    const json::value* value = parsed->if_contains(control);
    if (value != nullptr && !value->is_bool()) return wrong(std::string(control), "is not true or false");
  }
  const bool overwrite = flag(*parsed, "overwrite");
  out.before_ = flag(*parsed, "pre_add");

  if (flag(*parsed, "per_model")) {
    for (const auto& member : *parsed) {
      const std::string_view key(member.key());
      if (key == "overwrite" || key == "per_model" || key == "pre_add" || key == "operations") continue;
      const json::object* members = member.value().if_object();
      if (members == nullptr) return wrong(std::string(key), "is not an object, as per_model wants");
      out.add_members(*members, overwrite, key);
    }
  } else {
    out.add_members(*parsed, overwrite, {});
  }
  if (const json::value* operations = parsed->if_contains("operations")) {
    const json::array* list = operations->if_array();
    if (list == nullptr) return wrong("operations", "is not an array");
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (auto added = out.add_operation((*list)[i], i); !added) return std::unexpected(std::move(added.error()));
    }
  }
  if (out.steps_.size() > kMaxSteps) return wrong("custom_parameter", "has more than 256 steps");
  return out;
}

void Overrides::add_members(const json::object& members, bool overwrite, std::string_view model) {
  for (const auto& member : members) {
    const std::string_view key(member.key());
    if (is_protected(key)) continue;
    if (key == "overwrite" || key == "per_model" || key == "pre_add" || key == "operations") continue;
    Step step;
    step.op = overwrite ? Op::set : Op::set_default;
    step.path = {std::string(key)};
    step.value = member.value();
    step.model = model;
    steps_.push_back(std::move(step));
  }
}

Result<void> Overrides::add_operation(const json::value& operation, std::size_t index) {
  const std::string where = "operations[" + std::to_string(index) + "]";
  const json::object* object = operation.if_object();
  if (object == nullptr) return wrong(where, "is not an object");
  Step step;

  const std::string_view op = json::find_string(*object, "op");
  constexpr std::array<std::pair<std::string_view, Op>, 4> kOps{
      {{"set", Op::set}, {"default", Op::set_default}, {"delete", Op::remove}, {"rename", Op::rename}}};
  const auto known = std::ranges::find(kOps, op, [](const auto& entry) { return entry.first; });
  if (known == kOps.end()) return wrong(where + ".op", "is none of set, default, delete, rename");
  step.op = known->second;

  auto path = split_path(json::find_string(*object, "path"), where + ".path");
  if (!path) return std::unexpected(std::move(path.error()));
  step.path = std::move(*path);
  if (step.op == Op::rename) {
    auto to = split_path(json::find_string(*object, "to"), where + ".to");
    if (!to) return std::unexpected(std::move(to.error()));
    step.to = std::move(*to);
  }
  if (step.op == Op::set || step.op == Op::set_default) {
    const json::value* value = object->if_contains("value");
    if (value == nullptr) return wrong(where + ".value", "is missing");
    step.value = *value;
  }
  std::string_view model = json::find_string(*object, "model");
  step.model_is_prefix = model.ends_with('*');
  if (step.model_is_prefix) model.remove_suffix(1);
  step.model = model;
  steps_.push_back(std::move(step));
  return {};
}

bool Overrides::touches(std::string_view model) const {
  return std::ranges::any_of(steps_, [&](const Step& step) { return step.matches(model); });
}

bool Overrides::apply(json::object& body, std::string_view model) const {
  bool changed = false;
  for (const Step& step : steps_) {
    if (!step.matches(model)) continue;
    const bool makes = step.op == Op::set || step.op == Op::set_default;
    json::object* at = holder(body, step.path, makes);
    if (at == nullptr) continue;
    const std::string& last = step.path.back();
    switch (step.op) {
      case Op::set:
        (*at)[last] = step.value;
        changed = true;
        break;
      case Op::set_default:
        if (!at->contains(last)) {
          (*at)[last] = step.value;
          changed = true;
        }
        break;
      case Op::remove:
        if (const auto found = at->find(last); found != at->end()) {
          at->stable_erase(found);  // the order of what stays is the client's
          changed = true;
        }
        break;
      case Op::rename: {
        const auto found = at->find(last);
        if (found == at->end()) break;
        json::value moved = std::move(found->value());
        at->stable_erase(found);
        changed = true;
        if (json::object* target = holder(body, step.to, true)) (*target)[step.to.back()] = std::move(moved);
        break;
      }
    }
  }
  return changed;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_headers(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  text = trim(text);
  if (text.empty() || text == "null") return out;
  auto parsed = json::parse_object(text);
  if (!parsed) return fail(ErrorCode::invalid_request, "headers are not a JSON object: " + parsed.error().message());

  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  constexpr std::string_view kRefused[] = {"host",   "content-length",  "transfer-encoding", "connection",
                                           "te",     "trailer",         "upgrade",           "keep-alive",
                                           "expect", "proxy-connection"};
  for (const auto& member : *parsed) {
    const std::string_view name(member.key());
    const auto token = [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             kTokenMarks.find(c) != std::string_view::npos;
    };
    const std::string where = "headers." + std::string(name);
    if (name.empty() || !std::ranges::all_of(name, token)) return wrong(where, "is not the name of a header");
    if (std::ranges::any_of(kRefused, [&](std::string_view refused) { return iequals(refused, name); })) {
      return wrong(where, "belongs to the connection and may not be set");
    }
    if (!member.value().is_string()) return wrong(where, "is not text");
    const std::string_view value = trim(json::view(member.value().get_string()));
    if (std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      return wrong(where, "holds a control character");
    }
    out.emplace_back(name, value);
  }
  return out;
}

}  // namespace tollgate::catalog
