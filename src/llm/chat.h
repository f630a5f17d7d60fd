#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "json/value.h"
#include "llm/features.h"
#include "llm/ids.h"
#include "llm/usage.h"

/// The neutral form of a conversation: what every dialect is parsed into and rendered from.
namespace tollgate::llm {

struct Block;

struct Text {
  std::string text;
  bool refusal = false;  ///< the model's words for declining
};

/// Exactly one of `url`, `data`, `file_id` is set.
struct Image {
  std::string url;         ///< http or https
  std::string media_type;  ///< with `data`: image/png, ...
  std::string data;        ///< base64
  std::string file_id;
  std::string detail;  ///< low, high, auto or empty
};

struct Audio {
  std::string format;  ///< wav, mp3, ...
  std::string data;    ///< base64
};

/// A document. One of `url`, `data`, `text`, `file_id` is set.
struct File {
  std::string name;
  std::string media_type;
  std::string data;  ///< base64
  std::string text;  ///< plain text
  std::string url;
  std::string file_id;
};

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;  ///< JSON text, as it came; may be malformed when a model made it
  bool custom = false;    ///< free-form: `arguments` is plain text
};

struct ToolResult {
  std::string call_id;
  std::vector<Block> blocks;  ///< text and media
  bool is_error = false;
};

/// What the model thought. A signature proves the provider's own words to that provider, so it goes back only into the
/// dialect that it came from.
struct Reasoning {
  std::string text;
  std::string signature;
  std::string redacted;  ///< encrypted thoughts, instead of a text
  DialectId origin = DialectId::openai_chat;
};

/// A block that only one dialect knows; it travels untouched and returns only into that dialect.
struct Opaque {
  DialectId dialect = DialectId::openai_chat;
  json::object body;
};

struct Block {
  std::variant<Text, Image, Audio, File, ToolCall, ToolResult, Reasoning, Opaque> is;
  json::object extras;         ///< members that only ChatRequest::origin knows
  json::object cache_control;  ///< `{"type":"ephemeral",...}`; empty if the block is not marked

  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&is);
  }
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&is);
  }
};

/// Appends a block that is just this content.
inline void add_block(std::vector<Block>& blocks, decltype(Block::is) content) {
  Block block;
  block.is = std::move(content);
  blocks.push_back(std::move(block));
}

enum class Role : std::uint8_t { system, developer, user, assistant, tool };

struct Message {
  Role role = Role::user;
  std::vector<Block> blocks;
  std::string name;
  json::object extras;
};

struct Tool {
  enum class Kind : std::uint8_t { function, custom, server };
  Kind kind = Kind::function;
  std::string name;
  std::string description;
  json::object schema;  ///< of the parameters; empty if none was given
  std::optional<bool> strict;
  json::object body;  ///< custom and server tools: the whole declaration in the origin's form
  json::object cache_control;
  json::object extras;
};

struct ToolChoice {
  enum class Mode : std::uint8_t { unset, automatic, none, required, named, restricted };
  Mode mode = Mode::unset;
  std::string name;                ///< named
  std::vector<std::string> names;  ///< restricted: only these may be called
  bool restricted_required = false;
};

struct ResponseFormat {
  enum class Kind : std::uint8_t { unset, text, json_object, json_schema };
  Kind kind = Kind::unset;
  std::string name;
  std::string description;
  json::object schema;
  std::optional<bool> strict;
};

/// How hard to think. Several may be set; each dialect uses what it can say.
struct ReasoningRequest {
  enum class Mode : std::uint8_t { unset, enabled, adaptive, disabled };
  Mode mode = Mode::unset;
  std::string effort;  ///< none, minimal, low, medium, high, xhigh, max; empty if not said
  std::optional<std::int64_t> budget_tokens;
  json::object extras;
};

struct Sampling {
  std::optional<double> temperature;  ///< 0..2
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::optional<double> frequency_penalty;
  std::optional<double> presence_penalty;
  std::optional<std::int64_t> seed;
  json::object logit_bias;
  std::optional<bool> logprobs;
  std::optional<std::int64_t> top_logprobs;
};

struct ChatRequest {
  DialectId origin = DialectId::openai_chat;
  std::string model;
  std::vector<Message> messages;  ///< system and developer messages stand in their places
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  std::optional<bool> parallel_tool_calls;
  Sampling sampling;
  std::optional<std::int64_t> max_output_tokens;
  std::int64_t choices = 1;
  std::vector<std::string> stop;
  ResponseFormat response_format;
  ReasoningRequest reasoning;
  bool stream = false;
  bool include_usage = false;  ///< the client wants usage in its stream
  std::string user;
  json::object metadata;
  json::object extras;  ///< top-level members that only `origin` knows
  Features features;    ///< what it needs, found while parsing
};

enum class FinishReason : std::uint8_t { stop, stop_sequence, length, tool_calls, content_filter, pause, unknown };

struct ChatResponse {
  std::string id;     ///< the upstream's; a dialect adds its own prefix where its clients expect one
  std::string model;  ///< the upstream's
  std::int64_t created_unix_s = 0;
  std::vector<Block> blocks;
  FinishReason finish = FinishReason::unknown;
  std::string stop_sequence;
  std::optional<Usage> usage;
  json::object extras;
};

}  // namespace tollgate::llm
