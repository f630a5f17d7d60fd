#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialects/claude/claude.h"
#include "dialects/tool_names.h"

namespace tollgate::dialects::claude {

inline constexpr std::string_view kSearchTool = "web_search";
/// Has the provider search the web. Error: unsupported_parameter.
/// @param options  Chat Completions' `web_search_options`: where the user is; nullptr: none.
[[nodiscard]] Result<void> add_search_tool(json::object& body, const llm::UpstreamFacts& facts,
                                           const json::object* options = nullptr);

/// Renders one neutral request as a Messages body. The first thing that cannot be said is kept and becomes the refusal.
class RequestWriter {
 public:
  RequestWriter(const llm::ChatRequest& in, llm::Conversion& conversion)
      : in_(in),
        conversion_(conversion),
        reasoning_(wanted_reasoning(in, conversion.argument)),
        native_(in.origin == DialectId::claude),
        own_thinking_(native_ && !conversion.argument.reasons()),
        names_(in, kLongestToolName, conversion) {}

  Result<json::object> write();

 private:
  static constexpr std::size_t kLongestToolName = 64;

  static llm::ReasoningRequest wanted_reasoning(const llm::ChatRequest& in, const llm::ModelArgument& argument);

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
  json::value block(const llm::Block& in, std::size_t message, std::size_t index);
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

  const llm::ChatRequest& in_;
  llm::Conversion& conversion_;
  const llm::ReasoningRequest reasoning_;
  const bool native_;
  const bool own_thinking_;  ///< the client said how to think, in this dialect: as it wrote it
  const ToolNames names_;
  json::object out_;
  json::array system_;
  json::array messages_;
  const json::object* search_options_ = nullptr;
  std::int64_t max_tokens_ = 0;
  bool thinking_ = false;
  std::optional<Error> failed_;
};

}  // namespace tollgate::dialects::claude
