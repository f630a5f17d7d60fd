#include <array>

#include "base/strings.h"
#include "dialects/claude/claude.h"
#include "dialects/text_cursor.h"
#include "json/keys.h"
#include "json/scan.h"
#include "llm/sse.h"
#include "llm/usage.h"

namespace tollgate::dialects::claude {
namespace {

using Kind = llm::Tap::Kind;

/// The delta of a text, a thought or a tool's input, spelled as Anthropic spells it.
bool tap_common(std::string_view event, llm::Tap& out) {
  TextCursor at(event);
  if (!at.eat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")) return false;
  if (!at.eat_digits() || !at.eat(",\"delta\":{\"type\":\"")) return false;
  if (!at.eat("text_delta\",\"text\":\"") && !at.eat("thinking_delta\",\"thinking\":\"") &&
      !at.eat("input_json_delta\",\"partial_json\":\"")) {
    return false;
  }
  std::string_view text;
  if (!at.eat_string_rest(text) || !at.eat("}")) return false;
  at.eat_blanks();  // Anthropic pads its deltas
  if (!at.eat("}")) return false;
  at.eat_blanks();
  if (!at.done()) return false;
  out.delivered_bytes = static_cast<std::uint32_t>(json::unescaped_size(text));
  out.kind = out.delivered_bytes != 0 ? Kind::content : Kind::ignore;
  return true;
}

/// The event's own type: JSON says it, wherever the key stands.
std::string_view type_of(std::string_view payload) {
  TextCursor at(payload);
  std::string_view type;
  if (at.eat("{\"type\":\"") && at.eat_string_rest(type)) return type;
  const std::string_view value = json::find_member(payload, "type").of(payload);
  return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2) : std::string_view();
}

void read_members(std::string_view payload, llm::UsageReader reader, llm::Tap& out) {
  json::StringHopper hopper(payload);
  while (hopper.next()) {
    if (!hopper.is_key()) continue;
    const std::string_view key = hopper.raw();
    const char kind = hopper.value_kind();
    if (key == "usage" && kind == '{') {
      out.has_usage |= llm::read_usage_at(hopper.rest(), reader, out.usage);
    } else if (key == "stop_reason" && kind == '"') {
      out.kind = Kind::finish;
      out.finished.set(0);  // there is no other
    }
  }
}

std::uint64_t text_bytes(std::string_view payload) {
  std::uint64_t bytes = 0;
  json::StringHopper hopper(payload);
  while (hopper.next()) {
    if (!hopper.is_key()) continue;
    const std::string_view key = hopper.raw();
    if (hopper.value_kind() == '"' && (key == "text" || key == "thinking" || key == "partial_json")) {
      if (!hopper.next()) break;
      bytes += json::unescaped_size(hopper.raw());
    } else if (hopper.value_kind() == '{' && key == "input") {
      bytes += json::object_at_start(hopper.rest()).size();
    }
  }
  return bytes;
}

}  // namespace

llm::Tap tap(std::string_view event, llm::UsageReader read_usage) {
  llm::Tap out;
  if (tap_common(event, out)) return out;
  out = {};
  std::string scratch;
  const llm::SseEvent read = llm::read_sse_event(event, scratch);
  const std::string_view payload = trim(read.data);
  if (payload.empty()) return out;
  if (payload.front() != '{' || payload.back() != '}') {
    // Some gateways close every stream OpenAI's way: harmless behind message_stop, and no end of its own.
    out.kind = payload == "[DONE]" ? Kind::ignore : Kind::malformed;
    return out;
  }
  const std::string_view type = type_of(payload);
  if (type == "content_block_delta") {
    out.delivered_bytes = static_cast<std::uint32_t>(text_bytes(payload));
    if (out.delivered_bytes != 0) out.kind = Kind::content;
  } else if (type == "message_start" || type == "message_delta") {
    read_members(payload, read_usage ? read_usage : &llm::read_claude_usage, out);
    if (type == "message_start") out.kind = Kind::ignore;
  } else if (type == "message_stop") {
    out.kind = Kind::terminal;
  } else if (type == "error" || (type.empty() && json::find_member(payload, "error"))) {
    out.kind = Kind::error;
  } else if (type.empty()) {
    out.kind = Kind::malformed;
  }
  return out;
}

llm::PlainTap tap_plain(std::string_view body, llm::UsageReader read_usage) {
  llm::PlainTap out;
  std::array<json::WantedMember, 5> wanted{json::WantedMember{"type"}, json::WantedMember{"content"},
                                           json::WantedMember{"usage"}, json::WantedMember{"error"},
                                           json::WantedMember{"input_tokens"}};
  if (!json::find_members(body, wanted.data(), wanted.size())) return out;
  const auto text_of = [&](std::size_t i) { return wanted[i].value.of(body); };
  const auto begins = [&](std::size_t i, char c) { return wanted[i].value && text_of(i).front() == c; };

  if (text_of(0) == "\"error\"" || begins(3, '{')) {
    out.well_formed = out.is_error = true;
    return out;
  }
  const bool message = begins(1, '[');
  const bool count = wanted[4].value && parse_int(text_of(4)).has_value();
  out.well_formed = message || count;
  if (!message) return out;
  if (begins(2, '{')) {
    out.has_usage = llm::read_usage_at(text_of(2), read_usage ? read_usage : &llm::read_claude_usage, out.usage);
  }
  if (!out.has_usage) out.delivered_bytes = text_bytes(text_of(1));
  return out;
}

}  // namespace tollgate::dialects::claude
