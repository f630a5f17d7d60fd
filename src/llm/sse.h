#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::llm {

/// One server-sent event. Views are valid until the next bytes are fed.
struct SseEvent {
  std::string_view name;  ///< empty if there was no `event:` line
  std::string_view data;  ///< data lines joined with newlines
};

/// Reads one whole event's lines (LF, CRLF or CR; the space after the colon is optional). Comments are skipped.
/// @param scratch  Used only when data stands on several lines.
[[nodiscard]] SseEvent read_sse_event(std::string_view event, std::string& scratch);

/// Splits a stream into events at blank lines, wherever the bytes are cut. Whole events are handed out as views into
/// the bytes fed; only a cut one is copied. A further blank line is an event without lines, so that every byte is
/// handed out once. An event whose blank line is a lone CR waits for the next byte.
class SseSplitter {
 public:
  /// @param max_event_bytes  A longer event is a failure: memory per stream stays bounded.
  explicit SseSplitter(std::size_t max_event_bytes = std::size_t{16} << 20) : max_event_bytes_(max_event_bytes) {}

  /// Calls `use(std::string_view whole_event)` for each event that is complete; it returns false to stop.
  /// @return false if an event grew too long.
  template <class Use>
  bool feed(std::string_view bytes, Use&& use);
  /// The stream ended: what is left, an event without its blank line; empty if nothing is.
  [[nodiscard]] std::string_view rest() const { return pending_; }

 private:
  /// @return the length of the first event in `text` with its blank line, or 0; `from` is where to go on looking.
  static std::size_t event_end(std::string_view text, std::size_t from);
  /// Length of the first line with the first character of its break, or of all of `text`.
  static std::size_t line_end(std::string_view text);

  std::size_t max_event_bytes_;
  std::string pending_;
};

template <class Use>
bool SseSplitter::feed(std::string_view bytes, Use&& use) {
  while (!pending_.empty()) {
    // Appending line by line keeps the copy to the event that was cut.
    const std::size_t before = pending_.size();
    const std::size_t taken = line_end(bytes);
    if (taken == 0) return true;
    pending_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (pending_.size() > max_event_bytes_) return false;
    const std::size_t end = event_end(pending_, before > 3 ? before - 3 : 0);
    if (end == 0) continue;
    const std::string whole = std::move(pending_);
    pending_.clear();
    if (whole.size() > end) pending_.assign(whole, end);
    if (!use(std::string_view(whole).substr(0, end))) return true;
  }
  while (!bytes.empty()) {
    const std::size_t end = event_end(bytes, 0);
    if (end == 0) {
      pending_.assign(bytes);
      return pending_.size() <= max_event_bytes_;
    }
    if (!use(bytes.substr(0, end))) return true;
    bytes.remove_prefix(end);
  }
  return true;
}

}  // namespace tollgate::llm
