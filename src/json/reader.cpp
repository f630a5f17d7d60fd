#include "json/reader.h"

#include <cmath>

#include <fmt/format.h>

namespace tollgate::json {
namespace {

/// An integer however it was spelled: `3`, `3.0`, `3e0`.
std::optional<std::int64_t> as_integer(const value& from) {
  if (const std::int64_t* number = from.if_int64()) return *number;
  if (const double* number = from.if_double()) {
    // Doubles hold every integer up to 2^53; beyond that a fraction cannot be told from a rounded one.
    if (std::fabs(*number) <= 9007199254740992.0 && std::trunc(*number) == *number) {
      return static_cast<std::int64_t>(*number);
    }
  }
  return std::nullopt;
}

}  // namespace

void Problems::add(std::string path, std::string message) {
  if (error_) return;
  std::string text = path.empty() ? std::move(message) : path + " " + message;
  error_ = Error(ErrorCode::invalid_request, std::move(text)).param(std::move(path));
}

std::unexpected<Error> Problems::failure() {
  if (!error_) return fail(ErrorCode::internal, "a parser reported a failure without a problem");
  return std::unexpected(std::move(*error_));
}

std::string Path::text() const {
  if (parent == nullptr) return std::string(key);
  std::string out = parent->text();
  if (key.empty()) {
    out += '[';
    out += std::to_string(index);
    out += ']';
  } else {
    if (!out.empty()) out += '.';
    out += key;
  }
  return out;
}

std::string_view Reader::required_string(std::string_view key) const {
  if (!has(key)) {
    refuse(key, "is required");
    return {};
  }
  return string(key).value_or(std::string_view());
}

std::optional<std::string_view> Reader::string(std::string_view key) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return std::nullopt;
  const json::string* text = found->if_string();
  if (text == nullptr) {
    wrong_kind(key, "a string");
    return std::nullopt;
  }
  return view(*text);
}

std::optional<bool> Reader::boolean(std::string_view key) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return std::nullopt;
  if (const bool* flag = found->if_bool()) return *flag;
  wrong_kind(key, "a boolean");
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t least, std::int64_t most) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number()) {
    wrong_kind(key, "an integer");
    return std::nullopt;
  }
  const std::optional<std::int64_t> number = as_integer(*found);
  if (!number && found->is_double() && std::fabs(found->get_double()) < 9007199254740992.0) {
    wrong_kind(key, "an integer");
    return std::nullopt;
  }
  if (!number || *number < least || *number > most) {
    refuse(key, fmt::format("must be between {} and {}", least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<double> Reader::number(std::string_view key, double least, double most) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number()) {
    wrong_kind(key, "a number");
    return std::nullopt;
  }
  const double number = found->to_number<double>();
  if (!(number >= least && number <= most)) {
    refuse(key, fmt::format("must be between {} and {}", least, most));
    return std::nullopt;
  }
  return number;
}

const object* Reader::required_object(std::string_view key) const {
  if (!has(key)) {
    refuse(key, "is required");
    return nullptr;
  }
  return object_at(key);
}

const object* Reader::object_at(std::string_view key) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return nullptr;
  if (const object* inner = found->if_object()) return inner;
  wrong_kind(key, "an object");
  return nullptr;
}

const array* Reader::required_array(std::string_view key) const {
  if (!has(key)) {
    refuse(key, "is required");
    return nullptr;
  }
  return array_at(key);
}

const array* Reader::array_at(std::string_view key) const {
  const value* found = find(*from_, key);
  if (found == nullptr) return nullptr;
  if (const array* list = found->if_array()) return list;
  wrong_kind(key, "an array");
  return nullptr;
}

const object* Reader::element(const array& list, std::size_t index, const Path& list_path) const {
  if (const object* inner = list[index].if_object()) return inner;
  problems_->add(Path{&list_path, {}, index}.text(), "must be an object");
  return nullptr;
}

void Reader::refuse(std::string_view key, std::string message) const {
  if (problems_->empty()) problems_->add(at(key).text(), std::move(message));
}

void Reader::wrong_kind(std::string_view key, std::string_view wanted) const {
  refuse(key, fmt::format("must be {}", wanted));
}

}  // namespace tollgate::json
