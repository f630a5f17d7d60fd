#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How the demo model reads and speaks.
namespace tollgate::providers::demo {

/// The demo model's tokens: a word with the blanks before it, or one character beyond ASCII. Their count is its usage.
[[nodiscard]] std::vector<std::string_view> pieces_of(std::string_view text);
[[nodiscard]] std::int64_t count_pieces(std::string_view text);

struct Heard {
  std::string_view user_text{};    ///< the last user message
  std::string_view tool_result{};  ///< of the last message, if it is one
  bool answers_tool = false;
  int images = 0;
};
/// A canned answer where one fits, else an echo.
[[nodiscard]] std::string reply_to(const Heard& heard);

}  // namespace tollgate::providers::demo
