#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llm/ids.h"
#include "llm/model_argument.h"
#include "llm/usage.h"

namespace tollgate::llm {

/// What was lost or changed on the way into another dialect. Ends up in the request's log row.
struct Note {
  std::string path;  ///< the client's field: `frequency_penalty`, `messages[3].content[1]`
  std::string what;  ///< "dropped", "clamped to 1", ...
  friend bool operator==(const Note&, const Note&) = default;
};

/// Chat: how a request asks its provider for reasoning.
enum class ThinkingWords : std::uint8_t {
  effort,           ///< `reasoning_effort`
  thinking_object,  ///< `thinking.type`: enabled or disabled
  enable_thinking,  ///< `enable_thinking`: true or false
};

/// Chat: the member that makes its provider search the web, and its value as JSON. An array is added to what is there.
struct SearchWords {
  std::string_view member{};  ///< empty: the provider does not search
  std::string_view value{};
};

/// What a provider or channel says about the upstream that a dialect cannot know.
struct UpstreamFacts {
  std::int64_t default_max_output_tokens = 0;  ///< for dialects that demand a limit; 0: the dialect's own default
  bool max_completion_tokens = false;          ///< Chat: send the limit under this name (reasoning models)
  bool accepts_reasoning = false;              ///< Chat: `reasoning_content` may be sent back in assistant messages
  bool include_usage = true;                   ///< Chat: `stream_options.include_usage` is understood
  ThinkingWords thinking_words = ThinkingWords::effort;
  SearchWords search_words{};
  bool search_tool = false;        ///< Claude: the provider runs the tool `web_search`
  bool adaptive_thinking = false;  ///< Claude: `thinking.type` adaptive and `output_config.effort`, no budgets
  bool structured_output = true;   ///< Claude: `output_config.format`; else a schema becomes a forced tool
};

/// Everything one attempt remembers between its request and its answer. Filled by the relay, then by render_request;
/// read by the answer's parser and renderer, which therefore cannot disagree.
struct Conversion {
  DialectId client = DialectId::openai_chat;
  DialectId upstream = DialectId::openai_chat;

  // Set by the caller, so that conversion stays pure.
  std::string shown_model;     ///< the model name in the answer: what the client asked for
  std::string upstream_model;  ///< what is sent
  std::string fallback_id;     ///< without prefix; for answers that have none
  std::string request_id;      ///< the gateway's own, for error bodies
  std::int64_t now_unix_s = 0;
  std::int64_t estimated_input_tokens = 0;  ///< shown by dialects that state usage before it is known
  bool stream = false;
  bool include_usage = false;  ///< the client asked for usage in its stream
  UpstreamFacts facts;
  ModelArgument argument;
  UsageReader read_usage = nullptr;  ///< the provider's own reading; nullptr: the dialect's

  // Set by render_request.
  std::vector<std::pair<std::string, std::string>> renamed_tools;  ///< the upstream's name, the client's name
  std::string schema_tool;  ///< the forced tool whose arguments are really the answer's JSON; empty if none
  std::vector<Note> notes;

  void note(std::string path, std::string what) { notes.push_back({std::move(path), std::move(what)}); }
  void dropped(std::string path) { note(std::move(path), "dropped"); }
  /// The client's name of a tool that the upstream called.
  [[nodiscard]] std::string_view client_tool_name(std::string_view upstream_name) const;
  [[nodiscard]] std::string_view model_for_client(std::string_view reported) const {
    return shown_model.empty() ? reported : std::string_view(shown_model);
  }
};

}  // namespace tollgate::llm
