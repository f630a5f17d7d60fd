#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/reader.h"
#include "json/value.h"

namespace tollgate::manage {

/// The object's members with their names in lower case; of several that then are the same, the last. The predecessors
/// match the names of known members in any case. Not for maps whose keys are data.
[[nodiscard]] json::object fold_names(const json::object& from);

/// Typed reading of one body: everything is read, then asked about problems once.
///
///     Fields fields(body);
///     const auto name = fields->string("name");
///     const auto id = fields->integer("id", 0, kMaxId);
///     if (!fields.ok()) co_return fields.failure();
///
/// The object must outlive it.
class Fields {
 public:
  explicit Fields(const json::object& from) : reader_(from, root_, problems_) {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  const json::Reader* operator->() const { return &reader_; }
  [[nodiscard]] const json::Reader& reader() const { return reader_; }
  [[nodiscard]] bool ok() const { return problems_.empty(); }
  [[nodiscard]] std::unexpected<Error> failure() { return problems_.failure(); }

 private:
  json::Path root_;
  json::Problems problems_;
  json::Reader reader_;
};

inline constexpr std::int64_t kMaxId = std::numeric_limits<std::int64_t>::max();
/// A call that names what it changes names so many at most.
inline constexpr std::size_t kMaxIds = 10'000;

/// The required member `ids`: at most kMaxIds whole numbers above 0, each once and in order.
[[nodiscard]] std::vector<std::int64_t> read_ids(const Fields& fields);

/// The members of a query string, unescaped.
class QueryFields {
 public:
  explicit QueryFields(std::string_view query) : query_(query) {}

  [[nodiscard]] bool has(std::string_view name) const;
  /// Empty if absent, or if its escapes are broken.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// An absent or empty parameter is 0, which everywhere means "no filter". Error: invalid_request, naming it.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view name) const;
  /// `true`, `1` and so on; nothing if absent or empty. Error: invalid_request, naming it.
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view name) const;

 private:
  std::string_view query_;
};

}  // namespace tollgate::manage
