#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llm/chat.h"
#include "llm/conversion.h"

namespace tollgate::dialects {

/// The names under which an upstream gets to know a request's tools. Dialects allow letters, digits, `_` and `-`, up to
/// a length; a name that breaks this is replaced by a similar one, the same in declarations, choice and history, and
/// Conversion::renamed_tools remembers it for the answer.
class ToolNames {
 public:
  ToolNames(const llm::ChatRequest& request, std::size_t longest, llm::Conversion& conversion);
  [[nodiscard]] std::string_view upstream(std::string_view client_name) const;

 private:
  std::vector<std::pair<std::string, std::string>> renamed_;  // client's, upstream's
};

/// A call's id within the same limits; equal ids stay equal, different ones different.
[[nodiscard]] std::string tool_call_id(std::string_view id, std::size_t longest);

}  // namespace tollgate::dialects
