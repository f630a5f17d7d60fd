#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "json/scan.h"
#include "llm/ids.h"

namespace tollgate::llm {

/// Facts of an operation; the table's rows stand in the order of the enum.
struct OperationTraits {
  Operation operation;
  std::string_view name;           ///< stable: logs, metrics
  bool streams;                    ///< may be asked to stream
  bool generates;                  ///< has output that a limit bounds
  std::string_view default_model;  ///< when the body names none; empty: `model` is required
};

// clang-format off
inline constexpr std::array kOperations{
    //              operation                 name            streams generates default model
    OperationTraits{Operation::chat,          "chat",          true,   true,    ""},
    OperationTraits{Operation::completions,   "completions",   true,   true,    ""},
    OperationTraits{Operation::embeddings,    "embeddings",    false,  false,   ""},
    OperationTraits{Operation::moderations,   "moderations",   false,  false,   "omni-moderation-latest"},
    OperationTraits{Operation::count_tokens,  "count_tokens",  false,  false,   ""},
};
// clang-format on

[[nodiscard]] constexpr const OperationTraits& traits_of(Operation operation) {
  return kOperations[static_cast<std::size_t>(operation)];
}

/// Whether the members that the operation cannot do without are there and of a kind that can be right.
/// Errors: invalid_request, "field messages is required" and the like; `param` names the field.
[[nodiscard]] Result<void> check_required(Operation operation, const json::Envelope& envelope);

/// The most output the request can cause: its limit times its choices; nullopt if it states no limit.
[[nodiscard]] std::optional<std::int64_t> declared_output_limit(const json::Envelope& envelope);

}  // namespace tollgate::llm
