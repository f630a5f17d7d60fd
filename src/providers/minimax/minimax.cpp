#include <array>

#include "dialects/upstream_error.h"
#include "json/scan.h"
#include "llm/usage.h"
#include "providers/descriptor.h"

namespace tollgate::providers::minimax {
namespace {

constexpr DialectId kDialects[] = {DialectId::openai_chat};
constexpr std::string_view kModels[] = {"MiniMax-M2", "MiniMax-Text-01", "abab6.5s-chat"};

struct Row {
  std::int64_t code;
  ErrorCode meaning;
  std::string_view words;
};

constexpr std::array kCodes{
    Row{1000, ErrorCode::upstream_server_error, "the provider failed"},
    Row{1001, ErrorCode::upstream_timeout, "the provider did not answer in time"},
    Row{1002, ErrorCode::upstream_rate_limited, "the provider's rate limit is exceeded"},
    Row{1004, ErrorCode::upstream_auth_failed, "the provider refused the channel's credentials"},
    Row{1008, ErrorCode::upstream_no_credit, "the channel has no credit left at the provider"},
    Row{1013, ErrorCode::upstream_server_error, "the provider failed"},
    Row{1024, ErrorCode::upstream_server_error, "the provider failed"},
    Row{1026, ErrorCode::upstream_rejected_request, "the provider refused the request's content"},
    Row{1027, ErrorCode::upstream_rejected_request, "the provider withheld the answer's content"},
    Row{1033, ErrorCode::upstream_server_error, "the provider failed"},
    Row{1039, ErrorCode::upstream_rate_limited, "the provider's rate limit is exceeded"},
    Row{1041, ErrorCode::upstream_rate_limited, "the provider's rate limit is exceeded"},
    Row{1042, ErrorCode::upstream_rejected_request, "the request has too many invisible characters"},
    Row{2013, ErrorCode::upstream_rejected_request, "the provider refused a parameter of the request"},
    Row{2045, ErrorCode::upstream_rate_limited, "the provider's rate limit is exceeded"},
    Row{2049, ErrorCode::upstream_auth_failed, "the provider refused the channel's credentials"},
    Row{2056, ErrorCode::upstream_rate_limited, "the provider's rate limit is exceeded"},
};

/// Failures come with status 200 and say what is wrong in `base_resp`.
std::optional<Error> classify_error(int, std::string_view body) {
  const json::Span span = json::find_member(body, "base_resp");
  if (!span) return std::nullopt;
  const auto answer = json::parse_object(span.of(body));
  if (!answer) return std::nullopt;
  const auto code = llm::count_at(*answer, "status_code");
  if (!code || *code == 0) return std::nullopt;
  std::string detail = dialects::log_text(body);
  for (const Row& row : kCodes) {
    if (row.code == *code) return Error(row.meaning, std::string(row.words)).detail(std::move(detail));
  }
  return Error(ErrorCode::upstream_server_error, "the provider failed").detail(std::move(detail));
}

}  // namespace

extern constinit const ProviderDescriptor kDescriptor{
    .number = 27,
    .slug = "minimax",
    .title = "MiniMax",
    .site = "https://platform.minimaxi.com",
    .default_base_url = "https://api.minimax.chat",
    .dialects = kDialects,
    .operations = operations(Operation::chat),
    .capabilities = capabilities(Capability::chat, Capability::stream, Capability::tools),
    .models = kModels,
    .facts = {.include_usage = false},
    .classify_error = &classify_error,
    .errors_with_status_200 = true,
};

}  // namespace tollgate::providers::minimax
