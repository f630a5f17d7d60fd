#include <utility>

#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {
namespace {

void ask_reasoning(json::object& body, const llm::ModelArgument& argument, llm::ThinkingWords words) {
  const bool on = argument.effort != "none";
  switch (words) {
    case llm::ThinkingWords::effort:
      if (!argument.effort.empty()) {
        body["reasoning_effort"] = json::string(argument.effort.data(), argument.effort.size());
      } else if (!json::find(body, "reasoning_effort")) {
        body["reasoning_effort"] = "medium";
      }
      break;
    case llm::ThinkingWords::thinking_object:
      body["thinking"] = json::object{{"type", on ? "enabled" : "disabled"}};
      break;
    case llm::ThinkingWords::enable_thinking:
      body["enable_thinking"] = on;
      break;
  }
}

Result<void> ask_search(json::object& body, const llm::SearchWords& words) {
  if (words.member.empty()) return fail(llm::no_search());
  auto asked = json::parse(words.value);
  if (!asked) return std::unexpected(std::move(asked.error()));
  json::value& member = body[{words.member.data(), words.member.size()}];
  if (json::array* list = member.if_array(); list && asked->is_array()) {
    for (json::value& item : asked->get_array()) list->push_back(std::move(item));
  } else if (member.is_null()) {
    member = std::move(*asked);
  }
  return {};
}

}  // namespace

Result<void> apply_argument(json::object& body, const llm::ModelArgument& argument, const llm::UpstreamFacts& facts) {
  if (argument.reasons()) ask_reasoning(body, argument, facts.thinking_words);
  if (argument.search) return ask_search(body, facts.search_words);
  return {};
}

}  // namespace tollgate::dialects::openai_chat
