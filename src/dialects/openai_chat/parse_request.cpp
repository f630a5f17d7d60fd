#include <cstdint>
#include <utility>

#include "dialects/media.h"
#include "dialects/openai_chat/openai_chat.h"
#include "dialects/openai_chat/parse_messages.h"
#include "json/reader.h"

namespace tollgate::dialects::openai_chat {
namespace {

using json::Path;
using json::Problems;
using json::Reader;
using llm::Feature;

constexpr std::int64_t kMostTokens = (std::int64_t{1} << 30) - 1;

constexpr std::string_view kRequestMembers[] = {"model",
                                                "messages",
                                                "tools",
                                                "tool_choice",
                                                "parallel_tool_calls",
                                                "temperature",
                                                "top_p",
                                                "top_k",
                                                "frequency_penalty",
                                                "presence_penalty",
                                                "seed",
                                                "logit_bias",
                                                "logprobs",
                                                "top_logprobs",
                                                "max_tokens",
                                                "max_completion_tokens",
                                                "n",
                                                "stop",
                                                "response_format",
                                                "reasoning_effort",
                                                "reasoning",
                                                "thinking",
                                                "stream",
                                                "stream_options",
                                                "user",
                                                "metadata",
                                                "web_search_options",
                                                "functions",
                                                "function_call"};
llm::Tool read_tool(const Reader& tool, llm::Features& features) {
  llm::Tool out;
  const std::string_view type = tool.string("type").value_or("function");
  if (type == "function") {
    features |= Feature::tools;
    out.cache_control = cache_mark(tool.raw());
    if (const json::object* object = tool.required_object("function")) {
      constexpr std::string_view known[] = {"name", "description", "parameters", "strict", "cache_control"};
      const Path path = tool.at("function");
      const Reader function(*object, path, tool.problems());
      out.name = function.required_string("name");
      out.description = function.string("description").value_or("");
      if (const json::object* schema = function.object_at("parameters")) out.schema = *schema;
      out.strict = function.boolean("strict");
      if (out.cache_control.empty()) out.cache_control = cache_mark(*object);
      keep_unknown(*object, known, out.extras);
    }
    return out;
  }
  out.body = tool.raw();
  if (type == "custom") {
    features |= Feature::custom_tools;
    out.kind = llm::Tool::Kind::custom;
    if (const json::object* object = tool.required_object("custom")) {
      const Path path = tool.at("custom");
      out.name = Reader(*object, path, tool.problems()).required_string("name");
    }
  } else {
    features |= Feature::server_tools;
    out.kind = llm::Tool::Kind::server;
    out.name = type;
  }
  return out;
}

void read_tool_choice(const Reader& body, llm::ToolChoice& out) {
  using Mode = llm::ToolChoice::Mode;
  const json::value* choice = json::find(body.raw(), "tool_choice");
  if (!choice) return;
  constexpr std::string_view kWanted = "must be none, auto, required, or an object that names a tool";
  if (const json::string* word = choice->if_string()) {
    const std::string_view mode = json::view(*word);
    if (mode == "auto") {
      out.mode = Mode::automatic;
    } else if (mode == "none") {
      out.mode = Mode::none;
    } else if (mode == "required" || mode == "any") {
      out.mode = Mode::required;
    } else {
      body.refuse("tool_choice", std::string(kWanted));
    }
    return;
  }
  const json::object* object = choice->if_object();
  if (!object) {
    body.refuse("tool_choice", std::string(kWanted));
    return;
  }
  const std::string_view type = json::find_string(*object, "type");
  const auto name_in = [](const json::object& from, std::string_view key) {
    const json::object* inner = json::find_object(from, key);
    return inner ? json::find_string(*inner, "name") : std::string_view();
  };
  if (type == "function" || type == "custom") {
    out.mode = Mode::named;
    out.name = name_in(*object, type);
    if (out.name.empty()) body.refuse("tool_choice", "must name a tool");
  } else if (type == "allowed_tools") {
    out.mode = Mode::restricted;
    const json::object* allowed = json::find_object(*object, "allowed_tools");
    const json::array* tools = allowed ? json::find_array(*allowed, "tools") : nullptr;
    if (!tools) {
      body.refuse("tool_choice", "must list allowed_tools.tools");
      return;
    }
    out.restricted_required = json::find_string(*allowed, "mode") == "required";
    for (const json::value& item : *tools) {
      const json::object* tool = item.if_object();
      std::string_view name = tool ? name_in(*tool, json::find_string(*tool, "type")) : std::string_view();
      if (name.empty()) {
        body.refuse("tool_choice", "must name every allowed tool");
        return;
      }
      out.names.emplace_back(name);
    }
  } else {
    body.refuse("tool_choice", std::string(kWanted));
  }
}

void read_response_format(const Reader& body, llm::ResponseFormat& out, llm::Features& features) {
  using Kind = llm::ResponseFormat::Kind;
  const json::object* object = body.object_at("response_format");
  if (!object) return;
  const Path path = body.at("response_format");
  const Reader format(*object, path, body.problems());
  const std::string_view type = format.required_string("type");
  if (type == "text") {
    out.kind = Kind::text;
  } else if (type == "json_object") {
    out.kind = Kind::json_object;
    features |= Feature::json_object;
  } else if (type == "json_schema") {
    out.kind = Kind::json_schema;
    features |= Feature::json_schema;
    if (const json::object* inner = format.required_object("json_schema")) {
      const Path inner_path = format.at("json_schema");
      const Reader schema(*inner, inner_path, body.problems());
      out.name = schema.string("name").value_or("");
      out.description = schema.string("description").value_or("");
      out.strict = schema.boolean("strict");
      if (const json::object* tree = schema.object_at("schema")) out.schema = *tree;
    }
  } else if (!type.empty()) {
    format.refuse("type", "must be text, json_object or json_schema");
  }
}

void read_reasoning_request(const Reader& body, llm::ReasoningRequest& out, llm::Features& features) {
  using Mode = llm::ReasoningRequest::Mode;
  if (const auto effort = body.string("reasoning_effort")) out.effort = *effort;
  if (const json::object* object = body.object_at("reasoning")) {
    constexpr std::string_view known[] = {"effort", "max_tokens", "enabled"};
    const Path path = body.at("reasoning");
    const Reader reasoning(*object, path, body.problems());
    if (const auto effort = reasoning.string("effort"); effort && out.effort.empty()) out.effort = *effort;
    out.budget_tokens = reasoning.integer("max_tokens", 0, kMostTokens);
    if (const auto enabled = reasoning.boolean("enabled")) out.mode = *enabled ? Mode::enabled : Mode::disabled;
    keep_unknown(*object, known, out.extras);
  }
  if (const json::object* object = body.object_at("thinking")) {
    const Path path = body.at("thinking");
    const Reader thinking(*object, path, body.problems());
    const std::string_view type = thinking.string("type").value_or("");
    if (type == "enabled") out.mode = Mode::enabled;
    if (type == "disabled") out.mode = Mode::disabled;
    if (type == "adaptive" || type == "auto") out.mode = Mode::adaptive;
    if (const auto budget = thinking.integer("budget_tokens", 0, kMostTokens)) out.budget_tokens = budget;
  }
  if (out.effort == "none") out.mode = Mode::disabled;
  if (out.mode == Mode::unset && (!out.effort.empty() || out.budget_tokens)) out.mode = Mode::enabled;
  if (out.mode != Mode::unset && out.mode != Mode::disabled) features |= Feature::reasoning;
}

void read_stop(const Reader& body, std::vector<std::string>& out) {
  const json::value* stop = json::find(body.raw(), "stop");
  if (!stop) return;
  if (const json::string* text = stop->if_string()) {
    out.emplace_back(json::view(*text));
    return;
  }
  const json::array* list = stop->if_array();
  if (!list) {
    body.refuse("stop", "must be a string or an array of strings");
    return;
  }
  for (const json::value& item : *list) {
    const json::string* text = item.if_string();
    if (!text) {
      body.refuse("stop", "must be a string or an array of strings");
      return;
    }
    out.emplace_back(json::view(*text));
  }
}

void read_limits(const Reader& body, llm::ChatRequest& out) {
  llm::Sampling& sampling = out.sampling;
  sampling.temperature = body.number("temperature", 0, 2);
  sampling.top_p = body.number("top_p", 0, 1);
  sampling.top_k = body.integer("top_k", -1, 1'000'000);
  sampling.frequency_penalty = body.number("frequency_penalty", -2, 2);
  sampling.presence_penalty = body.number("presence_penalty", -2, 2);
  sampling.seed = body.integer("seed", INT64_MIN, INT64_MAX);
  if (const json::object* bias = body.object_at("logit_bias")) sampling.logit_bias = *bias;
  sampling.logprobs = body.boolean("logprobs");
  sampling.top_logprobs = body.integer("top_logprobs", 0, 20);
  if (sampling.logprobs.value_or(false)) out.features |= Feature::token_logprobs;

  // 0 is what some clients send for "no limit".
  auto limit = body.integer("max_completion_tokens", 0, kMostTokens);
  if (!limit) limit = body.integer("max_tokens", 0, kMostTokens);
  if (limit.value_or(0) > 0) out.max_output_tokens = limit;
  out.choices = body.integer("n", 1, 128).value_or(1);
  if (out.choices > 1) out.features |= Feature::several_choices;
  read_stop(body, out.stop);
}

void read_tools(const Reader& body, llm::ChatRequest& out) {
  for (const std::string_view key : {std::string_view("functions"), std::string_view("function_call")}) {
    if (body.has(key)) body.refuse(key, "is not supported for this model, use tools");
  }
  if (const json::array* tools = body.array_at("tools")) {
    const Path path = body.at("tools");
    for (std::size_t i = 0; i < tools->size() && body.problems().empty(); ++i) {
      const Path tool_path{&path, {}, i};
      if (const json::object* object = body.element(*tools, i, path)) {
        out.tools.push_back(read_tool(Reader(*object, tool_path, body.problems()), out.features));
      }
    }
  }
  if (const json::object* search = body.object_at("web_search_options")) {
    out.features |= Feature::server_tools;
    llm::Tool tool;
    tool.kind = llm::Tool::Kind::server;
    tool.name = "web_search_options";
    tool.body = *search;
    out.tools.push_back(std::move(tool));
  }
  read_tool_choice(body, out.tool_choice);
  out.parallel_tool_calls = body.boolean("parallel_tool_calls");
}

}  // namespace

Result<llm::ChatRequest> parse_request(const json::object& body) {
  Problems problems;
  const Path root{};
  const Reader reader(body, root, problems);
  llm::ChatRequest out;
  out.origin = DialectId::openai_chat;
  out.model = reader.required_string("model");

  if (const json::array* messages = reader.required_array("messages")) {
    if (messages->empty()) reader.refuse("messages", "must not be empty");
    const Path path = reader.at("messages");
    LegacyCalls legacy;
    out.messages.reserve(messages->size());
    for (std::size_t i = 0; i < messages->size() && problems.empty(); ++i) {
      const Path message_path{&path, {}, i};
      if (const json::object* object = reader.element(*messages, i, path)) {
        out.messages.push_back(read_message(Reader(*object, message_path, problems), legacy, out.features));
      }
    }
  }
  read_tools(reader, out);
  read_limits(reader, out);
  read_response_format(reader, out.response_format, out.features);
  read_reasoning_request(reader, out.reasoning, out.features);

  out.stream = reader.boolean("stream").value_or(false);
  keep_unknown(body, kRequestMembers, out.extras);
  if (const json::object* options = reader.object_at("stream_options")) {
    constexpr std::string_view known[] = {"include_usage"};
    const Path path = reader.at("stream_options");
    out.include_usage = Reader(*options, path, problems).boolean("include_usage").value_or(false);
    json::object rest;
    keep_unknown(*options, known, rest);
    if (!rest.empty()) out.extras["stream_options"] = std::move(rest);
  }
  out.user = reader.string("user").value_or("");
  if (const json::object* metadata = reader.object_at("metadata")) out.metadata = *metadata;
  if (const json::array* modalities = json::find_array(body, "modalities")) {
    for (const json::value& item : *modalities) {
      if (item.is_string() && json::view(item.get_string()) == "audio") out.features |= Feature::audio_output;
    }
  }
  if (!problems.empty()) return problems.failure();
  return out;
}

}  // namespace tollgate::dialects::openai_chat
