#pragma once

#include <cstdint>
#include <string_view>

namespace tollgate::llm {

/// The wire formats that a client or a provider may speak. Each has a folder under src/dialects.
enum class DialectId : std::uint8_t { openai_chat, claude };

/// What a call asks for. Chat has neutral types and is converted between dialects; the others go through as they are.
enum class Operation : std::uint8_t { chat, completions, embeddings, moderations, count_tokens };

}  // namespace tollgate::llm

namespace tollgate {
using llm::DialectId;
}
