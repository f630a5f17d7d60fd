#include <utility>

#include "dialects/claude/claude.h"
#include "dialects/media.h"
#include "json/reader.h"

namespace tollgate::dialects::claude {
namespace {

using json::Path;
using json::Problems;
using json::Reader;
using llm::Block;
using llm::Feature;
using llm::Message;
using llm::Role;

constexpr std::int64_t kMostTokens = (std::int64_t{1} << 30) - 1;

constexpr std::string_view kRequestMembers[] = {
    "model",    "messages", "max_tokens",  "system",         "temperature", "top_p",         "top_k",        "stream",
    "metadata", "tools",    "tool_choice", "stop_sequences", "thinking",    "output_format", "output_config"};

json::object cache_mark(const json::object& from) {
  const json::object* mark = json::find_object(from, "cache_control");
  return mark ? *mark : json::object();
}

void read_blocks(const Reader& owner, std::string_view key, std::vector<Block>& out, llm::Features& features);

void read_image(const Reader& block, llm::Image& out) {
  const json::object* object = block.required_object("source");
  if (!object) return;
  const Path path = block.at("source");
  const Reader source(*object, path, block.problems());
  const std::string_view type = source.required_string("type");
  if (type == "base64") {
    out.media_type = source.required_string("media_type");
    out.data = source.required_string("data");
  } else if (type == "url") {
    const std::string_view url = source.required_string("url");
    if (const auto data = parse_data_url(url)) {
      out.media_type = data->media_type;
      out.data = data->base64;
    } else {
      out.url = url;
    }
  } else if (type == "file") {
    out.file_id = source.required_string("file_id");
  } else if (!type.empty()) {
    source.refuse("type", "must be base64, url or file");
  }
}

/// @return false if the document is of a kind that only this dialect knows.
bool read_document(const Reader& block, llm::File& out) {
  const json::object* object = block.required_object("source");
  if (!object) return true;
  const Path path = block.at("source");
  const Reader source(*object, path, block.problems());
  const std::string_view type = source.required_string("type");
  out.name = block.string("title").value_or("");
  if (type == "base64") {
    out.media_type = source.string("media_type").value_or("application/pdf");
    out.data = source.required_string("data");
  } else if (type == "text") {
    out.media_type = "text/plain";
    out.text = source.required_string("data");
  } else if (type == "url") {
    out.url = source.required_string("url");
  } else if (type == "file") {
    out.file_id = source.required_string("file_id");
  } else {
    return false;
  }
  return true;
}

/// Kinds of blocks that come from tools which the provider runs itself.
bool is_server_block(std::string_view type) {
  return type == "server_tool_use" || type == "mcp_tool_use" || type == "mcp_tool_result" ||
         type == "container_upload" || (type.ends_with("_tool_result") && type != "tool_result");
}

Block read_block(const Reader& block, llm::Features& features) {
  Block out;
  out.cache_control = cache_mark(block.raw());
  const std::string_view type = block.required_string("type");
  if (type == "text") {
    constexpr std::string_view known[] = {"type", "text", "cache_control"};
    out.is = llm::Text{std::string(block.required_string("text"))};
    keep_unknown(block.raw(), known, out.extras);
  } else if (type == "image") {
    constexpr std::string_view known[] = {"type", "source", "cache_control"};
    llm::Image image;
    read_image(block, image);
    features |= Feature::images;
    out.is = std::move(image);
    keep_unknown(block.raw(), known, out.extras);
  } else if (type == "document") {
    constexpr std::string_view known[] = {"type", "source", "title", "cache_control"};
    llm::File file;
    features |= Feature::files;
    if (read_document(block, file)) {
      out.is = std::move(file);
      keep_unknown(block.raw(), known, out.extras);
    } else {
      out.is = llm::Opaque{DialectId::claude, block.raw()};
      out.cache_control.clear();
    }
  } else if (type == "tool_use") {
    constexpr std::string_view known[] = {"type", "id", "name", "input", "cache_control"};
    features |= Feature::tools;
    llm::ToolCall call;
    call.id = block.required_string("id");
    call.name = block.required_string("name");
    const json::object* input = block.object_at("input");
    call.arguments = input ? json::serialize(*input) : "{}";
    out.is = std::move(call);
    keep_unknown(block.raw(), known, out.extras);
  } else if (type == "tool_result") {
    constexpr std::string_view known[] = {"type", "tool_use_id", "content", "is_error", "cache_control"};
    features |= Feature::tools;
    llm::ToolResult result;
    result.call_id = block.required_string("tool_use_id");
    result.is_error = block.boolean("is_error").value_or(false);
    if (block.has("content")) read_blocks(block, "content", result.blocks, features);
    out.is = std::move(result);
    keep_unknown(block.raw(), known, out.extras);
  } else if (type == "thinking") {
    out.is = llm::Reasoning{std::string(block.string("thinking").value_or("")),
                            std::string(block.string("signature").value_or("")),
                            {},
                            DialectId::claude};
  } else if (type == "redacted_thinking") {
    out.is = llm::Reasoning{{}, {}, std::string(block.required_string("data")), DialectId::claude};
  } else if (!type.empty()) {
    if (is_server_block(type)) features |= Feature::server_tools;
    out.is = llm::Opaque{DialectId::claude, block.raw()};
    out.cache_control.clear();
  }
  return out;
}

void read_blocks(const Reader& owner, std::string_view key, std::vector<Block>& out, llm::Features& features) {
  const json::value* content = json::find(owner.raw(), key);
  if (!content) {
    owner.refuse(key, "is required");
    return;
  }
  if (const json::string* text = content->if_string()) {
    Block block;
    block.is = llm::Text{std::string(json::view(*text))};
    out.push_back(std::move(block));
    return;
  }
  const json::array* list = content->if_array();
  if (!list) {
    owner.refuse(key, "must be a string or an array of blocks");
    return;
  }
  const Path path = owner.at(key);
  out.reserve(out.size() + list->size());
  for (std::size_t i = 0; i < list->size() && owner.problems().empty(); ++i) {
    const json::object* object = owner.element(*list, i, path);
    if (!object) return;
    const Path block_path{&path, {}, i};
    out.push_back(read_block(Reader(*object, block_path, owner.problems()), features));
  }
}

Message read_message(const Reader& message, llm::Features& features) {
  constexpr std::string_view known[] = {"role", "content"};
  Message out;
  const std::string_view role = message.required_string("role");
  if (role == "assistant") {
    out.role = Role::assistant;
  } else if (role == "system") {
    out.role = Role::system;
  } else if (!role.empty() && role != "user") {
    message.refuse("role", "must be user or assistant");
  }
  read_blocks(message, "content", out.blocks, features);
  keep_unknown(message.raw(), known, out.extras);
  return out;
}

llm::Tool read_tool(const Reader& tool, llm::Features& features) {
  llm::Tool out;
  const std::string_view type = tool.string("type").value_or("custom");
  if (type != "custom") {
    features |= Feature::server_tools;
    out.kind = llm::Tool::Kind::server;
    out.name = tool.string("name").value_or(type);
    out.body = tool.raw();
    return out;
  }
  constexpr std::string_view known[] = {"type", "name", "description", "input_schema", "strict", "cache_control"};
  features |= Feature::tools;
  out.name = tool.required_string("name");
  out.description = tool.string("description").value_or("");
  if (const json::object* schema = tool.object_at("input_schema")) out.schema = *schema;
  out.strict = tool.boolean("strict");
  out.cache_control = cache_mark(tool.raw());
  keep_unknown(tool.raw(), known, out.extras);
  return out;
}

void read_tool_choice(const Reader& body, llm::ChatRequest& out) {
  using Mode = llm::ToolChoice::Mode;
  const json::object* object = body.object_at("tool_choice");
  if (!object) return;
  const Path path = body.at("tool_choice");
  const Reader choice(*object, path, body.problems());
  const std::string_view type = choice.required_string("type");
  if (type == "auto") {
    out.tool_choice.mode = Mode::automatic;
  } else if (type == "any") {
    out.tool_choice.mode = Mode::required;
  } else if (type == "none") {
    out.tool_choice.mode = Mode::none;
  } else if (type == "tool") {
    out.tool_choice.mode = Mode::named;
    out.tool_choice.name = choice.required_string("name");
  } else if (!type.empty()) {
    choice.refuse("type", "must be auto, any, tool or none");
  }
  if (const auto disabled = choice.boolean("disable_parallel_tool_use")) out.parallel_tool_calls = !*disabled;
}

void read_format(const Reader& owner, std::string_view key, llm::ChatRequest& out) {
  const json::object* object = owner.object_at(key);
  if (!object) return;
  const Path path = owner.at(key);
  const Reader format(*object, path, owner.problems());
  const std::string_view type = format.required_string("type");
  if (type == "json_schema") {
    out.response_format.kind = llm::ResponseFormat::Kind::json_schema;
    out.features |= Feature::json_schema;
    if (const json::object* schema = format.required_object("schema")) out.response_format.schema = *schema;
  } else if (type == "text") {
    out.response_format.kind = llm::ResponseFormat::Kind::text;
  } else if (!type.empty()) {
    format.refuse("type", "must be json_schema");
  }
}

void read_thinking(const Reader& body, llm::ChatRequest& out) {
  using Mode = llm::ReasoningRequest::Mode;
  llm::ReasoningRequest& reasoning = out.reasoning;
  if (const json::object* object = body.object_at("thinking")) {
    constexpr std::string_view known[] = {"type", "budget_tokens"};
    const Path path = body.at("thinking");
    const Reader thinking(*object, path, body.problems());
    const std::string_view type = thinking.required_string("type");
    if (type == "enabled") {
      reasoning.mode = Mode::enabled;
    } else if (type == "adaptive") {
      reasoning.mode = Mode::adaptive;
    } else if (type == "disabled") {
      reasoning.mode = Mode::disabled;
    } else if (!type.empty()) {
      thinking.refuse("type", "must be enabled, adaptive or disabled");
    }
    reasoning.budget_tokens = thinking.integer("budget_tokens", 0, kMostTokens);
    keep_unknown(*object, known, reasoning.extras);
  }
  read_format(body, "output_format", out);
  if (const json::object* object = body.object_at("output_config")) {
    constexpr std::string_view known[] = {"effort", "format"};
    const Path path = body.at("output_config");
    const Reader config(*object, path, body.problems());
    reasoning.effort = config.string("effort").value_or("");
    read_format(config, "format", out);
    json::object rest;
    keep_unknown(*object, known, rest);
    if (!rest.empty()) out.extras["output_config"] = std::move(rest);
  }
  if (reasoning.mode == Mode::enabled || reasoning.mode == Mode::adaptive) out.features |= Feature::reasoning;
}

void read_limits(const Reader& body, llm::ChatRequest& out) {
  out.sampling.temperature = body.number("temperature", 0, 2);
  out.sampling.top_p = body.number("top_p", 0, 1);
  out.sampling.top_k = body.integer("top_k", 0, 1'000'000);
  const auto limit = body.integer("max_tokens", 0, kMostTokens);
  if (limit.value_or(0) > 0) out.max_output_tokens = limit;
  const json::array* stops = body.array_at("stop_sequences");
  if (!stops) return;
  for (const json::value& item : *stops) {
    const json::string* text = item.if_string();
    if (!text) {
      body.refuse("stop_sequences", "must be an array of strings");
      return;
    }
    out.stop.emplace_back(json::view(*text));
  }
}

}  // namespace

Result<llm::ChatRequest> parse_request(const json::object& body) {
  Problems problems;
  const Path root{};
  const Reader reader(body, root, problems);
  llm::ChatRequest out;
  out.origin = DialectId::claude;
  out.model = reader.required_string("model");
  if (reader.has("system")) {
    Message system;
    system.role = Role::system;
    read_blocks(reader, "system", system.blocks, out.features);
    out.messages.push_back(std::move(system));
  }
  if (const json::array* messages = reader.required_array("messages")) {
    if (messages->empty()) reader.refuse("messages", "must not be empty");
    const Path path = reader.at("messages");
    out.messages.reserve(out.messages.size() + messages->size());
    for (std::size_t i = 0; i < messages->size() && problems.empty(); ++i) {
      const Path message_path{&path, {}, i};
      if (const json::object* object = reader.element(*messages, i, path)) {
        out.messages.push_back(read_message(Reader(*object, message_path, problems), out.features));
      }
    }
  }
  if (const json::array* tools = reader.array_at("tools")) {
    const Path path = reader.at("tools");
    for (std::size_t i = 0; i < tools->size() && problems.empty(); ++i) {
      const Path tool_path{&path, {}, i};
      if (const json::object* object = reader.element(*tools, i, path)) {
        out.tools.push_back(read_tool(Reader(*object, tool_path, problems), out.features));
      }
    }
  }
  read_tool_choice(reader, out);
  read_limits(reader, out);
  read_thinking(reader, out);
  out.stream = reader.boolean("stream").value_or(false);
  out.include_usage = true;  // this dialect's streams always say it
  if (const json::object* metadata = reader.object_at("metadata")) {
    constexpr std::string_view known[] = {"user_id"};
    out.user = json::find_string(*metadata, "user_id");
    keep_unknown(*metadata, known, out.metadata);
  }
  keep_unknown(body, kRequestMembers, out.extras);
  // Tools of other servers run at the provider: nothing else can stand in for them.
  if (json::find(body, "mcp_servers") || json::find(body, "container")) out.features |= Feature::server_tools;
  if (!problems.empty()) return problems.failure();
  return out;
}

}  // namespace tollgate::dialects::claude
