#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/value.h"
#include "providers/local.h"

/// What the demo provider answers, by operation. Pure.
namespace tollgate::providers::demo {

/// How a model behaves, found by its name.
struct Behaviour {
  enum class Way : std::uint8_t { answer, stall, break_off, fail_in_stream };
  Way way = Way::answer;
  std::int64_t first_ms = 0;  ///< before the first word
  std::int64_t word_ms = 0;   ///< between words, on average
};

[[nodiscard]] LocalAnswer answer_chat(const LocalCall& call, const json::object& request, Behaviour behaviour);
[[nodiscard]] LocalAnswer answer_completions(const LocalCall& call, const json::object& request, Behaviour behaviour);
[[nodiscard]] LocalAnswer answer_embeddings(const LocalCall& call, const json::object& request);
[[nodiscard]] LocalAnswer answer_moderations(const LocalCall& call, const json::object& request);

/// The texts of a `prompt` or an `input`: a string, strings, tokens, or lists of tokens.
[[nodiscard]] std::vector<std::string> texts_of(const json::value& from);

/// OpenAI's error body.
[[nodiscard]] LocalAnswer failed(int status, std::string_view type, std::string_view code, std::string_view message);
[[nodiscard]] LocalAnswer json_answer(const json::object& body);

}  // namespace tollgate::providers::demo
