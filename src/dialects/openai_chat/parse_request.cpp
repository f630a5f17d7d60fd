#include <cstdint>
#include <utility>

#include "dialects/media.h"
#include "dialects/openai_chat/openai_chat.h"
#include "json/reader.h"

namespace tollgate::dialects::openai_chat {
namespace {

using json::Path;
using json::Problems;
using json::Reader;
using llm::Block;
using llm::Feature;
using llm::Message;
using llm::Role;

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
constexpr std::string_view kMessageMembers[] = {"role",
                                                "content",
                                                "name",
                                                "tool_calls",
                                                "refusal",
                                                "tool_call_id",
                                                "reasoning",
                                                "reasoning_content",
                                                "audio",
                                                "function_call",
                                                "annotations",
                                                "cache_control",
                                                "reasoning_details",
                                                "thinking_blocks"};

json::object cache_mark(const json::object& from) {
  const json::object* mark = json::find_object(from, "cache_control");
  return mark ? *mark : json::object();
}

/// One part of a message's content. Reads `known` members into the block; the rest stay as extras.
Block read_part(const Reader& part, llm::Features& features) {
  Block out;
  out.cache_control = cache_mark(part.raw());
  const std::string_view type = part.required_string("type");
  if (type == "text" || type == "input_text" || type == "output_text") {
    constexpr std::string_view known[] = {"type", "text", "cache_control"};
    out.is = llm::Text{std::string(part.required_string("text"))};
    keep_unknown(part.raw(), known, out.extras);
  } else if (type == "refusal") {
    out.is = llm::Text{std::string(part.required_string("refusal")), true};
  } else if (type == "image_url") {
    constexpr std::string_view known[] = {"type", "image_url", "cache_control"};
    keep_unknown(part.raw(), known, out.extras);
    std::string_view url;
    llm::Image image;
    // Some clients put the address where the object should be.
    if (const json::value* value = json::find(part.raw(), "image_url"); value && value->is_string()) {
      url = json::view(value->get_string());
    } else if (const json::object* object = part.required_object("image_url")) {
      const Path path = part.at("image_url");
      const Reader inner(*object, path, part.problems());
      url = inner.required_string("url");
      image.detail = inner.string("detail").value_or("");
    }
    if (const auto data = parse_data_url(url)) {
      if (data->media_type == "application/pdf") {
        features |= Feature::files;
        llm::File file;
        file.media_type = data->media_type;
        file.data = data->base64;
        out.is = std::move(file);
        return out;
      }
      image.media_type = data->media_type;
      image.data = data->base64;
    } else if (is_web_url(url)) {
      image.url = url;
    } else if (part.problems().empty()) {
      part.refuse("image_url", "must be an http(s) address or a base64 data URL");
    }
    features |= Feature::images;
    out.is = std::move(image);
  } else if (type == "input_audio") {
    features |= Feature::audio_input;
    llm::Audio audio;
    if (const json::object* object = part.required_object("input_audio")) {
      const Path path = part.at("input_audio");
      const Reader inner(*object, path, part.problems());
      audio.data = inner.required_string("data");
      audio.format = inner.string("format").value_or("wav");
    }
    out.is = std::move(audio);
  } else if (type == "file") {
    features |= Feature::files;
    llm::File file;
    if (const json::object* object = part.required_object("file")) {
      const Path path = part.at("file");
      const Reader inner(*object, path, part.problems());
      file.name = inner.string("filename").value_or("");
      file.file_id = inner.string("file_id").value_or("");
      const std::string_view data = inner.string("file_data").value_or("");
      if (const auto url = parse_data_url(data)) {
        file.media_type = url->media_type;
        file.data = url->base64;
      } else {
        file.data = data;
        if (!data.empty()) file.media_type = "application/pdf";
      }
      if (file.file_id.empty() && file.data.empty()) part.refuse("file", "must have file_id or file_data");
    }
    out.is = std::move(file);
  } else if (!type.empty()) {
    out.is = llm::Opaque{DialectId::openai_chat, part.raw()};
    out.cache_control.clear();
  }
  return out;
}

void read_content(const Reader& message, std::vector<Block>& blocks, llm::Features& features) {
  const json::value* content = json::find(message.raw(), "content");
  if (!content) return;
  if (const json::string* text = content->if_string()) {
    Block block{
        .is = llm::Text{std::string(json::view(*text))}, .extras = {}, .cache_control = cache_mark(message.raw())};
    blocks.push_back(std::move(block));
    return;
  }
  const json::array* parts = content->if_array();
  if (!parts) {
    message.refuse("content", "must be a string or an array of parts");
    return;
  }
  const Path path = message.at("content");
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const json::object* object = message.element(*parts, i, path);
    if (!object) return;
    const Path part_path{&path, {}, i};
    blocks.push_back(read_part(Reader(*object, part_path, message.problems()), features));
  }
}

/// Thoughts as clients return them: a plain text, or signed blocks that another dialect's provider made.
void read_reasoning(const Reader& message, std::vector<Block>& blocks) {
  std::string_view text = message.string("reasoning_content").value_or("");
  if (text.empty()) {
    const json::value* reasoning = json::find(message.raw(), "reasoning");
    if (reasoning && reasoning->is_string()) text = json::view(reasoning->get_string());
  }
  std::vector<Block> signed_blocks;
  const auto add = [&](std::string_view thought, std::string_view signature, std::string_view redacted) {
    if (signature.empty() && redacted.empty()) return;
    Block block;
    block.is = llm::Reasoning{std::string(thought), std::string(signature), std::string(redacted), DialectId::claude};
    signed_blocks.push_back(std::move(block));
  };
  if (const json::array* list = message.array_at("thinking_blocks")) {
    for (const json::value& item : *list) {
      if (const json::object* block = item.if_object()) {
        add(json::find_string(*block, "thinking"), json::find_string(*block, "signature"),
            json::find_string(*block, "data"));
      }
    }
  } else if (const json::array* details = message.array_at("reasoning_details")) {
    for (const json::value& item : *details) {
      const json::object* block = item.if_object();
      if (!block || !json::find_string(*block, "format").starts_with("anthropic")) continue;
      add(json::find_string(*block, "text"), json::find_string(*block, "signature"), json::find_string(*block, "data"));
    }
  }
  // A stream delivers the text as reasoning_content and the signature behind it.
  if (signed_blocks.size() == 1) {
    auto* only = signed_blocks.front().as<llm::Reasoning>();
    if (only->text.empty() && only->redacted.empty()) only->text = text;
  }
  if (signed_blocks.empty() && !text.empty()) {
    Block block;
    block.is = llm::Reasoning{std::string(text), {}, {}, DialectId::openai_chat};
    signed_blocks.push_back(std::move(block));
  }
  for (Block& block : signed_blocks) blocks.push_back(std::move(block));
}

void read_tool_calls(const Reader& message, std::vector<Block>& blocks, llm::Features& features) {
  const json::array* calls = message.array_at("tool_calls");
  if (!calls) return;
  const Path path = message.at("tool_calls");
  for (std::size_t i = 0; i < calls->size(); ++i) {
    const json::object* object = message.element(*calls, i, path);
    if (!object) return;
    const Path call_path{&path, {}, i};
    const Reader call(*object, call_path, message.problems());
    llm::ToolCall out;
    out.id = call.required_string("id");
    const std::string_view type = call.string("type").value_or("function");
    if (type == "custom") {
      features |= Feature::custom_tools;
      out.custom = true;
      if (const json::object* custom = call.required_object("custom")) {
        const Path inner_path = call.at("custom");
        const Reader inner(*custom, inner_path, message.problems());
        out.name = inner.required_string("name");
        out.arguments = inner.string("input").value_or("");
      }
    } else if (const json::object* function = call.required_object("function")) {
      features |= Feature::tools;
      const Path inner_path = call.at("function");
      const Reader inner(*function, inner_path, message.problems());
      out.name = inner.required_string("name");
      out.arguments = inner.string("arguments").value_or("");
    }
    Block block;
    block.is = std::move(out);
    block.cache_control = cache_mark(*object);
    blocks.push_back(std::move(block));
  }
}

Role read_role(const Reader& message) {
  const std::string_view role = message.required_string("role");
  if (role == "user") return Role::user;
  if (role == "assistant") return Role::assistant;
  if (role == "system") return Role::system;
  if (role == "developer") return Role::developer;
  if (role == "tool") return Role::tool;
  if (!role.empty()) message.refuse("role", "must be one of system, developer, user, assistant, tool, function");
  return Role::user;
}

/// Calls of the deprecated `functions` have no ids: the position makes one.
struct LegacyCalls {
  std::string last_id;
  int count = 0;
  std::string next() {
    last_id = "call_legacy_" + std::to_string(++count);
    return last_id;
  }
};

Message read_message(const Reader& message, LegacyCalls& legacy, llm::Features& features) {
  Message out;
  const bool function_result = json::find_string(message.raw(), "role") == "function";
  out.role = function_result ? Role::tool : read_role(message);
  if (out.role == Role::tool) {
    features |= Feature::tools;
    llm::ToolResult result;
    result.call_id = function_result ? legacy.last_id : std::string(message.required_string("tool_call_id"));
    read_content(message, result.blocks, features);
    Block block;
    block.cache_control = cache_mark(message.raw());
    block.is = std::move(result);
    out.blocks.push_back(std::move(block));
  } else {
    if (out.role == Role::assistant) read_reasoning(message, out.blocks);
    read_content(message, out.blocks, features);
    if (out.role == Role::assistant) {
      if (const auto refusal = message.string("refusal"); refusal && !refusal->empty()) {
        Block block;
        block.is = llm::Text{std::string(*refusal), true};
        out.blocks.push_back(std::move(block));
      }
      read_tool_calls(message, out.blocks, features);
      if (const json::object* call = message.object_at("function_call")) {
        features |= Feature::tools;
        Block block;
        block.is = llm::ToolCall{legacy.next(), std::string(json::find_string(*call, "name")),
                                 std::string(json::find_string(*call, "arguments"))};
        out.blocks.push_back(std::move(block));
      }
      if (const json::object* audio = message.object_at("audio")) out.extras["audio"] = *audio;
    }
    if (out.blocks.empty() && out.role != Role::assistant) message.refuse("content", "is required");
  }
  out.name = function_result ? std::string_view() : message.string("name").value_or("");
  keep_unknown(message.raw(), kMessageMembers, out.extras);
  return out;
}

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
