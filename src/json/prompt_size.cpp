#include <algorithm>
#include <array>
#include <cstring>

#include "json/scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tollgate::json {
namespace {

constexpr std::size_t kReach = 7;  // how far behind its first character a pattern's last one stands

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether the patterns' first and last characters stand right: `;base64,`, `data"`, `url"`.
bool may_match(const char* at) {
  return (at[0] == ';' && at[7] == ',') || (at[0] == 'd' && at[4] == '"') || (at[0] == 'u' && at[3] == '"');
}

#if defined(__x86_64__)
/// Passes over blocks without `;` and without a quote where a pattern has its last one: all but a few of long texts.
/// @return where the first other block begins, or where less than a block is left.
__attribute__((target("avx2"))) std::size_t pass_over(std::string_view text, std::size_t at) {
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i semicolon = _mm256_set1_epi8(';');
  for (; at + 32 + kReach <= text.size(); at += 32) {
    const auto load = [&](std::size_t offset) __attribute__((target("avx2"))) {
      return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at + offset));
    };
    const __m256i quotes = _mm256_or_si256(_mm256_cmpeq_epi8(load(3), quote), _mm256_cmpeq_epi8(load(4), quote));
    const __m256i any = _mm256_or_si256(quotes, _mm256_cmpeq_epi8(load(0), semicolon));
    if (_mm256_movemask_epi8(any) != 0) break;
  }
  return at;
}
#endif

/// Next place where a pattern may stand; text.size() if there is none.
std::size_t next_candidate(std::string_view text, std::size_t at) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  const auto load = [&](std::size_t offset) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + offset));
  };
  const __m128i quote = _mm_set1_epi8('"');
  for (; at + 16 + kReach <= text.size(); at += 16) {
    if (has_avx2) at = pass_over(text, at);
    if (at + 16 + kReach > text.size()) break;
    const __m128i first = load(at);
    const __m128i payload =
        _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8(';')), _mm_cmpeq_epi8(load(at + 7), _mm_set1_epi8(',')));
    const __m128i data = _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8('d')), _mm_cmpeq_epi8(load(at + 4), quote));
    const __m128i url = _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8('u')), _mm_cmpeq_epi8(load(at + 3), quote));
    const int hits = _mm_movemask_epi8(_mm_or_si128(payload, _mm_or_si128(data, url)));
    if (hits != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
  }
#endif
  // What follows a medium is longer than the patterns, so the last bytes cannot begin one.
  for (; at + kReach < text.size(); ++at) {
    if (may_match(text.data() + at)) return at;
  }
  return text.size();
}

/// After a key's closing quote: the offset of its value, or text.size().
std::size_t value_after(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at >= text.size() || text[at] != ':') return text.size();
  ++at;
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// The key in front of a string whose opening quote is at `quote`; empty if there is none.
std::string_view key_before(std::string_view text, std::size_t quote) {
  std::size_t at = quote;
  const auto back_over_blanks = [&] {
    while (at > 0 && is_blank(text[at - 1])) --at;
  };
  back_over_blanks();
  if (at == 0 || text[at - 1] != ':') return {};
  --at;
  back_over_blanks();
  if (at == 0 || text[at - 1] != '"') return {};
  const std::size_t end = --at;
  const std::size_t least = end > 32 ? end - 32 : 0;
  while (at > least && text[at - 1] != '"') --at;
  return at > 0 && text[at - 1] == '"' ? text.substr(at, end - at) : std::string_view();
}

/// The members whose data URLs are media. A data URL in any other string is text for the model.
bool holds_media(std::string_view key) {
  constexpr std::array<std::string_view, 8> keys{"url",  "image_url", "file_url",  "file_data",
                                                 "data", "audio_url", "video_url", "image"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::size_t string_end(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('"', at);
  return end == std::string_view::npos ? text.size() : end;
}

bool looks_like_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=' || c == '-' || c == '_' || c == '\\';
  });
}

}  // namespace

PromptSize measure_prompt(std::string_view body) {
  PromptSize out{.text_bytes = body.size(), .media = 0};
  std::size_t at = 0;
  while ((at = next_candidate(body, at)) < body.size()) {
    const std::string_view here = body.substr(at);
    if (here.starts_with(";base64,")) {
      // data:<media type>;base64,<payload>, from the opening quote of its string on.
      const std::size_t payload = at + 8;
      const std::size_t least = at > 128 ? at - 128 : 0;
      std::size_t open = at;
      while (open > least && body[open - 1] != '"') --open;
      if (open > 0 && body[open - 1] == '"' && body.substr(open).starts_with("data:") &&
          holds_media(key_before(body, open - 1))) {
        const std::size_t end = string_end(body, payload);
        out.text_bytes -= end - payload;
        ++out.media;
        at = end;
        continue;
      }
    } else if (here.starts_with("data\"") && at > 0 && body[at - 1] == '"') {
      const std::size_t value = value_after(body, at + 5);
      if (value < body.size() && body[value] == '"') {
        const std::size_t end = string_end(body, value + 1);
        const std::string_view payload = body.substr(value + 1, end - value - 1);
        if (payload.size() > kLongPayload && looks_like_base64(payload.substr(0, kLongPayload))) {
          out.text_bytes -= payload.size();
          ++out.media;
          at = end;
          continue;
        }
      }
    } else if (here.starts_with("url\"")) {
      const std::size_t value = value_after(body, at + 4);
      if (value < body.size() && body.substr(value).starts_with("\"http")) ++out.media;
    }
    ++at;
  }
  return out;
}

}  // namespace tollgate::json
