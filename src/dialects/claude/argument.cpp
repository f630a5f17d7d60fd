#include <utility>

#include "dialects/claude/claude.h"
#include "dialects/claude/request_writer.h"
#include "dialects/media.h"

namespace tollgate::dialects::claude {
namespace {

/// What thinking decides on. Everything else stays as the client wrote it.
constexpr std::string_view kOfThinking[] = {"max_tokens", "thinking", "output_config", "temperature", "top_p", "top_k"};

Result<void> ask_reasoning(json::object& body, const llm::ModelArgument& argument, const llm::UpstreamFacts& facts) {
  const auto request = parse_request(body);
  if (!request) return std::unexpected(request.error());
  llm::Conversion conversion;
  conversion.client = conversion.upstream = DialectId::claude;
  conversion.facts = facts;
  conversion.argument = {.thinking = argument.thinking, .effort = argument.effort};
  auto rendered = render_request(*request, conversion);
  if (!rendered) return std::unexpected(std::move(rendered.error()));
  for (const std::string_view name : kOfThinking) {
    const boost::json::string_view key(name.data(), name.size());
    if (json::value* decided = rendered->if_contains(key)) {
      body[key] = std::move(*decided);
    } else {
      body.erase(key);
    }
  }
  return {};
}

bool has_search(const json::array& tools) {
  for (const json::value& tool : tools) {
    const json::object* object = tool.if_object();
    if (object && json::find_string(*object, "name") == kSearchTool) return true;
  }
  return false;
}

}  // namespace

Result<void> add_search_tool(json::object& body, const llm::UpstreamFacts& facts, const json::object* options) {
  if (!facts.search_tool) return fail(llm::no_search());
  json::value& tools = body["tools"];
  if (!tools.is_array()) tools = json::array();
  // A tool of that name, whoever runs it, is how the caller wants to search.
  if (has_search(tools.get_array())) return {};
  json::object search{{"type", "web_search_20250305"}, {"name", to_string(kSearchTool)}};
  const json::object* where = options ? json::find_object(*options, "user_location") : nullptr;
  if (const json::object* place = where ? json::find_object(*where, "approximate") : nullptr) {
    json::object location{{"type", "approximate"}};
    add_extras(*place, location);
    search["user_location"] = std::move(location);
  }
  tools.get_array().push_back(std::move(search));
  return {};
}

Result<void> apply_argument(json::object& body, const llm::ModelArgument& argument, const llm::UpstreamFacts& facts) {
  if (argument.reasons()) {
    if (auto asked = ask_reasoning(body, argument, facts); !asked) return asked;
  }
  if (argument.search) return add_search_tool(body, facts);
  return {};
}

}  // namespace tollgate::dialects::claude
