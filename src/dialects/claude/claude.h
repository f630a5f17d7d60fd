#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "llm/dialect.h"

/// Anthropic's Messages. What each function promises stands at llm::Dialect.
namespace tollgate::dialects::claude {

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

/// Both ways between a stop reason and its name here.
[[nodiscard]] llm::FinishReason finish_reason(std::string_view name);
[[nodiscard]] std::string_view stop_name(llm::FinishReason reason);
/// Clients go by the reason alone, while some providers say "stop" whatever the answer holds.
[[nodiscard]] llm::FinishReason finish_for(llm::FinishReason stated, bool called, bool refused);

/// Messages demands a limit; this one is sent when neither the client nor the channel states one.
inline constexpr std::int64_t kDefaultMaxTokens = 8192;

inline constexpr std::string_view kIdPrefix = "msg_";  ///< of every answer's id
inline constexpr std::string_view kPing = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
inline constexpr std::string_view kTerminal = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

}  // namespace tollgate::dialects::claude
