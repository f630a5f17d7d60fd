#include "providers/demo/words.h"

#include <array>

#include <fmt/format.h>

#include "base/strings.h"

namespace tollgate::providers::demo {
namespace {

constexpr std::size_t kLongestWord = 24;
constexpr std::size_t kLongestEcho = 4096;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t piece_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at == text.size()) return at;
  if (!is_ascii(text[at])) {
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    return at;
  }
  const std::size_t begin = at;
  while (at < text.size() && at - begin < kLongestWord && is_ascii(text[at]) && !is_blank(text[at])) ++at;
  return at;
}

struct Canned {
  std::array<std::string_view, 4> openings;  ///< in lower case; empty ones are not used
  std::string_view answer;
};

constexpr std::array kDialogue{
    Canned{{"hello", "hi", "hey", "good morning"},
           "Hello! I am the demo model of this gateway. I need no provider, no key and no network, so everything "
           "between your client and here has just been shown to work. Ask me who I am, or say anything and I will "
           "say it back."},
    Canned{{"你好", "您好", "嗨", "早上好"},
           "你好！我是本网关内置的演示模型，不需要任何服务商、密钥或网络。你说什么，我就重复什么。"},
    Canned{{"who are you", "what are you", "what can you do", "help"},
           "I am a few hundred lines of code inside the gateway. I stream at a human pace, count my words as tokens, "
           "call the first tool you offer, fill in JSON schemas, and fail on demand: try demo-429, demo-500, "
           "demo-stall or demo-broken-stream. For real answers, add a channel of a real provider."},
    Canned{{"你是谁", "你能做什么", "帮助", ""},
           "我是网关里的一小段代码：按正常语速流式输出，按词计数，会调用你提供的第一个工具，也能按需出错。"
           "想要真正的回答，请添加一个真实服务商的渠道。"},
    Canned{{"thanks", "thank you", "thx", "谢谢"}, "You are welcome."},
    Canned{{"bye", "goodbye", "see you", "再见"}, "Goodbye. I will be here: I never leave the process."},
    Canned{{"ping", "", "", ""}, "pong"},
};

/// Whether the text is the opening, alone or followed by something that is not a letter.
bool opens_with(std::string_view text, std::string_view opening) {
  if (opening.empty() || !text.starts_with(opening)) return false;
  if (text.size() == opening.size()) return true;
  const char next = text[opening.size()];
  return !((next >= 'a' && next <= 'z') || (next >= '0' && next <= '9'));
}

}  // namespace

std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = piece_end(text, at);
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::int64_t count_pieces(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = piece_end(text, at)) ++count;
  return count;
}

std::string reply_to(const Heard& heard) {
  if (heard.answers_tool) {
    return fmt::format("The tool answered: {}", clip_utf8(trim(heard.tool_result), kLongestEcho));
  }
  const std::string_view said = trim(heard.user_text);
  // Long texts are no small talk.
  if (said.size() <= 64 && heard.images == 0) {
    const std::string lowered = to_lower(said);
    for (const Canned& canned : kDialogue) {
      for (const std::string_view opening : canned.openings) {
        if (opens_with(lowered, opening)) return std::string(canned.answer);
      }
    }
  }
  std::string out =
      said.empty() ? std::string("You said nothing.") : fmt::format("You said: {}", clip_utf8(said, kLongestEcho));
  if (heard.images > 0) {
    out += fmt::format("\n\nYou also showed me {} image{}.", heard.images, heard.images == 1 ? "" : "s");
  }
  return out;
}

}  // namespace tollgate::providers::demo
