#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "json/value.h"

namespace tollgate::testing {

/// api/openapi.yaml, as far as tests ask it.
class ApiDocument {
 public:
  ApiDocument();

  struct Operation {
    std::string method;  ///< GET
    std::string path;    ///< `/api/user/{id}`
    std::string permission;
    YAML::Node node;
  };
  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  /// The operation of a request; text in a path wins over a parameter.
  [[nodiscard]] const Operation* find(std::string_view method, std::string_view path) const;

  /// What is wrong with an answer: empty if it is as described. A status without a description is wrong.
  [[nodiscard]] std::string check(const Operation& operation, int status, std::string_view body) const;
  /// The same for the data of one event, where the answer is an event stream.
  [[nodiscard]] std::string check_event(const Operation& operation, std::string_view data) const;

 private:
  [[nodiscard]] YAML::Node resolve(YAML::Node node) const;
  [[nodiscard]] std::string check_value(YAML::Node schema, const json::value& value, const std::string& path) const;
  [[nodiscard]] std::string check_object(const YAML::Node& schema, const json::object& value,
                                         const std::string& path) const;

  YAML::Node document_;
  std::vector<Operation> operations_;
};

}  // namespace tollgate::testing
