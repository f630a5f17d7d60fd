#include <array>
#include <utility>

#include "dialects/media.h"
#include "dialects/openai_chat/openai_chat.h"
#include "dialects/upstream_error.h"
#include "llm/bad_answer.h"

namespace tollgate::dialects::openai_chat {
namespace {

using llm::Block;
using llm::FinishReason;

struct FinishName {
  std::string_view name;
  FinishReason reason;
};
/// The first row of a reason is how it is written.
constexpr std::array kFinishNames{
    FinishName{"stop", FinishReason::stop},
    FinishName{"length", FinishReason::length},
    FinishName{"tool_calls", FinishReason::tool_calls},
    FinishName{"content_filter", FinishReason::content_filter},
    FinishName{"function_call", FinishReason::tool_calls},
    FinishName{"stop_sequence", FinishReason::stop_sequence},
    FinishName{"end_turn", FinishReason::stop},
    FinishName{"eos", FinishReason::stop},
    FinishName{"max_tokens", FinishReason::length},
    FinishName{"model_length", FinishReason::length},
    FinishName{"tool_use", FinishReason::tool_calls},
    FinishName{"refusal", FinishReason::content_filter},
    FinishName{"sensitive", FinishReason::content_filter},
};

void read_content(const json::object& message, std::vector<Block>& blocks) {
  const json::value* content = json::find(message, "content");
  if (!content) return;
  if (const json::string* text = content->if_string()) {
    if (!text->empty()) llm::add_block(blocks, llm::Text{std::string(json::view(*text))});
    return;
  }
  const json::array* parts = content->if_array();
  if (!parts) return;
  for (const json::value& item : *parts) {
    const json::object* part = item.if_object();
    if (!part) continue;
    if (const std::string_view text = json::find_string(*part, "text"); !text.empty()) {
      llm::add_block(blocks, llm::Text{std::string(text)});
    } else if (const json::array* thoughts = json::find_array(*part, "thinking")) {
      std::string joined;
      for (const json::value& piece : *thoughts) {
        if (const json::object* object = piece.if_object()) joined += json::find_string(*object, "text");
      }
      if (!joined.empty()) llm::add_block(blocks, llm::Reasoning{std::move(joined), {}, {}, DialectId::openai_chat});
    }
  }
}

bool read_tool_calls(const json::object& message, const llm::Conversion& conversion, std::vector<Block>& blocks) {
  if (const json::array* calls = json::find_array(message, "tool_calls")) {
    for (std::size_t i = 0; i < calls->size(); ++i) {
      const json::object* call = (*calls)[i].if_object();
      if (!call) return false;
      llm::ToolCall out;
      out.id = json::find_string(*call, "id");
      if (out.id.empty()) out.id = "call_" + conversion.fallback_id + "_" + std::to_string(i);
      const json::object* custom = json::find_object(*call, "custom");
      const json::object* function = json::find_object(*call, "function");
      if (custom) {
        out.custom = true;
        out.name = conversion.client_tool_name(json::find_string(*custom, "name"));
        out.arguments = json::find_string(*custom, "input");
      } else if (function) {
        out.name = conversion.client_tool_name(json::find_string(*function, "name"));
        // Some providers send the arguments as an object.
        const json::value* arguments = json::find(*function, "arguments");
        if (arguments) {
          out.arguments =
              arguments->is_string() ? std::string(json::view(arguments->get_string())) : json::serialize(*arguments);
        }
      } else {
        return false;
      }
      if (out.name.empty()) return false;
      llm::add_block(blocks, std::move(out));
    }
  }
  if (const json::object* call = json::find_object(message, "function_call")) {
    llm::add_block(blocks, llm::ToolCall{"call_" + conversion.fallback_id,
                                         std::string(conversion.client_tool_name(json::find_string(*call, "name"))),
                                         std::string(json::find_string(*call, "arguments"))});
  }
  return true;
}

/// Signed thoughts of another dialect, in the form that clients hand back on an assistant message.
json::value thinking_block(const llm::Reasoning& reasoning) {
  if (!reasoning.redacted.empty()) {
    return json::object{{"type", "redacted_thinking"}, {"data", to_string(reasoning.redacted)}};
  }
  return json::object{
      {"type", "thinking"}, {"thinking", to_string(reasoning.text)}, {"signature", to_string(reasoning.signature)}};
}

}  // namespace

FinishReason finish_reason(std::string_view name) {
  for (const FinishName& row : kFinishNames) {
    if (row.name == name) return row.reason;
  }
  return FinishReason::unknown;
}

std::string_view finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop_sequence:
    case FinishReason::pause:
    case FinishReason::unknown:
      return "stop";
    default:
      break;
  }
  for (const FinishName& row : kFinishNames) {
    if (row.reason == reason) return row.name;
  }
  return "stop";
}

