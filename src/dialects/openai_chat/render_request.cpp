#include <algorithm>
#include <utility>

#include "dialects/media.h"
#include "dialects/openai_chat/openai_chat.h"
#include "dialects/tool_names.h"

namespace tollgate::dialects::openai_chat {
namespace {

using llm::Block;
using llm::ChatRequest;
using llm::Conversion;
using llm::Message;
using llm::Role;

constexpr std::size_t kLongestToolName = 64;
constexpr std::size_t kLongestToolCallId = 40;
constexpr std::size_t kMostStops = 4;

std::unexpected<Error> refuse(std::string path, std::string_view why) {
  return fail(Error(ErrorCode::unsupported_parameter, path + " " + std::string(why)).param(std::move(path)));
}

/// Renders a whole request; `failed_` keeps the first thing that cannot be said.
class RequestWriter {
 public:
  RequestWriter(const ChatRequest& in, Conversion& conversion)
      : in_(in),
        conversion_(conversion),
        native_(in.origin == DialectId::openai_chat),
        names_(in, kLongestToolName, conversion) {}

  Result<json::object> write();

 private:
  void write_message(std::size_t index);
  void write_tool_results(std::size_t index);
  void write_assistant(std::size_t index);
  void write_rest();
  void write_tools();
  void write_tool_choice();
  void write_response_format();
  void write_reasoning();
  void write_thinking_switch();
  void write_sampling();

  [[nodiscard]] json::value part(const Block& block, std::size_t message, std::size_t index);
  [[nodiscard]] json::value content(const std::vector<const Block*>& blocks, std::size_t message);
  void finish_part(const Block& block, json::object& out);
  void flush_media();
  void give_up(std::string path, std::string_view why) {
    if (!failed_) failed_ = refuse(std::move(path), why).error();
  }
  void drop_once(bool& said, std::string path) {
    if (!said) conversion_.dropped(std::move(path));
    said = true;
  }

