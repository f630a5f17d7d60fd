#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tollgate::ledger {

/// A name (model, group, error, ...) as journal records carry it: a hash of its text, the same in every process and
/// journal, so that a record can be read with nothing but a dictionary of texts. 0 is "no name".
enum class NameId : std::uint64_t { none = 0 };

/// FNV-1a, 64 bits, then a multiply-and-shift mix; never 0 for a text that is not empty.
[[nodiscard]] NameId name_id(std::string_view text);

/// The longest name kept; longer ones are cut at a UTF-8 boundary before they are hashed.
inline constexpr std::size_t kMaxNameBytes = 224;

/// The texts behind the ids, for the process. Any thread; a short lock.
class NameTable {
 public:
  /// @param limit  Distinct names kept: a caller who invents model names for a wildcard must not fill the memory.
  /// Beyond
  ///               it every new name is `(other)`.
  explicit NameTable(std::size_t limit = 65'536);
  /// The id of a text, which from now on `text_of` knows.
  NameId intern(std::string_view text);
  /// Empty for an id never interned. The view is good as long as the table.
  [[nodiscard]] std::string_view text_of(NameId id) const;
  [[nodiscard]] std::size_t size() const;

 private:
  std::size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::string> texts_;
};

}  // namespace tollgate::ledger
