#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "llm/chat.h"

/// A streamed answer as neutral events. Parsers and renderers do no I/O: the relay owns every read and write, and any
/// cut of the bytes gives the same events.
namespace tollgate::llm {

/// The inside of a JSON string, escapes as they came: deltas go from one dialect to another without being decoded.
/// Always well-formed; the view is valid while the event is handled.
struct EscapedText {
  std::string_view raw;
};

namespace event {

struct Start {
  std::string_view id;
  std::string_view model;
  std::int64_t created_unix_s = 0;  ///< 0 if the upstream did not say
  Usage usage;                      ///< what is known of the prompt already
};

enum class BlockKind : std::uint8_t { text, refusal, reasoning, tool_call, redacted_reasoning };

/// Blocks are numbered from 0 in the order of their starts; one is open at a time, except that tool calls may overlap.
struct BlockStart {
  int block = 0;
  BlockKind kind = BlockKind::text;
  std::string_view tool_id;
  std::string_view tool_name;
  std::string_view redacted;
};
struct TextDelta {
  int block = 0;
  EscapedText text;
};
struct ReasoningDelta {
  int block = 0;
  EscapedText text;
};
/// Ends the thoughts of its block: they are the upstream's own words.
struct SignatureDelta {
  int block = 0;
  std::string_view signature;
  DialectId origin = DialectId::openai_chat;
};
struct ToolArgumentsDelta {
  int block = 0;
  EscapedText json_piece;
};
struct BlockStop {
  int block = 0;
};
/// Cumulative: overlays what was reported before.
struct UsageReport {
  Usage usage;
};
struct Finish {
  FinishReason reason = FinishReason::unknown;
  std::string_view stop_sequence;
};
/// The upstream's own, complete end. Nothing follows.
struct End {};
/// The stream broke, or the upstream reported an error inside it. Nothing follows, and it was no success.
struct Failure {
  Error error;
};
/// Keep-alive.
struct Ping {};
/// Something that only one dialect knows (a citation, a server tool's block).
struct OpaqueEvent {
  DialectId dialect = DialectId::openai_chat;
  std::string_view json;
};

}  // namespace event

using StreamEvent = std::variant<event::Start, event::BlockStart, event::TextDelta, event::ReasoningDelta,
                                 event::SignatureDelta, event::ToolArgumentsDelta, event::BlockStop, event::UsageReport,
                                 event::Finish, event::End, event::Failure, event::Ping, event::OpaqueEvent>;

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on(const StreamEvent& event) = 0;
};

/// An upstream's bytes to events. After End or Failure it ignores what comes.
class StreamParser {
 public:
  virtual ~StreamParser() = default;
  /// Takes bytes cut anywhere.
  virtual void feed(std::string_view bytes, EventSink& sink) = 0;
  /// The upstream closed. Without its terminal event before, this is a Failure.
  virtual void finish(EventSink& sink) = 0;
};

/// Events to the client's bytes, in whole SSE events.
class StreamRenderer {
 public:
  virtual ~StreamRenderer() = default;
  /// Appends what the event becomes, which may be nothing. End writes the terminal events, Failure the error event.
  virtual void render(const StreamEvent& event, std::string& out) = 0;
};

}  // namespace tollgate::llm