  const ChatRequest& in_;
  Conversion& conversion_;
  const bool native_;
  const ToolNames names_;
  json::object out_;
  json::array messages_;
  json::array media_;  ///< from tool results: only a user message can carry it
  std::optional<Error> failed_;
  bool dropped_cache_control_ = false;
  bool dropped_reasoning_ = false;
};

void RequestWriter::finish_part(const Block& block, json::object& out) {
  if (native_) {
    if (!block.cache_control.empty()) out["cache_control"] = block.cache_control;
    add_extras(block.extras, out);
  } else if (!block.cache_control.empty()) {
    drop_once(dropped_cache_control_, "cache_control");
  }
}

json::value RequestWriter::part(const Block& block, std::size_t message, std::size_t index) {
  json::object out;
  if (const auto* text = block.as<llm::Text>()) {
    if (text->refusal) {
      out = {{"type", "refusal"}, {"refusal", to_string(text->text)}};
    } else {
      out = {{"type", "text"}, {"text", to_string(text->text)}};
    }
  } else if (const auto* image = block.as<llm::Image>()) {
    if (!image->file_id.empty()) {
      give_up(block_path(in_, message, index), "names a file that this model's provider does not have");
      return nullptr;
    }
    const std::string url = image->url.empty() ? data_url(image->media_type, image->data) : image->url;
    json::object inner{{"url", to_string(url)}};
    if (!image->detail.empty()) inner["detail"] = to_string(image->detail);
    out = {{"type", "image_url"}, {"image_url", std::move(inner)}};
  } else if (const auto* audio = block.as<llm::Audio>()) {
    out = {{"type", "input_audio"},
           {"input_audio", json::object{{"data", to_string(audio->data)}, {"format", to_string(audio->format)}}}};
  } else if (const auto* file = block.as<llm::File>()) {
    if (!file->text.empty()) {
      const std::string words = file->name.empty() ? file->text : file->name + "\n\n" + file->text;
      out = {{"type", "text"}, {"text", to_string(words)}};
    } else if (!file->data.empty()) {
      json::object inner{{"filename", to_string(file->name.empty() ? "document.pdf" : file->name)},
                         {"file_data", to_string(data_url(file->media_type, file->data))}};
      if (native_ && file->name.empty()) inner.erase("filename");
      out = {{"type", "file"}, {"file", std::move(inner)}};
    } else if (native_ && !file->file_id.empty()) {
      out = {{"type", "file"}, {"file", json::object{{"file_id", to_string(file->file_id)}}}};
    } else {
      give_up(block_path(in_, message, index), file->url.empty()
                                                   ? "names a file that this model's provider does not have"
                                                   : "is a document by address, which this model cannot read");
      return nullptr;
    }
  } else if (const auto* opaque = block.as<llm::Opaque>()) {
    if (opaque->dialect != DialectId::openai_chat) {
      give_up(block_path(in_, message, index), "is of a kind that this model cannot read");
      return nullptr;
    }
    return opaque->body;
  } else {
    give_up(block_path(in_, message, index), "may not stand in this message");
    return nullptr;
  }
  finish_part(block, out);
  return out;
}

/// One plain text is a string, which every compatible provider understands.
json::value RequestWriter::content(const std::vector<const Block*>& blocks, std::size_t message) {
  const bool plain = std::all_of(blocks.begin(), blocks.end(), [&](const Block* block) {
    const auto* text = block->as<llm::Text>();
    return text && !text->refusal && (!native_ || (block->cache_control.empty() && block->extras.empty()));
  });
  if (plain && (blocks.size() == 1 || !native_)) {
    std::string joined;
    for (const Block* block : blocks) {
      const std::string& text = block->as<llm::Text>()->text;
      if (!native_ && !block->cache_control.empty()) drop_once(dropped_cache_control_, "cache_control");
      if (!joined.empty() && !text.empty()) joined += "\n\n";
      joined += text;
    }
    return to_string(joined);
  }
  json::array parts;
  for (std::size_t i = 0; i < blocks.size(); ++i) parts.push_back(part(*blocks[i], message, i));
  return parts;
}

void RequestWriter::flush_media() {
  if (media_.empty()) return;
  messages_.push_back(json::object{{"role", "user"}, {"content", std::move(media_)}});
  media_ = {};
}

/// The results of one message as `tool` messages. Their pictures follow in a user message, since a tool message is
/// text.
void RequestWriter::write_tool_results(std::size_t index) {
  const Message& message = in_.messages[index];
  for (std::size_t b = 0; b < message.blocks.size(); ++b) {
    const auto* result = message.blocks[b].as<llm::ToolResult>();
    if (!result) continue;
    std::vector<const Block*> texts;
    for (std::size_t k = 0; k < result->blocks.size(); ++k) {
      const Block& block = result->blocks[k];
      if (block.as<llm::Text>()) {
        texts.push_back(&block);
      } else {
        media_.push_back(part(block, index, b));
      }
    }
    json::object out{{"role", "tool"}, {"tool_call_id", to_string(tool_call_id(result->call_id, kLongestToolCallId))}};
    if (result->is_error) {
      std::string text = "Error: ";
      text += joined_text(result->blocks, "\n\n");
      out["content"] = to_string(text);
    } else if (texts.empty()) {
      out["content"] = result->blocks.empty() ? "" : "(the result follows)";
    } else {
      out["content"] = content(texts, index);
    }
    if (native_) {
      if (!message.name.empty()) out["name"] = to_string(message.name);
      add_extras(message.extras, out);
    }
    messages_.push_back(std::move(out));
  }
}

void RequestWriter::write_assistant(std::size_t index) {
  const Message& message = in_.messages[index];
  json::object out{{"role", "assistant"}};
  std::vector<const Block*> parts;
  std::string thoughts, refusal, text;
  bool plain = true;
  json::array calls;
  for (std::size_t b = 0; b < message.blocks.size(); ++b) {
    const Block& block = message.blocks[b];
    if (const auto* words = block.as<llm::Text>()) {
      parts.push_back(&block);
      if (words->refusal) {
        refusal += words->text;
      } else {
        text += words->text;
      }
      plain = plain && (!native_ || (block.cache_control.empty() && block.extras.empty()));
      if (!native_ && !block.cache_control.empty()) drop_once(dropped_cache_control_, "cache_control");
    } else if (const auto* reasoning = block.as<llm::Reasoning>()) {
      if (conversion_.facts.accepts_reasoning && !reasoning->text.empty()) {
        thoughts += reasoning->text;
      } else {
        drop_once(dropped_reasoning_, block_path(in_, index, b));
      }
    } else if (const auto* call = block.as<llm::ToolCall>()) {
      json::object entry{{"id", to_string(tool_call_id(call->id, kLongestToolCallId))}};
      const std::string_view name = names_.upstream(call->name);
      if (call->custom) {
        entry["type"] = "custom";
        entry["custom"] = json::object{{"name", to_string(name)}, {"input", to_string(call->arguments)}};
      } else {
        entry["type"] = "function";
        const std::string_view arguments = call->arguments.empty() ? "{}" : std::string_view(call->arguments);
        entry["function"] = json::object{{"name", to_string(name)}, {"arguments", to_string(arguments)}};
      }
      if (native_ && !block.cache_control.empty()) entry["cache_control"] = block.cache_control;
      calls.push_back(std::move(entry));
    } else {
      plain = false;
      parts.push_back(&block);
    }
  }
  if (plain) {
    const bool has_text = !text.empty() || (calls.empty() && refusal.empty());
    out["content"] = has_text ? json::value(to_string(text)) : json::value(nullptr);
    if (!refusal.empty()) out["refusal"] = to_string(refusal);
  } else {
    out["content"] = content(parts, index);
  }
  if (!thoughts.empty()) out["reasoning_content"] = to_string(thoughts);
  if (!calls.empty()) out["tool_calls"] = std::move(calls);
  if (!message.name.empty()) out["name"] = to_string(message.name);
  if (native_) add_extras(message.extras, out);
  messages_.push_back(std::move(out));
}

void RequestWriter::write_message(std::size_t index) {
  const Message& message = in_.messages[index];
  if (message.role == Role::assistant) {
    flush_media();
    write_assistant(index);
    return;
  }
  // Results come first: the provider wants them right behind the calls.
  write_tool_results(index);
  std::vector<const Block*> rest;
  for (const Block& block : message.blocks) {
    if (!block.as<llm::ToolResult>()) rest.push_back(&block);
  }
  if (rest.empty()) return;
  const bool next_is_result = message.role == Role::tool;
  if (!next_is_result) flush_media();
  json::object out{{"role", message.role == Role::system      ? "system"
                            : message.role == Role::developer ? "developer"
                                                              : "user"},
                   {"content", content(rest, index)}};
  if (!message.name.empty()) out["name"] = to_string(message.name);
  if (native_) add_extras(message.extras, out);
  messages_.push_back(std::move(out));
}

void RequestWriter::write_tools() {
  json::array tools;
  const auto& allowed = in_.tool_choice;
  for (std::size_t i = 0; i < in_.tools.size(); ++i) {
    const llm::Tool& tool = in_.tools[i];
    const std::string path = "tools[" + std::to_string(i) + "]";
    if (tool.kind != llm::Tool::Kind::function) {
      if (!native_) {
        give_up(path, "is a tool of another provider's making, which this model cannot use");
      } else if (tool.kind == llm::Tool::Kind::server && tool.name == "web_search_options") {
        out_["web_search_options"] = tool.body;
      } else {
        tools.push_back(tool.body);
      }
      continue;
    }
    if (!native_ && allowed.mode == llm::ToolChoice::Mode::restricted &&
        std::find(allowed.names.begin(), allowed.names.end(), tool.name) == allowed.names.end()) {
      continue;
    }
    json::object function{{"name", to_string(names_.upstream(tool.name))}};
    if (!tool.description.empty()) function["description"] = to_string(tool.description);
    if (!tool.schema.empty()) {
      function["parameters"] = tool.schema;
    } else if (!native_) {
      function["parameters"] = json::object{{"type", "object"}, {"properties", json::object()}};
    }
    if (tool.strict) function["strict"] = *tool.strict;
    if (native_) {
      add_extras(tool.extras, function);
    } else {
      for (const auto& extra : tool.extras) conversion_.dropped(path + "." + std::string(extra.key()));
    }
    json::object entry{{"type", "function"}, {"function", std::move(function)}};
    if (!tool.cache_control.empty()) {
      if (native_) {
        entry["cache_control"] = tool.cache_control;
      } else {
        drop_once(dropped_cache_control_, "cache_control");
      }
    }
    tools.push_back(std::move(entry));
  }
  const bool any = !tools.empty();
  if (any) out_["tools"] = std::move(tools);
  if (any) write_tool_choice();
  if (any && in_.parallel_tool_calls) out_["parallel_tool_calls"] = *in_.parallel_tool_calls;
}

void RequestWriter::write_tool_choice() {
  using Mode = llm::ToolChoice::Mode;
  const llm::ToolChoice& choice = in_.tool_choice;
  const auto named = [&](std::string_view name) {
    for (const llm::Tool& tool : in_.tools) {
      if (tool.kind == llm::Tool::Kind::custom && tool.name == name) {
        return json::object{{"type", "custom"}, {"custom", json::object{{"name", to_string(name)}}}};
      }
    }
    return json::object{{"type", "function"}, {"function", json::object{{"name", to_string(names_.upstream(name))}}}};
  };
  switch (choice.mode) {
    case Mode::unset:
      break;
    case Mode::automatic:
      out_["tool_choice"] = "auto";
      break;
    case Mode::none:
      out_["tool_choice"] = "none";
      break;
    case Mode::required:
      out_["tool_choice"] = "required";
      break;
    case Mode::named:
      out_["tool_choice"] = named(choice.name);
      break;
    case Mode::restricted: {
      json::array tools;
      for (const std::string& name : choice.names) tools.push_back(named(name));
      out_["tool_choice"] = json::object{
          {"type", "allowed_tools"},
          {"allowed_tools",
           json::object{{"mode", choice.restricted_required ? "required" : "auto"}, {"tools", std::move(tools)}}}};
      break;
    }
  }
}

void RequestWriter::write_response_format() {
  using Kind = llm::ResponseFormat::Kind;
  const llm::ResponseFormat& format = in_.response_format;
  switch (format.kind) {
    case Kind::unset:
      break;
    case Kind::text:
      out_["response_format"] = json::object{{"type", "text"}};
      break;
    case Kind::json_object:
      out_["response_format"] = json::object{{"type", "json_object"}};
      break;
    case Kind::json_schema: {
      json::object schema{{"name", to_string(format.name.empty() ? "answer" : format.name)}};
      if (!format.description.empty()) schema["description"] = to_string(format.description);
      if (!format.schema.empty()) schema["schema"] = format.schema;
      if (format.strict) {
        schema["strict"] = *format.strict;
      } else if (!native_) {
        schema["strict"] = true;  // what the other dialect promises for every schema
      }
      out_["response_format"] = json::object{{"type", "json_schema"}, {"json_schema", std::move(schema)}};
      break;
    }
  }
}

/// Where the provider has just a switch, how much is not said.
void RequestWriter::write_thinking_switch() {
  using Mode = llm::ReasoningRequest::Mode;
  const Mode mode = in_.reasoning.mode;
  if (mode == Mode::unset) return;
  llm::ModelArgument wish{.thinking = true};
  if (mode == Mode::disabled) wish.effort = "none";
  if (auto said = apply_argument(out_, wish, conversion_.facts); !said) failed_ = std::move(said.error());
}

void RequestWriter::write_reasoning() {
  using Mode = llm::ReasoningRequest::Mode;
  const llm::ReasoningRequest& reasoning = in_.reasoning;
  std::string effort = reasoning.effort;
  if (effort.empty() && reasoning.mode == Mode::enabled && reasoning.budget_tokens) {
    effort = *reasoning.budget_tokens <= 2048 ? "low" : *reasoning.budget_tokens <= 8192 ? "medium" : "high";
  }
  if (native_) {
    if (effort.empty() && reasoning.mode == Mode::disabled) effort = "none";
    if (!effort.empty()) out_["reasoning_effort"] = to_string(effort);
    return;
  }
  if (conversion_.facts.thinking_words != llm::ThinkingWords::effort) {
    write_thinking_switch();
    return;
  }
  if (effort.empty() || reasoning.mode == Mode::disabled) return;
  // Models that do not reason refuse the field.
  if (conversion_.facts.max_completion_tokens || conversion_.facts.accepts_reasoning) {
    out_["reasoning_effort"] = to_string(effort);
  } else {
    conversion_.dropped("thinking");
  }
}

void RequestWriter::write_sampling() {
  const llm::Sampling& sampling = in_.sampling;
  if (sampling.temperature) out_["temperature"] = *sampling.temperature;
  if (sampling.top_p) out_["top_p"] = *sampling.top_p;
  if (sampling.top_k) {
    if (native_) {
      out_["top_k"] = *sampling.top_k;
    } else {
      conversion_.dropped("top_k");
    }
  }
  if (sampling.frequency_penalty) out_["frequency_penalty"] = *sampling.frequency_penalty;
  if (sampling.presence_penalty) out_["presence_penalty"] = *sampling.presence_penalty;
  if (sampling.seed) out_["seed"] = *sampling.seed;
  if (!sampling.logit_bias.empty()) out_["logit_bias"] = sampling.logit_bias;
  if (sampling.logprobs) out_["logprobs"] = *sampling.logprobs;
  if (sampling.top_logprobs) out_["top_logprobs"] = *sampling.top_logprobs;
}

void RequestWriter::write_rest() {
  write_tools();
  if (in_.max_output_tokens) {
    out_[conversion_.facts.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] = *in_.max_output_tokens;
  }
  write_sampling();
  if (in_.choices > 1) out_["n"] = in_.choices;
  if (!in_.stop.empty()) {
    json::array stops;
    for (const std::string& stop : in_.stop) {
      if (!native_ && stops.size() == kMostStops) {
        conversion_.note("stop_sequences", "only the first 4 were sent");
        break;
      }
      stops.push_back(to_string(stop));
    }
    out_["stop"] = std::move(stops);
  }
  write_response_format();
  write_reasoning();
  if (!in_.user.empty()) out_["user"] = to_string(in_.user);
  if (!in_.metadata.empty()) {
    if (native_) {
      out_["metadata"] = in_.metadata;
    } else {
      for (const auto& member : in_.metadata) conversion_.dropped("metadata." + std::string(member.key()));
    }
  }
  if (in_.stream) {
    out_["stream"] = true;
    if (conversion_.facts.include_usage) out_["stream_options"] = json::object{{"include_usage", true}};
  }
  if (native_) {
    if (const json::object* options = json::find_object(in_.extras, "stream_options"); options && in_.stream) {
      if (json::value* mine = out_.if_contains("stream_options")) add_extras(*options, mine->get_object());
    }
    for (const auto& extra : in_.extras) {
      if (extra.key() != "stream_options") out_.emplace(extra.key(), extra.value());
    }
  } else {
    for (const auto& extra : in_.extras) conversion_.dropped(std::string(extra.key()));
  }
}

Result<json::object> RequestWriter::write() {
  out_["model"] = to_string(conversion_.upstream_model.empty() ? in_.model : conversion_.upstream_model);
  for (std::size_t i = 0; i < in_.messages.size() && !failed_; ++i) write_message(i);
  flush_media();
  out_["messages"] = std::move(messages_);
  write_rest();
  if (failed_) return fail(std::move(*failed_));
  if (auto said = apply_argument(out_, conversion_.argument, conversion_.facts); !said) {
    return std::unexpected(std::move(said.error()));
  }
  return std::move(out_);
}

}  // namespace

Result<json::object> render_request(const llm::ChatRequest& request, llm::Conversion& conversion) {
  return RequestWriter(request, conversion).write();
}

void add_system_prompt(json::object& body, std::string_view prompt, bool only_if_absent) {
  json::value* member = body.if_contains("messages");
  json::array* messages = member ? member->if_array() : nullptr;
  if (!messages) return;
  if (only_if_absent) {
    for (const json::value& message : *messages) {
      const json::object* object = message.if_object();
      const std::string_view role = object ? json::find_string(*object, "role") : std::string_view();
      if (role == "system" || role == "developer") return;
    }
  }
  messages->insert(messages->begin(), json::object{{"role", "system"}, {"content", to_string(prompt)}});
}

}  // namespace tollgate::dialects::openai_chat
