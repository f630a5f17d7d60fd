#include "dialects/openai_chat/parse_messages.h"

#include <utility>

#include "dialects/media.h"

namespace tollgate::dialects::openai_chat {

using json::Path;
using json::Reader;
using llm::Block;
using llm::Feature;
using llm::Message;
using llm::Role;

namespace {

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

}  // namespace

json::object cache_mark(const json::object& from) {
  const json::object* mark = json::find_object(from, "cache_control");
  return mark ? *mark : json::object();
}

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

}  // namespace tollgate::dialects::openai_chat
