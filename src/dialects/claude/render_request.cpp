#include <algorithm>
#include <cctype>
#include <utility>

#include "base/strings.h"
#include "dialects/claude/claude.h"
#include "dialects/media.h"
#include "dialects/tool_names.h"

namespace tollgate::dialects::claude {
namespace {

using llm::Block;
using llm::ChatRequest;
using llm::Conversion;
using llm::Message;
using llm::Role;

constexpr std::size_t kLongestToolName = 64;
constexpr std::size_t kLongestToolCallId = 64;
constexpr std::int64_t kLeastBudget = 1024;
constexpr std::string_view kPlaceholder = "...";  ///< the API refuses an empty turn

struct EffortBudget {
  std::string_view effort;
  std::int64_t tokens;
};
constexpr EffortBudget kBudgets[] = {{"minimal", 1024}, {"low", 2048},    {"medium", 8192},
                                     {"high", 16384},   {"xhigh", 24576}, {"max", 32000}};

bool is_blank(std::string_view text) { return trim(text).empty(); }

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& in, Conversion& conversion)
      : in_(in),
        conversion_(conversion),
        native_(in.origin == DialectId::claude),
        names_(in, kLongestToolName, conversion) {}

  Result<json::object> write();

 private:
  void check_features();
  void write_system();
  void write_messages();
  void write_thinking();
  void write_tools();
  void write_tool_choice(bool has_tools);
  void write_response_format();
  void write_sampling();
  void write_extras();

  void add_turn_blocks(std::size_t index, json::array& results, json::array& rest);
  void add_system_blocks(std::size_t index);
  void finish_turn(bool assistant, json::array results, json::array rest);
  /// Null if there is nothing to say.
  json::value block(const Block& in, std::size_t message, std::size_t index);
  json::value image(const llm::Image& in, const std::string& path);
  json::value document(const llm::File& in, const std::string& path);
  json::value tool_use(const llm::ToolCall& in, const std::string& path);
  json::value tool_result(const llm::ToolResult& in, std::size_t message, std::size_t index);
  json::value reasoning(const llm::Reasoning& in, const std::string& path);

  [[nodiscard]] bool forced_choice() const;
  [[nodiscard]] bool open_tool_loop_without_thoughts() const;
  [[nodiscard]] std::int64_t wanted_budget() const;

  void give_up(std::string path, std::string_view why) {
    if (failed_) return;
    std::string message = path + ' ' + std::string(why);
    failed_ = Error(ErrorCode::unsupported_parameter, std::move(message)).param(std::move(path));
  }
  void no_thinking(std::string_view why) {
    conversion_.note("reasoning_effort", std::string(why));
    thinking_ = false;
  }

  const ChatRequest& in_;
  Conversion& conversion_;
  const bool native_;
  const ToolNames names_;
  json::object out_;
  json::array system_;
  json::array messages_;
  std::int64_t max_tokens_ = 0;
  bool thinking_ = false;
  std::optional<Error> failed_;
};

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
  if (!is_blank(in.arguments)) {
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

// Thinking -----------------------------------------------------------------------------------------------------------

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
  if (in_.reasoning.budget_tokens) return std::max(*in_.reasoning.budget_tokens, kLeastBudget);
  for (const EffortBudget& row : kBudgets) {
    if (row.effort == in_.reasoning.effort) return row.tokens;
  }
  return 8192;
}

void RequestWriter::write_thinking() {
  using Mode = llm::ReasoningRequest::Mode;
  const llm::ReasoningRequest& reasoning = in_.reasoning;
  const std::int64_t stated = in_.max_output_tokens.value_or(0);
  const std::int64_t fallback =
      conversion_.facts.default_max_output_tokens > 0 ? conversion_.facts.default_max_output_tokens : kDefaultMaxTokens;
  max_tokens_ = stated > 0 ? stated : fallback;

  json::object config;
  if (reasoning.mode == Mode::unset) {
    if (native_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
  } else if (reasoning.mode == Mode::disabled) {
    if (native_ || conversion_.facts.adaptive_thinking) out_["thinking"] = json::object{{"type", "disabled"}};
    if (native_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
  } else {
    thinking_ = true;
    if (!native_ && forced_choice()) no_thinking("dropped, since a tool must be called");
    const bool adaptive = native_ ? reasoning.mode == Mode::adaptive : conversion_.facts.adaptive_thinking;
    if (thinking_ && adaptive) {
      out_["thinking"] = json::object{{"type", "adaptive"}};
      std::string effort = reasoning.effort;
      if (effort.empty() && reasoning.budget_tokens) {
        effort = *reasoning.budget_tokens <= 2048 ? "low" : *reasoning.budget_tokens <= 8192 ? "medium" : "high";
      }
      if (effort == "minimal") effort = "low";
      if (!effort.empty()) config["effort"] = to_string(effort);
    } else if (thinking_) {
      if (!native_ && open_tool_loop_without_thoughts()) {
        no_thinking("dropped, since the earlier thoughts of this tool call are missing");
      }
      std::int64_t budget = wanted_budget();
      if (thinking_ && !native_) {
        if (stated == 0) {
          max_tokens_ = budget + fallback;
        } else {
          // Room is left for the answer.
          budget = std::min(budget, stated - stated / 5);
          if (budget < kLeastBudget || budget >= stated) no_thinking("dropped, since the output limit leaves no room");
        }
      }
      if (thinking_) out_["thinking"] = json::object{{"type", "enabled"}, {"budget_tokens", budget}};
      if (native_ && !reasoning.effort.empty()) config["effort"] = to_string(reasoning.effort);
    }
  }
  if (json::value* thinking = out_.if_contains("thinking"); thinking && native_) {
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
  const bool free = native_ || !thinking_;
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
  return std::move(out_);
}

}  // namespace

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
