#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"
#include "store/page.h"
#include "store/query.h"

/// How a repository says once which column holds which member of its row type. It has functions of the shape
///
///     template <class Row, class V>
///     void editable(Row& row, V&& column) {
///       column("username", row.username);
///       column("invite_code", row.invite_code, kNullable);
///     }
///
/// for groups of columns; lists for SELECT, INSERT and UPDATE and the bindings follow from them. Internal to store.
namespace tollgate::store {

struct Nullable {};
/// An empty text is stored as NULL, since the column is unique.
inline constexpr Nullable kNullable;

/// Binds what a repository's function names into a query.
struct Binder {
  Query& query;
  template <class T>
  void operator()(std::string_view name, const T& value) const {
    query.use(name, value);
  }
  void operator()(std::string_view name, const std::string& value, Nullable) const { query.use_or_null(name, value); }
};

/// Lets a query deliver into what a repository's function names.
struct Receiver {
  Query& query;
  template <class T, class... More>
  void operator()(std::string_view, T& value, More...) const {
    query.into(value);
  }
};

/// Collects names as text, each through a pattern such as "{0} = :{0}".
class Lister {
 public:
  explicit Lister(std::string_view pattern) : pattern_(pattern) {}
  template <class T, class... More>
  void operator()(std::string_view name, const T&, More...) {
    if (!out_.empty()) out_ += ", ";
    out_ += fmt::format(fmt::runtime(pattern_), name);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string_view pattern_;
  std::string out_;
};

/// "a, b, c", with a table's alias: "t.a, t.b, t.c".
template <class Row, class Columns>
std::string column_list(Columns&& columns, std::string_view alias = {}) {
  const std::string pattern = alias.empty() ? "{}" : fmt::format("{}.{{}}", alias);
  Lister lister(pattern);
  const Row row{};
  columns(row, lister);
  return lister.take();
}

/// "INSERT INTO table (a, b) VALUES (:a, :b)".
template <class Row, class Columns>
std::string insert_sql(std::string_view table, Columns&& columns) {
  Lister names("{}"), values(":{}");
  const Row row{};
  columns(row, names);
  columns(row, values);
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names.take(), values.take());
}

/// "a = :a, b = :b".
template <class Row, class Columns>
std::string assignments(Columns&& columns) {
  Lister lister("{0} = :{0}");
  const Row row{};
  columns(row, lister);
  return lister.take();
}

/// Ids in a list for `IN (...)`: numbers only, so that nothing needs binding.
template <class T>
std::string id_list(const std::vector<T>& ids) {
  std::string out;
  for (const auto& id : ids) {
    if (!out.empty()) out += ',';
    if constexpr (std::is_integral_v<T>) {
      out += std::to_string(id);
    } else {
      out += std::to_string(id.value);
    }
  }
  return out.empty() ? "NULL" : out;
}

/// One field that a list can be ordered by: as the API calls it, and the SQL expression.
struct OrderField {
  std::string_view name;
  std::string_view sql;
};

/// " ORDER BY ..." for a request's order. Ties are broken by `tie` (an id), so that pages do not overlap.
/// Errors: invalid_request, naming the field and the known ones.
template <std::size_t N>
Result<std::string> order_clause(std::string_view order, const std::array<OrderField, N>& fields,
                                 std::string_view tie = "id") {
  std::string out;
  bool has_tie = false;
  for (std::string_view word : split_list(order)) {
    const bool descending = word.starts_with('-');
    if (descending) word.remove_prefix(1);
    const OrderField* found = nullptr;
    std::string known;
    for (const OrderField& field : fields) {
      if (field.name == word) found = &field;
      known += known.empty() ? "" : ", ";
      known += field.name;
    }
    if (found == nullptr) {
      return fail(Error(ErrorCode::invalid_request,
                        fmt::format("cannot order by \"{}\"; possible are {}", clip_utf8(word, 60), known))
                      .param("order"));
    }
    out += out.empty() ? "" : ", ";
    out += fmt::format("{}{}", found->sql, descending ? " DESC" : "");
    has_tie = has_tie || found->sql == tie;
  }
  if (!has_tie) out += fmt::format("{}{} DESC", out.empty() ? "" : ", ", tie);
  return " ORDER BY " + out;
}

/// Conditions that are joined by AND, with their bindings in the order they were added.
class Conditions {
 public:
  Conditions& add(std::string_view sql) {
    sql_ += sql_.empty() ? " WHERE " : " AND ";
    sql_ += sql;
    return *this;
  }
  template <class T>
  Conditions& add(std::string_view sql, std::string_view name, const T& value) {
    add(sql);
    binds_.emplace_back([name = std::string(name), value](Query& q) { q.use(name, value); });
    return *this;
  }
  [[nodiscard]] const std::string& sql() const { return sql_; }
  void bind(Query& q) const {
    for (const auto& bind : binds_) bind(q);
  }

 private:
  std::string sql_;
  std::vector<std::function<void(Query&)>> binds_;
};

/// A pattern for LIKE ... ESCAPE '!' in which `text` stands for itself; `%` around it as asked.
[[nodiscard]] std::string like_pattern(std::string_view text, bool anywhere);
/// "LOWER(column) LIKE LOWER(:name) ESCAPE '!'": the same on all engines, in any case.
[[nodiscard]] std::string like_condition(std::string_view column, std::string_view name);

std::int64_t count_rows(Session& db, std::string_view from, const Conditions& where);

/// What an UPDATE by id and version means that changed `rows` rows: not_found or conflict if none.
Result<void> expect_updated(Session& db, std::int64_t rows, std::string_view table, std::int64_t id,
                            std::string_view what);
/// The same without a version: not_found if none.
Result<void> expect_found(std::int64_t rows, std::string_view what);

/// "INSERT INTO table (columns) VALUES (values)", which gives the row that has the key already new values: `updates`.
[[nodiscard]] std::string upsert_sql(const Session& db, std::string_view table, std::string_view key,
                                     std::string_view columns, std::string_view values, std::string_view updates);

/// After rows with given ids were inserted: the next numbers must not meet them (PostgreSQL does not see to it).
void advance_ids(Session& db, std::string_view table);

}  // namespace tollgate::store
