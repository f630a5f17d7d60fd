#include <algorithm>
#include <cctype>
#include <utility>

#include "base/strings.h"
#include "dialects/claude/request_writer.h"
#include "dialects/media.h"

namespace tollgate::dialects::claude {

using llm::Block;
using llm::Message;
using llm::Role;

namespace {

constexpr std::size_t kLongestToolCallId = 64;
constexpr std::string_view kPlaceholder = "...";  ///< the API refuses an empty turn

}  // namespace

// Blocks -------------------------------------------------------------------------------------------------------------

json::value RequestWriter::image(const llm::Image& in, const std::string& path) {
  json::object source;
  if (!in.url.empty()) {
    source = {{"type", "url"}, {"url", to_string(in.url)}};
  } else if (!in.file_id.empty()) {
    if (!native_) {
      give_up(path, "names a file that this model's provider does not have");
      return nullptr;
    }
    source = {{"type", "file"}, {"file_id", to_string(in.file_id)}};
  } else {
    source = {{"type", "base64"}, {"media_type", to_string(in.media_type)}, {"data", to_string(in.data)}};
  }
  return json::object{{"type", "image"}, {"source", std::move(source)}};
}

json::value RequestWriter::document(const llm::File& in, const std::string& path) {
  json::object source;
  if (!in.text.empty()) {
    source = {{"type", "text"}, {"media_type", "text/plain"}, {"data", to_string(in.text)}};
  } else if (!in.url.empty()) {
    source = {{"type", "url"}, {"url", to_string(in.url)}};
  } else if (!in.file_id.empty()) {
    if (!native_) {
      give_up(path, "names a file that this model's provider does not have");
      return nullptr;
    }
    source = {{"type", "file"}, {"file_id", to_string(in.file_id)}};
  } else if (native_ || iequals(in.media_type, "application/pdf")) {
    source = {{"type", "base64"}, {"media_type", to_string(in.media_type)}, {"data", to_string(in.data)}};
  } else if (istarts_with(in.media_type, "text/") || iequals(in.media_type, "application/json")) {
    std::string text;
    if (!decode_base64(in.data, text)) {
      give_up(path, "is not valid base64");
      return nullptr;
    }
    source = {{"type", "text"}, {"media_type", "text/plain"}, {"data", to_string(text)}};
  } else {
    give_up(path, "holds " + in.media_type + ", but this model reads only PDF and plain text");
    return nullptr;
  }
  json::object out{{"type", "document"}, {"source", std::move(source)}};
  if (!in.name.empty()) out["title"] = to_string(in.name);
  return out;
}

json::value RequestWriter::tool_use(const llm::ToolCall& in, const std::string& path) {
  if (in.custom) {
    give_up(path, "is a call of a free-form tool, which this model does not have");
    return nullptr;
  }
  json::object input;
  if (!trim(in.arguments).empty()) {
    auto parsed = json::parse_object(in.arguments);
    if (parsed) {
      input = std::move(*parsed);
    } else {
      // What a model wrote wrongly goes back as it wrote it.
      input["raw_arguments"] = to_string(in.arguments);
    }
  }
  return json::object{{"type", "tool_use"},
                      {"id", to_string(tool_call_id(in.id, kLongestToolCallId))},
                      {"name", to_string(names_.upstream(in.name))},
                      {"input", std::move(input)}};
}

json::value RequestWriter::tool_result(const llm::ToolResult& in, std::size_t message, std::size_t index) {
  json::object out{{"type", "tool_result"}, {"tool_use_id", to_string(tool_call_id(in.call_id, kLongestToolCallId))}};
  if (in.is_error) out["is_error"] = true;
  const bool one_text = in.blocks.size() == 1 && in.blocks.front().as<llm::Text>() &&
                        in.blocks.front().cache_control.empty() && in.blocks.front().extras.empty();
  if (one_text) {
    out["content"] = to_string(in.blocks.front().as<llm::Text>()->text);
  } else if (!in.blocks.empty()) {
    json::array content;
    for (const Block& inner : in.blocks) {
      json::value rendered = block(inner, message, index);
      if (!rendered.is_null()) content.push_back(std::move(rendered));
    }
    out["content"] = std::move(content);
  }
  return out;
}

json::value RequestWriter::reasoning(const llm::Reasoning& in, const std::string& path) {
  // Only this dialect's own, signed thoughts are accepted back.
  const bool provable = in.origin == DialectId::claude && (!in.signature.empty() || !in.redacted.empty());
  if (!provable) {
    conversion_.dropped(path);
    return nullptr;
  }
  if (!in.redacted.empty()) return json::object{{"type", "redacted_thinking"}, {"data", to_string(in.redacted)}};
  return json::object{{"type", "thinking"}, {"thinking", to_string(in.text)}, {"signature", to_string(in.signature)}};
}

json::value RequestWriter::block(const Block& in, std::size_t message, std::size_t index) {
  const auto path = [&] { return block_path(in_, message, index); };
  json::value out;
  if (const auto* text = in.as<llm::Text>()) {
    if (text->text.empty()) return nullptr;
    out = json::object{{"type", "text"}, {"text", to_string(text->text)}};
  } else if (const auto* picture = in.as<llm::Image>()) {
    out = image(*picture, path());
  } else if (const auto* file = in.as<llm::File>()) {
    out = document(*file, path());
  } else if (const auto* call = in.as<llm::ToolCall>()) {
    out = tool_use(*call, path());
  } else if (const auto* result = in.as<llm::ToolResult>()) {
    out = tool_result(*result, message, index);
  } else if (const auto* thought = in.as<llm::Reasoning>()) {
    return reasoning(*thought, path());
  } else if (const auto* opaque = in.as<llm::Opaque>()) {
    if (opaque->dialect == DialectId::claude) return opaque->body;
    give_up(path(), "is of a kind that this model cannot read");
  } else {
    give_up(path(), "is audio, which this model cannot hear");
  }
  if (json::object* object = out.if_object()) {
    if (!in.cache_control.empty()) (*object)["cache_control"] = in.cache_control;
    if (native_) {
      add_extras(in.extras, *object);
    } else {
      for (const auto& extra : in.extras) conversion_.dropped(path() + "." + std::string(extra.key()));
    }
  }
  return out;
}

// Messages -----------------------------------------------------------------------------------------------------------

void RequestWriter::add_system_blocks(std::size_t index) {
  const Message& message = in_.messages[index];
  for (std::size_t b = 0; b < message.blocks.size(); ++b) {
    if (!message.blocks[b].as<llm::Text>() && !message.blocks[b].as<llm::Opaque>()) {
      give_up(block_path(in_, index, b), "may not stand in a system prompt");
      return;
    }
    json::value rendered = block(message.blocks[b], index, b);
    if (!rendered.is_null()) system_.push_back(std::move(rendered));
  }
}

void RequestWriter::add_turn_blocks(std::size_t index, json::array& results, json::array& rest) {
  const Message& message = in_.messages[index];
  for (std::size_t b = 0; b < message.blocks.size() && !failed_; ++b) {
    json::value rendered = block(message.blocks[b], index, b);
    if (rendered.is_null()) continue;
    (message.blocks[b].as<llm::ToolResult>() ? results : rest).push_back(std::move(rendered));
  }
  if (!native_ && !message.name.empty()) {
    conversion_.dropped("messages[" + std::to_string(index) + "].name");
  }
  for (const auto& extra : message.extras) {
    conversion_.dropped("messages[" + std::to_string(index) + "]." + std::string(extra.key()));
  }
}

void RequestWriter::finish_turn(bool assistant, json::array results, json::array rest) {
  // Results first: the API wants them right behind the calls.
  json::array blocks = std::move(results);
  for (json::value& block : rest) blocks.push_back(std::move(block));
  if (blocks.empty()) return;
  if (messages_.empty() && assistant) {
    messages_.push_back(json::object{{"role", "user"}, {"content", to_string(kPlaceholder)}});
    conversion_.note("messages", "a user message was put in front");
  }
  json::object out{{"role", assistant ? "assistant" : "user"}};
  const json::object* only = blocks.size() == 1 ? blocks.front().if_object() : nullptr;
  if (only && only->size() == 2 && json::find_string(*only, "type") == "text") {
    out["content"] = only->at("text");
  } else {
    out["content"] = std::move(blocks);
  }
  messages_.push_back(std::move(out));
}

void RequestWriter::write_messages() {
  json::array results, rest;
  bool open = false, assistant = false;
  for (std::size_t i = 0; i < in_.messages.size() && !failed_; ++i) {
    const Message& message = in_.messages[i];
    if (message.role == Role::system || message.role == Role::developer) {
      add_system_blocks(i);
      continue;
    }
    const bool is_assistant = message.role == Role::assistant;
    if (open && is_assistant != assistant) {
      finish_turn(assistant, std::move(results), std::move(rest));
      results = {};
      rest = {};
    }
    open = true;
    assistant = is_assistant;
    add_turn_blocks(i, results, rest);
  }
  if (open && assistant) {
    // A prefill may not end in blanks.
    if (json::object* last = rest.empty() ? nullptr : rest.back().if_object();
        last && json::find_string(*last, "type") == "text") {
      std::string_view text = json::find_string(*last, "text");
      while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
      if (text.empty()) {
        rest.pop_back();
      } else {
        json::string kept = to_string(text);
        (*last)["text"] = std::move(kept);
      }
    }
  }
  if (open) finish_turn(assistant, std::move(results), std::move(rest));
  if (messages_.empty()) {
    messages_.push_back(json::object{{"role", "user"}, {"content", to_string(kPlaceholder)}});
    conversion_.note("messages", "a user message was put in");
  }
}

void RequestWriter::write_system() {
  if (system_.empty()) return;
  const bool plain = std::all_of(system_.begin(), system_.end(), [](const json::value& block) {
    return block.get_object().size() == 2 && json::find_string(block.get_object(), "type") == "text";
  });
  if (!plain || (native_ && system_.size() > 1)) {
    out_["system"] = std::move(system_);
    return;
  }
  std::string joined;
  for (const json::value& block : system_) {
    if (!joined.empty()) joined += "\n\n";
    joined += json::find_string(block.get_object(), "text");
  }
  out_["system"] = to_string(joined);
}

}  // namespace tollgate::dialects::claude
