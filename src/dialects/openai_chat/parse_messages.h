#pragma once

#include <string>

#include "json/reader.h"
#include "llm/chat.h"

namespace tollgate::dialects::openai_chat {

/// Calls of the deprecated `functions` have no ids: the position makes one.
struct LegacyCalls {
  std::string last_id;
  int count = 0;
  std::string next() {
    last_id = "call_legacy_" + std::to_string(++count);
    return last_id;
  }
};

/// One message of a request. Problems go to the reader's; what it needs of a dialect is added to `features`.
[[nodiscard]] llm::Message read_message(const json::Reader& message, LegacyCalls& legacy, llm::Features& features);

/// `cache_control` of a message, a part or a tool; empty if there is none.
[[nodiscard]] json::object cache_mark(const json::object& from);

}  // namespace tollgate::dialects::openai_chat
