#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dialects/openai_chat/openai_chat.h"
#include "dialects/text_cursor.h"
#include "json/keys.h"
#include "json/scan.h"
#include "llm/sse.h"
#include "llm/usage.h"

namespace tollgate::dialects::openai_chat {
namespace {

using Kind = llm::Tap::Kind;

/// @param index  As it is written; a provider that leaves it out has one choice.
void note_finished(std::string_view index, llm::Tap& out) {
  const auto number = static_cast<std::size_t>(parse_int(index).value_or(0));
  out.finished.set(std::min(number, llm::kMostChoices - 1));
}

/// Finds the choices that say why they ended.
/// @param choices  Begins with their array.
void note_finished_of(std::string_view choices, llm::Tap& out) {
  TextCursor at(choices);
  at.eat("[");
  for (;;) {
    at.eat_blanks();
    at.eat(",");
    at.eat_blanks();
    const std::string_view choice = json::object_at_start(at.rest());
    if (choice.empty()) return;
    at.eat(choice);
    std::array<json::WantedMember, 2> wanted{json::WantedMember{"index"}, json::WantedMember{"finish_reason"}};
    if (!json::find_members(choice, wanted.data(), wanted.size())) continue;
    const std::string_view reason = wanted[1].value.of(choice);
    if (reason.starts_with('"') && reason != "\"\"") note_finished(wanted[0].value.of(choice), out);
  }
}

/// A chunk of one choice whose delta is empty or has one text, as nearly every chunk is:
/// `{...,"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}`.
bool tap_common(std::string_view payload, llm::Tap& out) {
  TextCursor at(payload);
  if (!at.eat("{") || !at.go_to('{')) return false;
  const auto before = static_cast<std::size_t>(at.position() - payload.data());
  if (!payload.substr(0, before).ends_with("\"choices\":[")) return false;
  if (!at.eat("{\"index\":")) return false;
  const std::string_view index = at.rest();
  if (!at.eat_digits() || !at.eat(",\"delta\":{")) return false;
  std::string_view text;
  if (!at.eat("}")) {
    if (at.eat("\"role\":\"assistant\"")) at.eat(",");
    if (at.eat("\"content\":\"") || at.eat("\"reasoning_content\":\"") || at.eat("\"reasoning\":\"")) {
      if (!at.eat_string_rest(text)) return false;
    }
    if (!at.eat("}")) return false;
  }
  at.eat(",\"logprobs\":null");
  std::string_view reason;
  if (at.eat(",\"finish_reason\":\"")) {
    if (!at.eat_string_rest(reason)) return false;
  } else if (!at.eat(",\"finish_reason\":null")) {
    return false;
  }
  at.eat(",\"logprobs\":null");
  if (!at.eat("}]")) return false;
  at.eat(",\"usage\":null");
  if (at.eat(",\"obfuscation\":\"")) {
    std::string_view padding;
    if (!at.eat_string_rest(padding)) return false;
  }
  if (!at.eat("}")) return false;
  at.eat_blanks();
  if (!at.done()) return false;
  out.delivered_bytes = static_cast<std::uint32_t>(json::unescaped_size(text));
  out.kind = !reason.empty() ? Kind::finish : out.delivered_bytes != 0 ? Kind::content : Kind::ignore;
  if (out.kind == Kind::finish) note_finished(index.substr(0, index.find(',')), out);
  return true;
}

/// Members whose text a model wrote.
bool is_text_key(std::string_view key) {
  static constexpr std::array<std::string_view, 8> kKeys{"content",   "text",  "reasoning_content", "reasoning",
                                                         "arguments", "input", "refusal",           "transcript"};
  for (const std::string_view known : kKeys) {
    if (key == known) return true;
  }
  return false;
}

/// Any other object: what matters is found among its keys.
void tap_any(std::string_view payload, llm::UsageReader reader, llm::Tap& out) {
  json::StringHopper hopper(payload);
  bool first = true, has_choices = false, choices_empty = false, known = false, typed_first = false, finished = false;
  std::string_view choices;
  while (hopper.next()) {
    if (!hopper.is_key()) continue;
    const std::string_view key = hopper.raw();
    const char kind = hopper.value_kind();
    if (first) typed_first = key == "type" || key == "event";
    first = false;
    if (key == "choices") {
      has_choices = kind == '[';
      choices = hopper.rest();
      TextCursor at(choices);
      at.eat("[");
      at.eat_blanks();
      choices_empty = at.eat("]");
      known = true;
    } else if (key == "usage") {
      known = true;
      if (kind == '{') out.has_usage |= llm::read_usage_at(hopper.rest(), reader, out.usage);
    } else if (key == "error") {
      if (kind == '{' || (kind == '"' && !hopper.rest().starts_with("\"\""))) {
        out.kind = Kind::error;
        return;
      }
    } else if (key == "finish_reason") {
      // Some providers write "" until there is one.
      if (kind == '"' && !hopper.rest().starts_with("\"\"")) finished = true;
    } else if (kind == '"' && is_text_key(key)) {
      if (!hopper.next()) break;
      out.delivered_bytes += static_cast<std::uint32_t>(json::unescaped_size(hopper.raw()));
    } else if (key == "object" || key == "id" || key == "model" || key == "x_groq") {
      known = true;
    }
  }
  // Another dialect's events carry some of these keys further inside.
  if (typed_first && !json::find_member(payload, "choices")) known = false;
  if (!known) {
    out = {};
    out.kind = Kind::malformed;
  } else if (finished) {
    out.kind = Kind::finish;
    note_finished_of(choices, out);
  } else if (out.delivered_bytes != 0) {
    out.kind = Kind::content;
  } else if (out.has_usage && (!has_choices || choices_empty)) {
    out.kind = Kind::usage_only;
  }
}

}  // namespace

llm::Tap tap(std::string_view event, llm::UsageReader read_usage) {
  llm::Tap out;
  std::string scratch;
  std::string_view payload;
  bool says_error = false;
  if (event.starts_with("data: {")) {
    if (tap_common(event.substr(6), out)) return out;
    out = {};
  }
  const llm::SseEvent read = llm::read_sse_event(event, scratch);
  payload = trim(read.data);
  says_error = read.name == "error";
  if (payload.empty()) return out;
  if (payload == "[DONE]") {
    out.kind = Kind::terminal;
    return out;
  }
  if (says_error) {
    out.kind = Kind::error;
    return out;
  }
  if (payload.front() != '{' || payload.back() != '}') {
    out.kind = Kind::malformed;
    return out;
  }
  tap_any(payload, read_usage ? read_usage : &llm::read_openai_usage, out);
  return out;
}

llm::PlainTap tap_plain(std::string_view body, llm::UsageReader read_usage) {
  llm::PlainTap out;
  std::array<json::WantedMember, 6> wanted{json::WantedMember{"choices"}, json::WantedMember{"usage"},
                                           json::WantedMember{"error"},   json::WantedMember{"data"},
                                           json::WantedMember{"results"}, json::WantedMember{"object"}};
  if (!json::find_members(body, wanted.data(), wanted.size())) return out;
  const auto text_of = [&](std::size_t i) { return wanted[i].value.of(body); };
  const auto begins = [&](std::size_t i, char c) { return wanted[i].value && text_of(i).front() == c; };

  if ((begins(2, '{') || begins(2, '"')) && !begins(0, '[')) {
    out.well_formed = out.is_error = true;
    return out;
  }
  out.well_formed = begins(0, '[') || begins(3, '[') || begins(4, '[');
  if (!out.well_formed) return out;
  if (begins(1, '{'))
    out.has_usage = llm::read_usage_at(text_of(1), read_usage ? read_usage : &llm::read_openai_usage, out.usage);
  if (out.has_usage || !begins(0, '[')) return out;

  json::StringHopper hopper(text_of(0));
  while (hopper.next()) {
    if (!hopper.is_key()) continue;
    if (hopper.value_kind() == '"' && is_text_key(hopper.raw())) {
      if (!hopper.next()) break;
      out.delivered_bytes += json::unescaped_size(hopper.raw());
    }
  }
  return out;
}

}  // namespace tollgate::dialects::openai_chat
