#include "llm/sse.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tollgate::llm {
namespace {

/// The first CR or LF at or after `at`; text.size() if there is none.
std::size_t find_break(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i cr = _mm_set1_epi8('\r');
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, lf), _mm_cmpeq_epi8(block, cr)));
    if (hits != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
  }
#endif
  while (at < text.size() && text[at] != '\n' && text[at] != '\r') ++at;
  return at;
}

/// Behind the line break at `at`; 0 if more bytes must decide whether a CR stands alone.
std::size_t after_break(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return at + 1;
  if (at + 1 == text.size()) return 0;
  return text[at + 1] == '\n' ? at + 2 : at + 1;
}

bool is_break(char c) { return c == '\n' || c == '\r'; }

/// `name: value` of one line, if it is that field. One blank after the colon belongs to the colon.
bool field(std::string_view line, std::string_view name, std::string_view& value) {
  if (!line.starts_with(name)) return false;
  if (line.size() == name.size()) {
    value = {};
    return true;
  }
  if (line[name.size()] != ':') return false;
  value = line.substr(name.size() + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return true;
}

}  // namespace

std::size_t SseSplitter::line_end(std::string_view text) {
  const std::size_t at = find_break(text, 0);
  return at == text.size() ? at : at + 1;
}

std::size_t SseSplitter::event_end(std::string_view text, std::size_t from) {
  if (from == 0 && !text.empty() && is_break(text[0])) return after_break(text, 0);
  for (std::size_t at = find_break(text, from); at < text.size(); at = find_break(text, at)) {
    at = after_break(text, at);
    if (at == 0 || at == text.size()) return 0;
    if (is_break(text[at])) return after_break(text, at);
  }
  return 0;
}

SseEvent read_sse_event(std::string_view event, std::string& scratch) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (event.starts_with(kByteOrderMark)) event.remove_prefix(kByteOrderMark.size());
  SseEvent out;
  int data_lines = 0;
  while (!event.empty()) {
    const std::size_t end = find_break(event, 0);
    const std::string_view line = event.substr(0, end);
    std::size_t next = end < event.size() ? end + 1 : end;
    if (next < event.size() && event[end] == '\r' && event[next] == '\n') ++next;
    event.remove_prefix(next);

    std::string_view value;
    if (field(line, "data", value)) {
      ++data_lines;
      if (data_lines == 1) {
        out.data = value;
      } else {
        if (data_lines == 2) scratch.assign(out.data);
        scratch += '\n';
        scratch += value;
      }
    } else if (field(line, "event", value)) {
      out.name = value;
    }
  }
  if (data_lines > 1) out.data = scratch;
  return out;
}

}  // namespace tollgate::llm
