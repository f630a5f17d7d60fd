#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llm/ids.h"

namespace tollgate::providers {

/// A call to a provider that lives in this process.
struct LocalCall {
  llm::DialectId dialect = llm::DialectId::openai_chat;
  llm::Operation operation = llm::Operation::chat;
  std::string_view body;  ///< the request as it would have been sent
  std::int64_t now_unix_s = 0;
  std::string_view id;  ///< fresh; ends in the answer's id
};

/// A piece of the answer's body, to be "received" that long after the piece before.
struct LocalStep {
  std::int64_t delay_ms = 0;
  std::string bytes;
};

/// An upstream's whole behaviour as data: what a socket would have brought, and when.
struct LocalAnswer {
  enum class End : std::uint8_t {
    complete,  ///< the body ends in good order
    broken,    ///< the connection breaks behind the last step
    stalled,   ///< nothing comes any more; the caller's deadline ends it
  };
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t head_delay_ms = 0;
  std::vector<LocalStep> steps;
  End end = End::complete;
};

}  // namespace tollgate::providers
