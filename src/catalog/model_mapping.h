#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tollgate::catalog {

/// What a channel calls a model, and under which name it is billed.
struct MappedModel {
  std::string_view upstream;  ///< the name to send
  std::string_view billed;    ///< the name whose price counts first
  bool mapped = false;        ///< `upstream` is not what was asked for
};

/// A channel's `model_mapping`: requested → upstream, one step, as the predecessors have it. Exact names win; a key
/// that ends in `*` maps all names that begin so (the longest such key counts), and a star at the end of its value
/// stands for the rest of the name. A value that begins with `+` sends the rest of it but bills the requested name.
/// Immutable.
class ModelMapping {
 public:
  /// @param json  An object of strings; empty text, `null` and `{}` map nothing.
  /// Errors: invalid_request, naming the entry.
  static Result<ModelMapping> parse(std::string_view json);

  /// @param buffer  Holds a name that had to be put together; nothing is allocated unless a star is filled in.
  [[nodiscard]] MappedModel map(std::string_view requested, std::string& buffer) const;
  [[nodiscard]] bool empty() const { return exact_.empty() && patterns_.empty(); }

 private:
  struct Target {
    std::string upstream;
    bool bill_requested = false;
    bool fill_star = false;
  };
  std::vector<std::pair<std::string, Target>> exact_;     // sorted by name
  std::vector<std::pair<std::string, Target>> patterns_;  // longest first, without the star
};

}  // namespace tollgate::catalog
