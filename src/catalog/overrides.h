#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace tollgate::catalog {

/// A channel's `custom_parameter`, compiled: members set, defaulted, removed or renamed in a request's body.
///
/// The predecessors' form is an object whose members are merged into the body, with the control members `overwrite`
/// (true: replace, else only where missing), `per_model` (true: the members are names of models, their values the
/// members to merge), `pre_add` (true: before the request is converted, else on the body that is sent). Beyond it, a
/// control member `operations` lists further steps, done in order after the merge:
///
///     {"op": "set" | "default" | "delete" | "rename", "path": "a.b", "value": ..., "to": "a.c", "model": "gpt-4*"}
///
/// `path` is dotted; objects on the way are made by set and default. `model` limits a step to a name or to names that
/// begin so. A member `stream` is never touched, in either form, nor is `model`: the gateway decides both.
/// Immutable once parsed; applied anew for each attempt.
class Overrides {
 public:
  /// Empty text, `null` and `{}` change nothing. Errors: invalid_request, saying which member is wrong.
  static Result<Overrides> parse(std::string_view json);

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  /// Whether they belong on the client's body, before it is converted, rather than on what is sent.
  [[nodiscard]] bool before_conversion() const { return before_; }
  /// Whether anything may change for this model: if not, the body need not be parsed.
  /// @param model  The requested name before conversion, the upstream's name after.
  [[nodiscard]] bool touches(std::string_view model) const;
  /// @return whether the body was changed.
  bool apply(json::object& body, std::string_view model) const;

 private:
  enum class Op : std::uint8_t { set, set_default, remove, rename };
  struct Step {
    Op op = Op::set_default;
    std::vector<std::string> path;
    std::vector<std::string> to;
    json::value value;
    std::string model;  // empty: any
    bool model_is_prefix = false;

    [[nodiscard]] bool matches(std::string_view name) const {
      if (model_is_prefix) return name.starts_with(model);
      return model.empty() || name == model;
    }
  };
  void add_members(const json::object& members, bool overwrite, std::string_view model);
  Result<void> add_operation(const json::value& operation, std::size_t index);
  bool before_ = false;
  std::vector<Step> steps_;
};

/// A channel's `model_headers`, checked: names are tokens, values hold no control characters, and the fields that frame
/// a message or belong to the connection (Host, Content-Length, Transfer-Encoding, Connection, ...) are refused.
/// @param json  An object of strings; empty text, `null` and `{}` are none. Errors: invalid_request naming the field,
/// never its value.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_headers(std::string_view json);

}  // namespace tollgate::catalog