Result<llm::ChatResponse> parse_response(const json::object& body, const llm::Conversion& conversion) {
  const json::array* choices = json::find_array(body, "choices");
  if (!choices && json::find(body, "error")) return fail(upstream_error(200, json::serialize(body)));
  const json::object* choice = choices && !choices->empty() ? choices->front().if_object() : nullptr;
  const json::object* message = choice ? json::find_object(*choice, "message") : nullptr;
  if (!message) return fail(llm::not_its_api("no choices[0].message"));

  llm::ChatResponse out;
  out.id = json::find_string(body, "id");
  out.model = json::find_string(body, "model");
  out.created_unix_s = llm::count_at(body, "created").value_or(0);
  std::string_view thoughts = json::find_string(*message, "reasoning_content");
  if (thoughts.empty()) thoughts = json::find_string(*message, "reasoning");
  if (!thoughts.empty()) {
    llm::add_block(out.blocks, llm::Reasoning{std::string(thoughts), {}, {}, DialectId::openai_chat});
  }
  read_content(*message, out.blocks);
  if (const std::string_view refusal = json::find_string(*message, "refusal"); !refusal.empty()) {
    llm::add_block(out.blocks, llm::Text{std::string(refusal), true});
  }
  if (!read_tool_calls(*message, conversion, out.blocks))
    return fail(llm::not_its_api("a tool call without a function name"));
  out.finish = finish_reason(json::find_string(*choice, "finish_reason"));
  const json::object* usage = json::find_object(body, "usage");
  if (!usage) usage = json::find_object(*choice, "usage");
  if (usage) {
    const llm::Usage read = (conversion.read_usage ? conversion.read_usage : &llm::read_openai_usage)(*usage);
    if (!read.empty()) out.usage = read;
  }
  return out;
}

json::object render_response(const llm::ChatResponse& response, const llm::Conversion& conversion) {
  std::string text, thoughts, refusal;
  bool has_text = false;
  json::array calls, signed_thoughts;
  for (const Block& block : response.blocks) {
    if (const auto* words = block.as<llm::Text>()) {
      (words->refusal ? refusal : text) += words->text;
      has_text = has_text || !words->refusal;
    } else if (const auto* reasoning = block.as<llm::Reasoning>()) {
      thoughts += reasoning->text;
      const bool foreign = reasoning->origin != DialectId::openai_chat;
      if (foreign && (!reasoning->signature.empty() || !reasoning->redacted.empty())) {
        signed_thoughts.push_back(thinking_block(*reasoning));
      }
    } else if (const auto* call = block.as<llm::ToolCall>()) {
      json::object entry{{"id", to_string(call->id)}};
      if (call->custom) {
        entry["type"] = "custom";
        entry["custom"] = json::object{{"name", to_string(call->name)}, {"input", to_string(call->arguments)}};
      } else {
        entry["type"] = "function";
        const std::string_view arguments = call->arguments.empty() ? "{}" : std::string_view(call->arguments);
        entry["function"] = json::object{{"name", to_string(call->name)}, {"arguments", to_string(arguments)}};
      }
      calls.push_back(std::move(entry));
    }
  }
  json::object message{{"role", "assistant"}};
  message["content"] = has_text ? json::value(to_string(text)) : json::value(nullptr);
  message["refusal"] = refusal.empty() ? json::value(nullptr) : json::value(to_string(refusal));
  if (!thoughts.empty()) message["reasoning_content"] = to_string(thoughts);
  if (!signed_thoughts.empty()) message["thinking_blocks"] = std::move(signed_thoughts);
  const bool called = !calls.empty();
  if (called) message["tool_calls"] = std::move(calls);

  FinishReason finish = response.finish;
  if (called && (finish == FinishReason::stop || finish == FinishReason::unknown)) finish = FinishReason::tool_calls;
  std::string id = response.id.empty() ? conversion.fallback_id : response.id;
  if (!id.starts_with(kIdPrefix)) id.insert(0, kIdPrefix);

  json::object out{{"id", to_string(id)},
                   {"object", "chat.completion"},
                   {"created", response.created_unix_s != 0 ? response.created_unix_s : conversion.now_unix_s},
                   {"model", to_string(conversion.model_for_client(response.model))}};
  json::object choice{{"index", 0},
                      {"message", std::move(message)},
                      {"logprobs", nullptr},
                      {"finish_reason", to_string(finish_name(finish))}};
  json::array choices;
  choices.push_back(std::move(choice));
  out["choices"] = std::move(choices);
  if (response.usage) out["usage"] = llm::openai_usage_json(*response.usage);
  return out;
}

}  // namespace tollgate::dialects::openai_chat
