#include <array>
#include <utility>

#include "base/strings.h"
#include "dialects/claude/claude.h"
#include "dialects/media.h"
#include "dialects/upstream_error.h"
#include "llm/bad_answer.h"

namespace tollgate::dialects::claude {
namespace {

using llm::Block;
using llm::FinishReason;

struct StopName {
  std::string_view name;
  FinishReason reason;
};
/// The first row of a reason is how it is written.
constexpr std::array kStopNames{
    StopName{"end_turn", FinishReason::stop},
    StopName{"max_tokens", FinishReason::length},
    StopName{"tool_use", FinishReason::tool_calls},
    StopName{"stop_sequence", FinishReason::stop_sequence},
    StopName{"refusal", FinishReason::content_filter},
    StopName{"pause_turn", FinishReason::pause},
    StopName{"model_context_window_exceeded", FinishReason::length},
};

/// The arguments of a call as the object that this dialect demands.
json::object input_of(const llm::ToolCall& call) {
  if (trim(call.arguments).empty()) return {};
  if (!call.custom) {
    if (auto parsed = json::parse_object(call.arguments)) return std::move(*parsed);
  }
  // What a model wrote wrongly is for the client to judge.
  return json::object{{"raw_arguments", to_string(call.arguments)}};
}

json::value render_reasoning(const llm::Reasoning& reasoning) {
  const bool own = reasoning.origin == DialectId::claude;
  if (!reasoning.redacted.empty()) {
    if (!own) return nullptr;
    return json::object{{"type", "redacted_thinking"}, {"data", to_string(reasoning.redacted)}};
  }
  return json::object{{"type", "thinking"},
                      {"thinking", to_string(reasoning.text)},
                      {"signature", to_string(own ? std::string_view(reasoning.signature) : std::string_view())}};
}

json::value render_block(const Block& block, bool& called) {
  if (const auto* text = block.as<llm::Text>()) {
    if (text->text.empty()) return nullptr;
    json::object out{{"type", "text"}, {"text", to_string(text->text)}};
    return out;
  }
  if (const auto* reasoning = block.as<llm::Reasoning>()) return render_reasoning(*reasoning);
  if (const auto* call = block.as<llm::ToolCall>()) {
    called = true;
    return json::object{
        {"type", "tool_use"}, {"id", to_string(call->id)}, {"name", to_string(call->name)}, {"input", input_of(*call)}};
  }
  const auto* opaque = block.as<llm::Opaque>();
  if (opaque && opaque->dialect == DialectId::claude) return opaque->body;
  return nullptr;
}

}  // namespace

FinishReason finish_reason(std::string_view name) {
  for (const StopName& row : kStopNames) {
    if (row.name == name) return row.reason;
  }
  return FinishReason::unknown;
}

FinishReason finish_for(FinishReason stated, bool called, bool refused) {
  if (stated != FinishReason::stop && stated != FinishReason::unknown) return stated;
  return called ? FinishReason::tool_calls : refused ? FinishReason::content_filter : stated;
}

std::string_view stop_name(FinishReason reason) {
  for (const StopName& row : kStopNames) {
    if (row.reason == reason) return row.name;
  }
  return kStopNames.front().name;
}

Result<llm::ChatResponse> parse_response(const json::object& body, const llm::Conversion& conversion) {
  const std::string_view type = json::find_string(body, "type");
  if (type == "error" || json::find_object(body, "error")) return fail(upstream_error(200, json::serialize(body)));
  const json::array* content = json::find_array(body, "content");
  if (!content) return fail(llm::not_its_api("no content"));

  llm::ChatResponse out;
  out.id = json::find_string(body, "id");
  out.model = json::find_string(body, "model");
  bool called = false, answered_by_schema = false;
  for (const json::value& item : *content) {
    const json::object* block = item.if_object();
    if (!block) return fail(llm::not_its_api("a content block is not an object"));
    const std::string_view kind = json::find_string(*block, "type");
    if (kind == "text") {
      constexpr std::string_view known[] = {"type", "text"};
      llm::add_block(out.blocks, llm::Text{std::string(json::find_string(*block, "text"))});
      keep_unknown(*block, known, out.blocks.back().extras);
    } else if (kind == "thinking") {
      llm::add_block(out.blocks, llm::Reasoning{std::string(json::find_string(*block, "thinking")),
                                                std::string(json::find_string(*block, "signature")),
                                                {},
                                                DialectId::claude});
    } else if (kind == "redacted_thinking") {
      llm::add_block(out.blocks,
                     llm::Reasoning{{}, {}, std::string(json::find_string(*block, "data")), DialectId::claude});
    } else if (kind == "tool_use") {
      const json::object* input = json::find_object(*block, "input");
      std::string arguments = input ? json::serialize(*input) : "{}";
      const std::string_view name = json::find_string(*block, "name");
      if (name.empty()) return fail(llm::not_its_api("a tool call without a name"));
      if (!conversion.schema_tool.empty() && name == conversion.schema_tool) {
        answered_by_schema = true;
        llm::add_block(out.blocks, llm::Text{std::move(arguments)});
        continue;
      }
      called = true;
      llm::add_block(out.blocks, llm::ToolCall{std::string(json::find_string(*block, "id")),
                                               std::string(conversion.client_tool_name(name)), std::move(arguments)});
    } else {
      llm::add_block(out.blocks, llm::Opaque{DialectId::claude, *block});
    }
  }
  out.finish = finish_reason(json::find_string(body, "stop_reason"));
  if (answered_by_schema && !called && out.finish == FinishReason::tool_calls) out.finish = FinishReason::stop;
  out.stop_sequence = json::find_string(body, "stop_sequence");
  if (const json::object* usage = json::find_object(body, "usage")) {
    const llm::Usage read = (conversion.read_usage ? conversion.read_usage : &llm::read_claude_usage)(*usage);
    if (!read.empty()) out.usage = read;
  }
  return out;
}

json::object render_response(const llm::ChatResponse& response, const llm::Conversion& conversion) {
  json::array content;
  bool called = false, refused = false;
  for (const Block& block : response.blocks) {
    const auto* text = block.as<llm::Text>();
    refused = refused || (text && text->refusal);
    json::value rendered = render_block(block, called);
    if (!rendered.is_null()) content.push_back(std::move(rendered));
  }
  const FinishReason finish = finish_for(response.finish, called, refused);

  std::string id = response.id.empty() ? conversion.fallback_id : response.id;
  if (!id.starts_with(kIdPrefix)) id.insert(0, kIdPrefix);
  json::object out{{"id", to_string(id)},
                   {"type", "message"},
                   {"role", "assistant"},
                   {"model", to_string(conversion.model_for_client(response.model))}};
  out["content"] = std::move(content);
  out["stop_reason"] = to_string(stop_name(finish));
  out["stop_sequence"] =
      response.stop_sequence.empty() ? json::value(nullptr) : json::value(to_string(response.stop_sequence));
  if (response.usage) {
    out["usage"] = llm::claude_usage_json(*response.usage);
  } else {
    out["usage"] = json::object{{"input_tokens", conversion.estimated_input_tokens}, {"output_tokens", 0}};
  }
  return out;
}

}  // namespace tollgate::dialects::claude
