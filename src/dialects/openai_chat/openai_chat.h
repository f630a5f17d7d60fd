#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llm/dialect.h"

/// OpenAI's Chat Completions, with the additions that OpenAI-compatible providers share (`reasoning_content`, `top_k`,
/// `cache_control`, usage in odd places). Completions, embeddings and moderations share its errors, taps and usage.
/// What each function promises stands at llm::Dialect.
namespace tollgate::dialects::openai_chat {

[[nodiscard]] Result<llm::ChatRequest> parse_request(const json::object& body);
[[nodiscard]] json::object render_response(const llm::ChatResponse& response, const llm::Conversion& conversion);
[[nodiscard]] std::unique_ptr<llm::StreamRenderer> make_renderer(const llm::Conversion& conversion);
[[nodiscard]] std::string render_error(const Error& error, std::string_view request_id, bool in_stream);

[[nodiscard]] Result<json::object> render_request(const llm::ChatRequest& request, llm::Conversion& conversion);
[[nodiscard]] Result<llm::ChatResponse> parse_response(const json::object& body, const llm::Conversion& conversion);
[[nodiscard]] std::unique_ptr<llm::StreamParser> make_parser(const llm::Conversion& conversion);
[[nodiscard]] Error parse_error(int status, std::string_view body);
void add_system_prompt(json::object& body, std::string_view prompt, bool only_if_absent);
[[nodiscard]] Result<void> apply_argument(json::object& body, const llm::ModelArgument& argument,
                                          const llm::UpstreamFacts& facts);

[[nodiscard]] llm::Tap tap(std::string_view event, llm::UsageReader read_usage);
[[nodiscard]] llm::PlainTap tap_plain(std::string_view body, llm::UsageReader read_usage);

/// Both ways between a finish reason and its name here.
[[nodiscard]] llm::FinishReason finish_reason(std::string_view name);
[[nodiscard]] std::string_view finish_name(llm::FinishReason reason);

inline constexpr std::string_view kIdPrefix = "chatcmpl-";  ///< of every answer's id
inline constexpr std::string_view kPing = ": ping\n\n";
inline constexpr std::string_view kTerminal = "data: [DONE]\n\n";

}  // namespace tollgate::dialects::openai_chat
