#include "dialects/media.h"

#include <cstdint>

#include "base/strings.h"

namespace tollgate::dialects {

std::optional<DataUrl> parse_data_url(std::string_view url) {
  if (!istarts_with(url, "data:")) return std::nullopt;
  url.remove_prefix(5);
  const std::size_t comma = url.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  std::string_view head = url.substr(0, comma);
  const std::size_t mark = head.rfind(';');
  if (mark == std::string_view::npos || !iequals(trim(head.substr(mark + 1)), "base64")) return std::nullopt;
  head = head.substr(0, head.find(';'));
  return DataUrl{trim(head), url.substr(comma + 1)};
}

bool is_web_url(std::string_view url) { return istarts_with(url, "https://") || istarts_with(url, "http://"); }

std::string data_url(std::string_view media_type, std::string_view base64) {
  std::string out;
  out.reserve(media_type.size() + base64.size() + 13);
  out.append("data:").append(media_type).append(";base64,").append(base64);
  return out;
}

bool decode_base64(std::string_view base64, std::string& out) {
  while (!base64.empty() && base64.back() == '=') base64.remove_suffix(1);
  out.reserve(out.size() + base64.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : base64) {
    std::uint32_t digit;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      digit = 62;
    } else if (c == '/' || c == '_') {
      digit = 63;
    } else if (c == '\n' || c == '\r') {
      continue;
    } else {
      return false;
    }
    bits = (bits << 6) | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((bits >> held) & 0xFFu);
    }
  }
  return held < 6;
}

void add_extras(const json::object& extras, json::object& body) {
  for (const auto& member : extras) body.emplace(member.key(), member.value());
}

std::string block_path(const llm::ChatRequest& request, std::size_t message, std::size_t block) {
  // Only Chat has its system prompt among the messages; the others state it beside them, and it is parsed first.
  const bool beside = request.origin != DialectId::openai_chat && !request.messages.empty() &&
                      request.messages.front().role == llm::Role::system;
  if (beside && message == 0) return "system[" + std::to_string(block) + "]";
  return "messages[" + std::to_string(beside ? message - 1 : message) + "].content[" + std::to_string(block) + "]";
}

std::string joined_text(const std::vector<llm::Block>& blocks, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const llm::Block& block : blocks) {
    const auto* text = block.as<llm::Text>();
    if (!text || text->text.empty()) continue;
    if (!first) out += separator;
    first = false;
    out += text->text;
  }
  return out;
}

}  // namespace tollgate::dialects
