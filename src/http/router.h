#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace tollgate::http {

/// What a path pattern's `:name` and `*name` matched; views into the request's path, not unescaped.
class PathParams {
 public:
  static constexpr std::size_t kMax = 8;
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class RouteTable;
  struct Param {
    std::string_view name, value;
  };
  Param params_[kMax];
  std::size_t size_ = 0;
};

/// Method and path to a number, in time that depends on the path's length only. Filled at start, then immutable.
/// A segment is text, `:name` (one segment, not empty), or, last, `*name` (the rest, maybe empty). Text wins over
/// `:name`, which wins over `*name`. A trailing slash is a segment of its own: `/a/` is not `/a`.
class RouteTable {
 public:
  RouteTable();
  ~RouteTable();
  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;

  /// Errors: invalid_request (pattern), conflict (the same method and pattern twice).
  Result<void> add(Method method, std::string_view pattern, std::uint32_t route);

  enum class Outcome : std::uint8_t { found, no_path, no_method };
  struct Match {
    Outcome outcome = Outcome::no_path;
    std::uint32_t route = 0;    ///< found: the route; no_method: some route of the path, for the dialect of its errors
    std::uint16_t allowed = 0;  ///< no_method: one bit a Method
    PathParams params;
  };
  /// HEAD falls back to GET.
  [[nodiscard]] Match match(Method method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

/// What of a path lies below a base (`/gateway`): `/v1/models` of `/gateway/v1/models`, `/` of the base itself. A path
/// that is not below it is given back as it is. @param base  Without a slash at the end; empty for none.
[[nodiscard]] std::string_view below_base(std::string_view base, std::string_view path);

/// `GET, HEAD, POST` of the bits in RouteTable::Match::allowed.
[[nodiscard]] std::string allow_header(std::uint16_t allowed);

}  // namespace tollgate::http
