#include "llm/conversion.h"

namespace tollgate::llm {

std::string_view Conversion::client_tool_name(std::string_view upstream_name) const {
  for (const auto& [upstream_tool, client_tool] : renamed_tools) {
    if (upstream_tool == upstream_name) return client_tool;
  }
  return upstream_name;
}

}  // namespace tollgate::llm
