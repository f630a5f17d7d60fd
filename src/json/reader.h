#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace tollgate::json {

/// The first thing found wrong with a document. Readers of one document share it, so that a parser reads everything
/// it wants and asks once.
class Problems {
 public:
  void add(std::string path, std::string message);
  [[nodiscard]] bool empty() const { return !error_; }
  /// @return invalid_request whose message and `param` name the path, such as `messages[2].content[0].type`.
  [[nodiscard]] std::unexpected<Error> failure();

 private:
  std::optional<Error> error_;
};

/// A path inside the document, made of links on the stack: nothing is built unless something is wrong.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;   ///< a member, if not empty
  std::size_t index = 0;  ///< else an element
  [[nodiscard]] std::string text() const;
};

/// Typed getters of one object. An absent or null member is "not there"; one of the wrong kind is a problem, and the
/// getter answers as if it were not there. Cheap to make; must not outlive the object, the path or the problems.
class Reader {
 public:
  Reader(const object& from, const Path& path, Problems& problems) : from_(&from), path_(&path), problems_(&problems) {}

  [[nodiscard]] bool has(std::string_view key) const { return find(*from_, key) != nullptr; }
  [[nodiscard]] std::string_view required_string(std::string_view key) const;
  [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most) const;
  [[nodiscard]] const object* required_object(std::string_view key) const;
  [[nodiscard]] const object* object_at(std::string_view key) const;
  [[nodiscard]] const array* required_array(std::string_view key) const;
  [[nodiscard]] const array* array_at(std::string_view key) const;
  /// Element of an array that must be an object; nullptr and a problem if not.
  [[nodiscard]] const object* element(const array& list, std::size_t index, const Path& list_path) const;

  [[nodiscard]] Path at(std::string_view key) const { return Path{path_, key, 0}; }
  /// Notes that the member is wrong: "<path> <message>".
  void refuse(std::string_view key, std::string message) const;
  [[nodiscard]] const object& raw() const { return *from_; }
  [[nodiscard]] const Path& path() const { return *path_; }
  [[nodiscard]] Problems& problems() const { return *problems_; }

 private:
  void wrong_kind(std::string_view key, std::string_view wanted) const;
  const object* from_;
  const Path* path_;
  Problems* problems_;
};

}  // namespace tollgate::json
