#pragma once

#include <string_view>

#include "base/error.h"

namespace tollgate::llm {

/// What a caller wrote behind a model's name: `name#thinking`, `name#high`, `name#search`, or several of them.
struct ModelArgument {
  bool thinking = false;      ///< reason, as much as the provider finds right
  std::string_view effort{};  ///< none, minimal, low, medium, high, xhigh or max; empty if not said
  bool search = false;        ///< look things up in the web

  [[nodiscard]] constexpr bool reasons() const { return thinking || !effort.empty(); }
  [[nodiscard]] constexpr bool empty() const { return !reasons() && !search; }
  friend constexpr bool operator==(const ModelArgument&, const ModelArgument&) = default;
};

/// @param text  What stands behind the name's first `#`; words are separated by more of them.
/// Errors: invalid_request, which lists what there is.
[[nodiscard]] Result<ModelArgument> parse_model_argument(std::string_view text);

/// The refusal of `#search` where the provider does not search.
[[nodiscard]] Error no_search();

}  // namespace tollgate::llm
