#include "manage/fields.h"

#include <set>

#include "base/strings.h"
#include "http/message.h"

namespace tollgate::manage {
namespace {

Error not_a(std::string_view name, std::string_view wanted, std::string_view value) {
  return Error(ErrorCode::invalid_request, std::string(name) + " must be " + std::string(wanted) + ", not '" +
                                               std::string(clip_utf8(value, 60)) + "'")
      .param(std::string(name));
}

}  // namespace

json::object fold_names(const json::object& from) {
  json::object out;
  out.reserve(from.size());
  for (const auto& member : from) out.insert_or_assign(to_lower(member.key()), member.value());
  return out;
}

std::vector<std::int64_t> read_ids(const Fields& fields) {
  const json::array* list = fields->required_array("ids");
  if (list == nullptr) return {};
  if (list->size() > kMaxIds) fields->refuse("ids", "must have at most " + std::to_string(kMaxIds) + " items");
  std::set<std::int64_t> out;
  for (const json::value& id : *list) {
    if (!id.is_int64() || id.get_int64() <= 0) {
      fields->refuse("ids", "must hold whole numbers above 0");
      break;
    }
    out.insert(id.get_int64());
  }
  return {out.begin(), out.end()};
}

bool QueryFields::has(std::string_view name) const { return http::query_value(query_, name).has_value(); }

std::string QueryFields::text(std::string_view name) const {
  return http::query_value(query_, name).value_or(std::string());
}

Result<std::int64_t> QueryFields::integer(std::string_view name) const {
  const std::string value = text(name);
  if (value.empty()) return 0;
  const auto number = parse_int(value);
  if (!number) return fail(not_a(name, "a whole number", value));
  return *number;
}

Result<std::optional<bool>> QueryFields::boolean(std::string_view name) const {
  const std::string value = text(name);
  if (value.empty()) return std::nullopt;
  for (const std::string_view yes : {"true", "1", "t"}) {
    if (iequals(value, yes)) return true;
  }
  for (const std::string_view no : {"false", "0", "f"}) {
    if (iequals(value, no)) return false;
  }
  return fail(not_a(name, "true or false", value));
}

}  // namespace tollgate::manage
