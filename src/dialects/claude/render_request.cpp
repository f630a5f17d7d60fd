#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "dialects/claude/request_writer.h"
#include "dialects/media.h"

namespace tollgate::dialects::claude {

using llm::Block;
using llm::Role;

namespace {

constexpr std::int64_t kLeastBudget = 1024;

struct EffortBudget {
  std::string_view effort;
  std::int64_t tokens;
};
constexpr EffortBudget kBudgets[] = {{"minimal", 1024}, {"low", 2048},    {"medium", 8192},
                                     {"high", 16384},   {"xhigh", 24576}, {"max", 32000}};

bool is_blank(std::string_view text) { return trim(text).empty(); }

}  // namespace

// Thinking -----------------------------------------------------------------------------------------------------------

/// What the caller wrote behind the model's name goes before what the request says.
llm::ReasoningRequest RequestWriter::wanted_reasoning(const llm::ChatRequest& in, const llm::ModelArgument& argument) {
  using Mode = llm::ReasoningRequest::Mode;
  if (!argument.reasons()) return in.reasoning;
  llm::ReasoningRequest out;
  out.mode = argument.effort == "none" ? Mode::disabled : Mode::enabled;
  out.effort = argument.effort;
  return out;
}

bool RequestWriter::forced_choice() const {
  using Mode = llm::ToolChoice::Mode;
  const bool by_schema =
      in_.response_format.kind == llm::ResponseFormat::Kind::json_schema && !conversion_.facts.structured_output;
  const llm::ToolChoice& choice = in_.tool_choice;
  return by_schema || choice.mode == Mode::required || choice.mode == Mode::named ||
         (choice.mode == Mode::restricted && choice.restricted_required);
}

/// The model waits for results of calls whose thoughts the client does not have any more: the API refuses to go on
/// thinking with a budget from there.
bool RequestWriter::open_tool_loop_without_thoughts() const {
  bool results = false;
  for (auto message = in_.messages.rbegin(); message != in_.messages.rend(); ++message) {
    if (message->role == Role::system || message->role == Role::developer) continue;
    if (message->role != Role::assistant) {
      for (const Block& block : message->blocks) results = results || block.as<llm::ToolResult>();
      continue;
    }
    if (!results) return false;
    for (const Block& block : message->blocks) {
      const auto* thought = block.as<llm::Reasoning>();
      if (thought && thought->origin == DialectId::claude &&
          (!thought->signature.empty() || !thought->redacted.empty())) {
        return false;
      }
    }
    return std::any_of(message->blocks.begin(), message->blocks.end(),
                       [](const Block& block) { return block.as<llm::ToolCall>() != nullptr; });
  }
  return false;
}

std::int64_t RequestWriter::wanted_budget() const {
  if (reasoning_.budget_tokens) return std::max(*reasoning_.budget_tokens, kLeastBudget);
  for (const EffortBudget& row : kBudgets) {
    if (row.effort == reasoning_.effort) return row.tokens;
  }
  return 8192;
}

void RequestWriter::write_thinking() {
  using Mode = llm::ReasoningRequest::Mode;
  const llm::ReasoningRequest& reasoning = reasoning_;
  const std::int64_t stated = in_.max_output_tokens.value_or(0);
  const std::int64_t fallback =
      conversion_.facts.default_max_output_tokens > 0 ? conversion_.facts.default_max_output_tokens : kDefaultMaxTokens;
  max_tokens_ = stated > 0 ? stated : fallback;

  json::object config;
  if (reasoning.mode == Mode::unset) {
    if (own_thinking_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
  } else if (reasoning.mode == Mode::disabled) {
    if (own_thinking_ || conversion_.facts.adaptive_thinking) out_["thinking"] = json::object{{"type", "disabled"}};
    if (own_thinking_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
  } else {
    thinking_ = true;
    if (!own_thinking_ && forced_choice()) no_thinking("dropped, since a tool must be called");
    const bool adaptive = own_thinking_ ? reasoning.mode == Mode::adaptive : conversion_.facts.adaptive_thinking;
    if (thinking_ && adaptive) {
      out_["thinking"] = json::object{{"type", "adaptive"}};
      std::string effort = reasoning.effort;
      if (effort.empty() && reasoning.budget_tokens) {
        effort = *reasoning.budget_tokens <= 2048 ? "low" : *reasoning.budget_tokens <= 8192 ? "medium" : "high";
      }
      if (effort == "minimal") effort = "low";
      if (!effort.empty()) config["effort"] = to_string(effort);
    } else if (thinking_) {
      if (!own_thinking_ && open_tool_loop_without_thoughts()) {
        no_thinking("dropped, since the earlier thoughts of this tool call are missing");
      }
      std::int64_t budget = wanted_budget();
      if (thinking_ && !own_thinking_) {
        if (stated == 0) {
          max_tokens_ = budget + fallback;
        } else {
          // Room is left for the answer.
          budget = std::min(budget, stated - stated / 5);
          if (budget < kLeastBudget || budget >= stated) no_thinking("dropped, since the output limit leaves no room");
        }
      }
      if (thinking_) out_["thinking"] = json::object{{"type", "enabled"}, {"budget_tokens", budget}};
      if (own_thinking_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
    }
  }
  if (json::value* thinking = out_.if_contains("thinking"); thinking && own_thinking_) {
    add_extras(reasoning.extras, thinking->get_object());
  }
  if (!config.empty()) out_["output_config"] = std::move(config);
}

// The rest -----------------------------------------------------------------------------------------------------------

void RequestWriter::write_tools() {
  using Mode = llm::ToolChoice::Mode;
  json::array tools;
  for (std::size_t i = 0; i < in_.tools.size(); ++i) {
    const llm::Tool& tool = in_.tools[i];
    const std::string path = "tools[" + std::to_string(i) + "]";
    if (tool.kind != llm::Tool::Kind::function) {
      if (tool.name == "web_search_options" && conversion_.facts.search_tool) {
        search_options_ = &tool.body;
        continue;
      }
      if (!native_) {
        give_up(tool.name == "web_search_options" ? tool.name : path,
                "is a tool of another provider's making, which this model cannot use");
        return;
      }
      tools.push_back(tool.body);
      continue;
    }
    const auto& allowed = in_.tool_choice;
    if (allowed.mode == Mode::restricted &&
        std::find(allowed.names.begin(), allowed.names.end(), tool.name) == allowed.names.end()) {
      continue;
    }
    json::object entry{{"name", to_string(names_.upstream(tool.name))}};
    if (!tool.description.empty()) entry["description"] = to_string(tool.description);
    json::object schema = tool.schema;
    if (!schema.contains("type")) schema["type"] = "object";
    if (tool.schema.empty()) schema["properties"] = json::object();
    entry["input_schema"] = std::move(schema);
    if (tool.strict && (native_ || *tool.strict)) entry["strict"] = *tool.strict;
    if (!tool.cache_control.empty()) entry["cache_control"] = tool.cache_control;
    if (native_) {
      add_extras(tool.extras, entry);
    } else {
      for (const auto& extra : tool.extras) conversion_.dropped(path + "." + std::string(extra.key()));
    }
    tools.push_back(std::move(entry));
  }
  const bool has_tools = !tools.empty();
  if (has_tools) out_["tools"] = std::move(tools);
  write_tool_choice(has_tools);
}

void RequestWriter::write_tool_choice(bool has_tools) {
  using Mode = llm::ToolChoice::Mode;
  if (!has_tools) return;
  json::object choice;
  switch (in_.tool_choice.mode) {
    case Mode::unset:
      break;
    case Mode::automatic:
      choice["type"] = "auto";
      break;
    case Mode::none:
      choice["type"] = "none";
      break;
    case Mode::required:
      choice["type"] = "any";
      break;
    case Mode::named:
      choice["type"] = "tool";
      choice["name"] = to_string(names_.upstream(in_.tool_choice.name));
      break;
    case Mode::restricted:
      choice["type"] = in_.tool_choice.restricted_required ? "any" : "auto";
      break;
  }
  if (in_.parallel_tool_calls && in_.tool_choice.mode != Mode::none) {
    const bool disable = !*in_.parallel_tool_calls;
    if (disable || (native_ && !choice.empty())) {
      if (choice.empty()) choice["type"] = "auto";
      choice["disable_parallel_tool_use"] = disable;
    }
  }
  if (!choice.empty()) out_["tool_choice"] = std::move(choice);
}

void RequestWriter::write_response_format() {
  using Kind = llm::ResponseFormat::Kind;
  const llm::ResponseFormat& format = in_.response_format;
  if (format.kind == Kind::json_object) {
    // There is no such mode here; words do what a schema would forbid.
    system_.push_back(json::object{{"type", "text"}, {"text", "Answer with one JSON object and nothing else."}});
    conversion_.note("response_format", "asked for in words");
    return;
  }
  if (format.kind != Kind::json_schema) return;
  json::object schema = format.schema;
  if (conversion_.facts.structured_output) {
    json::object config;
    if (json::value* there = out_.if_contains("output_config")) config = std::move(there->get_object());
    config["format"] = json::object{{"type", "json_schema"}, {"schema", std::move(schema)}};
    out_["output_config"] = std::move(config);
    return;
  }
  if (json::find_string(schema, "type") != "object") {
    give_up("response_format.json_schema.schema.type", "must be object for this model");
    return;
  }
  std::string name = "json_answer";
  const auto taken = [&] {
    return std::any_of(in_.tools.begin(), in_.tools.end(), [&](const llm::Tool& tool) { return tool.name == name; });
  };
  while (taken()) name += '_';
  conversion_.schema_tool = name;
  conversion_.note("response_format", "asked for as a forced tool");
  json::object tool{{"name", to_string(name)}};
  tool["description"] =
      to_string(format.description.empty() ? "Gives the final answer. Call it exactly once, with the whole answer."
                                           : format.description);
  tool["input_schema"] = std::move(schema);
  json::array tools;
  if (json::value* there = out_.if_contains("tools")) tools = std::move(there->get_array());
  const bool alone = tools.empty() || in_.tool_choice.mode == llm::ToolChoice::Mode::none;
  tools.push_back(std::move(tool));
  out_["tools"] = std::move(tools);
  // Beside other tools the model may still call those first.
  json::object choice{{"type", alone ? "tool" : "any"}};
  if (alone) choice["name"] = to_string(name);
  out_["tool_choice"] = std::move(choice);
}

void RequestWriter::write_sampling() {
  const llm::Sampling& sampling = in_.sampling;
  const bool free = own_thinking_ || !thinking_;
  if (sampling.temperature) {
    if (!free) {
      if (*sampling.temperature != 1.0) conversion_.dropped("temperature");
    } else if (*sampling.temperature > 1 && !native_) {
      out_["temperature"] = 1.0;
      conversion_.note("temperature", "clamped to 1");
    } else {
      out_["temperature"] = *sampling.temperature;
    }
  }
  if (sampling.top_p) {
    // Newer models refuse both knobs together, and clients of other dialects often send both.
    const bool both = !native_ && out_.contains("temperature");
    if (free && !both) {
      out_["top_p"] = *sampling.top_p;
    } else if (*sampling.top_p != 1.0) {
      conversion_.dropped("top_p");
    }
  }
  if (sampling.top_k) {
    if (free && *sampling.top_k >= 0) {
      out_["top_k"] = *sampling.top_k;
    } else {
      conversion_.dropped("top_k");
    }
  }
  if (sampling.frequency_penalty.value_or(0) != 0) conversion_.dropped("frequency_penalty");
  if (sampling.presence_penalty.value_or(0) != 0) conversion_.dropped("presence_penalty");
  if (sampling.seed) conversion_.dropped("seed");
  if (!sampling.logit_bias.empty()) conversion_.dropped("logit_bias");
}

void RequestWriter::write_extras() {
  if (!native_) {
    for (const auto& extra : in_.extras) conversion_.dropped(std::string(extra.key()));
    for (const auto& member : in_.metadata) conversion_.dropped("metadata." + std::string(member.key()));
    return;
  }
  for (const auto& extra : in_.extras) {
    if (extra.key() == "output_config" && extra.value().is_object()) {
      json::value& config = out_["output_config"];
      if (!config.is_object()) config = json::object();
      add_extras(extra.value().get_object(), config.get_object());
    } else {
      out_.emplace(extra.key(), extra.value());
    }
  }
}

void RequestWriter::check_features() {
  if (in_.choices > 1) give_up("n", "must be 1 for this model");
  if (in_.sampling.logprobs.value_or(false)) give_up("logprobs", "is not offered by this model's provider");
  if (in_.features.has(llm::Feature::audio_output)) give_up("modalities", "may not hold audio for this model");
}

Result<json::object> RequestWriter::write() {
  check_features();
  out_["model"] = to_string(conversion_.upstream_model.empty() ? in_.model : conversion_.upstream_model);
  out_["max_tokens"] = 0;  // its place; the thinking decides
  if (!failed_) write_messages();
  if (!failed_) write_thinking();
  out_["max_tokens"] = max_tokens_;
  if (!failed_) write_tools();
  if (!failed_) write_response_format();
  write_system();
  out_["messages"] = std::move(messages_);
  write_sampling();

  json::array stops;
  for (std::size_t i = 0; i < in_.stop.size(); ++i) {
    if (is_blank(in_.stop[i]) && !native_) {
      conversion_.dropped("stop[" + std::to_string(i) + "]");
    } else {
      stops.push_back(to_string(in_.stop[i]));
    }
  }
  if (!stops.empty()) out_["stop_sequences"] = std::move(stops);
  json::object metadata;
  if (!in_.user.empty()) metadata["user_id"] = to_string(in_.user);
  if (native_) add_extras(in_.metadata, metadata);
  if (!metadata.empty()) out_["metadata"] = std::move(metadata);
  if (in_.stream) out_["stream"] = true;
  write_extras();
  if (failed_) return fail(std::move(*failed_));
  if (conversion_.argument.search || search_options_ != nullptr) {
    if (auto added = add_search_tool(out_, conversion_.facts, search_options_); !added)
      return std::unexpected(std::move(added.error()));
  }
  return std::move(out_);
}

Result<json::object> render_request(const llm::ChatRequest& request, llm::Conversion& conversion) {
  return RequestWriter(request, conversion).write();
}

void add_system_prompt(json::object& body, std::string_view prompt, bool only_if_absent) {
  json::value* system = body.if_contains("system");
  const bool absent = !system || system->is_null() || (system->is_string() && system->get_string().empty()) ||
                      (system->is_array() && system->get_array().empty());
  if (absent) {
    body["system"] = to_string(prompt);
    return;
  }
  if (only_if_absent) return;
  if (json::string* text = system->if_string()) {
    std::string joined(prompt);
    joined.append("\n\n").append(json::view(*text));
    *system = to_string(joined);
  } else if (json::array* blocks = system->if_array()) {
    blocks->insert(blocks->begin(), json::object{{"type", "text"}, {"text", to_string(prompt)}});
  }
}

}  // namespace tollgate::dialects::claude
