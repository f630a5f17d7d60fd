#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "json/value.h"

namespace tollgate::llm {

/// What an upstream says it counted. Absent is not zero. The counts are disjoint: each token stands in exactly one of
/// them, except `reasoning`, which says how many of `output` were reasoning.
struct Usage {
  std::optional<std::int64_t>
      input_uncached;  ///< text tokens of the prompt that were neither read from nor put in a cache
  std::optional<std::int64_t> cache_read;
  std::optional<std::int64_t> cache_write_5m;  ///< also cache writes of unstated life
  std::optional<std::int64_t> cache_write_1h;
  std::optional<std::int64_t> input_audio;
  std::optional<std::int64_t> input_image;
  std::optional<std::int64_t> output;     ///< text tokens of the answer, reasoning included
  std::optional<std::int64_t> reasoning;  ///< of `output`
  std::optional<std::int64_t> output_audio;
  std::optional<std::int64_t> output_image;
  std::optional<std::int64_t> web_searches;  ///< calls, not tokens

  friend bool operator==(const Usage&, const Usage&) = default;

  [[nodiscard]] bool empty() const { return *this == Usage{}; }
  /// Sums of what is there; 0 if nothing is.
  [[nodiscard]] std::int64_t input_total() const;
  [[nodiscard]] std::int64_t output_total() const;
  [[nodiscard]] std::int64_t total() const { return input_total() + output_total(); }
  /// Cumulative reports: what `newer` states replaces what was known, what it does not state stays.
  void overlay(const Usage& newer);
};

/// A count outside this range is not usage: a broken upstream must not be able to empty an account.
inline constexpr std::int64_t kMaxTokenCount = std::int64_t{1} << 40;

/// A member as a count: an integer, or a double without a fraction, within 0..kMaxTokenCount.
[[nodiscard]] std::optional<std::int64_t> count_at(const json::object& from, std::string_view key);

/// Reads a `usage` object in one dialect's or one provider's spelling.
using UsageReader = Usage (*)(const json::object& usage);

/// OpenAI's spelling in all its known varieties: totals include cached, audio and reasoning tokens; DeepSeek's
/// prompt_cache_hit_tokens beside the total; completion totals that leave reasoning out (xAI) are recognised by
/// total_tokens; Responses' input_tokens and output_tokens.
[[nodiscard]] Usage read_openai_usage(const json::object& usage);
/// Claude's spelling: counts are disjoint already; cache_creation tells the lives apart.
[[nodiscard]] Usage read_claude_usage(const json::object& usage);

/// Reads the text of a `usage` object. With one of the two readers above no tree is made of what looks as usual; with
/// another, or for anything unusual, a tree on the stack. @return nullopt if the text is not a JSON object.
[[nodiscard]] std::optional<Usage> read_usage_text(std::string_view text, UsageReader reader);
/// Overlays `usage` with the object that stands at the start of `text`, whatever follows it.
/// @return whether anything is known then; false also for what is no whole object.
bool read_usage_at(std::string_view text, UsageReader reader, Usage& usage);

/// The same counts in a dialect's spelling.
[[nodiscard]] json::object openai_usage_json(const Usage& usage);
[[nodiscard]] json::object claude_usage_json(const Usage& usage);

}  // namespace tollgate::llm
