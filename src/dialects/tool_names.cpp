#include "dialects/tool_names.h"

#include <algorithm>
#include <cstdint>

namespace tollgate::dialects {
namespace {

constexpr bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_fine(std::string_view name, std::size_t longest) {
  return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), is_name_char);
}

/// Keeps what may stay and ends in a mark of the whole name, so that names that look alike stay apart.
std::string replacement(std::string_view name, std::size_t longest) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string mark = "_";
  for (int i = 0; i < 12; ++i) mark += kDigits[(hash >> (i * 4)) & 15u];
  std::string out(name.substr(0, longest - mark.size()));
  for (char& c : out) {
    if (!is_name_char(c)) c = '_';
  }
  return out + mark;
}

}  // namespace

ToolNames::ToolNames(const llm::ChatRequest& request, std::size_t longest, llm::Conversion& conversion) {
  const auto learn = [&](std::string_view name) {
    if (name.empty() || is_fine(name, longest) || upstream(name) != name) return;
    renamed_.emplace_back(name, replacement(name, longest));
    conversion.renamed_tools.emplace_back(renamed_.back().second, renamed_.back().first);
  };
  for (const llm::Tool& tool : request.tools) {
    if (tool.kind != llm::Tool::Kind::server) learn(tool.name);
  }
  for (const llm::Message& message : request.messages) {
    for (const llm::Block& block : message.blocks) {
      if (const auto* call = block.as<llm::ToolCall>()) learn(call->name);
    }
  }
}

std::string_view ToolNames::upstream(std::string_view client_name) const {
  for (const auto& [client, other] : renamed_) {
    if (client == client_name) return other;
  }
  return client_name;
}

std::string tool_call_id(std::string_view id, std::size_t longest) {
  return is_fine(id, longest) ? std::string(id) : replacement(id, longest);
}

}  // namespace tollgate::dialects
