#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/secret.h"
#include "store/session.h"

namespace tollgate::store {

/// One SQL statement with named parameters (`:name`), the same text on all engines. A thin, compile-cheap cover of
/// SOCI's statement; like it, it throws, so it is used inside `guarded` or `transaction` only.
///
///     Query q(db, "SELECT id, name FROM tokens WHERE user_id = :owner");
///     q.use("owner", owner).into(row.id, row.name);
///     while (q.next()) rows.push_back(row);
///
/// A NULL arrives as 0 or as an empty text. The schema has none but where a unique column may be empty.
/// Texts must be UTF-8 without zero bytes: anything else is refused (invalid_request), since the engines differ there.
class Query {
 public:
  Query(Session& db, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>)
  Query& use(std::string_view name, T value) {
    return use_integer(name, static_cast<std::int64_t>(value));
  }
  template <class Tag>
  Query& use(std::string_view name, Id<Tag> id) {
    return use_integer(name, id.value);
  }
  Query& use(std::string_view name, std::string_view text) { return use_text(name, text, false); }
  Query& use(std::string_view name, const std::string& text) { return use_text(name, text, false); }
  Query& use(std::string_view name, const char* text) { return use_text(name, text, false); }
  Query& use(std::string_view name, const Secret& text) { return use_text(name, text.reveal(), false); }
  /// An empty text is stored as NULL: for unique columns that may be empty.
  Query& use_or_null(std::string_view name, std::string_view text) { return use_text(name, text, true); }

  /// The columns of the result, in order; filled by each `next`. The variables must outlive the query.
  template <class... T>
  Query& into(T&... targets) {
    (into_one(targets), ...);
    return *this;
  }

  /// Executes at the first call; then one row a call.
  bool next();
  /// Executes a statement without a result, and says how many rows it changed (on every engine, rows matched). The
  /// parameters may be given anew with `use` and the statement executed again.
  std::int64_t execute();
  /// Executes an INSERT into a table whose `id` the database numbers, and returns that id. May be repeated like
  /// `execute`.
  std::int64_t insert();

 private:
  struct Impl;
  enum class Kind : std::uint8_t { i64, i32, i16, i8, boolean, text, secret };

  Query& use_integer(std::string_view name, std::int64_t value);
  Query& use_text(std::string_view name, std::string_view value, bool empty_is_null);
  void into_target(Kind kind, void* target);

  template <class T>
  void into_one(T& target) {
    if constexpr (std::is_same_v<T, bool>) {
      into_target(Kind::boolean, &target);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      into_target(sizeof(T) == 8   ? Kind::i64
                  : sizeof(T) == 4 ? Kind::i32
                  : sizeof(T) == 2 ? Kind::i16
                                   : Kind::i8,
                  &target);
    } else if constexpr (std::is_same_v<T, std::string>) {
      into_target(Kind::text, &target);
    } else {
      into_target(Kind::secret, &target);
    }
  }
  template <class Tag>
  void into_one(Id<Tag>& target) {
    into_target(Kind::i64, &target.value);
  }
  void into_one(Secret& target) { into_target(Kind::secret, &target); }

  std::unique_ptr<Impl> impl_;
};

/// Executes a statement that has neither parameters nor a result.
std::int64_t execute(Session& db, std::string_view sql);

}  // namespace tollgate::store
