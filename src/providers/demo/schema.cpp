#include "providers/demo/schema.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace tollgate::providers::demo {
namespace {

constexpr int kDeepest = 12;
constexpr int kMostValues = 2000;
constexpr std::size_t kLongestText = 200;
constexpr std::int64_t kMostItems = 16;

json::string as_json(std::string_view text) { return json::string(text.data(), text.size()); }

class Maker {
 public:
  Maker(const json::object& root, std::string_view text) : root_(root), text_(clip_utf8(trim(text), kLongestText)) {}

  json::value make(const json::object& schema, int depth) {
    if (depth > kDeepest || ++made_ > kMostValues) return nullptr;
    if (const json::object* target = referenced(schema)) return make(*target, depth + 1);
    for (const std::string_view given : {"const", "default"}) {
      if (const json::value* value = json::find(schema, given)) return *value;
    }
    for (const std::string_view given : {"enum", "examples"}) {
      const json::array* values = json::find_array(schema, given);
      if (values != nullptr && !values->empty()) return values->front();
    }
    for (const std::string_view several : {"anyOf", "oneOf", "allOf"}) {
      const json::array* schemas = json::find_array(schema, several);
      if (schemas == nullptr || schemas->empty()) continue;
      if (const json::object* first = schemas->front().if_object()) return make(*first, depth + 1);
    }
    return make_type(schema, type_of(schema), depth);
  }

 private:
  /// The schema that `$ref` names, if it is in this document.
  const json::object* referenced(const json::object& schema) const {
    std::string_view reference = json::find_string(schema, "$ref");
    if (!reference.starts_with("#/")) return nullptr;
    const json::object* at = &root_;
    for (const std::string_view part : split_list(reference.substr(2), '/')) {
      at = json::find_object(*at, part);
      if (at == nullptr) return nullptr;
    }
    return at;
  }

  static std::string_view type_of(const json::object& schema) {
    if (const std::string_view type = json::find_string(schema, "type"); !type.empty()) return type;
    if (const json::array* types = json::find_array(schema, "type")) {
      for (const json::value& type : *types) {
        const json::string* name = type.if_string();
        if (name != nullptr && *name != "null") return json::view(*name);
      }
    }
    if (json::find_object(schema, "properties") != nullptr) return "object";
    if (json::find_object(schema, "items") != nullptr) return "array";
    return "string";
  }

  static double number_at(const json::object& schema, std::string_view key, double otherwise) {
    const json::value* value = json::find(schema, key);
    return value != nullptr && value->is_number() ? value->to_number<double>() : otherwise;
  }

  json::value make_type(const json::object& schema, std::string_view type, int depth) {
    if (type == "object") return make_object(schema, depth);
    if (type == "array") return make_array(schema, depth);
    if (type == "boolean") return true;
    if (type == "null") return nullptr;
    if (type == "integer") return static_cast<std::int64_t>(make_number(schema));
    if (type == "number") return make_number(schema);
    return make_string(schema);
  }

  static double make_number(const json::object& schema) {
    double number = std::max(1.0, number_at(schema, "minimum", 1.0));
    number = std::max(number, number_at(schema, "exclusiveMinimum", number - 1) + 1);
    number = std::min(number, number_at(schema, "maximum", number));
    number = std::min(number, number_at(schema, "exclusiveMaximum", number + 1) - 1);
    return std::clamp(number, -1e15, 1e15);
  }

  json::value make_string(const json::object& schema) const {
    const std::string_view format = json::find_string(schema, "format");
    if (format == "date") return "2026-01-01";
    if (format == "date-time") return "2026-01-01T00:00:00Z";
    if (format == "time") return "00:00:00Z";
    if (format == "email") return "demo@example.com";
    if (format == "uri") return "https://example.com";
    if (format == "uuid") return "00000000-0000-4000-8000-000000000000";
    std::string text(text_.empty() ? std::string_view("demo") : text_);
    const auto least = static_cast<std::size_t>(std::clamp(number_at(schema, "minLength", 0), 0.0, 1000.0));
    const auto most = static_cast<std::size_t>(std::clamp(number_at(schema, "maxLength", 1e6), 0.0, 1e6));
    while (text.size() < least) text += '.';
    return as_json(clip_utf8(text, most));
  }

  json::value make_array(const json::object& schema, int depth) {
    const auto least = static_cast<std::int64_t>(number_at(schema, "minItems", 1));
    const auto most = static_cast<std::int64_t>(number_at(schema, "maxItems", kMostItems));
    const std::int64_t count = std::clamp<std::int64_t>(std::min(least, most), 0, kMostItems);
    const json::object* items = json::find_object(schema, "items");
    json::array out;
    for (std::int64_t i = 0; i < count && items != nullptr; ++i) out.push_back(make(*items, depth + 1));
    return out;
  }

  json::value make_object(const json::object& schema, int depth) {
    json::object out;
    const json::object* properties = json::find_object(schema, "properties");
    if (properties == nullptr) return out;
    const json::array* required = json::find_array(schema, "required");
    for (const auto& member : *properties) {
      const json::object* property = member.value().if_object();
      if (property == nullptr) continue;
      // Deep down only what must be there, so that schemas which contain themselves come to an end.
      const bool must = required != nullptr &&
                        std::find(required->begin(), required->end(), json::value(member.key())) != required->end();
      if (must || depth < 2) out[member.key()] = make(*property, depth + 1);
    }
    return out;
  }

  const json::object& root_;
  std::string_view text_;
  int made_ = 0;
};

}  // namespace

json::value instance_of(const json::object& schema, std::string_view text) {
  return Maker(schema, text).make(schema, 0);
}

}  // namespace tollgate::providers::demo
