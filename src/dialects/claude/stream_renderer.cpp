#include <deque>
#include <string>
#include <utility>

#include "dialects/claude/claude.h"

namespace tollgate::dialects::claude {
namespace {

namespace event = llm::event;
using event::BlockKind;

/// What may wait for an upstream that mixes its tool calls.
constexpr std::size_t kMostWaitingBytes = std::size_t{4} << 20;

/// Follows a JSON text in pieces (as the inside of a JSON string) to see where its outermost value ends.
class Completeness {
 public:
  void feed(std::string_view escaped) {
    // Inside a JSON string the text's own quotes are written \" and its own backslashes \\.
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      char c = escaped[i];
      if (outer_escape_) {
        outer_escape_ = false;
        // \" and \\ stand for themselves, \u.... for some other character; the rest are blanks and the like.
        if (c == 'u') c = 'x';
        if (c == 'n' || c == 't' || c == 'r' || c == 'b' || c == 'f') c = ' ';
      } else if (c == '\\') {
        outer_escape_ = true;
        continue;
      }
      take(c);
    }
  }
  [[nodiscard]] bool complete() const { return opened_ && depth_ == 0 && !in_string_; }

 private:
  void take(char c) {
    if (in_string_) {
      if (inner_escape_) {
        inner_escape_ = false;
      } else if (c == '\\') {
        inner_escape_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      opened_ = true;
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
  int depth_ = 0;
  bool opened_ = false, in_string_ = false, inner_escape_ = false, outer_escape_ = false;
};

/// Events in Anthropic's order: message_start, each block from start to stop before the next one starts, message_delta,
/// message_stop. Blocks that an upstream mixes wait for their turn.
class Renderer final : public llm::StreamRenderer {
 public:
  explicit Renderer(const llm::Conversion& conversion) : conversion_(conversion) {}

  void render(const llm::StreamEvent& event, std::string& out) override {
    if (broken_) return;
    if (const auto* text = std::get_if<event::TextDelta>(&event)) {
      delta(text->block, text->text.raw, out);
      return;
    }
    std::visit([&](const auto& one) { on(one, out); }, event);
  }

 private:
  /// A block that the client does not know of yet.
  struct Waiting {
    int block = 0;
    BlockKind kind = BlockKind::text;
    std::string start;  ///< its content_block_start's block
    std::string escaped;
    bool stopped = false;
  };

  void begin(std::string_view id, std::string_view model, std::string& out) {
    begun_ = true;
    std::string full(id.empty() ? std::string_view(conversion_.fallback_id) : id);
    if (!full.starts_with(kIdPrefix)) full.insert(0, kIdPrefix);
    out += R"(event: message_start
data: {"type":"message_start","message":{"id":)";
    json::quote_to(full, out);
    out += R"(,"type":"message","role":"assistant","model":)";
    json::quote_to(conversion_.model_for_client(model), out);
    out += R"(,"content":[],"stop_reason":null,"stop_sequence":null,"usage":)";
    llm::Usage shown = usage_;
    if (shown.input_total() == 0) shown.input_uncached = conversion_.estimated_input_tokens;
    if (!shown.output) shown.output = 0;
    json::serialize_to(llm::claude_usage_json(shown), out);
    out += "}}\n\n";
  }
  void ensure_begun(std::string& out) {
    if (!begun_) begin({}, {}, out);
  }

  /// Makes `delta_head_` what stands before this block's deltas.
  void start_block(int block, BlockKind kind, std::string_view start, std::string& out) {
    open_ = block;
    open_kind_ = kind;
    arguments_ = {};
    const std::string index = std::to_string(next_index_++);
    out.append("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":").append(index);
    out.append(",\"content_block\":").append(start).append("}\n\n");
    index_text_ = index;
    delta_head_ = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" + index +
                  ",\"delta\":{\"type\":";
    switch (kind) {
      case BlockKind::reasoning:
        delta_head_ += R"("thinking_delta","thinking":")";
        break;
      case BlockKind::tool_call:
        delta_head_ += R"("input_json_delta","partial_json":")";
        break;
      case BlockKind::text:
      case BlockKind::refusal:
      case BlockKind::redacted_reasoning:
        delta_head_ += R"("text_delta","text":")";
        break;
    }
  }
  void stop_open(std::string& out) {
    if (open_ < 0) return;
    open_ = -1;
    out.append("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":").append(index_text_);
    out += "}\n\n";
  }

  void put_delta(std::string_view raw, std::string& out) {
    if (raw.empty()) return;
    out.append(delta_head_).append(raw).append("\"}}\n\n");
  }
  void delta(int block, std::string_view raw, std::string& out) {
    if (block == open_) {
      put_delta(raw, out);
      if (open_kind_ == BlockKind::tool_call) {
        arguments_.feed(raw);
        advance(out);
      }
      return;
    }
    for (Waiting& waiting : waiting_) {
      if (waiting.block != block) continue;
      waiting.escaped += raw;
      waiting_bytes_ += raw.size();
    }
    if (waiting_bytes_ > kMostWaitingBytes) {
      broken_ = true;
      out += render_error(Error(ErrorCode::upstream_bad_answer, "the provider mixes its tool calls beyond all bounds"),
                          conversion_.request_id, true);
    }
  }
  /// Lets the next waiting block have its turn when the open call has all its arguments.
  void advance(std::string& out) {
    while (!waiting_.empty() && (open_ < 0 || (open_kind_ == BlockKind::tool_call && arguments_.complete()))) {
      stop_open(out);
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= next.escaped.size();
      start_block(next.block, next.kind, next.start, out);
      put_delta(next.escaped, out);
      arguments_.feed(next.escaped);
      if (next.stopped) stop_open(out);
    }
  }
  /// Everything that waits gets its turn now: no more arguments will come for the open one.
  void drain(std::string& out) {
    stop_open(out);
    while (!waiting_.empty()) {
      advance(out);
      stop_open(out);
    }
  }

  static std::string block_text(const event::BlockStart& start) {
    std::string out;
    switch (start.kind) {
      case BlockKind::text:
      case BlockKind::refusal:
        out = R"({"type":"text","text":""})";
        break;
      case BlockKind::reasoning:
        out = R"({"type":"thinking","thinking":"","signature":""})";
        break;
      case BlockKind::redacted_reasoning:
        out = R"({"type":"redacted_thinking","data":)";
        json::quote_to(start.redacted, out);
        out += '}';
        break;
      case BlockKind::tool_call:
        out = R"({"type":"tool_use","id":)";
        json::quote_to(start.tool_id, out);
        out += ",\"name\":";
        json::quote_to(start.tool_name, out);
        out += ",\"input\":{}}";
        break;
    }
    return out;
  }

  void on(const event::Start& start, std::string& out) {
    usage_.overlay(start.usage);
    if (!begun_) begin(start.id, start.model, out);
  }
  void on(const event::BlockStart& start, std::string& out) {
    ensure_begun(out);
    called_ = called_ || start.kind == BlockKind::tool_call;
    refused_ = refused_ || start.kind == BlockKind::refusal;
    const bool busy = open_ >= 0 && open_kind_ == BlockKind::tool_call && !arguments_.complete();
    if (busy || !waiting_.empty()) {
      waiting_.push_back({start.block, start.kind, block_text(start), {}, false});
      return;
    }
    stop_open(out);
    start_block(start.block, start.kind, block_text(start), out);
  }
  void on(const event::TextDelta& text, std::string& out) { delta(text.block, text.text.raw, out); }
  void on(const event::ReasoningDelta& thought, std::string& out) { delta(thought.block, thought.text.raw, out); }
  void on(const event::ToolArgumentsDelta& piece, std::string& out) { delta(piece.block, piece.json_piece.raw, out); }
  void on(const event::SignatureDelta& signature, std::string& out) {
    if (signature.block != open_ || signature.origin != DialectId::claude || signature.signature.empty()) return;
    out.append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":").append(index_text_);
    out += R"(,"delta":{"type":"signature_delta","signature":)";
    json::quote_to(signature.signature, out);
    out += "}}\n\n";
  }
  void on(const event::BlockStop& stop, std::string& out) {
    if (stop.block == open_) {
      stop_open(out);
      advance(out);
      return;
    }
    for (Waiting& waiting : waiting_) {
      if (waiting.block == stop.block) waiting.stopped = true;
    }
  }
  void on(const event::UsageReport& report, std::string&) { usage_.overlay(report.usage); }
  void on(const event::Finish& finish, std::string&) {
    finish_ = finish.reason;
    stop_sequence_ = finish.stop_sequence;
  }
  void on(const event::End&, std::string& out) {
    ensure_begun(out);
    drain(out);
    const llm::FinishReason finish = finish_for(finish_, called_, refused_);
    out += "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"";
    out.append(stop_name(finish)).append("\",\"stop_sequence\":");
    if (stop_sequence_.empty()) {
      out += "null";
    } else {
      json::quote_to(stop_sequence_, out);
    }
    out += "},\"usage\":";
    llm::Usage shown = usage_;
    if (shown.input_total() == 0) shown.input_uncached = conversion_.estimated_input_tokens;
    if (!shown.output) shown.output = 0;
    json::serialize_to(llm::claude_usage_json(shown), out);
    out += "}\n\n";
    out += kTerminal;
  }
  void on(const event::Failure& failure, std::string& out) {
    out += render_error(failure.error, conversion_.request_id, true);
  }
  void on(const event::Ping&, std::string& out) {
    if (begun_) out += kPing;
  }
  void on(const event::OpaqueEvent&, std::string&) {}

  const llm::Conversion& conversion_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  Completeness arguments_;  ///< of the open call
  std::string delta_head_, index_text_, stop_sequence_;
  llm::Usage usage_;
  llm::FinishReason finish_ = llm::FinishReason::unknown;
  BlockKind open_kind_ = BlockKind::text;
  int open_ = -1;  ///< the neutral number of the open block
  int next_index_ = 0;
  bool begun_ = false;
  bool called_ = false;
  bool refused_ = false;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<llm::StreamRenderer> make_renderer(const llm::Conversion& conversion) {
  return std::make_unique<Renderer>(conversion);
}

}  // namespace tollgate::dialects::claude
