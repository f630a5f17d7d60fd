#include "llm/operation.h"

#include <algorithm>
#include <string>

namespace tollgate::llm {
namespace {

consteval bool rows_match_operations() {
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    if (static_cast<std::size_t>(kOperations[i].operation) != i) return false;
  }
  return true;
}
static_assert(rows_match_operations(), "the rows stand in the order of the enum");

Error at_fault(std::string_view field, std::string_view what) {
  return Error(ErrorCode::invalid_request, "field " + std::string(field) + " " + std::string(what))
      .param(std::string(field));
}

/// @param kinds  First characters that a right value can have.
Result<void> check(std::string_view field, char kind, json::Span value, std::string_view kinds,
                   std::string_view wanted) {
  if (kind == '\0' || kind == 'n') return fail(at_fault(field, "is required"));
  if (kinds.find(kind) == std::string_view::npos) return fail(at_fault(field, "must be " + std::string(wanted)));
  // An empty list or text; one that holds blanks is left to the upstream.
  if (value.length == 2) return fail(at_fault(field, "must not be empty"));
  return {};
}

}  // namespace

Result<void> check_required(Operation operation, const json::Envelope& envelope) {
  if (traits_of(operation).default_model.empty() || envelope.has_model) {
    if (envelope.model.empty()) return fail(at_fault("model", "is required"));
  }
  switch (operation) {
    case Operation::chat:
    case Operation::count_tokens:
      return check("messages", envelope.messages_kind, envelope.messages, "[", "an array");
    case Operation::completions:
      return check("prompt", envelope.prompt_kind, envelope.prompt, "[\"", "a string or an array");
    case Operation::embeddings:
    case Operation::moderations:
      return check("input", envelope.input_kind, envelope.input, "[\"", "a string or an array");
  }
  return {};
}

std::optional<std::int64_t> declared_output_limit(const json::Envelope& envelope) {
  // Where several are given the upstream decides which one counts, so the largest bounds the cost.
  const std::optional<std::int64_t> each =
      std::max({envelope.max_tokens, envelope.max_completion_tokens, envelope.max_output_tokens});
  if (!each) return std::nullopt;
  return *each * envelope.n.value_or(1);
}

}  // namespace tollgate::llm
